#include "lib/base/json.h"

#include "lib/base/cut.h"
#include "lib/base/digits.h"
#include "lib/base/secret.h"
#include "lib/base/utf8.h"

/* Reports of large captures are tens of megabytes of numbers and short texts: what stands
 * before each and the value itself are written without printf, into room that is reserved once
 * for both. */

/* Whether all of eight bytes stand in JSON as they are. */
static bool is_plain_word(uint64_t word)
{
	return (eight_odd(word) | eight_has(word, '"') | eight_has(word, '\\')) == 0;
}

/* Bytes from the i-th on that stand in JSON as they are, without a look at what they are
 * part of: ASCII but for controls, quotes and backslashes. */
static size_t count_plain(struct str s, size_t i)
{
	size_t begin = i;

	while (s.len - i >= sizeof(uint64_t) && is_plain_word(eight_at(s.p + i)))
		i += sizeof(uint64_t);
	while (i < s.len && s.p[i] >= ' ' && s.p[i] < 0x7f && s.p[i] != '"' &&
	       s.p[i] != '\\')
		i++;
	return i - begin;
}

/* Copies less than a word and returns it as one, with blanks for what is missing. */
static uint64_t copy_part(uint8_t *at, struct str s)
{
	uint64_t word = EIGHT_OF(' ');
	uint32_t head, tail;

	if (s.len >= sizeof(head)) {
		memcpy(&head, s.p, sizeof(head));
		memcpy(&tail, s.p + s.len - sizeof(tail), sizeof(tail));
		memcpy(at, &head, sizeof(head));
		memcpy(at + s.len - sizeof(tail), &tail, sizeof(tail));
		return (uint64_t)tail << 32 | head;
	}
	for (size_t i = 0; i < s.len; i++) {
		at[i] = (uint8_t)s.p[i];
		word = word << 8 | at[i];
	}
	return word;
}

/* Copies a text, whose last word may overlap the one before, and returns whether all of it
 * stands in JSON as it is. If not, what is copied is of no use. */
static bool copy_plain(uint8_t *at, struct str s)
{
	uint64_t word;

	if (s.len < sizeof(word))
		return is_plain_word(copy_part(at, s));
	for (size_t i = 0; i + sizeof(word) < s.len; i += sizeof(word)) {
		word = eight_at(s.p + i);
		memcpy(at + i, &word, sizeof(word));
		if (!is_plain_word(word))
			return false;
	}
	word = eight_at(s.p + s.len - sizeof(word));
	memcpy(at + s.len - sizeof(word), &word, sizeof(word));
	return is_plain_word(word);
}

/* Bytes of a line's end and of the blanks before what is next. */
static size_t line_len(const struct json *json)
{
	return json->indent == 0 ? 0 : 1 + (size_t)json->indent * (size_t)json->depth;
}

/* The same, written where `room` bytes have room. Few blanks are a word with some too many,
 * which what follows overwrites. */
static uint8_t *put_line(uint8_t *at, size_t len, size_t room)
{
	if (len == 0)
		return at;
	if (len <= sizeof(uint64_t) && room >= sizeof(uint64_t)) {
		memcpy(at, "\n       ", sizeof(uint64_t));
	} else {
		at[0] = '\n';
		memset(at + 1, ' ', len - 1);
	}
	return at + len;
}

/* All up to `end` is written. */
static void end_at(struct json *json, const uint8_t *end)
{
	json->out->len = (size_t)(end - json->out->data);
}

/* Where the value goes of a key that stands in JSON otherwise than it is: behind the quote
 * at `at`. */
static uint8_t *put_odd_key(struct json *json, const uint8_t *at, struct str key,
    size_t room)
{
	end_at(json, at);
	json_escape(json->out, key);
	buf_append_text(json->out, json->indent > 0 ? "\": " : "\":");
	return buf_reserve(json->out, room);
}

/* Writes what stands before a value and returns where that goes, with room for as many bytes
 * as it has; null: what has failed takes no more. end_at() has to follow. */
