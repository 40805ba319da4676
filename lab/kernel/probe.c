#include "lab/kernel/probe.h"

#include "lab/kernel/kernel_try.h"
#include "lab/kernel/link.h"
#include "lab/kernel/namespace.h"
#include "lab/kernel/netem.h"
#include "lab/kernel/nl.h"
#include "lab/kernel/sandbox.h"
#include "lib/base/cleanup.h"
#include "lib/program/search_path.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* ---- in a sandbox ----------------------------------------------------------------- */

/* Each of these runs as root of a sandbox, in a network namespace of its own. */
static int try_nothing(struct nlsock *sock, struct error *err)
{
	(void)sock;
	(void)err;
	return 0;
}

static int try_bridge(struct nlsock *sock, struct error *err)
{
	const struct plan_bridge bridge = {
		.name = "br0",
		.ifindex = PLAN_IFINDEX_BRIDGE,
		.mac = { 2, 0, 0, 0, 0, 1 },
	};

	return link_bridge_add(sock, &bridge, err);
}

static int try_veth(struct nlsock *sock, struct error *err)
{
	const struct plan_veth veth = {
		.near = { .name = "a", .ifindex = 3, .mac = { 2, 0, 0, 0, 0, 1 } },
		.peer = { .name = "b", .ifindex = 4, .mac = { 2, 0, 0, 0, 0, 2 } },
	};
	auto_fd here = -1;

	if (namespace_current(&here, err) < 0)
		return err->code;
	return link_veth_add(sock, &veth, here, err);
}

static int try_packet_socket(struct nlsock *sock, struct error *err)
{
	auto_fd fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	(void)sock;
	return fd < 0 ? error_set(err, -errno, "packet socket: %s", error_name(-errno))
		      : 0;
}

static const struct trial {
	const char *name;
	int (*run)(struct nlsock *sock, struct error *err);
	const char *todo;
} trials[] = {
	{ "namespaces", try_nothing,
	    "lift what restricts namespaces here (told below where it is known), or run "
	    "as root" },
	{ "bridges", try_bridge, "as root: modprobe bridge" },
	{ "veth pairs", try_veth, "as root: modprobe veth" },
	{ "packet sockets", try_packet_socket, "as root: modprobe af_packet" },
};

static int run_trial(const struct trial *trial, struct error *err)
{
	auto_cleanup(nlsock_close) struct nlsock *sock = NULL;
	int ns;

	if (namespace_create(&ns, err) < 0 || nlsock_open(&sock, err) < 0)
		return err->code;
	return trial->run(sock, err);
}

/* The sandbox is another process, so the error of the trial comes back through a pipe. */
static int try_in_sandbox(const struct trial *trial, struct error *err)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int ends[2];
	ssize_t n;
	pid_t pid;

	if (pipe(ends) < 0)
		return error_set(err, -errno, "pipe: %s", error_name(-errno));
	if (sandbox_fork(&pid, err) < 0) {
		(void)close(ends[0]);
		(void)close(ends[1]);
		return err->code;
	}
	if (pid == 0) {
		struct error failure = ERROR_NULL;

		if (sandbox_settle(uid, gid, &failure) == 0)
			(void)run_trial(trial, &failure);
		if (failure.code)
			(void)!write(ends[1], &failure, sizeof(failure));
		_exit(0);
	}
	(void)close(ends[1]);
	n = read(ends[0], err, sizeof(*err));
	(void)close(ends[0]);
	(void)waitpid(pid, NULL, 0);
	if (n != sizeof(*err))
		*err = (struct error)ERROR_NULL;
	return err->code;
}

static void set_result(struct probe *probe, enum probe_result result, struct str fact,
    const char *todo)
{
	probe->result = result;
	(void)snprintf(probe->fact, sizeof(probe->fact), "%.*s",
	    (int)MIN(fact.len, (size_t)PROBE_TEXT_MAX - 1), fact.p);
	(void)snprintf(probe->todo, sizeof(probe->todo), "%s", todo);
}

static struct probe probe_trial(const struct trial *trial)
{
	struct probe probe = { .name = trial->name, .needs = "every lab" };
	struct error err = ERROR_NULL;
	struct str advice;

	if (try_in_sandbox(trial, &err) < 0) /* without advice, which stands in todo */
		set_result(&probe, PROBE_FATAL, str_cut(str_of(err.text), ';', &advice),
		    trial->todo);
	else
		set_result(&probe, PROBE_OK,
		    geteuid() == 0 ? STR("work") : STR("work without root"), "");
	return probe;
}

struct probe probe_restriction(const struct sandbox_obstacle *obstacle,
    bool has_namespaces, bool is_root)
{
	struct probe probe = { .name = "restriction", .needs = "every lab" };
	char fact[PROBE_TEXT_MAX];

	if (!has_namespaces) {
		set_result(&probe, PROBE_FATAL, str_of(obstacle->fact), obstacle->todo);
	} else if (is_root) {
		set_result(&probe, PROBE_MISSING, str_of(obstacle->fact),
		    obstacle->todo);
		probe.needs = "labs of ordinary users";
	} else {
		(void)snprintf(fact, sizeof(fact), "%s; this program may make them",
		    obstacle->fact);
		set_result(&probe, PROBE_OK, str_of(fact), "");
	}
	return probe;
}

