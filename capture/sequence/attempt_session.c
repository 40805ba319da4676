/* Steps of more than one session: the next one that fits, calls, file transfers, and what must
 * never be seen. */
#include "capture/sequence/attempt.h"

#include "lib/proto/url.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- sessions ---------------------------------------------------------------------- */

/* The Inform that InformResponse answers, or the first where none does; its index. */
static const struct http_record *inform_of(const struct conn_record *conn, size_t *ret)
{
	const struct http_record *first = NULL;

	for (size_t i = 0; i < conn->http.messages.len; i++) {
		const struct http_record *http = conn->http.messages.items[i];

		if (http->on == ON_INFORM && !first) {
			first = http;
			*ret = i;
		}
		if (http->on == ON_INFORM_RESPONSE && i > 0 && http->links.answers) {
			*ret = i;
			return http->links.answers;
		}
	}
	return first;
}

static bool is_file_request(const struct http_record *http)
{
	return http->is_request && (strcmp(http->head.method, "GET") == 0 ||
				       strcmp(http->head.method, "PUT") == 0);
}

/* Whether the session fits the step, as far as that does not depend on earlier steps. */
static bool may_hold(const struct sequence_step *step, const struct conn_record *conn)
{
	size_t at;
	const struct http_record *inform;

	if (step->see == SEE_SESSION) {
		inform = inform_of(conn, &at);
		return inform && attempt_has_events(step, inform);
	}
	for (size_t i = 0; i < conn->http.messages.len; i++) {
		if (is_file_request(conn->http.messages.items[i]))
			return true;
	}
	return false;
}

/* The first connection from i on that may hold the step. It is computed once for all of them,
 * as an attempt begins at each connection and would search all that follow. */
static size_t next_that_may(struct attempt *attempt, const struct sequence_step *step,
    size_t i)
{
	const struct records *conns = &attempt->cpe->kept->conns;
	uint32_t at = conns->len, *next = attempt->search->next;

	if (i >= conns->len)
		return conns->len;
	if (!next) {
		next = malloc(conns->len * sizeof(*next));
		for (uint32_t k = conns->len; next && k-- > 0;) {
			if (may_hold(step, conns->items[k]))
				at = k;
			next[k] = at;
		}
		attempt->search->next = next;
	}
	return next ? next[i] : i;
}

static bool fits(const struct attempt *attempt, const struct sequence_step *step,
    const struct conn_record *conn, const struct http_record *inform)
{
	struct url url;

	if (inform->frame.number <= attempt->at.number ||
	    !attempt_has_events(step, inform))
		return false;
	return !attempt_target(attempt, step, &url) ||
	       attempt_leads_to(attempt, conn, &url);
}

static void fail_no_session(struct attempt *attempt, const struct sequence_step *step)
{
	struct frame_ref at =
	    attempt->at.number ? attempt->at : attempt->cpe->kept->first;

	attempt_fail(attempt, "CWMP", at, "no session%s%s%s",
	    attempt->at.number ? " after it" : "", step->event.len ? " with " : "",
	    step->event.len ? step->event.items[0] : "");
}

static bool has_ended(const struct conn_record *conn)
{
	return conn->tcp.rst.number != 0 || conn->tcp.client_fin.number != 0 ||
	       conn->tcp.server_fin.number != 0;
}

/* What answers a ClientHello may be a message of HTTP. */
static bool has_asked(const struct conn_record *conn)
{
	for (size_t i = 0; i < conn->http.messages.len; i++) {
		if (((const struct http_record *)conn->http.messages.items[i])
			->is_request)
			return true;
	}
	return false;
}

/* Fails with what is wrong below CWMP where the CPE tried but its connection was refused, or
 * the handshake given up: a CPE that does not get so far sends no Inform that could be
 * missed. False, and nothing is noted, where nothing of the kind is seen. */
