/* Keys of a link that are not those of lib/link/impair.h: its means and its schedule. */
#pragma once

#include "lib/base/clock.h"
#include "lib/conf/conf.h"

struct link_step_keys {
	clock_ns at, length;
	const char *set;
	const struct conf_node *at_conf, *set_conf;
};

struct link_means_key {
	int means;
};

extern const struct conf_row link_step_rows[], link_means_rows[];
