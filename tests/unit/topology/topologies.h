/* What the tests of topologies share. Paths are from the root of the source. */
#pragma once

#include "tests/unit/unit.h"

#include "lab/topology/topology.h"

#include <stdlib.h>
#include <unistd.h>

static const char *const known_sequences[] = { "acs-migration", "first-contact", NULL };

static const char *const known_rules[] = { "RTY-01", "RTY-02", "SES-09", "URL-03",
	NULL };

static const struct topology_options test_options = {
	.rules = known_rules,
	.models = "tests/unit/topology/files",
	.sequences = known_sequences,
};

/* Reads text as if it stood beside the test's files. */
static inline int read_topology(const char *text, struct topology **ret,
    struct error *err)
{
	return topology_parse("tests/unit/topology/files/t.yaml", str_of(text),
	    &test_options, ret, err);
}

static inline struct topology *must_read(const char *text)
{
	struct topology *topology = NULL;
	struct error err = ERROR_NULL;

	if (read_topology(text, &topology, &err) < 0)
		fail_msg("%s", err.text);
	return topology;
}

static inline int enter_source(void **state)
{
	const char *source = getenv("CWMPLAB_SOURCE");

	(void)state;
	return source ? chdir(source) : 0;
}
