#include "lib/proto/url.h"

#include "lib/base/digits.h"

#include <stdio.h>

enum {
	IN_URL = 1 << 0,
	IN_HOST =
	    1 << 1, /* RFC 3986 3.2.2, a registered name: these are in URLs, too */
	ENDS_AUTHORITY = 1 << 2, /* RFC 3986 3.2 */
};

/* What a character may be part of: captures have a URL or more in each message. */
// clang-format off
static const unsigned char kinds[256] = {
	['!'] = IN_HOST, ['#'] = IN_URL | ENDS_AUTHORITY, ['$' ... '.'] = IN_HOST, ['/'] = IN_URL | ENDS_AUTHORITY,
	['0' ... '9'] = IN_HOST, [':'] = IN_URL, [';'] = IN_HOST, ['='] = IN_HOST,
	['?'] = IN_URL | ENDS_AUTHORITY, ['@'] = IN_URL, ['A' ... 'Z'] = IN_HOST, ['[' ... '^'] = IN_URL,
	['_'] = IN_HOST, ['`'] = IN_URL, ['a' ... 'z'] = IN_HOST,
	['{' ... '}'] = IN_URL, ['~'] = IN_HOST,
};
// clang-format on

static bool is_url_char(char c)
{
	return kinds[(unsigned char)c];
}

static int check_chars(struct str text, struct error *err)
{
	if (text.len == 0)
		return error_set(err, ERR_MALFORMED, "the URL is empty");
	if (text.len > URL_MAX)
		return error_set(err, ERR_LIMIT, "the URL has %zu bytes, at most %d go",
		    text.len, URL_MAX);
	for (size_t i = 0; i < text.len; i++) {
		if (!is_url_char(text.p[i]))
			return error_set_at(err, ERR_MALFORMED, i,
			    "byte 0x%02x at offset %zu does not belong in a URL",
			    (unsigned char)text.p[i], i);
	}
	return 0;
}

static int parse_scheme(struct url *url, struct str text, size_t *ret_at,
    struct error *err)
{
	size_t end;

	/* Most are written so. */
	if (str_starts(text, STR("http://"))) {
		url->is_https = false;
		*ret_at = sizeof("http://") - 1;
		return 0;
	}
	if (!str_find(text, STR("://"), &end))
		return error_set(err, ERR_MALFORMED,
		    "\"%.*s\" has no scheme (http://...)", STR_ARG(text));
	url->is_https = str_eq_nocase(str_make(text.p, end), STR("https"));
	if (!url->is_https && !str_eq_nocase(str_make(text.p, end), STR("http")))
		return error_set(err, ERR_UNSUPPORTED,
		    "\"%.*s\" is neither http nor https", (int)end, text.p);
	*ret_at = end + 3;
	return 0;
}

static bool is_host_char(char c)
{
	return kinds[(unsigned char)c] == IN_HOST;
}

/* host [":" port], RFC 3986 3.2 */
static int parse_authority(struct url *url, struct str authority, struct error *err)
{
	struct str port = STR_NULL;
	size_t end;

	if (str_find_char(authority, '@') < authority.len)
		return error_set(err, ERR_MALFORMED, "a URL of CWMP has no user in it");
	url->is_ipv6 = authority.len > 0 && authority.p[0] == '[';
	if (url->is_ipv6) {
		end = str_find_char(authority, ']');
		if (end == authority.len)
			return error_set(err, ERR_MALFORMED, "\"[\" without \"]\"");
		url->host = str_make(authority.p + 1, end - 1);
		authority = str_from(authority, end + 1);
		if (authority.len > 0 && authority.p[0] != ':')
			return error_set(err, ERR_MALFORMED, "no port after \"]\"");
		port = str_from(authority, 1);
		url->has_port = authority.len > 1;
	} else {
		url->host = str_cut(authority, ':', &port);
		url->has_port = port.len > 0;
	}
	if (url->host.len == 0 || url->host.len > 255)
		return error_set(err, ERR_MALFORMED,
		    "the URL has no host, or a very long one");
	for (size_t i = 0; i < url->host.len; i++) {
		if (!is_host_char(url->host.p[i]) &&
		    !(url->is_ipv6 && url->host.p[i] == ':'))
			return error_set(err, ERR_MALFORMED,
			    "'%c' does not belong in a host", url->host.p[i]);
	}
	url->port = url->is_https ? URL_DEFAULT_HTTPS_PORT : URL_DEFAULT_HTTP_PORT;
	if (url->has_port) {
		uint64_t number;

		if (str_to_u64(port, UINT16_MAX, &number) < 0 || number == 0)
			return error_set(err, ERR_MALFORMED, "\"%.*s\" is no port",
			    STR_ARG(port));
		url->port = (uint16_t)number;
	}
	return 0;
}

