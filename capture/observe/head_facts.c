/* What is kept of the head of an HTTP message: framing, cookies, credentials. */
#include "capture/observe/observe_internal.h"

#include "lib/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* ---- credentials ------------------------------------------------------------------- */

/* Whether a digest's uri is the target, as it stands or as a whole URL. */
static bool is_target(struct str uri, struct str target)
{
	size_t at;

	if (url_path_is_same(uri, target))
		return true;
	if (!str_find(uri, STR("://"), &at))
		return false;
	uri = str_from(uri, at + 3);
	return url_path_is_same(str_from(uri, str_find_char(uri, '/')), target);
}

/* nc as RFC 7616 3.4 writes it. */
static bool is_count(struct str nc)
{
	for (size_t i = 0; i < nc.len; i++) {
		if (hex_digit(nc.p[i]) < 0)
			return false;
	}
	return nc.len == 8;
}

static void keep_credentials(struct observer *observer, struct arena *arena,
    struct http_record *record, struct str value)
{
	struct auth_credentials credentials;
	char nc[16];

	record->auth.has_credentials = value.p != NULL;
	if (!value.p || auth_credentials_parse(&credentials, value, NULL) < 0)
		return;
	record->auth.scheme = credentials.scheme;
	record->auth.username = observer_text_in(observer, arena, credentials.username);
	record->auth.nonce = observer_text_in(observer, arena, credentials.nonce);
	record->auth.cnonce = observer_text_in(observer, arena, credentials.cnonce);
	(void)snprintf(nc, sizeof(nc), "%.*s", STR_ARG(credentials.nc));
	record->auth.nonce_count = (uint32_t)strtoul(nc, NULL, 16);
	if (credentials.qop.p)
		record->auth.facts |= AUTH_FACT_QOP;
	if (credentials.nc.p)
		record->auth.facts |= AUTH_FACT_NC;
	if (credentials.qop.p && !str_eq_nocase(credentials.qop, STR("auth")))
		record->auth.facts |= AUTH_FACT_OTHER_QOP;
	if (credentials.nc.p && !is_count(credentials.nc))
		record->auth.facts |= AUTH_FACT_BAD_NC;
	record->auth.realm = observer_text_in(observer, arena, credentials.realm);
	record->auth.opaque = observer_text_in(observer, arena, credentials.opaque);
	record->auth.algorithm = credentials.algorithm;
	if (credentials.scheme == AUTH_DIGEST &&
	    !is_target(credentials.uri, str_of(record->head.target)))
		record->auth.facts |= AUTH_FACT_OTHER_URI;
}

/* Whether a response has more challenges than one, in a header or in several. */
static bool has_several(const struct http_head *head)
{
	size_t n = 0;

	for (size_t i = 0; i < head->n_headers; i++) {
		struct str value = head->headers[i].value;

		if (!str_eq_nocase(head->headers[i].name, STR("WWW-Authenticate")))
			continue;
		n++;
		while (value.len > 0) {
			struct str item = str_trim(str_cut(value, ',', &value));

			n += item.p != str_trim(head->headers[i].value).p &&
			     (str_eq_nocase(str_make(item.p, MIN(item.len, (size_t)7)),
				  STR("Digest ")) ||
				 str_eq_nocase(str_make(item.p,
						   MIN(item.len, (size_t)6)),
				     STR("Basic ")));
		}
	}
	return n > 1;
}

static void keep_challenge(struct observer *observer, struct arena *arena,
    struct http_record *record, const struct http_head *head)
{
	struct str value = http_header(head, "WWW-Authenticate");
	struct auth_challenge challenge;

	if (!value.p || auth_challenge_parse(&challenge, value, NULL) < 0)
		return;
	record->auth.scheme = challenge.scheme;
	record->auth.nonce = observer_text_in(observer, arena, challenge.nonce);
	if (challenge.has_qop)
		record->auth.facts |= AUTH_FACT_QOP;
	if (challenge.is_stale)
		record->auth.facts |= AUTH_FACT_STALE;
	if (has_several(head))
		record->auth.facts |= AUTH_FACT_SEVERAL;
	record->auth.realm = observer_text_in(observer, arena, challenge.realm);
	record->auth.opaque = observer_text_in(observer, arena, challenge.opaque);
	record->auth.algorithm = challenge.algorithm;
}

/* ---- requests ---------------------------------------------------------------------- */

static void keep_request(struct observer *observer, struct arena *arena,
    struct http_record *record, const struct http_head *head)
{
	struct str action = http_header(head, "SOAPAction");

	record->head.method = str_is(head->method, "POST")
				  ? "POST"
				  : observer_strdup_in(observer, arena, head->method);
	record->head.target = observer_strdup_in(observer, arena, head->target);
	record->head.host =
	    observer_text_in(observer, arena, http_header(head, "Host"));
	record->head.cookie =
	    observer_text_in(observer, arena, http_header(head, "Cookie"));
	record->head.has_soap_action = action.p != NULL;
	record->head.soap_action = observer_text_in(observer, arena, action);
	keep_credentials(observer, arena, record, http_header(head, "Authorization"));
	record->head.wants_continue = head->wants_continue;
}

