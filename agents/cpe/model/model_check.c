/* Which values a parameter takes (XML Schema part 2, and the facets of its model). */
#include "agents/cpe/model/model.h"

#include "lib/base/utf8.h"

/* ---- numbers ------------------------------------------------------------------------ */

bool model_bound_read(struct str text, struct model_bound *ret)
{
	bool is_negative = text.len > 0 && text.p[0] == '-';
	bool has_sign = is_negative || (text.len > 0 && text.p[0] == '+');
	uint64_t n;

	if (str_to_u64(str_from(text, has_sign), UINT64_MAX, &n) < 0)
		return false;
	*ret = (struct model_bound){ is_negative && n > 0, n };
	return true;
}

static bool is_less(struct model_bound a, struct model_bound b)
{
	if (a.is_negative != b.is_negative)
		return a.is_negative;
	return a.is_negative ? a.n > b.n : a.n < b.n;
}

static bool is_within(struct model_bound n, const struct model_range *range)
{
	return !is_less(n, range->low) && !is_less(range->high, n);
}

static bool is_in_a_range(const struct model_param *param, struct model_bound n)
{
	for (size_t i = 0; i < param->n_ranges; i++) {
		if (is_within(n, &param->ranges[i]))
			return true;
	}
	return param->n_ranges == 0;
}

static bool is_number(const struct model_param *param, struct str s,
    struct model_range range)
{
	struct model_bound n;

	if (!model_bound_read(s, &n) || !is_within(n, &range) ||
	    !is_in_a_range(param, n))
		return false;
	if (n.is_negative)
		return param->min == 0;
	return n.n >= param->min && (param->max == 0 || n.n <= param->max);
}

/* ---- lexical forms ------------------------------------------------------------------ */

static bool is_boolean(struct str s)
{
	return str_is(s, "0") || str_is(s, "1") || str_is(s, "true") ||
	       str_is(s, "false");
}

static bool is_hex_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	       (c >= 'A' && c <= 'F');
}

static bool is_hex(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!is_hex_digit(s.p[i]))
			return false;
	}
	return s.len % 2 == 0;
}

static bool is_base64(struct str s)
{
	size_t n = 0, pads = 0;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (c == ' ' || c == '\n' || c == '\r' || c == '\t')
			continue;
		n++;
		if (c == '=') {
			pads++;
			continue;
		}
		if (pads > 0 || !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				    (c >= '0' && c <= '9') || c == '+' || c == '/'))
			return false;
	}
	return n % 4 == 0 && pads <= 2;
}

/* Matches a pattern in which '9' is any digit. */
static bool has_digits(struct str s, const char *pattern)
{
	for (size_t i = 0; pattern[i]; i++) {
		if (i >= s.len)
			return false;
		if (pattern[i] == '9' ? s.p[i] < '0' || s.p[i] > '9'
				      : s.p[i] != pattern[i])
			return false;
	}
	return true;
}

static unsigned two_digits(struct str s, size_t at)
{
	return (unsigned)(s.p[at] - '0') * 10 + (unsigned)(s.p[at + 1] - '0');
}

/* "2026-11-23T10:31:07", a fraction, then nothing, "Z" or an offset. */
static bool is_date_time(struct str s)
{
	struct str zone;
	size_t at = 19;

	if (!has_digits(s, "9999-99-99T99:99:99"))
		return false;
	if (two_digits(s, 5) < 1 || two_digits(s, 5) > 12 || two_digits(s, 8) < 1 ||
	    two_digits(s, 8) > 31 || two_digits(s, 11) > 24 || two_digits(s, 14) > 59 ||
	    two_digits(s, 17) > 59)
		return false;
	if (at < s.len && s.p[at] == '.') {
		size_t from = ++at;

		while (at < s.len && s.p[at] >= '0' && s.p[at] <= '9')
			at++;
		if (at == from)
			return false;
	}
	zone = str_from(s, at);
	if (zone.len == 0 || str_is(zone, "Z"))
		return true;
	return zone.len == 6 && (zone.p[0] == '+' || zone.p[0] == '-') &&
	       has_digits(str_from(zone, 1), "99:99");
}

