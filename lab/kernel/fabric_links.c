/* Links of a lab that the kernel impairs, while it is up. */
#include "lab/kernel/fabric.h"

#include "lab/kernel/namespace.h"
#include "lab/kernel/netem.h"
#include "lab/kernel/nl.h"

#include <errno.h>
#include <pthread.h>

struct change {
	int ns;
	uint32_t ifindex;
	const struct impair *impair;
	struct error err;
	int result;
};

static void *change_in_thread(void *user)
{
	struct change *change = user;
	auto_cleanup(nlsock_close) struct nlsock *sock = NULL;

	change->result = namespace_enter(change->ns, &change->err);
	if (change->result == 0)
		change->result = nlsock_open(&sock, &change->err);
	if (change->result == 0)
		change->result =
		    netem_set(sock, change->ifindex, change->impair, &change->err);
	return NULL;
}

/* As fabric_build(): a thread, for the way back would be closed. */
static int change(int ns, uint32_t ifindex, const struct impair *impair,
    struct error *err)
{
	struct change change = { .ns = ns, .ifindex = ifindex, .impair = impair };
	pthread_t thread;
	int r = pthread_create(&thread, NULL, change_in_thread, &change);

	if (r != 0)
		return error_set(err, -r, "no thread to change a link with: %s",
		    error_name(-r));
	(void)pthread_join(thread, NULL);
	return change.result < 0 ? error_set(err, change.result, "%s", change.err.text)
				 : 0;
}

int fabric_impair(const struct fabric *fabric, const struct plan_link *link,
    const struct impair_link *value, struct error *err)
{
	int r = change(fabric_ns(fabric, link->up_ns), link->up_ifindex,
	    &value->way[IMPAIR_WAY_UP], err);

	if (r == 0)
		r = change(fabric_ns(fabric, link->down_ns), link->down_ifindex,
		    &value->way[IMPAIR_WAY_DOWN], err);
	return r < 0 ? error_prefix(err, "link %s", link->name) : 0;
}
