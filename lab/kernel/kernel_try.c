#include "lab/kernel/kernel_try.h"

#include "lab/kernel/link.h"
#include "lab/kernel/namespace.h"
#include "lab/kernel/nl.h"
#include "lab/kernel/sandbox.h"

#include <errno.h>
#include <sys/wait.h>

int kernel_try(int (*run)(struct error *err), const char *what, struct error *err)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int status = 0, r;
	pid_t pid;

	r = sandbox_fork(&pid, err);
	if (r < 0)
		return r;
	if (pid == 0) {
		struct error failure = ERROR_NULL;

		if (sandbox_settle(uid, gid, &failure) == 0)
			(void)run(&failure);
		/* An errno of the kernel, or 255 for what is none. */
		_exit(failure.code == 0     ? 0
		      : failure.code > -255 ? -failure.code
					    : 255);
	}
	while (waitpid(pid, &status, 0) < 0) {
		/* Whoever started us may ignore the ends of children, and nothing is known. */
		if (errno != EINTR)
			return error_set(err, ERR_MACHINE,
			    "tried %s in a namespace of our own: %s", what,
			    error_name(-errno));
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	return error_set(err, ERR_MACHINE, "tried %s in a namespace of our own: %s",
	    what,
	    WIFEXITED(status) && WEXITSTATUS(status) < 255
		? error_name(-WEXITSTATUS(status))
		: "failed");
}

/* ---- VLANs ----------------------------------------------------------------------------- */

static const struct plan_veth veth = {
	.near = { .name = "a", .ifindex = 3, .mac = { 2, 0, 0, 0, 0, 1 } },
	.peer = { .name = "b", .ifindex = 4, .mac = { 2, 0, 0, 0, 0, 2 } },
};

static int add_veth(struct nlsock **ret, uint32_t master, struct error *err)
{
	const struct plan_bridge bridge = { .name = "br0",
		.ifindex = PLAN_IFINDEX_BRIDGE,
		.mac = { 2, 0, 0, 0, 0, 3 },
		.keeps_vlans = true };
	struct plan_veth pair = veth;
	auto_fd ns = -1;

	pair.master = master;
	if (namespace_create(&ns, err) < 0 || nlsock_open(ret, err) < 0)
		return err->code;
	if (master && link_bridge_add(*ret, &bridge, err) < 0)
		return err->code;
	return link_veth_add(*ret, &pair, ns, err);
}

/* A kernel that cannot makes the bridge all the same, and says so at its port. */
static int try_bridge(struct error *err)
{
	const struct attach attach = { .vlan = 10 };
	const struct plan_port_vlans port = { veth.near.ifindex, "a", &attach };
	auto_cleanup(nlsock_close) struct nlsock *sock = NULL;
	int r = add_veth(&sock, PLAN_IFINDEX_BRIDGE, err);

	return r < 0 ? r : link_port_vlans(sock, &port, err);
}

static int try_link(struct error *err)
{
	const struct plan_vlan vlan = {
		.end = { .name = "a.10", .ifindex = 5, .mac = { 2, 0, 0, 0, 0, 4 } },
		.parent = veth.near.ifindex,
		.vlan = 10,
	};
	auto_cleanup(nlsock_close) struct nlsock *sock = NULL;
	int r = add_veth(&sock, 0, err);

	return r < 0 ? r : link_vlan_add(sock, &vlan, err);
}

int vlan_bridge_try(struct error *err)
{
	return kernel_try(try_bridge, "VLANs of a bridge", err);
}

int vlan_link_try(struct error *err)
{
	return kernel_try(try_link, "an interface of 8021q", err);
}
