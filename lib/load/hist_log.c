#include "lib/load/hist_log.h"

#include "lib/base/shown.h"
#include "lib/base/text.h"

#include <inttypes.h>

enum {
	FRACTION_DIGITS = 9
};

void hist_log_begin(struct buf *out, const char *title, clock_ns wall)
{
	char iso[CLOCK_ISO8601_MAX];

	buf_append_text(out, "#[Histogram log format version 1.3]\n#[");
	shown_append(out, str_of(title));
	buf_append_text(out, "; values are microseconds]\n");
	buf_printf(out, "#[StartTime: %" PRId64 ".%03d (seconds since epoch), %s]\n",
	    wall / NS_PER_S, (int)(wall % NS_PER_S / NS_PER_MS),
	    clock_iso8601(wall, 3, iso));
	buf_append_text(out, "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\","
			     "\"HdrHistogram\"\n");
}

static void put_tag(struct buf *out, const char *tag)
{
	if (!tag || !*tag)
		return;
	buf_append_text(out, "Tag=");
	for (size_t i = 0; tag[i] && i < HIST_LOG_TAG_MAX - 1; i++) {
		bool is_plain = tag[i] > ' ' && tag[i] < 0x7f && tag[i] != ',';

		buf_append_char(out, is_plain ? tag[i] : '_');
	}
	buf_append_char(out, ',');
}

static void put_seconds(struct buf *out, clock_ns t)
{
	buf_printf(out, "%" PRId64 ".%03d,", t / NS_PER_S,
	    (int)(t % NS_PER_S / NS_PER_MS));
}

void hist_log_put(struct buf *out, const char *tag, clock_ns from, clock_ns length,
    const struct hist *hist)
{
	put_tag(out, tag);
	put_seconds(out, from);
	put_seconds(out, length);
	buf_printf(out, "%" PRIu64 ".%03u,", hist->max_us / 1000,
	    (unsigned)(hist->max_us % 1000));
	hist_encode(out, hist);
	buf_append_char(out, '\n');
}

/* ---- read ------------------------------------------------------------------------- */

/* "12.345" seconds as nanoseconds. */
static int parse_seconds(struct str text, clock_ns *ret)
{
	struct str fraction, whole = str_cut(text, '.', &fraction);
	uint64_t seconds, part = 0, unit = (uint64_t)NS_PER_S;

	if (str_to_u64(whole, INT64_MAX / NS_PER_S - 1, &seconds) < 0)
		return ERR_MALFORMED;
	if (fraction.len > FRACTION_DIGITS ||
	    (fraction.len > 0 && str_to_u64(fraction, UINT64_MAX, &part) < 0))
		return ERR_MALFORMED;
	for (size_t i = 0; i < fraction.len; i++)
		unit /= 10;
	*ret = (clock_ns)(seconds * (uint64_t)NS_PER_S + part * unit);
	return 0;
}

static int parse_line(struct str line, struct hist_log_line *ret)
{
	struct str rest = line, field, max;
	clock_ns ignored;

	*ret = (struct hist_log_line){ .tag = "" };
	if (str_starts(line, STR("Tag="))) {
		field = str_from(str_cut(line, ',', &rest), 4);
		if (field.len >= HIST_LOG_TAG_MAX ||
		    str_find_char(field, '\0') < field.len)
			return ERR_MALFORMED;
		if (field.len > 0)
			memcpy(ret->tag, field.p, field.len);
	}
	if (parse_seconds(str_cut(rest, ',', &rest), &ret->from) < 0 ||
	    parse_seconds(str_cut(rest, ',', &rest), &ret->length) < 0)
		return ERR_MALFORMED;
	max = str_cut(rest, ',', &rest);
	if (parse_seconds(max, &ignored) < 0 || rest.len == 0)
		return ERR_MALFORMED;
	ret->payload = rest;
	return 0;
}

static size_t line_number(struct str text, size_t at)
{
	size_t n = 1;

	for (size_t i = 0; i < at; i++)
		n += text.p[i] == '\n';
	return n;
}

int hist_log_next(struct str text, size_t *at, struct hist_log_line *ret,
    struct error *err)
{
	while (*at < text.len) {
		size_t begin = *at;
		struct str rest, line = str_cut(str_from(text, begin), '\n', &rest);

		*at = MIN(begin + line.len + 1, text.len);
		line = str_trim(line);
		if (line.len == 0 || line.p[0] == '#' || line.p[0] == '"')
			continue;
		if (line.len > HIST_LOG_LINE_MAX)
			return error_set(err, ERR_LIMIT, "line %zu: over %d bytes",
			    line_number(text, begin), HIST_LOG_LINE_MAX);
		if (parse_line(line, ret) < 0)
			return error_set(err, ERR_MALFORMED,
			    "line %zu: not \"[Tag=name,]start,length,max,payload\"",
			    line_number(text, begin));
		return 1;
	}
	return 0;
}
