/* Shared by the result_*.c files: the tables by which every format writes, and the reader
 * reads. */
#pragma once

#include "lib/load/report/result.h"

struct result_field {
	const char *name;
	size_t offset; /* of a uint64_t */
};

/* Of struct result_times; the first is a number, the rest are microseconds. Ended by a null
 * name, as below. */
extern const struct result_field result_times_fields[];
/* Of struct load_result: numbers of sessions. */
extern const struct result_field result_count_fields[];
/* Of struct load_result.own: numbers. */
extern const struct result_field result_own_fields[];
/* Of struct result_run: numbers of sessions. */
extern const struct result_field result_run_fields[];
/* Of struct series_point: counts and gauges, then microseconds, which are written as
 * milliseconds. */
extern const struct result_field result_point_counts[], result_point_times[];

static inline uint64_t result_field_get(const void *base,
    const struct result_field *field)
{
	return *(const uint64_t *)(const void *)((const char *)base + field->offset);
}

static inline uint64_t *result_field_at(void *base, const struct result_field *field)
{
	return (uint64_t *)(void *)((char *)base + field->offset);
}

/* Appends the charts and the histogram as <svg> elements. */
void result_put_charts(struct buf *out, const struct load_result *result);
