/* What others may know of a load. */
#include "agents/cpe/load/load_internal.h"

const char *load_door_path(const struct load *load)
{
	const char *door = load->file->acs.door;

	return str_starts(str_of(door), STR("unix:")) ? door + 5 : door;
}

double load_scale_of(const struct load *load)
{
	return load->arrival.scale;
}

bool load_is_halted(const struct load *load)
{
	return load->arrival.halted_at >= 0;
}

enum load_state load_state(const struct load *load)
{
	return load->state;
}

const char *load_state_name(enum load_state state)
{
	static const char *const names[] = { "running", "draining", "stopping",
		"over" };

	return names[state];
}

uint64_t load_cpes(const struct load *load)
{
	return load->n_cpes;
}

clock_ns load_took(const struct load *load)
{
	return (load->ended ? load->ended : clock_monotonic()) - load->began;
}

double load_rate_wanted(const struct load *load)
{
	if (!load->is_paced || load->state != LOAD_RUNNING || load_is_halted(load))
		return 0;
	return arrival_rate(&load->plan,
		   clock_monotonic() - load->pace_began - load->arrival.halted_for) *
	       load->arrival.scale / (double)load->shards;
}

bool load_has_events(const struct load *load)
{
	return !load->has_lost_events;
}

const struct tally *load_tally(const struct load *load)
{
	return &load->tally;
}

const struct own_limits *load_own(const struct load *load)
{
	return &load->own;
}

const struct series *load_series(const struct load *load)
{
	return &load->series;
}
