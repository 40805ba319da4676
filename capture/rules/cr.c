/* Rules of connection requests (TR-069 A6 3.2.2). */
#include "capture/facts/history.h"
#include "capture/rules/catalogue.h"

#include "lib/proto/url.h"

static const clock_ns grace = 30 * NS_PER_S;

static bool is_success(const struct http_record *answer)
{
	return answer && (answer->head.status == 200 || answer->head.status == 204);
}

static struct str published_path(const struct device_record *device)
{
	struct url url;

	if (!device || !device->informed.call_url ||
	    url_parse(&url, str_of(device->informed.call_url), NULL) < 0)
		return STR_NULL;
	return url.path;
}

/* ---- CR-01 ----------------------------------------------------------------------- */

static enum rule_verdict check_get(struct whole *view)
{
	const struct http_record *get = view->call->get;
	struct str path = published_path(view->device);

	if (strcmp(get->head.method, "GET") != 0)
		return rule_broken_at(view, RULE_BY_ACS, get->frame,
		    "the connection request is a %s, not a GET", get->head.method);
	if (get->head.minor_version != 1)
		return rule_broken_at(view, RULE_BY_ACS, get->frame,
		    "the connection request is HTTP/1.%u, not HTTP/1.1",
		    get->head.minor_version);
	if (!get->body.is_empty)
		return rule_broken_at(view, RULE_BY_ACS, get->frame,
		    "the connection request has a body of %llu bytes",
		    (unsigned long long)get->body.length);
	if (!path.p)
		return RULE_KEPT;
	if (!url_path_is_same(str_of(get->head.target), path))
		return rule_broken_at(view, RULE_BY_ACS, get->frame,
		    "the connection request goes to %s; the CPE published %.*s",
		    get->head.target, STR_ARG(path));
	return RULE_KEPT;
}

/* ---- CR-02 ----------------------------------------------------------------------- */

static enum rule_verdict check_challenge(struct whole *view)
{
	const struct http_record *answer = view->call->answer;

	if (view->call->get->auth.has_credentials || !answer ||
	    (answer->head.status != 401 && answer->head.status / 100 != 2))
		return RULE_SILENT;
	if (answer->head.status != 401)
		return rule_broken_at(view, RULE_BY_CPE, answer->frame,
		    "a connection request without credentials is answered %u, not 401",
		    answer->head.status);
	if (answer->auth.scheme != AUTH_DIGEST)
		return rule_broken_at(view, RULE_BY_CPE, answer->frame,
		    "the challenge to a connection request is %s, not Digest",
		    answer->auth.scheme == AUTH_BASIC ? "Basic" : "none that is known");
	return RULE_KEPT;
}

/* ---- CR-03 ----------------------------------------------------------------------- */

static enum rule_verdict check_success(struct whole *view)
{
	const struct http_record *answer = view->call->answer;
	const struct session_record *running = view_running(view);

	if (!view->call->get->auth.has_credentials || !answer ||
	    answer->head.status / 100 != 2)
		return RULE_SILENT;
	if (!is_success(answer))
		return rule_broken_at(view, RULE_BY_CPE, answer->frame,
		    "the connection request is answered %u, not 200 or 204",
		    answer->head.status);
	if (!answer->body.is_empty)
		return rule_broken_at(view, RULE_BY_CPE, answer->frame,
		    "the answer to the connection request has a body of %llu bytes",
		    (unsigned long long)answer->body.length);
	if (running && running->start.number > view->call->get->frame.number &&
	    running->start.number < answer->frame.number)
		return rule_broken_at(view, RULE_BY_CPE, answer->frame,
		    "the session begins in frame %llu, before the connection request is "
		    "answered",
		    (unsigned long long)running->start.number);
	return RULE_KEPT;
}

/* ---- CR-04 ----------------------------------------------------------------------- */

/* From when the CPE has 30 s: the answer, or the end of a session that ran then. */
static clock_ns free_since(const struct device_record *device)
{
	const struct device_more *more = device->more;
	clock_ns since = more->last_call.time;

	for (size_t i = 0; i < device->past.len; i++) {
		if (device->past.items[i].id == more->busy_session)
			since = MAX(since, device->past.items[i].end.time);
	}
	return since;
}

static enum rule_verdict check_soon(struct whole *view)
{
	const struct device_more *more = view->device->more;
	const struct past_session *last = past_last(view->device);
	clock_ns wait;

	if (!more || more->calls == 0 ||
	    more->last_call.number > view->session->start.number ||
	    more->busy_session == view->session->id ||
	    (last && last->start.number > more->last_call.number))
		return RULE_SILENT;
	wait = view->session->start.time - free_since(view->device);
	/* An absence was told already. */
	return wait <= grace ? RULE_KEPT : RULE_SILENT;
}

