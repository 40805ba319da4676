#include "lib/base/text.h"

#include "lib/base/error.h"
#include "lib/base/utf8.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static const char hex_digits[] = "0123456789abcdef";

void hex_append(struct buf *out, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < n; i++) {
		buf_append_char(out, hex_digits[p[i] >> 4]);
		buf_append_char(out, hex_digits[p[i] & 15]);
	}
}

int hex_parse(struct str text, uint8_t *bytes, size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len;) {
		int high, low;

		if (text.p[i] == ' ' || text.p[i] == ':') {
			i++;
			continue;
		}
		high = hex_digit(text.p[i]);
		low = i + 1 < text.len ? hex_digit(text.p[i + 1]) : -1;
		if (high < 0 || low < 0)
			return ERR_MALFORMED;
		if (n == cap)
			return ERR_LIMIT;
		bytes[n++] = (uint8_t)(high << 4 | low);
		i += 2;
	}
	return (int)n;
}

static bool is_between_bytes(char c)
{
	return c != '\0' && strchr(" \t\r\n:-.,", c);
}

/* Appends the bytes of a group of digits, as far as there is room. */
static int read_group(struct str digits, uint8_t *bytes, size_t cap, size_t *n)
{
	size_t at = 0;

	if (digits.len > 1 && digits.len % 2 != 0)
		return ERR_MALFORMED;
	while (at < digits.len) {
		int value = hex_digit(digits.p[at++]);

		if (digits.len > 1)
			value = value << 4 | hex_digit(digits.p[at++]);
		if (*n == cap)
			return ERR_LIMIT;
		bytes[(*n)++] = (uint8_t)value;
	}
	return 0;
}

int hex_read(struct str text, uint8_t *bytes, size_t cap, size_t *ret_at)
{
	size_t n = 0, at = 0, ignored;

	ret_at = ret_at ? ret_at : &ignored;
	while (at < text.len) {
		size_t begin;
		int r;

		if (is_between_bytes(text.p[at])) {
			at++;
			continue;
		}
		if (text.len - at > 1 && text.p[at] == '0' &&
		    (text.p[at + 1] | ' ') == 'x')
			at += 2;
		begin = at;
		while (at < text.len && hex_digit(text.p[at]) >= 0)
			at++;
		*ret_at = at;
		if (at == begin || (at < text.len && !is_between_bytes(text.p[at])))
			return ERR_MALFORMED;
		*ret_at = at - 1;
		r = read_group(str_make(text.p + begin, at - begin), bytes, cap, &n);
		if (r < 0)
			return r;
	}
	return (int)n;
}

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_append(struct buf *out, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)p[i] << 16;
		char quad[4];

		if (i + 1 < n)
			v |= (uint32_t)p[i + 1] << 8;
		if (i + 2 < n)
			v |= p[i + 2];
		quad[0] = base64_digits[v >> 18];
		quad[1] = base64_digits[v >> 12 & 63];
		quad[2] = i + 1 < n ? base64_digits[v >> 6 & 63] : '=';
		quad[3] = i + 2 < n ? base64_digits[v & 63] : '=';
		buf_append(out, quad, sizeof(quad));
	}
}

int base64_parse(struct str text, uint8_t *bytes, size_t cap)
{
	uint32_t bits = 0;
	unsigned n_bits = 0;
	size_t n = 0;

	if (text.len % 4 != 0)
		return ERR_MALFORMED;
	for (int pad = 0; pad < 2 && text.len > 0 && text.p[text.len - 1] == '='; pad++)
		text.len--;
	for (size_t i = 0; i < text.len; i++) {
		const char *at = memchr(base64_digits, text.p[i], 64);

		if (!at)
			return ERR_MALFORMED;
		bits = bits << 6 | (uint32_t)(at - base64_digits);
		n_bits += 6;
		if (n_bits < 8)
			continue;
		n_bits -= 8;
		if (n == cap)
			return ERR_LIMIT;
		bytes[n++] = (uint8_t)(bits >> n_bits);
	}
	return (int)n;
}

/* Whether a terminal may be given all of it. */
static bool is_tame(struct str s)
{
	while (s.len > 0) {
		size_t n = utf8_char(s);

		if (n == 0 || utf8_unruly(s))
			return false;
		s = str_from(s, n);
	}
	return true;
}

/* The quotes of shells in which bytes are written by their numbers. */
static void append_by_number(struct buf *out, const char *text)
{
	buf_append_text(out, "$'");
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\' || *text < ' ' || *text > '~')
			buf_printf(out, "\\x%02x", (unsigned char)*text);
		else
			buf_append_char(out, *text);
	}
	buf_append_char(out, '\'');
}

