#include "lib/base/shown.h"

#include "lib/base/utf8.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NUMBER_MAX = 512,   /* a double in full has 309 digits before the point */
	DECIMALS_MAX = 100, /* of a double that are written */
};

struct sink {
	char *out;
	size_t size, used; /* used is below size unless that is 0 */
	size_t len;        /* with what did not fit */
	bool is_full;
};

struct spec { /* one conversion */
	bool is_left, is_zero, is_signed;
	size_t width;
	bool has_precision, is_in_bytes; /* is_in_bytes: the precision came as "*" */
	size_t precision;
	char length; /* 'l', 'q' for ll, 'z', 'j', 't', or 0; h needs none */
	char kind;
};

/* va_list in a struct, so that it can be handed on by its address. */
struct arguments {
	va_list list;
};

/* All of p or nothing: a character is never cut. */
static void put(struct sink *sink, const char *p, size_t n)
{
	sink->len += n;
	if (sink->is_full || sink->used + n >= sink->size) {
		sink->is_full = true;
		return;
	}
	memcpy(sink->out + sink->used, p, n);
	sink->used += n;
}

static void pad(struct sink *sink, char c, size_t n)
{
	while (n-- > 0)
		put(sink, &c, 1);
}

/* ---- strings ------------------------------------------------------------------------ */

static void put_shown(struct sink *sink, struct str s)
{
	while (s.len > 0) {
		struct str shown;

		s = str_from(s, utf8_show(s, &shown));
		put(sink, shown.p, shown.len);
	}
}

static struct str first_characters(struct str s, size_t n)
{
	struct str rest = s;

	while (n-- > 0 && rest.len > 0)
		rest = str_from(rest, MAX(utf8_char(rest), (size_t)1));
	return str_make(s.p, s.len - rest.len);
}

static void put_string(struct sink *sink, const struct spec *spec, const char *text)
{
	struct str s;
	size_t n;

	if (!text)
		text = "(null)";
	s = str_make(text, spec->has_precision && spec->is_in_bytes
			       ? strnlen(text, spec->precision)
			       : strlen(text));
	if (spec->has_precision && !spec->is_in_bytes)
		s = first_characters(s, spec->precision);
	n = spec->width > 0 ? utf8_length(s) : 0;
	n = spec->width > n ? spec->width - n : 0;
	if (!spec->is_left)
		pad(sink, ' ', n);
	put_shown(sink, s);
	if (spec->is_left)
		pad(sink, ' ', n);
}

/* ---- numbers ------------------------------------------------------------------------ */

/* sign is "" where there is none. */
static void put_digits(struct sink *sink, const struct spec *spec, const char *sign,
    const char *digits)
{
	size_t len = strlen(sign) + strlen(digits);
	size_t n = spec->width > len ? spec->width - len : 0;

	if (!spec->is_left && !spec->is_zero)
		pad(sink, ' ', n);
	put(sink, sign, strlen(sign));
	if (!spec->is_left && spec->is_zero)
		pad(sink, '0', n);
	put(sink, digits, strlen(digits));
	if (spec->is_left)
		pad(sink, ' ', n);
}

static void put_unsigned(struct sink *sink, const struct spec *spec, const char *sign,
    uint64_t value)
{
	const char *alphabet =
	    spec->kind == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	unsigned base = spec->kind == 'x' || spec->kind == 'X' ? 16 : 10;
	char digits[24], *at = digits + sizeof(digits);

	*--at = '\0';
	do {
		*--at = alphabet[value % base];
		value /= base;
	} while (value > 0);
	put_digits(sink, spec, sign, at);
}

static void put_signed(struct sink *sink, const struct spec *spec, int64_t value)
{
	uint64_t size = value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;

	put_unsigned(sink, spec, value < 0 ? "-" : spec->is_signed ? "+" : "", size);
}

static void put_double(struct sink *sink, const struct spec *spec, double value)
{
	int decimals =
	    spec->has_precision ? (int)MIN(spec->precision, DECIMALS_MAX) : 6;
	char text[NUMBER_MAX], *digits = text;
	const char *sign = spec->is_signed ? "+" : "";

	if (spec->kind == 'e')
		(void)snprintf(text, sizeof(text), "%.*e", decimals, value);
	else if (spec->kind == 'g')
		(void)snprintf(text, sizeof(text), "%.*g", decimals, value);
	else
		(void)snprintf(text, sizeof(text), "%.*f", decimals, value);
	if (*digits == '-') {
		sign = "-";
		digits++;
	}
	put_digits(sink, spec, sign, digits);
}

/* ---- the format --------------------------------------------------------------------- */

static size_t read_number(const char **fmt, struct arguments *args, bool *ret_is_star)
{
	size_t n = 0;

	*ret_is_star = **fmt == '*';
	if (*ret_is_star) {
		int given = va_arg(args->list, int);

		(*fmt)++;
		return given > 0 ? (size_t)given : 0;
	}
	for (; **fmt >= '0' && **fmt <= '9'; (*fmt)++)
		n = n * 10 + (size_t)(**fmt - '0');
	return n;
}