/* ---- a value ------------------------------------------------------------------------ */

/* The schemas count characters (string(64)), not bytes. */
static bool is_string(const struct model_param *param, struct str s)
{
	size_t n = param->min > 0 || (param->max > 0 && s.len > param->max)
		       ? utf8_length(s)
		       : s.len;

	return n >= param->min && (param->max == 0 || n <= param->max);
}

static bool is_listed(const struct model_param *param, struct str s)
{
	for (size_t i = 0; i < param->values.len; i++) {
		if (str_is(s, param->values.items[i]))
			return true;
	}
	return param->values.len == 0;
}

static bool is_of_type(const struct model_param *param, struct str s)
{
	static const struct model_range ints = { { true, UINT64_C(1) << 31 },
		{ false, INT32_MAX } };
	static const struct model_range unsigned_ints = { { false, 0 },
		{ false, UINT32_MAX } };
	static const struct model_range longs = { { true, UINT64_C(1) << 63 },
		{ false, INT64_MAX } };
	static const struct model_range unsigned_longs = { { false, 0 },
		{ false, UINT64_MAX } };

	switch ((enum model_type)param->type) {
	case MODEL_STRING:
		return is_string(param, s);
	case MODEL_BOOLEAN:
		return is_boolean(s);
	case MODEL_INT:
		return is_number(param, s, ints);
	case MODEL_UNSIGNED_INT:
		return is_number(param, s, unsigned_ints);
	case MODEL_LONG:
		return is_number(param, s, longs);
	case MODEL_UNSIGNED_LONG:
		return is_number(param, s, unsigned_longs);
	case MODEL_DATE_TIME:
		return is_date_time(s);
	case MODEL_BASE64:
		return is_base64(s);
	case MODEL_HEX_BINARY:
		return is_hex(s);
	}
	return false;
}

static bool is_item(const struct model_param *param, struct str item)
{
	return is_listed(param, item) && is_of_type(param, item) &&
	       (!param->pattern || model_pattern_matches(param->pattern, item));
}

/* Items with commas between, and blanks round them that do not count (TR-106 3.2.3). An
 * empty text is a list of nothing. */
static bool is_list(const struct model_param *param, struct str value)
{
	size_t n = 0;

	if (param->list_max > 0 && utf8_length(value) > param->list_max)
		return false;
	for (struct str rest = value; rest.p && value.len > 0; n++) {
		if (!is_item(param, str_trim(str_cut(rest, ',', &rest))))
			return false;
	}
	return n >= param->items_min &&
	       (param->items_max == 0 || n <= param->items_max);
}

uint32_t model_check_value(const struct model_param *param, struct str value)
{
	if (value.len > MODEL_VALUE_MAX)
		return 9007;
	return (param->is_list ? is_list(param, value) : is_item(param, value)) ? 0
										: 9007;
}

const char *model_type_name(int type)
{
	static const char *const names[] = {
#define XX(symbol, name) [MODEL_##symbol] = name,
		MODEL_TYPE_MAP(XX)
#undef XX
	};

	return names[type];
}

const char *model_null_value(const struct model_param *param)
{
	if (param->is_list)
		return "";
	switch ((enum model_type)param->type) {
	case MODEL_BOOLEAN:
	case MODEL_INT:
	case MODEL_UNSIGNED_INT:
	case MODEL_LONG:
	case MODEL_UNSIGNED_LONG:
		return "0";
	case MODEL_DATE_TIME:
		return "0001-01-01T00:00:00Z";
	case MODEL_STRING:
	case MODEL_BASE64:
	case MODEL_HEX_BINARY:
		break;
	}
	return "";
}

const char *model_wire_type(const struct model_param *param)
{
	return param->is_list ? "string" : model_type_name(param->type);
}

uint32_t model_check_set(const struct model_param *param, struct str type,
    struct str value)
{
	if (!param->is_writable)
		return 9008;
	if (type.len > 0 && !str_is(type, model_wire_type(param)))
		return 9006;
	return model_check_value(param, value);
}
