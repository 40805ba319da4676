/* Whether a session has failed, and by what: its last request and what came of it. */
#include "capture/record/why_internal.h"

#include <stdio.h>

static const clock_ns answer_wait =
			  30 *
			  NS_PER_S, /* TR-069 A6 3.7.2.1: a session is over after it */
    open_wait = 10 * NS_PER_S;      /* ours: three SYNs have been sent by then */

enum {
	SYNS_ENOUGH = 3,
	REDIRECTS_MAX = 5,  /* TR-069 A6 3.4.6 */
	FAULT_RETRY = 8005, /* TR-069 A6 A.5.2 */
};

/* The last POST of a session and its final answer. */
struct last {
	const struct session_record *session;
	const struct conn_record *conn;          /* of the POST */
	const struct http_record *post, *answer; /* answer: null, none came */
	struct frame_ref now;
};

/* Files that went over the session's connection are no part of it. */
static bool is_post(const struct http_record *http)
{
	return http->is_request &&
	       (http->head.has_soap_action ||
		   (http->head.method && strcmp(http->head.method, "POST") == 0));
}

static bool find_last(const struct session_record *session, struct frame_ref now,
    struct last *ret)
{
	for (size_t i = session->messages.len; i-- > 0;) {
		const struct http_record *http = session->messages.items[i];

		if (!is_post(http))
			continue;
		*ret = (struct last){ session, http->links.conn, http,
			http->links.answer, now };
		return true;
	}
	return false;
}

/* Whether what is missing did not come, and the capture does not merely lack it. */
static bool is_seen(const struct session_record *session)
{
	for (size_t i = 0; i < session->conns.len; i++) {
		const struct conn_record *conn = session->conns.items[i];

		if (conn->tcp.has_gap || conn->tls.no_secrets ||
		    (conn->flags & CONN_ONE_SIDED))
			return false;
	}
	return true;
}

/* Whether nothing more can come that would change the end. */
static bool is_over(const struct last *last)
{
	struct why_ending end;

	return (last->session->shown & SHOWN_END) && is_seen(last->session) &&
	       (why_ending(last->conn, &end) ||
		   last->now.time - last->session->end.time >= answer_wait);
}

/* ---- no message at all --------------------------------------------------------------- */

static bool of_open(struct why *ret, struct buf *text, const struct conn_record *conn,
    struct frame_ref now)
{
	clock_ns waited = now.time - conn->tcp.syn.time;
	bool has_answer =
	    conn->tcp.rst.number != 0 || conn->tcp.unreachable.number != 0;

	/* Whoever resets what was answered only wanted to know whether it is. */
	if (conn->tcp.synack.number != 0 && conn->tcp.rst.number != 0)
		return false;
	if (!has_answer && waited < open_wait && conn->tcp.n_syns < SYNS_ENOUGH)
		return false;
	why_of_open(ret, text, conn, waited);
	return true;
}

static bool of_handshake(struct why *ret, struct buf *text,
    const struct conn_record *conn, struct frame_ref now)
{
	struct frame_ref hello = conn->tls.client_hello;
	struct why_ending end;

	if (conn->tls.alert.number == 0 && !conn->tls.broken &&
	    !why_ending(conn, &end)) {
		if (hello.number == 0 || now.time - hello.time < answer_wait)
			return false;
		why_put(ret, text, WHY_TLS, WHY_OF_ACS, hello,
		    "the handshake has not ended after %.1f s",
		    (double)(now.time - hello.time) / (double)NS_PER_S);
		return true;
	}
	why_of_tls(ret, text, conn);
	return true;
}

/* An open connection on which nobody asked for anything. A CPE may open one only to learn its
 * own address, and a monitor to learn whether there is a server: whoever ends what it has
 * opened, unasked, has not failed. */
static bool of_silence(struct why *ret, struct buf *text,
    const struct session_record *session, const struct conn_record *conn)
{
	struct why_ending end;

	if (!session->host || !session->host->is_cwmp || !is_seen(session) ||
	    !why_ending(conn, &end) || (end.side == WHY_OF_CPE && !conn->tls.is_used))
		return false;
	why_of_missing(ret, text, conn, NULL, "Inform", false);
	return true;
}

static bool of_conn(struct why *ret, struct buf *text,
    const struct session_record *session, struct frame_ref now)
{
	const struct conn_record *conn = session->conns.items[0];
	const struct conn_tls *tls = &conn->tls;

	if ((conn->flags & CONN_MIDDLE) || conn->tcp.syn.number == 0)
		return false;
	if (tls->no_secrets)
		return tls->alert.number != 0 && !tls->alert_is_encrypted &&
		       of_handshake(ret, text, conn, now);
	if (conn->tcp.has_gap)
		return false;
	if (conn->tcp.synack.number == 0 || conn->tcp.established.number == 0)
		return of_open(ret, text, conn, now);
	if (tls->is_used && (tls->alert.number != 0 || tls->broken ||
				tls->finished[FROM_CLIENT].number == 0 ||
				tls->finished[FROM_SERVER].number == 0))
		return of_handshake(ret, text, conn, now);
	return of_silence(ret, text, session, conn);
}

