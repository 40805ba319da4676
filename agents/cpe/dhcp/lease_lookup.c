#include "agents/cpe/dhcp/lease_lookup.h"

#include "lib/base/text.h"

#include <arpa/inet.h>
#include <stdio.h>

static void take_lease(struct resolver_query *query, const struct dhcp_lease *lease,
    char *domain, size_t size)
{
	(void)snprintf(domain, size, "%.*s", STR_ARG(lease->domain));
	query->servers = lease->dns;
	query->n_servers = lease->n_dns;
}

static void take_net6(struct resolver_query *query, const struct place_net6 *net,
    char *domain, size_t size)
{
	if (domain[0] == '\0')
		(void)snprintf(domain, size, "%s", net->domain);
	query->servers6 = net->dns;
	query->n_servers6 = net->n_dns;
}

int lease_lookup(struct resolver **ret, uv_loop_t *loop, const struct cpe_place *place,
    const struct dhcp_lease *lease, struct str host, enum place_ip families,
    void (*done)(void *user, const struct resolver_answer *answer), void *user,
    struct error *err)
{
	static const enum resolver_families asked[] = {
		[PLACE_V4] = RESOLVER_IPV4,
		[PLACE_V6] = RESOLVER_IPV6,
		[PLACE_DUAL] = RESOLVER_BOTH,
	};
	char name[256], domain[256] = "";
	struct resolver_query query = { .name = name,
		.netns = place->netns,
		.from = place->address,
		.domain = domain,
		.families = asked[families] };

	(void)snprintf(name, sizeof(name), "%.*s", STR_ARG(host));
	if (lease)
		take_lease(&query, lease, domain, sizeof(domain));
	if (place->net6)
		take_net6(&query, place->net6, domain, sizeof(domain));
	if ((lease || place->net6) && query.n_servers + query.n_servers6 == 0)
		return error_set(err, ERR_NOT_FOUND,
		    "the lease names no DNS server, and \"%.64s\" is a name", name);
	return resolver_ask(ret, loop, &query, done, user, err);
}

bool lease_lookup_literal(struct str host, struct resolver_answer *ret)
{
	char text[INET6_ADDRSTRLEN];

	*ret = (struct resolver_answer){ .len = 0 };
	if (ipv4_parse(host, &ret->addresses[0]) == 0) {
		ret->len = 1;
		return true;
	}
	if (host.len >= sizeof(text))
		return false;
	(void)snprintf(text, sizeof(text), "%.*s", STR_ARG(host));
	ret->len6 = inet_pton(AF_INET6, text, ret->addresses6[0]) == 1;
	return ret->len6 > 0;
}
