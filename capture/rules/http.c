/* Rules of HTTP: of one message, and of a session's requests together: where they go, in
 * what order, and which cookies they bring back (TR-069 A6 3.4, RFC 6265, RFC 9112). */
#include "capture/facts/cookies.h"
#include "capture/facts/history.h"
#include "capture/record/http_trace.h"
#include "capture/record/why.h"
#include "capture/rules/catalogue.h"

/* ---- HTTP-01 --------------------------------------------------------------------- */

/* Whether the server's address is what the host of the URL stands for, as far as the CPE's
 * look-ups show. */
static bool is_address_of(const struct cpe_record *host, struct str name,
    const struct address *server)
{
	char text[ADDRESS_TEXT_MAX];

	for (size_t i = 0; host && i < cpe_n_look_ups(host); i++) {
		const struct resolution *told = host->look_ups[i].what;

		for (size_t k = 0; k < told->n_addresses; k++) {
			if (address_eq(&told->addresses[k], server) &&
			    str_eq_nocase(name, str_of(told->name)))
				return true;
		}
	}
	return str_is(name, address_text(server, text));
}

/* Takes a URL apart, which is done already where it is that of the lease, as it mostly is. */
static bool read_url(const struct whole *view, const char *text, struct url *ret)
{
	const struct lease_record *lease = view->host ? view->host->lease : NULL;

	if (!lease || !lease->has_url || strcmp(lease->acs_url, text) != 0)
		return url_parse(ret, str_of(text), NULL) == 0;
	*ret = lease->url;
	return true;
}

/* The URL that the capture says the CPE was given, or null. */
static const char *given_url(const struct whole *view)
{
	const struct device_record *device = view->device;

	if (device && device->settings.url_set.number > 0)
		return device->settings.url;
	/* Its operator may have given it another one meanwhile. */
	if (view_has_event(view, EVENT_BIT(BOOTSTRAP)) &&
	    (past_last(device) || (device && device->n_live > 1) ||
		(view->host && (view->host->blind > 0 || view->host->n_unnamed > 0))))
		return NULL;
	return view->host && view->host->lease ? view->host->lease->acs_url : NULL;
}

/* The first request of a session, whose URL is here, beside the one where it goes by address and
 * port. */
static enum rule_verdict compare_given(struct whole *view,
    const struct http_record *first, const char *here, const struct url *url)
{
	const char *text = given_url(view);
	struct url given;

	if (!text || strcmp(text, here) == 0 || !read_url(view, text, &given) ||
	    given.port != first->links.conn->server_port ||
	    given.is_https != first->links.conn->tls.is_used ||
	    !is_address_of(view->host, given.host, &first->links.conn->server))
		return RULE_KEPT;
	if (!url_host_is_same(given.host, url->host) || given.port != url->port)
		return rule_broken(view, first, "Host is \"%s\"; the ACS URL is %s",
		    first->head.host, text);
	if (!url_path_is_same(given.path, url->path))
		return rule_broken(view, first, "the POST is for %s; the ACS URL is %s",
		    first->head.target, text);
	return RULE_KEPT;
}

static enum rule_verdict compare_first(struct whole *view,
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
	    here ? here : http->head.target, request_url(first, first_room));
}

static enum rule_verdict check_target(struct whole *view)
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
		if (!http->head.host) {
			verdict = rule_broken(view, http, "the request has no Host");
			continue;
		}
		if (strcmp(http->head.method, "POST") != 0) {
			verdict = rule_broken(view, http,
			    "the message is sent with %s; POST is expected",
			    http->head.method);
			continue;
		}
		if (first && strcmp(first->head.host, http->head.host) == 0 &&
		    strcmp(first->head.target, http->head.target) == 0)
			continue;
		if (first) {
			verdict = rule_worse(verdict, compare_first(view, first, http));
		} else if (request_url(http, room) && read_url(view, room, &url)) {
			first = http;
			verdict = rule_worse(verdict,
			    is_redirected ? RULE_KEPT
					  : compare_given(view, http, room, &url));
		}
	}
	return verdict;
}

/* ---- HTTP-02 --------------------------------------------------------------------- */

static enum rule_verdict check_version(struct whole *view)
{
	const struct http_record *http = view->http;

	if (http->head.minor_version == 1 &&
	    !(view->head->deviations & HTTP_ODD_VERSION))
		return RULE_KEPT;
	return rule_broken(view, http, "%s is of another version than HTTP/1.1%s",
	    http->is_request ? "the request" : "the response",
	    http->head.minor_version == 0 ? ": HTTP/1.0" : "");
}