/* ---- an answer ----------------------------------------------------------------------- */

/* Whether the POST had credentials made for a challenge of this session, or that need none:
 * then a second 401 refuses them for good. */
static bool is_refused(const struct last *last)
{
	const struct http_auth_facts *sent = &last->post->auth;

	if (!sent->has_credentials || (last->answer->auth.facts & AUTH_FACT_STALE))
		return false;
	if (!sent->nonce)
		return true;
	for (size_t i = 0; i < last->post->links.place; i++) {
		const struct http_record *http = last->session->messages.items[i];

		if (http->on == ON_ACS_CHALLENGE && http->auth.nonce &&
		    strcmp(http->auth.nonce, sent->nonce) == 0)
			return true;
	}
	return false;
}

static bool of_redirect(struct why *ret, struct buf *text, const struct last *last)
{
	const struct http_record *answer = last->answer;
	size_t n = 0;

	if (!is_over(last))
		return false;
	for (size_t i = last->session->messages.len; i-- > 0;) {
		const struct http_record *http = last->session->messages.items[i];

		if (!http->is_request && http->on != ON_ACS_REDIRECT)
			break;
		n += !http->is_request;
	}
	why_put(ret, text, WHY_HTTP, n > REDIRECTS_MAX ? WHY_OF_ACS : WHY_OF_CPE,
	    answer->frame,
	    "status %u to the %s in frame %llu: redirect %zu in a row, to %s, is not followed",
	    answer->head.status, why_request_name(last->post),
	    (unsigned long long)last->post->frame.number, n,
	    answer->head.location ? answer->head.location : "nowhere");
	return true;
}

/* How often the Inform was answered with this fault. */
static size_t count_fault(const struct last *last)
{
	size_t n = 0;

	for (size_t i = 0; i < last->session->messages.len; i++) {
		const struct http_record *http = last->session->messages.items[i];

		n += http->on == ON_ACS_FAULT &&
		     http->envelope.fault_code == last->answer->envelope.fault_code;
	}
	return n;
}

static bool of_fault(struct why *ret, struct buf *text, const struct last *last)
{
	const struct envelope_facts *fault = &last->answer->envelope;
	size_t n = count_fault(last);
	char times[32] = "";

	if (fault->fault_code == FAULT_RETRY && !is_over(last))
		return false;
	if (n > 1)
		(void)snprintf(times, sizeof(times), ", %zu times", n);
	why_put(ret, text, WHY_CWMP, WHY_OF_ACS, last->answer->frame,
	    "Fault: %u %s where InformResponse was due%s", fault->fault_code,
	    cwmp_fault_text(fault->fault_code), times);
	return true;
}

/* The CPE has an answer in its hands, and should have sent something more. */
static bool of_end(struct why *ret, struct buf *text, const struct last *last)
{
	const struct http_record *answer = last->answer;
	struct why_ending end;
	char wanted[96] = "empty";

	if (!is_over(last))
		return false;
	if (answer->on == ON_ACS_REQUEST && answer->envelope.name)
		(void)snprintf(wanted, sizeof(wanted), "%.80sResponse",
		    answer->envelope.name);
	if (why_ending(last->conn, &end)) {
		why_of_missing(ret, text, last->conn, last->post, wanted, false);
		return true;
	}
	if (last->now.time - answer->frame.time < answer_wait)
		return false;
	why_put(ret, text, WHY_CWMP, WHY_OF_CPE, answer->frame,
	    "nothing more comes from the CPE for %.1f s: %s was due",
	    (double)(last->now.time - answer->frame.time) / (double)NS_PER_S,
	    strcmp(wanted, "empty") == 0 ? "an empty POST" : wanted);
	return true;
}

