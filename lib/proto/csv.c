#include "lib/proto/csv.h"

#include <errno.h>

void csv_begin(struct csv_reader *reader, struct str text)
{
	static const struct str mark = { "\xef\xbb\xbf", 3 };
	size_t at = str_starts(text, mark) ? mark.len : 0;

	*reader = (struct csv_reader){ text, at, 1, at };
}

static bool is_end(const struct csv_reader *reader)
{
	return reader->at >= reader->text.len;
}

static char here(const struct csv_reader *reader)
{
	return is_end(reader) ? '\0' : reader->text.p[reader->at];
}

static uint32_t column(const struct csv_reader *reader)
{
	return (uint32_t)(reader->at - reader->line_start + 1);
}

/* A CR that no LF follows is a part of its field. */
static bool is_line_end(const struct csv_reader *reader)
{
	if (is_end(reader) || here(reader) == '\n')
		return true;
	return here(reader) == '\r' && reader->at + 1 < reader->text.len &&
	       reader->text.p[reader->at + 1] == '\n';
}

static void next_line(struct csv_reader *reader)
{
	if (here(reader) == '\r')
		reader->at++;
	if (is_end(reader))
		return;
	reader->at++;
	reader->line++;
	reader->line_start = reader->at;
}

static int fail(struct csv_reader *reader, struct csv_record *record, int code,
    struct error *err, const char *words)
{
	record->line = reader->line;
	record->column = column(reader);
	while (!is_line_end(reader))
		reader->at++;
	next_line(reader);
	return error_set(err, code, "%s", words);
}

/* The bytes of a field as they stand; a quote in it is a mistake. */
static int read_plain(struct csv_reader *reader, struct csv_record *record,
    struct csv_field *field, struct error *err)
{
	size_t from = reader->at;

	while (!is_line_end(reader) && here(reader) != ',') {
		if (here(reader) == '"')
			return fail(reader, record, ERR_MALFORMED, err,
			    "a quote within a field that does not begin with one; the "
			    "whole field goes into quotes, and this one is doubled");
		reader->at++;
	}
	field->text = str_make(reader->text.p + from, reader->at - from);
	return 0;
}

/* Where the quotes close that were opened before from, and how many doubled ones stand
 * between; false: nowhere. */
static bool find_close(const struct csv_reader *reader, size_t from, size_t *ret_end,
    size_t *ret_doubled)
{
	struct str text = reader->text;

	*ret_doubled = 0;
	for (size_t i = from; i < text.len; i++) {
		if (text.p[i] != '"')
			continue;
		if (i + 1 >= text.len || text.p[i + 1] != '"') {
			*ret_end = i;
			return true;
		}
		++*ret_doubled;
		i++;
	}
	return false;
}

static int unquote(struct arena *arena, struct str raw, size_t doubled, struct str *ret)
{
	char *copy;
	size_t n = 0;

	*ret = raw;
	if (doubled == 0)
		return 0;
	copy = arena_alloc(arena, raw.len - doubled + 1);
	if (!copy)
		return -ENOMEM;
	for (size_t i = 0; i < raw.len; i++) {
		copy[n++] = raw.p[i];
		i += raw.p[i] == '"';
	}
	*ret = str_make(copy, n);
	return 0;
}

static void pass_lines(struct csv_reader *reader, size_t end)
{
	for (; reader->at < end; reader->at++) {
		if (here(reader) != '\n')
			continue;
		reader->line++;
		reader->line_start = reader->at + 1;
	}
}

static int read_quoted(struct csv_reader *reader, struct arena *arena,
    struct csv_record *record, struct csv_field *field, struct error *err)
{
	size_t from = reader->at + 1, end, doubled;

	if (!find_close(reader, from, &end, &doubled))
		return fail(reader, record, ERR_MALFORMED, err,
		    "a quote that is never closed");
	if (unquote(arena, str_make(reader->text.p + from, end - from), doubled,
		&field->text) < 0)
		return error_set(err, -ENOMEM, "no memory for a field");
	pass_lines(reader, end + 1);
	if (!is_line_end(reader) && here(reader) != ',')
		return fail(reader, record, ERR_MALFORMED, err,
		    "something behind the quote that closes a field; a comma or the end "
		    "of the line is wanted");
	return 0;
}

static int read_field(struct csv_reader *reader, struct arena *arena,
    struct csv_record *record, struct error *err)
{
	struct csv_field field = { STR_NULL, reader->line, column(reader) };
	int r;

	if (record->len == CSV_FIELDS_MAX)
		return fail(reader, record, ERR_LIMIT, err,
		    "more fields than the 32 that a record may have");
	r = here(reader) == '"' ? read_quoted(reader, arena, record, &field, err)
				: read_plain(reader, record, &field, err);
	if (r < 0)
		return r;
	if (field.text.len > CSV_FIELD_BYTES_MAX) {
		(void)fail(reader, record, ERR_LIMIT, err,
		    "a field of more than 65,536 bytes");
		record->line = field.line;
		record->column = field.column;
		return ERR_LIMIT;
	}
	record->fields[record->len++] = field;
	return 0;
}

int csv_next(struct csv_reader *reader, struct arena *arena, struct csv_record *ret,
    struct error *err)
{
	ret->len = 0;
	while (!is_end(reader) && is_line_end(reader))
		next_line(reader);
	if (is_end(reader))
		return 0;
	for (;;) {
		int r = read_field(reader, arena, ret, err);

		if (r < 0)
			return r;
		if (is_line_end(reader))
			break;
		reader->at++;
	}
	next_line(reader);
	return 1;
}
