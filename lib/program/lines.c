#include "lib/program/lines.h"

/* ---- reading ------------------------------------------------------------------------ */

uint8_t *line_reader_room(struct line_reader *reader)
{
	buf_consume(&reader->in, reader->at);
	reader->scanned -= reader->at;
	reader->at = 0;
	return buf_reserve(&reader->in, LINE_READ_BYTES);
}

void line_reader_add(struct line_reader *reader, size_t n)
{
	reader->in.len += n;
}

static void drop_rest(struct line_reader *reader)
{
	reader->at = reader->scanned = reader->in.len;
}

int line_reader_next(struct line_reader *reader, struct str *ret)
{
	for (;;) {
		struct str rest = str_from(buf_str(&reader->in), reader->scanned);
		size_t end = reader->scanned + str_find_char(rest, '\n');
		size_t len = end - reader->at;
		bool was_skipping = reader->is_skipping;

		if (end == reader->in.len) {
			reader->scanned = end;
			if (!was_skipping && len <= LINE_BYTES_MAX)
				return 0;
			drop_rest(reader);
			reader->is_skipping = true;
			return was_skipping ? 0 : ERR_LIMIT;
		}
		*ret = str_make(reader->in.data + reader->at, len);
		reader->at = reader->scanned = end + 1;
		reader->is_skipping = false;
		if (!was_skipping)
			return len <= LINE_BYTES_MAX ? 1 : ERR_LIMIT;
	}
}

void line_reader_end(struct line_reader *reader)
{
	if (reader->in.len > reader->at)
		buf_append_char(&reader->in, '\n');
}

void line_reader_free(struct line_reader *reader)
{
	buf_free(&reader->in);
	*reader = (struct line_reader){ .at = 0 };
}

/* ---- writing ------------------------------------------------------------------------ */

enum {
	KEPT_MAX =
	    4 * LINE_BYTES_MAX /* bytes that an empty writer keeps for its next lines */
};

/* Moves what waits to the front, once as much is gone: so each byte moves once or twice. */
static void compact(struct line_writer *writer)
{
	if (writer->sent <= writer->out.len / 2)
		return;
	buf_consume(&writer->out, writer->sent);
	writer->sent = 0;
}

struct json *line_writer_begin(struct line_writer *writer)
{
	compact(writer);
	writer->begin = writer->out.len;
	writer->json = json_writer(&writer->out, 0);
	writer->json.text_max = LINE_TEXT_MAX;
	writer->json.hides_secrets = true;
	json_object_begin(&writer->json, NULL);
	return &writer->json;
}

struct str line_writer_last(const struct line_writer *writer)
{
	return str_make(writer->out.data + writer->begin,
	    writer->out.len - writer->begin - 1);
}

void line_writer_cancel(struct line_writer *writer)
{
	writer->out.len = writer->begin;
	writer->out.error = 0;
}

static int finish(struct line_writer *writer)
{
	int r = writer->out.error;

	if (r == 0 && writer->out.len - writer->begin > LINE_BYTES_MAX)
		r = ERR_LIMIT;
	buf_append_char(&writer->out, '\n');
	if (r == 0)
		r = writer->out.error;
	if (r < 0)
		line_writer_cancel(writer);
	return r;
}

int line_writer_end(struct line_writer *writer)
{
	json_object_end(&writer->json);
	return finish(writer);
}

int line_writer_put(struct line_writer *writer, struct str first, struct str second)
{
	compact(writer);
	writer->begin = writer->out.len;
	buf_append_str(&writer->out, first);
	buf_append_str(&writer->out, second);
	return finish(writer);
}

struct str line_writer_waiting(const struct line_writer *writer)
{
	return str_from(buf_str(&writer->out), writer->sent);
}

void line_writer_sent(struct line_writer *writer, size_t n)
{
	writer->sent += n;
	if (writer->sent < writer->out.len)
		return;
	/* A crowd of lines is seldom followed by the next. */
	if (writer->out.cap > KEPT_MAX)
		buf_free(&writer->out);
	buf_reset(&writer->out);
	writer->sent = 0;
}

void line_writer_free(struct line_writer *writer)
{
	buf_free(&writer->out);
	*writer = (struct line_writer){ .sent = 0 };
}
