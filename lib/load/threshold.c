#include "lib/load/threshold.h"

#include "lib/base/compiler.h"
#include "lib/base/shown.h"
#include "lib/conf/conf.h"

#include <inttypes.h>

enum {
	HINT_MAX = 96,
	NAMES_MAX = TALLY_PHASES + 16
};

static const struct {
	const char *name;
	enum threshold_stat stat;
	double percent;
} stats[] = {
	{ "p50", THRESHOLD_PERCENTILE, 50 },
	{ "p90", THRESHOLD_PERCENTILE, 90 },
	{ "p95", THRESHOLD_PERCENTILE, 95 },
	{ "p99", THRESHOLD_PERCENTILE, 99 },
	{ "p999", THRESHOLD_PERCENTILE, 99.9 },
	{ "p9999", THRESHOLD_PERCENTILE, 99.99 },
	{ "min", THRESHOLD_MIN, 0 },
	{ "mean", THRESHOLD_MEAN, 0 },
	{ "max", THRESHOLD_MAX, 0 },
	{ "count", THRESHOLD_COUNT_OF, 0 },
};

static const struct {
	const char *name;
	enum threshold_metric metric;
	enum threshold_of of;
} plain[] = {
	{ "offered", THRESHOLD_COUNT, THRESHOLD_OFFERED },
	{ "started", THRESHOLD_COUNT, THRESHOLD_STARTED },
	{ "completed", THRESHOLD_COUNT, THRESHOLD_COMPLETED },
	{ "retried", THRESHOLD_COUNT, THRESHOLD_RETRIED },
	{ "failed", THRESHOLD_COUNT, THRESHOLD_FAILED },
	{ "shed", THRESHOLD_COUNT, THRESHOLD_SHED },
	{ "open", THRESHOLD_COUNT, THRESHOLD_OPEN },
	{ "skipped", THRESHOLD_COUNT, THRESHOLD_SKIPPED },
	{ "unaccounted", THRESHOLD_COUNT, THRESHOLD_UNACCOUNTED },
	{ "rate", THRESHOLD_RATE, THRESHOLD_OFFERED },
	{ "completed-rate", THRESHOLD_RATE, THRESHOLD_COMPLETED },
	{ "recovery", THRESHOLD_RECOVERY, THRESHOLD_OFFERED },
};

/* Longer ones first. */
static const struct {
	const char *sign;
	enum threshold_operator op;
} operators[] = {
	{ "<=", THRESHOLD_LE },
	{ ">=", THRESHOLD_GE },
	{ "==", THRESHOLD_EQ },
	{ "<", THRESHOLD_LT },
	{ ">", THRESHOLD_GT },
};

struct reader {
	struct str text; /* the whole of it */
	size_t at;
	struct error *err;
};

/* ---- the metric ---------------------------------------------------------------------- */

