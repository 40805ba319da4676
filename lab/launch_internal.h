/* What the programs of the nodes share while they are described. */
#pragma once

#include "lab/launch.h"

typedef int launch_fn(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err);

launch_fn launch_dns, launch_dhcp, launch_dhcp_dnsmasq, launch_dhcp_kea;

enum {
	DHCP_SERVER_PORT = 67,
	DNS_PORT = 53
};

/* The first words of every DHCP class of a CWMP device, TR-069 A6 3.1. */
#define CPE_CLASS "dslforum.org"

/* Appends an argument; a copy is made. */
void launch_arg(struct launch *launch, const char *fmt, ...) ATTR_PRINTF(2, 3);

/* Names the configuration "/run/<node>.<suffix>". */
void launch_conf(struct launch *launch, const struct node *node, const char *suffix);

/* The bytes of option 43 that the pool hands out; 0 bytes when it hands out none. */
int launch_option43(const struct pool *pool, struct buf *out, struct error *err);
