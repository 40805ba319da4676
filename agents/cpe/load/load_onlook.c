/* A fleet that is run by hand, with the numbers of a load test: nothing is begun, cut or ended
 * here. */
#include "agents/cpe/load/load_internal.h"

#include <errno.h>
#include <stdlib.h>

static void on_beat(uv_timer_t *timer)
{
	load_own_beat(timer->data, clock_monotonic());
}

static void on_second(uv_timer_t *timer)
{
	struct load *load = timer->data;

	load_own_second(load, clock_monotonic());
	load->handlers->second(load->user);
}

/* A timer of ours keeps no loop alive. */
static void start_timer(struct load *load, uv_timer_t *timer, uv_timer_cb tick,
    uint64_t ms)
{
	(void)uv_timer_init(load->loop, timer);
	timer->data = load;
	(void)uv_timer_start(timer, tick, ms, ms);
	uv_unref((uv_handle_t *)timer);
}

struct load *load_look_on(struct uv_loop_s *loop, struct cpe_fleet *fleet,
    const struct load_handlers *handlers, void *user)
{
	static const struct load_config config;
	static const struct load_file file;
	struct load *load = calloc(1, sizeof(*load));

	if (!load || load_fleet_lend(load, fleet) < 0) {
		load_look_free(load);
		return NULL;
	}
	load->loop = loop;
	load->config = &config;
	load->file = &file;
	load->handlers = handlers;
	load->user = user;
	load->arrival.halted_at = -1;
	load->arrival.scale = 1;
	load_watch_begin(load);
	cpe_drive_begin(fleet, &load->observer, false, false);
	load->wall = clock_wall();
	load->began = clock_monotonic();
	load_own_begin(load);
	start_timer(load, &load->beat, on_beat, LOAD_BEAT_MS);
	start_timer(load, &load->second, on_second, 1000);
	return load;
}

void load_look_away(struct load *load)
{
	load->ended = clock_monotonic();
	load_own_second(load, load->ended);
	load_own_end(load, load->ended);
	load->state = LOAD_STOPPING;
	uv_close((uv_handle_t *)&load->beat, NULL);
	uv_close((uv_handle_t *)&load->second, NULL);
}

void load_look_free(struct load *load)
{
	if (!load)
		return;
	load_fleet_give_back(load);
	load_free(load);
}

void load_put_summary(struct buf *out, const struct load *load,
    const struct screen *screen)
{
	const struct cpe_fleet *fleet = load->kinds[0].fleet;
	const struct result_source source = {
		.name = fleet->config->node,
		.acs = fleet->config->acs.url,
		.model = fleet->model->name,
		.cpes = fleet->n_cpes,
		.seed = fleet->seed,
		.wall = load->wall,
		.took_us = (uint64_t)(load_took(load) / NS_PER_US),
		.tally = &load->tally,
		.own = &load->own,
		.memory_kb = load->memory_kb,
		.series = &load->series,
	};
	auto_arena arena = ARENA_NULL;
	struct load_result result;

	if (result_make(&result, &arena, &source) < 0)
		out->error = -ENOMEM;
	else
		result_put_summary(out, &result, screen);
}