void shell_append(struct buf *out, const char *text)
{
	static const char plain[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789_./:@%+=,-";

	if (*text && text[strspn(text, plain)] == '\0') {
		buf_append_text(out, text);
		return;
	}
	if (!is_tame(str_of(text))) {
		append_by_number(out, text);
		return;
	}
	buf_append_char(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			buf_append_text(out, "'\\''");
		else
			buf_append_char(out, *text);
	}
	buf_append_char(out, '\'');
}

char *ipv4_text(uint32_t address, char *text)
{
	char *at = text;

	for (int shift = 24; shift >= 0; shift -= 8) {
		uint32_t part = address >> shift & 255;

		if (part >= 100)
			*at++ = (char)('0' + part / 100);
		if (part >= 10)
			*at++ = (char)('0' + part / 10 % 10);
		*at++ = (char)('0' + part % 10);
		*at++ = shift > 0 ? '.' : '\0';
	}
	return text;
}

int ipv4_parse(struct str s, uint32_t *ret)
{
	uint32_t address = 0;

	for (int i = 0; i < 4; i++) {
		bool is_last = i == 3;
		uint64_t part;
		struct str rest;
		struct str digits = is_last ? s : str_cut(s, '.', &rest);

		if (digits.len > 3 || (digits.len > 1 && digits.p[0] == '0') ||
		    str_to_u64(digits, 255, &part) < 0)
			return ERR_MALFORMED;
		address = address << 8 | (uint32_t)part;
		if (!is_last)
			s = rest;
	}
	*ret = address;
	return 0;
}

char *ipv6_text(const uint8_t address[16], char *text)
{
	(void)inet_ntop(AF_INET6, address, text, IPV6_TEXT_MAX);
	return text;
}

int ipv6_parse(struct str s, uint8_t ret[16])
{
	char text[IPV6_TEXT_MAX];

	if (s.len >= sizeof(text) || (s.len > 0 && memchr(s.p, 0, s.len)))
		return ERR_MALFORMED;
	(void)snprintf(text, sizeof(text), "%.*s", STR_ARG(s));
	return inet_pton(AF_INET6, text, ret) == 1 ? 0 : ERR_MALFORMED;
}

bool ipv6_is_same(const uint8_t a[16], const uint8_t b[16], unsigned prefix)
{
	unsigned bytes = prefix / 8, bits = prefix % 8;

	if (memcmp(a, b, bytes) != 0)
		return false;
	return bits == 0 || (a[bytes] ^ b[bytes]) >> (8 - bits) == 0;
}

void ipv6_network(const uint8_t address[16], unsigned prefix, uint8_t ret[16])
{
	for (unsigned i = 0; i < 16; i++) {
		unsigned bits = prefix >= 8 * i + 8 ? 8
				: prefix > 8 * i    ? prefix - 8 * i
						    : 0;

		ret[i] = (uint8_t)(address[i] & 0xff << (8 - bits));
	}
}

bool ipv6_is_set(const uint8_t address[16])
{
	static const uint8_t none[16];

	return memcmp(address, none, sizeof(none)) != 0;
}

char *mac_text(const uint8_t mac[6], char *text)
{
	char *at = text;

	for (size_t i = 0; i < 6; i++) {
		*at++ = hex_digits[mac[i] >> 4];
		*at++ = hex_digits[mac[i] & 15];
		*at++ = i < 5 ? ':' : '\0';
	}
	return text;
}

int mac_parse(struct str s, uint8_t ret[6])
{
	uint8_t mac[6];

	if (s.len != MAC_TEXT_MAX - 1)
		return ERR_MALFORMED;
	for (size_t i = 2; i < s.len; i += 3) {
		if (s.p[i] != ':')
			return ERR_MALFORMED;
	}
	if (hex_parse(s, mac, sizeof(mac)) != (int)sizeof(mac))
		return ERR_MALFORMED;
	memcpy(ret, mac, sizeof(mac));
	return 0;
}

void markup_append(struct buf *out, struct str s)
{
	for (size_t n; s.len > 0; s = str_from(s, n)) {
		n = 1;
		switch (*s.p) {
		case '<':
			buf_append_text(out, "&lt;");
			break;
		case '>':
			buf_append_text(out, "&gt;");
			break;
		case '&':
			buf_append_text(out, "&amp;");
			break;
		case '"':
			buf_append_text(out, "&quot;");
			break;
		default:
			n = utf8_put_shown(out, s);
		}
	}
}

void text_count_up(const char *base, uint64_t n, char *text, size_t size)
{
	size_t len = strlen(base), end = len, start;
	uint64_t value = 0, scale = 1;

	while (end > 0 && (base[end - 1] < '0' || base[end - 1] > '9'))
		end--;
	for (start = end; start > 0 && end - start < 15 && base[start - 1] >= '0' &&
			  base[start - 1] <= '9';
	     start--) {
		value += (uint64_t)(base[start - 1] - '0') * scale;
		scale *= 10;
	}
	if (end == 0)
		(void)snprintf(text, size, "%s%" PRIu64, base, n + 1);
	else
		(void)snprintf(text, size, "%.*s%0*" PRIu64 "%s", (int)start, base,
		    (int)(end - start), value + n, base + end);
}
