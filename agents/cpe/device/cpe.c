/* The life of a CPE between its sessions: boot, lease, news, moves, stop. */
#include "agents/cpe/device/cpe_fleet.h"

#include "agents/cpe/model/model_modules.h"
#include "agents/cpe/ports/switchboard.h"
#include "agents/cpe/session/cpe_session.h"
#include "lib/program/log.h"
#include "lib/proto/url.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

void cpe_enter(struct cpe *cpe, enum cpe_event event)
{
	if (!cpe_step(cpe->state, event, &cpe->state))
		log_error("%s: is %s and does not expect \"%s\"", cpe->name,
		    cpe_state_name(cpe->state), cpe_event_name(event));
}

bool cpe_is_stopping(const struct cpe *cpe)
{
	return cpe->state == CPE_STOPPING || cpe->state == CPE_STOPPED;
}

/* ---- the ACS ------------------------------------------------------------------------ */

/* Looks whether the ACS is another one than before. A change of the URL is a BOOTSTRAP and
 * ends all retrying (TR-069 A6 3.7.1.5). Returns whether there is an ACS. */
static bool look_for_acs(struct cpe *cpe)
{
	const struct acs_slot *slot = acs_slots_current(&cpe->slots);
	const char *url;

	if (!slot)
		return false;
	if (cpe->acs_url && url_is_same(str_of(cpe->acs_url), str_of(slot->url)))
		return true;
	url = intern_put(&cpe->fleet->words, str_of(slot->url));
	if (!url)
		return cpe->acs_url;
	if (cpe->acs_url)
		cpe_report_moved(cpe, cpe->acs_url, url);
	intern_drop(&cpe->fleet->words, cpe->acs_url);
	cpe->acs_url = url;
	cpe->retry_count = 0;
	cpe->retry_at = INT64_MAX;
	cpe_jobs_forget_untold(cpe);
	(void)event_queue_add(&cpe->events, CWMP_EVENT_BOOTSTRAP, STR_NULL);
	cpe_report_acs(cpe);
	return true;
}

static bool is_moving(const struct cpe *cpe)
{
	const struct acs_slot *slot = acs_slots_current(&cpe->slots);

	return slot && cpe->acs_url &&
	       !url_is_same(str_of(cpe->acs_url), str_of(slot->url));
}

/* No slot has a URL: the report has to say so, once a boot. */
static void miss_acs(struct cpe *cpe)
{
	static const char *const whys[] = {
		"no ACS is set",
		"the lease names no ACS (option 43) and none is set",
		"the lease names no ACS (option 17) and none is set",
	};
	struct failure failure;
	char oddity[96] = "";

	if (cpe->has_missed_acs)
		return;
	cpe->has_missed_acs = true;
	failure_set(&failure, FAILURE_DHCP, "%s",
	    whys[cpe->lease     ? 1
		 : cpe->lessee6 ? 2
				: 0]);
	if (cpe->lease)
		dhcp_lease_oddity(cpe->lease, oddity, sizeof(oddity));
	if (oddity[0])
		failure_set(&failure, FAILURE_DHCP,
		    "option 43 of the lease names no ACS: %s", oddity);
	cpe_report_end(cpe, &failure);
}

/* ---- what to do next ---------------------------------------------------------------- */

static void settle(struct cpe *cpe)
{
	if (cpe->is_settled || cpe->retry_at != INT64_MAX ||
	    jobs_are_busy(&cpe->jobs) || cpe_diag_is_busy(cpe))
		return;
	cpe->is_settled = true;
	cpe_report_settled(cpe, cpe_due(cpe));
}

/* Whether something has happened that the failed session did not carry: that session is
 * then the retry, whatever the timer says (TR-069 A6 3.2.1.1). */
static bool is_due(const struct cpe *cpe, clock_ns now)
{
	bool has_news = cpe->events.len > cpe->n_failed_events;

	if (cpe->fleet->is_done)
		return false;

	/* A retry may have nothing left to tell but that it is one. */
	if (cpe->retry_at != INT64_MAX && now >= cpe->retry_at)
		return true;
	if (cpe->events.len == 0)
		return false;
	return has_news || cpe->retry_count == 0;
}

