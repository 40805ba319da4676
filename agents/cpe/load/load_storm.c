/* What befalls many CPEs at a time, when the file says. */
#include "agents/cpe/load/load_internal.h"

/* When what was gone is back for a CPE. Each storm of a run spreads them otherwise. */
static clock_ns back_at(const struct load *load, const struct load_storm *storm,
    uint64_t number, clock_ns now)
{
	uint64_t nth = (uint64_t)(storm - load->file->storms);

	return now + storm->lasts +
	       arrival_boot_within(load->config->seed + nth, number, storm->within);
}

static void befall(struct load *load, const struct load_storm *storm, struct cpe *cpe,
    clock_ns now)
{
	clock_ns at = back_at(load, storm, cpe->number, now);
	uint64_t i = load_index(cpe);

	switch ((enum load_storm_kind)storm->kind) {
	case LOAD_STORM_BOOTSTRAP:
		cpe_drive_bootstrap(cpe->fleet, i, at);
		return;
	case LOAD_STORM_POWER_CUT:
		cpe_drive_power_cut(cpe->fleet, i, at);
		return;
	case LOAD_STORM_UPLINK_CUT:
		cpe_drive_uplink_cut(cpe->fleet, i, at);
		return;
	case LOAD_STORM_ACS_RESTART: /* these two befall no CPE, */
	case LOAD_STORM_ACS_STORE:
	case LOAD_STORM_CALL_SWEEP: /* and these two are load_order_storm()'s */
	case LOAD_STORM_FIRMWARE:
	case LOAD_STORMS:
		return;
	}
}

/* Whether none is to come. */
static bool have_all_begun(const struct load *load)
{
	return load->next_storm == load->file->n_storms;
}

/* Whether it is without power, of which its time to boot is no later than that; one that is
 * still being switched off has that time to come. */
static bool is_to_boot(const struct cpe *cpe, clock_ns by)
{
	return (cpe->state == CPE_OFF && cpe->boot_at <= by) ||
	       (cpe->state == CPE_STOPPING && cpe->wish.back_at != 0 &&
		   cpe->wish.back_at <= by);
}

static bool is_past(const struct load *load, const struct load_storm *storm,
    clock_ns now)
{
	clock_ns end = load->began + storm->at + storm->lasts + storm->within;

	if (now < end)
		return false;
	for (uint64_t i = 0; i < load->n_cpes; i++) {
		if (is_to_boot(load->cpes[i], end))
			return false;
	}
	return true;
}

bool load_storm_is_past(const struct load *load, clock_ns now)
{
	for (size_t i = 0; i < load->file->n_storms; i++) {
		if (i >= load->next_storm ||
		    !is_past(load, &load->file->storms[i], now))
			return false;
	}
	return true;
}

clock_ns load_storm_on(struct load *load, clock_ns now)
{
	for (; !have_all_begun(load); load->next_storm++) {
		const struct load_storm *storm = &load->file->storms[load->next_storm];

		if (load->began + storm->at > now)
			return load->began + storm->at;
		if (load_storm_wants_door(storm)) {
			load_order_storm(load, storm, now);
			continue;
		}
		if (storm->kind == LOAD_STORM_ACS_RESTART) {
			if (load->handlers->acs_restart)
				load->handlers->acs_restart(load->user, storm->lasts);
			continue;
		}
		for (uint64_t i = 0; i < load->n_cpes; i++) {
			struct cpe *cpe = load->cpes[i];

			if (load_storm_hits(storm, load->file->cpes, cpe->number))
				befall(load, storm, cpe, now);
		}
	}
	return INT64_MAX;
}
