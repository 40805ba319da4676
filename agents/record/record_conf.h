/* What the recorder is told to do (agents/record/record.h). */
#pragma once

#include "lib/base/conf.h"

struct record_port_conf {
	const char *name, *netns, *interface;
};

struct record_conf {
	const char *node, *file, *keylog;
	struct conf_list ports; /* struct record_port_conf */
};

extern const struct conf_row record_conf_rows[];