static void tell_boot(struct cpe *cpe)
{
	cpe->is_booting = false;
	(void)event_queue_add(&cpe->events, CWMP_EVENT_BOOT, STR_NULL);
	if (cpe->wish.reboot)
		(void)event_queue_add(&cpe->events, CWMP_EVENT_M_REBOOT,
		    str_of(cpe->wish.reboot_key));
	cpe->wish.reboot = false;
	free(steal_ptr(&cpe->wish.reboot_key));
}

static void talk(struct cpe *cpe)
{
	struct cwmp_event events[EVENT_QUEUE_MAX];
	clock_ns now = cpe->fleet->edges->monotonic();
	struct failure failure;
	size_t n;

	cpe_jobs_announce(cpe);
	cpe_watch_session(cpe);
	n = event_queue_take(&cpe->events, events);
	cpe->is_settled = false;
	if (now >= cpe->retry_at)
		cpe_due_since(cpe, cpe->retry_at, now);
	cpe->retry_at = INT64_MAX;
	cpe_report_start(cpe, events, n);
	cpe_enter(cpe, CPE_EVENT_NEWS);
	if (cpe->fleet->edges->talk(cpe) == 0)
		return;
	event_queue_end(&cpe->events);
	failure_set(&failure, FAILURE_CWMP, "no memory for a session");
	cpe_report_end(cpe, &failure);
	cpe_over(cpe, false);
}

/* CWMP is disabled: jobs that were ordered go on, and are told when it is enabled. */
static void rest(struct cpe *cpe)
{
	cpe_plan_nothing(cpe);
	cpe_jobs_run(cpe);
	settle(cpe);
}

static void look_around(struct cpe *cpe)
{
	bool is_due_now;

	if (cpe->typed.is_disabled) {
		rest(cpe);
		return;
	}
	if (!look_for_acs(cpe)) {
		miss_acs(cpe);
		settle(cpe);
		return;
	}
	if (cpe->is_booting)
		tell_boot(cpe);
	cpe_plan_periodic(cpe);
	cpe_jobs_run(cpe);
	is_due_now = is_due(cpe, cpe->fleet->edges->monotonic());
	/* A session that begins in any case looks for changes itself. */
	if (!is_due_now) {
		cpe_watch(cpe);
		is_due_now = is_due(cpe, cpe->fleet->edges->monotonic());
	}
	/* One that cannot be run at all is over at once, and is to be told. */
	if (!is_due_now) {
		cpe_diag_run(cpe);
		is_due_now = is_due(cpe, cpe->fleet->edges->monotonic());
	}
	if (is_due_now)
		talk(cpe);
	else
		settle(cpe);
}

static void restart(struct cpe *cpe, clock_ns wait)
{
	cpe_jobs_interrupt(cpe);
	cpe_diag_interrupt(cpe);
	cpe->retry_at = INT64_MAX; /* the boot is the next try */
	cpe_enter(cpe, CPE_EVENT_REBOOT);
	cpe->fleet->edges->listen(cpe);
	if (cpe_leases(cpe))
		cpe->fleet->edges->release(cpe);
	cpe_boot_in(cpe, wait);
}

/* Nobody hears or sees the CPE while it writes the image. */
static void flash(struct cpe *cpe)
{
	clock_ns wait = cpe->fleet->model->conduct.transfers.flash;

	cpe_report_flash(cpe, wait);
	restart(cpe, wait);
}

void cpe_consider(struct cpe *cpe)
{
	if (cpe->state == CPE_IDLE && cpe_wants_flash(cpe))
		flash(cpe);
	if (cpe->state == CPE_IDLE)
		look_around(cpe);
	if (!cpe_is_stopping(cpe))
		cpe->fleet->edges->arm(cpe);
}

/* ---- booting ------------------------------------------------------------------------ */