/* ---- HTTP-03 --------------------------------------------------------------------- */

/* The request that was sent before it on its connection, or null. */
static const struct http_record *before_on_conn(const struct session_record *session,
    size_t at)
{
	const struct http_record *http = session->messages.items[at];
	size_t oldest = rule_oldest(at);

	while (at-- > oldest) {
		const struct http_record *other = session->messages.items[at];

		if (other->is_request && other->links.conn == http->links.conn)
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

static enum rule_verdict check_pipelining(struct whole *view)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT;

	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];
		const struct http_record *before =
		    http->is_request ? before_on_conn(session, i) : NULL;

		if (!before)
			continue;
		verdict = rule_worse(verdict, RULE_KEPT);
		if (!before->links.answer || is_sent_before(http, before->links.answer))
			verdict = rule_broken(view, http,
			    "the request is sent while that of frame %llu has no "
			    "complete answer",
			    (unsigned long long)before->frame.number);
	}
	return verdict;
}

/* ---- HTTP-04 --------------------------------------------------------------------- */

static struct str media_type(const char *content_type)
{
	struct str type = str_of(content_type);

	return str_trim(str_make(type.p, str_find_char(type, ';')));
}

static enum rule_verdict check_content_type(struct whole *view)
{
	const struct http_record *http = view->http;

	if (!http->head.content_type)
		return rule_broken(view, http,
		    "%s has no Content-Type; text/xml is expected",
		    http->envelope.name);
	if (!str_eq_nocase(media_type(http->head.content_type), STR("text/xml")))
		return rule_broken(view, http,
		    "%s has Content-Type \"%s\"; text/xml is expected",
		    http->envelope.name, http->head.content_type);
	return RULE_KEPT;
}

/* ---- HTTP-05, HTTP-06 ------------------------------------------------------------ */

static enum rule_verdict check_soap_action(struct whole *view)
{
	const struct http_record *http = view->http;

	if (!http->head.has_soap_action)
		return rule_broken(view, http, "%s has no SOAPAction",
		    http->envelope.name);
	/* Two quotes are SOAP 1.1's way to write the same. */
	if (http->head.soap_action &&
	    (rule_is_strict(view) || strcmp(http->head.soap_action, "\"\"") != 0))
		return rule_broken(view, http,
		    "%s has SOAPAction %s; it has none to name", http->envelope.name,
		    http->head.soap_action);
	return RULE_KEPT;
}

static enum rule_verdict check_empty_post(struct whole *view)
{
	const struct http_record *http = view->http;

	if (http->head.has_content_type)
		return rule_broken(view, http, "the empty POST has a Content-Type (%s)",
		    http->head.content_type ? http->head.content_type : "empty");
	if (http->head.has_soap_action)
		return rule_broken(view, http, "the empty POST has a SOAPAction");
	if (!http->head.has_content_length && !http->head.is_chunked)
		return rule_broken(view, http,
		    "the empty POST has no Content-Length; 0 is expected");
	return RULE_KEPT;
}

/* ---- HTTP-07, HTTP-08 ------------------------------------------------------------ */

static enum rule_verdict check_status(struct whole *view)
{
	const struct http_record *http = view->http;

	if (http->head.status == 200)
		return RULE_KEPT;
	return rule_broken(view, http, "%s comes with status %u; 200 is expected",
	    http->envelope.name, http->head.status);
}

/* Errors that are for HTTP to tell: whoever POSTs may not do so, or not there; more bytes than
 * the ACS takes, of which SOAP-15 tells whether they are too many; a coding that it cannot
 * decode (TR-069 A6 3.4.7); that it is too busy for now (RFC 9110 15.6.4); and what a proxy
 * says of an ACS that it does not reach. */
static bool is_due_error(const struct http_record *http)
{
	switch (http->head.status) {
	case 403:
	case 404:
	case 405:
	case 413:
	case 415:
	case 502:
	case 504:
		return true;
	case 503:
		return http->head.has_retry_after;
	}
	return false;
}

static enum rule_verdict check_no_error(struct whole *view)
{
	const struct http_record *http = view->http, *post = http->links.answers;

