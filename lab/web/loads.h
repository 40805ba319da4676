/* The course of a lab's load tests, from the events that they tell each second: a curve of bounded
 * length over all of their time, however long that is. Pure. */
#pragma once

#include "lib/base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

enum {
	WEB_LOADS_MAX = 8, /* tests of a lab; those beyond are left out */
	WEB_LOAD_POINTS = 600
};

enum web_load_value { /* in all until then, but those that are open */
	WEB_OFFERED,
	WEB_STARTED,
	WEB_COMPLETED,
	WEB_FAILED,
	WEB_SHED,
	WEB_OPEN,
	WEB_LOAD_VALUES
};

struct web_load {
	char node[128], state[32];
	uint64_t
	    n_told; /* seconds that were told; each stride-th is kept, and the last */
	bool is_last_between; /* private: the last one is none of those */
	uint64_t stride;      /* 1, 2, 4... */
	size_t n;
	struct web_load_point {
		uint64_t time_ms; /* wall clock */
		uint64_t values[WEB_LOAD_VALUES];
	} points[WEB_LOAD_POINTS];
};

struct web_loads { /* zeroed, it has none */
	size_t n;
	struct web_load all[WEB_LOADS_MAX];
};

/* Takes an event of the lab. False: it is none of a load test, or of one for which there is no room. */
bool web_loads_take(struct web_loads *loads, struct str event);

/* {"loads":[{"node":...,"state":...,"points":[[time_ms,offered,...],...]}]}; the state of one that is over
 * is its verdict. */
void web_loads_put(const struct web_loads *loads, struct buf *out);