static uint8_t *begin_value(struct json *json, const char *key, size_t room)
{
	struct str name = str_of(key);
	size_t line = json->depth > 0 ? line_len(json) : 0;
	size_t behind = key ? name.len + (json->indent > 0 ? 4 : 3) : 0;
	uint8_t *at = buf_reserve(json->out, json->needs_comma + line + behind + room);

	if (!at)
		return NULL;
	if (json->needs_comma)
		*at++ = ',';
	json->needs_comma = true;
	at = put_line(at, line, line + behind + room);
	if (!key)
		return at;
	*at++ = '"';
	if (!copy_plain(at, name))
		return put_odd_key(json, at, name, room);
	at += name.len;
	*at++ = '"';
	*at++ = ':';
	if (json->indent > 0)
		*at++ = ' ';
	return at;
}

static bool before_value(struct json *json, const char *key)
{
	const uint8_t *at = begin_value(json, key, 0);

	if (at)
		end_at(json, at);
	return at;
}

static void open_with(struct json *json, const char *key, char bracket)
{
	uint8_t *at = begin_value(json, key, 1);

	if (at) {
		*at = (uint8_t)bracket;
		end_at(json, at + 1);
	}
	json->needs_comma = false;
	json->depth++;
}

static void close_with(struct json *json, char bracket)
{
	bool was_empty = !json->needs_comma;
	size_t line;
	uint8_t *at;

	json->depth--;
	json->needs_comma = true;
	line = was_empty ? 0 : line_len(json);
	at = buf_reserve(json->out, line + 1);
	if (!at)
		return;
	at = put_line(at, line, line + 1);
	*at = (uint8_t)bracket;
	end_at(json, at + 1);
}

void json_object_begin(struct json *json, const char *key)
{
	open_with(json, key, '{');
}

void json_object_end(struct json *json)
{
	close_with(json, '}');
}

void json_array_begin(struct json *json, const char *key)
{
	open_with(json, key, '[');
}

void json_array_end(struct json *json)
{
	close_with(json, ']');
}

