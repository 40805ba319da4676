#include "agents/cpe/dhcp/lease_lookup.h"

#include <stdio.h>

int lease_lookup(struct resolver **ret, uv_loop_t *loop, const struct cpe_place *place,
    const struct dhcp_lease *lease, struct str host,
    void (*done)(void *user, const struct resolver_answer *answer), void *user,
    struct error *err)
{
	char name[256], domain[256] = "";
	struct resolver_query query = { .name = name,
		.netns = place->netns,
		.from = place->address };

	(void)snprintf(name, sizeof(name), "%.*s", STR_ARG(host));
	if (lease) {
		(void)snprintf(domain, sizeof(domain), "%.*s", STR_ARG(lease->domain));
		query.servers = lease->dns;
		query.n_servers = lease->n_dns;
		query.domain = domain;
	}
	if (lease && lease->n_dns == 0)
		return error_set(err, ERR_NOT_FOUND,
		    "the lease names no DNS server, and \"%.64s\" is a name", name);
	return resolver_ask(ret, loop, &query, done, user, err);
}