/* An answer with 200 or 204 that can be read. */
static bool of_content(struct why *ret, struct buf *text, const struct last *last)
{
	const struct http_record *answer = last->answer;
	bool to_inform = last->post->on == ON_INFORM;

	if (to_inform && answer->on == ON_ACS_FAULT)
		return of_fault(ret, text, last);
	if (to_inform && answer->on != ON_INFORM_RESPONSE) {
		if (answer->on != ON_ACS_EMPTY && !is_over(last))
			return false;
		why_of_other(ret, text, answer, NULL, "InformResponse");
		return true;
	}
	if (!to_inform && answer->on == ON_INFORM_RESPONSE && is_over(last)) {
		why_of_other(ret, text, answer, NULL,
		    last->post->on == ON_CPE_REQUEST ? "another response"
						     : "a request or nothing");
		return true;
	}
	if (last->post->on == ON_CPE_REQUEST && answer->on == ON_ACS_EMPTY &&
	    is_over(last)) {
		why_of_other(ret, text, answer, NULL, "a response");
		return true;
	}
	return of_end(ret, text, last);
}

static bool of_answer(struct why *ret, struct buf *text, const struct last *last)
{
	const struct http_record *answer = last->answer;
	struct why_ending end;

	if (answer->body.is_cut &&
	    (!why_ending(last->conn, &end) || last->conn->tcp.has_gap))
		return false;
	if (answer->on == ON_ACS_REDIRECT)
		return of_redirect(ret, text, last);
	if (answer->on == ON_ACS_CHALLENGE && !is_over(last) && !is_refused(last))
		return false;
	if (!answer->envelope.is_there &&
	    why_of_response(ret, text, last->post, answer))
		return true;
	return of_content(ret, text, last);
}

/* ---- no answer ----------------------------------------------------------------------- */

static bool of_http_to_tls(struct why *ret, struct buf *text, const struct last *last)
{
	const struct conn_tls *tls = &last->conn->tls;

	if (!tls->is_used || tls->client_hello.number != 0 ||
	    last->conn->tcp.syn.number == 0)
		return false;
	why_put(ret, text, WHY_TLS, WHY_OF_CPE, last->post->frame,
	    "the CPE speaks plain HTTP to a port of TLS: the answer%s is TLS",
	    tls->alert.number != 0 ? ", an alert," : "");
	return true;
}

/* With TLS 1.3 the first request is under way before the ACS has looked at the CPE's
 * certificate. */
static bool of_alert(struct why *ret, struct buf *text, const struct last *last)
{
	const struct conn_tls *tls = &last->conn->tls;

	if (tls->alert.number == 0 || tls->alert_is_encrypted ||
	    tls->alert_from != FROM_SERVER || last->conn->tcp.has_gap)
		return false;
	why_of_tls(ret, text, last->conn);
	return true;
}

/* A request that is not whole is not waited for. */
static bool of_cut_request(struct why *ret, struct buf *text, const struct last *last,
    const struct why_ending *end)
{
	if (!last->post->body.is_cut)
		return false;
	why_put(ret, text, WHY_HTTP, end->side, last->post->frame,
	    "%s after %llu of %llu bytes of the body of the POST in frame %llu",
	    end->words, (unsigned long long)last->post->body.length,
	    (unsigned long long)last->post->body.content_length,
	    (unsigned long long)last->post->first.number);
	return true;
}

static bool of_no_answer(struct why *ret, struct buf *text, const struct last *last)
{
	clock_ns waited = last->now.time - last->post->frame.time;
	struct why_ending end;

	if (of_http_to_tls(ret, text, last) || of_alert(ret, text, last))
		return true;
	if (!is_seen(last->session))
		return false;
	if (why_ending(last->conn, &end)) {
		/* A request other than the Inform may come again on another connection,
		 * where the ACS has closed this one between two of them. */
		if (last->post->on != ON_INFORM && end.side == WHY_OF_ACS &&
		    !is_over(last))
			return false;
		if (!of_cut_request(ret, text, last, &end))
			why_of_missing(ret, text, last->conn, last->post, "", true);
		return true;
	}
	if (waited < answer_wait)
		return false;
	why_put(ret, text, WHY_HTTP, WHY_OF_ACS, last->post->frame,
	    "no answer to the %s in frame %llu for %.1f s",
	    why_request_name(last->post), (unsigned long long)last->post->frame.number,
	    (double)waited / (double)NS_PER_S);
	return true;
}

bool why_of_session(struct why *ret, struct buf *text,
    const struct session_record *session, struct frame_ref now)
{
	struct last last;

	if (session->outcome == SESSION_COMPLETE)
		return false;
	if (session->messages.len == 0 && !(session->lacks & LACKS_PACKETS))
		return of_conn(ret, text, session, now);
	if (!find_last(session, now, &last))
		return false;
	/* A text shows what came, never that nothing did. */
	if (session->lacks & LACKS_PACKETS)
		return last.answer && !last.answer->body.is_cut &&
		       (last.answer->envelope.is_there ||
			   !(session->lacks & LACKS_HEADS)) &&
		       of_answer(ret, text, &last);
	return last.answer ? of_answer(ret, text, &last)
			   : of_no_answer(ret, text, &last);
}
