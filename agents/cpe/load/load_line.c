/* What a load test, or a fleet by hand, says while it runs: a line a second. */
#include "agents/cpe/load/load.h"
#include "lib/load/number.h"

#include <inttypes.h>

static const struct series_point *last_point(const struct load *load)
{
	static const struct series_point none;
	const struct series *series = load_series(load);

	return series->len > 0 ? &series->points[series->len - 1] : &none;
}

void load_put_line(struct buf *out, const struct load *load)
{
	const struct series_point *point = last_point(load);
	const struct series *series = load_series(load);
	uint64_t seconds = MAX(series->seconds, (uint64_t)1);
	char p50[RESULT_NUMBER_MAX], p99[RESULT_NUMBER_MAX], late[RESULT_NUMBER_MAX];
	char open[RESULT_NUMBER_MAX];
	bool has_times = point->completed > 0;

	buf_printf(out,
	    "%4lld s  offered %" PRIu64 "/s  started %" PRIu64 "/s  completed %" PRIu64
	    "/s  failed %" PRIu64 "  shed %" PRIu64 "  open %s  p50 %s  p99 %s  "
	    "late %s  cpu %" PRIu64 " %%%s\n",
	    (long long)((load_took(load) + NS_PER_S / 2) / NS_PER_S),
	    point->offered / seconds, point->started / seconds,
	    point->completed / seconds, point->failed, point->shed,
	    number_thousands(point->open, open),
	    has_times ? result_time(point->p50_us, p50) : "-",
	    has_times ? result_time(point->p99_us, p99) : "-",
	    result_time(point->late_us, late), point->cpu_permille / 10,
	    load_state(load) == LOAD_DRAINING ? "  draining"
	    : load_is_halted(load)            ? "  halted"
					      : "");
}