int url_parse(struct url *url, struct str text, struct error *err)
{
	struct url out = { 0 };
	struct str rest;
	size_t at = 0, end;
	int r = check_chars(text, err);

	if (r < 0)
		return r;
	r = parse_scheme(&out, text, &at, err);
	if (r < 0)
		return r;
	rest = str_from(text, at);
	for (end = 0; end < rest.len; end++) {
		if (kinds[(unsigned char)rest.p[end]] & ENDS_AUTHORITY)
			break;
	}
	r = parse_authority(&out, str_make(rest.p, end), err);
	if (r < 0)
		return r;
	rest = str_from(rest, end);
	out.path = str_make(rest.p, str_find_char(rest, '#'));
	if (out.path.len == 0)
		out.path = STR("/");
	if (out.path.p[0] == '?')
		return error_set(err, ERR_MALFORMED,
		    "a query without a path: put \"/\" before \"?\"");
	*url = out;
	return 0;
}

int url_host_header(const struct url *url, char *out, size_t size)
{
	bool is_default = url->port == (url->is_https ? URL_DEFAULT_HTTPS_PORT
						      : URL_DEFAULT_HTTP_PORT);
	size_t digits = MAX(digits_count(url->port), (size_t)1);
	size_t len =
	    url->host.len + (url->is_ipv6 ? 2 : 0) + (is_default ? 0 : 1 + digits);

	/* Without printf: each request has one. */
	if (len >= size)
		return ERR_LIMIT;
	if (url->is_ipv6)
		*out++ = '[';
	out = (char *)mempcpy(out, url->host.p, url->host.len);
	if (url->is_ipv6)
		*out++ = ']';
	if (!is_default) {
		*out++ = ':';
		out = (char *)digits_put((uint8_t *)out, url->port, digits);
	}
	*out = '\0';
	return 0;
}

/* The path of base up to and with its last "/", without the query. */
static struct str folder_of(struct str path)
{
	size_t len = str_find_char(path, '?');

	while (len > 0 && path.p[len - 1] != '/')
		len--;
	return len > 0 ? str_make(path.p, len) : STR("/");
}

/* Whether text begins with "name:" (RFC 3986 3.1). A colon further on is of a path or a
 * query: "login?next=a:b". */
static bool has_scheme(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];
		bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (c == ':')
			return i > 0;
		if (!is_letter && (i == 0 || !((c >= '0' && c <= '9') || c == '+' ||
						 c == '-' || c == '.')))
			return false;
	}
	return false;
}

/* What of the base's path stands before a location that has neither scheme nor "/". */
static struct str kept_of(struct str path, struct str location)
{
	if (location.len == 0 || location.p[0] == '#')
		return path;
	if (location.p[0] == '?')
		return str_make(path.p, str_find_char(path, '?'));
	return folder_of(path);
}

int url_resolve(const struct url *base, struct str location, char *out, size_t size,
    struct error *err)
{
	const char *scheme = base->is_https ? "https" : "http";
	struct url check;
	char host[300];
	int n, r;

	r = url_host_header(base, host, sizeof(host));
	if (r < 0)
		return error_set(err, r, "the host is too long");
	if (has_scheme(location))
		n = snprintf(out, size, "%.*s", STR_ARG(location));
	else if (str_starts(location, STR("//")))
		n = snprintf(out, size, "%s:%.*s", scheme, STR_ARG(location));
	else if (str_starts(location, STR("/")))
		n = snprintf(out, size, "%s://%s%.*s", scheme, host, STR_ARG(location));
	else
		n = snprintf(out, size, "%s://%s%.*s%.*s", scheme, host,
		    STR_ARG(kept_of(base->path, location)), STR_ARG(location));
	if (n < 0 || (size_t)n >= size)
		return error_set(err, ERR_LIMIT, "the redirect is too long");
	return url_parse(&check, str_of(out), err);
}
