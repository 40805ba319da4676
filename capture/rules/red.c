/* Rules of redirects (TR-069 A6 3.4.6). */
#include "capture/facts/history.h"
#include "capture/record/http_trace.h"
#include "capture/rules/catalogue.h"

enum {
	REDIRECTS_MAX = 5 /* in a row */
};

static bool leads_on(const struct http_record *http)
{
	return http->on == ON_ACS_REDIRECT &&
	       (http->head.status == 302 || http->head.status == 307) &&
	       http->head.location;
}

/* The next request after messages.items[at], or null. */
static const struct http_record *next_request(const struct session_record *session,
    size_t at)
{
	while (++at < session->messages.len) {
		const struct http_record *http = session->messages.items[at];

		if (http->is_request)
			return http;
	}
	return NULL;
}

/* ---- RED-01 ---------------------------------------------------------------------- */

/* Whether this capture would show what the CPE does at the target. */
static bool would_show(const struct whole *view, const struct http_record *answer,
    const char *target)
{
	const struct device_record *device = view->device;
	const struct past_session *last = past_last(device);
	char room[URL_MAX];
	struct url from, to;

	/* It may go on in a session of its own. */
	if (device &&
	    (device->n_live > 1 || (last && last->start.number > answer->frame.number)))
		return false;
	return (view->session->shown & SHOWN_END) &&
	       request_url(answer->links.answers, room) &&
	       url_parse(&from, str_of(room), NULL) == 0 &&
	       url_parse(&to, str_of(target), NULL) == 0 &&
	       url_host_is_same(from.host, to.host) && from.port == to.port &&
	       from.is_https == to.is_https;
}

static enum rule_verdict compare_repeated(struct whole *view,
    const struct http_record *answer, const char *target,
    const struct http_record *again)
{
	const struct http_record *asked = answer->links.answers;
	char room[URL_MAX];
	const char *url = request_url(again, room);

	if (strcmp(again->head.method, asked->head.method) != 0)
		return rule_broken(view, again,
		    "the %s that was redirected is repeated as %s", asked->head.method,
		    again->head.method);
	if (!rule_same_url(url, target))
		return rule_broken(view, again,
		    "the CPE was redirected to %s, and sends to %s", target,
		    url ? url : again->head.target);
	if (again->on != asked->on || again->body.length != asked->body.length)
		return rule_broken(view, again,
		    "%s (%llu bytes) was redirected; %s (%llu bytes) follows it",
		    asked->envelope.is_there ? asked->envelope.name : "an empty POST",
		    (unsigned long long)asked->body.length,
		    again->envelope.is_there ? again->envelope.name : "an empty POST",
		    (unsigned long long)again->body.length);
	return RULE_KEPT;
}

static enum rule_verdict check_followed(struct whole *view)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT;
	unsigned in_a_row = 0;

	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *answer = session->messages.items[i], *again;
		const char *target;
		char room[URL_MAX];

		if (!answer->is_request && answer->head.status / 100 != 1)
			in_a_row = leads_on(answer) ? in_a_row + 1 : 0;
		if (!leads_on(answer) || in_a_row > REDIRECTS_MAX ||
		    !answer->links.answers)
			continue;
		target = redirect_target(answer, room);
		if (!target) {
			verdict = rule_not_judged(view, "the target cannot be read");
			continue;
		}
		again = next_request(session, i);
		if (again)
			verdict = compare_repeated(view, answer, target, again);
		else if (would_show(view, answer, target))
			verdict = rule_broken_at(view, RULE_BY_CPE, session->end,
			    "the CPE does not follow the redirect to %s", target);
		else
			verdict = rule_not_judged(view,
			    "the redirect's target is not in the capture");
		if (verdict == RULE_BROKEN)
			break;
	}
	return verdict;
}

/* ---- RED-02 ---------------------------------------------------------------------- */

static enum rule_verdict check_count(struct whole *view)
{
	const struct session_record *session = view->session;
	bool is_seen = false;
	unsigned in_a_row = 0;

	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];

		if (http->is_request && in_a_row > REDIRECTS_MAX)
			return rule_broken(view, http,
			    "the CPE follows %u redirects in a row; %d is the most",
			    in_a_row, REDIRECTS_MAX);
		if (http->is_request || http->head.status / 100 == 1)
			continue;
		in_a_row = leads_on(http) ? in_a_row + 1 : 0;
		is_seen |= in_a_row > 0;
	}
	return rule_kept_if(is_seen);
}