/* The number of a character of utf8_unruly(): all are below U+10000. */
static unsigned number_of(struct str s)
{
	const uint8_t *p = (const uint8_t *)s.p;

	if (s.len == 1)
		return p[0];
	if (s.len == 2)
		return (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
	return (p[0] & 0xfu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
}

static void escape_char(struct buf *out, struct str s)
{
	switch (s.p[0]) {
	case '"':
		buf_append_text(out, "\\\"");
		return;
	case '\\':
		buf_append_text(out, "\\\\");
		return;
	case '\n':
		buf_append_text(out, "\\n");
		return;
	case '\r':
		buf_append_text(out, "\\r");
		return;
	case '\t':
		buf_append_text(out, "\\t");
		return;
	}
	buf_printf(out, "\\u%04x", number_of(s));
}

/* Appends the character at byte i of s; returns how many bytes it has there. */
static size_t put_char(struct buf *out, struct str s, size_t i)
{
	size_t n = utf8_char(str_from(s, i));

	if (n == 0) {
		buf_append_text(out, "\xef\xbf\xbd");
		return 1;
	}
	if (s.p[i] == '"' || s.p[i] == '\\' || utf8_unruly(str_from(s, i)))
		escape_char(out, str_make(s.p + i, n));
	else
		buf_append(out, s.p + i, n);
	return n;
}

void json_escape(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len;) {
		size_t plain = count_plain(s, i);

		if (plain > 0)
			buf_append(out, s.p + i, plain);
		i += plain;
		if (i < s.len)
			i += put_char(out, s, i);
	}
}

/* The same of a text that may have to be cut: it is followed up to the byte that is too
 * much, and taken back to where the mark has room. */
static void escape_within(struct buf *out, struct str s, size_t max)
{
	size_t begin = out->len, kept_len = begin, kept = 0;
	char mark[CUT_MARK_MAX];

	for (size_t i = 0; i < s.len;) {
		i += put_char(out, s, i);
		if (out->error)
			return;
		if (out->len - begin <= max - CUT_MARK_MAX) {
			kept_len = out->len;
			kept = i;
		} else if (out->len - begin > max) {
			out->len = kept_len;
			buf_append_text(out, cut_mark(mark, s.len - kept));
			return;
		}
	}
}

/* One byte becomes six at most. */
static bool is_short(const struct json *json, struct str value)
{
	return json->text_max == 0 || value.len <= json->text_max / 6;
}

static void put_text(struct json *json, struct str value)
{
	if (is_short(json, value))
		json_escape(json->out, value);
	else
		escape_within(json->out, value, json->text_max);
}

/* Puts stars in the place of what is secret. */
static void put_hidden(struct json *json, bool is_secret, struct str value)
{
	auto_buf shown = BUF_NULL;

	if (is_secret)
		buf_append_text(&shown, "***");
	else
		secret_put(&shown, value);
	put_text(json, buf_str(&shown));
	if (shown.error && !json->out->error)
		json->out->error = shown.error;
}

void json_escape_raw(struct buf *out, struct str text)
{
	size_t from = 0; /* what is not appended yet */

	for (size_t i = 0, n; i < text.len; i += n) {
		/* Most of a text is of these, and not worth a question. */
		bool is_plain = text.p[i] >= ' ' && text.p[i] <= '~';
		size_t unruly = is_plain ? 0 : utf8_unruly(str_from(text, i));

		n = unruly ? unruly : 1;
		if (!unruly || strchr("\n\r\t", text.p[i]))
			continue;
		buf_append(out, text.p + from, i - from);
		escape_char(out, str_make(text.p + i, n));
		from = i + n;
	}
	buf_append(out, text.p + from, text.len - from);
}

/* Most texts stand in JSON as they are, and have room. */
static void put_str(struct json *json, const char *key, struct str value)
{
	uint8_t *at = begin_value(json, key, value.len + 2);

	if (!at)
		return;
	*at++ = '"';
	if (copy_plain(at, value)) {
		at[value.len] = '"';
		end_at(json, at + value.len + 1);
		return;
	}
	end_at(json, at);
	json_escape(json->out, value);
	buf_append_char(json->out, '"');
}

void json_str(struct json *json, const char *key, struct str value)
{
	bool is_secret =
	    json->hides_secrets && key && value.len > 0 && secret_is_name(str_of(key));
	size_t at = 0, end;
	bool is_hidden =
	    is_secret || (json->hides_secrets && secret_find(value, &at, &end));

	if (!is_hidden && is_short(json, value)) {
		put_str(json, key, value);
		return;
	}
	if (!before_value(json, key))
		return;
	buf_append_char(json->out, '"');
	if (is_hidden)
		put_hidden(json, is_secret, value);
	else
		put_text(json, value);
	buf_append_char(json->out, '"');
}

void json_text(struct json *json, const char *key, const char *value)
{
	if (value)
		json_str(json, key, str_of(value));
	else
		json_put_null(json, key);
}

/* A number with its sign, of the digits that it has, or of one at least. */
static void put_number(struct json *json, const char *key, bool is_negative,
    uint64_t value)
{
	size_t n = value > 0 ? digits_count(value) : 1;
	uint8_t *at = begin_value(json, key, is_negative + n);

	if (!at)
		return;
	if (is_negative)
		*at++ = '-';
	end_at(json, digits_put(at, value, n));
}

static uint64_t without_sign(int64_t value)
{
	return value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;
}

void json_int(struct json *json, const char *key, int64_t value)
{
	put_number(json, key, value < 0, without_sign(value));
}

void json_uint(struct json *json, const char *key, uint64_t value)
{
	put_number(json, key, false, value);
}

void json_bool(struct json *json, const char *key, bool value)
{
	json_raw(json, key, value ? STR("true") : STR("false"));
}

void json_put_null(struct json *json, const char *key)
{
	json_raw(json, key, STR("null"));
}

void json_raw(struct json *json, const char *key, struct str value)
{
	uint8_t *at = begin_value(json, key, value.len);

	if (!at)
		return;
	if (value.len > 0)
		memcpy(at, value.p, value.len);
	end_at(json, at + value.len);
}

void json_seconds(struct json *json, const char *key, int64_t ns)
{
	uint64_t whole = without_sign(ns) / 1000000000;
	size_t n = whole > 0 ? digits_count(whole) : 1;
	uint8_t *at = begin_value(json, key, (ns < 0) + n + 1 + 9);

	if (!at)
		return;
	if (ns < 0)
		*at++ = '-';
	at = digits_put(at, whole, n);
	*at++ = '.';
	end_at(json, digits_put(at, without_sign(ns) % 1000000000, 9));
}