static enum rule_verdict check_absent(struct whole *view)
{
	const struct device_more *more = view->device->more;
	const struct past_session *last = past_last(view->device);

	if (!more || more->calls == 0 ||
	    (last && last->start.number > more->last_call.number))
		return RULE_SILENT;
	if (view->host && view->host->n_unnamed > 0)
		return rule_not_judged(view, "a session of this CPE is not seen whole");
	if (rule_is_trying(view, view->device->settings.url, more->last_call.number))
		return rule_not_judged(view, "the CPE does not reach its ACS");
	return rule_broken_at(view, RULE_BY_CPE, view->now,
	    "no session began within 30 s of the connection request answered in frame "
	    "%llu",
	    (unsigned long long)more->last_call.number);
}

static const struct rule_check absent_session[] = {
	{ .scope = WHOLE_OVERDUE, .check = check_absent },
	{ .check = NULL },
};

/* ---- CR-05 ----------------------------------------------------------------------- */

static enum rule_verdict check_refused(struct whole *view)
{
	const struct device_more *more = view->device->more;
	clock_ns since;

	if (!more || more->last_refused.number == 0 ||
	    more->last_refused.number < more->last_call.number ||
	    more->last_refused.number < more->last_unsure.number ||
	    more->last_refused.number > view->session->start.number)
		return RULE_SILENT;
	/* The call may have been another device's. */
	if (view->host && view->host->is_shared &&
	    view->host->last_opened > more->last_refused.number)
		return RULE_SILENT;
	since = view->session->start.time - more->last_refused.time;
	if (!view_has_event(view, EVENT_BIT(CONNECTION_REQUEST)))
		return RULE_KEPT;
	if (since > grace)
		return RULE_SILENT;
	return rule_broken(view, view->session->inform,
	    "a session with 6 CONNECTION REQUEST follows the credentials refused in frame "
	    "%llu",
	    (unsigned long long)more->last_refused.number);
}

/* ---- CR-06 ----------------------------------------------------------------------- */

static enum rule_verdict check_busy(struct whole *view)
{
	const struct http_record *answer = view->call->answer;

	if (!answer || answer->head.status != 503)
		return RULE_SILENT;
	if (answer->head.has_retry_after)
		return rule_broken_at(view, RULE_BY_CPE, answer->frame,
		    "503 to a connection request has a Retry-After header");
	return RULE_KEPT;
}

/* Whether the CPE may have been called otherwise since its last session: by UDP or XMPP, or
 * where the capture does not show the answer. */
static bool was_called(const struct whole *view)
{
	const struct device_more *more = view->device->more;
	const struct past_session *last = past_last(view->device);

	if (view->host &&
	    (view->host->has_xmpp || view->host->last_opened > more->last_busy.number))
		return true;
	return more->calls > 0 || more->udp_ts > 0 ||
	       more->last_busy.number < more->last_call.number ||
	       more->last_unsure.number > (last ? last->start.number : 0);
}

static enum rule_verdict check_not_for_busy(struct whole *view)
{
	const struct device_more *more = view->device->more;
	const struct past_session *last = past_last(view->device);

	if (!more || more->last_busy.number == 0 ||
	    more->last_busy.number > view->session->start.number ||
	    (last && last->start.number > more->last_busy.number) || was_called(view))
		return RULE_SILENT;
	if (!view_has_event(view, EVENT_BIT(CONNECTION_REQUEST)))
		return RULE_KEPT;
	/* It may repeat what a session that failed did not deliver (EVT-07). */
	if (view->session->start.time - more->last_busy.time > grace ||
	    (last && last->event_bits & EVENT_BIT(CONNECTION_REQUEST) &&
		last->outcome != SESSION_COMPLETE))
		return RULE_SILENT;
	return rule_broken(view, view->session->inform,
	    "a session with 6 CONNECTION REQUEST follows the connection request that frame "
	    "%llu answered 503",
	    (unsigned long long)more->last_busy.number);
}

static const struct rule_check not_for_busy[] = {
	{ .scope = WHOLE_DEVICE, .needs = SHOWN_START, .check = check_not_for_busy },
	{ .check = NULL },
};

/* ---- CR-07 ----------------------------------------------------------------------- */

static enum rule_verdict check_one_session(struct whole *view)
{
	const struct device_more *more = view->device->more;
	const struct past_session *last = past_last(view->device);

