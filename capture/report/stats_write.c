#include "capture/report/stats.h"
#include "lib/base/columns.h"
#include "lib/base/json.h"
#include "lib/base/shown.h"
#include "lib/program/table.h"

#include <inttypes.h>

/* Those of phases, and one more of RPCs. */
static const struct table_column phase_columns[] = {
	{ .heading = "phase", .least = 12 },
	{ .heading = "count", .is_right = true },
	{ .heading = "p50", .is_right = true, .leaves = 1 },
	{ .heading = "p90", .is_right = true, .leaves = 3 },
	{ .heading = "p99", .is_right = true, .leaves = 2 },
	{ .heading = "max", .is_right = true },
	{ .heading = "mean bytes", .is_right = true, .leaves = 4 },
	{ .heading = "largest", .is_right = true, .leaves = 5 },
};
static const struct table_column faults = { .heading = "faults", .is_right = true };

/* "850 us", "12.4 ms", "3.21 s": three digits that matter. */
static void put_time(struct table *table, const struct stats_row *row, clock_ns ns)
{
	if (row->timed == 0)
		table_cell(table, NULL);
	else if (ns < NS_PER_MS)
		table_cellf(table, "%" PRId64 " us", ns / NS_PER_US);
	else if (ns < NS_PER_S)
		table_cellf(table, "%.1f ms", (double)ns / (double)NS_PER_MS);
	else
		table_cellf(table, "%.2f s", (double)ns / (double)NS_PER_S);
}

static void put_row(struct table *table, const struct stats_row *row)
{
	table_cell(table, row->name);
	table_cellf(table, "%" PRIu64, row->count);
	put_time(table, row, row->p50);
	put_time(table, row, row->p90);
	put_time(table, row, row->p99);
	put_time(table, row, row->max);
	if (row->bytes > 0) {
		table_cellf(table, "%" PRIu64, row->bytes / row->count);
		table_cellf(table, "%" PRIu64, row->largest);
	} else {
		table_cell(table, NULL);
		table_cell(table, NULL);
	}
}

static void put_phases(const struct stats *stats, struct buf *out,
    const struct screen *screen)
{
	struct table table;

	table_begin(&table, out, screen, phase_columns, ARRAY_LEN(phase_columns));
	for (size_t i = 0; i < stats->n_phases; i++)
		put_row(&table, &stats->phases[i]);
	table_end(&table);
}

static void put_rpcs(const struct stats *stats, struct buf *out,
    const struct screen *screen)
{
	struct table_column columns[ARRAY_LEN(phase_columns) + 1];
	struct table table;

	memcpy(columns, phase_columns, sizeof(phase_columns));
	columns[0].heading = "RPC";
	columns[ARRAY_LEN(phase_columns)] = faults;
	table_begin(&table, out, screen, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < stats->n_rpcs; i++) {
		put_row(&table, &stats->rpcs[i]);
		table_cellf(&table, "%" PRIu64, stats->rpcs[i].faults);
	}
	table_end(&table);
}

/* "1 session", "2 sessions". */
static void put_number(struct buf *out, uint64_t n, const char *what)
{
	shown_printf(out, "%" PRIu64 " %s%s", n, what, n == 1 ? "" : "s");
}

/* Of the sessions. */
static void put_totals(const struct stats *stats, struct buf *out)
{
	put_number(out, stats->sessions, "session");
	if (stats->is_text) {
		buf_append_text(out, " in ");
		put_number(out, stats->messages, "message");
		return;
	}
	buf_append_text(out, " on ");
	put_number(out, stats->connections, "TCP connection");
	buf_append_text(out, ", ");
	put_number(out, stats->retransmitted, "segment");
	buf_append_text(out, " of theirs retransmitted");
}

static void put_whole(const struct stats *stats, struct buf *out)
{
	buf_append_text(out, "in the whole capture: ");
	put_number(out, stats->packets, "packet");
	buf_append_text(out, ", ");
	put_number(out, stats->bytes, "byte");
	buf_append_text(out, ", ");
	put_number(out, stats->reordered, "segment");
	shown_printf(out, " reordered, %" PRIu64 " in conflict, ", stats->conflicts);
	put_number(out, stats->gaps, "gap");
	buf_append_text(out, " of ");
	put_number(out, stats->gap_bytes, "byte");
}

void stats_write_text(const struct stats *stats, struct buf *out,
    const struct screen *screen)
{
	unsigned width = screen_room(screen);
	auto_buf totals = BUF_NULL;

	put_phases(stats, out, screen);
	buf_append_char(out, '\n');
	put_rpcs(stats, out, screen);
	buf_append_char(out, '\n');
	put_totals(stats, &totals);
	columns_put_lines(out, buf_str(&totals), width, 0, screen->is_utf8);
	buf_append_char(out, '\n');
	if (stats->is_text)
		return;
	buf_reset(&totals);
	put_whole(stats, &totals);
	columns_put_lines(out, buf_str(&totals), width, 0, screen->is_utf8);
	buf_append_char(out, '\n');
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
