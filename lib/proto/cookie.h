/* The part of RFC 6265 that CWMP sessions need (TR-069 A6 3.4.2). */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>

enum {
	COOKIES_MAX = 16,
	COOKIE_BYTES_MAX = 4096
};

struct cookie {
	char *name, *value, *host, *path; /* owned */
	bool is_secure;
};

struct cookie_jar {
	struct cookie cookies[COOKIES_MAX];
	size_t len;
};

#define COOKIE_JAR_NULL                                  \
	{                                                \
		{ { NULL, NULL, NULL, NULL, false } }, 0 \
	}

/* Takes a copy of a Set-Cookie value that a host answered to a request for that path: adds,
 * replaces, or removes (a Max-Age of 0 or less, or Expires in 1970). Each cookie is of that
 * host alone, whatever Domain it names; a port makes no other host (RFC 6265 5.3, 8.5).
 * ERR_MALFORMED: the jar stays as it was. ERR_LIMIT when the jar is full of
 * cookies of this host (those of others make room), the value is over COOKIE_BYTES_MAX, or
 * there is no memory. */
int cookie_jar_set(struct cookie_jar *jar, struct str set_cookie, struct str host,
    struct str path);

/* Appends the value of a Cookie header, "a=1; b=2", with the cookies that go to this
 * host and path; nothing when there is none. */
void cookie_jar_write(const struct cookie_jar *jar, struct str host, struct str path,
    bool is_https, struct buf *out);

/* Empties the jar. Safe to repeat. */
void cookie_jar_free(struct cookie_jar *jar);

/* The value of a cookie in a Cookie header; a null view when it is not there. */
struct str cookie_find(struct str cookie_header, struct str name);
