/* Writes what decode and check found, in each format. */
#include "capture/report/format.h"
#include "capture/report/report_html.h"
#include "capture/report/stats.h"
#include "capture/report/tables.h"
#include "lab/look/look_stream.h"
#include "lab/term/cmd.h"
#include "lab/term/outfile.h"
#include "lib/base/json.h"
#include "lib/base/shown.h"
#include "lib/program/say.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

void look_put_input(struct buf *out, const struct analysis_counts *counts)
{
	if (counts->text)
		look_put_number(out, counts->messages, "message");
	else
		look_put_number(out, counts->packets, "packet");
}

/* What CPEs said though it is no session. */
static void put_adjacent(const struct analysis_counts *counts, struct buf *out)
{
	const struct {
		uint64_t n;
		const char *what, *rest;
	} rows[] = {
		{ counts->xmpp_connections, "XMPP connection",
		    " (TR-069 Annex K) not judged" },
		{ counts->lightweight_notifications, "lightweight notification",
		    " (TR-069 Annex M), whose signatures are verified where the password is known" },
		{ counts->bulk_data_reports, "bulk data report",
		    " (TR-069 Annex N) not judged" },
		{ counts->relayed_requests, "request",
		    " seen at both sides of a proxy, and told as the CPE sent them" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].n == 0)
			continue;
		buf_append_text(out, "; ");
		look_put_number(out, rows[i].n, rows[i].what);
		buf_append_text(out, rows[i].rest);
	}
}

/* What may have been a session, or a part of one, if there had been more memory. */
static void put_forgotten(const struct analysis_counts *counts, struct buf *out)
{
	if (counts->evicted + counts->evicted_hosts + counts->evicted_devices == 0)
		return;
	buf_append_text(out, "; ");
	look_put_number(out, counts->evicted, "connection");
	buf_append_text(out, " and ");
	look_put_number(out, counts->evicted_hosts, "host");
	if (counts->evicted_devices > 0) {
		buf_append_text(out, " and ");
		look_put_number(out, counts->evicted_devices, "device");
	}
	buf_append_text(out, " forgotten to bound memory");
}

static void complain_of_nothing(const struct look *look,
    const struct analysis *analysis)
{
	auto_buf text = BUF_NULL;

	shown_printf(&text, "%s: no CWMP session %s: ", analysis->file,
	    filter_is_empty(&look->filter) ? "is in it" : "is what the options choose");
	look_put_input(&text, &analysis->counts);
	if (!analysis->counts.text) {
		buf_append_text(&text, ", ");
		look_put_number(&text, analysis->counts.tcp_connections,
		    "TCP connection");
	}
	put_adjacent(&analysis->counts, &text);
	put_forgotten(&analysis->counts, &text);
	if (analysis->counts.other_class)
		shown_printf(&text, "; %s", analysis->counts.other_class);
	say(stderr, "%s\n", buf_cstr(&text));
}

/* A file that is whole, but for frames that cost themselves only. */
static void complain_of_frames(const struct analysis *analysis)
{
	const struct analysis_counts *counts = &analysis->counts;
	auto_buf text = BUF_NULL;

	shown_printf(&text, "%s: damaged: ", analysis->file);
	look_put_number(&text, counts->skipped_records, "frame");
	shown_printf(&text, " could not be read, the first at byte %" PRIu64 ": %s",
	    counts->skipped_at, counts->skipped_why);
	say(stderr, "%s\n", buf_cstr(&text));
}

int look_complain(const struct look *look, const struct analysis *analysis)
{
	const struct analysis_counts *counts = &analysis->counts;
	int status = look->live.status; /* of output that was lost, which weighs more */

	if (counts->damage && counts->text) {
		say(stderr,
		    "%s:%" PRIu32 ":%" PRIu32 ": %s; the rest was read (as %s)\n",
		    look_file_shown(analysis), counts->damage_line,
		    counts->damage_column, counts->damage, counts->text);
		status = MAX(status, EXIT_USAGE);
	} else if (counts->damage) {
		say(stderr,
		    "%s: damaged at byte %" PRIu64 ": %s; what is before was read\n",
		    analysis->file, counts->truncated_at, counts->damage);
		status = MAX(status, EXIT_USAGE);
	} else if (counts->is_truncated) {
		say(stderr,
		    "%s: cut off: it ends inside the record at byte "
		    "%" PRIu64 "; what is before was read\n",
		    analysis->file, counts->truncated_at);
		status = MAX(status, EXIT_USAGE);
	}
	if (counts->skipped_records > 0) {
		complain_of_frames(analysis);
		status = MAX(status, EXIT_USAGE);
	}
	if (counts->keylog_junk > 0) {
		say(stderr, "%s: %" PRIu64 " %s of a key log\n",
		    look->options.keylog ? look->options.keylog : analysis->file,
		    counts->keylog_junk,
		    counts->keylog_junk == 1 ? "line is no secret"
					     : "lines are no secrets");
		status = MAX(status, EXIT_USAGE);
	}
	if (counts->sessions == 0 && counts->failures == 0) {
		if (counts->packets > 0 || counts->messages > 0 ||
		    counts->skipped_records == 0)
			complain_of_nothing(look, analysis);
		status = MAX(status, EXIT_USAGE);
	}
	return status;
}

