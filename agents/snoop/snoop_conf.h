/* What the snooping of a switch is told to do (agents/snoop/snoopd.h). */
#pragma once

#include "lib/conf/conf.h"

struct snoop_conf {
	const char *node;
	const char *bridge;                 /* its own end, which is no port */
	struct conf_strings trusted;        /* names of ports */
	const char *circuit_id, *remote_id; /* or null */
};

extern const struct conf_row snoop_conf_rows[];
