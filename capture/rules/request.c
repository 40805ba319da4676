/* Rules of a session's requests together: where they go, in what order, and which cookies
 * they bring back (TR-069 A6 3.4, RFC 6265). */
#include "capture/observe/http_trace.h"
#include "capture/rules/history.h"

/* ---- HTTP-01 ----------------------------------------------------------------------- */

/* Whether the server's address is what the host of the URL stands for, as far as the CPE's
 * look-ups show. */
static bool is_address_of(const struct cpe_record *host, struct str name,
    const struct address *server)
{
	char text[ADDRESS_TEXT_MAX];
	uint32_t address;

	if (str_is(name, address_text(server, text)))
		return true;
	if (server->family != ADDRESS_IPV4 || !host)
		return false;
	address = (uint32_t)server->bytes[0] << 24 | (uint32_t)server->bytes[1] << 16 |
		  (uint32_t)server->bytes[2] << 8 | server->bytes[3];
	for (size_t i = 0; i < cpe_n_look_ups(host); i++) {
		const struct resolution *told = host->look_ups[i].what;

		for (size_t k = 0; k < told->n_addresses; k++) {
			if (told->addresses[k] == address &&
			    str_eq_nocase(name, str_of(told->name)))
				return true;
		}
	}
	return false;
}

/* The URL that the capture says the CPE was given, or null. */
static const char *given_url(const struct rule_view *view)
{
	const struct device_record *device = view->device;

	if (device && device->url_set.number > 0)
		return device->url;
	/* Its operator may have given it another one meanwhile. */
	if (view_has_event(view, EVENT_BIT(BOOTSTRAP)) &&
	    (past_last(device) || (device && device->n_live > 1) ||
		(view->host && (view->host->blind > 0 || view->host->n_unnamed > 0))))
		return NULL;
	return view->host && view->host->lease ? view->host->lease->acs_url : NULL;
}

/* The first request of a session, beside the URL where it goes by address and port. */
static enum rule_verdict compare_given(struct rule_view *view,
    const struct http_record *first, const struct url *url)
{
	const char *text = given_url(view);
	struct url given;

	if (!text || url_parse(&given, str_of(text), NULL) < 0 ||
	    given.port != first->conn->server_port ||
	    given.is_https != first->conn->is_tls ||
	    !is_address_of(view->host, given.host, &first->conn->server))
		return RULE_KEPT;
	if (!str_eq_nocase(given.host, url->host) || given.port != url->port)
		return rule_broken(view, first, "Host is \"%s\"; the ACS URL is %s",
		    first->host, text);
	if (!str_eq(given.path, url->path))
		return rule_broken(view, first, "the POST is for %s; the ACS URL is %s",
		    first->target, text);
	return RULE_KEPT;
}

static enum rule_verdict compare_first(struct rule_view *view,
    const struct http_record *first, const struct http_record *http)
{
	char room[URL_MAX], first_room[URL_MAX];
	const char *here = request_url(http, room);

	if (here && http != first &&
	    rule_same_url(here, request_url(first, first_room)))
		return RULE_KEPT;
	return rule_broken(view, http,
	    "the request is for %s; the session's first is "
	    "for %s",
	    here ? here : http->target, request_url(first, first_room));
}

static enum rule_verdict check_target(struct rule_view *view)
{
	const struct session_record *session = view->session;
	const struct http_record *first = NULL;
	enum rule_verdict verdict = RULE_SILENT;
	bool is_redirected = false;
	char room[URL_MAX];
	struct url url;

	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];

		if (http->on == ON_ACS_REDIRECT) {
			first = NULL;
			is_redirected = true;
		}
		if (!http->is_request)
			continue;
		if (!http->host)
			return rule_broken(view, http, "the request has no Host");
		if (strcmp(http->method, "POST") != 0)
			return rule_broken(view, http,
			    "the message is sent with %s; POST is due", http->method);
		if (first && strcmp(first->host, http->host) == 0 &&
		    strcmp(first->target, http->target) == 0)
			continue;
		if (first) {
			verdict = compare_first(view, first, http);
		} else if (request_url(http, room) &&
			   url_parse(&url, str_of(room), NULL) == 0) {
			first = http;
			verdict =
			    is_redirected ? RULE_KEPT : compare_given(view, http, &url);
		}
		if (verdict == RULE_BROKEN)
			return verdict;
	}
	return verdict;
}

/* ---- HTTP-03 ----------------------------------------------------------------------- */

/* The request that was sent before it on its connection, or null. */
static const struct http_record *before_on_conn(const struct session_record *session,
    size_t at)
{
	const struct http_record *http = session->messages.items[at];
	size_t oldest = rule_oldest(at);

	while (at-- > oldest) {
		const struct http_record *other = session->messages.items[at];

		if (other->is_request && other->conn == http->conn)
			return other;
	}
	return NULL;
}

/* A mirror may swap a response with the request that follows it: then they are
 * neighbours. */