/* ---- cookies (RFC 6265 4.1, 5.2) ---------------------------------------------------- */

enum {
	COOKIES_MAX = 16
};

static int day_number(int year, int month, int day)
{
	return (year * 12 + month) * 31 + day; /* enough to tell which is later */
}

/* The day of "Thu, 01 Jan 1970 00:00:00 GMT" and its older forms (RFC 6265 5.1.1); -1: it
 * is none. */
static int read_day(struct str date)
{
	static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	int day = -1, month = -1, year = -1;

	while (date.len > 0) {
		struct str word = date;
		uint64_t number;

		word.len = 0;
		while (word.len < date.len && !strchr(" -,", date.p[word.len]))
			word.len++;
		date = str_from(date, word.len + 1);
		if (str_to_u64(word, 9999, &number) == 0) {
			if (day < 0)
				day = (int)number;
			else if (year < 0)
				year = (int)(number < 70    ? number + 2000
					     : number < 100 ? number + 1900
							    : number);
		}
		for (int i = 0; word.len == 3 && i < 12; i++) {
			if (str_eq_nocase(word, str_make(months + i * 3, 3)))
				month = i;
		}
	}
	return day < 0 || month < 0 || year < 0 ? -1 : day_number(year, month, day);
}

static bool is_past(struct str date, clock_ns now)
{
	time_t seconds = (time_t)(now / NS_PER_S);
	int day = read_day(date);
	struct tm tm;

	return day >= 0 && gmtime_r(&seconds, &tm) &&
	       day < day_number(tm.tm_year + 1900, tm.tm_mon, tm.tm_mday);
}

static void cookie_attribute(struct observer *observer, struct arena *arena,
    struct cookie_record *cookie, struct str attribute, clock_ns now)
{
	struct str value;
	struct str name = str_trim(str_cut(attribute, '=', &value));

	value = str_trim(value);
	if (str_eq_nocase(name, STR("Path")) && str_starts(value, STR("/"))) {
		cookie->path = observer_strdup_in(observer, arena, value);
	} else if (str_eq_nocase(name, STR("Secure"))) {
		cookie->is_secure = true;
	} else if (str_eq_nocase(name, STR("Max-Age"))) {
		cookie->is_lasting = true;
		cookie->is_gone = str_is(value, "0") || str_starts(value, STR("-"));
	} else if (str_eq_nocase(name, STR("Expires"))) {
		cookie->is_lasting = true;
		cookie->is_gone |= is_past(value, now);
	}
}

static void keep_cookies(struct observer *observer, struct arena *arena,
    struct http_record *record, const struct http_head *head)
{
	struct str value;
	size_t n = 0;

	while (n < COOKIES_MAX && http_header_nth(head, "Set-Cookie", n, &value))
		n++;
	if (n == 0)
		return;
	record->head.cookies =
	    observer_alloc_in(observer, arena, n * sizeof(*record->head.cookies));
	for (size_t i = 0; record->head.cookies && i < n; i++) {
		struct cookie_record *cookie =
		    &record->head.cookies[record->head.n_cookies];
		struct str pair;

		(void)http_header_nth(head, "Set-Cookie", i, &value);
		pair = str_trim(str_cut(value, ';', &value));
		if (str_find_char(pair, '=') == pair.len)
			continue;
		cookie->pair = observer_strdup_in(observer, arena, pair);
		if (!cookie->pair)
			return;
		record->head.n_cookies++;
		while (value.len > 0) {
			struct str attribute = str_cut(value, ';', &value);

			cookie_attribute(observer, arena, cookie, attribute,
			    record->frame.time);
		}
	}
}

/* ---- interface --------------------------------------------------------------------- */

void head_facts_keep(struct observer *observer, struct arena *arena,
    struct http_record *record, const struct http_head *head)
{
	struct str type = http_header(head, "Content-Type");

	record->is_request = head->is_request;
	record->head.status = head->status;
	record->head.minor_version = (uint8_t)head->minor_version;
	record->head.has_content_length = head->has_content_length;
	record->body.content_length = head->content_length;
	record->head.is_chunked = head->framing == HTTP_CHUNKED;
	record->head.wants_close = head->wants_close;
	record->head.has_content_type = type.p != NULL;
	record->head.content_type = observer_text_in(observer, arena, type);
	if (head->is_request) {
		keep_request(observer, arena, record, head);
		return;
	}
	record->head.location =
	    observer_text_in(observer, arena, http_header(head, "Location"));
	keep_cookies(observer, arena, record, head);
	record->head.has_retry_after = http_header(head, "Retry-After").p != NULL;
	keep_challenge(observer, arena, record, head);
}
