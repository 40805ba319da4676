/* The moment at which a lab becomes another one: its namespaces and links, its certificates, and
 * all that the supervisor knows of it. */
#include "lab/supervisor/apply.h"

#include "lab/kernel/sandbox.h"
#include "lib/base/cleanup.h"
#include "lib/base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- what is left of those that go ---------------------------------------------------------- */

static bool is_service(const struct supervisor *supervisor, pid_t pid)
{
	for (size_t i = 0; i < supervisor->n_services; i++) {
		if (supervisor->services[i]->pid == pid)
			return true;
	}
	return false;
}

struct gone {
	struct stat *namespaces; /* that nobody keeps */
	size_t n;
};

static bool find_gone(const struct supervisor *supervisor, const struct apply *apply,
    struct gone *gone)
{
	const struct plan *from = supervisor->options->plan, *to = apply->plan;
	auto_free bool *keeps = calloc(from->n_instances + 1, sizeof(*keeps));

	gone->namespaces = calloc(from->n_instances + 1, sizeof(*gone->namespaces));
	gone->n = 0;
	for (size_t i = 0; keeps && i < to->n_instances; i++) {
		if (apply->set->fabric.origin[i] != FABRIC_NEW)
			keeps[apply->set->fabric.origin[i]] = true;
	}
	for (size_t i = 0; keeps && gone->namespaces && i < from->n_instances; i++) {
		if (!keeps[i] && fstat(fabric_ns(supervisor->fabric, i),
				     &gone->namespaces[gone->n]) == 0)
			gone->n++;
	}
	return gone->n > 0;
}

static bool is_in(const struct gone *gone, const char *path)
{
	struct stat ns;

	if (stat(path, &ns) < 0)
		return false;
	for (size_t i = 0; i < gone->n; i++) {
		if (gone->namespaces[i].st_ino == ns.st_ino &&
		    gone->namespaces[i].st_dev == ns.st_dev)
			return true;
	}
	return false;
}

/* What was started there by "exec". */
static void kill_strays(const struct supervisor *supervisor, const struct apply *apply)
{
	struct gone gone;
	DIR *proc = find_gone(supervisor, apply, &gone) ? opendir("/proc") : NULL;
	struct dirent *entry;

	while (proc && (entry = readdir(proc))) {
		uint64_t pid;
		char path[64];

		if (str_to_u64(str_of(entry->d_name), INT32_MAX, &pid) < 0 ||
		    pid <= 1 || is_service(supervisor, (pid_t)pid))
			continue;
		(void)snprintf(path, sizeof(path), "/proc/%u/ns/net", (unsigned)pid);
		if (is_in(&gone, path))
			(void)kill((pid_t)pid, SIGKILL);
	}
	if (proc)
		(void)closedir(proc);
	free(gone.namespaces);
}

static int remove_one(const char *path, const struct stat *file, int type,
    struct FTW *at)
{
	(void)file;
	(void)type;
	(void)at;
	(void)remove(path);
	return 0;
}

/* Its configuration, its devices, its leases: "<name>.*". */
static void remove_named(const char *folder, const char *name)
{
	DIR *files = opendir(folder);
	size_t len = strlen(name);
	struct dirent *entry;

	while (files && (entry = readdir(files))) {
		if (strncmp(entry->d_name, name, len) == 0 && entry->d_name[len] == '.')
			(void)unlinkat(dirfd(files), entry->d_name, 0);
	}
	if (files)
		(void)closedir(files);
}

static void forget_conf(const char *name)
{
	char path[LAUNCH_PATH_MAX];

	(void)snprintf(path, sizeof(path), "/run/%s.conf", name);
	(void)unlink(path);
}

