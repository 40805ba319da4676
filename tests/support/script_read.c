/* Scripts as statements and words, and the words' own notations. */
#include "tests/support/script_internal.h"

#include "lib/base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int source_error(struct error *err, const char *name, unsigned line,
    const struct word *word, const char *fmt, ...)
{
	char what[512];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	return error_set(err, ERR_CONFIG, "%s:%u:%u: %s", name, line,
	    word ? word->col : 1, what);
}

/* ---- escapes ------------------------------------------------------------------------- */

enum {
	ESCAPE_TIMES_MAX = 100000
};

/* "\*64{ab}": the text in braces, 64 times. */
static int escape_times(struct buf *out, struct str text, size_t *at)
{
	struct str rest, count = str_cut(str_from(text, *at + 2), '{', &rest);
	size_t len = str_find_char(rest, '}');
	uint64_t n;

	if (!rest.p || len == rest.len || count.len == 0 ||
	    str_to_u64(count, ESCAPE_TIMES_MAX, &n) < 0)
		return ERR_MALFORMED;
	for (uint64_t i = 0; i < n; i++)
		buf_append(out, rest.p, len);
	*at = (size_t)(rest.p - text.p) + len + 1;
	return 0;
}

static int escape(struct buf *out, struct str text, size_t *at)
{
	static const char from[] = "\"\\rnt", to[] = "\"\\\r\n\t";
	char c = *at + 1 < text.len ? text.p[*at + 1] : '\0';
	const char *known = c ? strchr(from, c) : NULL;
	uint8_t byte;

	if (known) {
		buf_append_char(out, to[known - from]);
		*at += 2;
		return 0;
	}
	if (c == '*')
		return escape_times(out, text, at);
	if (c != 'x' || *at + 4 > text.len ||
	    hex_parse(str_make(text.p + *at + 2, 2), &byte, 1) != 1)
		return ERR_MALFORMED;
	buf_append(out, &byte, 1);
	*at += 4;
	return 0;
}

int unescape(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len;) {
		if (text.p[i] != '\\') {
			buf_append_char(out, text.p[i++]);
			continue;
		}
		if (escape(out, text, &i) < 0)
			return ERR_MALFORMED;
	}
	return out->error;
}

/* ---- BYTES --------------------------------------------------------------------------- */

enum {
	BYTES_DEPTH_MAX = 4
};

struct bytes_reader {
	struct str raw;
	size_t at;
	struct buf *out;
	struct error *err;
};

static int read_run(struct bytes_reader *r, unsigned depth);

static bool sees(const struct bytes_reader *r, const char *text)
{
	return str_starts(str_from(r->raw, r->at), str_of(text));
}

static void put_length(uint8_t *at, unsigned width, size_t n)
{
	for (unsigned i = 0; i < width; i++)
		at[i] = (uint8_t)(n >> (8 * (width - 1 - i)));
}

static int read_text(struct bytes_reader *r, struct buf *out)
{
	size_t from = ++r->at;

	while (r->at < r->raw.len && r->raw.p[r->at] != '"')
		r->at += r->raw.p[r->at] == '\\' ? 2 : 1;
	if (r->at >= r->raw.len)
		return error_set_at(r->err, ERR_MALFORMED, from - 1,
		    "no closing quote");
	if (unescape(out, str_make(r->raw.p + from, r->at - from)) < 0)
		return error_set_at(r->err, ERR_MALFORMED, from - 1, "no such escape");
	r->at++;
	return 0;
}

/* 7:"text", 7::"text", 7:[ BYTES ] */
static int read_typed(struct bytes_reader *r, size_t digits, unsigned depth)
{
	auto_buf value = BUF_NULL;
	struct bytes_reader inner = *r;
	unsigned width;
	uint8_t head[4];
	uint64_t type;
	int n;

	(void)str_to_u64(str_make(r->raw.p + r->at, digits), 65535, &type);
	inner.at += digits;
	width = sees(&inner, "::") ? 2 : 1;
	inner.at += width;
	inner.out = &value;
	if (sees(&inner, "\"")) {
		n = read_text(&inner, &value);
	} else if (sees(&inner, "(")) {
		inner.at++;
		n = read_run(&inner, depth + 1);
		if (n == 0 && !sees(&inner, ")"))
			n = error_set_at(r->err, ERR_MALFORMED, inner.at, "no \")\"");
		inner.at++;
	} else {
		n = error_set_at(r->err, ERR_MALFORMED, inner.at,
		    "\"text\" or (BYTES) must follow \"%zu:\"", (size_t)type);
	}
	if (n < 0)
		return n;
	put_length(head, width, (size_t)type);
	put_length(head + width, width, value.len);
	buf_append(r->out, head, 2 * (size_t)width);
	buf_append_str(r->out, buf_str(&value));
	r->at = inner.at;
	return 0;
}