/* ---- RED-03 ---------------------------------------------------------------------- */

static enum rule_verdict check_not_kept(struct whole *view)
{
	const struct device_record *device = view->device;
	const char *target = device->more ? device->more->redirected_to : NULL;
	const struct past_session *last = past_last(device);
	const struct lease_record *lease = view->host ? view->host->lease : NULL;
	const char *url = view->session->url;

	if (!target || !last || !last->url || !url || rule_same_url(last->url, target))
		return RULE_SILENT;
	if (rule_same_url(url, last->url) || rule_same_url(url, device->settings.url))
		return RULE_KEPT;
	if (!rule_same_url(url, target) ||
	    (lease && rule_same_url(url, lease->acs_url)))
		return RULE_SILENT;
	/* What was redirected may go on here, where the capture does not show it whole. */
	if (last->outcome != SESSION_COMPLETE)
		return rule_not_judged(view,
		    "the redirected session is not seen to end");
	return rule_broken_at(view, RULE_BY_CPE, view->session->start,
	    "the session begins at %s, where the one before was redirected to; the ACS "
	    "URL is %s",
	    target, last->url);
}

/* ---- RED-04 ---------------------------------------------------------------------- */

static bool is_https(const struct http_record *answer)
{
	char room[URL_MAX];
	const char *target = leads_on(answer) ? redirect_target(answer, room) : NULL;
	struct url url;

	return target && url_parse(&url, str_of(target), NULL) == 0 && url.is_https;
}

static enum rule_verdict check_secured(struct whole *view)
{
	const struct session_record *session = view->session;
	bool is_seen = false;

	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *answer = session->messages.items[i];
		const struct http_record *next =
		    is_https(answer) ? next_request(session, i) : NULL;

		if (!next)
			continue;
		is_seen = true;
		if (!next->links.conn->tls.is_used)
			return rule_broken(view, next,
			    "the CPE was redirected to %s, and sends without TLS",
			    answer->head.location);
	}
	return rule_kept_if(is_seen);
}

/* What follows cannot be read without secrets, but that there is a handshake can. */
static enum rule_verdict check_handshake(struct whole *view)
{
	const struct session_record *session = view->host->running;
	const struct http_record *last =
	    session && session->messages.len > 0
		? session->messages.items[session->messages.len - 1]
		: NULL;
	char room[URL_MAX];
	const char *target;
	struct url url;

	if (!last || !is_https(last))
		return RULE_SILENT;
	target = redirect_target(last, room);
	return rule_kept_if(target && url_parse(&url, str_of(target), NULL) == 0 &&
			    url.port == view->conn->server_port);
}

/* ---- table ----------------------------------------------------------------------- */

static const struct rule_check secured_more[] = {
	{ .scope = WHOLE_TLS_OPEN, .check = check_handshake },
	{ .check = NULL },
};

const struct rule rules_red[] = {
	{ .id = "RED-01",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.6",
	    .text = "A CPE follows 302 and 307: it sends the same message to the "
		    "Location, with the same method.",
	    .example = "After 302 the CPE sends GET to the new URL.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_followed },
	{ .id = "RED-02",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.6",
	    .text = "A CPE follows at most 5 redirects in a row.",
	    .example = "Two ACSs redirect to each other, and the CPE goes on for ever.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_count },
	{ .id = "RED-03",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.6",
	    .text = "A redirect holds for its session; the next one begins at the ACS "
		    "URL.",
	    .example =
		"A day after a redirect to http://b/ the CPE informs at http://b/.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_not_kept },
	{ .id = "RED-04",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.3",
	    .text = "After a redirect to https the CPE authenticates the ACS by TLS.",
	    .example = "302 to https://acs.lab:7548/, and a plain POST to port 7548.",
	    .scope = WHOLE_SESSION,
	    .check = check_secured,
	    .more = secured_more },
	{ .id = NULL },
};
