/* The cookies that an ACS sets in a session, and which of them each later request of the CPE
 * brings back (RFC 6265). */
#pragma once

#include "capture/facts/rule.h"

/* A cookie that the CPE has to keep. Borrowed from the session. */
struct jar_cookie {
	struct str pair, name, path;      /* pair is "name=value" */
	const struct http_record *set_by; /* the ACS's answer */
};

/* The cookies of the session that belong to one request: same host, matching path, and TLS
 * if and only if the answer that set them came by TLS. The first 16 of a session are looked
 * at. */
struct cookie_count {
	size_t due, bytes, returned; /* bytes: of all pairs that are due */
	const struct jar_cookie
	    *missing; /* one that is due and does not come back, or null */
	const struct jar_cookie
	    *other;           /* one that comes back with another value, or null */
	struct str attribute; /* of Set-Cookie, that comes back as if it were a cookie:
				 "HttpOnly"; null: none */
};

/* What a rule makes of one request for which cookies are due. */
typedef enum rule_verdict cookies_check_fn(struct whole *view,
    const struct http_record *request, const struct cookie_count *count);

/* Asks check at each request of view->session for which that many cookies are due, or more (at
 * least 1): BROKEN where one breaks the rule, else the last verdict that is not SILENT. */
enum rule_verdict cookies_judge(struct whole *view, size_t least,
    cookies_check_fn *check);

/* The name in a pair "name=value": a view into it. */
struct str cookie_name(struct str pair);
