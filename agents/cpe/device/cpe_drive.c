#include "agents/cpe/device/cpe_drive.h"

#include "agents/cpe/device/cpe_play.h"
#include "agents/cpe/talk/talk.h"

void cpe_drive_begin(struct cpe_fleet *fleet, const struct cpe_observer *observer,
    bool is_paced, bool is_deaf)
{
	fleet->observer = observer;
	fleet->is_paced = is_paced;
	fleet->is_deaf = is_deaf;
}

/* One that waits for a retry would begin it now (TR-069 A6 3.2.1.1), and so undo the wait that
 * an ACS is spared by; one without power has none before its time. Where more is offered than
 * goes, many are asked for each that is free, so that only those that are cut look at the clock. */
bool cpe_drive_is_free(const struct cpe_fleet *fleet, uint64_t i)
{
	const struct cpe *cpe = &fleet->cpes[i];
	bool is_idle =
	    (cpe->state == CPE_OFF && cpe->boot_at == INT64_MAX) ||
	    (cpe->state == CPE_IDLE && (cpe->retry_count == 0 || fleet->is_forgiving));

	return is_idle &&
	       (cpe->cut_until == 0 || cpe->cut_until <= fleet->edges->monotonic());
}

void cpe_drive_mark(struct cpe_fleet *fleet, uint64_t i)
{
	fleet->cpes[i].hears = true;
}

void cpe_drive_spread(struct cpe_fleet *fleet)
{
	fleet->is_spread = true;
}

uint64_t cpe_drive_phases(const struct cpe_fleet *fleet, uint64_t *slots, size_t n)
{
	uint64_t all = 0;

	for (size_t i = 0; i < fleet->n_cpes; i++) {
		const struct cpe *cpe = &fleet->cpes[i];
		uint64_t interval = cpe->periodic_s * (uint64_t)NS_PER_S;

		if (cpe->periodic_at == INT64_MAX || interval == 0)
			continue;
		slots[(uint64_t)cpe->periodic_at % interval / (interval / n + 1)]++;
		all++;
	}
	return all;
}

void cpe_drive_forgive(struct cpe_fleet *fleet)
{
	fleet->is_forgiving = true;
}

void cpe_drive_faults(struct cpe_fleet *fleet, unsigned faults, uint32_t per_million)
{
	fleet->faults.set = faults;
	fleet->faults.per_million = per_million;
}

int cpe_drive_known(struct cpe_fleet *fleet)
{
	for (size_t i = 0; i < fleet->n_cpes; i++) {
		struct cpe *cpe = &fleet->cpes[i];
		const struct acs_slot *slot = acs_slots_current(&cpe->slots);

		if (!slot || cpe->acs_url)
			continue;
		cpe->acs_url = intern_put(&fleet->words, str_of(slot->url));
		if (!cpe->acs_url)
			return -ENOMEM;
	}
	return 0;
}

static enum cpe_drive boot(struct cpe *cpe, clock_ns intended)
{
	cpe->boot_at = intended;
	cpe_tick(cpe);
	cpe_consider(cpe);
	return cpe->state == CPE_LEASING ? CPE_DRIVE_BOOTED : CPE_DRIVE_STARTED;
}

static int inform(struct cpe *cpe, clock_ns intended)
{
	int r = event_queue_add(&cpe->events, CWMP_EVENT_PERIODIC, STR_NULL);

	if (r < 0)
		return r;
	if (cpe->fleet->is_forgiving)
		cpe->retry_count = 0;
	cpe_due_since(cpe, intended, cpe->fleet->edges->monotonic());
	cpe_consider(cpe);
	return 0;
}

enum cpe_drive cpe_drive_start(struct cpe_fleet *fleet, uint64_t i, clock_ns intended)
{
	struct cpe *cpe = &fleet->cpes[i];
	uint64_t before = fleet->n_sessions;
	enum cpe_drive what = CPE_DRIVE_STARTED;

	if (!cpe_drive_is_free(fleet, i))
		return CPE_DRIVE_BUSY;
	if (cpe->state == CPE_OFF)
		what = boot(cpe, intended);
	else if (inform(cpe, intended) < 0)
		return CPE_DRIVE_FAILED;
	if (what == CPE_DRIVE_STARTED && cpe->state == CPE_IDLE &&
	    fleet->n_sessions == before)
		return CPE_DRIVE_FAILED;
	return what;
}

void cpe_drive_boot_at(struct cpe_fleet *fleet, uint64_t i, clock_ns at)
{
	struct cpe *cpe = &fleet->cpes[i];

	if (cpe->state != CPE_OFF)
		return;
	cpe->boot_at = at;
	fleet->edges->arm(cpe);
}

void cpe_drive_power_cut(struct cpe_fleet *fleet, uint64_t i, clock_ns back_at)
{
	struct cpe *cpe = &fleet->cpes[i];
	struct error err = ERROR_NULL;

	cpe->wish.back_at = back_at;
	if (cpe->state != CPE_OFF)
		(void)cpe_play_power_off(cpe, &err);
	cpe_drive_boot_at(fleet, i, back_at);
}

void cpe_drive_bootstrap(struct cpe_fleet *fleet, uint64_t i, clock_ns back_at)
{
	struct cpe *cpe = &fleet->cpes[i];

	if (cpe->state != CPE_OFF) {
		cpe->wish.factory_reset = true;
	} else {
		cpe_reset(cpe);
		(void)cpe_commit(cpe);
	}
	cpe_drive_power_cut(fleet, i, back_at);
}

void cpe_drive_uplink_cut(struct cpe_fleet *fleet, uint64_t i, clock_ns until)
{
	struct cpe *cpe = &fleet->cpes[i];

	cpe->cut_until = until;
	if (cpe->talk)
		talk_cut(cpe->talk);
	fleet->edges->arm(cpe);
}

static void quiet(struct cpe *cpe)
{
	cpe->retry_at = cpe->periodic_at = INT64_MAX;
	if (cpe->state == CPE_OFF)
		cpe->boot_at = INT64_MAX;
	cpe_forget_schedules(cpe);
	cpe->fleet->edges->arm(cpe);
}

void cpe_drive_end(struct cpe_fleet *fleet)
{
	fleet->is_done = true;
	for (size_t i = 0; i < fleet->n_cpes; i++)
		quiet(&fleet->cpes[i]);
}

uint64_t cpe_drive_open(const struct cpe_fleet *fleet)
{
	uint64_t n = 0;

	for (size_t i = 0; i < fleet->n_cpes; i++) {
		const struct talk *talk = fleet->cpes[i].talk;

		n += talk ? talk_open_sessions(talk) : 0;
	}
	return n;
}
