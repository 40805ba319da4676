/* Rows that the tables of most kinds of nodes have alike; they bind to a struct node. */
#pragma once

#include "lab/topology/topology_internal.h"

#include <stddef.h>

// clang-format off
#define ROW(struct_, member, key_, type_, help_) \
	.key = key_, .type = type_, .offset = offsetof(struct struct_, member), .help = help_

#define NODE_ROW_KIND \
	{ ROW(node, kind, "kind", CONF_ENUM, "what the node is"), .names = node_kind_names }
#define NODE_ROW_ATTACH(required) \
	{ ROW(node, attach.conf, "attach", CONF_NODE, "the switch this node plugs into"), \
	  .is_required = required, .schema = topology_attach_schema }
/* Of a cable, which is all of struct_, or its member ("attach."). */
#define CABLE_ROWS(struct_, member) \
	{ ROW(struct_, member port, "port", CONF_STR, "name of the port there, at most 15 characters"), \
	  .min = 1, .max = 15 }, \
	{ ROW(struct_, member link_conf, "link", CONF_NODE, \
	      "what its link does to packets: a profile or words such as \"delay=50ms loss=2%\", or a mapping"), \
	  .schema = topology_link_schema }, \
	{ ROW(struct_, member vlan, "vlan", CONF_UINT, \
	      "makes it an access port of that VLAN, whose frames pass it without a tag; 1 where others of the switch name one"), \
	  .min = VLAN_MIN, .max = VLAN_MAX, .node_offset = 1 + offsetof(struct struct_, member vlan_conf) }, \
	{ ROW(struct_, member trunk_conf, "trunk", CONF_NODE, \
	      "makes it a trunk of these VLANs, whose frames pass it with a tag: [10, 20]; at a port of a router each with its address there: [10 10.0.10.1/24, 20 10.0.20.1/24]"), \
	  .schema = topology_trunk_schema }, \
	{ ROW(struct_, member native, "native", CONF_UINT, \
	      "that one of the trunk's VLANs whose frames pass it without a tag"), \
	  .min = VLAN_MIN, .max = VLAN_MAX, .node_offset = 1 + offsetof(struct struct_, member native_conf) }
#define NODE_ROW_ADDRESS \
	{ ROW(node, address, "address", CONF_IP_NETS, \
	      "its address, such as 10.0.0.2/24 or 2001:db8::2/64"), \
	  .offset6 = offsetof(struct node, address6), .is_required = true }
#define NODE_ROW_ROUTER \
	{ ROW(node, router, "router", CONF_IPS, \
	      "its default router; the only router of its segment, if there is one, if absent"), \
	  .offset6 = offsetof(struct node, router6), .word = "none" }
/* Of those that know IPv4 alone. */
#define NODE_ROW_ADDRESS4 \
	{ ROW(node, address, "address", CONF_IPV4_NET, "its address, such as 10.0.0.2/24"), \
	  .is_required = true }
#define NODE_ROW_ROUTER4 \
	{ ROW(node, router, "router", CONF_IPV4, \
	      "its default router; the only router of its segment, if there is one, if absent"), \
	  .word = "none" }
// clang-format on
