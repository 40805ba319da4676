/* What a router, a NAT and a firewall have beside their ports. */
#pragma once

#include "lib/base/clock.h"
#include "lib/conf/conf.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	ROUTER_PORTS_MAX = 64,
	ROUTER_ROUTES_MAX = 1000,
	NAT_FORWARDS_MAX = 1000,
	FIREWALL_RULES_MAX = 1000,
	FIREWALL_RULES_LINE =
	    4, /* of its text, on which the first of its rules stands */
	FIREWALL_FILE_MAX = 1 << 20,
};

struct node_route {
	struct conf_ipv4_net to;  /* prefix 0: the default route */
	struct conf_ipv6_net to6; /* the same, where via6 is set */
	uint32_t via;             /* 0: it is a route of IPv6 */
	uint8_t via6[16];
	size_t port; /* in whose network via is */
};

/* What a router says of itself by IPv6 at a port (RFC 4861 6.2.1, RFC 8106). */
struct port_ra {
	bool send;
	bool managed, other, slaac; /* the flags M, O and A */
	clock_ns interval, lifetime;
	struct conf_strings dns;      /* as written: names of nodes or addresses */
	uint8_t (*dns_addresses)[16]; /* dns.len of them */
};

enum relay_engine {
	RELAY_ENGINE_BUILTIN,
	RELAY_ENGINE_DNSMASQ,
	RELAY_ENGINE_ISC
};

struct node_router {
	const struct conf_node *relay_conf; /* what stands at "relay", or null */
	struct conf_strings relay; /* as written: names of dhcp nodes or addresses */
	uint32_t *relay_to;        /* relay.len of them */
	int engine;                /* enum relay_engine */
	const char *circuit_id, *remote_id; /* of option 82, or null */
	uint64_t hops;                      /* of a request that is relayed, at most */
	struct conf_strings trusted;        /* names of its interfaces */
};

enum nat_behaviour { /* RFC 4787 4.1 and 5 */
	NAT_ENDPOINT_INDEPENDENT,
	NAT_ADDRESS_DEPENDENT,
	NAT_ADDRESS_AND_PORT_DEPENDENT
};

struct nat_forward {
	int protocol; /* 0: TCP, 1: UDP */
	uint64_t port;
	uint32_t to;
	uint64_t to_port;
};

/* Its outside is eth0, the first of its ports. */
struct node_nat {
	const struct conf_node *outside_conf, *inside_conf;
	int type;               /* as written: of RFC 3489, which sets the next two */
	int mapping, filtering; /* enum nat_behaviour */
	clock_ns timeout;
	uint64_t limit;            /* flows of each address inside; 0: any number */
	struct conf_list forwards; /* struct nat_forward */
	bool hairpin;
};

struct node_firewall {
	struct conf_strings rules;    /* of the chain "forward"; or none */
	int policy;                   /* of the same: 0: drop, 1: accept */
	const char *file, *file_path; /* instead: as written, and to open; or null */
	const char *text;             /* all of it, as nft reads it */
};

/* "endpoint-independent" */
const char *nat_behaviour_name(enum nat_behaviour behaviour);

/* The word of RFC 3489 for what a NAT does, or null. */
const char *nat_type_name(const struct node_nat *nat);

bool nat_is_full_cone(const struct node_nat *nat);