/* What stands behind a '%', up to its letter. */
static struct spec read_spec(const char **fmt, struct arguments *args)
{
	struct spec spec = { .width = 0 };
	bool is_star;

	for (; **fmt && strchr("-0+ #", **fmt); (*fmt)++) {
		spec.is_left |= **fmt == '-';
		spec.is_zero |= **fmt == '0';
		spec.is_signed |= **fmt == '+';
	}
	spec.width = read_number(fmt, args, &is_star);
	if (**fmt == '.') {
		(*fmt)++;
		spec.has_precision = true;
		spec.precision = read_number(fmt, args, &spec.is_in_bytes);
	}
	for (; **fmt && strchr("hlzjt", **fmt); (*fmt)++)
		spec.length = spec.length == 'l' ? 'q' : **fmt == 'h' ? '\0' : **fmt;
	spec.kind = **fmt;
	if (**fmt)
		(*fmt)++;
	return spec;
}

static int64_t take_signed(const struct spec *spec, struct arguments *args)
{
	switch (spec->length) {
	case 'l':
		return va_arg(args->list, long);
	case 'q':
		return va_arg(args->list, long long);
	case 'z':
	case 't':
		return va_arg(args->list, ptrdiff_t);
	case 'j':
		return va_arg(args->list, intmax_t);
	default:
		return va_arg(args->list, int);
	}
}

static uint64_t take_unsigned(const struct spec *spec, struct arguments *args)
{
	switch (spec->length) {
	case 'l':
		return va_arg(args->list, unsigned long);
	case 'q':
		return va_arg(args->list, unsigned long long);
	case 'z':
	case 't':
		return va_arg(args->list, size_t);
	case 'j':
		return va_arg(args->list, uintmax_t);
	default:
		return va_arg(args->list, unsigned);
	}
}

static void put_conversion(struct sink *sink, const struct spec *spec,
    struct arguments *args)
{
	char c;

	switch (spec->kind) {
	case '%':
		put(sink, "%", 1);
		return;
	case 's':
		put_string(sink, spec, va_arg(args->list, const char *));
		return;
	case 'c':
		c = (char)va_arg(args->list, int);
		put_shown(sink, str_make(&c, 1));
		return;
	case 'd':
	case 'i':
		put_signed(sink, spec, take_signed(spec, args));
		return;
	case 'u':
	case 'x':
	case 'X':
		put_unsigned(sink, spec, "", take_unsigned(spec, args));
		return;
	case 'e':
	case 'f':
	case 'g':
		put_double(sink, spec, va_arg(args->list, double));
		return;
	default:
		assert(!"a conversion that the header does not name");
		return;
	}
}

int shown_vsnprintf(char *out, size_t size, const char *fmt, va_list args)
{
	struct sink sink = { .out = out, .size = size };
	struct arguments copy;

	va_copy(copy.list, args);
	while (*fmt) {
		size_t n = strcspn(fmt, "%");

		for (struct str own = str_make(fmt, n); own.len > 0;) {
			size_t bytes = MAX(utf8_char(own), (size_t)1);

			put(&sink, own.p, bytes);
			own = str_from(own, bytes);
		}
		fmt += n;
		if (*fmt) {
			struct spec spec;

			fmt++;
			spec = read_spec(&fmt, &copy);
			put_conversion(&sink, &spec, &copy);
		}
	}
	va_end(copy.list);
	if (size > 0)
		out[sink.used] = '\0';
	return sink.len > INT32_MAX ? -1 : (int)sink.len;
}

int shown_snprintf(char *out, size_t size, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = shown_vsnprintf(out, size, fmt, args);
	va_end(args);
	return n;
}

/* ---- buffers ------------------------------------------------------------------------ */

void shown_printf(struct buf *out, const char *fmt, ...)
{
	uint8_t *at = buf_reserve(out, 0);
	size_t room = at ? out->cap - out->len : 0;
	va_list args;
	int n;

	if (!at)
		return;
	/* A buffer has room for a terminator behind its bytes. */
	va_start(args, fmt);
	n = shown_vsnprintf((char *)at, room + 1, fmt, args);
	va_end(args);
	if (n > 0 && (size_t)n > room) {
		at = buf_reserve(out, (size_t)n);
		if (!at)
			return;
		va_start(args, fmt);
		(void)shown_vsnprintf((char *)at, (size_t)n + 1, fmt, args);
		va_end(args);
	}
	if (n > 0)
		out->len += (size_t)n;
}

void shown_append(struct buf *out, struct str s)
{
	while (s.len > 0)
		s = str_from(s, utf8_put_shown(out, s));
}

void shown_append_lines(struct buf *out, struct str s)
{
	while (s.p) {
		struct str rest, line = str_cut(s, '\n', &rest);

		shown_append(out, line);
		if (rest.p)
			buf_append_char(out, '\n');
		s = rest;
	}
}
