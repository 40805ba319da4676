#include "agents/cpe/place/cpe_place.h"

#include "lib/base/cleanup.h"
#include "lib/base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum {
	DISCARD_PORT = 9 /* any will do */
};

/* The port is left to connect(): chosen here, it would have to be free towards every
 * destination, and 28,000 CPEs of one address would have used them up. */
static int bind_to_address(int fd, uint32_t address, struct error *err)
{
	const struct sockaddr_in from = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(address),
	};
	char text[IPV4_TEXT_MAX];
	int on = 1;

	(void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)&from, sizeof(from)) < 0)
		return error_set(err, -errno, "cannot start from %s: %s",
		    ipv4_text(address, text), strerror(errno));
	return 0;
}

int cpe_place_socket_of(const struct cpe_place *place, int type, int protocol,
    uint32_t from, struct error *err)
{
	auto_fd fd = cpe_place_make_socket(place, AF_INET, type, protocol, err);
	int r = 0;

	if (fd < 0)
		return fd;
	if (from)
		r = bind_to_address(fd, from, err);
	return r < 0 ? r : steal_fd(&fd);
}

int cpe_place_socket(const struct cpe_place *place, int type, uint32_t from,
    struct error *err)
{
	return cpe_place_socket_of(place, type, 0, from, err);
}

static int find_interface(struct cpe_place *place, struct error *err)
{
	struct ifreq request = { 0 };
	auto_fd fd = cpe_place_socket(place, SOCK_DGRAM, 0, err);

	if (fd < 0)
		return fd;
	(void)snprintf(request.ifr_name, sizeof(request.ifr_name), "%s",
	    place->interface);
	if (ioctl(fd, SIOCGIFINDEX, &request) < 0)
		return error_set(err, -errno, "interface %s: %s", place->interface,
		    strerror(errno));
	place->ifindex = request.ifr_ifindex;
	return 0;
}

int cpe_place_open(struct cpe_place *place, const char *netns, const char *interface,
    struct error *err)
{
	*place = (struct cpe_place)CPE_PLACE_NULL;
	place->interface = interface;
	if (netns) {
		place->netns = open(netns, O_RDONLY | O_CLOEXEC);
		if (place->netns < 0)
			return error_set(err, -errno, "network namespace %s: %s", netns,
			    strerror(errno));
	}
	return interface ? find_interface(place, err) : 0;
}

void cpe_place_share(struct cpe_place *place, const struct cpe_place *with,
    uint32_t address)
{
	*place = *with;
	place->address = address;
	place->is_shared = true;
}

static bool is_known(const struct cpe_way *way, const struct cpe_place *place,
    uint32_t to, clock_ns now)
{
	return way->to == to && way->netns == place->netns &&
	       way->ifindex == place->ifindex && now < way->until;
}

/* Connecting a datagram socket sends nothing. */
static uint32_t ask_kernel(const struct cpe_place *place, uint32_t to)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(DISCARD_PORT),
		.sin_addr.s_addr = htonl(to) };
	socklen_t len = sizeof(at);
	auto_fd fd = cpe_place_socket(place, SOCK_DGRAM, 0, NULL);

	if (fd < 0 || connect(fd, (const struct sockaddr *)&at, sizeof(at)) < 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		return 0;
	return ntohl(at.sin_addr.s_addr);
}

uint32_t cpe_place_towards(const struct cpe_place *place, uint32_t to,
    struct cpe_way *way, clock_ns now)
{
	uint32_t own;

	if (is_known(way, place, to, now))
		return way->own;
	own = ask_kernel(place, to);
	/* That it could not be asked, or knows no route, may have passed for the next CPE. */
	if (own)
		*way = (struct cpe_way){ .to = to,
			.own = own,
			.netns = place->netns,
			.ifindex = place->ifindex,
			.until = now + NS_PER_S };
	return own;
}

void cpe_place_close(struct cpe_place *place)
{
	if (place->netns >= 0 && !place->is_shared)
		(void)close(place->netns);
	place->netns = -1;
}

bool cpe_place_has_link(const struct cpe_place *place)
{
	struct ifreq request = { .ifr_flags = 0 };
	auto_fd fd = -1;

	if (!place->interface)
		return true;
	fd = cpe_place_socket(place, SOCK_DGRAM, 0, NULL);
	(void)snprintf(request.ifr_name, sizeof(request.ifr_name), "%s",
	    place->interface);
	return fd >= 0 && ioctl(fd, SIOCGIFFLAGS, &request) == 0 &&
	       (request.ifr_flags & IFF_UP) && (request.ifr_flags & IFF_RUNNING);
}
