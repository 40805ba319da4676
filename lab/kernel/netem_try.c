/* What this kernel can do is found by doing it, never by its version or its list of modules. */
#include "lab/kernel/kernel_try.h"
#include "lab/kernel/link.h"
#include "lab/kernel/namespace.h"
#include "lab/kernel/netem.h"
#include "lab/kernel/nl.h"

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
	return kernel_try(try_here, "a netem with tbf behind it", err);
}
