/* Where a CPE is attached to its network: the namespace that its sockets are made in, its
 * interface there, and the address that its connections come from. CPEs that share all
 * three share one place; one that leases its address, or is told apart by it, has a place of its
 * own. */
#pragma once

#include "lib/base/clock.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* XX(symbol, name): which versions of IP a CPE speaks. */
#define PLACE_IP_MAP(XX) \
	XX(V4, "v4")     \
	XX(V6, "v6")     \
	XX(DUAL, "dual")

enum place_ip {
#define XX(symbol, name) PLACE_##symbol,
	PLACE_IP_MAP(XX)
#undef XX
};

enum {
	PLACE_ADDRESS6 = 16, /* bytes */
	PLACE_DNS6_MAX = 4
};

/* What a place has of IPv6 beside its address, from routers and DHCPv6. */
struct place_net6 {
	uint8_t n_dns;
	uint8_t dns[PLACE_DNS6_MAX][PLACE_ADDRESS6];
	char domain[256];
};

struct cpe_place {
	int netns;   /* owned descriptor; -1: the process's own namespace */
	int ifindex; /* of interface; 0: none */
	/* Host order. Sessions start from it; 0: from whichever the kernel picks. Kept by
	 * whoever puts it on the interface: the lessee, or the configuration. */
	uint32_t address;
	const char *interface; /* borrowed; null: none of its own */
	/* An IPv6 address that is there, too: connection requests may come to it. Kept by
	 * whoever knows it: the lessee of IPv6, the configuration, or the first session. */
	uint8_t address6[PLACE_ADDRESS6];
	bool has_address6;
	uint8_t ip;                    /* enum place_ip */
	const struct place_net6 *net6; /* borrowed; null: nothing is leased of IPv6 */
	bool is_shared;                /* netns is another place's, which outlives it */
};

#define CPE_PLACE_NULL                                                      \
	{                                                                   \
		.netns = -1, .ifindex = 0, .address = 0, .interface = NULL, \
		.has_address6 = false, .ip = PLACE_V4, .net6 = NULL,        \
		.is_shared = false                                          \
	}

/* Opens the namespace at the path netns (null: the process's own) and looks up interface
 * there (null: none). -errno with words; *place is to be closed in any case. */
int cpe_place_open(struct cpe_place *place, const char *netns, const char *interface,
    struct error *err);

/* Opens a place that is as another one, which outlives it, but for its address. */
void cpe_place_share(struct cpe_place *place, const struct cpe_place *with,
    uint32_t address);

/* Which address the kernel used towards a host when it was asked last. All zero: never. */
struct cpe_way {
	uint32_t to, own;   /* host order */
	int netns, ifindex; /* of the place that asked */
	clock_ns until;     /* taken as it was; interfaces and routes change */
};

/* Which address the kernel would use from there towards the host to, both in host order; 0 where
 * there is no route, or it cannot be asked. What it has said is taken for a second, however many
 * CPEs of the place want to know: way is what they share. */
uint32_t cpe_place_towards(const struct cpe_place *place, uint32_t to,
    struct cpe_way *way, clock_ns now);

/* Safe to repeat. */
void cpe_place_close(struct cpe_place *place);

/* Whether its interface is up and has a carrier, as the kernel sees it (netdevice(7)); true
 * where the place has none of its own. */
bool cpe_place_has_link(const struct cpe_place *place);

/* A socket in the place's namespace, bound to nothing; close-on-exec, and never blocks. The caller
 * closes it. -errno with words. */
int cpe_place_make_socket(const struct cpe_place *place, int family, int type,
    int protocol, struct error *err);

/* An IPv4 socket of this type in the place's namespace, bound to the address from (0: to
 * none) and to no port yet; close-on-exec, and never blocks. The caller closes it. -errno
 * with words. */
int cpe_place_socket(const struct cpe_place *place, int type, uint32_t from,
    struct error *err);

/* The same of a protocol that is not the type's own: SOCK_DGRAM with IPPROTO_ICMP makes a socket
 * for echo requests that needs no privilege (icmp(7)), but the user's group in the sysctl
 * net.ipv4.ping_group_range; -EACCES otherwise. */
int cpe_place_socket_of(const struct cpe_place *place, int type, int protocol,
    uint32_t from, struct error *err);
