/* What this machine can do for labs, found by doing it in namespaces of our own. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum probe_result {
	PROBE_OK,
	PROBE_MISSING, /* labs work, but not those with what needs this */
	PROBE_FATAL    /* no lab works here */
};

enum {
	PROBE_TEXT_MAX = 256
};

struct probe {
	const char *name;  /* "namespaces", "dnsmasq" */
	const char *needs; /* what it is for; "every lab", "engine: kea" */
	enum probe_result result;
	char fact[PROBE_TEXT_MAX]; /* what was found */
	char todo[PROBE_TEXT_MAX]; /* how to get it; "" when there is nothing to do */
};

enum {
	PROBES_MAX = 20
};

struct sandbox_obstacle;

/* The probe that tells of a setting which restricts namespaces: fatal, unless this program was
 * seen to make them (has_namespaces). Then it is nothing to mend, or, when root made them,
 * something that ordinary users miss. */
struct probe probe_restriction(const struct sandbox_obstacle *obstacle,
    bool has_namespaces, bool is_root);

/* Makes all probes; returns how many are in probes. */
size_t probe_all(struct probe probes[PROBES_MAX]);
