/* When a CPE does something of its own accord: retries, periodic and scheduled Informs. */
#include "agents/cpe/device/cpe_fleet.h"

#include "agents/cpe/session/phase.h"
#include "lib/load/arrival.h"
#include "lib/program/log.h"
#include "lib/proto/date_time.h"

#include <inttypes.h>

/* ---- retries ------------------------------------------------------------------------ */

/* The parameters hold, which a configuration sets as the factory does. A wait that is no whole
 * number of seconds holds for as long as nobody sets another number than the one nearest. */
static clock_ns min_wait_of(const struct cpe *cpe)
{
	clock_ns wait = cpe->fleet->config->retry.min_wait;
	uint64_t set_s = model_values_number(&cpe->values, MODEL_RETRY_MIN_WAIT);

	return wait > 0 && (set_s == 0 || set_s == retry_seconds(wait))
		   ? wait
		   : (clock_ns)set_s * NS_PER_S;
}

static struct retry_policy policy_of(const struct cpe *cpe)
{
	const struct cpe_config *config = cpe->fleet->config;
	uint64_t multiplier = model_values_number(&cpe->values, MODEL_RETRY_MULTIPLIER);
	struct retry_policy policy = {
		.min_wait = min_wait_of(cpe),
		.multiplier =
		    (uint32_t)(multiplier > 0 ? multiplier : config->retry.multiplier),
		.limit = config->retry.limit,
	};

	if (quirks_conduct(&cpe->fleet->model->conduct.quirks) & QUIRK_NO_BACK_OFF)
		policy.multiplier = RETRY_NO_GROWTH;
	return policy;
}

/* `cwmp cpe connect retry` counts before what the configuration says, and knows "never". */
static bool may_retry(const struct cpe *cpe, const struct retry_policy *policy)
{
	return cpe->typed.has_retry_limit ? cpe->retry_count <= cpe->typed.retry_limit
					  : retry_is_allowed(policy, cpe->retry_count);
}

void cpe_plan_retry(struct cpe *cpe)
{
	struct retry_policy policy = policy_of(cpe);
	clock_ns wait;

	if (cpe->fleet->is_done)
		return;
	cpe->retry_count++;
	if (cpe->fleet->is_forgiving)
		return;
	if (!may_retry(cpe, &policy)) {
		log_warn("%s: gives up after %u retries", cpe->name,
		    cpe->retry_count - 1);
		return;
	}
	wait = retry_wait(&policy, cpe->retry_count, &cpe->rng);
	if (cpe->fleet->model->conduct.http.obeys_retry_after)
		wait = MAX(wait, cpe->retry_after);
	cpe->retry_after = 0;
	cpe->retry_at = cpe->fleet->edges->monotonic() + wait;
	cpe_report_retry(cpe, wait, retry_band(&policy, cpe->retry_count));
}

/* ---- periodic Inform ---------------------------------------------------------------- */

static clock_ns next_period(const struct cpe *cpe)
{
	const struct cpe_edges *edges = cpe->fleet->edges;
	clock_ns interval = (clock_ns)cpe->periodic_s * NS_PER_S;

	/* What a CPE is free to choose a fleet chooses for it. */
	if (cpe->fleet->is_spread && cpe->periodic_at == INT64_MAX &&
	    cpe->periodic_phase == PHASE_FREE)
		return edges->monotonic() +
		       arrival_phase(cpe->fleet->seed, cpe->number, interval);
	return phase_next(interval, cpe->periodic_phase, cpe->periodic_at,
	    edges->monotonic(), edges->wall());
}

static clock_ns phase_now(const struct cpe *cpe, uint32_t interval_s)
{
	const char *time = model_values_get_live(&cpe->values, MODEL_PERIODIC_TIME);

	return phase_of(str_of(time), (clock_ns)interval_s * NS_PER_S);
}

