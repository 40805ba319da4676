/* Rules of one HTTP message (TR-069 A6 3.4). */
#include "capture/rules/catalogue.h"

/* ---- HTTP-02 ----------------------------------------------------------------------- */

static enum rule_verdict check_version(struct rule_view *view)
{
	const struct http_record *http = view->http;

	if (http->minor_version == 1 && !(view->head->deviations & HTTP_ODD_VERSION))
		return RULE_KEPT;
	return rule_broken(view, http, "%s is of another version than HTTP/1.1%s",
	    http->is_request ? "the request" : "the response",
	    http->minor_version == 0 ? ": HTTP/1.0" : "");
}

/* ---- HTTP-04, HTTP-14 -------------------------------------------------------------- */

static struct str media_type(const char *content_type)
{
	struct str type = str_of(content_type);

	return str_trim(str_make(type.p, str_find_char(type, ';')));
}

static enum rule_verdict check_content_type(struct rule_view *view)
{
	const struct http_record *http = view->http;

	if (!http->content_type)
		return rule_broken(view, http,
		    "%s has no Content-Type; text/xml is due", http->name);
	if (!str_eq_nocase(media_type(http->content_type), STR("text/xml")))
		return rule_broken(view, http,
		    "%s has Content-Type \"%s\"; text/xml is due", http->name,
		    http->content_type);
	return RULE_KEPT;
}

/* The charset that a Content-Type names; a null view: none. */
static struct str charset_of(const char *content_type)
{
	struct str rest = str_of(content_type);

	while (rest.len > 0) {
		struct str value, item = str_trim(str_cut(rest, ';', &rest));
		struct str name = str_trim(str_cut(item, '=', &value));

		if (!str_eq_nocase(name, STR("charset")))
			continue;
		value = str_trim(value);
		if (value.len >= 2 && value.p[0] == '"')
			value = str_make(value.p + 1, value.len - 2);
		return value;
	}
	return STR_NULL;
}

static bool is_same_charset(struct str a, struct str b)
{
	static const struct str utf8 = { "utf8", 4 };

	if (str_eq_nocase(a, utf8))
		a = STR("utf-8");
	if (str_eq_nocase(b, utf8))
		b = STR("utf-8");
	return str_eq_nocase(a, b);
}

static enum rule_verdict check_charset(struct rule_view *view)
{
	const struct http_record *http = view->http;
	struct str charset = charset_of(http->content_type);

	if (charset.len == 0 || !http->encoding ||
	    is_same_charset(charset, str_of(http->encoding)))
		return RULE_KEPT;
	return rule_broken(view, http,
	    "%s: Content-Type says charset %.*s, the XML declaration says %s",
	    http->name, STR_ARG(charset), http->encoding);
}

/* ---- HTTP-05, HTTP-06 -------------------------------------------------------------- */

static enum rule_verdict check_soap_action(struct rule_view *view)
{
	const struct http_record *http = view->http;

	if (!http->has_soap_action)
		return rule_broken(view, http, "%s has no SOAPAction", http->name);
	/* Two quotes are SOAP 1.1's way to write the same. */
	if (http->soap_action &&
	    (view->is_strict || strcmp(http->soap_action, "\"\"") != 0))
		return rule_broken(view, http,
		    "%s has SOAPAction %s; it has none to name", http->name,
		    http->soap_action);
	return RULE_KEPT;
}

static enum rule_verdict check_empty_post(struct rule_view *view)
{
	const struct http_record *http = view->http;

	if (http->has_content_type)
		return rule_broken(view, http, "the empty POST has a Content-Type (%s)",
		    http->content_type ? http->content_type : "empty");
	if (http->has_soap_action)
		return rule_broken(view, http, "the empty POST has a SOAPAction");
	if (!http->has_content_length && !http->is_chunked)
		return rule_broken(view, http,
		    "the empty POST has no Content-Length; 0 is due");
	return RULE_KEPT;
}

/* ---- HTTP-07, HTTP-08 -------------------------------------------------------------- */

static enum rule_verdict check_status(struct rule_view *view)
{
	const struct http_record *http = view->http;

	if (http->status == 200)
		return RULE_KEPT;
	return rule_broken(view, http, "%s comes with status %u; 200 is due",
	    http->name, http->status);
}

static enum rule_verdict check_empty_answer(struct rule_view *view)
{
	const struct http_record *http = view->http;

	if (http->status == 204 && http->has_content_length && http->content_length > 0)
		return rule_broken(view, http,
		    "status 204 has Content-Length %llu; it has no body",
		    (unsigned long long)http->content_length);
	/* Older ACSs say 200 and length 0. */
	if (http->status == 204 || (http->status == 200 && !view->is_strict))
		return RULE_KEPT;
	return rule_broken(view, http, "the empty answer has status %u; 204 is due",
	    http->status);
}

/* ---- HTTP-09 ----------------------------------------------------------------------- */

static enum rule_verdict check_framing(struct rule_view *view)
{
	const struct http_record *http = view->http;
	unsigned odd = view->head->deviations;

	if (http->has_bad_framing)
		return rule_broken(view, http, "the body cannot be read: %s",
		    http->bad);
	if (odd & HTTP_BOTH_FRAMINGS)
		return rule_broken(view, http,
		    "the message has both Content-Length and chunked");
	if (odd & (HTTP_LENGTHS_DIFFER | HTTP_LENGTH_LIST))
		return rule_broken(view, http,
		    "the message has more than one Content-Length");
	return http->is_cut ? RULE_SILENT : RULE_KEPT;
}

