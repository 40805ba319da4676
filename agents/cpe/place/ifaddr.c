#include "agents/cpe/place/ifaddr.h"

#include "agents/common/netns.h"
#include "agents/cpe/place/place_ask.h"
#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"
#include "lib/base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <net/route.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum {
	ROUTES_MAX = 8 /* default routes that one interface may have had */
};

static void put_address(struct sockaddr *out, uint32_t address)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(address) };

	memcpy(out, &in, sizeof(in));
}

static void name_interface(struct ifreq *request, const char *interface)
{
	memset(request, 0, sizeof(*request));
	(void)snprintf(request->ifr_name, sizeof(request->ifr_name), "%s", interface);
}

static int raise_interface(int fd, const char *interface, struct error *err)
{
	struct ifreq request;

	name_interface(&request, interface);
	if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		return error_set(err, -errno, "%s: %s", interface, strerror(errno));
	if (request.ifr_flags & IFF_UP)
		return 0;
	request.ifr_flags |= IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		return error_set(err, -errno, "bring %s up: %s", interface,
		    strerror(errno));
	return 0;
}

static struct rtentry default_route(char *device, const char *interface)
{
	struct rtentry route = { .rt_flags = RTF_UP, .rt_dev = device };

	(void)snprintf(device, IFNAMSIZ, "%s", interface);
	put_address(&route.rt_dst, 0);
	put_address(&route.rt_genmask, 0);
	return route;
}

static void drop_default_routes(int fd, const char *interface)
{
	char device[IFNAMSIZ];
	struct rtentry route = default_route(device, interface);

	for (int i = 0; i < ROUTES_MAX && ioctl(fd, SIOCDELRT, &route) == 0; i++)
		;
}

static int set_default_route(int fd, const char *interface, uint32_t router,
    struct error *err)
{
	char text[IPV4_TEXT_MAX], device[IFNAMSIZ];
	struct rtentry route = default_route(device, interface);

	route.rt_flags |= RTF_GATEWAY;
	put_address(&route.rt_gateway, router);
	if (ioctl(fd, SIOCADDRT, &route) < 0 && errno != EEXIST)
		return error_set(err, -errno, "default route through %s on %s: %s",
		    ipv4_text(router, text), interface, strerror(errno));
	return 0;
}

static bool ask_address(int fd, const char *interface, unsigned long request_code,
    uint32_t *ret)
{
	struct ifreq request;
	struct sockaddr_in in;

	name_interface(&request, interface);
	if (ioctl(fd, request_code, &request) < 0)
		return false;
	memcpy(&in, &request.ifr_addr, sizeof(in));
	*ret = ntohl(in.sin_addr.s_addr);
	return true;
}

/* Whether the address is there already: taking it off would cut every connection. */
static bool has_address(int fd, const char *interface, uint32_t address,
    unsigned prefix)
{
	uint32_t present, mask;

	return ask_address(fd, interface, SIOCGIFADDR, &present) &&
	       present == address &&
	       ask_address(fd, interface, SIOCGIFNETMASK, &mask) &&
	       mask == ipv4_mask(prefix);
}

/* And with it every route that depends on it. */
static int drop_address(int fd, const char *interface, struct error *err)
{
	struct ifreq request;

	name_interface(&request, interface);
	put_address(&request.ifr_addr, 0);
	if (ioctl(fd, SIOCSIFADDR, &request) < 0)
		return error_set(err, -errno, "take the address off %s: %s", interface,
		    error_name(-errno));
	return 0;
}

/* In one step, which an ioctl does not have: it would first be there with the prefix of
 * its class, and the kernel forgets the neighbours of an interface whose last address
 * goes. */
