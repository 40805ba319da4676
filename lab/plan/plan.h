/* The kernel objects of a lab as an ordered list of steps: what is made, with which
 * name, number, address and MAC. Building a plan is pure; nothing has to be read back from
 * the kernel because every ifindex and MAC is chosen here. Steps are linear in nodes.
 *
 * Each instance (switch, server, host, each CPE) has a network namespace of its own; the
 * number of the namespace is the index in plan.instances. The bridge of a switch is in the
 * switch's namespace. */
#pragma once

#include "lab/topology/topology.h"

struct buf;

enum {
	PLAN_IFINDEX_LO = 1,
	PLAN_IFINDEX_BRIDGE =
	    2, /* in a switch's namespace; its ports follow from 3 on */
	PLAN_IFINDEX_ETH =
	    2,               /* "eth0" of any other node; what has the node's address */
	PLAN_IFNAME_MAX = 16 /* with terminator, as IFNAMSIZ */
};

struct plan_port { /* of a switch */
	uint32_t ns;
	uint32_t ifindex;
	const char *name;
};

struct plan_instance {
	const struct node *node;
	uint32_t i;       /* from 1 */
	const char *name; /* "cpe-3" */
	uint8_t mac[6];   /* of eth0, or of the bridge */
	/* What eth0 plugs into; of a switch, what it is attached to, if anything. */
	struct plan_port port;
	/* Of a node with several interfaces: the same of eth0 and all others, node->n_ports of
	 * them, each with the MAC of node_mac() for its number from 1; else null. */
	const struct plan_port *ports;
};

enum plan_op {
	PLAN_NAMESPACE, /* make namespace ns */
	PLAN_BRIDGE,    /* make a bridge in ns, up */
	PLAN_VETH,      /* make a pair, one end in ns and one in veth.peer_ns */
	PLAN_UP,        /* raise an interface in ns, perhaps with a master */
	PLAN_VLAN,      /* make an interface for one VLAN of another one in ns */
	PLAN_PORT,      /* say which VLANs a port of a bridge in ns passes */
	PLAN_TRUNK,     /* have a carrier write and take out the tags at a port in ns */
	PLAN_ADDRESS,   /* add an address in ns */
	PLAN_ROUTE,     /* add a route in ns */
	PLAN_SETTING,   /* write a setting of ns */
	PLAN_RULES,     /* load rules of nftables in ns */
	PLAN_IMPAIR,    /* do something to the packets of a link */
	PLAN_START      /* start the agent of a node in ns */
};

struct plan_bridge {
	const char *name;
	uint32_t ifindex;
	uint8_t mac[6];
	bool stp;
	clock_ns ageing;  /* of MACs; 0: as the kernel has it */
	bool keeps_vlans; /* apart, by itself */
	bool is_sink;     /* it is down: what is in it does nothing by itself */
};

struct plan_end {
	const char *name;
	uint32_t ifindex;
	uint8_t mac[6];
	bool is_inner; /* of a link in user space: it answers no ARP */
};

/* A pair made by one request: the near end in ns, up and in its bridge; the peer in peer_ns,
 * down, because the request cannot set its flags. A step PLAN_UP raises it. */
struct plan_veth {
	struct plan_end near;
	uint32_t master; /* of the near end: ifindex in ns */
	const char *in;  /* its name, where that is not br0 */
	struct plan_end peer;
	uint32_t peer_ns;
	bool is_near_down; /* a step PLAN_UP raises it, too */
};

struct plan_up {
	uint32_t ifindex;
	uint32_t master; /* 0: none */
	const char *in;  /* its name, where that is not br0 */
	const char *name;
	bool is_inner; /* as its end */
	bool has_ipv6; /* it makes itself an address of its link */
};

struct plan_vlan {
	struct plan_end end;
	uint32_t parent; /* ifindex */
	const char *parent_name;
	uint32_t vlan;
};

struct plan_port_vlans {
	uint32_t ifindex;
	const char *name;
	const struct attach *attach; /* its cable, which says them */
};

struct plan_address {
	uint32_t ifindex;
	struct conf_ipv4_net net; /* prefix 0: it is one of IPv6 */
	struct conf_ipv6_net net6;
};

struct plan_route {
	uint32_t ifindex;
	uint32_t via;             /* host order; 0 (and not local): it is one of IPv6 */
	struct conf_ipv4_net net; /* prefix 0: the default route */
	uint8_t via6[16];
	struct conf_ipv6_net net6; /* the same */
	bool is_local;             /* the addresses of net are the node's own */
};

struct plan_setting {
	const char *name; /* below /proc/sys/net */
	const char *value;
};

struct plan_rules {
	const char *text; /* as nft reads it */
};

/* A link that is impaired: of an instance, of a further port of one, or of a switch to another one. In
 * user space it is two pairs, whose inner ends are in the namespace of a switch, and a carrier between those:
 *
 *     eth0 ══ p4~node ─ carrier ─ p4~net ══ port
 *
 * A managed switch has an address in that namespace: its kernel would answer who asks for it from the
 * inner ends, too, past the carrier, so that they do without ARP.
 * By netem it is one pair, with a queueing discipline at either end. */
