/* The ports of a bridge, and the MAC addresses behind them, as route netlink tells of them
 * (rtnetlink(7), linux/if_link.h, linux/neighbour.h). Bytes in, values out: it opens no
 * socket.
 *
 * A port keeps its number, which begins at 1, for as long as the table is kept: one that is
 * taken away leaves its number free for nobody, so that an interface object of a data model
 * is the same port always. */
#pragma once

#include "lib/base/str.h"

#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	PORTS_MAX = 64,
	PORT_MACS_MAX = 4096, /* of all ports; others are counted */
	PORT_MAC_CHAINS = 4096,
	PORT_NAME_MAX = 16, /* terminated, as IFNAMSIZ */
	PORT_BRIDGES_MAX = 300,
	PORT_PAIRS_MAX = 512
};

struct port_counts { /* of one direction */
	uint64_t packets, bytes, errors, drops;
};

struct port {
	int ifindex;
	char name[PORT_NAME_MAX];
	uint8_t mac[6];
	bool is_there;   /* false: it was a port once */
	bool is_enabled; /* IFF_UP */
	bool has_link;   /* the same, and there is a carrier */
	uint16_t vlan;   /* of its bridge; 0: the first bridge, or of several */
	unsigned mtu;
	unsigned speed_mbps; /* 0: not known; whoever keeps the table asks for it */
	struct port_counts in, out;
	uint64_t multicasts_in;
};

struct port_mac {
	uint8_t mac[6];
	uint16_t vlan;   /* 0: of the first bridge, which knows none */
	uint16_t number; /* of its port */
	uint32_t idle_s; /* since its last frame */
	bool is_static;
	uint16_t next; /* private: the next one of its chain; as in port_table */
};

struct port_table {
	int bridge;                   /* ifindex of the bridge */
	struct port ports[PORTS_MAX]; /* number n is ports[n - 1] */
	unsigned n_ports;
	unsigned n_without; /* ports beyond PORTS_MAX, which have no number */
	/* Links of vlan_fabric.h, by their names: "br~20" is the bridge of VLAN 20, and "t3~20"
	 * what port 3 is in it. */
	struct {
		int ifindex;
		uint16_t vlan; /* 0: of ports that are in several */
	} bridges[PORT_BRIDGES_MAX];
	struct {
		int ifindex;
		uint16_t number, vlan;
	} pairs[PORT_PAIRS_MAX];
	unsigned n_bridges, n_pairs;
	struct port_mac macs[PORT_MACS_MAX];
	unsigned n_macs, n_more_macs;
	/* By a hash of address and VLAN, which whoever is behind a port chooses: the first row of
	 * each chain, from 1; 0: there is none. */
	uint16_t chains[PORT_MAC_CHAINS];
	uint64_t seed; /* the caller's to set at the beginning; no peer knows it */
};

/* Before a dump of links, and of neighbours: what is not told of again is gone. */
void port_table_begin_links(struct port_table *table);
void port_table_begin_macs(struct port_table *table);

/* Takes of a message which bridge of a VLAN there is. */
void port_table_take_bridge(struct port_table *table, const struct nlmsghdr *message);

/* Takes a message of a dump, or one that came by itself. Whether it is about a port of the
 * bridge, or about a MAC address that is not the bridge's own: of others, and of what is
 * malformed, nothing is taken. */
bool port_table_take(struct port_table *table, const struct nlmsghdr *message);

/* Port number n, from 1; null: there was none ever. */
const struct port *port_table_at(const struct port_table *table, uint32_t number);

/* The number of the port; 0: none of the bridge's. */
uint32_t port_table_number(const struct port_table *table, int ifindex);

/* How many MAC addresses are behind port number n. */
unsigned port_table_count_macs(const struct port_table *table, uint32_t number);