	if (http->head.status < 200)
		return RULE_SILENT;
	if (http->on != ON_ACS_OTHER || http->head.status < 400 || is_due_error(http))
		return RULE_KEPT;
	/* A POST that is no message of CWMP deserves an error, or one that is out of order
	 * (SES-02, SES-05, SES-06), and what a fault may not be answered with is what SES-17 is about. */
	if (!post || post->on == ON_CPE_OTHER || post->on == ON_CPE_FAULT ||
	    (http->head.status == 400 && why_stray(post)))
		return RULE_SILENT;
	return rule_broken(view, http, "the ACS answers %s%s with status %u",
	    post->envelope.is_there ? "the CPE's " : "the CPE's empty POST",
	    post->envelope.is_there ? post->envelope.name : "", http->head.status);
}

static enum rule_verdict check_empty_answer(struct whole *view)
{
	const struct http_record *http = view->http;

	if (http->head.status == 204 && http->head.has_content_length &&
	    http->body.content_length > 0)
		return rule_broken(view, http,
		    "status 204 has Content-Length %llu; it has no body",
		    (unsigned long long)http->body.content_length);
	/* Older ACSs say 200 and length 0. */
	if (http->head.status == 204 ||
	    (http->head.status == 200 && !rule_is_strict(view)))
		return RULE_KEPT;
	return rule_broken(view, http,
	    "the empty answer has status %u; 204 is expected", http->head.status);
}

/* ---- HTTP-09 --------------------------------------------------------------------- */

static enum rule_verdict check_framing(struct whole *view)
{
	const struct http_record *http = view->http;
	unsigned odd = view->head->deviations;

	if (http->body.has_bad_framing)
		return rule_broken(view, http, "the body cannot be read: %s",
		    http->body.bad);
	if (odd & HTTP_BOTH_FRAMINGS)
		return rule_broken(view, http,
		    "the message has both Content-Length and chunked");
	if (odd & (HTTP_LENGTHS_DIFFER | HTTP_LENGTH_LIST))
		return rule_broken(view, http,
		    "the message has more than one Content-Length");
	return http->body.is_cut ? RULE_SILENT : RULE_KEPT;
}

/* Its sender closed the connection before its end, and not because the other side had. */
static bool is_left_off(const struct http_record *http)
{
	const struct conn_record *conn = http->links.conn;
	struct frame_ref fin =
	    http->is_request ? conn->tcp.client_fin : conn->tcp.server_fin;
	struct frame_ref other =
	    http->is_request ? conn->tcp.server_fin : conn->tcp.client_fin;

	if (conn->flags &
	    (http->is_request ? CONN_SERVER_FIN_MISSED : CONN_CLIENT_FIN_MISSED))
		return false;
	return http->body.is_cut && !conn->tcp.has_gap && fin.number > 0 &&
	       fin.number == http->frame.number &&
	       (other.number == 0 || other.number > fin.number);
}

/* Bytes behind a body, more than its length says. */
static enum rule_verdict check_junk(struct whole *view)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT;

	for (size_t i = 0; i < session->conns.len; i++) {
		const struct conn_record *conn = session->conns.items[i];

		for (unsigned from = 0; from < ARRAY_LEN(conn->http.junk); from++) {
			struct frame_ref junk = conn->http.junk[from];

			if (conn->tcp.has_gap || junk.number < session->start.number ||
			    junk.number > session->end.number)
				continue;
			verdict = rule_broken_at(view,
			    from == FROM_CLIENT ? RULE_BY_CPE : RULE_BY_ACS, junk,
			    "bytes that are no HTTP follow a message that was complete "
			    "by its length");
		}
	}
	return verdict;
}

static enum rule_verdict check_cut(struct whole *view)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT;

	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];

		if (!is_left_off(http))
			continue;
		verdict =
		    !http->head.has_content_length
			? rule_broken(view, http,
			      "the connection is closed inside a chunked body")
			: rule_broken(view, http,
			      "Content-Length is %llu, but the connection is closed after %llu "
			      "bytes of the body",
			      (unsigned long long)http->body.content_length,
			      (unsigned long long)http->body.length);
	}
	return verdict;
}

static const struct rule_check framing_more[] = {
	{ .scope = WHOLE_SESSION, .check = check_cut },
	{ .scope = WHOLE_SESSION, .check = check_junk },
	{ .check = NULL },
};

/* ---- HTTP-10, HTTP-11 ------------------------------------------------------------ */

enum {
	COOKIE_BYTES = 512 /* what a CPE must be able to keep (TR-069 A6 3.4.2) */
};

