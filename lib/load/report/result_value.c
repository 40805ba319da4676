#include "lib/load/report/result_internal.h"

#include "lib/base/shown.h"

#include <inttypes.h>
#include <stddef.h>

#define TIMES(name_, member)                                 \
	{                                                    \
		name_, offsetof(struct result_times, member) \
	}
#define COUNT(member)                                         \
	{                                                     \
#member, offsetof(struct load_result, member) \
	}
#define OWN(member)                                               \
	{                                                         \
#member, offsetof(struct load_result, own.member) \
	}
#define RUN(member)                                          \
	{                                                    \
#member, offsetof(struct result_run, member) \
	}
#define POINT(name_, member)                                 \
	{                                                    \
		name_, offsetof(struct series_point, member) \
	}

const struct result_field result_times_fields[] = {
	TIMES("count", count),
	TIMES("min_ms", min_us),
	TIMES("mean_ms", mean_us),
	TIMES("p50_ms", p50_us),
	TIMES("p90_ms", p90_us),
	TIMES("p95_ms", p95_us),
	TIMES("p99_ms", p99_us),
	TIMES("p999_ms", p999_us),
	TIMES("p9999_ms", p9999_us),
	TIMES("max_ms", max_us),
	{ NULL, 0 },
};

const struct result_field result_count_fields[] = {
	COUNT(offered),
	COUNT(retried),
	COUNT(started),
	COUNT(completed),
	COUNT(failed),
	COUNT(shed),
	COUNT(open),
	COUNT(late),
	COUNT(shed_without_wait),
	COUNT(longest_wait_s),
	COUNT(other_failures),
	{ NULL, 0 },
};

const struct result_field result_own_fields[] = {
	OWN(cpu_permille),
	OWN(cpu_max_permille),
	OWN(wait_permille),
	OWN(no_descriptor),
	OWN(no_port),
	OWN(no_memory),
	OWN(no_neighbour),
	OWN(descriptors),
	OWN(descriptors_max),
	OWN(seconds_short),
	OWN(memory_kb),
	{ NULL, 0 },
};

const struct result_field result_run_fields[] = {
	RUN(offered),
	RUN(started),
	RUN(completed),
	RUN(failed),
	RUN(shed),
	RUN(open),
	{ NULL, 0 },
};

const struct result_field result_point_counts[] = {
	POINT("offered", offered),
	POINT("started", started),
	POINT("completed", completed),
	POINT("failed", failed),
	POINT("shed", shed),
	POINT("open", open),
	POINT("cpu_permille", cpu_permille),
	POINT("memory_kb", memory_kb),
#define XX(symbol, name) POINT("cpes_" name, states[SERIES_##symbol]),
	SERIES_STATE_MAP(XX)
#undef XX
	    { NULL, 0 },
};

const struct result_field result_point_times[] = {
	POINT("p50_ms", p50_us),
	POINT("p99_ms", p99_us),
	POINT("max_ms", max_us),
	POINT("late_ms", late_us),
	POINT("lag_ms", lag_us),
	{ NULL, 0 },
};

/* ---- texts ---------------------------------------------------------------------------- */

char *result_ms(uint64_t us, char *text)
{
	(void)shown_snprintf(text, RESULT_NUMBER_MAX, "%" PRIu64 ".%03u", us / 1000,
	    (unsigned)(us % 1000));
	return text;
}

char *result_rate(uint64_t n, uint64_t took_us, char *text)
{
	double rate = took_us > 0 ? (double)n * 1e9 / (double)took_us : 0.0;

	return result_ms(rate < 1e19 ? (uint64_t)(rate + 0.5) : UINT64_MAX, text);
}

/* Three digits of value / scale. */
static char *three_digits(uint64_t value, uint64_t scale, const char *unit, char *text)
{
	double part = (double)value / (double)scale;

	(void)shown_snprintf(text, RESULT_NUMBER_MAX, "%.*f %s",
	    part >= 99.95   ? 0
	    : part >= 9.995 ? 1
			    : 2,
	    part, unit);
	return text;
}

char *result_time(uint64_t us, char *text)
{
	if (us < 1000) {
		(void)shown_snprintf(text, RESULT_NUMBER_MAX, "%" PRIu64 " us", us);
		return text;
	}
	if (us < 999500)
		return three_digits(us, 1000, "ms", text);
	if (us < UINT64_C(600000000))
		return three_digits(us, 1000000, "s", text);
	return three_digits(us, 60000000, "min", text);
}