struct plan_link {
	const struct attach *attach;
	/* Of the instance; with ":eth1" of its second interface, with the port of a switch that
	 * another one is linked to. */
	const char *name;
	bool is_netem;
	uint32_t ns;                       /* of the inner ends */
	struct plan_end node_end, net_end; /* in user space: the inner ends */
	uint32_t up_ns, up_ifindex, down_ns,
	    down_ifindex; /* by netem: who sends which way */
};

/* A port whose frames carry tags, where the kernel cannot write and take them out: a carrier does,
 * between it and the free end of a pair for each VLAN. At a switch the other ends are in the bridges
 * of the VLANs, at a router they are its interfaces. The port and the free ends are in a bridge that is
 * down, so that the kernel does nothing with their frames:
 *
 *     port (br~0) ─ carrier ─┬─ u3~10 (br~0) ══ t3~10 (br~10)
 *                            └─ u3~20 (br~0) ══ t3~20 (br~20)
 */
struct plan_trunk_end {
	uint32_t vlan;
	uint32_t ifindex;
	const char *name;
};

struct plan_trunk {
	const char *name; /* "sw1:sw2" */
	uint32_t ns;      /* of the port and the ends */
	uint32_t ifindex; /* of the port */
	const char *port;
	uint32_t native; /* of frames without a tag; 0: they are not the carrier's */
	struct plan_trunk_end *ends; /* n_ends of them */
	size_t n_ends;
};

struct plan_carried {
	size_t trunk; /* index in plan.trunks */
};

struct plan_impair {
	size_t link; /* index in plan.links */
};

struct plan_start {
	const struct node
	    *node; /* whose program is started; one for all CPEs of a node */
};

struct plan_step {
	enum plan_op op;
	uint32_t ns; /* index in plan.instances */
	union {
		struct plan_bridge bridge;
		struct plan_veth veth;
		struct plan_up up;
		struct plan_vlan vlan;
		struct plan_port_vlans port;
		struct plan_carried carried;
		struct plan_address address;
		struct plan_route route;
		struct plan_setting setting;
		struct plan_rules rules;
		struct plan_impair impair;
		struct plan_start start;
	};
};

/* What the kernel can do, found by trying; a plan is made for it. */
struct plan_means {
	bool has_netem;
	bool has_vlan_bridge; /* bridges that keep VLANs apart */
	bool has_vlan_link;   /* interfaces for one VLAN of another one (8021q) */
};

/* The number of a port at a switch, by what is plugged in there. */
struct plan_index {
	struct plan_index *next;
	uint32_t ns; /* of the switch */
	uint32_t ifindex;
	const char *of; /* "cpe-3 eth0" */
};

struct plan {
	const struct topology *topology; /* borrowed; outlives the plan */
	struct plan_instance *instances; /* switches first, then the file's order */
	size_t n_instances;
	struct plan_step *steps; /* namespaces and links, then starts */
	size_t n_steps;
	size_t n_links;
	struct plan_link *links; /* that are impaired */
	size_t n_impaired;
	struct plan_trunk *trunks; /* that a carrier serves */
	size_t n_trunks;
	struct plan_means means;    /* that it was made for */
	struct plan_index *indexes; /* the latest first */
	struct arena arena;
};

/* ERR_LIMIT when the lab is too large for memory. The caller frees *ret. */
int plan_build(const struct topology *topology, struct plan **ret, struct error *err);

/* The same for a kernel that can do more than every one that runs labs; plan_build() has none of
 * that. ERR_MACHINE: a link or a switch asks for what the kernel has not, or cannot do, by name. */
int plan_build_for(const struct topology *topology, const struct plan_means *means,
    struct plan **ret, struct error *err);

/* The same for a lab that stands as `before` has it, whose topology this one has followed
 * (topology_follow()): what is plugged in where it was keeps its port's number, and what is
 * new has numbers that no port had. */
int plan_build_after(const struct topology *topology, const struct plan_means *means,
    const struct plan *before, struct plan **ret, struct error *err);

/* Whether any switch keeps VLANs apart, so that the kernel has to be asked whether it can. */
bool plan_wants_vlans(const struct topology *topology);

/* Whether the lab has so many CPEs that the kernel is told who is whose neighbour
 * (fabric_leased()): each that it has to learn takes a place in a table that all
 * namespaces of the machine share, of 1,024 places by default. */
bool plan_tells_neighbours(const struct topology *topology);

/* Whether any link is impaired, and whether the kernel has to be asked for netem. */
bool plan_wants_netem(const struct topology *topology);

/* The impaired link of that name, or null. */
const struct plan_link *plan_find_link(const struct plan *plan, struct str name);

/* Safe with null. */
void plan_free(struct plan *plan);

/* Appends the step as a line with its end, as --dry-run shows it; rules as one line each. */
void plan_step_text(struct buf *out, const struct plan *plan,
    const struct plan_step *step);

/* The interface in its namespace that the step is about; 0: about none. Of a pair that is the near
 * end. */
uint32_t plan_step_ifindex(const struct plan_step *step);

/* The index of an instance by its name, or -1. The name of a node with many CPEs ("cpe")
 * finds the first of them ("cpe-1"). */
int64_t plan_find(const struct plan *plan, struct str name);
