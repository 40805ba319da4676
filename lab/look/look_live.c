/* check and decode on interfaces: frames go into the analysis as they come, findings to the
 * reader as they happen. */
#include "capture/decoder.h"
#include "lab/look/live_ports.h"
#include "lab/look/look.h"
#include "lab/look/look_stream.h"
#include "lab/term/cmd.h"
#include "lab/term/progress.h"
#include "lab/term/stop_signals.h"
#include "lib/base/json.h"
#include "lib/base/shown.h"
#include "lib/program/say.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define STATUS_NS (2 * NS_PER_S)

struct look_live {
	struct look *look;
	struct live_ports ports;
	struct analysis *analysis; /* owned until it is handed over */
	struct progress progress;  /* on standard error */
	clock_ns started, shown;   /* monotonic */
	clock_ns first, last;      /* times of the first frame and the last */
	clock_ns silent_since;     /* monotonic; 0: frames come */
	bool has_started, is_deaf; /* is_deaf: findings cannot be written any more */
	bool has_reader; /* what is seen goes to standard output, and nowhere else */
};

/* ---- what happens meanwhile ---------------------------------------------------------- */

/* Standard output has the findings and standard error the line that is rewritten. Both are
 * one terminal, as a rule, so that line is cleared before a finding is printed. */
static void put_line(struct look_live *live, struct buf *line)
{
	progress_print(&live->progress, "%s", "");
	if (!say_bytes(stdout, buf_str(line)) || fflush(stdout) != 0)
		live->is_deaf = true;
}

static void put_finding_text(const struct look_live *live,
    const struct finding *finding, struct buf *line)
{
	const char *whom = finding->serial ? finding->serial : finding->cpe;

	shown_printf(line, "+%.3f  %s %s by %s",
	    (double)(finding->time - live->first) / 1e9,
	    rule_severity_name(finding->severity), finding->rule,
	    rule_who_name(finding->who));
	if (whom)
		shown_printf(line, ", CPE %s", whom);
	if (finding->frame > 0)
		shown_printf(line, ", frame %" PRIu64, finding->frame);
	shown_printf(line, ": %s\n", finding->text);
}

static void on_finding(void *user, const struct finding *finding)
{
	struct look_live *live = user;
	auto_buf line = BUF_NULL;

	if (live->look->format == LOOK_JSON) {
		struct json json = json_writer(&line, 0);

		analysis_write_finding(finding, &json);
		buf_append_char(&line, '\n');
	} else if (live->look->format == LOOK_TEXT) {
		put_finding_text(live, finding, &line);
	} else if (live->look->format == LOOK_NDJSON && live->look->stream) {
		look_stream_put_finding(live->look->stream, finding);
	}
	if (line.len > 0)
		put_line(live, &line);
}

static void put_failure_text(const struct look_live *live,
    const struct analysis_failure *failure, struct buf *line)
{
	const char *whom = failure->serial ? failure->serial : failure->cpe;

	shown_printf(line, "+%.3f  failed %s by the %s",
	    (double)(failure->time - live->first) / 1e9, failure->layer,
	    failure_by(failure));
	if (whom)
		shown_printf(line, ", CPE %s", whom);
	shown_printf(line, ", frame %" PRIu64 ": %s\n", failure->frame, failure->text);
}

static void on_failed(void *user, const struct analysis_failure *failure)
{
	struct look_live *live = user;
	auto_buf line = BUF_NULL;

	if (live->look->format == LOOK_JSON) {
		struct json json = json_writer(&line, 0);

		analysis_write_failure(failure, &json);
		buf_append_char(&line, '\n');
	} else if (live->look->format == LOOK_TEXT) {
		put_failure_text(live, failure, &line);
	} else if (live->look->format == LOOK_NDJSON && live->look->stream) {
		look_stream_put_failure(live->look->stream, failure);
	}
	if (line.len > 0)
		put_line(live, &line);
}

static void on_ended(void *user, const struct analysis *analysis,
    const struct analysis_session *session)
{
	const struct look_live *live = user;

	look_stream_put(live->look->stream, analysis, session);
}

static void on_act(void *user, const struct analysis *analysis,
    const struct analysis_host *host)
{
	const struct look_live *live = user;

	look_stream_put_act(live->look->stream, analysis, host);
}

static void on_started(void *user)
{
	struct look_live *live = user;

	live->has_started = true;
	live->started = clock_monotonic();
	progress_print(&live->progress, "capturing at %s; Ctrl-C stops\n",
	    live->look->live.title);
}

static void on_frame(void *user, const struct frame *frame)
{
	struct look_live *live = user;

	if (live->first == 0)
		live->first = frame->time;
	live->last = frame->time;
	live->silent_since = 0;
	decoder_feed(analysis_decoder(live->analysis), frame);
}

static void on_secrets(void *user, struct str lines)
{
	struct look_live *live = user;

	decoder_secrets(analysis_decoder(live->analysis), lines);
}

static void show_status(struct look_live *live, const struct live_counts *counts)
{
	const struct analysis_counts *seen = &live->analysis->counts;
	auto_buf text = BUF_NULL;
	clock_ns now = clock_monotonic();

	if (!live->progress.is_terminal || now - live->shown < STATUS_NS)
		return;
	live->shown = now;
	analysis_count(live->analysis);
	look_put_number(&text, counts->packets, "packet");
	buf_append_text(&text, ", ");
	look_put_number(&text, seen->sessions, "session");
	buf_append_text(&text, ", ");
	look_put_number(&text, seen->musts + seen->shoulds + seen->notes, "finding");
	shown_printf(&text, ", %" PRIu64 " dropped",
	    counts->dropped_by_kernel + counts->dropped_here);
	progress_show(&live->progress, "capturing", buf_cstr(&text),
	    now - live->started);
}