static bool is_sent_before(const struct http_record *http,
    const struct http_record *answer)
{
	return http->first.number + 1 < answer->frame.number;
}

static enum rule_verdict check_pipelining(struct rule_view *view)
{
	const struct session_record *session = view->session;
	bool is_seen = false;

	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];
		const struct http_record *before =
		    http->is_request ? before_on_conn(session, i) : NULL;

		if (!before)
			continue;
		is_seen = true;
		if (!before->answer || is_sent_before(http, before->answer))
			return rule_broken(view, http,
			    "the request is sent while that of frame %llu has no "
			    "complete answer",
			    (unsigned long long)before->frame.number);
	}
	return rule_kept_if(is_seen);
}

/* ---- HTTP-10, HTTP-11 -------------------------------------------------------------- */

enum {
	JAR_MAX = 16,
	COOKIE_BYTES = 512, /* what a CPE must be able to keep */
};

struct jar_cookie {
	struct str pair, name, path;
	const struct http_record *set_by;
};

struct jar {
	struct jar_cookie cookies[JAR_MAX];
	size_t len;
};

static struct str cookie_name(struct str pair)
{
	return str_trim(str_make(pair.p, str_find_char(pair, '=')));
}

/* RFC 6265 5.1.4: the path of a cookie that names none. */
static struct str default_path(const char *target)
{
	struct str path = str_of(target);
	size_t len = str_find_char(path, '?');

	while (len > 0 && path.p[len - 1] != '/')
		len--;
	return len > 1 ? str_make(path.p, len - 1) : STR("/");
}

static void jar_put(struct jar *jar, const struct http_record *answer,
    const struct cookie_record *cookie)
{
	struct jar_cookie put = { .pair = str_of(cookie->pair), .set_by = answer };
	size_t i = 0;

	put.name = cookie_name(put.pair);
	put.path =
	    cookie->path ? str_of(cookie->path) : default_path(answer->answers->target);
	while (i < jar->len && !(str_eq(jar->cookies[i].name, put.name) &&
				   str_eq(jar->cookies[i].path, put.path)))
		i++;
	if (cookie->is_gone || (cookie->is_secure && !answer->conn->is_tls)) {
		if (i < jar->len)
			jar->cookies[i] = jar->cookies[--jar->len];
		return;
	}
	if (i == JAR_MAX)
		return;
	jar->cookies[i] = put;
	jar->len = MAX(jar->len, i + 1);
}

/* RFC 6265 5.1.4 */
static bool path_matches(struct str path, const char *target)
{
	struct str request = str_of(target);

	request.len = str_find_char(request, '?');
	return str_starts(request, path) &&
	       (request.len == path.len || path.p[path.len - 1] == '/' ||
		   request.p[path.len] == '/');
}

static bool is_due(const struct jar_cookie *cookie, const struct http_record *http)
{
	const struct http_record *asked = cookie->set_by->answers;

	return path_matches(cookie->path, http->target) && http->host && asked->host &&
	       str_eq_nocase(str_of(http->host), str_of(asked->host)) &&
	       (http->conn->is_tls || !asked->conn->is_tls);
}

static struct str unquoted(struct str value)
{
	value = str_trim(value);
	return value.len >= 2 && value.p[0] == '"' && value.p[value.len - 1] == '"'
		   ? str_make(value.p + 1, value.len - 2)
		   : value;
}

enum returned {
	RETURNED_NOT,
	RETURNED_OTHER, /* with another value */
	RETURNED,
};

static enum returned find_returned(const char *header, const struct jar_cookie *cookie)
{
	struct str rest = str_of(header), want, value;
	enum returned found = RETURNED_NOT;

	(void)str_cut(cookie->pair, '=', &want);
	while (rest.len > 0) {
		struct str item = str_trim(str_cut(rest, ';', &rest));

		if (!str_eq(str_trim(str_cut(item, '=', &value)), cookie->name))
			continue;
		if (str_eq(unquoted(value), unquoted(want)))
			return RETURNED;
		found = RETURNED_OTHER;
	}
	return found;
}

struct return_count {
	size_t due, bytes, returned;
	const struct jar_cookie *missing, *other;
};

static struct return_count count_returned(const struct jar *jar,
    const struct http_record *http)
{
	struct return_count count = { 0 };

	for (size_t i = 0; i < jar->len; i++) {
		const struct jar_cookie *cookie = &jar->cookies[i];

		if (!is_due(cookie, http))
			continue;
		count.due++;
		count.bytes += cookie->pair.len;
		switch (find_returned(http->cookie, cookie)) {
		case RETURNED:
			count.returned++;
			break;
		case RETURNED_OTHER:
			count.other = cookie;
			break;
		case RETURNED_NOT:
			count.missing = cookie;
			break;
		}
	}
	return count;
}

typedef enum rule_verdict judge_fn(struct rule_view *view,
    const struct http_record *http, const struct return_count *count);