static enum rule_verdict judge_any(struct whole *view, const struct http_record *http,
    const struct cookie_count *count)
{
	const struct jar_cookie *lost = count->other ? count->other : count->missing;

	if (count->attribute.p)
		return rule_broken(view, http,
		    "the Cookie header has %.*s, an attribute of Set-Cookie: only name and "
		    "value of a cookie come back",
		    STR_ARG(count->attribute));
	if ((count->other || count->returned == 0) && view->session->forwarded)
		return rule_not_judged(view,
		    "a proxy may have lost a cookie: its other side is not in the capture");
	if (count->other || (count->returned == 0 && count->bytes <= COOKIE_BYTES))
		return rule_broken(view, http,
		    "the cookie %.*s, set in frame %llu, comes back %s",
		    STR_ARG(lost->name), (unsigned long long)lost->set_by->frame.number,
		    count->other ? "with another value" : "not at all");
	return rule_kept_if(count->returned > 0);
}

static enum rule_verdict judge_several(struct whole *view,
    const struct http_record *http, const struct cookie_count *count)
{
	if (count->returned == 0 || count->other)
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

static enum rule_verdict check_cookies(struct whole *view)
{
	return cookies_judge(view, 1, judge_any);
}

static enum rule_verdict check_several(struct whole *view)
{
	return cookies_judge(view, 2, judge_several);
}

/* ---- HTTP-12 --------------------------------------------------------------------- */

static enum rule_verdict check_old_cookie(struct whole *view)
{
	const struct past_session *last = past_last(view->device);
	const struct http_record *first = view->session->messages.items[0];
	struct str rest = str_of(first->head.cookie);
	char pair[256];

	/* What was broken off may be gone on with. */
	if (!last || last->outcome != SESSION_COMPLETE ||
	    view->device->traces.cookie == 0 || first->on != ON_INFORM)
		return RULE_SILENT;
	while (rest.len > 0) {
		struct str item = str_trim(str_cut(rest, ';', &rest));

		if (item.len == 0 || item.len >= sizeof(pair))
			continue;
		memcpy(pair, item.p, item.len);
		pair[item.len] = '\0';
		if (text_digest(pair) == view->device->traces.cookie)
			return rule_broken(view, first,
			    "the Inform brings the cookie %.*s of the session that "
			    "ended in frame %llu",
			    STR_ARG(cookie_name(item)),
			    (unsigned long long)last->end.number);
	}
	return RULE_KEPT;
}

/* ---- HTTP-13 --------------------------------------------------------------------- */

/* Clients wait about a second for 100 Continue (RFC 9110 10.1.1). */
static const clock_ns patience = 3 * NS_PER_S;

static const struct http_record *continued(const struct session_record *session,
    const struct http_record *request)
{
	for (size_t i = session->messages.len; i-- > 0;) {
		const struct http_record *http = session->messages.items[i];

		if (http->frame.number < request->first.number)
			break;
		/* It comes before the request is whole, and answers none yet. */
		if (!http->is_request && http->links.conn == request->links.conn &&
		    http->head.status == 100)
			return http;
	}
	return NULL;
}

static enum rule_verdict check_expect(struct whole *view)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT;

	for (size_t i = 0; i < session->n_turns; i++) {
		const struct http_record *post = session->turns[i].post;
		clock_ns wait = post->frame.time - post->first.time;

		if (!post->head.wants_continue)
			continue;
		verdict = rule_worse(verdict, RULE_KEPT);
		if (wait > patience && !continued(session, post))
			verdict = rule_broken(view, post,
			    "the body comes %lld s after the head with Expect: "
			    "100-continue, and no 100 came",
			    (long long)(wait / NS_PER_S));
	}
	return verdict;
}

/* ---- HTTP-14 --------------------------------------------------------------------- */

static bool is_same_charset(struct str a, struct str b)
{
	static const struct str utf8 = { "utf8", 4 };

	if (str_eq_nocase(a, b))
		return true;
	if (str_eq_nocase(a, utf8))
		a = STR("utf-8");
	if (str_eq_nocase(b, utf8))
		b = STR("utf-8");
	return str_eq_nocase(a, b);
}

static enum rule_verdict check_charset(struct whole *view)
{
	const struct http_record *http = view->http;
	struct str charset = http_charset(http);

	if (charset.len == 0 || !http->envelope.encoding ||
	    is_same_charset(charset, str_of(http->envelope.encoding)))
		return RULE_KEPT;
	return rule_broken(view, http,
	    "%s: Content-Type says charset %.*s, the XML declaration says %s",
	    http->envelope.name, STR_ARG(charset), http->envelope.encoding);
}

/* ---- table ----------------------------------------------------------------------- */