static void boot(struct cpe *cpe, clock_ns now)
{
	cpe->boot_at = INT64_MAX;
	cpe->booted_at = now;
	tls_memory_forget(&cpe->tls_memory);
	cpe_session_drop_cookies(&cpe->kept_cookies);
	cpe->is_booting = true;
	cpe->is_settled = cpe->has_missed_acs = false;
	cpe->n_failed_events = 0;
	event_queue_reboot(&cpe->events);
	cpe_diag_boot(cpe);
	if (model_modules_boot(&cpe->values) < 0)
		log_error("%s: no memory: its execution units are as they were",
		    cpe->name);
	cpe_jobs_boot(cpe);
	cpe_enter(cpe, CPE_EVENT_BOOT);
	if (cpe_leases(cpe)) {
		cpe->fleet->edges->lease(cpe);
		return;
	}
	cpe_enter(cpe, CPE_EVENT_LEASED);
	cpe->fleet->edges->listen(cpe);
}

clock_ns cpe_due(const struct cpe *cpe)
{
	return MIN(cpe_plan_due(cpe), cpe_jobs_due(cpe));
}

void cpe_tick(struct cpe *cpe)
{
	clock_ns now = cpe->fleet->edges->monotonic();

	if (now >= cpe->boot_at) {
		cpe_due_since(cpe, cpe->boot_at, now);
		boot(cpe, now);
	}
	cpe_take_due_events(cpe, now);
	if (now >= cpe->watch_at)
		cpe->watch_at = INT64_MAX; /* cpe_consider() looks, or a session ends */
}

void cpe_boot_in(struct cpe *cpe, clock_ns delay)
{
	cpe->boot_at = cpe->fleet->edges->monotonic() + delay;
	cpe->fleet->edges->arm(cpe);
}

/* ---- calls -------------------------------------------------------------------------- */

void cpe_called(struct cpe *cpe)
{
	const struct cpe_witness *witness = cpe->fleet->witness;
	clock_ns now = cpe->fleet->edges->monotonic();

	if (witness)
		witness->called(witness->user);
	cpe_report_debug(cpe, false, "A connection request was accepted.");
	if (event_queue_add(&cpe->events, CWMP_EVENT_CONNECTION_REQUEST, STR_NULL) < 0)
		log_error("%s: no memory for a connection request", cpe->name);
	cpe_due_since(cpe, now, now);
	cpe_consider(cpe);
}

/* ---- after a session ---------------------------------------------------------------- */

void cpe_reset(struct cpe *cpe)
{
	model_values_free(&cpe->values);
	acs_slots_free(&cpe->slots, &cpe->fleet->words);
	if (cpe_take_factory(cpe) < 0 || cpe_reset_ports(cpe) < 0)
		log_error("%s: no memory for a factory reset", cpe->name);
	cpe_forget_schedules(cpe);
	cpe_jobs_interrupt(cpe);
	cpe_diag_interrupt(cpe);
	jobs_free(&cpe->jobs);
	cpe->has_own = false;
	event_queue_free(&cpe->events);
	/* So that the next session is a BOOTSTRAP. */
	intern_drop(&cpe->fleet->words, steal_ptr(&cpe->acs_url));
	cpe->wish.factory_reset = cpe->wish.reboot = false;
	free(steal_ptr(&cpe->wish.reboot_key));
	cpe_console_reset(cpe);
}

void cpe_reboot(struct cpe *cpe)
{
	bool is_off = cpe->wish.power == CPE_POWER_OFF;

	cpe->wish.power = CPE_POWER_AS_IS;
	if (cpe->wish.factory_reset)
		cpe_reset(cpe);
	(void)cpe_commit(cpe);
	restart(cpe, 0);
	if (is_off)
		cpe->boot_at = cpe->wish.back_at ? cpe->wish.back_at : INT64_MAX;
	cpe->wish.back_at = 0;
	cpe->fleet->edges->arm(cpe);
}

