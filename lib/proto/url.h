/* The URLs of CWMP: http and https with a host, no userinfo (TR-069 A6 3.1, A.3.2.8). */
#pragma once

#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	URL_MAX = 2048,
	URL_DEFAULT_HTTP_PORT = 80,
	URL_DEFAULT_HTTPS_PORT = 443
};

struct url {
	bool is_https;
	struct str host; /* name, IPv4, or IPv6 without its brackets */
	bool is_ipv6;
	uint16_t port;   /* the default of the scheme where none is written */
	bool has_port;   /* written in the URL */
	struct str path; /* with query, without fragment; "/" when empty */
};

/* The views point into text. ERR_MALFORMED with offset and words, also for a query
 * without a path ("http://acs?x"); ERR_UNSUPPORTED for another scheme, ERR_LIMIT when
 * longer than URL_MAX. */
int url_parse(struct url *url, struct str text, struct error *err);

/* Resolves a Location against base (RFC 3986 5.2, the forms that redirects use:
 * absolute URL, "//host", "/path", "path", "?query", "#part"; "../" is left in). The
 * result is text in out (of size), terminated. 0; ERR_LIMIT when it does not fit; the
 * errors of url_parse() when the result is no URL of CWMP. */
int url_resolve(const struct url *base, struct str location, char *out, size_t size,
    struct error *err);

/* "host" or "host:port" (with brackets for IPv6), as a Host header wants it (RFC 9110
 * 7.2): the port is left out where it is the scheme's default. 0 or ERR_LIMIT. */
int url_host_header(const struct url *url, char *out, size_t size);

/* Whether both texts name one place (RFC 3986 6.2.2, 6.2.3): they are the same text, or URLs of
 * CWMP that differ in nothing but the case of scheme, host and escapes, escapes that need not
 * be, "." and ".." in the path, a default port that is written, or an empty path for "/". */
bool url_is_same(struct str a, struct str b);

/* The same of the path and query alone, and of the host alone, without its brackets. */
bool url_path_is_same(struct str a, struct str b);
bool url_host_is_same(struct str a, struct str b);

/* The form that all paths have in common that are the same, with the query, in out (of size),
 * terminated. 0 or ERR_LIMIT. */
int url_path_normal(struct str path, char *out, size_t size);
