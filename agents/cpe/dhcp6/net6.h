/* What an IPv6 host has to configure itself with, and when that is enough to begin: from what
 * routers have said, the addresses on its interface, and its DHCPv6 client. Values and time go
 * in; net6_look() opens nothing and sets nothing. */
#pragma once

#include "agents/cpe/dhcp6/dhcp6_client.h"
#include "agents/cpe/dhcp6/router_advert.h"
#include "agents/cpe/place/place6.h"

enum {
	NET6_SOLICITS = 3,   /* MAX_RTR_SOLICITATIONS, RFC 4861 10 */
	NET6_ROUTERS_MAX = 4 /* whose DNS servers are remembered */
};

#define NET6_SOLICIT_WAIT (4 * NS_PER_S)  /* RTR_SOLICITATION_INTERVAL */
#define NET6_PATIENCE     (10 * NS_PER_S) /* with a server, where there is an address */

/* XX(symbol, name): where the address comes from, as TR-181's Origin says it. */
#define NET6_ORIGIN_MAP(XX)         \
	XX(NOWHERE, "")             \
	XX(SLAAC, "AutoConfigured") \
	XX(DHCP, "DHCPv6")

enum net6_origin {
#define XX(symbol, name) NET6_##symbol,
	NET6_ORIGIN_MAP(XX)
#undef XX
};

enum net6_mode { /* what routers have said, RFC 4861 4.2 */
	NET6_UNKNOWN,
	NET6_ALONE,   /* neither M nor O */
	NET6_OTHER,   /* O: all but addresses by DHCPv6 */
	NET6_MANAGED, /* M, or there is no router: addresses, too */
};

struct net6_router { /* one that has named DNS servers */
	uint8_t address[PLACE_ADDRESS6];
	clock_ns until; /* for how long they may be asked; INT64_MAX: for ever */
	uint8_t n_dns;
	uint8_t dns[ROUTER_ADVERT_DNS_MAX][PLACE_ADDRESS6];
};

struct net6 {
	enum net6_mode mode;
	uint8_t router[PLACE_ADDRESS6]; /* that has spoken last */
	size_t n_routers;
	struct net6_router routers[NET6_ROUTERS_MAX]; /* as they were first heard of */
	/* The leased address was put on the interface, and has not been usable since: the kernel
	 * takes off what it finds with another host. */
	bool is_trying;
	clock_ns begun_at; /* when mode became known: patience is counted from it */
};

struct net6_sight {       /* what is there now */
	bool is_linked;   /* the link-local address can be sent from */
	bool is_missing;  /* the leased address is not on the interface */
	bool is_conflict; /* another host has the leased address */
	bool is_ready;    /* there is an address, and nothing more is waited for */
	enum net6_origin origin;
	uint8_t address[PLACE_ADDRESS6];
	uint8_t prefix;
	clock_ns due; /* when to look again, if nothing happens; INT64_MAX: never */
};

/* A router has spoken. The DNS servers that it names are beside those of others; of more routers
 * than there is room for they are not known. What it takes back of M and O changes nothing: an
 * address that is leased stays (RFC 4862 5.5). */
void net6_hear(struct net6 *net, const struct router_advert *advert,
    const uint8_t router[PLACE_ADDRESS6], clock_ns now);

/* No router has: DHCPv6 may be there all the same (RFC 4862 5.5.2). */
void net6_hear_nobody(struct net6 *net, clock_ns now);

/* What the addresses of the interface and the client make of it. */
struct net6_sight net6_look(const struct net6 *net, const struct dhcp6_client *client,
    const struct place6_address *addresses, size_t n, clock_ns now);

/* DNS servers: those of DHCPv6, and behind them those of routers; the domain is DHCPv6's. */
void net6_names(const struct net6 *net, const struct dhcp6_lease *lease,
    struct place_net6 *ret);

const char *net6_origin_name(enum net6_origin origin);
