/* The roof of the reader of texts: loads one, knows it, reads it, tells it. */
#include "capture/text/text_internal.h"

#include "lib/base/utf8.h"

#include <errno.h>
#include <stdlib.h>

/* ---- loading ----------------------------------------------------------------------- */

static int load(struct input *in, const char *name, struct buf *ret, struct error *err)
{
	for (;;) {
		size_t n = input_peek(in, 1);

		if (n == 0)
			break;
		n = in->end - in->at;
		buf_append(ret, input_at(in), n);
		input_advance(in, n);
		if (ret->error == ERR_LIMIT)
			return error_set(err, ERR_LIMIT,
			    "%s: a text of over %d MiB: cut out the part that matters",
			    name, TEXT_BYTES_MAX >> 20);
	}
	if (ret->error || in->error == -ENOMEM)
		return error_set(err, -ENOMEM, "%s: no memory", name);
	if (in->error)
		return error_set(err, ERR_MALFORMED, "%s: %s", name,
		    in->error == ERR_MALFORMED ? "damaged gzip data"
					       : strerror(-in->error));
	return 0;
}

static uint32_t unit_at(const struct buf *text, size_t at, bool is_big)
{
	const uint8_t *p = text->data + at;

	return is_big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
}

/* UTF-16, as PowerShell writes what is redirected to a file, becomes UTF-8. */
static void to_utf8(struct buf *text)
{
	bool is_big = text->len >= 2 && text->data[0] == 0xfe && text->data[1] == 0xff;
	bool is_little =
	    text->len >= 2 && text->data[0] == 0xff && text->data[1] == 0xfe;
	struct buf out = BUF_MAX(2 * (size_t)TEXT_BYTES_MAX);

	if (!is_big && !is_little)
		return;
	for (size_t at = 2; at + 1 < text->len; at += 2) {
		uint32_t c = unit_at(text, at, is_big);
		uint32_t low = at + 3 < text->len ? unit_at(text, at + 2, is_big) : 0;

		if (c >= 0xd800 && c < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
			at += 2;
		}
		utf8_put(&out, c >= 0xd800 && c < 0xe000 ? 0xfffd : c);
	}
	buf_free(text);
	*text = out;
}

/* ---- reading ----------------------------------------------------------------------- */

static void read_as(struct transcript *t, struct str text, enum text_format format)
{
	switch (format) {
	case TEXT_UNKNOWN:
	case TEXT_FORMATS:
		break;
	case TEXT_ENVELOPES:
	case TEXT_HTTP:
		text_read_messages(t, text);
		text_arrange(t);
		break;
	case TEXT_GENIEACS_YAML:
		text_read_genieacs_yaml(t, text);
		break;
	case TEXT_GENIEACS_JSON:
		text_read_genieacs_json(t, text);
		break;
	case TEXT_GENIEACS_DUMP:
		text_read_dump(t, text);
		break;
	case TEXT_FOLLOW_ASCII:
	case TEXT_FOLLOW_HEX:
	case TEXT_FOLLOW_RAW:
		text_read_follow(t, text, format);
		break;
	case TEXT_FOLLOW_YAML:
		text_read_follow_yaml(t, text);
		break;
	case TEXT_HAR:
		text_read_har(t, text);
		break;
	}
}

/* By time; those of one moment as the text has them. */
static int by_time(const void *a, const void *b)
{
	const struct text_message *left = a, *right = b;

	if (left->time != right->time)
		return left->time < right->time ? -1 : 1;
	if (left->line != right->line)
		return left->line < right->line ? -1 : 1;
	return right->is_request - left->is_request;
}

/* Where one message has no time, none is of use: half of them would be in 1970. */
static bool sort_out_times(struct transcript *t)
{
	bool has_times = t->n_messages > 0;

	for (size_t i = 0; i < t->n_messages; i++)
		has_times &= t->messages[i].time != 0;
	if (has_times)
		qsort(t->messages, t->n_messages, sizeof(*t->messages), by_time);
	for (size_t i = 0; i < t->n_messages && !has_times; i++)
		t->messages[i].time = 0;
	return has_times;
}

static int fail_unknown(const char *name, struct error *err)
{
	return error_set(err, ERR_MALFORMED,
	    "%s: neither a capture (pcap, pcapng) nor a text that is read: a SOAP "
	    "envelope, HTTP messages, a debug log of GenieACS (yaml, json), a stream of "
	    "Wireshark or tshark (ascii, hex, raw, yaml), HAR",
	    name);
}

static int fail_empty(const char *name, const struct transcript *t,
    enum text_format format, struct error *err)
{
	if (t->damage)
		return error_set(err, ERR_MALFORMED, "%s:%u:%u: %s (read as %s)", name,
		    t->damage_line, t->damage_column, t->damage,
		    text_format_name(format));
	return error_set(err, ERR_MALFORMED, "%s: %s without any message of HTTP", name,
	    text_format_name(format));
}

static int fail_reading(const char *name, int r, struct error *err)
{
	if (r == ERR_LIMIT)
		return error_set(err, ERR_LIMIT,
		    "%s: too much of a text: over %d messages, or %d MiB of them: cut out "
		    "the part that matters",
		    name, TEXT_MESSAGES_MAX, TEXT_ARENA_MAX >> 20);
	return error_set(err, r, "%s: no memory", name);
}

static int run(struct transcript *t, struct str text, enum text_format format,
    const char *name, const struct conn_sink *sink, struct text_counts *ret,
    struct error *err)
{
	int r;

	if (format == TEXT_UNKNOWN)
		return fail_unknown(name, err);
	read_as(t, text, format);
	if (!t->error) {
		ret->has_times = sort_out_times(t);
		if (format != TEXT_ENVELOPES && format != TEXT_HTTP)
			text_separate(t);
	}
	if (t->error)
		return fail_reading(name, t->error, err);
	if (t->n_messages == 0)
		return fail_empty(name, t, format, err);
	ret->format = text_format_name(format);
	r = text_emit(t, sink, ret);
	return r < 0 ? fail_reading(name, r, err) : 0;
}

int text_run_bytes(struct str text, enum text_format format, const char *name,
    const struct conn_sink *sink, struct text_counts *ret, struct error *err)
{
	struct transcript t = { .arena = ARENA_MAX(TEXT_ARENA_MAX) };
	int r;

	*ret = (struct text_counts){ .format = NULL };
	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = str_from(text, 3);
	if (format == TEXT_UNKNOWN)
		format = text_recognise(text);
	r = run(&t, text, format, name, sink, ret, err);
	transcript_free(&t);
	return r;
}

int text_run(struct input *in, const char *name, const struct conn_sink *sink,
    struct text_counts *ret, struct error *err)
{
	struct buf text = BUF_MAX(TEXT_BYTES_MAX);
	int r = load(in, name, &text, err);

	*ret = (struct text_counts){ .format = NULL };
	if (r == 0)
		to_utf8(&text);
	if (r == 0 && text.error)
		r = fail_reading(name, text.error, err);
	if (r == 0)
		r = text_run_bytes(buf_str(&text), TEXT_UNKNOWN, name, sink, ret, err);
	buf_free(&text);
	return r;
}
