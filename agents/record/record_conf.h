/* What the recorder is told to do (agents/record/record.h). */
#pragma once

#include "lib/conf/conf.h"

enum {
	RECORD_RING_MIN = 512 << 10,
	RECORD_RING_MAX = 64 << 20
};

struct record_port_conf {
	const char *name, *netns, *interface;
};

struct record_conf {
	const char *node, *file, *keylog;
	uint64_t ring;          /* bytes, of a port */
	struct conf_list ports; /* struct record_port_conf */
};

extern const struct conf_row record_conf_rows[];