/* Without it labs work all the same: links are impaired in user space then. */
static struct probe probe_netem(void)
{
	struct probe probe = { .name = "netem", .needs = "\"means: netem\" of links" };
	struct error err = ERROR_NULL;

	if (netem_try(&err) == 0)
		set_result(&probe, PROBE_OK,
		    STR("works: links are impaired by the kernel"), "");
	else
		set_result(&probe, PROBE_MISSING, str_of(err.text),
		    "nothing: links are impaired in user space; or, as root: modprobe -a sch_netem sch_tbf");
	return probe;
}

static struct probe probe_vlans(const char *name, const char *needs,
    int (*try)(struct error *err), const char *works, const char *todo)
{
	struct probe probe = { .name = name, .needs = needs };
	struct error err = ERROR_NULL;

	if (try(&err) == 0)
		set_result(&probe, PROBE_OK, str_of(works), "");
	else
		set_result(&probe, PROBE_MISSING, str_of(err.text), todo);
	return probe;
}

static size_t probe_links(struct probe *probes)
{
	probes[0] = probe_netem();
	probes[1] = probe_vlans("VLANs of bridges", "\"means: kernel\" of switches",
	    vlan_bridge_try, "work: switches keep VLANs apart by the kernel",
	    "nothing: a switch of a lab has a bridge for each of its VLANs; or a kernel with CONFIG_BRIDGE_VLAN_FILTERING");
	probes[2] = probe_vlans("8021q", "speed alone", vlan_link_try,
	    "works: a router's port has interfaces of its VLANs by the kernel",
	    "nothing: tags are written in user space; or, as root: modprobe 8021q");
	return 3;
}

/* Without namespaces nothing else can be tried. */
static size_t probe_kernel(struct probe *probes)
{
	const struct sandbox_obstacle *obstacle;
	bool has_namespaces;
	size_t n = 1;

	probes[0] = probe_trial(&trials[0]);
	if (probes[0].result == PROBE_OK) {
		for (size_t i = 1; i < ARRAY_LEN(trials); i++)
			probes[n++] = probe_trial(&trials[i]);
	}
	has_namespaces = probes[0].result == PROBE_OK;
	if (has_namespaces)
		n += probe_links(&probes[n]);
	for (size_t i = 0; (obstacle = sandbox_obstacle(i)); i++)
		probes[n++] =
		    probe_restriction(obstacle, has_namespaces, geteuid() == 0);
	return n;
}

/* ---- outside ---------------------------------------------------------------------- */

static struct probe probe_program(const char *name, const char *needs,
    const char *package)
{
	struct probe probe = { .name = name, .needs = needs };

	if (search_path_find(name, probe.fact, sizeof(probe.fact)))
		return probe;
	probe.result = PROBE_MISSING;
	(void)snprintf(probe.fact, sizeof(probe.fact),
	    "neither in PATH nor in /usr/sbin or /sbin");
	(void)snprintf(probe.todo, sizeof(probe.todo), "as root: apt-get install %s",
	    package);
	return probe;
}

static struct probe probe_descriptors(void)
{
	struct probe probe = { .name = "open files", .needs = "large labs" };
	struct rlimit limit = { 0 };

	(void)getrlimit(RLIMIT_NOFILE, &limit);
	(void)snprintf(probe.fact, sizeof(probe.fact),
	    "at most %llu a process: so many nodes have a namespace of their own",
	    (unsigned long long)limit.rlim_max);
	if (limit.rlim_max < 4096) {
		probe.result = PROBE_MISSING;
		(void)snprintf(probe.todo, sizeof(probe.todo),
		    "raise the hard limit: ulimit -Hn, /etc/security/limits.conf");
	}
	return probe;
}

/* All namespaces share one ARP table; only the first namespace's root can enlarge it. */
static struct probe probe_neighbours(void)
{
	struct probe probe = { .name = "neighbour table", .needs = "large labs" };
	auto_file file = fopen("/proc/sys/net/ipv4/neigh/default/gc_thresh3", "re");
	long most = 0;
	char line[32];

	if (file && fgets(line, sizeof(line), file))
		most = strtol(line, NULL, 10);
	(void)snprintf(probe.fact, sizeof(probe.fact),
	    "%ld entries for all labs together", most);
	if (file && most < 4096) {
		probe.result = PROBE_MISSING;
		(void)snprintf(probe.todo, sizeof(probe.todo),
		    "for over %ld nodes, as root: sysctl "
		    "net.ipv4.neigh.default.gc_thresh3=65536",
		    most / 2);
	}
	return probe;
}

size_t probe_all(struct probe probes[PROBES_MAX])
{
	size_t n = probe_kernel(probes);

	probes[n++] =
	    probe_program("dnsmasq", "dns nodes, engine: dnsmasq", "dnsmasq-base");
	probes[n++] = probe_program("kea-dhcp4", "engine: kea", "kea-dhcp4-server");
	probes[n++] = probe_program("nft", "nodes of kind nat", "nftables");
	probes[n++] = probe_program("nginx", "proxy nodes", "nginx-light");
	probes[n++] = probe_program("haproxy", "engine: haproxy", "haproxy");
	probes[n++] = probe_descriptors();
	probes[n++] = probe_neighbours();
	return n;
}
