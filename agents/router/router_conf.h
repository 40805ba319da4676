/* What `cwmplab routerd` is told (agents/router/routerd.h). */
#pragma once

#include "lib/base/clock.h"
#include "lib/conf/conf.h"

enum {
	ROUTER_CONF_PORTS_MAX = 64
};

struct router_port_conf {
	const char *interface;
	struct conf_ipv4_net address4; /* none is taken */
	struct conf_ipv6_net prefix;
	bool managed, other, slaac;
	clock_ns interval, lifetime;
	struct conf_strings dns;
};

struct router_conf {
	const char *node;
	struct conf_list ports; /* struct router_port_conf */
};

extern const struct conf_row router_conf_rows[];