void cpe_over(struct cpe *cpe, bool is_success)
{
	cpe->fleet->n_sessions++;
	cpe->fleet->n_failures += !is_success;
	cpe_jobs_session_over(cpe);
	cpe->n_failed_events = is_success ? 0 : cpe->events.len;
	cpe->over_at = cpe->fleet->edges->monotonic();
	cpe->has_talked = true;
	cpe->is_last_ok = is_success;
	cpe_enter(cpe, CPE_EVENT_OVER);
	if (cpe_is_stopping(cpe))
		return;
	if (is_success) {
		cpe->retry_count = 0;
		cpe->ok_at = cpe->over_at;
	}
	if (cpe->wish.reboot || cpe->wish.factory_reset || cpe->wish.power) {
		cpe_reboot(cpe);
		return;
	}
	if (!is_success && !is_moving(cpe))
		cpe_plan_retry(cpe);
	(void)cpe_commit(cpe);
	cpe->fleet->edges->listen(cpe);
	cpe_consider(cpe);
}

/* ---- beginning and end -------------------------------------------------------------- */

int cpe_open(struct cpe *cpe, struct cpe_fleet *fleet, const struct cpe_range *range,
    uint64_t i, uint64_t n, struct cpe_place *place, struct error *err)
{
	char name[CPE_TEXT_MAX], serial[CPE_TEXT_MAX];
	struct rpc rpc;

	*cpe = (struct cpe){
		.fleet = fleet,
		.place = place,
		.address = place->address,
		.rng = rng_make(fleet->seed, n),
		.boot_at = INT64_MAX,
		.retry_at = INT64_MAX,
		.periodic_at = INT64_MAX,
		.watch_at = INT64_MAX,
		.due_since = INT64_MAX,
		.typed = { .inform_at = INT64_MAX },
		.number = n,
		.values = { .model = fleet->model },
		.is_switch = range->is_bridge,
	};
	(void)snprintf(cpe->cr_path, sizeof(cpe->cr_path), "%016" PRIx64,
	    rng_u64(&cpe->rng));
	cpe->has_mac = cpe_range_mac(range, i, cpe->mac);
	if (cpe_set_names(cpe, str_of(cpe_range_name(range, i, name)),
		str_of(cpe_range_serial(range, i, n, serial))) < 0 ||
	    cpe_take_factory(cpe) < 0)
		return error_set(err, -ENOMEM, "no memory for a CPE");
	cpe_restore(cpe);
	if (cpe->wish.factory_reset)
		cpe_reset(cpe);
	rpc = cpe_rpc(cpe);
	rpc_expect_informs(&rpc);
	return 0;
}

void cpe_hold(struct cpe *cpe)
{
	cpe->n_open++;
}

void cpe_release(struct cpe *cpe)
{
	if (--cpe->n_open > 0)
		return;
	cpe_enter(cpe, CPE_EVENT_RELEASED);
	cpe->fleet->edges->stopped(cpe);
}

void cpe_stop(struct cpe *cpe)
{
	bool is_talking = cpe->state == CPE_TALKING || cpe->state == CPE_STRANDED;

	if (cpe_is_stopping(cpe))
		return;
	cpe_jobs_interrupt(cpe);
	cpe_diag_interrupt(cpe);
	cpe_enter(cpe, CPE_EVENT_STOP);
	if (is_talking)
		cpe->fleet->edges->hang_up(cpe, FAILURE_CWMP,
		    "the CPE is switched off");
	cpe->fleet->edges->close(cpe);
}

void cpe_free(struct cpe *cpe)
{
	tls_memory_forget(&cpe->tls_memory);
	cpe_session_drop_cookies(&cpe->kept_cookies);
	switchboard_free(steal_ptr(&cpe->ports));
	free(cpe->name);
	intern_drop(&cpe->fleet->words, cpe->acs_url);
	intern_drop(&cpe->fleet->words, cpe->last_why);
	free(cpe->wish.reboot_key);
	free(cpe->diagnostic);
	free(cpe->trigger);
	intern_drop(&cpe->fleet->words, cpe->software_version);
	jobs_free(&cpe->jobs);
	acs_slots_free(&cpe->slots, &cpe->fleet->words);
	model_values_free(&cpe->values);
	event_queue_free(&cpe->events);
	cpe_forget_schedules(cpe);
}
