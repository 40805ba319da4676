/* What the fleet tells of its sessions, as numbers. Sessions that the stop breaks off have been
 * counted as open, and are no news. */
#include "agents/cpe/load/load_internal.h"

#include "lib/base/shown.h"

#include <errno.h>
#include <string.h>

static void put_phase(struct load *load, unsigned phase, const struct cpe_sight *sight,
    clock_ns since, clock_ns now)
{
	tally_phase(&load->tally, phase,
	    load_us(now - since + sight->began - sight->intended),
	    load_us(now - since));
}

static void on_leased(void *user, uint64_t number, clock_ns since, clock_ns now)
{
	struct load *load = user;

	(void)number;
	if (load->state >= LOAD_STOPPING)
		return;
	tally_phase(&load->tally, TALLY_DHCP, load_us(now - since),
	    load_us(now - since));
}

static void on_began(void *user, const struct cpe_sight *sight)
{
	struct load *load = user;

	tally_offer(&load->tally, sight->is_retry);
	load->now.offered++;
	tally_start(&load->tally, load_us(sight->late));
	load->now.started++;
	load->n_late += load_us(sight->late) > load->late_bound;
	load->now.late_us = MAX(load->now.late_us, load_us(sight->late));
	load->open++;
}

static unsigned phase_of(const struct cpe_sight *sight)
{
	switch (sight->stage) {
	case CPE_STAGE_DNS:
		return TALLY_DNS;
	case CPE_STAGE_TCP:
		return TALLY_TCP;
	case CPE_STAGE_TLS:
	case CPE_STAGE_TLS_RESUMED:
		return TALLY_TLS;
	case CPE_STAGE_EMPTY:
		return TALLY_EMPTY;
	case CPE_STAGE_RPC:
		return tally_phase_rpc(sight->method);
	case CPE_STAGE_REST:
		break;
	}
	return TALLY_SESSION;
}

/* A kind that resumes always has got no ticket, or one that was not taken. */
static bool should_have_resumed(const struct load *load, const struct cpe_sight *sight)
{
	return load->file->n_mixes > 0 && sight->booted == INT64_MAX &&
	       load_mix_of(load, sight->number)->tls == LOAD_TLS_RESUMED;
}

static void on_passed(void *user, const struct cpe_sight *sight, clock_ns now)
{
	struct load *load = user;

	if (load->state >= LOAD_STOPPING)
		return;
	load->has_reached |= sight->stage == CPE_STAGE_TCP;
	load->is_acs |= sight->stage == CPE_STAGE_RPC && sight->method == CWMP_INFORM;
	if (sight->stage == CPE_STAGE_REST)
		return;
	load_order_passed(load, sight, now);
	put_phase(load, phase_of(sight), sight, sight->since, now);
	if (sight->stage == CPE_STAGE_TLS)
		put_phase(load, TALLY_TLS_FULL, sight, sight->since, now);
	if (sight->stage == CPE_STAGE_TLS && should_have_resumed(load, sight))
		tally_step(&load->tally, TALLY_TLS_RESUMED, TALLY_UNEXPECTED);
	if (sight->stage == CPE_STAGE_TLS_RESUMED)
		put_phase(load, TALLY_TLS_RESUMED, sight, sight->since, now);
	if (sight->stage == CPE_STAGE_RPC && sight->method == CWMP_INFORM &&
	    sight->booted != INT64_MAX)
		tally_phase(&load->tally, TALLY_BOOT, load_us(now - sight->booted),
		    load_us(now - sight->booted));
}

/* What this machine has refused is no failure of the ACS's. */
static void note_own(struct load *load, int code)
{
	struct own_limits *own = &load->own;

	own->no_descriptor += code == EMFILE || code == ENFILE;
	own->no_port += code == EADDRNOTAVAIL || code == EADDRINUSE || code == EAGAIN;
	own->no_memory += code == ENOMEM || code == ENOBUFS;
}

static enum tally_layer layer_of(enum failure_layer layer)
{
	static const enum tally_layer layers[] = {
		[FAILURE_NONE] = TALLY_LAYER_CWMP,
		[FAILURE_DHCP] = TALLY_LAYER_DHCP,
		[FAILURE_DNS] = TALLY_LAYER_DNS,
		[FAILURE_TCP] = TALLY_LAYER_TCP,
		[FAILURE_TLS] = TALLY_LAYER_TLS,
		[FAILURE_HTTP] = TALLY_LAYER_HTTP,
		[FAILURE_SOAP] = TALLY_LAYER_SOAP,
		[FAILURE_CWMP] = TALLY_LAYER_CWMP,
	};

	return layers[layer];
}

/* Whoever answers at the URL, but no Inform, is no ACS, or none that takes our CPEs. */
static void note_strange(struct load *load, const struct failure *failure)
{
	char reason[TALLY_REASON_MAX];

	/* The words that have ended a run stay those. */
	if (load->is_acs || load->state != LOAD_RUNNING ||
	    (load->n_strange > 0 && failure->layer <= FAILURE_TCP))
		return;
	load->n_strange += failure->layer > FAILURE_TCP;
	(void)shown_snprintf(load->strange, sizeof(load->strange), "%s: %s",
	    failure_layer_name(failure->layer), load_reason(failure->why, reason));
}

/* How far a session that has failed had come. */
static enum tally_reach reach_of(const struct cpe_sight *sight)
{
	if (!sight->has_spoken)
		return sight->has_tried ? TALLY_REACH_UNHEARD : TALLY_REACH_UNSENT;
	if (!sight->is_answered)
		return TALLY_REACH_UNANSWERED;
	return sight->is_awaiting ? TALLY_REACH_CUT : TALLY_REACH_BROKEN;
}

static void put_failure(struct load *load, const struct cpe_sight *sight,
    const struct failure *failure, clock_ns now)
{
	char reason[TALLY_REASON_MAX], why[FAILURE_WHY_MAX + 32];
	bool is_slow = now - sight->since >= load->wait_timeout;

	tally_step(&load->tally, phase_of(sight),
	    is_slow ? TALLY_TIMED_OUT : TALLY_UNEXPECTED);
	if (failure->is_busy) {
		tally_shed(&load->tally,
		    failure->retry_after > 0 ? failure->retry_after / NS_PER_S : -1);
		load->now.shed++;
		return;
	}
	note_own(load, sight->system);
	if (sight->fault)
		(void)shown_snprintf(why, sizeof(why), "fault %s: %s",
		    load_fault_name_of(sight->fault), failure->why);
	else
		note_strange(load, failure);
	tally_fail(&load->tally, layer_of(failure->layer),
	    load_reason(sight->fault ? why : failure->why, reason));
	tally_reach(&load->tally, reach_of(sight), sight->has_moved);
	load->now.failed++;
}

static void on_ended(void *user, const struct cpe_sight *sight,
    const struct failure *failure, clock_ns now)
{
	struct load *load = user;

	if (load->state >= LOAD_STOPPING)
		return;
	load->open--;
	load_events_put(load, sight, failure, now);
	if (failure->layer != FAILURE_NONE) {
		put_failure(load, sight, failure, now);
		return;
	}
	tally_complete(&load->tally, load_us(now - sight->intended),
	    load_us(now - sight->began));
	if (load->has_search)
		load_limit_ended(load, load_us(now - sight->intended));
	load->now.completed++;
}

void load_watch_begin(struct load *load)
{
	load->late_bound = verdict_bounds().late_us;
	load->observer = (struct cpe_observer){
		.leased = on_leased,
		.began = on_began,
		.passed = on_passed,
		.ended = on_ended,
		.user = load,
	};
}
