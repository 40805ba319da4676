#include "agents/cpe/dhcp6/dhcp6_io.h"

#include "lib/base/cleanup.h"

#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

enum {
	HOPS_OF_NEIGHBOURS = 255, /* what was not forwarded, RFC 4861 6.1.2 */
	SKIPS_MAX = 16,           /* messages in one call, before others get a turn */
	ADVERT_MAX = 1500,
	SOURCE_OPTION = 1
};

static const uint8_t ALL_ROUTERS[16] = { 0xff, 2, [15] = 2 };
static const uint8_t ALL_SERVERS[16] = { 0xff, 2, [13] = 1, [15] = 2 };

static int fail(const struct cpe_place *place, const char *what, struct error *err)
{
	return error_set(err, -errno, "%s on %s: %s", what, place->interface,
	    strerror(errno));
}

static struct sockaddr_in6 name_of(const struct cpe_place *place,
    const uint8_t *address, uint16_t port)
{
	struct sockaddr_in6 name = { .sin6_family = AF_INET6,
		.sin6_port = htons(port),
		.sin6_scope_id = (uint32_t)place->ifindex };

	memcpy(&name.sin6_addr, address, sizeof(name.sin6_addr));
	return name;
}

/* Other interfaces of the namespace are none of the CPE's. */
static int hold_to_interface(const struct cpe_place *place, int fd, struct error *err)
{
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, place->interface,
		(socklen_t)strlen(place->interface)) < 0)
		return fail(place, "listen", err);
	return 0;
}

/* ---- routers ------------------------------------------------------------------------- */

static int set_up_router_socket(const struct cpe_place *place, int fd,
    struct error *err)
{
	const int hops = HOPS_OF_NEIGHBOURS, on = 1;
	struct icmp6_filter filter;

	ICMP6_FILTER_SETBLOCKALL(&filter);
	ICMP6_FILTER_SETPASS(ROUTER_ADVERT, &filter);
	if (setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof(filter)) < 0 ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof(hops)) <
		0 ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &on, sizeof(on)) < 0)
		return fail(place, "listen for routers", err);
	return hold_to_interface(place, fd, err);
}

int dhcp6_io_open_router(const struct cpe_place *place, struct error *err)
{
	auto_fd fd =
	    cpe_place_make_socket(place, AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, err);
	int r = fd < 0 ? fd : set_up_router_socket(place, fd, err);

	return r < 0 ? r : steal_fd(&fd);
}

int dhcp6_io_solicit_router(const struct cpe_place *place, int fd, const uint8_t mac[6],
    struct error *err)
{
	const struct sockaddr_in6 to = name_of(place, ALL_ROUTERS, 0);
	uint8_t bytes[16] = { ROUTER_SOLICIT, [8] = SOURCE_OPTION, [9] = 1 };

	memcpy(bytes + 10, mac, 6);
	return sendto(fd, bytes, sizeof(bytes), 0, (const struct sockaddr *)&to,
		   sizeof(to)) < 0
		   ? fail(place, "ask for routers", err)
		   : 0;
}

static int hops_of(struct msghdr *message)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c;
	     c = CMSG_NXTHDR(message, c)) {
		int hops;

		if (c->cmsg_level != IPPROTO_IPV6 || c->cmsg_type != IPV6_HOPLIMIT)
			continue;
		memcpy(&hops, CMSG_DATA(c), sizeof(hops));
		return hops;
	}
	return 0;
}

int dhcp6_io_hear_router(int fd, struct router_advert *ret, uint8_t ret_from[16])
{
	uint8_t bytes[ADVERT_MAX];
	char control[CMSG_SPACE(sizeof(int))];

	for (int i = 0; i < SKIPS_MAX; i++) {
		struct sockaddr_in6 from;
		struct iovec iov = { bytes, sizeof(bytes) };
		struct msghdr message = { .msg_name = &from,
			.msg_namelen = sizeof(from),
			.msg_iov = &iov,
			.msg_iovlen = 1,
			.msg_control = control,
			.msg_controllen = sizeof(control) };
		ssize_t n = recvmsg(fd, &message, MSG_DONTWAIT);

		if (n < 0)
			return 0;
		if (hops_of(&message) != HOPS_OF_NEIGHBOURS ||
		    !IN6_IS_ADDR_LINKLOCAL(&from.sin6_addr) ||
		    router_advert_parse(ret, bytes, (size_t)n, NULL) < 0)
			continue;
		memcpy(ret_from, &from.sin6_addr, sizeof(from.sin6_addr));
		return 1;
	}
	return 0;
}

/* ---- DHCPv6 -------------------------------------------------------------------------- */

int dhcp6_io_open(const struct cpe_place *place, struct error *err)
{
	const struct sockaddr_in6 at = { .sin6_family = AF_INET6,
		.sin6_port = htons(DHCP6_CLIENT_PORT) };
	auto_fd fd = cpe_place_make_socket(place, AF_INET6, SOCK_DGRAM, 0, err);
	int on = 1, r = fd < 0 ? fd : hold_to_interface(place, fd, err);

	if (r < 0)
		return r;
	/* The same port of IPv4 is nobody's business here. */
	(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		return fail(place, "bind UDP port 546", err);
	return steal_fd(&fd);
}

int dhcp6_io_send(const struct cpe_place *place, int fd,
    const struct dhcp6_builder *message, struct error *err)
{
	const struct sockaddr_in6 to = name_of(place, ALL_SERVERS, DHCP6_SERVER_PORT);

	return sendto(fd, message->bytes, message->len, 0, (const struct sockaddr *)&to,
		   sizeof(to)) < 0
		   ? fail(place, "send to DHCPv6 servers", err)
		   : 0;
}

int dhcp6_io_receive(int fd, uint8_t bytes[DHCP6_IO_MESSAGE_MAX],
    struct dhcp6_packet *ret, uint8_t ret_from[16])
{
	for (int i = 0; i < SKIPS_MAX; i++) {
		struct sockaddr_in6 from;
		socklen_t len = sizeof(from);
		ssize_t n = recvfrom(fd, bytes, DHCP6_IO_MESSAGE_MAX,
		    MSG_DONTWAIT | MSG_TRUNC, (struct sockaddr *)&from, &len);

		if (n < 0)
			return 0;
		if (n > DHCP6_IO_MESSAGE_MAX ||
		    dhcp6_parse(ret, bytes, (size_t)n, NULL) < 0)
			continue;
		memcpy(ret_from, &from.sin6_addr, sizeof(from.sin6_addr));
		return 1;
	}
	return 0;
}

bool dhcp6_io_is_needed(const struct dhcp6_client *client)
{
	switch (client->state) {
	case DHCP6_CLIENT_SOLICITING:
	case DHCP6_CLIENT_REQUESTING:
	case DHCP6_CLIENT_RENEWING:
	case DHCP6_CLIENT_REBINDING:
	case DHCP6_CLIENT_DECLINING:
	case DHCP6_CLIENT_ASKING:
		return true;
	case DHCP6_CLIENT_STOPPED:
	case DHCP6_CLIENT_DELAYING:
	case DHCP6_CLIENT_BOUND:
	case DHCP6_CLIENT_INFORMED:
	case DHCP6_CLIENT_STATES:
		break;
	}
	return false;
}