/* ---- texts ------------------------------------------------------------------------- */

/* The one object of --json. */
static void put_json(const struct look *look, const struct analysis *analysis,
    struct buf *out)
{
	struct json json = json_writer(out, 1);

	json_object_begin(&json, NULL);
	json_text(&json, "file", analysis->file);
	json_array_begin(&json, "sessions");
	for (size_t i = 0; i < analysis->n_sessions; i++)
		analysis_write_session(&analysis->sessions[i], &json);
	json_array_end(&json);
	look_write_rest(look, analysis, &json);
	json_object_end(&json);
	buf_append_char(out, '\n');
}

/* ---- formats ----------------------------------------------------------------------- */

static void put_html(const struct analysis *analysis, struct buf *out)
{
	auto_buf subtitle = BUF_NULL;
	const char *slash = strrchr(analysis->file, '/');
	const struct report_html_options options = {
		.title = slash ? slash + 1 : analysis->file,
		.subtitle = (look_put_input(&subtitle, &analysis->counts),
		    buf_append_text(&subtitle, ", "),
		    look_put_number(&subtitle, analysis->counts.sessions, "session"),
		    buf_cstr(&subtitle)),
	};

	report_html_write(out, analysis, &options);
}

static void put_format(const struct look *look, const struct analysis *analysis,
    struct buf *out)
{
	switch (look->format) {
	case LOOK_TEXT:
		return;
	case LOOK_JSON:
		put_json(look, analysis, out);
		return;
	case LOOK_NDJSON:
		format_ndjson(out, analysis);
		return;
	case LOOK_HAR:
		format_har(out, analysis);
		return;
	case LOOK_MERMAID:
		format_mermaid(out, analysis);
		return;
	case LOOK_HTML:
		put_html(analysis, out);
		return;
	case LOOK_JUNIT:
		format_junit(out, analysis);
		return;
	}
}

static int put_stats(const struct look *look, const struct analysis *analysis,
    struct buf *out, struct error *err)
{
	auto_cleanup(stats_free) struct stats *stats = NULL;
	int r = stats_make(analysis, &stats);

	if (r < 0)
		return error_set(err, r, "%s: no memory for statistics",
		    analysis->file);
	if (look->format == LOOK_JSON)
		stats_write_json(stats, out);
	else
		stats_write_text(stats, out, &look->screen);
	return 0;
}

static int end_stream(const struct look *look, const struct analysis *analysis)
{
	struct error err = ERROR_NULL;
	int r = look_stream_end(look->stream, analysis, &err);

	if (r == 0)
		return EXIT_OK;
	say_error("", &err);
	return cmd_status(r);
}

int look_write(const struct look *look, const struct analysis *analysis,
    look_text_fn *put_text)
{
	mode_t mode = look->options.show_secrets ? 0600 : 0666;
	struct error err = ERROR_NULL;
	auto_buf out = BUF_MAX(LOOK_OUTPUT_MAX);
	int r = 0;

	if (look->stream)
		return end_stream(look, analysis);
	if (look->wants_stats)
		r = put_stats(look, analysis, &out, &err);
	else if (look->format == LOOK_TEXT && look->wants_tables)
		tables_write(&out, analysis, &look->screen);
	else if (look->format == LOOK_TEXT)
		put_text(look, analysis, &out);
	else
		put_format(look, analysis, &out);
	if (r == 0 && look->write && look->live.n_names == 0)
		r = look_write_packets(look, analysis, look->write, &err);
	if (r == 0)
		r = outfile_put(look->output ? look->output : "-", mode, &out, &err);
	if (r == 0)
		return EXIT_OK;
	say_error("", &err);
	return cmd_status(r);
}

int look_tell(const struct look *look, struct analysis *analysis, int status,
    look_text_fn *put_text)
{
	int written = look_write(look, analysis, put_text);
	int complaint = look_complain(look, analysis);

	analysis_free(analysis);
	if (written != EXIT_OK)
		return written;
	return status != EXIT_OK ? status : complaint;
}
