#include "agents/cpe/ports/static_routes.h"

#include "agents/cpe/ports/bridge_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>

enum {
	FOUND_MAX = 4 * ROUTE_TABLE_MAX,
	ROUTES_PROTOCOL = 87 /* no routing daemon's (rt_protos of iproute2) */
};

struct found {                          /* in the kernel */
	struct route routes[FOUND_MAX]; /* static ones */
	unsigned n;
	const struct route_table *table;
	bool is_connected[ROUTE_TABLE_MAX]; /* the network of that one of the table */
};

/* One that the kernel has made for the address of an interface. */
static void take_connected(struct found *found, const struct route *route)
{
	for (uint32_t i = 0; i < found->table->n; i++)
		found->is_connected[i] |=
		    found->table->items[i].network == route->network &&
		    found->table->items[i].prefix == route->prefix;
}

static void take_route(void *user, const struct nlmsghdr *message)
{
	const struct rtmsg *body = NLMSG_DATA(message);
	const struct rtattr *at;
	struct found *found = user;
	struct route route = { 0 };
	size_t len;

	if (message->nlmsg_type != RTM_NEWROUTE ||
	    message->nlmsg_len < NLMSG_LENGTH(sizeof(*body)) ||
	    body->rtm_family != AF_INET || body->rtm_table != RT_TABLE_MAIN)
		return;
	len = RTM_PAYLOAD(message);
	for (at = RTM_RTA(body); RTA_OK(at, len); at = RTA_NEXT(at, len)) {
		uint32_t address;

		if (RTA_PAYLOAD(at) < sizeof(address))
			continue;
		memcpy(&address, RTA_DATA(at), sizeof(address));
		if (at->rta_type == RTA_DST)
			route.network = ntohl(address);
		else if (at->rta_type == RTA_GATEWAY)
			route.via = ntohl(address);
	}
	route.prefix = body->rtm_dst_len;
	if (body->rtm_protocol == RTPROT_KERNEL)
		take_connected(found, &route);
	else if (body->rtm_protocol == ROUTES_PROTOCOL && found->n < FOUND_MAX)
		found->routes[found->n++] = route;
}

static int read_routes(const struct cpe_place *place, struct found *found)
{
	struct {
		struct nlmsghdr header;
		struct rtmsg body;
	} request = {
		.header = { .nlmsg_len = sizeof(request),
		    .nlmsg_type = RTM_GETROUTE,
		    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.body = { .rtm_family = AF_INET },
	};

	return bridge_ask(place, &request.header, take_route, found);
}

/* One that is made stands before others of its network: what was typed counts more than what
 * came with a lease, but not more than that the network is there. */
static int change(const struct cpe_place *place, int type, const struct route *route)
{
	struct {
		struct nlmsghdr header;
		struct rtmsg body;
		struct rtattr network_head;
		uint32_t network;
		struct rtattr via_head;
		uint32_t via;
	} request = {
		.header = { .nlmsg_len = sizeof(request),
		    .nlmsg_type = (uint16_t)type,
		    .nlmsg_flags =
			(uint16_t)(NLM_F_REQUEST | NLM_F_ACK |
				   (type == RTM_NEWROUTE ? NLM_F_CREATE : 0)) },
		.body = { .rtm_family = AF_INET,
		    .rtm_dst_len = (uint8_t)route->prefix,
		    .rtm_table = RT_TABLE_MAIN,
		    .rtm_protocol = ROUTES_PROTOCOL,
		    .rtm_scope = RT_SCOPE_UNIVERSE,
		    .rtm_type = RTN_UNICAST },
		.network_head = { RTA_LENGTH(sizeof(uint32_t)), RTA_DST },
		.network = htonl(route->network),
		.via_head = { RTA_LENGTH(sizeof(uint32_t)), RTA_GATEWAY },
		.via = htonl(route->via),
	};

	return bridge_ask(place, &request.header, NULL, NULL);
}

static bool has(const struct found *found, const struct route *route)
{
	for (unsigned i = 0; i < found->n; i++) {
		if (memcmp(&found->routes[i], route, sizeof(*route)) == 0)
			return true;
	}
	return false;
}

static bool is_wanted(const struct found *found, const struct route *route)
{
	for (uint32_t i = 0; i < found->table->n; i++) {
		if (memcmp(&found->table->items[i], route, sizeof(*route)) == 0)
			return !found->is_connected[i];
	}
	return false;
}

int static_routes_set(const struct cpe_place *place, const struct route_table *table,
    struct error *err)
{
	struct found found = { .table = table };
	int r = read_routes(place, &found);

	for (unsigned i = 0; i < found.n && r == 0; i++) {
		if (!is_wanted(&found, &found.routes[i]))
			r = change(place, RTM_DELROUTE, &found.routes[i]);
	}
	for (uint32_t i = 0; i < table->n && r == 0; i++) {
		if (!found.is_connected[i] && !has(&found, &table->items[i]))
			r = change(place, RTM_NEWROUTE, &table->items[i]);
		/* Its next hop is nowhere, or an address of the switch itself. */
		if (r == -ENETUNREACH || r == -EHOSTUNREACH || r == -ENETDOWN ||
		    r == -EINVAL || r == -EEXIST)
			r = 0;
	}
	return r < 0 ? error_set(err, r, "static routes: %s", error_name(r)) : 0;
}