static bool fail_below(struct attempt *attempt, const struct sequence_step *step)
{
	const struct records *conns = &attempt->cpe->kept->conns;
	const struct conn_record *before = attempt->conn;
	struct url url;
	bool has_url = attempt_target(attempt, step, &url), has_failed = false;

	for (size_t i = attempt->conn_index; i < conns->len && !has_failed; i++) {
		const struct conn_record *conn = conns->items[i];

		if (conn->tcp.syn.number <= attempt->at.number || has_asked(conn) ||
		    (has_url && !attempt_leads_to(attempt, conn, &url)))
			continue;
		attempt->conn = conn;
		has_failed = true;
		if (conn->tcp.synack.number == 0 &&
		    (conn->tcp.rst.number || conn->tcp.unreachable.number))
			attempt_fail_open(attempt);
		else if (conn->tls.is_used &&
			 (!conn->tls.finished[FROM_CLIENT].number ||
			     !conn->tls.finished[FROM_SERVER].number) &&
			 (conn->tls.alert.number || conn->tls.broken ||
			     (!conn->tls.no_secrets && has_ended(conn))))
			attempt_fail_tls(attempt);
		else
			has_failed = false;
	}
	/* What is not known of that connection is no excuse. */
	attempt->conn = before;
	return has_failed;
}

/* Whether an earlier attempt has already searched, without success, all that this one would
 * search. */
static bool was_missed(const struct attempt *attempt, struct str to)
{
	const struct attempt_search *search = attempt->search;

	return search->has_missed && attempt->conn_index >= search->missed_from &&
	       attempt->at.number >= search->missed_at && str_eq(to, search->missed_to);
}

static void miss(struct attempt *attempt, struct str to)
{
	struct attempt_search *search = attempt->search;

	search->has_missed = true;
	search->missed_from = attempt->conn_index;
	search->missed_at = attempt->at.number;
	search->missed_to = to;
}

bool attempt_see_session(struct attempt *attempt, const struct sequence_step *step)
{
	const struct records *conns = &attempt->cpe->kept->conns;
	struct str to = attempt_value(attempt, step->to);

	for (size_t i = was_missed(attempt, to)
			    ? conns->len
			    : next_that_may(attempt, step, attempt->conn_index);
	     i < conns->len; i = next_that_may(attempt, step, i + 1)) {
		const struct conn_record *conn = conns->items[i];
		size_t at = 0;
		const struct http_record *inform = inform_of(conn, &at);

		if (!inform || !fits(attempt, step, conn, inform))
			continue;
		attempt->conn = conn;
		attempt->conn_index = i + 1;
		attempt->message = at + 1;
		attempt_keep_url(attempt, inform);
		if (!inform->links.answer ||
		    inform->links.answer->on != ON_INFORM_RESPONSE) {
			attempt_fail(attempt, "CWMP", inform->frame,
			    "the Inform was not answered with InformResponse");
			return false;
		}
		return attempt_check_message(attempt, step, inform) &&
		       attempt_pass(attempt, inform->first, inform->frame);
	}
	/* Once: each attempt would look at all that follow. */
	if (!was_missed(attempt, to)) {
		miss(attempt, to);
		if (fail_below(attempt, step))
			return false;
	}
	fail_no_session(attempt, step);
	return false;
}

/* ---- calls ------------------------------------------------------------------------- */

static bool is_answer(const struct sequence_step *step,
    const struct http_record *answer)
{
	char text[16];

	if (step->status.len == 0)
		return answer->head.status == 200 || answer->head.status == 204;
	(void)snprintf(text, sizeof(text), "%u", answer->head.status);
	for (size_t i = 0; i < step->status.len; i++) {
		if (strcmp(step->status.items[i], text) == 0)
			return true;
	}
	return false;
}

bool attempt_see_call(struct attempt *attempt, const struct sequence_step *step)
{
	const struct records *calls = &attempt->cpe->kept->calls;
	const struct call_record *other = NULL;

	for (size_t i = attempt->call_index; i < calls->len; i++) {
		const struct call_record *call = calls->items[i];

		if (call->get->frame.number <= attempt->at.number)
			continue;
		other = call;
		if (!call->answer || !is_answer(step, call->answer))
			continue;
		attempt->call_index = i + 1;
		return attempt_pass(attempt, call->get->first, call->answer->frame);
	}
	if (other)
		attempt_fail(attempt, "HTTP", other->get->frame,
		    "the connection request was answered %u",
		    other->answer ? other->answer->head.status : 0);
	else
		attempt_fail(attempt, "HTTP",
		    attempt->at.number ? attempt->at : attempt->cpe->kept->first,
		    "no connection request to the CPE");
	return false;
}