/* Asks is_kept at each request for which cookies are due, until it is broken. */
static enum rule_verdict walk_cookies(struct rule_view *view, judge_fn *is_kept)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT;
	struct jar jar; /* large: only what is counted is read */

	jar.len = 0;
	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];
		struct return_count count;
		enum rule_verdict here;

		for (size_t k = 0; k < http->n_cookies && http->answers; k++)
			jar_put(&jar, http, &http->cookies[k]);
		if (!http->is_request || jar.len == 0)
			continue;
		count = count_returned(&jar, http);
		if (count.due == 0)
			continue;
		here = is_kept(view, http, &count);
		if (here == RULE_BROKEN)
			return here;
		if (here != RULE_SILENT)
			verdict = here;
	}
	return verdict;
}

static enum rule_verdict judge_any(struct rule_view *view,
    const struct http_record *http, const struct return_count *count)
{
	const struct jar_cookie *lost = count->other ? count->other : count->missing;

	if (count->other || (count->returned == 0 && count->bytes <= COOKIE_BYTES))
		return rule_broken(view, http,
		    "the cookie %.*s, set in frame %llu, comes back %s",
		    STR_ARG(lost->name), (unsigned long long)lost->set_by->frame.number,
		    count->other ? "with another value" : "not at all");
	return rule_kept_if(count->returned > 0);
}

static enum rule_verdict judge_several(struct rule_view *view,
    const struct http_record *http, const struct return_count *count)
{
	if (count->due < 2 || count->returned == 0 || count->other)
		return RULE_SILENT;
	if (!count->missing)
		return RULE_KEPT;
	if (count->bytes > COOKIE_BYTES)
		return rule_not_judged(view, "more than 512 bytes of cookies");
	return rule_broken(view, http,
	    "%zu of %zu cookies come back; %.*s, set in frame %llu, does not",
	    count->returned, count->due, STR_ARG(count->missing->name),
	    (unsigned long long)count->missing->set_by->frame.number);
}

static enum rule_verdict check_cookies(struct rule_view *view)
{
	return walk_cookies(view, judge_any);
}

static enum rule_verdict check_several(struct rule_view *view)
{
	return walk_cookies(view, judge_several);
}

/* ---- HTTP-12 ----------------------------------------------------------------------- */

static enum rule_verdict check_old_cookie(struct rule_view *view)
{
	const struct past_session *last = past_last(view->device);
	const struct http_record *first = view->session->messages.items[0];
	struct str rest = str_of(first->cookie);
	char pair[256];

	/* What was broken off may be gone on with. */
	if (!last || last->outcome != SESSION_COMPLETE || view->device->cookie == 0 ||
	    first->on != ON_INFORM)
		return RULE_SILENT;
	while (rest.len > 0) {
		struct str item = str_trim(str_cut(rest, ';', &rest));

		if (item.len == 0 || item.len >= sizeof(pair))
			continue;
		memcpy(pair, item.p, item.len);
		pair[item.len] = '\0';
		if (text_digest(pair) == view->device->cookie)
			return rule_broken(view, first,
			    "the Inform brings the cookie %.*s of the session that "
			    "ended in frame %llu",
			    STR_ARG(cookie_name(item)),
			    (unsigned long long)last->end.number);
	}
	return RULE_KEPT;
}

/* ---- table ------------------------------------------------------------------------- */

const struct rule rules_request[] = {
	{ .id = "HTTP-01",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.1",
	    .text = "Messages are POSTs for the path of the ACS URL, with its host and "
		    "port as Host.",
	    .example = "The ACS URL is http://acs.lab:7547/acs, and the CPE sends POST "
		       "/ HTTP/1.1.",
	    .scope = RULE_SESSION,
	    .needs = SHOWN_WHOLE,
	    .check = check_target },
	{ .id = "HTTP-03",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.6",
	    .text =
		"No request is sent before the answer to the one before is complete.",
	    .example = "Inform and an empty POST, then InformResponse.",
	    .scope = RULE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_pipelining },
	{ .id = "HTTP-10",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.2, RFC 6265 5.4",
	    .text = "A cookie that the ACS sets comes back with every later request of "
		    "the session for the same host and path.",
	    .example = "InformResponse sets session=1; the empty POST has no Cookie.",
	    .scope = RULE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_cookies },
	{ .id = "HTTP-11",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.2",
	    .text = "Of several cookies, up to 512 bytes, all come back.",
	    .example =
		"InformResponse sets a=1 and b=2; the empty POST has Cookie: b=2.",
	    .scope = RULE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_several },
	{ .id = "HTTP-12",
	    .who = RULE_BY_CPE,
	    .severity = RULE_SHOULD,
	    .basis = "RFC 6265 5.3",
	    .text = "A cookie without an age is not sent in a later session.",
	    .example = "An Inform with the session cookie of the day before.",
	    .scope = RULE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_old_cookie },
	{ .id = NULL },
};
