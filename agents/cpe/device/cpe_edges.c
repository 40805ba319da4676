#include "agents/cpe/device/cpe_edges.h"

#include "agents/common/poll/poll_set.h"
#include "agents/cpe/device/cpe_calls.h"
#include "agents/cpe/device/cpe_diagnose.h"
#include "agents/cpe/device/cpe_fleet.h"
#include "agents/cpe/device/cpe_lease.h"
#include "agents/cpe/device/cpe_transfer.h"
#include "agents/cpe/ports/port_values.h"
#include "agents/cpe/ports/switchboard.h"
#include "agents/cpe/talk/talk.h"
#include "lib/program/log.h"

#include <malloc.h>
#include <string.h>

/* ---- the timer ---------------------------------------------------------------------- */

enum {
	TICKS_IN_A_ROW = 512 /* before sockets have their turn */
};

static void mend(struct cpe *cpe, clock_ns now)
{
	if (cpe->cut_until == 0 || now < cpe->cut_until)
		return;
	cpe->cut_until = 0;
	/* What was due meanwhile is no lateness of the ACS's. */
	if (cpe->due_since < now)
		cpe->due_since = now;
	if (cpe->talk)
		talk_mend(cpe->talk, cpe->fleet->observer);
}

static void tick(struct cpe *cpe)
{
	clock_ns now = clock_monotonic();

	mend(cpe, now);
	cpe_tick(cpe);
	if (cpe->talk && now >= talk_due(cpe->talk))
		talk_timeout(cpe->talk);
	cpe_lease_timeout(cpe, now);
	cpe_transfer_timeout(cpe, now);
	cpe_diagnose_timeout(cpe, now);
	cpe_consider(cpe);
}

static void wake(uv_timer_t *timer);

static void sleep_until(struct cpe_fleet *fleet, clock_ns at)
{
	clock_ns left = at - clock_monotonic();

	fleet->wake_at = at;
	if (at == INT64_MAX) {
		(void)uv_timer_stop(&fleet->timer);
		return;
	}
	left = MAX(left, 0);
	uv_update_time(fleet->loop);
	(void)uv_timer_start(&fleet->timer, wake,
	    (uint64_t)((left + NS_PER_MS - 1) / NS_PER_MS), 0);
}

/* What a CPE arms meanwhile is in the wheel when it is asked what is due next. */
static void wake(uv_timer_t *timer)
{
	struct cpe_fleet *fleet = timer->data;
	clock_ns now = clock_monotonic();

	fleet->wake_at = INT64_MIN;
	for (int i = 0; i < TICKS_IN_A_ROW; i++) {
		struct wheel_timer *due = wheel_take(&fleet->wheel, now);

		if (!due)
			break;
		tick(container_of(due, struct cpe, timer));
	}
	if (!uv_is_closing((uv_handle_t *)timer))
		sleep_until(fleet, wheel_due(&fleet->wheel));
}

/* One timer of the wheel serves whatever is due first, and one of the loop all of the wheel. */
static void arm(struct cpe *cpe)
{
	struct cpe_fleet *fleet = cpe->fleet;
	clock_ns at = MIN(cpe_due(cpe), cpe_transfer_due(cpe));
	clock_ns probe_at = cpe_diagnose_due(cpe);

	if (uv_is_closing((uv_handle_t *)&fleet->timer))
		return;
	at = MIN(at, probe_at);
	if (cpe->cut_until > 0)
		at = MIN(at, cpe->cut_until);
	if (cpe->talk)
		at = MIN(at, talk_due(cpe->talk));
	at = MIN(at, cpe_lease_due(cpe));
	wheel_arm(&fleet->wheel, &cpe->timer, at);
	if (at < fleet->wake_at)
		sleep_until(fleet, at);
}

void cpe_edges_start(struct cpe_fleet *fleet)
{
	wheel_init(&fleet->wheel, clock_monotonic());
	(void)uv_timer_init(fleet->loop, &fleet->timer);
	fleet->timer.data = fleet;
	fleet->wake_at = INT64_MAX;
	fleet->sockets = poll_set_hold(fleet->loop);
}

static void tell_stopped(struct cpe_fleet *fleet)
{
	if (fleet->is_timer_gone && fleet->n_stopped == fleet->n_cpes &&
	    fleet->on_stopped)
		fleet->on_stopped(fleet->user);
}

