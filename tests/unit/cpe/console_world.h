/* A CPE with a console, of memory alone: it keeps no state unless a folder is named, and its edges do
 * nothing. */
#pragma once

#include "tests/unit/unit.h"

#include "agents/cpe/console/console.h"
#include "lib/base/compiler.h"
#include "lib/console/cli_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct world {
	struct model *model;
	struct cpe_config config;
	struct cpe_fleet fleet;
	struct cpe_place place;
	struct cpe cpe;
	struct consoles consoles;
	struct cli_session session; /* somebody's at the console */
};

static struct world *world;
static const char *state_folder; /* null: nothing outlives the process */

/* ---- edges that do nothing ------------------------------------------------------------------ */

static inline clock_ns now(void)
{
	return 1000 * NS_PER_S;
}

static inline clock_ns wall(void)
{
	return INT64_C(1767323045) * NS_PER_S;
}

static inline void nothing(struct cpe *cpe)
{
	(void)cpe;
}

static inline void listen_for_calls(struct cpe *cpe)
{
	cpe_console_moved(cpe);
}

static const struct cpe_edges edges = {
	.monotonic = now,
	.wall = wall,
	.arm = nothing,
	.listen = listen_for_calls,
	.cancel = nothing,
	.desist = nothing,
};

/* ---- a CPE with a console ---------------------------------------------------------------------- */

static inline void begin(int factory_cwmp)
{
	const char *source = getenv("CWMPLAB_SOURCE");
	struct error err = ERROR_NULL;
	struct cpe_range range = { .count = 1, .name = "cpe" };
	char path[512];

	world = calloc(1, sizeof(*world));
	assert_non_null(world);
	(void)snprintf(path, sizeof(path), "%s/topologies/models/hp5920.yaml",
	    source ? source : ".");
	if (model_load(path, &world->model, &err) < 0)
		fail_msg("%s", err.text);
	world->config.console.is_on = true;
	world->config.state = state_folder;
	world->config.console.cwmp = factory_cwmp;
	world->place = (struct cpe_place)CPE_PLACE_NULL;
	world->fleet.config = &world->config;
	world->fleet.edges = &edges;
	world->fleet.model = world->model;
	world->fleet.cpes = &world->cpe;
	world->fleet.n_cpes = 1;
	assert_int_equal(cpe_open(&world->cpe, &world->fleet, &range, 0, 0,
			     &world->place, &err),
	    0);
	assert_int_equal(consoles_open(&world->consoles, &world->fleet, &err), 0);
	cli_session_init(&world->session, &world->consoles.items[0].device);
	/* It is up. */
	world->cpe.state = CPE_LEASING;
	world->cpe.booted_at = 1;
	edges.listen(&world->cpe);
}

static inline void end(void)
{
	consoles_free(&world->consoles);
	cpe_free(&world->cpe);
	model_free(world->model);
	free(world);
	world = NULL;
}

static inline void type(const char *lines)
{
	struct str rest = str_of(lines);

	while (rest.len > 0) {
		struct str line = str_cut(rest, '\n', &rest);
		auto_buf out = BUF_NULL;

		if (cli_session_take(&world->session, line, &out).is_refused)
			fail_msg("%.*s\n%s", STR_ARG(line), buf_cstr(&out));
	}
}

/* Its console is told that it has gone down, as often as there is a reason to; that it is up only
 * when it has an address. */
static inline void boot_without_address(void)
{
	world->cpe.state = CPE_OFF;
	edges.listen(&world->cpe);
	edges.listen(&world->cpe);
	world->cpe.state = CPE_LEASING;
	world->cpe.booted_at++;
}

static inline void boot(void)
{
	boot_without_address();
	edges.listen(&world->cpe);
}

static inline void reset(void)
{
	cpe_console_reset(&world->cpe);
}
