#include "lib/link/impair.h"

#include "lib/base/compiler.h"

#include <string.h>

static const char *const distribution_names[] = { "uniform", "normal", "pareto", NULL };
static const char *const state_names[] = { "up", "down", NULL };

// clang-format off
#define KEY(name_, member, type_, min_, max_, help_) \
	{ .name = (name_), .offset = offsetof(struct impair, member), \
	  .type = IMPAIR_TYPE_##type_, .min = (min_), .max = (max_), .help = (help_) }

const struct impair_key impair_keys[IMPAIR_KEYS] = {
	KEY("delay", delay, TIME, NS_PER_US, IMPAIR_DELAY_MAX,
	    "how much later each packet comes"),
	KEY("jitter", jitter, TIME, NS_PER_US, IMPAIR_DELAY_MAX,
	    "by how much the delay varies"),
	{ .name = "distribution", .offset = offsetof(struct impair, distribution),
	  .type = IMPAIR_TYPE_NAME, .names = distribution_names,
	  .help = "of the jitter: uniform (the most that it varies), normal or pareto (its "
		  "standard deviation)" },
	KEY("loss", loss, SHARE, 1, IMPAIR_MILLION, "packets that are lost"),
	KEY("burst", burst, COUNT, 1, IMPAIR_BURST_MAX,
	    "how many are lost in a row, in the mean (Gilbert-Elliott)"),
	KEY("gilbert", gilbert, GILBERT, 0, IMPAIR_MILLION,
	    "the chain of losses itself, in place of loss and burst: ENTER/LEAVE[/BAD[/GOOD]], "
	    "which are p, r, 1-h (100%) and 1-k (0%)"),
	KEY("duplicate", duplicate, SHARE, 1, IMPAIR_MILLION, "packets that come twice"),
	KEY("reorder", reorder, SHARE, 1, IMPAIR_MILLION,
	    "packets that go without the delay and overtake others"),
	KEY("corrupt", corrupt, SHARE, 1, IMPAIR_MILLION,
	    "packets of which one bit is turned; checksums tell"),
	KEY("rate", rate, RATE, IMPAIR_RATE_MIN, IMPAIR_RATE_MAX,
	    "the most that goes through, with Ethernet headers"),
	KEY("bucket", bucket, BYTES, 64, IMPAIR_BUCKET_MAX,
	    "bytes that go at once after a rest; 1 ms of the rate, at least 1600, if absent"),
	KEY("queue", queue, COUNT, 1, IMPAIR_QUEUE_MAX,
	    "packets that may wait for the rate; 1000 if absent"),
	KEY("queue-bytes", queue_bytes, BYTES, 64, IMPAIR_QUEUE_BYTES_MAX,
	    "bytes that may wait for the rate; no limit of their own if absent"),
	KEY("mtu", mtu, COUNT, IMPAIR_MTU_MIN, IMPAIR_MTU_MAX,
	    "longer packets are lost without a word, as behind a filter of ICMP"),
	{ .name = "state", .offset = offsetof(struct impair, state),
	  .type = IMPAIR_TYPE_NAME, .names = state_names,
	  .help = "whether anything passes: up, down" },
};
// clang-format on

static size_t size_of(const struct impair_key *key)
{
	switch (key->type) {
	case IMPAIR_TYPE_TIME:
		return sizeof(clock_ns);
	case IMPAIR_TYPE_SHARE:
		return sizeof(uint32_t);
	case IMPAIR_TYPE_RATE:
	case IMPAIR_TYPE_BYTES:
	case IMPAIR_TYPE_COUNT:
		return sizeof(uint64_t);
	case IMPAIR_TYPE_NAME:
		return sizeof(int);
	case IMPAIR_TYPE_GILBERT:
		return sizeof(struct impair_gilbert);
	}
	return 0;
}

static bool is_same_key(const struct impair *a, const struct impair *b,
    const struct impair_key *key)
{
	return memcmp((const char *)a + key->offset, (const char *)b + key->offset,
		   size_of(key)) == 0;
}

bool impair_is_same(const struct impair *a, const struct impair *b)
{
	for (size_t i = 0; i < IMPAIR_KEYS; i++) {
		if (!is_same_key(a, b, &impair_keys[i]))
			return false;
	}
	return true;
}

bool impair_has(const struct impair *impair, const struct impair_key *key)
{
	static const struct impair none;

	return !is_same_key(impair, &none, key);
}

void impair_copy(struct impair *to, const struct impair *from,
    const struct impair_key *key)
{
	memcpy((char *)to + key->offset, (const char *)from + key->offset,
	    size_of(key));
}

bool impair_is_none(const struct impair *impair)
{
	static const struct impair none;

	return impair_is_same(impair, &none);
}

bool impair_keeps_order(const struct impair *impair)
{
	return impair->jitter == 0 && impair->reorder == 0;
}

bool impair_link_is_none(const struct impair_link *link)
{
	return impair_is_none(&link->way[IMPAIR_WAY_UP]) &&
	       impair_is_none(&link->way[IMPAIR_WAY_DOWN]);
}

struct impair_gilbert impair_chain(const struct impair *impair)
{
	struct impair_gilbert chain = impair->gilbert;
	uint64_t kept = IMPAIR_MILLION - impair->loss, enter;

	if (chain.leave > 0 || impair->burst <= 1 || impair->loss == 0)
		return chain;
	chain.leave = (uint32_t)(IMPAIR_MILLION / impair->burst);
	chain.bad = IMPAIR_MILLION;
	enter = kept == 0 ? IMPAIR_MILLION
			  : ((uint64_t)chain.leave * impair->loss + kept / 2) / kept;
	chain.enter = (uint32_t)MIN(enter, (uint64_t)IMPAIR_MILLION);
	return chain;
}

uint32_t impair_chain_loss(const struct impair_gilbert *chain)
{
	uint64_t moves = (uint64_t)chain->enter + chain->leave;
	uint64_t lost =
	    (uint64_t)chain->enter * chain->bad + (uint64_t)chain->leave * chain->good;

	return moves == 0 ? 0 : (uint32_t)((lost + moves / 2) / moves);
}

uint64_t impair_bucket(const struct impair *impair)
{
	return impair->bucket
		   ? impair->bucket
		   : MAX(impair->rate / 8 / 1000, (uint64_t)IMPAIR_BUCKET_LEAST);
}

const char *impair_netem_lacks(const struct impair_link *link)
{
	return link->way[IMPAIR_WAY_UP].mtu > 0 || link->way[IMPAIR_WAY_DOWN].mtu > 0
		   ? "netem lets long packets pass, whatever \"mtu\" says"
		   : NULL;
}

const char *impair_conflict(const struct impair *impair)
{
	bool has_chain = impair->gilbert.leave > 0;

	if (impair->jitter > 0 && impair->delay == 0)
		return "jitter varies a delay, and there is none";
	if (impair->distribution == IMPAIR_UNIFORM && impair->jitter > impair->delay)
		return "a jitter over the delay has packets leave before they come";
	if (impair->distribution != IMPAIR_UNIFORM && impair->jitter == 0)
		return "a distribution is of jitter, and there is none";
	if (impair->reorder > 0 && impair->delay == 0)
		return "reorder is by going without the delay, and there is none";
	if (has_chain && (impair->loss > 0 || impair->burst > 0))
		return "gilbert says which packets are lost: loss and burst do not";
	if (impair->burst > 0 && impair->loss == 0)
		return "burst is of lost packets, and there is no loss";
	if (impair->rate == 0 &&
	    (impair->queue > 0 || impair->queue_bytes > 0 || impair->bucket > 0))
		return "queue, queue-bytes and bucket are of a rate, and there is none";
	return NULL;
}
