/* What this kernel can do is found by doing it, never by its version or its list of modules. */
#include "lab/kernel/link.h"
#include "lab/kernel/namespace.h"
#include "lab/kernel/netem.h"
#include "lab/kernel/nl.h"
#include "lab/kernel/sandbox.h"

#include <errno.h>
#include <sys/wait.h>

/* One of each thing that links ask of it. */
static const struct impair sample = {
	.delay = NS_PER_MS,
	.jitter = NS_PER_US,
	.distribution = IMPAIR_NORMAL,
	.gilbert = { 1, 500000, IMPAIR_MILLION, 0 },
	.rate = 1000000,
};

static int try_here(struct error *err)
{
	const struct plan_veth veth = {
		.near = { .name = "a", .ifindex = 3, .mac = { 2, 0, 0, 0, 0, 1 } },
		.peer = { .name = "b", .ifindex = 4, .mac = { 2, 0, 0, 0, 0, 2 } },
	};
	auto_cleanup(nlsock_close) struct nlsock *sock = NULL;
	auto_fd ns = -1;

	if (namespace_create(&ns, err) < 0 || nlsock_open(&sock, err) < 0 ||
	    link_veth_add(sock, &veth, ns, err) < 0)
		return err->code;
	return netem_set(sock, veth.near.ifindex, &sample, err);
}

int netem_try(struct error *err)
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
			(void)try_here(&failure);
		/* An errno of the kernel, or 255 for what is none. */
		_exit(failure.code == 0     ? 0
		      : failure.code > -255 ? -failure.code
					    : 255);
	}
	while (waitpid(pid, &status, 0) < 0) {
		/* Whoever started us may ignore the ends of children, and nothing is known. */
		if (errno != EINTR)
			return error_set(err, ERR_MACHINE,
			    "tried a netem in a namespace of our own: %s",
			    error_name(-errno));
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	return error_set(err, ERR_MACHINE,
	    "tried a netem with tbf behind it in a namespace of our own: %s",
	    WIFEXITED(status) && WEXITSTATUS(status) < 255
		? error_name(-WEXITSTATUS(status))
		: "failed");
}
