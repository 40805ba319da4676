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
	char *name, *value, *path; /* owned */
	bool is_secure;
};

struct cookie_jar { /* one host, one session */
	struct cookie cookies[COOKIES_MAX];
	size_t len;
};

#define COOKIE_JAR_NULL                            \
	{                                          \
		{ { NULL, NULL, NULL, false } }, 0 \
	}

/* Takes a copy of a Set-Cookie value: adds, replaces, or removes (a Max-Age of 0 or
 * less, or Expires in 1970). request_path gives the path of a cookie that names none.
 * ERR_MALFORMED: the jar stays as it was. ERR_LIMIT when the jar is full, the value is
 * over COOKIE_BYTES_MAX, or there is no memory. */
int cookie_jar_set(struct cookie_jar *jar, struct str set_cookie,
    struct str request_path);

/* Appends the value of a Cookie header, "a=1; b=2", with the cookies that go with this
 * path; nothing when there is none. */
void cookie_jar_write(const struct cookie_jar *jar, struct str path, bool is_https,
    struct buf *out);

/* Empties the jar. Safe to repeat. */
void cookie_jar_free(struct cookie_jar *jar);

/* The value of a cookie in a Cookie header; a null view when it is not there. */
struct str cookie_find(struct str cookie_header, struct str name);
