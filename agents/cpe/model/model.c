#include "agents/cpe/model/model.h"

#include <errno.h>
#include <inttypes.h>

const struct model_name *model_lower_bound(const struct model *model, struct str path)
{
	size_t low = 0, high = model->n_names;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct str at = model->names[middle].path;
		int r = memcmp(at.p, path.p ? path.p : "", MIN(at.len, path.len));

		if (r < 0 || (r == 0 && at.len < path.len))
			low = middle + 1;
		else
			high = middle;
	}
	return model->names + low;
}

const struct model_name *model_find(const struct model *model, struct str path)
{
	const struct model_name *name = model_lower_bound(model, path);

	return name < model_names_end(model) && str_eq(name->path, path) ? name : NULL;
}

bool model_live_is_outside(enum model_live live)
{
	enum where {
		STORED,
		OUTSIDE
	};
	static const enum where where[MODEL_LIVES] = { STORED,
#define XX(symbol, name, where_) where_,
		MODEL_LIVE_MAP(XX)
#undef XX
	};

	return where[live] == OUTSIDE;
}

/* ---- lexical forms (XML Schema part 2) ---------------------------------------------- */

struct range {
	bool is_signed;
	int64_t low;
	uint64_t high;
};

static bool is_number(const struct model_param *param, struct str s, struct range range)
{
	bool is_negative = s.len > 0 && s.p[0] == '-';
	bool has_sign = is_negative || (s.len > 0 && s.p[0] == '+');
	uint64_t most = is_negative ? (uint64_t)INT64_MAX + 1 : UINT64_MAX;
	uint64_t n;

	if (str_to_u64(str_from(s, has_sign), most, &n) < 0)
		return false;
	if (is_negative) {
		if (n == 0)
			return param->min == 0;
		return range.is_signed && n <= (uint64_t) - (range.low + 1) + 1 &&
		       param->min == 0;
	}
	return n <= range.high && n >= param->min &&
	       (param->max == 0 || n <= param->max);
}

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

static bool is_string(const struct model_param *param, struct str s)
{
	return s.len >= param->min && (param->max == 0 || s.len <= param->max);
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
	switch ((enum model_type)param->type) {
	case MODEL_STRING:
		return is_string(param, s);
	case MODEL_BOOLEAN:
		return is_boolean(s);
	case MODEL_INT:
		return is_number(param, s,
		    (struct range){ true, INT32_MIN, INT32_MAX });
	case MODEL_UNSIGNED_INT:
		return is_number(param, s, (struct range){ false, 0, UINT32_MAX });
	case MODEL_LONG:
		return is_number(param, s,
		    (struct range){ true, INT64_MIN, INT64_MAX });
	case MODEL_UNSIGNED_LONG:
		return is_number(param, s, (struct range){ false, 0, UINT64_MAX });
	case MODEL_DATE_TIME:
		return is_date_time(s);
	case MODEL_BASE64:
		return is_base64(s);
	case MODEL_HEX_BINARY:
		return is_hex(s);
	}
	return false;
}

uint32_t model_check_value(const struct model_param *param, struct str value)
{
	if (value.len > MODEL_VALUE_MAX || !is_listed(param, value))
		return 9007;
	return is_of_type(param, value) ? 0 : 9007;
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

uint32_t model_check_set(const struct model_param *param, struct str type,
    struct str value)
{
	if (!param->is_writable)
		return 9008;
	if (type.len > 0 && !str_is(type, model_type_name(param->type)))
		return 9006;
	return model_check_value(param, value);
}