static int read_counted(struct bytes_reader *r, unsigned depth)
{
	unsigned width = sees(r, "[[") ? 2 : 1;
	struct str end = width == 2 ? STR("]]") : STR("]");
	auto_buf value = BUF_NULL;
	struct bytes_reader inner = *r;
	uint8_t head[2];
	int n;

	inner.at += width;
	inner.out = &value;
	n = read_run(&inner, depth + 1);
	if (n < 0)
		return n;
	if (!str_starts(str_from(inner.raw, inner.at), end))
		return error_set_at(r->err, ERR_MALFORMED, inner.at, "no \"%.*s\"",
		    STR_ARG(end));
	put_length(head, width, value.len);
	buf_append(r->out, head, width);
	buf_append_str(r->out, buf_str(&value));
	r->at = inner.at + width;
	return 0;
}

static size_t span_of(const struct bytes_reader *r, const char *set)
{
	size_t n = 0;

	while (r->at + n < r->raw.len && r->raw.p[r->at + n] != '\0' &&
	       strchr(set, r->raw.p[r->at + n]))
		n++;
	return n;
}

static int read_hex(struct bytes_reader *r)
{
	size_t n = span_of(r, "0123456789abcdefABCDEF");
	uint8_t bytes[512];
	int len = n == 0
		      ? ERR_MALFORMED
		      : hex_parse(str_make(r->raw.p + r->at, n), bytes, sizeof(bytes));

	if (len < 0)
		return error_set_at(r->err, ERR_MALFORMED, r->at,
		    "neither pairs of hex digits nor \"text\"");
	buf_append(r->out, bytes, (size_t)len);
	r->at += n;
	return 0;
}

static int read_run(struct bytes_reader *r, unsigned depth)
{
	int n = 0;

	if (depth > BYTES_DEPTH_MAX)
		return error_set_at(r->err, ERR_LIMIT, r->at, "nested too deep");
	while (n == 0) {
		size_t digits;

		r->at += span_of(r, " \t");
		if (r->at >= r->raw.len || sees(r, "]") || sees(r, ")"))
			return 0;
		digits = span_of(r, "0123456789");
		if (sees(r, "\""))
			n = read_text(r, r->out);
		else if (sees(r, "["))
			n = read_counted(r, depth);
		else if (digits > 0 && r->at + digits < r->raw.len &&
			 r->raw.p[r->at + digits] == ':')
			n = read_typed(r, digits, depth);
		else
			n = read_hex(r);
	}
	return n;
}

int bytes_read(struct buf *out, struct str raw, struct error *err)
{
	struct bytes_reader r = { raw, 0, out, err };
	int n = read_run(&r, 0);

	if (n == 0 && r.at < raw.len)
		n = error_set_at(err, ERR_MALFORMED, r.at, "\"%c\" without its opening",
		    raw.p[r.at]);
	return n;
}

/* ---- words --------------------------------------------------------------------------- */

struct str word_key(const struct word *word)
{
	return word->key_len == SIZE_MAX ? STR_NULL
					 : str_make(word->text.p, word->key_len);
}

struct str word_value(const struct word *word)
{
	return word->key_len == SIZE_MAX ? word->text
					 : str_from(word->text, word->key_len + 1);
}

