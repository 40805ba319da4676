/* Shared by the plan_*.c files: what a plan is made with, and steps of all kinds of nodes. */
#pragma once

#include "lab/plan/plan.h"
#include "lib/base/map.h"

struct plan_builder {
	struct plan *plan;
	const struct topology *t;
	struct plan_means means;
	uint32_t *first_ns;   /* by node number: of its first instance */
	uint32_t *next_index; /* by node number: the next free ifindex of a switch */
	/* Bridges of VLANs, by what a VLAN of a switch has as a segment, and sinks, by node number:
	 * their ifindexes. */
	uint32_t *bridges, *sinks;
	/* "<switch>/<port>" of ports between switches, and "<switch> = <switch>", how many cables
	 * these two have. */
	struct map links;
	/* Of a lab that stands: "<switch> <what is plugged in>", struct plan_index. */
	struct map kept;
	const struct plan *before; /* or null */
	struct arena scratch;
	struct error *err;
};

/* ---- plan_steps.c ---------------------------------------------------------------------- */

/* Says that there is no memory; returns ERR_LIMIT. */
int plan_fail_memory(const struct plan_builder *b);

struct plan_step *plan_step_add(struct plan_builder *b, enum plan_op op, uint32_t ns);

struct plan_up *plan_up_add(struct plan_builder *b, uint32_t ns, uint32_t ifindex,
    const char *name);

/* The address of a node, if it has one, and its default route. */
void plan_address_add(struct plan_builder *b, const struct node *node, uint32_t ns);

/* A setting below /proc/sys/net; both are constants of the program. */
void plan_setting_add(struct plan_builder *b, uint32_t ns, const char *name,
    const char *value);

/* ---- plan_index.c ---------------------------------------------------------------------- */

/* The number of a port of the switch for what is plugged in, by the format: "cpe-3 eth0". Each
 * is asked for once, by a name of its own. 0 without memory. */
uint32_t plan_index(struct plan_builder *b, const struct node *sw, const char *fmt, ...)
    ATTR_PRINTF(3, 4);

/* Where the numbers of a switch's ports begin, once it has its namespace. */
void plan_index_begin(struct plan_builder *b, const struct node *sw);

/* Notes the ports of the lab that stands, if one does. 0 or ERR_LIMIT. */
int plan_index_follow(struct plan_builder *b);

/* ---- plan_steps.c, again --------------------------------------------------------------- */

/* What IPv6 needs in the namespace of a node that has it; in a lab of which others have it, that there
 * is none of it. */
void plan_ipv6_add(struct plan_builder *b, const struct node *node, uint32_t ns);

enum {
	PLAN_IPV6_STEPS = 8 /* settings, address and route, at most */
};

/* Instance i of a node, from 1; its namespace is the next. 0 or ERR_LIMIT. */
int plan_instance_add(struct plan_builder *b, const struct node *node, uint32_t i);

/* The other end of a cable: 06 in place of the 02 of the node's own MAC. */
void plan_port_mac(const uint8_t mac[6], uint8_t ret[6]);

/* Ports are called as what is plugged in, where an interface may be called so. Null without
 * memory. */
const char *plan_port_name(struct plan_builder *b, struct str wanted, uint32_t ifindex);

/* ---- plan_impair.c --------------------------------------------------------------------- */

/* What *cable, the pair of a node's port at sw, has to be for its link. */
int plan_impair(struct plan_builder *b, const struct attach *attach, const char *name,
    const struct node *sw, struct plan_step *cable, bool is_near_node);

/* "NAME:PORT", for the link of a further port. Null without memory. */
const char *plan_link_name(struct plan_builder *b, const char *name, const char *port);

/* ---- plan_vlans.c ---------------------------------------------------------------------- */

/* The bridges of VLANs of a switch beside br0, which is *bridge. ERR_MACHINE: it asks by name for
 * what the kernel has not. */
int plan_vlan_bridges(struct plan_builder *b, const struct node *sw,
    struct plan_bridge *bridge);

/* The bridge that a port for the cable is in: its ifindex; *ret_in is its name, null for br0. */
int plan_port_master(struct plan_builder *b, const struct node *sw,
    const struct attach *attach, uint32_t *ret, const char **ret_in);

/* What has to be made for the VLANs that a port of the switch passes, once it is there. */
int plan_port_vlans(struct plan_builder *b, const struct node *sw,
    const struct attach *attach, const struct plan_end *port);

/* A trunk that a carrier serves, with room for so many VLANs. Null without memory. */
struct plan_trunk *plan_trunk_add(struct plan_builder *b, uint32_t ns, const char *node,
    const struct plan_end *port, size_t n);

/* A pair for one VLAN of a trunk: its free end, which the trunk has from now on, is in the sink. The
 * caller says where the other end, *near of the step that comes back, is. Null without memory. */
struct plan_step *plan_trunk_pair(struct plan_builder *b, struct plan_trunk *trunk,
    uint32_t vlan, const struct plan_end *free_end, uint32_t sink);

/* ---- by kind of node ------------------------------------------------------------------- */

/* The switch without its cables, which come when all switches are there. */
int plan_switch(struct plan_builder *b, const struct node *node);

typedef int plan_fn(struct plan_builder *b, const struct node *node);

plan_fn plan_cables, plan_node, plan_router, plan_nat, plan_firewall;

/* The addresses of CPEs behind a load test. */
void plan_sources(struct plan_builder *b, const struct node *node);

/* A cable from a node to a switch, whose end at the node is down yet. */
struct plan_plug {
	uint32_t ns; /* of the node */
	const struct attach *attach;
	const uint8_t *mac;
	const char *ifname; /* at the node */
	uint32_t ifindex;
	const char *wanted; /* name of the port at the switch */
};

struct plan_port;

/* *ret_cable: its step. 0 or ERR_LIMIT. */
int plan_plug_in(struct plan_builder *b, const struct plan_plug *plug,
    struct plan_port *ret, struct plan_step **ret_cable);