/* Its sender closed the connection before its end. */
static bool is_left_off(const struct http_record *http)
{
	const struct conn_record *conn = http->conn;
	struct frame_ref fin = http->is_request ? conn->client_fin : conn->server_fin;

	return http->is_cut && !conn->has_gap && fin.number > 0 &&
	       fin.number == http->frame.number;
}

/* Bytes behind a body, more than its length says. */
static enum rule_verdict check_junk(struct rule_view *view)
{
	const struct session_record *session = view->session;

	for (size_t i = 0; i < session->conns.len; i++) {
		const struct conn_record *conn = session->conns.items[i];

		for (unsigned from = 0; from < ARRAY_LEN(conn->junk); from++) {
			struct frame_ref junk = conn->junk[from];

			if (conn->has_gap || junk.number < session->start.number ||
			    junk.number > session->end.number)
				continue;
			return rule_broken_at(view,
			    from == FROM_CLIENT ? RULE_BY_CPE : RULE_BY_ACS, junk,
			    "bytes that are no HTTP follow a message that was complete "
			    "by its length");
		}
	}
	return RULE_SILENT;
}

static enum rule_verdict check_cut(struct rule_view *view)
{
	const struct session_record *session = view->session;

	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];

		if (!is_left_off(http))
			continue;
		if (!http->has_content_length)
			return rule_broken(view, http,
			    "the connection is closed inside a chunked body");
		return rule_broken(view, http,
		    "Content-Length is %llu, but the connection is closed after %llu "
		    "bytes of the body",
		    (unsigned long long)http->content_length,
		    (unsigned long long)http->body_length);
	}
	return RULE_SILENT;
}

/* ---- HTTP-13 ----------------------------------------------------------------------- */

/* Clients wait about a second for 100 Continue (RFC 9110 10.1.1). */
static const clock_ns patience = 3 * NS_PER_S;

static const struct http_record *continued(const struct session_record *session,
    const struct http_record *request)
{
	for (size_t i = session->messages.len; i-- > 0;) {
		const struct http_record *http = session->messages.items[i];

		if (http->frame.number < request->first.number)
			break;
		if (http->answers == request && http->status == 100)
			return http;
	}
	return NULL;
}

static enum rule_verdict check_expect(struct rule_view *view)
{
	const struct session_record *session = view->session;
	bool is_seen = false;

	for (size_t i = 0; i < session->n_turns; i++) {
		const struct http_record *post = session->turns[i].post;
		clock_ns wait = post->frame.time - post->first.time;

		if (!post->wants_continue)
			continue;
		is_seen = true;
		if (wait > patience && !continued(session, post))
			return rule_broken(view, post,
			    "the body comes %lld s after the head with Expect: "
			    "100-continue, and no 100 came",
			    (long long)(wait / NS_PER_S));
	}
	return rule_kept_if(is_seen);
}

/* ---- table ------------------------------------------------------------------------- */

static const struct rule_check framing_more[] = {
	{ .scope = RULE_SESSION, .check = check_cut },
	{ .scope = RULE_SESSION, .check = check_junk },
	{ .check = NULL },
};

const struct rule rules_http[] = {
	{ .id = "HTTP-02",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4",
	    .text = "Messages are of HTTP/1.1.",
	    .example = "POST /acs HTTP/1.0",
	    .scope = RULE_MESSAGE,
	    .on = ON_ANY,
	    .check = check_version },
	{ .id = "HTTP-04",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.1",
	    .text = "A message with an envelope has Content-Type text/xml.",
	    .example = "An Inform with Content-Type: text/html.",
	    .scope = RULE_MESSAGE,
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
	    .scope = RULE_MESSAGE,
	    .on = ON_CPE_RESPONSE | ON_CPE_FAULT,
	    .check = check_soap_action },
	{ .id = "HTTP-06",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.1",
	    .text =
		"An empty POST has Content-Length 0, no Content-Type, no SOAPAction.",
	    .example = "An empty POST with Content-Type: text/xml.",
	    .scope = RULE_MESSAGE,
	    .on = ON_CPE_EMPTY,
	    .is_common = true,
	    .check = check_empty_post },
	{ .id = "HTTP-07",
	    .who = RULE_BY_ACS,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.6",
	    .text = "An answer with an envelope, a fault too, has status 200.",
	    .example = "A SOAP fault with status 500.",
	    .scope = RULE_MESSAGE,
	    .on = ON_ACS_ENVELOPE,
	    .check = check_status },
	{ .id = "HTTP-08",
	    .who = RULE_BY_ACS,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.6",
	    .text = "An empty answer has status 204 and no body; 200 with length 0 is "
		    "let pass unless strict.",
	    .example = "202 Accepted without a body.",
	    .scope = RULE_MESSAGE,
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
	    .scope = RULE_MESSAGE,
	    .on = ON_ANY,
	    .check = check_framing,
	    .more = framing_more },
	{ .id = "HTTP-13",
	    .who = RULE_BY_CPE,
	    .severity = RULE_NOTE,
	    .basis = "RFC 9110 10.1.1",
	    .text = "After Expect: 100-continue the body follows 100 or a short wait.",
	    .example = "Expect: 100-continue, no answer, the body 10 s later.",
	    .scope = RULE_SESSION,
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
	    .scope = RULE_MESSAGE,
	    .on = ON_ENVELOPE,
	    .check = check_charset },
	{ .id = NULL },
};
