#include "agents/cpe/place/place6.h"

#include "agents/common/netns.h"
#include "agents/cpe/place/place_ask.h"
#include "lib/base/cleanup.h"
#include "lib/base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum {
	SCOPE_LINK = 0x20, /* as net/if_inet6 has it */
	DISCARD_PORT = 9   /* any will do */
};

/* ---- what is there ------------------------------------------------------------------- */

/* A line of net/if_inet6 of proc(5): address, index, prefix, scope, flags, name. */
static bool read_line(const char *line, int ifindex, struct place6_address *ret)
{
	unsigned index, prefix, scope, flags;
	char hex[33];

	if (sscanf(line, "%32s %x %x %x %x", hex, &index, &prefix, &scope, &flags) !=
		5 ||
	    index != (unsigned)ifindex || hex_parse(str_of(hex), ret->bytes, 16) != 16)
		return false;
	ret->prefix = (uint8_t)prefix;
	ret->is_link_local = scope == SCOPE_LINK;
	ret->is_duplicate = flags & IFA_F_DADFAILED;
	ret->is_tentative = flags & IFA_F_TENTATIVE;
	ret->is_deprecated = flags & IFA_F_DEPRECATED;
	ret->is_temporary = flags & IFA_F_TEMPORARY;
	return true;
}

/* The link's own and a leased one come in wherever they stand in the list. */
static bool has_room(const struct place6_address *address, size_t n)
{
	bool is_made =
	    !address->is_link_local && address->prefix != PLACE6_LEASED_PREFIX;

	return n < (size_t)(is_made ? PLACE6_MADE_MAX : PLACE6_ADDRESSES_MAX);
}

size_t place6_read(FILE *file, int ifindex,
    struct place6_address ret[PLACE6_ADDRESSES_MAX])
{
	struct place6_address next;
	char line[256];
	size_t n = 0;

	while (fgets(line, sizeof(line), file))
		if (read_line(line, ifindex, &next) && has_room(&next, n))
			ret[n++] = next;
	return n;
}

size_t place6_addresses(const struct cpe_place *place,
    struct place6_address ret[PLACE6_ADDRESSES_MAX])
{
	FILE *file;
	size_t n;
	int home;

	if (netns_enter(place->netns, &home, NULL) < 0)
		return 0;
	file = fopen("/proc/thread-self/net/if_inet6", "re");
	netns_leave(home);
	if (!file)
		return 0;
	n = place6_read(file, place->ifindex, ret);
	(void)fclose(file);
	return n;
}

/* ---- what is put there --------------------------------------------------------------- */

int place6_doorbell(const struct cpe_place *place, struct error *err)
{
	return place_netlink(place, RTMGRP_IPV6_IFADDR, err);
}

static void begin_request(struct route_request *request, int type, int flags,
    const struct cpe_place *place, const uint8_t *address)
{
	const struct ifaddrmsg body = {
		.ifa_family = AF_INET6,
		.ifa_prefixlen = PLACE6_LEASED_PREFIX,
		.ifa_index = (unsigned)place->ifindex,
	};

	route_request_init(request, type, NLM_F_ACK | flags, &body, sizeof(body));
	route_request_put(request, IFA_LOCAL, address, PLACE_ADDRESS6);
	route_request_put(request, IFA_ADDRESS, address, PLACE_ADDRESS6);
}

static int fail(const struct cpe_place *place, const uint8_t *address, int code,
    struct error *err)
{
	char text[INET6_ADDRSTRLEN];

	return error_set(err, code, "address %s on %s: %s",
	    inet_ntop(AF_INET6, address, text, sizeof(text)), place->interface,
	    strerror(-code));
}

int place6_set(const struct cpe_place *place, const uint8_t address[PLACE_ADDRESS6],
    uint32_t preferred_s, uint32_t valid_s, struct error *err)
{
	const struct ifa_cacheinfo times = { .ifa_prefered = preferred_s,
		.ifa_valid = valid_s };
	struct route_request request;
	int r;

	begin_request(&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, place,
	    address);
	route_request_put(&request, IFA_CACHEINFO, &times, sizeof(times));
	r = place_ask(place, &request, err);
	return r < 0 ? fail(place, address, r, err) : 0;
}

int place6_clear(const struct cpe_place *place, const uint8_t address[PLACE_ADDRESS6],
    struct error *err)
{
	struct route_request request;
	int r;

	begin_request(&request, RTM_DELADDR, 0, place, address);
	r = place_ask(place, &request, err);
	return r < 0 && r != -EADDRNOTAVAIL ? fail(place, address, r, err) : 0;
}

/* ---- the way there ------------------------------------------------------------------- */

static struct endpoint endpoint_of(const struct sockaddr_storage *at)
{
	const void *name = at;
	const struct sockaddr_in *v4 = name;
	const struct sockaddr_in6 *v6 = name;

	return at->ss_family == AF_INET ? endpoint_ipv4(ntohl(v4->sin_addr.s_addr), 0)
					: endpoint_ipv6(v6->sin6_addr.s6_addr, 0);
}

static bool is_deprecated(const struct cpe_place *place, const uint8_t *address)
{
	struct place6_address there[PLACE6_ADDRESSES_MAX];
	size_t n = place6_addresses(place, there);

	for (size_t i = 0; i < n; i++)
		if (memcmp(there[i].bytes, address, PLACE_ADDRESS6) == 0)
			return there[i].is_deprecated;
	return false;
}

/* Connecting a datagram socket sends nothing. */
bool place6_choose(const struct cpe_place *place, struct address_choice *choice)
{
	bool is_ipv4 = endpoint_is_ipv4(choice->to.address);
	struct endpoint to = choice->to, from;
	struct sockaddr_storage at;
	socklen_t len;
	auto_fd fd = cpe_place_make_socket(place, is_ipv4 ? AF_INET : AF_INET6,
	    SOCK_DGRAM, 0, NULL);

	choice->has_from = false;
	to.port = DISCARD_PORT;
	len = endpoint_sockaddr(&to, place->ifindex, &at);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&at, len) < 0)
		return false;
	len = sizeof(at);
	if (getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		return false;
	from = endpoint_of(&at);
	memcpy(choice->from, from.address, sizeof(choice->from));
	choice->has_from = true;
	choice->is_deprecated = !is_ipv4 && is_deprecated(place, choice->from);
	return true;
}
