#include "lib/load/tally.h"

#include "lib/base/compiler.h"
#include "lib/base/cut.h"

#include <errno.h>
#include <inttypes.h>

static const char *const phase_names[] = {
#define XX(symbol, name, what) [TALLY_##symbol] = (name),
	TALLY_PHASE_MAP(XX)
#undef XX
};

static const char *const phase_titles[] = {
#define XX(symbol, name, what) [TALLY_##symbol] = (what),
	TALLY_PHASE_MAP(XX)
#undef XX
};

static const char *const layer_names[] = {
#define XX(symbol, name) [TALLY_LAYER_##symbol] = (name),
	TALLY_LAYER_MAP(XX)
#undef XX
};

static const char *const skip_names[] = {
#define XX(symbol, name, what) [TALLY_SKIP_##symbol] = (name),
	TALLY_SKIP_MAP(XX)
#undef XX
};

static const char *const skip_titles[] = {
#define XX(symbol, name, what) [TALLY_SKIP_##symbol] = (what),
	TALLY_SKIP_MAP(XX)
#undef XX
};

static const char *const reach_names[] = {
#define XX(symbol, name, what) [TALLY_REACH_##symbol] = (name),
	TALLY_REACH_MAP(XX)
#undef XX
};

const char *tally_phase_name(unsigned phase)
{
	if (phase < TALLY_RPC)
		return phase_names[phase];
	if (phase == TALLY_RPC || phase >= TALLY_PHASES)
		return "other-rpc";
	return cwmp_method_name((enum cwmp_method)(phase - TALLY_RPC));
}

const char *tally_phase_title(unsigned phase)
{
	return phase < TALLY_RPC ? phase_titles[phase] : NULL;
}

int tally_phase_find(struct str name)
{
	for (unsigned i = 0; i < TALLY_PHASES; i++) {
		if (str_eq_nocase(name, str_of(tally_phase_name(i))))
			return (int)i;
	}
	return -1;
}

const char *tally_layer_name(enum tally_layer layer)
{
	return layer < TALLY_LAYERS ? layer_names[layer] : "";
}

const char *tally_skip_name(enum tally_skip skip)
{
	return skip < TALLY_SKIPS ? skip_names[skip] : "";
}

const char *tally_skip_title(enum tally_skip skip)
{
	return skip < TALLY_SKIPS ? skip_titles[skip] : "";
}

const char *tally_reach_name(enum tally_reach reach)
{
	return reach < TALLY_REACHES ? reach_names[reach] : "";
}

void tally_free(struct tally *tally)
{
	for (size_t i = 0; i < TALLY_PHASES; i++) {
		hist_free(&tally->phases[i].latency);
		hist_free(&tally->phases[i].service);
	}
	hist_free(&tally->lateness);
	hist_free(&tally->recent);
	memset(tally, 0, sizeof(*tally));
}

/* ---- told by whoever holds the sessions ---------------------------------------------- */

static void keep(struct tally *tally, struct hist *hist, uint64_t us)
{
	if (hist_record(hist, us) < 0)
		tally->error = -ENOMEM;
}

void tally_offer(struct tally *tally, bool is_retry)
{
	tally->offered++;
	tally->retried += is_retry;
}

void tally_skip(struct tally *tally, enum tally_skip why)
{
	tally->skipped[why]++;
}

void tally_start(struct tally *tally, uint64_t late_us)
{
	tally->started++;
	keep(tally, &tally->lateness, late_us);
}

void tally_phase(struct tally *tally, unsigned phase, uint64_t latency_us,
    uint64_t service_us)
{
	struct tally_phase *at =
	    &tally->phases[phase < TALLY_PHASES ? phase : TALLY_RPC];

	at->steps[TALLY_EXPECTED]++;
	keep(tally, &at->latency, latency_us);
	keep(tally, &at->service, service_us);
}

void tally_step(struct tally *tally, unsigned phase, enum tally_step how)
{
	tally->phases[phase < TALLY_PHASES ? phase : TALLY_RPC].steps[how]++;
}

void tally_complete(struct tally *tally, uint64_t latency_us, uint64_t service_us)
{
	tally->completed++;
	tally_phase(tally, TALLY_SESSION, latency_us, service_us);
	keep(tally, &tally->recent, latency_us);
}

static void count_failure(struct tally *tally, enum tally_layer layer,
    const char *reason, uint64_t n)
{
	char cut[TALLY_REASON_MAX];
	struct tally_failure *at;

	cut_print(cut, sizeof(cut), "%s", reason ? reason : "");
	for (size_t i = 0; i < tally->n_failures; i++) {
		at = &tally->failures[i];
		if (at->layer == layer && strcmp(at->reason, cut) == 0) {
			at->count += n;
			return;
		}
	}
	if (tally->n_failures == TALLY_FAILURES_MAX) {
		tally->other_failures += n;
		return;
	}
	at = &tally->failures[tally->n_failures++];
	at->layer = layer;
	at->count = n;
	memcpy(at->reason, cut, sizeof(cut));
}