static void on_timer_closed(uv_handle_t *handle)
{
	struct cpe_fleet *fleet = handle->data;

	fleet->is_timer_gone = true;
	tell_stopped(fleet);
}

void cpe_edges_stop(struct cpe_fleet *fleet)
{
	poll_set_drop(fleet->sockets);
	uv_close((uv_handle_t *)&fleet->timer, on_timer_closed);
}

/* ---- sessions ----------------------------------------------------------------------- */

enum {
	/* Sessions that end before memory is looked through: at least so many, and so many for
	 * each that runs. 20,000 sessions took as many ticks of the processor with it as
	 * without. */
	ENDED_MANY = 1024,
	ENDED_OF_EACH = 8
};

static void on_addressed(void *user, uint32_t address)
{
	cpe_addressed(user, address);
}

static void on_addressed6(void *user, const uint8_t *address)
{
	cpe_addressed6(user, address);
}

static void on_waits(void *user)
{
	arm(user);
}

static void on_rests(void *user)
{
	cpe_jobs_run(user);
}

/* One who watches is told, and else it is kept for those who ask. */
static void tell_end(struct cpe *cpe, const struct failure *failure)
{
	const struct cpe_witness *witness = cpe->fleet->witness;
	bool is_ok = failure->layer == FAILURE_NONE;
	char why[FAILURE_WHY_MAX + 8];

	(void)snprintf(why, sizeof(why), "%s: %s", failure_layer_name(failure->layer),
	    failure->why);
	if (witness) {
		witness->over(witness->user, is_ok ? NULL : why);
		return;
	}
	intern_drop(&cpe->fleet->words, cpe->last_why);
	cpe->last_why = is_ok ? NULL : intern_put(&cpe->fleet->words, str_of(why));
}

static void on_ended(void *user, const struct failure *failure)
{
	struct cpe *cpe = user;

	cpe->retry_after = failure->retry_after;
	cpe_report_end(cpe, failure);
	tell_end(cpe, failure);
}

/* What malloc() gives back by itself ends before the last byte that is in use: after a crowd of
 * sessions nearly all that they took would stay the process's. */
static void give_back(struct cpe_fleet *fleet)
{
	if (++fleet->n_ended < ENDED_MANY ||
	    fleet->n_ended < fleet->n_talks * ENDED_OF_EACH)
		return;
	arena_pool_free(&fleet->arenas);
	(void)malloc_trim(0);
	fleet->n_ended = 0;
}

static void on_over(void *user, bool is_success)
{
	struct cpe *cpe = user;
	struct cpe_fleet *fleet = cpe->fleet;

	fleet->n_talks--;
	cpe_over(cpe, is_success);
	give_back(fleet);
	cpe_release(cpe);
}

static const struct talk_handlers talk_handlers = {
	.addressed = on_addressed,
	.addressed6 = on_addressed6,
	.waits = on_waits,
	.rests = on_rests,
	.ended = on_ended,
	.over = on_over,
};

/* Where it has a certificate at all. Without a name that fits it has none. */
static void identify(struct cpe *cpe, char identity[CWMP_DEVICE_NAME_MAX])
{
	auto_arena arena = ARENA_NULL;
	struct rpc rpc = cpe_rpc(cpe);
	struct cwmp_device_id id;

	if (!cpe->fleet->config->certificate)
		return;
	id = rpc_device_id(&rpc, &arena);
	(void)cwmp_device_name(&id, identity);
}

static const struct cpe_witness *witness_of(struct cpe *cpe)
{
	const struct cpe_console *console = cpe->fleet->console;

	return console ? console->witness(console->user, cpe) : cpe->fleet->witness;
}