/* Who comes into the lab later by that name is somebody else. */
static void forget(const struct topology *from, const struct topology *to)
{
	static const char *const folders[] = { "/run", "/run/cpes",
		SUPERVISOR_TLS_FOLDER };
	char path[LAUNCH_PATH_MAX];

	for (size_t i = 0; i < from->n_nodes; i++) {
		const struct node *node = &from->nodes[i];
		const struct node *now = topology_node(to, str_of(node->name));

		if (now && now->kind == node->kind)
			continue;
		for (size_t k = 0; k < ARRAY_LEN(folders); k++)
			remove_named(folders[k], node->name);
		(void)snprintf(path, sizeof(path), "/run/nodes/%s", node->name);
		(void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	}
}

/* ---- what the supervisor knows ------------------------------------------------------------- */

static int move_addresses(struct supervisor *supervisor, const struct apply *apply)
{
	const struct plan *plan = apply->plan;
	uint32_t *addresses = calloc(plan->n_instances + 1, sizeof(*addresses));
	uint8_t(*addresses6)[16] = calloc(plan->n_instances + 1, sizeof(*addresses6));

	if (!addresses || !addresses6) {
		free(addresses);
		free(addresses6);
		return -ENOMEM;
	}
	for (size_t i = 0; i < plan->n_instances; i++) {
		const struct node *node = plan->instances[i].node;
		uint32_t was = apply->set->fabric.origin[i];
		bool stays = was != FABRIC_NEW;

		addresses[i] =
		    stays ? supervisor->addresses[was] : node->address.address;
		memcpy(addresses6[i],
		    stays ? supervisor->addresses6[was] : node->address6.address,
		    sizeof(addresses6[i]));
	}
	free(supervisor->addresses);
	free(supervisor->addresses6);
	supervisor->addresses = addresses;
	supervisor->addresses6 = addresses6;
	return 0;
}

/* Whose step it is that was not carried out: of a cable the node that it is of. */
static uint32_t owner_of(const struct plan *plan, const struct plan_step *step)
{
	bool is_of_peer = step->op == PLAN_VETH &&
			  plan->instances[step->veth.peer_ns].node->kind != NODE_SWITCH;

	return is_of_peer ? step->veth.peer_ns : step->ns;
}

/* What was not built, or only in part, is told, and built anew by the next one; which does not know
 * of it where there is no memory. */
static void note_broken(struct supervisor *supervisor, struct apply *apply)
{
	const struct plan *plan = apply->plan;
	const struct fabric_change *change = &apply->set->fabric;

	free(supervisor->is_broken);
	supervisor->is_broken = NULL;
	if (change->reached == plan->n_steps)
		return;
	supervisor->is_broken = calloc(plan->n_instances + 1, sizeof(bool));
	for (size_t i = change->reached; supervisor->is_broken && i < plan->n_steps;
	     i++) {
		if (change->is_due[i])
			supervisor->is_broken[owner_of(plan, &plan->steps[i])] = true;
	}
	for (size_t i = 0; supervisor->is_broken && i < plan->n_instances; i++) {
		if (supervisor->is_broken[i])
			apply_fail(apply, plan->instances[i].name, "it is not built");
	}
}

/* The old plan is the caller's to free. */
static int adopt(struct supervisor *supervisor, struct apply *apply, struct error *err)
{
	supervisor->own.plan = apply->plan;
	if (supervisor_list_services(supervisor, err) < 0)
		return err->code;
	if (supervisor_renew_links(supervisor, apply->set->links, err) < 0)
		return err->code;
	return 0;
}

static void name_resolver(const struct topology *from, const struct topology *to)
{
	const struct node *was = topology_dns(from), *now = topology_dns(to);

	char before[IPV6_TEXT_MAX], address[IPV6_TEXT_MAX];

	if (now && (!was ||
		       strcmp(node_address_text(was, before),
			   node_address_text(now, address)) != 0 ||
		       strcmp(from->domain, to->domain) != 0))
		sandbox_resolver(node_address_text(now, address), to->domain);
}

static size_t count_made(const struct apply *apply, enum plan_op op)
{
	size_t n = 0;

	for (size_t i = 0; i < apply->set->fabric.reached; i++)
		n += apply->set->fabric.is_due[i] && apply->plan->steps[i].op == op;
	return n;
}

static void tell_built(struct apply *apply)
{
	size_t n = count_made(apply, PLAN_NAMESPACE),
	       links = count_made(apply, PLAN_VETH);

	if (n + links + apply->set->fabric.n_gone > 0)
		apply_say(apply, "built", "%zu namespace%s, %zu link%s; %zu taken away",
		    n, n == 1 ? "" : "s", links, links == 1 ? "" : "s",
		    apply->set->fabric.n_gone);
}

static void fail(struct apply *apply, const struct error *err)
{
	apply_fail(apply, apply->plan->topology->name, err->text);
}

/* The namespaces and links. What the supervisor then knows is the new lab, whole or not. */
static bool change_fabric(struct supervisor *supervisor, struct apply *apply)
{
	struct error err = ERROR_NULL;
	bool is_built = fabric_take_over(apply->set->next, &supervisor->fabric,
			    &apply->set->fabric, &err) == 0;

	supervisor->fabric = apply->set->next;
	apply->set->next = NULL;
	if (!is_built)
		fail(apply, &err);
	note_broken(supervisor, apply);
	if (adopt(supervisor, apply, &err) == 0)
		return true;
	fail(apply, &err);
	return false;
}

static void settle(struct supervisor *supervisor, struct apply *apply,
    const struct topology *from)
{
	struct error err = ERROR_NULL;

	forget(from, apply->topology);
	/* Who is told nothing any more has no configuration; others have theirs written anew. */
	for (size_t i = 0; i < apply->topology->n_nodes; i++) {
		if (apply->set->starts[i])
			forget_conf(apply->topology->nodes[i].name);
	}
	if (!launch_wants_carrier(apply->plan))
		forget_conf(LAUNCH_CARRIER);
	name_resolver(from, apply->topology);
	if (launch_renew_tls(apply->topology, SUPERVISOR_TLS_FOLDER, apply->set->starts,
		&supervisor->issuer, &err) < 0)
		fail(apply, &err);
	tell_built(apply);
}

/* Everything of the old lab is there until the very end, as others point into it. */
bool apply_build(struct supervisor *supervisor, struct apply *apply)
{
	const struct topology *from = supervisor->options->plan->topology;
	struct topology *old = supervisor->topology;
	struct plan *old_plan = supervisor->plan;

	kill_strays(supervisor, apply);
	if (move_addresses(supervisor, apply) < 0) {
		apply_fail(apply, from->name, "out of memory");
		apply->phase = APPLY_OVER;
		return false;
	}
	if (change_fabric(supervisor, apply)) {
		settle(supervisor, apply, from);
		plan_free(old_plan);
		topology_free(old);
	}
	supervisor->topology = apply->topology;
	supervisor->plan = apply->plan;
	apply->is_adopted = true;
	return true;
}