/* ---- transfers --------------------------------------------------------------------- */

static bool is_transfer(const struct attempt *attempt, const struct sequence_step *step,
    const struct conn_record *conn, const struct http_record *http)
{
	struct url url;

	if (!is_file_request(http) || http->frame.number <= attempt->at.number)
		return false;
	if (!attempt_target(attempt, step, &url))
		return true;
	return attempt_leads_to(attempt, conn, &url) &&
	       url_path_is_same(str_of(http->head.target), url.path);
}

bool attempt_see_transfer(struct attempt *attempt, const struct sequence_step *step)
{
	const struct records *conns = &attempt->cpe->kept->conns;

	for (size_t i = next_that_may(attempt, step, 0); i < conns->len;
	     i = next_that_may(attempt, step, i + 1)) {
		const struct conn_record *conn = conns->items[i];

		for (size_t k = 0; k < conn->http.messages.len; k++) {
			const struct http_record *http = conn->http.messages.items[k];

			if (!is_transfer(attempt, step, conn, http))
				continue;
			if (http->links.answer &&
			    http->links.answer->head.status / 100 == 2)
				return attempt_pass(attempt, http->first,
				    http->links.answer->frame);
			attempt_fail(attempt, "HTTP", http->frame,
			    "%s of %s was answered %u", http->head.method,
			    http->head.target,
			    http->links.answer ? http->links.answer->head.status : 0);
			return false;
		}
	}
	attempt_fail(attempt, "HTTP",
	    attempt->at.number ? attempt->at : attempt->cpe->kept->first,
	    "the CPE transferred no file");
	return false;
}

/* ---- never ------------------------------------------------------------------------- */

static bool is_between(struct frame_ref frame, uint64_t from, uint64_t to)
{
	return frame.number > from && frame.number < to;
}

static bool is_unwanted(const struct attempt *attempt, const struct sequence_step *step,
    const struct conn_record *conn, const struct http_record *http)
{
	struct url url;

	if (step->see == SEE_CPE_SENDS || step->see == SEE_ACS_SENDS)
		return http->is_request == (step->see == SEE_CPE_SENDS) &&
		       attempt_is_message(http, step->message) &&
		       attempt_has_events(step, http);
	return step->see == SEE_SESSION && http->on == ON_INFORM &&
	       attempt_has_events(step, http) &&
	       (!attempt_target(attempt, step, &url) ||
		   attempt_leads_to(attempt, conn, &url));
}

static bool sees_in_conn(struct attempt *attempt, const struct sequence_step *step,
    const struct conn_record *conn, uint64_t from, uint64_t to)
{
	struct url url;

	if (step->see == SEE_OPEN && is_between(conn->tcp.syn, from, to) &&
	    attempt_target(attempt, step, &url) &&
	    attempt_leads_to(attempt, conn, &url)) {
		attempt_fail(attempt, "TCP", conn->tcp.syn, "the CPE connects to %.*s",
		    STR_ARG(url.host));
		return true;
	}
	for (size_t i = 0; i < conn->http.messages.len; i++) {
		const struct http_record *http = conn->http.messages.items[i];

		if (!is_between(http->frame, from, to) ||
		    !is_unwanted(attempt, step, conn, http))
			continue;
		attempt_fail(attempt, "CWMP", http->frame, "%s%s%s is seen here",
		    http->envelope.name ? http->envelope.name : "an empty message",
		    http->envelope.detail ? ": " : "",
		    http->envelope.detail ? http->envelope.detail : "");
		return true;
	}
	return false;
}

bool attempt_sees_never(struct attempt *attempt, const struct sequence_step *step,
    uint64_t from, uint64_t to)
{
	const struct cpe_record *cpe = attempt->cpe;

	for (size_t i = 0; step->see == SEE_CALL && i < cpe->kept->calls.len; i++) {
		const struct call_record *call = cpe->kept->calls.items[i];

		if (!is_between(call->get->frame, from, to))
			continue;
		attempt_fail(attempt, "HTTP", call->get->frame,
		    "a connection request is seen here");
		return true;
	}
	for (size_t i = 0; i < cpe->kept->conns.len; i++) {
		if (sees_in_conn(attempt, step, cpe->kept->conns.items[i], from, to))
			return true;
	}
	return false;
}