static int talk(struct cpe *cpe)
{
	const struct acs_slot *slot = acs_slots_current(&cpe->slots);
	bool is_cut = cpe->cut_until > clock_monotonic();
	struct talk_config config = {
		.loop = cpe->fleet->loop,
		.place = cpe->place,
		.way = &cpe->fleet->way,
		.tls = cpe->fleet->tls,
		.tls_memory = cpe_fleet_resumes(cpe->fleet) ? &cpe->tls_memory : NULL,
		.kept_cookies = &cpe->kept_cookies,
		.hoard = &cpe->fleet->hoard,
		.lease = cpe->lease,
		.events = &cpe->events,
		.witness = witness_of(cpe),
		/* What begins while the uplink is cut is no load of the ACS's. */
		.observer = is_cut ? NULL : cpe->fleet->observer,
		.is_cut = is_cut,
		.reader = cpe->fleet->reader,
		.rpc = cpe_rpc(cpe),
		.acs_url = cpe->acs_url,
		.username = slot ? slot->username : NULL,
		.password = slot ? slot->password : NULL,
		.is_url_leased = acs_slots_source(&cpe->slots) == ACS_SOURCE_DHCP,
		.retry_count = cpe->retry_count,
		.wait_timeout = cpe->typed.wait_timeout
				    ? cpe->typed.wait_timeout
				    : cpe->fleet->config->wait_timeout,
	};
	int r;

	config.sight = cpe_take_sight(cpe);
	identify(cpe, config.identity);
	cpe_hold(cpe);
	cpe->fleet->n_talks++;
	r = talk_start(&cpe->talk, &config, &talk_handlers, cpe);
	if (r < 0) {
		cpe->fleet->n_talks--;
		cpe_release(cpe);
	}
	return r;
}

static void hang_up(struct cpe *cpe, enum failure_layer layer, const char *why)
{
	if (cpe->talk)
		talk_break(cpe->talk, layer, why);
}

static void resume(struct cpe *cpe)
{
	if (cpe->talk)
		talk_resume(cpe->talk);
}

/* ---- beginning and end -------------------------------------------------------------- */

/* The data model of a switch has an interface object for each of its ports. */
static int make_ports(struct cpe *cpe)
{
	if (!cpe->ports)
		return 0;
	cpe->n_ports = switchboard_look(cpe->ports, INT64_MAX)->n_ports;
	return port_values_make(&cpe->values, cpe->n_ports);
}

/* A link that comes or goes, or a neighbour, is perhaps a value that the ACS is to be told of. A
 * port that is new has its object from now on. */
static void on_ports_changed(void *user)
{
	struct cpe *cpe = user;

	(void)make_ports(cpe);
	if (cpe->fleet->console)
		cpe->fleet->console->ports(cpe->fleet->console->user, cpe);
	cpe_consider(cpe);
}

static int open_ports(struct cpe *cpe, struct error *err)
{
	int r = switchboard_open(&cpe->ports, cpe->fleet->loop, cpe->place,
	    on_ports_changed, cpe, err);

	/* Who was reset when it was opened had no ports yet. */
	if (r == 0 &&
	    (make_ports(cpe) < 0 || (cpe->was_reset && cpe_reset_ports(cpe) < 0)))
		r = error_set(err, -ENOMEM, "no memory for the ports of a switch");
	return r;
}

int cpe_edges_open(struct cpe *cpe, struct error *err)
{
	int r = cpe_lease_open(cpe, err);

	if (r < 0)
		return r;
	cpe_hold(cpe); /* until its edges close */
	if (cpe->is_switch)
		r = open_ports(cpe, err);
	if (r < 0)
		cpe_lease_drop(cpe);
	return r;
}

static void close_edges(struct cpe *cpe)
{
	wheel_disarm(&cpe->fleet->wheel, &cpe->timer);
	cpe_calls_close(cpe);
	switchboard_close(cpe->ports);
	cpe_lease_close(cpe);
	cpe_release(cpe);
}

static void on_stopped(struct cpe *cpe)
{
	struct cpe_fleet *fleet = cpe->fleet;

	fleet->n_stopped++;
	tell_stopped(fleet);
}

const struct cpe_edges cpe_edges = {
	.monotonic = clock_monotonic,
	.wall = clock_wall,
	.arm = arm,
	.lease = cpe_lease_start,
	.release = cpe_lease_stop,
	.listen = cpe_calls_listen,
	.notify = cpe_notify,
	.talk = talk,
	.hang_up = hang_up,
	.transfer = cpe_transfer_start,
	.cancel = cpe_transfer_cancel,
	.diagnose = cpe_diagnose_start,
	.desist = cpe_diagnose_cancel,
	.resume = resume,
	.close = close_edges,
	.stopped = on_stopped,
};
