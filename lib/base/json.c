#include "lib/base/json.h"

#include "lib/base/cut.h"
#include "lib/base/secret.h"
#include "lib/base/utf8.h"

/* Reports of large captures are tens of megabytes of numbers and short texts, so what stands
 * before and in each of them is appended without printf. */

static void new_line(struct json *json)
{
	size_t blanks = (size_t)json->indent * (size_t)json->depth;
	uint8_t *at;

	if (json->indent == 0)
		return;
	at = buf_reserve(json->out, blanks + 1);
	if (!at)
		return;
	at[0] = '\n';
	memset(at + 1, ' ', blanks);
	json->out->len += blanks + 1;
}

/* Whether all of eight bytes stand in JSON as they are. A byte below another that does not may
 * be taken for one that does not, either. */
static bool is_plain_word(const char *p)
{
	static const uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
	uint64_t word, odd;

	memcpy(&word, p, sizeof(word));
	odd = word | (word - ones * ' ');
	odd |= (word ^ ones * '"') - ones;
	odd |= (word ^ ones * '\\') - ones;
	odd |= (word ^ ones * 0x7f) - ones;
	return (odd & highs) == 0;
}

/* Bytes from the i-th on that stand in JSON as they are, without a look at what they are
 * part of: ASCII but for controls, quotes and backslashes. */
static size_t count_plain(struct str s, size_t i)
{
	size_t begin = i;

	while (s.len - i >= sizeof(uint64_t) && is_plain_word(s.p + i))
		i += sizeof(uint64_t);
	while (i < s.len && s.p[i] >= ' ' && s.p[i] < 0x7f && s.p[i] != '"' &&
	       s.p[i] != '\\')
		i++;
	return i - begin;
}

static void put_key(struct json *json, struct str key)
{
	size_t end = json->indent > 0 ? 3 : 2;
	uint8_t *at;

	if (count_plain(key, 0) < key.len) {
		buf_append_char(json->out, '"');
		json_escape(json->out, key);
		buf_append(json->out, "\": ", end);
		return;
	}
	at = buf_reserve(json->out, key.len + 1 + end);
	if (!at)
		return;
	at[0] = '"';
	memcpy(at + 1, key.p, key.len);
	memcpy(at + 1 + key.len, "\": ", end);
	json->out->len += key.len + 1 + end;
}

/* What has failed takes no more, so that nothing is looked at or counted for it. */
static bool has_failed(const struct json *json)
{
	return json->out->error;
}

static void before_value(struct json *json, const char *key)
{
	if (has_failed(json))
		return;
	if (json->needs_comma)
		buf_append_char(json->out, ',');
	if (json->depth > 0)
		new_line(json);
	json->needs_comma = true;
	if (key)
		put_key(json, str_of(key));
}

static void open_with(struct json *json, const char *key, char bracket)
{
	before_value(json, key);
	buf_append_char(json->out, bracket);
	json->needs_comma = false;
	json->depth++;
}

static void close_with(struct json *json, char bracket)
{
	bool was_empty = !json->needs_comma;

	json->depth--;
	if (!was_empty)
		new_line(json);
	buf_append_char(json->out, bracket);
	json->needs_comma = true;
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

static void put_text(struct json *json, struct str value)
{
	/* One byte becomes six at most. */
	if (json->text_max == 0 || value.len <= json->text_max / 6)
		json_escape(json->out, value);
	else
		escape_within(json->out, value, json->text_max);
}

static void put_hidden(struct json *json, const char *key, struct str value)
{
	auto_buf shown = BUF_NULL;

	if (key && value.len > 0 && secret_is_name(str_of(key)))
		buf_append_text(&shown, "***");
	else
		secret_put(&shown, value);
	put_text(json, buf_str(&shown));
	if (shown.error && !json->out->error)
		json->out->error = shown.error;
}

void json_escape_raw(struct buf *out, struct str text)
{
	for (size_t i = 0, n; i < text.len; i += n) {
		size_t unruly = utf8_unruly(str_from(text, i));

		n = unruly ? unruly : 1;
		if (unruly && !strchr("\n\r\t", text.p[i]))
			escape_char(out, str_make(text.p + i, n));
		else
			buf_append(out, text.p + i, n);
	}
}

void json_str(struct json *json, const char *key, struct str value)
{
	if (has_failed(json))
		return;
	before_value(json, key);
	buf_append_char(json->out, '"');
	if (json->hides_secrets)
		put_hidden(json, key, value);
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

void json_int(struct json *json, const char *key, int64_t value)
{
	before_value(json, key);
	if (value < 0)
		buf_append_char(json->out, '-');
	buf_append_uint(json->out,
	    value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value, 1);
}

void json_uint(struct json *json, const char *key, uint64_t value)
{
	before_value(json, key);
	buf_append_uint(json->out, value, 1);
}

void json_bool(struct json *json, const char *key, bool value)
{
	before_value(json, key);
	buf_append_text(json->out, value ? "true" : "false");
}

void json_put_null(struct json *json, const char *key)
{
	before_value(json, key);
	buf_append_text(json->out, "null");
}

void json_raw(struct json *json, const char *key, struct str value)
{
	before_value(json, key);
	buf_append_str(json->out, value);
}

void json_seconds(struct json *json, const char *key, int64_t ns)
{
	uint64_t whole = ns < 0 ? (uint64_t)0 - (uint64_t)ns : (uint64_t)ns;

	before_value(json, key);
	if (ns < 0)
		buf_append_char(json->out, '-');
	buf_append_uint(json->out, whole / 1000000000, 1);
	buf_append_char(json->out, '.');
	buf_append_uint(json->out, whole % 1000000000, 9);
}