bool word_is(const struct word *word, const char *text)
{
	return str_is(word->text, text);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The line without its comment: "#" at its start or behind a blank, outside of quotes. */
static struct str without_comment(struct str line)
{
	bool is_quoted = false;

	for (size_t i = 0; i < line.len; i++) {
		if (is_quoted && line.p[i] == '\\')
			i++;
		else if (line.p[i] == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && line.p[i] == '#' &&
			 (i == 0 || is_blank(line.p[i - 1])))
			return str_make(line.p, i);
	}
	return line;
}

/* Reads the word at *at of the line. */
static int read_word(struct word *word, struct str line, size_t *at, struct buf *text)
{
	struct bytes_reader quoted = { line, 0, text, NULL };

	word->raw = str_trim(str_from(line, *at));
	word->col = (unsigned)*at + 1;
	word->key_len = SIZE_MAX;
	while (*at < line.len && !is_blank(line.p[*at])) {
		if (line.p[*at] != '"') {
			if (line.p[*at] == '=' && word->key_len == SIZE_MAX &&
			    text->len > 0)
				word->key_len = text->len;
			buf_append_char(text, line.p[(*at)++]);
			continue;
		}
		quoted.at = *at;
		if (read_text(&quoted, text) < 0)
			return ERR_MALFORMED;
		*at = quoted.at;
		word->quoted_len = text->len;
	}
	return 0;
}

/* ---- lines --------------------------------------------------------------------------- */

struct line_reader {
	struct source *out;
	struct arena *arena;
	struct error *err;
	struct str rest;
	unsigned line;
};

static int line_error(const struct line_reader *r, size_t at, const char *what)
{
	struct word word = { .col = (unsigned)at + 1 };

	return source_error(r->err, r->out->name, r->line, &word, "%s", what);
}

/* Header lines and edits are read raw: their quotes are their own. */
static bool is_raw(const struct word *first)
{
	return first->text.len > 1 && first->text.p[first->text.len - 1] == ':';
}

static int read_words(struct line_reader *r, struct statement *st, struct str line)
{
	struct word words[SCRIPT_WORDS_MAX] = { 0 };
	size_t n = 0;

	for (size_t at = 0; at < line.len;) {
		auto_buf text = BUF_NULL;

		if (is_blank(line.p[at])) {
			at++;
			continue;
		}
		if (n == SCRIPT_WORDS_MAX)
			return line_error(r, at, "too many words");
		if (n > 0 && (is_raw(&words[0]) || word_is(&words[0], "edit") ||
				 word_is(&words[0], "edit-head"))) {
			words[n].raw = words[n].text = str_trim(str_from(line, at));
			words[n].key_len = SIZE_MAX;
			words[n].col = (unsigned)at + 1;
			n++;
			break;
		}
		if (read_word(&words[n], line, &at, &text) < 0)
			return line_error(r, words[n].col - 1,
			    "a quote that is not closed, or an escape that is none");
		words[n++].text = arena_str(r->arena, buf_str(&text));
	}
	st->line = r->line;
	st->words = arena_array(r->arena, n, sizeof(*words));
	st->n_words = n;
	if (!st->words)
		return -ENOMEM;
	memcpy(st->words, words, n * sizeof(*words));
	return 0;
}

/* The lines up to the one that is end alone, without what they are all indented by. */
static int read_block(struct line_reader *r, struct statement *st, struct str end)
{
	struct str from = r->rest;

	while (r->rest.p) {
		const char *at = r->rest.p;
		struct str line = str_cut(r->rest, '\n', &r->rest);

		r->line++;
		if (str_eq(str_trim(line), end)) {
			st->block = str_make(from.p, (size_t)(at - from.p));
			st->has_block = true;
			return 0;
		}
	}
	r->line = st->line;
	return line_error(r, st->words[st->n_words - 1].col - 1,
	    "the block has no end");
}

static int add_statement(struct line_reader *r, struct statement **list, size_t *n,
    struct str line)
{
	struct statement *st;
	struct str last;
	int status;

	if ((*n & (*n - 1)) == 0) { /* full at each power of two */
		struct statement *more =
		    arena_array(r->arena, *n ? 2 * *n : 1, sizeof(*more));

		if (!more)
			return -ENOMEM;
		if (*n > 0)
			memcpy(more, *list, *n * sizeof(*more));
		*list = more;
	}
	st = &(*list)[*n];
	status = read_words(r, st, line);
	if (status < 0)
		return status;
	(*n)++;
	last = st->words[st->n_words - 1].text;
	if (word_is(&st->words[0], "body") && str_starts(last, STR("<<")))
		return read_block(r, st, str_from(last, 2));
	return 0;
}

int source_read(struct source *out, const char *name, struct str text,
    struct arena *arena, struct error *err)
{
	struct line_reader r = { out, arena, err, text, 0 };
	int status = 0;

	*out = (struct source){ .name = name };
	while (r.rest.p && status == 0) {
		struct str line = without_comment(str_cut(r.rest, '\n', &r.rest));
		struct statement *above =
		    out->len > 0 ? &out->statements[out->len - 1] : NULL;

		r.line++;
		if (str_trim(line).len == 0)
			continue;
		if (!is_blank(line.p[0]))
			status = add_statement(&r, &out->statements, &out->len, line);
		else if (above)
			status =
			    add_statement(&r, &above->details, &above->n_details, line);
		else
			status = line_error(&r, 0, "indented, but nothing is above it");
	}
	return status;
}