	if (!more || !view_has_event(view, EVENT_BIT(CONNECTION_REQUEST)))
		return RULE_SILENT;
	if (more->calls > 1)
		return RULE_KEPT;
	if (more->calls > 0 || !last || last->calls < 2 ||
	    last->outcome != SESSION_COMPLETE)
		return RULE_SILENT;
	if (view->host && view->host->last_opened > last->start.number)
		return rule_not_judged(view,
		    "a connection request is not in the capture as a whole");
	return rule_broken(view, view->session->inform,
	    "a second session with 6 CONNECTION REQUEST for the %u calls before the one of "
	    "frame %llu",
	    last->calls, (unsigned long long)last->inform);
}

/* ---- CR-08 ----------------------------------------------------------------------- */

static enum rule_verdict check_undisturbed(struct whole *view)
{
	const struct session_record *session = view->session;
	const struct conn_record *conn = session->conns.items[session->conns.len - 1];
	struct frame_ref closed =
	    conn->tcp.client_fin.number > 0 ? conn->tcp.client_fin : conn->tcp.rst;

	if (session->called.number == 0)
		return RULE_SILENT;
	if (session->outcome == SESSION_COMPLETE)
		return RULE_KEPT;
	if (closed.number < session->called.number)
		return RULE_SILENT;
	return rule_broken_at(view, RULE_BY_CPE, closed,
	    "the CPE ends its session after the connection request of frame %llu",
	    (unsigned long long)session->called.number);
}

/* ---- CR-09 ----------------------------------------------------------------------- */

static enum rule_verdict check_patience(struct whole *view)
{
	const struct frame_ref *previous = &view->call->previous;
	const struct past_session *last = past_last(view->device);
	const struct session_record *running = view_running(view);
	clock_ns since = view->call->get->frame.time - previous->time;

	/* The first GET of a call is challenged; the one that follows tells. */
	if (previous->number == 0 ||
	    (view->call->answer && view->call->answer->head.status == 401))
		return RULE_SILENT;
	if ((last && last->start.number > previous->number) ||
	    (running && running->start.number > previous->number))
		return RULE_KEPT;
	if (since >= grace)
		return RULE_KEPT;
	if (rule_is_trying(view, NULL, previous->number))
		return rule_not_judged(view, "a session of this CPE is not seen whole");
	return rule_broken_at(view, RULE_BY_ACS, view->call->get->frame,
	    "the ACS calls again %.1f s after the success in frame %llu, before 30 s have "
	    "passed",
	    seconds_of(since), (unsigned long long)previous->number);
}

/* ---- CR-10 ----------------------------------------------------------------------- */

static enum rule_verdict check_unique(struct whole *view)
{
	const struct http_record *inform = view->session->inform;
	const struct cwmp_param *published =
	    inform ? http_param(inform, "ManagementServer.ConnectionRequestURL") : NULL;
	const struct device_record *other;
	char path[URL_MAX + 1];
	struct url url;

	/* Once a device: its first session. */
	if (!published || view->device->past.len > 0 ||
	    url_parse(&url, published->value, NULL) < 0 ||
	    url_path_normal(url.path, path, sizeof(path)) < 0)
		return RULE_SILENT;
	other = map_get(view->fleet->call_paths, str_of(path));
	if (!other || other == view->device)
		return RULE_KEPT;
	return rule_broken(view, inform,
	    "the path %.*s of its ConnectionRequestURL is also that of %s",
	    STR_ARG(url.path), other->serial);
}

/* ---- CR-11 ----------------------------------------------------------------------- */

/* Hosts repeat a SYN after a second or more (RFC 6298 2). */
static const clock_ns SYN_AGAIN_NS = NS_PER_S / 2;

static enum rule_verdict check_reached(struct whole *view)
{
	const struct conn_record *conn = view->conn;
	const struct conn_tcp *tcp = &conn->tcp;
	char text[ADDRESS_PORT_TEXT_MAX];

	if (conn->http.is_call)
		return RULE_KEPT;
	if (tcp->syn.number == 0 || tcp->synack.number != 0 || !view->host ||
	    !address_eq(&conn->server, &view->host->at) ||
	    address_eq(&conn->client, &view->host->at))
		return RULE_SILENT;
	/* Hosts send none before they are answered (RFC 9293 3.10.4). */
	if (tcp->rst.number != 0 && tcp->rst_from == FROM_CLIENT)
		return rule_not_judged(view,
		    "the caller resets a connection whose answer is not in the capture");
	(void)address_port_text(&conn->server, conn->server_port, text);
	if (tcp->rst.number != 0)
		return rule_broken_at(view, RULE_BY_CPE, tcp->rst,
		    "%s, which its ConnectionRequestURL names, refuses the SYN of frame "
		    "%llu",
		    text, (unsigned long long)tcp->syn.number);
	if (tcp->unreachable.number != 0)
		return rule_broken_at(view, RULE_BY_CPE, tcp->unreachable,
		    "%s, which its ConnectionRequestURL names, is unreachable for the "
		    "SYN of frame %llu: ICMP code %u",
		    text, (unsigned long long)tcp->syn.number, tcp->unreachable_code);
	/* Who sends another one has waited for an answer; a mirror shows one SYN twice at once. */
	if (tcp->syn_again - tcp->syn.time < SYN_AGAIN_NS)
		return rule_not_judged(view,
		    "the capture ends before a call is answered");
	return rule_broken_at(view, RULE_BY_CPE, tcp->syn,
	    "%s, which its ConnectionRequestURL names, answers neither the SYN nor "
	    "those that repeat it",
	    text);
}