static int fail_at(const struct reader *r, size_t at, const char *hint,
    const char *words)
{
	return error_set_at(r->err, ERR_MALFORMED, at,
	    "threshold '%.*s': column %zu: %s%s%s", STR_ARG(r->text), at + 1, words,
	    hint ? "; " : "", hint ? hint : "");
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static struct str read_word(struct reader *r)
{
	size_t begin = r->at;

	while (r->at < r->text.len && is_word(r->text.p[r->at]))
		r->at++;
	return str_make(r->text.p + begin, r->at - begin);
}

static bool take_dot(struct reader *r)
{
	if (r->at == r->text.len || r->text.p[r->at] != '.')
		return false;
	r->at++;
	return true;
}

static const char *nearest_name(struct str word, char *hint)
{
	const char *names[NAMES_MAX];
	size_t n = 0;

	for (unsigned i = 0; i < TALLY_PHASES; i++)
		names[n++] = tally_phase_name(i);
	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		names[n++] = plain[i].name;
	names[n++] = "latency";
	names[n++] = "service";
	names[n++] = "lateness";
	return conf_suggest(word, names, n, hint, HINT_MAX);
}

static int read_stat(struct reader *r, struct threshold *ret)
{
	size_t begin = r->at;
	struct str word;

	if (!take_dot(r))
		return fail_at(r, begin, NULL,
		    "a phase needs what of it: .p99, .mean, .max, .count");
	begin = r->at;
	word = read_word(r);
	for (size_t i = 0; i < ARRAY_LEN(stats); i++) {
		if (!str_is(word, stats[i].name))
			continue;
		ret->stat = stats[i].stat;
		ret->percent = stats[i].percent;
		ret->metric = THRESHOLD_TIME;
		if (ret->stat == THRESHOLD_COUNT_OF) {
			ret->metric = THRESHOLD_COUNT;
			ret->of = THRESHOLD_PHASE_COUNT;
		}
		return 0;
	}
	return fail_at(r, begin, NULL,
	    "not one of p50, p90, p95, p99, p999, p9999, min, mean, max, count");
}

static int read_layer(struct reader *r, struct threshold *ret)
{
	size_t begin = r->at;
	struct str word = read_word(r);

	for (unsigned i = 0; i < TALLY_LAYERS; i++) {
		if (str_eq_nocase(word, str_of(tally_layer_name(i)))) {
			ret->layer = i;
			return 0;
		}
	}
	return fail_at(r, begin, NULL,
	    "not one of the layers DHCP, DNS, TCP, TLS, HTTP, SOAP, CWMP");
}

static int read_phase(struct reader *r, size_t begin, struct str word,
    struct threshold *ret)
{
	char hint[HINT_MAX];
	int phase = tally_phase_find(word);

	if (str_is(word, "lateness"))
		phase = TALLY_PHASES;
	if (phase < 0)
		return fail_at(r, begin, nearest_name(word, hint),
		    word.len ? "no such metric" : "a metric is missing");
	ret->phase = (unsigned)phase;
	return read_stat(r, ret);
}

static int read_metric(struct reader *r, struct threshold *ret)
{
	size_t begin = r->at;
	struct str word = read_word(r);

	for (size_t i = 0; i < ARRAY_LEN(plain); i++) {
		if (!str_is(word, plain[i].name))
			continue;
		ret->metric = plain[i].metric;
		ret->of = plain[i].of;
		if (plain[i].of == THRESHOLD_FAILED && take_dot(r))
			return read_layer(r, ret);
		return 0;
	}
	if (str_is(word, "latency") || str_is(word, "service")) {
		ret->is_service = str_is(word, "service");
		if (!take_dot(r))
			return fail_at(r, r->at, NULL, "a phase is missing: .session");
		begin = r->at;
		word = read_word(r);
		if (str_is(word, "lateness"))
			return fail_at(r, begin, NULL, "lateness has neither");
	}
	return read_phase(r, begin, word, ret);
}

/* ---- operator and value -------------------------------------------------------------- */

static void skip_blanks(struct reader *r)
{
	while (r->at < r->text.len &&
	       (r->text.p[r->at] == ' ' || r->text.p[r->at] == '\t'))
		r->at++;
}

static int read_operator(struct reader *r, struct threshold *ret)
{
	struct str rest;

	skip_blanks(r);
	rest = str_from(r->text, r->at);
	for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
		if (str_starts(rest, str_of(operators[i].sign))) {
			ret->op = operators[i].op;
			r->at += strlen(operators[i].sign);
			skip_blanks(r);
			return 0;
		}
	}
	return fail_at(r, r->at, NULL, "an operator is missing: < <= > >= ==");
}

/* Digits with up to `decimals` behind a point, times 10^decimals. */
static int read_number(struct reader *r, unsigned decimals, uint64_t max, uint64_t *ret)
{
	size_t begin = r->at, digits = 0;
	uint64_t value = 0;
	bool has_point = false;
	unsigned left = decimals;

	for (; r->at < r->text.len; r->at++) {
		char c = r->text.p[r->at];

		if (c == '.' && !has_point && decimals > 0 && digits > 0) {
			has_point = true;
			continue;
		}
		if (c < '0' || c > '9')
			break;
		if (has_point && left == 0)
			return fail_at(r, r->at, NULL, "too many decimals");
		left -= has_point;
		if (value > max / 10)
			return fail_at(r, begin, NULL, "the value is too large");
		value = value * 10 + (uint64_t)(c - '0');
		digits++;
	}
	if (digits == 0)
		return fail_at(r, begin, NULL, "a number is missing");
	for (; left > 0; left--) {
		if (value > max / 10)
			return fail_at(r, begin, NULL, "the value is too large");
		value *= 10;
	}
	*ret = value;
	return 0;
}

