#include "agents/cpe/dhcp6/net6.h"

#include "lib/base/compiler.h"

#include <stdio.h>
#include <string.h>

static enum net6_mode mode_of(const struct router_advert *advert)
{
	if (advert->is_managed)
		return NET6_MANAGED;
	return advert->has_other ? NET6_OTHER : NET6_ALONE;
}

static void enter(struct net6 *net, enum net6_mode mode, clock_ns now)
{
	if (mode <= net->mode)
		return;
	net->mode = mode;
	net->begun_at = now;
}

static void forget_old(struct net6 *net, clock_ns now)
{
	size_t n = 0;

	for (size_t i = 0; i < net->n_routers; i++)
		if (net->routers[i].until > now)
			net->routers[n++] = net->routers[i];
	net->n_routers = n;
}

/* Two routers that name different servers do not change what the host knows with each word. */
static void note_dns(struct net6 *net, const struct router_advert *advert,
    const uint8_t *address, clock_ns now)
{
	struct net6_router *router = net->routers;

	forget_old(net, now);
	while (router < net->routers + net->n_routers &&
	       memcmp(router->address, address, sizeof(router->address)) != 0)
		router++;
	if (router == net->routers + NET6_ROUTERS_MAX)
		return;
	if (router == net->routers + net->n_routers)
		net->n_routers++;
	memcpy(router->address, address, sizeof(router->address));
	router->until = advert->dns_lifetime_s == UINT32_MAX
			    ? INT64_MAX
			    : now + advert->dns_lifetime_s * NS_PER_S;
	router->n_dns = advert->n_dns;
	memcpy(router->dns, advert->dns, sizeof(router->dns));
}

void net6_hear(struct net6 *net, const struct router_advert *advert,
    const uint8_t router[PLACE_ADDRESS6], clock_ns now)
{
	note_dns(net, advert, router, now);
	memcpy(net->router, router, sizeof(net->router));
	enter(net, mode_of(advert), now);
}

void net6_hear_nobody(struct net6 *net, clock_ns now)
{
	if (net->mode == NET6_UNKNOWN)
		enter(net, NET6_MANAGED, now);
}

/* ---- addresses ----------------------------------------------------------------------- */

static bool is_usable(const struct place6_address *address)
{
	return !address->is_tentative && !address->is_duplicate;
}

static const struct place6_address *find_leased(const struct dhcp6_client *client,
    const struct place6_address *addresses, size_t n)
{
	for (size_t i = 0; client->lease.has_address && i < n; i++)
		if (memcmp(addresses[i].bytes, client->lease.address, PLACE_ADDRESS6) ==
		    0)
			return &addresses[i];
	return NULL;
}

/* One that the kernel has made of a prefix, and that new connections may begin from. */
static const struct place6_address *find_own(const struct place6_address *addresses,
    size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_usable(&addresses[i]) && !addresses[i].is_link_local &&
		    !addresses[i].is_deprecated && !addresses[i].is_temporary)
			return &addresses[i];
	return NULL;
}

static bool has_link(const struct place6_address *addresses, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (addresses[i].is_link_local && is_usable(&addresses[i]))
			return true;
	return false;
}

static void take(struct net6_sight *sight, const struct place6_address *address,
    enum net6_origin origin)
{
	sight->is_ready = true;
	sight->origin = origin;
	sight->prefix = address->prefix;
	memcpy(sight->address, address->bytes, sizeof(sight->address));
}

/* Whether nothing of DHCPv6 is waited for any more. */
static bool is_told(const struct net6 *net, const struct dhcp6_client *client)
{
	return net->mode == NET6_ALONE ||
	       (net->mode == NET6_OTHER && client->lease.server_len > 0);
}

struct net6_sight net6_look(const struct net6 *net, const struct dhcp6_client *client,
    const struct place6_address *addresses, size_t n, clock_ns now)
{
	struct net6_sight sight = { .is_linked = has_link(addresses, n),
		.due = INT64_MAX };
	const struct place6_address *leased = find_leased(client, addresses, n);
	const struct place6_address *own = find_own(addresses, n);
	clock_ns patient_until = net->begun_at + NET6_PATIENCE;

	sight.is_missing = client->lease.has_address && !leased;
	sight.is_conflict = leased
				? leased->is_duplicate
				: sight.is_missing && sight.is_linked && net->is_trying;
	if (leased && is_usable(leased)) {
		take(&sight, leased, NET6_DHCP);
	} else if (own && net->mode != NET6_UNKNOWN) {
		if (is_told(net, client) || now >= patient_until)
			take(&sight, own, NET6_SLAAC);
		else
			sight.due = patient_until;
	}
	return sight;
}

/* ---- names --------------------------------------------------------------------------- */

static bool has_server(const struct place_net6 *net, const uint8_t *address)
{
	for (size_t i = 0; i < net->n_dns; i++)
		if (memcmp(net->dns[i], address, PLACE_ADDRESS6) == 0)
			return true;
	return false;
}

static void add_servers(struct place_net6 *ret, const uint8_t (*dns)[PLACE_ADDRESS6],
    size_t n)
{
	for (size_t i = 0; i < n && ret->n_dns < PLACE_DNS6_MAX; i++)
		if (!has_server(ret, dns[i]))
			memcpy(ret->dns[ret->n_dns++], dns[i], PLACE_ADDRESS6);
}

void net6_names(const struct net6 *net, const struct dhcp6_lease *lease,
    struct place_net6 *ret)
{
	*ret = (struct place_net6){ .n_dns = 0 };
	add_servers(ret, lease->dns, lease->n_dns);
	for (size_t i = 0; i < net->n_routers; i++)
		add_servers(ret, net->routers[i].dns, net->routers[i].n_dns);
	(void)snprintf(ret->domain, sizeof(ret->domain), "%s", lease->domain);
}

const char *net6_origin_name(enum net6_origin origin)
{
	static const char *const names[] = {
#define XX(symbol, name) name,
		NET6_ORIGIN_MAP(XX)
#undef XX
	};

	return names[origin];
}
