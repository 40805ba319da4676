#include "lib/load/series.h"

#include "lib/base/compiler.h"

#include <stdbool.h>
#include <string.h>

#define SECOND_MAX (UINT64_C(1) << 40)

static const char *const state_names[] = {
#define XX(symbol, name) [SERIES_##symbol] = (name),
	SERIES_STATE_MAP(XX)
#undef XX
};

const char *series_state_name(enum series_state state)
{
	return state < SERIES_STATES ? state_names[state] : "";
}

static void add_counts(struct series_point *into, const struct series_point *from)
{
	into->offered += from->offered;
	into->started += from->started;
	into->completed += from->completed;
	into->failed += from->failed;
	into->shed += from->shed;
}

static void keep_larger_times(struct series_point *into,
    const struct series_point *from)
{
	into->p50_us = MAX(into->p50_us, from->p50_us);
	into->p99_us = MAX(into->p99_us, from->p99_us);
	into->max_us = MAX(into->max_us, from->max_us);
	into->late_us = MAX(into->late_us, from->late_us);
	into->lag_us = MAX(into->lag_us, from->lag_us);
	into->cpu_permille = MAX(into->cpu_permille, from->cpu_permille);
}

/* Two times of the same fleet. */
static void join(struct series_point *into, const struct series_point *from)
{
	add_counts(into, from);
	keep_larger_times(into, from);
	into->open = MAX(into->open, from->open);
	into->memory_kb = MAX(into->memory_kb, from->memory_kb);
	for (size_t i = 0; i < SERIES_STATES; i++)
		into->states[i] = MAX(into->states[i], from->states[i]);
	into->yet_to_come = MAX(into->yet_to_come, from->yet_to_come);
}

/* Two shards at the same time. */
static void join_shard(struct series_point *into, const struct series_point *from)
{
	add_counts(into, from);
	keep_larger_times(into, from);
	into->open += from->open;
	into->memory_kb += from->memory_kb;
	for (size_t i = 0; i < SERIES_STATES; i++)
		into->states[i] += from->states[i];
	into->yet_to_come += from->yet_to_come;
}

static void halve(struct series *series)
{
	for (size_t i = 0; i < series->len; i += 2) {
		struct series_point point = series->points[i];

		if (i + 1 < series->len)
			join(&point, &series->points[i + 1]);
		series->points[i / 2] = point;
	}
	series->len = (series->len + 1) / 2;
	series->seconds *= 2;
}

/* A point in which nothing happened and all stood as before. */
static struct series_point still(const struct series *series)
{
	struct series_point point;

	memset(&point, 0, sizeof(point));
	if (series->len > 0) {
		const struct series_point *last = &series->points[series->len - 1];

		point.open = last->open;
		point.memory_kb = last->memory_kb;
		memcpy(point.states, last->states, sizeof(point.states));
		point.yet_to_come = last->yet_to_come;
	}
	return point;
}

/* The point of that second, which is the last one then; the points before it are there.
 * *ret_is_new: nothing has been told of it. */
static struct series_point *point_at(struct series *series, uint64_t second,
    bool *ret_is_new)
{
	if (series->seconds == 0)
		series->seconds = 1;
	while (second / series->seconds >= SERIES_POINTS_MAX)
		halve(series);
	*ret_is_new = second / series->seconds >= series->len;
	while (second / series->seconds >= series->len) {
		struct series_point point = still(series);

		series->points[series->len++] = point;
	}
	return &series->points[second / series->seconds];
}

void series_add(struct series *series, uint64_t second,
    const struct series_point *point)
{
	struct series_point *at;
	bool is_new;

	if (second >= SECOND_MAX)
		return;
	at = point_at(series, second, &is_new);
	if (is_new)
		*at = *point;
	else
		join(at, point);
}

void series_merge(struct series *into, const struct series *from)
{
	uint64_t seconds = from->seconds ? from->seconds : 1;
	struct series other = *from;

	if (from->len == 0)
		return;
	if (into->seconds == 0)
		into->seconds = 1;
	while (into->seconds < seconds)
		halve(into);
	other.seconds = seconds;
	while (other.seconds < into->seconds)
		halve(&other);
	for (size_t i = 0; i < other.len; i++) {
		if (i == into->len) {
			memset(&into->points[i], 0, sizeof(into->points[i]));
			into->len++;
		}
		join_shard(&into->points[i], &other.points[i]);
	}
}

/* CPEs that are not served. Those that have yet to come become fewer by themselves, and would
 * hide a storm. */
static uint64_t count_away(const struct series_point *point)
{
	uint64_t off = point->states[SERIES_OFF];

	return off - MIN(off, point->yet_to_come) + point->states[SERIES_DARK] +
	       point->states[SERIES_WAITING];
}

static uint64_t count_all(const struct series_point *point)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < SERIES_STATES; i++)
		sum += point->states[i];
	return sum;
}

uint64_t series_recovery(const struct series *series, uint64_t storm)
{
	uint64_t seconds = series->seconds ? series->seconds : 1;
	uint64_t begin = storm / seconds, open = 0, away = 0, slack;
	bool was_felt = false;

	if (begin >= series->len)
		return 0;
	for (size_t i = 0; i < begin; i++)
		open = MAX(open, series->points[i].open);
	if (begin > 0)
		away = count_away(&series->points[begin - 1]);
	slack = MAX(count_all(&series->points[begin]) / 1000, 1);
	for (size_t i = begin; i < series->len; i++) {
		bool is_felt = count_away(&series->points[i]) > away + slack ||
			       (was_felt && series->points[i].open > open + slack);

		if (was_felt && !is_felt)
			return i * seconds - storm;
		was_felt |= is_felt;
	}
	return was_felt ? UINT64_MAX : 0;
}