static const struct {
	const char *name;
	uint64_t thousandths_us; /* of a thousandth of the unit */
} units[] = {
	{ "us", 1 },
	{ "ms", 1000 },
	{ "s", 1000 * 1000 },
	{ "m", 60 * 1000 * 1000 },
	{ "h", UINT64_C(3600) * 1000 * 1000 },
};

static int read_time(struct reader *r, struct threshold *ret)
{
	uint64_t thousandths;
	size_t begin = r->at, unit;
	struct str word;

	if (read_number(r, 3, UINT64_MAX / (UINT64_C(3600) * 1000 * 1000),
		&thousandths) < 0)
		return ERR_MALFORMED;
	unit = r->at;
	word = read_word(r);
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (str_is(word, units[i].name)) {
			ret->value = thousandths * units[i].thousandths_us / 1000;
			return 0;
		}
	}
	if (word.len == 0 && thousandths == 0) {
		ret->value = 0;
		return 0;
	}
	return fail_at(r, word.len ? unit : begin, NULL,
	    "a time needs its unit: us, ms, s, m or h");
}

/* A number, or one with % behind it: the sign says whether a count is meant as a share. */
static int read_count(struct reader *r, struct threshold *ret)
{
	size_t begin = r->at;
	uint64_t ppm;

	while (r->at < r->text.len && r->text.p[r->at] != '%')
		r->at++;
	if (r->at == r->text.len || ret->of == THRESHOLD_PHASE_COUNT) {
		r->at = begin;
		return read_number(r, 0, UINT64_MAX - 9, &ret->value);
	}
	r->at = begin;
	if (read_number(r, 4, UINT64_C(100000000), &ppm) < 0)
		return ERR_MALFORMED;
	if (ppm > 1000000)
		return fail_at(r, begin, NULL, "a share is at most 100%");
	if (r->at < r->text.len && r->text.p[r->at] == '%')
		r->at++;
	ret->metric = THRESHOLD_SHARE;
	ret->value = ppm;
	return 0;
}

static int read_rate(struct reader *r, struct threshold *ret)
{
	if (read_number(r, 3, UINT64_C(1000000000000), &ret->value) < 0)
		return ERR_MALFORMED;
	if (str_starts(str_from(r->text, r->at), STR("/s")))
		r->at += 2;
	return 0;
}

static int read_value(struct reader *r, struct threshold *ret)
{
	switch (ret->metric) {
	case THRESHOLD_TIME:
	case THRESHOLD_RECOVERY:
		return read_time(r, ret);
	case THRESHOLD_COUNT:
	case THRESHOLD_SHARE:
		return read_count(r, ret);
	case THRESHOLD_RATE:
		return read_rate(r, ret);
	}
	return ERR_MALFORMED;
}

int threshold_parse(struct threshold *ret, struct str text, struct error *err)
{
	struct threshold made = { .layer = TALLY_LAYERS, .phase = TALLY_SESSION };
	struct reader r = { str_trim(text), 0, err };

	if (r.text.len >= THRESHOLD_TEXT_MAX)
		return error_set_at(err, ERR_LIMIT, THRESHOLD_TEXT_MAX - 1,
		    "threshold '%.20s...': over %d bytes", r.text.p,
		    THRESHOLD_TEXT_MAX - 1);
	if (memchr(r.text.p ? r.text.p : "", 0, r.text.len))
		return error_set(err, ERR_MALFORMED, "a threshold with a byte 0 in it");
	if (read_metric(&r, &made) < 0 || read_operator(&r, &made) < 0 ||
	    read_value(&r, &made) < 0)
		return ERR_MALFORMED;
	if (r.at < r.text.len)
		return fail_at(&r, r.at, NULL, "nothing may stand behind the value");
	memcpy(made.text, r.text.p, r.text.len);
	*ret = made;
	return 0;
}
