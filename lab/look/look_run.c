/* Reads what check, decode and browse look into: a file, or interfaces. */
#include "capture/report/ladder_crowd.h"
#include "lab/look/look_stream.h"
#include "lab/term/cmd.h"
#include "lib/base/rng.h"
#include "lib/program/say.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static bool shows_bodies(enum look_format format)
{
	return format == LOOK_NDJSON || format == LOOK_HAR || format == LOOK_HTML;
}

/* ---- progress ---------------------------------------------------------------------- */

/* A line on standard error says how far the reading is, once it takes over two seconds. */
struct look_progress {
	struct look_stream *stream; /* null: none */
	struct ladder_crowd *crowd; /* null: none */
	clock_ns begin, last;
	uint64_t size; /* of the file; 0: not known */
	bool is_shown;
};

static void show_progress(void *user, uint64_t frames, uint64_t bytes)
{
	static const unsigned header_bytes = 16; /* of a frame in a classic file */
	struct look_progress *progress = user;
	clock_ns now = clock_monotonic();

	if (now - progress->begin < 2 * NS_PER_S || now - progress->last < NS_PER_S / 5)
		return;
	progress->last = now;
	progress->is_shown = true;
	bytes += frames * header_bytes;
	if (progress->size > bytes)
		say(stderr, "\r%" PRIu64 " packets, %" PRIu64 " %%\033[K", frames,
		    bytes * 100 / progress->size);
	else
		say(stderr, "\r%" PRIu64 " packets\033[K", frames);
}

/* Whether the line of progress stands in nobody's way. */
static bool can_show_progress(const struct look *look)
{
	bool writes_to_terminal =
	    look->stream && !look->output && isatty(STDOUT_FILENO);

	return isatty(STDERR_FILENO) && !writes_to_terminal;
}

static void progress_begin(struct look_progress *progress, const struct look *look)
{
	struct stat st;

	*progress = (struct look_progress){ .begin = clock_monotonic(),
		.stream = look->stream,
		.crowd = look->crowd };
	if (stat(look->options.path, &st) == 0 && S_ISREG(st.st_mode) &&
	    !str_ends(str_of(look->options.path), STR(".gz")))
		progress->size = (uint64_t)st.st_size;
}

/* ---- streams ------------------------------------------------------------------------- */

static void on_ended(void *user, const struct analysis *analysis,
    const struct analysis_session *session)
{
	const struct look_progress *progress = user;

	look_stream_put(progress->stream, analysis, session);
}

static void on_act(void *user, const struct analysis *analysis,
    const struct analysis_host *host)
{
	const struct look_progress *progress = user;

	look_stream_put_act(progress->stream, analysis, host);
}

static void on_found(void *user, const struct finding *finding)
{
	const struct look_progress *progress = user;

	look_stream_put_finding(progress->stream, finding);
}

static void on_failed(void *user, const struct analysis_failure *failure)
{
	const struct look_progress *progress = user;

	look_stream_put_failure(progress->stream, failure);
}

/* ---- a file -------------------------------------------------------------------------- */

static int run_once(struct look *look, struct look_progress *progress,
    struct analysis **ret, struct error *err)
{
	int r;

	progress_begin(progress, look);
	look->options.user = progress;
	if (can_show_progress(look))
		look->options.progress = show_progress;
	r = analysis_run(&look->options, ret, err);
	if (progress->is_shown)
		say(stderr, "\r\033[K");
	look->options.progress = NULL;
	return r;
}

static void follow_stream(struct look *look)
{
	look->options.ended = on_ended;
	if (look->format == LOOK_NDJSON) {
		look->options.act = on_act;
		look->options.found = on_found;
		look->options.failed = on_failed;
	}
}

/* What is found in the whole of it decides which sessions a filter by frames chooses. */
static int run_before(struct look *look, struct look_progress *progress,
    struct analysis **ret, struct error *err)
{
	int r;

	if (!look->stream || look->filter.kinds[FILTER_FRAME].n == 0)
		return 0;
	look->options.only_findings = true;
	r = run_once(look, progress, ret, err);
	look->options.only_findings = false;
	return r;
}

static int fail_file(int r, const struct error *err)
{
	say_error("", err);
	/* What is wrong with a file is the call's; a full memory is the machine's. */
	return r == ERR_UNSUPPORTED || r == ERR_TRUNCATED ? EXIT_USAGE : cmd_status(r);
}

