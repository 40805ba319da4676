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
