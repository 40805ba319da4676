#include "lib/link/impair_value.h"

#include "lib/base/clock.h"
#include "lib/base/compiler.h"
#include "lib/base/error.h"

#include <inttypes.h>

struct unit {
	const char *name;
	uint64_t size;
};

/* From the largest down, as they are chosen for writing. */
static const struct unit rate_units[] = {
	{ "gbit", 1000000000 },
	{ "mbit", 1000000 },
	{ "kbit", 1000 },
	{ "bit", 1 },
};

static const struct unit byte_units[] = {
	{ "mb", 1000000 },
	{ "kb", 1000 },
	{ "", 1 },
};

static const struct unit time_units[] = {
	{ "h", 3600 * UINT64_C(1000000000) },
	{ "m", 60 * UINT64_C(1000000000) },
	{ "s", 1000000000 },
	{ "ms", 1000000 },
	{ "us", 1000 },
};

static size_t n_digits(struct str text)
{
	size_t n = 0;

	while (n < text.len && text.p[n] >= '0' && text.p[n] <= '9')
		n++;
	return n;
}

int impair_decimal(struct str text, uint64_t scale, uint64_t *ret, struct str *ret_rest)
{
	size_t n = n_digits(text);
	uint64_t value, part = 0;
	struct str rest = str_from(text, n);

	if (str_to_u64(str_make(text.p, n), UINT64_MAX / scale - 1, &value) < 0)
		return ERR_MALFORMED;
	if (rest.len > 0 && rest.p[0] == '.') {
		struct str digits = str_from(rest, 1);
		uint64_t unit = scale;

		n = n_digits(digits);
		for (size_t i = 0; i < n; i++) {
			if (unit == 1)
				return ERR_MALFORMED;
			unit /= 10;
			part += unit * (uint64_t)(digits.p[i] - '0');
		}
		if (n == 0)
			return ERR_MALFORMED;
		rest = str_from(digits, n);
	}
	*ret = value * scale + part;
	*ret_rest = rest;
	return 0;
}

int impair_share(struct str text, uint64_t *ret)
{
	uint64_t value;
	struct str rest;

	if (impair_decimal(text, 10000, &value, &rest) < 0)
		return ERR_MALFORMED;
	if (!str_is(rest, "%") && !(rest.len == 0 && value == 0))
		return ERR_MALFORMED;
	*ret = value;
	return 0;
}

/* The unit decides how many digits may stand behind the point. */
static int read_unit(struct str text, const struct unit *units, size_t n, uint64_t *ret)
{
	size_t at = 0;
	uint64_t value;
	struct str rest;

	if (str_is(text, "0")) {
		*ret = 0;
		return 0;
	}
	while (at < text.len &&
	       ((text.p[at] >= '0' && text.p[at] <= '9') || text.p[at] == '.'))
		at++;
	for (size_t i = 0; i < n; i++) {
		if (!str_is(str_from(text, at), units[i].name))
			continue;
		if (impair_decimal(str_make(text.p, at), units[i].size, &value, &rest) <
			0 ||
		    rest.len > 0)
			return ERR_MALFORMED;
		*ret = value;
		return 0;
	}
	return ERR_MALFORMED;
}

int impair_rate(struct str text, uint64_t *ret)
{
	return read_unit(text, rate_units, ARRAY_LEN(rate_units), ret);
}

int impair_bytes(struct str text, uint64_t *ret)
{
	return read_unit(text, byte_units, ARRAY_LEN(byte_units), ret);
}

static void write_unit(struct buf *out, uint64_t value, const struct unit *units,
    size_t n)
{
	size_t i = 0;

	while (i + 1 < n && (value == 0 || value % units[i].size != 0))
		i++;
	if (value == 0)
		buf_append_char(out, '0');
	else
		buf_printf(out, "%" PRIu64 "%s", value / units[i].size, units[i].name);
}

void impair_share_write(struct buf *out, uint64_t millionths)
{
	uint64_t part = millionths % 10000;
	size_t digits = 4;

	buf_append_uint(out, millionths / 10000, 1);
	if (part > 0) {
		for (; part % 10 == 0; digits--)
			part /= 10;
		buf_append_char(out, '.');
		buf_append_uint(out, part, digits);
	}
	buf_append_char(out, '%');
}

void impair_rate_write(struct buf *out, uint64_t bits)
{
	write_unit(out, bits, rate_units, ARRAY_LEN(rate_units));
}

void impair_bytes_write(struct buf *out, uint64_t bytes)
{
	write_unit(out, bytes, byte_units, ARRAY_LEN(byte_units));
}

void impair_time_write(struct buf *out, int64_t ns)
{
	write_unit(out, (uint64_t)ns, time_units, ARRAY_LEN(time_units));
}