/* ---- table ----------------------------------------------------------------------- */

const struct rule rules_cr[] = {
	{ .id = "CR-01",
	    .who = RULE_BY_ACS,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.2.2.2",
	    .text =
		"A connection request is an HTTP/1.1 GET without a body to the path "
		"that the CPE published.",
	    .example = "POST /cr HTTP/1.1 to a CPE whose ConnectionRequestURL ends in "
		       "/4f2a.",
	    .scope = WHOLE_CALL,
	    .check = check_get },
	{ .id = "CR-02",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.2.2.2",
	    .text = "A connection request without credentials is answered 401 with a "
		    "Digest challenge.",
	    .example = "GET without Authorization; 200 at once.",
	    .scope = WHOLE_CALL,
	    .check = check_challenge },
	{ .id = "CR-03",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.2.2.2",
	    .text =
		"A connection request that succeeds is answered 200 or 204 without a "
		"body, before the session begins.",
	    .example = "The SYN of the session comes first, then 204.",
	    .scope = WHOLE_CALL,
	    .check = check_success },
	{ .id = "CR-04",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.2.2.2",
	    .text =
		"A session begins within 30 s of a connection request that succeeded.",
	    .example = "204 to the connection request; no SYN in the next minute.",
	    .scope = WHOLE_DEVICE,
	    .check = check_soon,
	    .more = absent_session },
	{ .id = "CR-05",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.2.2.2",
	    .text = "A connection request with wrong credentials starts no session.",
	    .example = "401 to the credentials; then a session with "
		       "6 CONNECTION REQUEST.",
	    .scope = WHOLE_DEVICE,
	    .check = check_refused },
	{ .id = "CR-06",
	    .who = RULE_BY_CPE,
	    .severity = RULE_SHOULD,
	    .basis = "TR-069 A6 3.2.2.2",
	    .text = "503 to a connection request has no Retry-After, and no session "
		    "follows for it.",
	    .example = "503 with Retry-After: 60.",
	    .scope = WHOLE_CALL,
	    .check = check_busy,
	    .more = not_for_busy },
	{ .id = "CR-07",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.2.2.2",
	    .text = "Several connection requests before a session start one session.",
	    .example = "Two calls are answered 204; two sessions with "
		       "6 CONNECTION REQUEST follow.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_one_session },
	{ .id = "CR-08",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.2.2.2",
	    .text = "A connection request during a session does not end it.",
	    .example = "A call comes between two POSTs; the CPE sends FIN.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE | SHOWN_END,
	    .check = check_undisturbed },
	{ .id = "CR-09",
	    .who = RULE_BY_ACS,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.2.2.2",
	    .text =
		"After a call that succeeded the ACS waits 30 s for the session before "
		"it calls again.",
	    .example =
		"204; the next GET comes 5 s later, and no session came between.",
	    .scope = WHOLE_CALL,
	    .check = check_patience },
	{ .id = "CR-10",
	    .who = RULE_BY_CPE,
	    .severity = RULE_SHOULD,
	    .basis = "TR-069 A6 3.2.2.2",
	    .text = "The path of a CPE's ConnectionRequestURL is its own.",
	    .example = "Two CPEs publish http://10.0.0.1:7547/cr and "
		       "http://10.0.0.2:7547/cr.",
	    .scope = WHOLE_DEVICE,
	    .check = check_unique },
	{ .id = "CR-11",
	    .who = RULE_BY_CPE,
	    .severity = RULE_NOTE,
	    .basis = "TR-069 A6 3.2.2.2, Annex G",
	    .text =
		"Whoever calls the address of a ConnectionRequestURL reaches the CPE; "
		"behind a NAT it is called otherwise.",
	    .example = "ConnectionRequestURL: http://192.168.1.101:7547/cr\n"
		       "ACS: SYN to 192.168.1.101:7547; router: network unreachable",
	    .scope = WHOLE_CONN,
	    .check = check_reached },
	{ .id = NULL },
};
