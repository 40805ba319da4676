#include "capture/report/stats.h"
#include "lib/base/json.h"
#include "lib/base/shown.h"

#include <inttypes.h>
#include <stdio.h>

enum {
	NAME_WIDTH = 28,
	TEXT_MAX = 24
};

/* "850 us", "12.4 ms", "3.21 s": three digits that matter. */
static const char *time_text(clock_ns ns, char text[TEXT_MAX])
{
	if (ns < NS_PER_MS)
		(void)snprintf(text, TEXT_MAX, "%" PRId64 " us", ns / NS_PER_US);
	else if (ns < NS_PER_S)
		(void)snprintf(text, TEXT_MAX, "%.1f ms",
		    (double)ns / (double)NS_PER_MS);
	else
		(void)snprintf(text, TEXT_MAX, "%.2f s", (double)ns / (double)NS_PER_S);
	return text;
}

static void put_times(struct buf *out, const struct stats_row *row)
{
	const clock_ns times[] = { row->p50, row->p90, row->p99, row->max };
	char text[TEXT_MAX];

	for (size_t i = 0; i < 4; i++)
		shown_printf(out, " %10s",
		    row->timed ? time_text(times[i], text) : "-");
}

static void put_head(struct buf *out, const char *what, const char *sizes)
{
	shown_printf(out, "%-*s %9s %10s %10s %10s %10s%s\n", NAME_WIDTH, what, "count",
	    "p50", "p90", "p99", "max", sizes);
}

static void put_row(struct buf *out, const struct stats_row *row, bool has_faults)
{
	shown_printf(out, "%-*.*s %9" PRIu64, NAME_WIDTH, NAME_WIDTH, row->name,
	    row->count);
	put_times(out, row);
	if (row->bytes > 0)
		shown_printf(out, " %12" PRIu64 " %10" PRIu64, row->bytes / row->count,
		    row->largest);
	else
		shown_printf(out, " %12s %10s", "-", "-");
	if (has_faults)
		shown_printf(out, " %7" PRIu64, row->faults);
	buf_append_char(out, '\n');
}

void stats_write_text(const struct stats *stats, struct buf *out)
{
	put_head(out, "phase", "   mean bytes    largest");
	for (size_t i = 0; i < stats->n_phases; i++)
		put_row(out, &stats->phases[i], false);
	buf_append_char(out, '\n');
	put_head(out, "RPC", "   mean bytes    largest  faults");
	for (size_t i = 0; i < stats->n_rpcs; i++)
		put_row(out, &stats->rpcs[i], true);
	shown_printf(out,
	    "\n%" PRIu64 " session%s on %" PRIu64 " TCP connection%s, %" PRIu64
	    " segment%s of theirs retransmitted\n",
	    stats->sessions, stats->sessions == 1 ? "" : "s", stats->connections,
	    stats->connections == 1 ? "" : "s", stats->retransmitted,
	    stats->retransmitted == 1 ? "" : "s");
	shown_printf(out,
	    "in the whole capture: %" PRIu64 " packets, %" PRIu64 " bytes, %" PRIu64
	    " segments reordered, %" PRIu64 " in conflict, %" PRIu64 " gaps of %" PRIu64
	    " bytes\n",
	    stats->packets, stats->bytes, stats->reordered, stats->conflicts,
	    stats->gaps, stats->gap_bytes);
}

static void put_json_row(struct json *json, const struct stats_row *row,
    bool has_faults)
{
	json_object_begin(json, NULL);
	json_text(json, "name", row->name);
	json_uint(json, "count", row->count);
	json_uint(json, "timed", row->timed);
	if (row->timed > 0) {
		json_seconds(json, "min", row->min);
		json_seconds(json, "p50", row->p50);
		json_seconds(json, "p90", row->p90);
		json_seconds(json, "p99", row->p99);
		json_seconds(json, "max", row->max);
	}
	json_uint(json, "bytes", row->bytes);
	json_uint(json, "largest", row->largest);
	if (has_faults)
		json_uint(json, "faults", row->faults);
	json_object_end(json);
}

void stats_write_json(const struct stats *stats, struct buf *out)
{
	struct json json = json_writer(out, 1);

	json_object_begin(&json, NULL);
	json_uint(&json, "packets", stats->packets);
	json_uint(&json, "bytes", stats->bytes);
	json_uint(&json, "sessions", stats->sessions);
	json_uint(&json, "connections", stats->connections);
	json_uint(&json, "retransmitted", stats->retransmitted);
	json_uint(&json, "reordered", stats->reordered);
	json_uint(&json, "conflicts", stats->conflicts);
	json_uint(&json, "gaps", stats->gaps);
	json_uint(&json, "gap_bytes", stats->gap_bytes);
	json_array_begin(&json, "phases");
	for (size_t i = 0; i < stats->n_phases; i++)
		put_json_row(&json, &stats->phases[i], false);
	json_array_end(&json);
	json_array_begin(&json, "rpcs");
	for (size_t i = 0; i < stats->n_rpcs; i++)
		put_json_row(&json, &stats->rpcs[i], true);
	json_array_end(&json);
	json_object_end(&json);
	buf_append_char(out, '\n');
}
