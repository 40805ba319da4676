#include "lib/load/arrival.h"

#include "lib/base/buf.h"

#include <inttypes.h>

/* With as many decimals as it has, up to three. */
static void put_rate(struct buf *out, double rate)
{
	uint64_t thousandths = (uint64_t)(rate * 1000.0 + 0.5);
	unsigned part = (unsigned)(thousandths % 1000), digits = 3;

	buf_printf(out, "%" PRIu64, thousandths / 1000);
	if (part > 0) {
		for (; part % 10 == 0; digits--)
			part /= 10;
		buf_printf(out, ".%0*u", (int)digits, part);
	}
	buf_append_text(out, "/s");
}

static void put_length(struct buf *out, clock_ns length)
{
	if (length % NS_PER_S == 0)
		buf_printf(out, "%" PRId64 "s", length / NS_PER_S);
	else
		buf_printf(out, "%" PRId64 "ms", length / NS_PER_MS);
}

static void put_stage(struct buf *out, const struct arrival_stage *stage)
{
	put_rate(out, stage->from);
	if (stage->length == INT64_MAX)
		return;
	if (stage->to != stage->from) {
		buf_append_text(out, " to ");
		put_rate(out, stage->to);
		buf_append_text(out, " in ");
	} else {
		buf_append_text(out, " for ");
	}
	put_length(out, stage->length);
}

void arrival_tell(struct buf *out, const struct arrival_plan *plan)
{
	for (size_t i = 0; i < plan->n_stages; i++) {
		if (i > 0)
			buf_append_text(out, ", ");
		put_stage(out, &plan->stages[i]);
	}
	if (plan->spacing == ARRIVAL_POISSON)
		buf_append_text(out, ", poisson");
	if (plan->spacing == ARRIVAL_BURST)
		buf_printf(out, ", bursts of %" PRIu64, plan->burst);
	if (plan->limit > 0)
		buf_printf(out, ", at most %" PRIu64 " sessions", plan->limit);
}
