#include "lab/look/look_stream.h"

#include "capture/report/ndjson.h"
#include "capture/report/tables.h"
#include "lab/term/outfile.h"
#include "lab/term/spool.h"
#include "lib/base/json.h"
#include "lib/base/rng.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
	FLUSH_BYTES = 64 << 10
};

struct look_stream {
	const struct look *look;
	struct outfile file;
	/* While frames come, standard output has findings. */
	struct spool spool;
	struct buf text; /* that is not in the file yet */
	struct json json;
	struct ndjson lines;
	struct tables tables;
	bool has_begun;
	struct error err; /* the first; nothing is written after it */
};

/* ---- what can be written so ------------------------------------------------------------ */

/* Findings on frames choose sessions that are over by then: the capture is read twice. */
static bool can_filter(const struct look *look)
{
	struct stat st;

	return look->filter.kinds[FILTER_FRAME].n == 0 ||
	       (look->live.n_names == 0 && stat(look->options.path, &st) == 0 &&
		   S_ISREG(st.st_mode));
}

static bool is_of_sessions(const struct look *look)
{
	if (look->format == LOOK_NDJSON)
		return filter_is_empty(&look->filter);
	return look->format == LOOK_JSON ||
	       (look->format == LOOK_TEXT && look->wants_tables);
}

bool look_streams(const struct look *look)
{
	bool writes_packets = look->write && look->live.n_names == 0;

	return is_of_sessions(look) && !writes_packets && !look->wants_stats &&
	       look->n_sequences == 0 &&
	       (filter_is_empty(&look->filter) || can_filter(look));
}

/* ---- the file -------------------------------------------------------------------------- */

/* Whether what is written has to wait until no finding is told any more. */
static bool has_to_wait(const struct look *look)
{
	bool is_stdout = !look->output || strcmp(look->output, "-") == 0;

	return look->live.n_names > 0 && look->format != LOOK_NDJSON && is_stdout;
}

int look_stream_new(const struct look *look, struct look_stream **ret,
    struct error *err)
{
	struct look_stream *stream = calloc(1, sizeof(*stream));
	int r = 0;

	if (!stream)
		return error_set(err, -ENOMEM, "out of memory");
	stream->look = look;
	stream->file = (struct outfile)OUTFILE_NULL;
	stream->spool = (struct spool)SPOOL_NULL;
	stream->text = (struct buf)BUF_MAX(LOOK_OUTPUT_MAX);
	stream->json = json_writer(&stream->text, 1);
	stream->lines = ndjson_make(&stream->text, rng_fresh_seed());
	if (has_to_wait(look))
		r = spool_open(&stream->spool, err);
	if (r < 0) {
		look_stream_free(stream);
		return r;
	}
	*ret = stream;
	return 0;
}

static void open_file(struct look_stream *stream)
{
	const struct look *look = stream->look;

	(void)outfile_open(&stream->file, look->output ? look->output : "-",
	    look->options.show_secrets ? 0600 : 0666, &stream->err);
}

static void begin(struct look_stream *stream, const char *file, bool is_text)
{
	if (stream->has_begun)
		return;
	stream->has_begun = true;
	if (stream->spool.fd < 0)
		open_file(stream);
	if (stream->look->format == LOOK_JSON) {
		json_object_begin(&stream->json, NULL);
		json_text(&stream->json, "file", file);
		json_array_begin(&stream->json, "sessions");
	} else if (stream->look->format == LOOK_TEXT) {
		tables_begin(&stream->tables, &stream->text, &stream->look->screen,
		    is_text);
	}
}

static void flush(struct look_stream *stream)
{
	struct error *err = &stream->err;

	if (stream->text.error && err->code == 0)
		(void)error_set(err, stream->text.error, "%s: %s",
		    stream->file.path ? stream->file.path : "-",
		    error_name(stream->text.error));
	if (err->code == 0 && stream->spool.fd >= 0)
		(void)spool_write(&stream->spool, buf_str(&stream->text), err);
	else if (err->code == 0)
		(void)outfile_write(&stream->file, buf_str(&stream->text), err);
	buf_reset(&stream->text);
}

/* Lines are told as they happen to whoever looks at interfaces. */
static void flush_some(struct look_stream *stream)
{
	bool is_watched =
	    stream->look->live.n_names > 0 && stream->look->format == LOOK_NDJSON;

	if (stream->text.len >= FLUSH_BYTES || stream->text.error || is_watched)
		flush(stream);
}

/* ---- what is put ----------------------------------------------------------------------- */

void look_stream_put(struct look_stream *stream, const struct analysis *analysis,
    const struct analysis_session *session)
{
	begin(stream, analysis->file, session->is_text);
	if (stream->err.code != 0)
		return;
	if (stream->look->format == LOOK_JSON)
		analysis_write_session(session, &stream->json);
	else if (stream->look->format == LOOK_NDJSON)
		ndjson_put_session(&stream->lines, session);
	else
		tables_put_session(&stream->tables, session, analysis->start);
	flush_some(stream);
}

void look_stream_put_act(struct look_stream *stream, const struct analysis *analysis,
    const struct analysis_host *host)
{
	begin(stream, analysis->file, false);
	if (stream->err.code != 0)
		return;
	ndjson_put_act(&stream->lines, host);
	flush_some(stream);
}

/* Those of sessions come with these, as they end. */
void look_stream_put_finding(struct look_stream *stream, const struct finding *finding)
{
	if (finding->session > 0 && !finding->is_late)
		return;
	begin(stream, stream->look->options.path, false);
	if (stream->err.code != 0)
		return;
	ndjson_put_finding(&stream->lines, finding);
	flush_some(stream);
}

void look_stream_put_failure(struct look_stream *stream,
    const struct analysis_failure *failure)
{
	if (failure->session > 0)
		return;
	begin(stream, stream->look->options.path, false);
	if (stream->err.code != 0)
		return;
	ndjson_put_failure(&stream->lines, failure);
	flush_some(stream);
}

bool look_stream_is_deaf(const struct look_stream *stream)
{
	return stream->err.code != 0;
}

/* ---- the end --------------------------------------------------------------------------- */

static void put_rest(struct look_stream *stream, const struct analysis *analysis)
{
	if (stream->look->format == LOOK_JSON) {
		json_array_end(&stream->json);
		look_write_rest(stream->look, analysis, &stream->json);
		json_object_end(&stream->json);
		buf_append_char(&stream->text, '\n');
	} else if (stream->look->format == LOOK_TEXT) {
		tables_end(&stream->tables, analysis);
	}
}

/* No finding is told any more: what has waited is written. */
static void end_wait(struct look_stream *stream)
{
	if (stream->spool.fd < 0)
		return;
	flush(stream);
	if (stream->err.code == 0)
		open_file(stream);
	if (stream->err.code == 0)
		(void)spool_copy(&stream->spool, &stream->file, &stream->err);
	spool_close(&stream->spool);
}

int look_stream_end(struct look_stream *stream, const struct analysis *analysis,
    struct error *err)
{
	begin(stream, analysis->file, analysis->counts.text != NULL);
	end_wait(stream);
	put_rest(stream, analysis);
	flush(stream);
	if (stream->err.code == 0)
		(void)outfile_commit(&stream->file, &stream->err);
	if (stream->err.code != 0)
		*err = stream->err;
	return stream->err.code;
}

void look_stream_free(struct look_stream *stream)
{
	if (!stream)
		return;
	outfile_abort(&stream->file);
	spool_close(&stream->spool);
	ndjson_free(&stream->lines);
	buf_free(&stream->text);
	free(stream);
}
