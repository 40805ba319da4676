#include "agents/common/digest_why.h"

#include "lib/base/cut.h"

#include <stdio.h>

static void add(char *why, size_t size, const char *fmt, ...) ATTR_PRINTF(3, 4);

static void add(char *why, size_t size, const char *fmt, ...)
{
	size_t at = strlen(why);
	va_list args;

	if (at > 0 && at + 3 < size) {
		memcpy(why + at, "; ", 3);
		at += 2;
	}
	va_start(args, fmt);
	(void)cut_vprint(why + at, size - at, fmt, args);
	va_end(args);
}

bool digest_field_is(char *why, size_t size, const char *name, struct str expected,
    struct str received)
{
	if (str_eq(expected, received))
		return true;
	if (received.p)
		add(why, size, "%s: expected \"%.*s\", received \"%.*s\"", name,
		    STR_ARG(expected), STR_ARG(received));
	else
		add(why, size, "%s: expected \"%.*s\", received none", name,
		    STR_ARG(expected));
	return false;
}

char *digest_start(struct str response, char text[DIGEST_START_MAX])
{
	(void)snprintf(text, DIGEST_START_MAX, "%.*s%s", (int)MIN(response.len, 8U),
	    response.p ? response.p : "", response.len > 8 ? "..." : "");
	return text;
}

/* A digest with qop covers the count; its count has to be one. */
static bool is_count(struct str nc)
{
	if (nc.len != 8)
		return false;
	for (size_t i = 0; i < nc.len; i++) {
		if (!strchr("0123456789abcdefABCDEF", nc.p[i]))
			return false;
	}
	return true;
}

static bool is_qop_as_wanted(const struct digest_wanted *wanted,
    const struct auth_credentials *credentials, char *why, size_t size)
{
	struct str nc = credentials->nc;

	if (!credentials->qop.p && !nc.p)
		return true;
	if (!wanted->has_qop || !str_eq_nocase(credentials->qop, STR("auth"))) {
		add(why, size, "qop: expected %s, received %s%.*s%s",
		    wanted->has_qop ? "\"auth\"" : "none",
		    credentials->qop.p ? "\"" : "none", STR_ARG(credentials->qop),
		    credentials->qop.p ? "\"" : "");
		return false;
	}
	if (is_count(nc) && credentials->cnonce.len > 0)
		return true;
	if (!is_count(nc))
		add(why, size, "nc: expected 8 hexadecimal digits, received %s%.*s%s",
		    nc.p ? "\"" : "none", STR_ARG(nc), nc.p ? "\"" : "");
	else
		add(why, size, "cnonce: expected one, received none");
	return false;
}

static bool are_fields_as_wanted(const struct digest_wanted *wanted,
    const struct auth_credentials *credentials, char *why, size_t size)
{
	bool is_good = digest_field_is(why, size, "username", wanted->username,
	    credentials->username);

	is_good &=
	    digest_field_is(why, size, "realm", wanted->realm, credentials->realm);
	is_good &= digest_field_is(why, size, "uri", wanted->uri, credentials->uri);
	if (credentials->algorithm != wanted->algorithm)
		is_good &= digest_field_is(why, size, "algorithm",
		    str_of(auth_algorithm_name(wanted->algorithm)),
		    str_of(auth_algorithm_name(credentials->algorithm)));
	return is_qop_as_wanted(wanted, credentials, why, size) && is_good;
}

bool digest_is_as_wanted(const struct digest_wanted *wanted,
    const struct auth_credentials *credentials, auth_hash_fn *hash, char *why,
    size_t size)
{
	char expected[AUTH_HASH_HEX_MAX], want[DIGEST_START_MAX], got[DIGEST_START_MAX];

	why[0] = '\0';
	if (credentials->scheme != AUTH_DIGEST) {
		add(why, size, "scheme: expected Digest, received Basic");
		return false;
	}
	if (!are_fields_as_wanted(wanted, credentials, why, size))
		return false;
	if (auth_verify(credentials, wanted->username, wanted->password, wanted->method,
		hash))
		return true;
	if (auth_response(credentials, wanted->password, wanted->method, hash,
		expected) < 0) {
		add(why, size, "this machine has no %s",
		    auth_algorithm_name(wanted->algorithm));
		return false;
	}
	add(why, size, "response: expected %s, received %s: the passwords differ",
	    digest_start(str_of(expected), want),
	    digest_start(credentials->response, got));
	return false;
}