const struct rule rules_http[] = {
	{ .id = "HTTP-01",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.1",
	    .text = "Messages are POSTs for the path of the ACS URL, with its host and "
		    "port as Host.",
	    .example = "The ACS URL is http://acs.lab:7547/acs, and the CPE sends POST "
		       "/ HTTP/1.1.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_WHOLE,
	    .check = check_target },
	{ .id = "HTTP-02",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4",
	    .text = "Messages are of HTTP/1.1.",
	    .example = "POST /acs HTTP/1.0",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_ANY,
	    .check = check_version },
	{ .id = "HTTP-03",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.6",
	    .text =
		"No request is sent before the answer to the one before is complete.",
	    .example = "Inform and an empty POST, then InformResponse.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_pipelining },
	{ .id = "HTTP-04",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.1",
	    .text = "A message with an envelope has Content-Type text/xml.",
	    .example = "An Inform with Content-Type: text/html.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_ENVELOPE,
	    .is_common = true,
	    .check = check_content_type },
	{ .id = "HTTP-05",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.1",
	    .text =
		"A POST with a response or a fault has a SOAPAction without a value.",
	    .example = "GetParameterValuesResponse without SOAPAction.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_RESPONSE | ON_CPE_FAULT,
	    .check = check_soap_action },
	{ .id = "HTTP-06",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.1",
	    .text =
		"An empty POST has Content-Length 0, no Content-Type, no SOAPAction.",
	    .example = "An empty POST with Content-Type: text/xml.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_EMPTY,
	    .is_common = true,
	    .check = check_empty_post },
	{ .id = "HTTP-07",
	    .who = RULE_BY_ACS,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.6",
	    .text = "An answer with an envelope, a fault too, has status 200.",
	    .example = "A SOAP fault with status 500.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_ACS_ENVELOPE,
	    .check = check_status },
	{ .id = "HTTP-08",
	    .who = RULE_BY_ACS,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.6",
	    .text = "An empty answer has status 204 and no body; 200 with length 0 is "
		    "let pass unless strict.",
	    .example = "202 Accepted without a body.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_ACS_EMPTY,
	    .is_common = true,
	    .check = check_empty_answer },
	{ .id = "HTTP-09",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "RFC 9112 6.3",
	    .text = "A body is as long as Content-Length says, or chunked with an end; "
		    "never both.",
	    .example = "Content-Length: 900, and FIN after 700 bytes.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_ANY,
	    .check = check_framing,
	    .more = framing_more },
	{ .id = "HTTP-10",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.2, RFC 6265 5.4",
	    .text = "A cookie that the ACS sets comes back with every later request of "
		    "the session for the same host and path, by its name and value "
		    "alone.",
	    .example = "InformResponse sets session=1; the empty POST has no Cookie.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_cookies },
	{ .id = "HTTP-11",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.2",
	    .text = "Of several cookies, up to 512 bytes, all come back.",
	    .example =
		"InformResponse sets a=1 and b=2; the empty POST has Cookie: b=2.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_several },
	{ .id = "HTTP-12",
	    .who = RULE_BY_CPE,
	    .severity = RULE_SHOULD,
	    .basis = "RFC 6265 5.3",
	    .text = "A cookie without an age is not sent in a later session.",
	    .example = "An Inform with the session cookie of the day before.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_old_cookie },
	{ .id = "HTTP-13",
	    .who = RULE_BY_CPE,
	    .severity = RULE_NOTE,
	    .basis = "RFC 9110 10.1.1",
	    .text = "After Expect: 100-continue the body follows 100 or a short wait.",
	    .example = "Expect: 100-continue, no answer, the body 10 s later.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_expect },
	{ .id = "HTTP-14",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_SHOULD,
	    .basis = "RFC 7303 3",
	    .text =
		"The charset of Content-Type is the encoding of the XML declaration.",
	    .example = "charset=ISO-8859-1 over <?xml version=\"1.0\" "
		       "encoding=\"UTF-8\"?>.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_ENVELOPE,
	    .check = check_charset },
	{ .id = "HTTP-15",
	    .who = RULE_BY_ACS,
	    .severity = RULE_SHOULD,
	    .basis = "TR-069 A6 3.4.6",
	    .text = "A POST is answered with a status of success, a redirect or 401; "
		    "what is wrong with an envelope is told by a fault.",
	    .example = "500 Internal Server Error to an Inform.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_ACS,
	    .needs = SHOWN_WHOLE,
	    .check = check_no_error },
	{ .id = NULL },
};