static int run_file(struct look *look, struct analysis **ret)
{
	auto_cleanup(analysis_free) struct analysis *known = NULL;
	struct look_progress progress;
	struct error err = ERROR_NULL;
	int r = run_before(look, &progress, &known, &err);

	look->options.known = known;
	if (look->stream)
		follow_stream(look);
	if (r == 0)
		r = run_once(look, &progress, ret, &err);
	look->options.known = NULL;
	if (r == 0)
		return EXIT_OK;
	return fail_file(r, &err);
}

/* ---- ladders ------------------------------------------------------------------------- */

static void on_crowd_ended(void *user, const struct analysis *analysis,
    const struct analysis_session *session)
{
	const struct look_progress *progress = user;

	(void)analysis;
	ladder_crowd_session(progress->crowd, session);
}

static void on_crowd_act(void *user, const struct analysis *analysis,
    const struct analysis_host *host)
{
	const struct look_progress *progress = user;

	(void)analysis;
	ladder_crowd_act(progress->crowd, host);
}

static void on_crowd_found(void *user, const struct finding *finding)
{
	const struct look_progress *progress = user;

	ladder_crowd_finding(progress->crowd, finding);
}

static void on_crowd_failed(void *user, const struct analysis_failure *failure)
{
	const struct look_progress *progress = user;

	ladder_crowd_failure(progress->crowd, failure);
}

/* Whether the capture can be read twice, and only ladders of all that is in it are wanted. */
static bool is_for_crowd(const struct look *look)
{
	struct stat st;

	return look->format == LOOK_TEXT && look->live.n_names == 0 && !look->write &&
	       !look->wants_stats && !look->wants_tables &&
	       filter_is_empty(&look->filter) && stat(look->options.path, &st) == 0 &&
	       S_ISREG(st.st_mode);
}

static int run_crowd(struct look *look, struct analysis **ret, struct error *err)
{
	struct look_progress progress;
	int r;

	look->options.ended = on_crowd_ended;
	look->options.act = on_crowd_act;
	look->options.found = on_crowd_found;
	look->options.failed = on_crowd_failed;
	r = run_once(look, &progress, ret, err);
	if (r < 0)
		return r;
	analysis_free(*ret);
	*ret = NULL;
	r = ladder_crowd_choose(look->crowd);
	if (r < 0)
		return error_set(err, r, "%s: no memory for what is in it",
		    look->options.path);
	return run_once(look, &progress, ret, err);
}

int look_run_ladders(struct look *look, struct analysis **ret)
{
	struct error err = ERROR_NULL;
	int r;

	if (!is_for_crowd(look))
		return look_run(look, ret);
	look->crowd = ladder_crowd_new(LADDERS_MAX, rng_fresh_seed());
	r = look->crowd ? run_crowd(look, ret, &err)
			: error_set(&err, -ENOMEM, "out of memory");
	return r < 0 ? fail_file(r, &err) : EXIT_OK;
}

/* ---- interface ----------------------------------------------------------------------- */

static int open_stream(struct look *look)
{
	struct error err = ERROR_NULL;
	int r = look_stream_new(look, &look->stream, &err);

	if (r == 0)
		return EXIT_OK;
	say_error("", &err);
	return cmd_status(r);
}

int look_analyse(struct look *look, struct analysis **ret, struct error *err)
{
	int r = analysis_run(&look->options, ret, err);

	if (r == 0 && !filter_is_empty(&look->filter))
		filter_apply(&look->filter, *ret, look->options.rules.is_strict);
	return r;
}

int look_run(struct look *look, struct analysis **ret)
{
	bool is_filtered = !filter_is_empty(&look->filter);
	int status = look_streams(look) ? open_stream(look) : EXIT_OK;

	if (status != EXIT_OK)
		return status;
	look->options.sequences = (const struct sequence *const *)look->sequences;
	look->options.n_sequences = look->n_sequences;
	look->options.keep_bodies |= shows_bodies(look->format);
	if (look->stream && is_filtered)
		look->options.filter = &look->filter;
	status =
	    look->live.n_names > 0 ? look_live_run(look, ret) : run_file(look, ret);
	if (status != EXIT_OK)
		return status;
	if (is_filtered && !look->stream)
		filter_apply(&look->filter, *ret, look->options.rules.is_strict);
	return EXIT_OK;
}
