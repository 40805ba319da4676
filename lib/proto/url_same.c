/* Which URLs are one and the same (RFC 3986 6.2.2, 6.2.3). */
#include "lib/proto/url.h"

#include "lib/base/text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

/* The next character of text at *at, which moves on: what is written as "%41" though it need
 * not be is that character, and escapes that stay have upper-case digits (6.2.2.1, 6.2.2.2). */
static size_t next_unit(struct str text, size_t *at, char unit[3])
{
	static const char digits[] = "0123456789ABCDEF";
	int high = -1, low = -1;

	unit[0] = text.p[*at];
	if (unit[0] == '%' && *at + 2 < text.len) {
		high = hex_digit(text.p[*at + 1]);
		low = hex_digit(text.p[*at + 2]);
	}
	*at += high < 0 || low < 0 ? 1 : 3;
	if (high < 0 || low < 0)
		return 1;
	if (is_unreserved((char)(high * 16 + low))) {
		unit[0] = (char)(high * 16 + low);
		return 1;
	}
	unit[1] = digits[high];
	unit[2] = digits[low];
	return 3;
}

/* At most as long as text: its escapes in their normal form. */
static size_t put_normal(char *out, struct str text)
{
	size_t len = 0;

	for (size_t at = 0; at < text.len;) {
		char unit[3];
		size_t n = next_unit(text, &at, unit);

		memcpy(out + len, unit, n);
		len += n;
	}
	return len;
}

/* Takes "." and ".." out of a path that begins with "/" (5.2.4); the rest moves up. */
static size_t drop_dots(char *path, size_t len)
{
	size_t from = 0, to = 0;

	while (from < len) {
		struct str rest = str_make(path + from, len - from), segment;
		bool is_last;

		/* "/segment", up to the next "/" */
		segment = str_make(rest.p + 1, str_find_char(str_from(rest, 1), '/'));
		is_last = segment.len + 1 == rest.len;
		from += segment.len + 1;
		if (str_is(segment, "..")) {
			while (to > 0 && path[--to] != '/')
				;
		} else if (!str_is(segment, ".")) {
			memmove(path + to, segment.p - 1, segment.len + 1);
			to += segment.len + 1;
			continue;
		}
		if (is_last)
			path[to++] = '/';
	}
	return to;
}

int url_path_normal(struct str path, char *out, size_t size)
{
	size_t len = str_find_char(path, '?'), n;

	if (path.len == 0)
		path = STR("/");
	if (path.len >= size)
		return ERR_LIMIT;
	n = put_normal(out, str_make(path.p, MIN(len, path.len)));
	if (n > 0 && out[0] == '/')
		n = drop_dots(out, n);
	n += put_normal(out + n, str_from(path, len));
	out[n] = '\0';
	return 0;
}

bool url_path_is_same(struct str a, struct str b)
{
	char left[URL_MAX + 1], right[URL_MAX + 1];

	if (str_eq(a, b))
		return true;
	return url_path_normal(a, left, sizeof(left)) == 0 &&
	       url_path_normal(b, right, sizeof(right)) == 0 &&
	       strcmp(left, right) == 0;
}

/* The 16 bytes of "fd00::2" or "FD00:0:0::0002". */
static bool ipv6_of(struct str host, struct in6_addr *ret)
{
	char text[INET6_ADDRSTRLEN];

	if (host.len >= sizeof(text) || str_find_char(host, ':') == host.len)
		return false;
	(void)snprintf(text, sizeof(text), "%.*s", STR_ARG(host));
	return inet_pton(AF_INET6, text, ret) == 1;
}

bool url_host_is_same(struct str a, struct str b)
{
	struct in6_addr left, right;
	char left_text[256], right_text[256];

	if (str_eq_nocase(a, b))
		return true;
	if (ipv6_of(a, &left) && ipv6_of(b, &right))
		return memcmp(&left, &right, sizeof(left)) == 0;
	if (a.len > sizeof(left_text) || b.len > sizeof(right_text))
		return false;
	return str_eq_nocase(str_make(left_text, put_normal(left_text, a)),
	    str_make(right_text, put_normal(right_text, b)));
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* Behind the host, or in it where one and the same may be written in several ways. */
static bool is_host_end(struct str text, size_t at)
{
	return at >= text.len || memchr("/?#:[%", text.p[at], 6);
}

/* Whether it shows without taking them apart that they name two places: by their schemes, or by
 * the bytes of their hosts before an escape. */
static bool differs_at_once(struct str a, struct str b)
{
	size_t at;

	if (!str_find(a, STR("://"), &at))
		return true;
	at += 3;
	if (at > b.len || !str_eq_nocase(str_make(a.p, at), str_make(b.p, at)))
		return true;
	while (!is_host_end(a, at) && !is_host_end(b, at)) {
		if (lower(a.p[at]) != lower(b.p[at]))
			return true;
		at++;
	}
	return false;
}

bool url_is_same(struct str a, struct str b)
{
	struct url left, right;

	if (str_eq(a, b))
		return true;
	if (differs_at_once(a, b))
		return false;
	return url_parse(&left, a, NULL) == 0 && url_parse(&right, b, NULL) == 0 &&
	       left.is_https == right.is_https && left.port == right.port &&
	       url_host_is_same(left.host, right.host) &&
	       url_path_is_same(left.path, right.path);
}
