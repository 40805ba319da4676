/* Values and ranges of model files as texts. */
#include "lab/model/draft.h"

#include "lib/base/buf.h"

#include <inttypes.h>

/* ---- placeholders ---------------------------------------------------------------------- */

/* The bytes of the placeholder that begins text; 0: none. */
static size_t placeholder(struct str text)
{
	static const char *const names[] = { "{serial", "{mac", "{address", "{number",
		"{i", "{pool" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		size_t n = strlen(names[i]), end = str_find_char(text, '}');

		if (str_starts(text, str_of(names[i])) && end < text.len &&
		    strchr("}+:", text.p[n]))
			return end + 1;
	}
	return 0;
}

bool draft_has_placeholder(struct str value)
{
	for (size_t i = 0; i < value.len; i++) {
		if (str_starts(str_from(value, i), STR("{{")))
			i++;
		else if (value.p[i] == '{' && placeholder(str_from(value, i)) > 0)
			return true;
	}
	return false;
}

struct str draft_escape(struct arena *arena, struct str value)
{
	char *text = arena_alloc(arena, 2 * value.len + 1);
	size_t n = 0;

	for (size_t i = 0; text && i < value.len; i++) {
		struct str rest = str_from(value, i);

		if (placeholder(rest) > 0 || str_starts(rest, STR("{{")))
			text[n++] = '{';
		text[n++] = value.p[i];
	}
	return str_make(text, text ? n : 0);
}

/* "2" of "A.2.B."; empty where there is none. */
static struct str last_number(struct str object)
{
	while (object.len > 0 && !draft_is_instance(object))
		object = draft_parent(object);
	return draft_last(object);
}

struct str draft_unescape(struct arena *arena, struct str value, struct str object)
{
	auto_buf out = BUF_NULL;

	if (str_find_char(value, '{') == value.len)
		return value;
	for (size_t i = 0; i < value.len; i++) {
		struct str rest = str_from(value, i);

		if (str_starts(rest, STR("{i}"))) {
			buf_append_str(&out, last_number(object));
			i += 2;
			continue;
		}
		buf_append_char(&out, value.p[i]);
		i += str_starts(rest, STR("{{"));
	}
	return out.error ? STR_NULL : arena_str(arena, buf_str(&out));
}

bool draft_is_number_type(int type)
{
	return type == MODEL_INT || type == MODEL_UNSIGNED_INT || type == MODEL_LONG ||
	       type == MODEL_UNSIGNED_LONG;
}

/* ---- ranges ------------------------------------------------------------------------------ */

static int parse_bound(struct str text, int64_t *ret)
{
	bool is_negative = text.len > 0 && text.p[0] == '-';
	uint64_t n;

	if (str_to_u64(str_from(text, is_negative), UINT64_MAX, &n) < 0)
		return ERR_MALFORMED;
	n = MIN(n, (uint64_t)INT64_MAX);
	*ret = is_negative ? -(int64_t)n : (int64_t)n;
	return 0;
}

int draft_range_parse(struct str text, struct draft_range *ret)
{
	struct draft_range range = { INT64_MIN, INT64_MAX };
	size_t at;
	int r = 0;

	if (!str_find(text, STR(".."), &at)) {
		r = parse_bound(text, &range.low);
		range.high = range.low;
	} else {
		struct str high = str_from(text, at + 2);

		if (at == 0 && high.len == 0)
			return ERR_MALFORMED;
		if (at > 0)
			r = parse_bound(str_make(text.p, at), &range.low);
		if (r == 0 && high.len > 0)
			r = parse_bound(high, &range.high);
	}
	if (r < 0 || range.low > range.high)
		return ERR_MALFORMED;
	*ret = range;
	return 0;
}

void draft_range_put(struct buf *out, struct draft_range range)
{
	if (range.low != INT64_MIN)
		buf_printf(out, "%" PRId64, range.low);
	if (range.low == range.high)
		return;
	buf_append_text(out, "..");
	if (range.high != INT64_MAX)
		buf_printf(out, "%" PRId64, range.high);
}