void cpe_plan_periodic(struct cpe *cpe)
{
	uint32_t interval = 0;
	clock_ns phase;

	if (!cpe->fleet->is_paced &&
	    model_values_number(&cpe->values, MODEL_PERIODIC_ENABLE))
		interval = (uint32_t)MIN(UINT32_MAX,
		    model_values_number(&cpe->values, MODEL_PERIODIC_INTERVAL));
	phase = interval ? phase_now(cpe, interval) : PHASE_FREE;
	/* What was planned is as good a phase as any where the CPE is free to choose. */
	if (interval == cpe->periodic_s &&
	    (phase == cpe->periodic_phase || phase == PHASE_FREE)) {
		cpe->periodic_phase = phase;
		return;
	}
	cpe->periodic_s = interval;
	cpe->periodic_phase = phase;
	cpe->periodic_at =
	    INT64_MAX; /* that of another interval is no phase of this one */
	if (interval)
		cpe->periodic_at = next_period(cpe);
}

static void take_periodic(struct cpe *cpe, clock_ns now)
{
	if (now < cpe->periodic_at)
		return;
	cpe_due_since(cpe, cpe->periodic_at, now);
	(void)event_queue_add(&cpe->events, CWMP_EVENT_PERIODIC, STR_NULL);
	cpe->periodic_at = next_period(cpe);
}

/* ---- scheduled Inform --------------------------------------------------------------- */

static void take_schedules(struct cpe *cpe, clock_ns now)
{
	for (unsigned i = cpe->n_schedules; i-- > 0;) {
		struct cpe_schedule *schedule = &cpe->schedules[i];

		if (now < schedule->due)
			continue;
		cpe_due_since(cpe, schedule->due, now);
		(void)event_queue_add(&cpe->events, CWMP_EVENT_SCHEDULED, STR_NULL);
		(void)event_queue_add(&cpe->events, CWMP_EVENT_M_SCHEDULE_INFORM,
		    str_of(schedule->command_key));
		free(schedule->command_key);
		*schedule = cpe->schedules[--cpe->n_schedules];
	}
}

uint32_t cpe_schedule(struct cpe *cpe, uint32_t delay_s, struct str command_key)
{
	struct cpe_schedule *schedules;
	char *key = NULL;

	if (cpe->n_schedules == CPE_SCHEDULED_MAX)
		return 9004;
	schedules =
	    realloc(cpe->schedules, (cpe->n_schedules + 1) * sizeof(*cpe->schedules));
	if (!schedules)
		return 9004;
	cpe->schedules = schedules;
	if (command_key.len > 0) {
		key = str_dup(command_key);
		if (!key)
			return 9004;
	}
	cpe->schedules[cpe->n_schedules++] =
	    (struct cpe_schedule){ cpe->fleet->edges->monotonic() + delay_s * NS_PER_S,
		    key };
	return 0;
}

void cpe_forget_schedules(struct cpe *cpe)
{
	while (cpe->n_schedules > 0)
		free(cpe->schedules[--cpe->n_schedules].command_key);
	free(steal_ptr(&cpe->schedules));
}

/* ---- one Inform at a time -------------------------------------------------------------- */

void cpe_plan_inform(struct cpe *cpe, struct str time)
{
	const struct cpe_edges *edges = cpe->fleet->edges;
	struct date_time at;
	clock_ns wait;

	if (date_time_read(&at, time) < 0)
		return;
	wait = at.seconds * NS_PER_S - edges->wall();
	if (wait > 0)
		cpe->typed.inform_at = edges->monotonic() + wait;
}

static void take_inform(struct cpe *cpe, clock_ns now)
{
	if (now < cpe->typed.inform_at)
		return;
	cpe->typed.inform_at = INT64_MAX;
	if (!cpe->typed.is_disabled)
		(void)event_queue_add(&cpe->events, CWMP_EVENT_PERIODIC, STR_NULL);
}

/* ---- all of them -------------------------------------------------------------------- */

void cpe_take_due_events(struct cpe *cpe, clock_ns now)
{
	take_periodic(cpe, now);
	take_schedules(cpe, now);
	take_inform(cpe, now);
}

void cpe_plan_nothing(struct cpe *cpe)
{
	cpe->retry_at = cpe->periodic_at = cpe->watch_at = INT64_MAX;
	cpe->periodic_s = 0;
}

clock_ns cpe_plan_due(const struct cpe *cpe)
{
	clock_ns at =
	    MIN(MIN(cpe->boot_at, cpe->watch_at), MIN(cpe->retry_at, cpe->periodic_at));

	at = MIN(at, cpe->typed.inform_at);

	for (unsigned i = 0; i < cpe->n_schedules; i++)
		at = MIN(at, cpe->schedules[i].due);
	return at;
}