void tally_fail(struct tally *tally, enum tally_layer layer, const char *reason)
{
	tally->failed++;
	tally->failed_by[layer]++;
	count_failure(tally, layer, reason, 1);
}

void tally_reach(struct tally *tally, enum tally_reach reach, bool has_moved)
{
	tally->reached[reach]++;
	tally->moved += has_moved;
}

void tally_shed(struct tally *tally, int64_t wait_s)
{
	tally->shed++;
	if (wait_s < 0)
		tally->shed_without_wait++;
	else
		tally->longest_wait_s = MAX(tally->longest_wait_s, (uint64_t)wait_s);
}

void tally_set_open(struct tally *tally, uint64_t open)
{
	tally->open = open;
}

void tally_recent_reset(struct tally *tally)
{
	hist_reset(&tally->recent);
}

/* ---- asked --------------------------------------------------------------------------- */

uint64_t tally_skipped(const struct tally *tally)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < TALLY_SKIPS; i++)
		sum += tally->skipped[i];
	return sum;
}

static void merge_hist(struct tally *into, struct hist *a, const struct hist *b)
{
	if (hist_merge(a, b) < 0)
		into->error = -ENOMEM;
}

static void merge_phases(struct tally *into, const struct tally *from)
{
	for (size_t i = 0; i < TALLY_PHASES; i++) {
		struct tally_phase *a = &into->phases[i];
		const struct tally_phase *b = &from->phases[i];

		merge_hist(into, &a->latency, &b->latency);
		merge_hist(into, &a->service, &b->service);
		for (size_t j = 0; j < TALLY_STEPS; j++)
			a->steps[j] += b->steps[j];
	}
	merge_hist(into, &into->lateness, &from->lateness);
	merge_hist(into, &into->recent, &from->recent);
}

void tally_merge(struct tally *into, const struct tally *from)
{
	into->offered += from->offered;
	into->retried += from->retried;
	into->started += from->started;
	into->completed += from->completed;
	into->failed += from->failed;
	into->shed += from->shed;
	into->open += from->open;
	for (size_t i = 0; i < TALLY_REACHES; i++)
		into->reached[i] += from->reached[i];
	into->moved += from->moved;
	into->shed_without_wait += from->shed_without_wait;
	into->longest_wait_s = MAX(into->longest_wait_s, from->longest_wait_s);
	for (size_t i = 0; i < TALLY_SKIPS; i++)
		into->skipped[i] += from->skipped[i];
	for (size_t i = 0; i < TALLY_LAYERS; i++)
		into->failed_by[i] += from->failed_by[i];
	for (size_t i = 0; i < from->n_failures; i++)
		count_failure(into, from->failures[i].layer, from->failures[i].reason,
		    from->failures[i].count);
	into->other_failures += from->other_failures;
	if (from->error)
		into->error = from->error;
	merge_phases(into, from);
}

bool tally_adds_up(const struct tally *tally, struct buf *why)
{
	uint64_t begun = tally->started + tally_skipped(tally);
	uint64_t ended = tally->completed + tally->failed + tally->shed;

	if (begun != tally->offered)
		buf_printf(why,
		    "offered %" PRIu64 " is not started %" PRIu64
		    " + not started %" PRIu64 ": %" PRIu64 " %s\n",
		    tally->offered, tally->started, tally_skipped(tally),
		    begun > tally->offered ? begun - tally->offered
					   : tally->offered - begun,
		    begun > tally->offered ? "too many" : "missing");
	if (ended + tally->open != tally->started)
		buf_printf(why,
		    "started %" PRIu64 " is not completed %" PRIu64 " + failed %" PRIu64
		    " + shed %" PRIu64 " + open %" PRIu64 ": %" PRIu64 " %s\n",
		    tally->started, tally->completed, tally->failed, tally->shed,
		    tally->open,
		    ended + tally->open > tally->started
			? ended + tally->open - tally->started
			: tally->started - ended - tally->open,
		    ended + tally->open > tally->started ? "too many" : "missing");
	return begun == tally->offered && ended + tally->open == tally->started;
}

struct tally_account tally_account(const struct tally *tally)
{
	struct tally_account account = { .who = "fleet",
		.sessions = tally->started,
		.completed = tally->completed,
		.failed = tally->failed,
		.shed = tally->shed,
		.open = tally->open,
		.moved = tally->moved };

	memcpy(account.reached, tally->reached, sizeof(account.reached));
	return account;
}