static int set_address(const struct cpe_place *place, int fd, uint32_t address,
    unsigned prefix, struct error *err)
{
	struct ifaddrmsg body = { .ifa_family = AF_INET,
		.ifa_prefixlen = (unsigned char)prefix };
	const uint32_t on_wire = htonl(address),
		       broadcast = htonl(address | ~ipv4_mask(prefix));
	struct error why = ERROR_NULL;
	struct route_request request;
	struct ifreq interface;
	char text[IPV4_TEXT_MAX];
	int r;

	name_interface(&interface, place->interface);
	r = ioctl(fd, SIOCGIFINDEX, &interface) < 0 ? -errno : 0;
	body.ifa_index = (unsigned)interface.ifr_ifindex;
	route_request_init(&request, RTM_NEWADDR,
	    NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, &body, sizeof(body));
	route_request_put(&request, IFA_LOCAL, &on_wire, sizeof(on_wire));
	route_request_put(&request, IFA_ADDRESS, &on_wire, sizeof(on_wire));
	if (prefix < 31)
		route_request_put(&request, IFA_BROADCAST, &broadcast,
		    sizeof(broadcast));
	if (r == 0)
		r = place_ask(place, &request, &why);
	return r < 0 ? error_set(err, r, "address %s/%u on %s: %s",
			   ipv4_text(address, text), prefix, place->interface,
			   error_name(r))
		     : 0;
}

int ifaddr_up(const struct cpe_place *place, struct error *err)
{
	auto_fd fd = cpe_place_socket(place, SOCK_DGRAM, 0, err);

	return fd < 0 ? fd : raise_interface(fd, place->interface, err);
}

int ifaddr_mac(const struct cpe_place *place, uint8_t ret[6], struct error *err)
{
	auto_fd fd = cpe_place_socket(place, SOCK_DGRAM, 0, err);
	struct ifreq request;

	if (fd < 0)
		return fd;
	name_interface(&request, place->interface);
	if (ioctl(fd, SIOCGIFHWADDR, &request) < 0)
		return error_set(err, -errno, "read the MAC of %s: %s",
		    place->interface, strerror(errno));
	memcpy(ret, request.ifr_hwaddr.sa_data, 6);
	return 0;
}

int ifaddr_set(const struct cpe_place *place, uint32_t address, unsigned prefix,
    uint32_t router, struct error *err)
{
	const char *interface = place->interface;
	auto_fd fd = cpe_place_socket(place, SOCK_DGRAM, 0, err);
	int r = MIN(fd, 0);

	if (r == 0)
		r = raise_interface(fd, interface, err);
	if (r == 0 && has_address(fd, interface, address, prefix)) {
		drop_default_routes(fd, interface);
	} else if (r == 0) {
		r = drop_address(fd, interface, NULL);
		if (r == 0 || r == -EADDRNOTAVAIL)
			r = set_address(place, fd, address, prefix, err);
	}
	if (r == 0 && router != 0)
		r = set_default_route(fd, interface, router, err);
	return r;
}

uint32_t ifaddr_mask(const struct cpe_place *place)
{
	auto_fd fd = cpe_place_socket(place, SOCK_DGRAM, 0, NULL);
	uint32_t mask;

	return fd >= 0 && ask_address(fd, place->interface, SIOCGIFNETMASK, &mask)
		   ? mask
		   : 0;
}

/* A line of net/route of proc(5): device, destination, gateway, flags. */
static bool read_router(const char *line, const char *interface, uint32_t *ret)
{
	char device[IFNAMSIZ];
	unsigned destination, gateway, flags;

	if (sscanf(line, "%15s %x %x %x", device, &destination, &gateway, &flags) !=
		4 ||
	    destination != 0 || !(flags & RTF_GATEWAY) ||
	    strcmp(device, interface) != 0)
		return false;
	*ret = ntohl(gateway);
	return true;
}

uint32_t ifaddr_router(const struct cpe_place *place)
{
	uint32_t router = 0;
	char line[256];
	FILE *file;
	int home;

	if (netns_enter(place->netns, &home, NULL) < 0)
		return 0;
	file = fopen("/proc/thread-self/net/route", "re");
	netns_leave(home);
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file) &&
	       !read_router(line, place->interface, &router))
		;
	(void)fclose(file);
	return router;
}

int ifaddr_clear(const struct cpe_place *place, struct error *err)
{
	auto_fd fd = cpe_place_socket(place, SOCK_DGRAM, 0, err);
	int r = MIN(fd, 0);

	if (r == 0)
		r = drop_address(fd, place->interface, err);
	return r == -EADDRNOTAVAIL ? 0 : r;
}
