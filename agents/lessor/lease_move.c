#include "agents/lessor/lease_move.h"

#include "lib/base/buf.h"
#include "lib/base/cleanup.h"

#include <errno.h>
#include <stdlib.h>

static int collect(void *user, const struct lease_view *lease)
{
	struct buf *all = user;

	buf_append(all, lease, sizeof(*lease));
	return all->error;
}

/* As dhcp_server_restore() wants them. */
static int by_expiry(const void *a, const void *b)
{
	const struct lease_view *x = a, *y = b;

	return (x->expires_at > y->expires_at) - (x->expires_at < y->expires_at);
}

int lease_move(struct dhcp_server *from, struct dhcp_server *to, clock_ns now,
    lease_change_fn *lost, void *user)
{
	auto_buf all = BUF_NULL; /* of views: their texts are `from`'s */
	auto_free struct lease_view *leases = NULL;
	size_t n;

	if (dhcp_server_leases(from, now, collect, &all) != 0)
		return -ENOMEM;
	n = all.len / sizeof(*leases);
	leases = calloc(n + 1, sizeof(*leases));
	if (!leases)
		return -ENOMEM;
	if (n > 0)
		memcpy(leases, all.data, all.len);
	qsort(leases, n, sizeof(*leases), by_expiry);
	for (size_t i = 0; i < n; i++) {
		int r = dhcp_server_restore(to, &leases[i], now);

		if (r == -ENOMEM)
			return r;
		if (r < 0)
			leases[i].expires_at = 0;
	}
	/* Nothing is lost before all is moved: until then `from` may have to go on. */
	for (size_t i = 0; i < n && lost; i++) {
		if (leases[i].expires_at == 0)
			lost(user, &leases[i]);
	}
	return 0;
}
