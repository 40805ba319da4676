#include "agents/cpe/load/load_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* ---- opening ------------------------------------------------------------------------------- */

int load_new(struct load **ret, struct uv_loop_s *loop,
    const struct load_config *config, const struct load_handlers *handlers, void *user,
    struct error *err)
{
	struct load *load = calloc(1, sizeof(*load));
	int r;

	if (!load)
		return error_set(err, -ENOMEM, "no memory for a load test");
	*ret = load;
	load->loop = loop;
	load->config = config;
	load->file = config->file;
	load->handlers = handlers;
	load->user = user;
	load_watch_begin(load);
	r = load_scrape_begin(load, err);
	if (r < 0)
		return r;
	r = load_fleet_new(load, err);
	load->n_open = (int)load->n_fleets;
	(void)uv_timer_init(loop, &load->pace);
	(void)uv_timer_init(loop, &load->beat);
	(void)uv_timer_init(loop, &load->second);
	load->pace.data = load->beat.data = load->second.data = load;
	load->n_open += 3;
	if (r < 0)
		return r;
	load_pace_begin(load);
	load_fleet_begin(load);
	r = load_probe_open(load, err);
	if (r == 0)
		r = load_order_open(load, err);
	if (r == 0)
		r = load_account_open(load, err);
	return r;
}

void load_free(struct load *load)
{
	if (!load)
		return;
	(void)load_events_end(load);
	load_fleet_free(load);
	load_probe_free(load);
	load_order_free(load);
	tally_free(&load->tally);
	own_limits_free(&load->own);
	hist_free(&load->search.latency);
	free(load);
}

/* ---- the end ------------------------------------------------------------------------------- */

static void on_released(struct load *load)
{
	if (--load->n_open > 0)
		return;
	load->state = LOAD_OVER;
	(void)load_events_end(load);
	load->handlers->over(load->user);
}

static void on_timer_closed(uv_handle_t *handle)
{
	on_released(handle->data);
}

static void on_released_one(void *user)
{
	on_released(user);
}

/* Sessions that are open now are told as open: what the stop does to them is not the ACS's. */
static void stop(struct load *load)
{
	if (load->state >= LOAD_STOPPING)
		return;
	load->state = LOAD_STOPPING;
	load_scrape_end(load);
	if (load->n_open == 0) {
		load->state = LOAD_OVER;
		return;
	}
	if (load->began) {
		load_order_give_up(load);
		load_own_look(load, clock_monotonic());
		load_own_second(load, clock_monotonic());
		load_own_end(load, clock_monotonic());
		tally_set_open(&load->tally, load_fleet_open(load));
	}
	uv_close((uv_handle_t *)&load->pace, on_timer_closed);
	uv_close((uv_handle_t *)&load->beat, on_timer_closed);
	uv_close((uv_handle_t *)&load->second, on_timer_closed);
	load_fleet_stop(load, on_released_one, load);
	load_probe_stop(load, on_released_one, load);
	load_order_stop(load, on_released_one, load);
	load_account_stop(load, on_timer_closed, on_released_one);
}

static void drain(struct load *load, const char *why)
{
	clock_ns now = clock_monotonic();

	load->state = LOAD_DRAINING;
	load->ended = now;
	load->ended_early = why;
	load->drain_until = now + load->file->drain;
	load_pace_stop(load);
	load_phases_note(load);
	load_fleet_end(load);
}

void load_stop(struct load *load, const char *why)
{
	if (load->state == LOAD_RUNNING && load->began)
		drain(load, why);
	else
		stop(load);
}

/* ---- time ---------------------------------------------------------------------------------- */

/* Without a duration, until each CPE has been served once. */
static bool is_over(const struct load *load, clock_ns now)
{
	if (load->file->duration > 0 && now - load->began >= load->file->duration)
		return true;
	if (load->has_search)
		return load->search.phase == LIMIT_OVER;
	if (load->file->duration > 0 || load->open > 0)
		return false;
	return load_pace_is_over(load) && load_order_is_over(load) &&
	       load_storm_is_past(load, now);
}

static void on_beat(uv_timer_t *timer)
{
	struct load *load = timer->data;
	clock_ns now = clock_monotonic();
	const char *why;

	load_own_beat(load, now);
	if (load->state == LOAD_RUNNING) {
		load_probe_beat(load, now);
		load_order_beat(load, now);
	}
	if (load->has_search && load->state == LOAD_RUNNING)
		load_limit_beat(load, now);
	if (load->state == LOAD_RUNNING) {
		why = load_judge_beat(load);
		if (why || is_over(load, now))
			drain(load, why);
	}
	if (load->state == LOAD_DRAINING &&
	    (load->open == 0 || now >= load->drain_until))
		stop(load);
}

static void on_second(uv_timer_t *timer)
{
	struct load *load = timer->data;
	const char *why;

	load_own_second(load, clock_monotonic());
	if (load->state == LOAD_RUNNING) {
		why = load_judge_second(load);
		if (why)
			drain(load, why);
	}
	load->handlers->second(load->user);
}

static void begin(struct load *load)
{
	if (load->state != LOAD_RUNNING || load->began)
		return;
	load->wall = clock_wall();
	load->began = load->pace_began = clock_monotonic();
	load_own_begin(load);
	uv_update_time(load->loop);
	(void)uv_timer_start(&load->beat, on_beat, LOAD_BEAT_MS, LOAD_BEAT_MS);
	(void)uv_timer_start(&load->second, on_second, 1000, 1000);
	if (load->has_search)
		load_limit_begin(load);
	else
		load_pace_on(load);
}

void load_start(struct load *load)
{
	load->account.begin = begin;
	if (!load->account.is_asking)
		begin(load);
}

/* ---- the schedule while it runs ---------------------------------------------------- */

void load_scale(struct load *load, double scale)
{
	arrival_scale(&load->arrival, clock_monotonic() - load->pace_began, scale);
	load_pace_on(load);
}

void load_halt(struct load *load, bool is_halted)
{
	clock_ns now = clock_monotonic() - load->pace_began;

	if (is_halted)
		arrival_halt(&load->arrival, now);
	else
		arrival_go_on(&load->arrival, now);
	load_pace_on(load);
}
