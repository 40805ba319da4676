#include "lab/look/look_stream.h"

#include "capture/report/tables.h"
#include "lab/term/outfile.h"
#include "lib/base/json.h"

#include <errno.h>
#include <stdlib.h>

enum {
	FLUSH_BYTES = 64 << 10
};

struct look_stream {
	const struct look *look;
	struct outfile file;
	struct buf text; /* that is not in the file yet */
	struct json json;
	bool has_begun;
	struct error err; /* the first; nothing is written after it */
};

bool look_streams(const struct look *look)
{
	bool is_of_sessions = look->format == LOOK_JSON ||
			      (look->format == LOOK_TEXT && look->wants_tables);

	return is_of_sessions && look->live.n_names == 0 && !look->write &&
	       !look->wants_stats && look->n_sequences == 0 &&
	       filter_is_empty(&look->filter);
}

struct look_stream *look_stream_new(const struct look *look)
{
	struct look_stream *stream = calloc(1, sizeof(*stream));

	if (!stream)
		return NULL;
	stream->look = look;
	stream->file = (struct outfile)OUTFILE_NULL;
	stream->text = (struct buf)BUF_MAX(LOOK_OUTPUT_MAX);
	stream->json = json_writer(&stream->text, 1);
	return stream;
}

static void open_file(struct look_stream *stream)
{
	const struct look *look = stream->look;

	(void)outfile_open(&stream->file, look->output ? look->output : "-",
	    look->options.show_secrets ? 0600 : 0666, &stream->err);
}

static void begin(struct look_stream *stream, const struct analysis *analysis)
{
	stream->has_begun = true;
	open_file(stream);
	if (stream->look->format == LOOK_JSON) {
		json_object_begin(&stream->json, NULL);
		json_text(&stream->json, "file", analysis->file);
		json_array_begin(&stream->json, "sessions");
	} else if (stream->look->format == LOOK_TEXT) {
		table_begin(&stream->text);
	}
}

static void flush(struct look_stream *stream)
{
	if (stream->text.error && stream->err.code == 0)
		(void)error_set(&stream->err, stream->text.error, "%s: %s",
		    stream->file.path, error_name(stream->text.error));
	if (stream->err.code == 0)
		(void)outfile_write(&stream->file, buf_str(&stream->text),
		    &stream->err);
	buf_reset(&stream->text);
}

void look_stream_put(struct look_stream *stream, const struct analysis *analysis,
    const struct analysis_session *session)
{
	if (!stream->has_begun)
		begin(stream, analysis);
	if (stream->err.code != 0)
		return;
	if (stream->look->format == LOOK_JSON)
		analysis_write_session(session, &stream->json);
	else
		table_put_session(&stream->text, session, analysis->start);
	if (stream->text.len >= FLUSH_BYTES || stream->text.error)
		flush(stream);
}

static void put_rest(struct look_stream *stream, const struct analysis *analysis)
{
	if (stream->look->format == LOOK_JSON) {
		json_array_end(&stream->json);
		look_write_rest(stream->look, analysis, &stream->json);
		json_object_end(&stream->json);
		buf_append_char(&stream->text, '\n');
	} else {
		table_end(&stream->text, analysis);
	}
}

int look_stream_end(struct look_stream *stream, const struct analysis *analysis,
    struct error *err)
{
	if (!stream->has_begun)
		begin(stream, analysis);
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
	buf_free(&stream->text);
	free(stream);
}