/* Some rules are broken by silence, so time must pass for the analysis though no frame
 * comes. It is counted from the first tick without a frame, so that a frame which is
 * still on its way is never older than the time that the analysis was told. */
static void pass_time(struct look_live *live)
{
	clock_ns now = clock_monotonic();

	if (live->silent_since == 0)
		live->silent_since = now;
	else if (now - live->silent_since > NS_PER_S)
		analysis_tick(live->analysis, live->last + now - live->silent_since);
}

/* A pipe or a socket says that its reader has gone, also where nothing is there to be written: who
 * started this may have been killed. */
static bool is_reader_gone(const struct look_live *live)
{
	struct pollfd out = { STDOUT_FILENO, 0, 0 };

	return live->has_reader && poll(&out, 1, 0) > 0 &&
	       (out.revents & (POLLERR | POLLHUP));
}

static bool on_tick(void *user, const struct live_counts *counts)
{
	struct look_live *live = user;

	pass_time(live);
	show_status(live, counts);
	return !live->is_deaf && !is_reader_gone(live) &&
	       !(live->look->stream && look_stream_is_deaf(live->look->stream));
}

static void on_change(void *user, size_t port, enum live_change what, const char *text)
{
	struct look_live *live = user;
	struct live_fate *fate = &live->look->live.fates[port];

	progress_print(&live->progress, "%s\n", text);
	switch (what) {
	case LIVE_LINK_DOWN:
		fate->downs++;
		return;
	case LIVE_LINK_UP:
		return;
	case LIVE_PORT_ENDED:
		free(fate->why);
		fate->why = strdup(text);
		return;
	}
}

/* ---- before -------------------------------------------------------------------------- */

/* ---- the run ------------------------------------------------------------------------- */

static int begin_analysis(struct look_live *live, struct error *err)
{
	struct look *look = live->look;
	bool has_copies = look->live.n_names > 1 ||
			  strcmp(live->ports.ports[0].interface, "any") == 0;
	int r;

	look->options.found = on_finding;
	look->options.failed = on_failed;
	if (look->stream)
		look->options.ended = on_ended;
	if (look->stream && look->format == LOOK_NDJSON)
		look->options.act = on_act;
	look->options.user = live;
	r = analysis_begin(&look->options, &live->analysis, err);
	if (r == 0)
		decoder_dedupe(analysis_decoder(live->analysis), has_copies);
	return r;
}

static int capture(struct look_live *live, struct error *err)
{
	struct look *look = live->look;
	const struct live_sink sink = { live, on_started, on_frame, on_secrets, on_tick,
		on_change };
	sigset_t before;
	auto_fd stop = stop_signals_open(&before, err);
	int r;

	if (stop < 0)
		return stop;
	live->ports.conf.stop = stop;
	r = live_run(&live->ports.conf, &sink, &look->live.counts, &look->live.path,
	    err);
	/* The report is being written from here on; a second Ctrl-C ends the program. */
	stop_signals_restore(stop, &before);
	return r;
}

static void tell_counts(struct look_live *live)
{
	const struct live_options *options = &live->look->live;
	const struct live_counts *counts = &options->counts;

	progress_print(&live->progress,
	    "captured %" PRIu64 " packet%s in %.1f s, dropped %" PRIu64
	    " in the kernel and %" PRIu64 " here%s%s\n",
	    counts->packets, counts->packets == 1 ? "" : "s",
	    (double)(clock_monotonic() - live->started) / 1e9,
	    counts->dropped_by_kernel, counts->dropped_here,
	    options->path ? "; written to " : "", options->path ? options->path : "");
}

static int run(struct look_live *live, struct error *err)
{
	struct look *look = live->look;
	int r = live_options_name(&look->live, err);

	look->options.path = look->write ? look->write : look->live.title;
	live->has_reader =
	    !look->write && (!look->output || strcmp(look->output, "-") == 0);
	if (r == 0)
		r = live_ports_open(&live->ports, look, err);
	if (r == 0)
		r = begin_analysis(live, err);
	if (r == 0)
		r = capture(live, err);
	if (r < 0 && !live->has_started)
		return r;
	/* The file cannot be written, but what was analysed so far is still reported. */
	if (r < 0) {
		progress_print_text(&live->progress, str_of(err->text));
		progress_print(&live->progress, "\n");
		look->live.status = cmd_status(r);
	}
	/* What nobody asked to end is not all that was to be looked at. */
	if (look->live.counts.ports_ended > 0)
		look->live.status = MAX(look->live.status, EXIT_MACHINE);
	tell_counts(live);
	r = analysis_end(live->analysis, err);
	live->analysis->counts.dropped =
	    look->live.counts.dropped_by_kernel + look->live.counts.dropped_here;
	return r;
}

static int fail(const struct error *err)
{
	say_error("", err);
	return err->code == ERR_MACHINE || err->code == -ENOMEM ? EXIT_MACHINE
								: EXIT_USAGE;
}

int look_live_run(struct look *look, struct analysis **ret)
{
	struct look_live *live = calloc(1, sizeof(*live));
	struct error err = ERROR_NULL;
	int r;

	if (!live) {
		(void)error_set(&err, -ENOMEM, "out of memory");
		return fail(&err);
	}
	live->look = look;
	live->progress = progress_make(stderr);
	r = run(live, &err);
	live_ports_close(&live->ports);
	if (r < 0)
		analysis_free(live->analysis);
	else
		*ret = live->analysis;
	free(live);
	return r < 0 ? fail(&err) : EXIT_OK;
}
