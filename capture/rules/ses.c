/* Rules of whose turn it is in a session, and of how it ends, well or in faults (TR-069 A6
 * 3.7). */
#include "capture/facts/turns.h"
#include "capture/rules/catalogue.h"

/* ---- SES-01, SES-02 -------------------------------------------------------------- */

static enum rule_verdict check_first(struct whole *view)
{
	const struct http_record *first =
	    view->session->n_turns > 0 ? view->session->turns[0].post : NULL;

	if (!first)
		return RULE_SILENT;
	if (first->on == ON_INFORM)
		return RULE_KEPT;
	return rule_broken(view, first,
	    "the session begins with %s, not with an Inform",
	    first->envelope.is_there ? first->envelope.name : "an empty POST");
}

static enum rule_verdict check_one_inform(struct whole *view)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT;
	bool is_answered = false;

	for (size_t i = 0; i < session->n_turns; i++) {
		const struct turn *turn = &session->turns[i];

		if (turn->post->on != ON_INFORM)
			continue;
		if (is_answered)
			verdict = rule_broken(view, turn->post,
			    "a second Inform in a session whose Inform in frame %llu was "
			    "answered",
			    (unsigned long long)session->inform->frame.number);
		is_answered |= turn->answer && turn->answer->on == ON_INFORM_RESPONSE;
	}
	return rule_worse(verdict, rule_kept_if(is_answered));
}

/* ---- SES-03 ---------------------------------------------------------------------- */

static enum rule_verdict check_max_envelopes(struct whole *view)
{
	const struct cwmp_inform *inform = &view->msg->inform;
	const struct cwmp_args *args = &view->msg->args;
	bool is_inform = view->http->on == ON_INFORM;
	uint32_t max = is_inform ? inform->max_envelopes : args->max_envelopes;

	/* One that is missing is what SOAP-19 is about. */
	if (!(is_inform ? inform->has_max_envelopes : args->has_max_envelopes))
		return RULE_SILENT;
	if (max == 1)
		return RULE_KEPT;
	return rule_broken(view, view->http, "MaxEnvelopes of the %s is %u, not 1",
	    view->http->envelope.name, max);
}

/* ---- SES-04 ---------------------------------------------------------------------- */

static bool is_held(const struct session_record *session, size_t i)
{
	const struct http_record *answer = i > 0 ? session->turns[i - 1].answer : NULL;

	return answer && answer->envelope.holds_requests;
}

static enum rule_verdict check_requests_first(struct whole *view)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT;
	bool has_requests = false;
	size_t empty = session->n_turns;

	for (size_t i = 0; i < session->n_turns; i++) {
		const struct http_record *post = session->turns[i].post;

		if (post->on == ON_CPE_EMPTY && !is_held(session, i) &&
		    empty == session->n_turns)
			empty = i;
		if (post->on != ON_CPE_REQUEST)
			continue;
		if (i > empty)
			verdict = rule_broken(view, post,
			    "the CPE sends %s after its empty POST of frame %llu",
			    post->envelope.name,
			    (unsigned long long)session->turns[empty]
				.post->frame.number);
		has_requests = true;
	}
	return rule_worse(verdict, rule_kept_if(has_requests));
}

/* ---- SES-05, SES-06, SES-07 ------------------------------------------------------ */

static enum rule_verdict pending_here(struct whole *view,
    const struct http_record *asked, const struct http_record *post,
    const struct http_record *answer)
{
	(void)answer;
	if (post->on != ON_CPE_REQUEST)
		return RULE_SILENT;
	if (!asked)
		return RULE_KEPT;
	return rule_broken(view, post,
	    "the CPE sends %s while the %s of frame %llu waits for its answer",
	    post->envelope.name, asked->envelope.name,
	    (unsigned long long)asked->frame.number);
}

static enum rule_verdict check_pending(struct whole *view)
{
	return turns_judge(view, pending_here);
}

static enum rule_verdict answer_next_here(struct whole *view,
    const struct http_record *asked, const struct http_record *post,
    const struct http_record *answer)
{
	(void)answer;
	if (!asked || post->on == ON_CPE_REQUEST)
		return RULE_SILENT;
	if (!(post->on & (ON_CPE_EMPTY | ON_CPE_OTHER | ON_INFORM)))
		return RULE_KEPT;
	return rule_broken(view, post,
	    "the %s of frame %llu is followed by %s, not by its response",
	    asked->envelope.name, (unsigned long long)asked->frame.number,
	    post->envelope.is_there ? post->envelope.name
	    : post->body.is_empty   ? "an empty POST"
				    : "a POST without an envelope");
}

static enum rule_verdict check_answer_next(struct whole *view)
{
	return turns_judge(view, answer_next_here);
}

static bool is_pair(const struct http_record *request,
    const struct http_record *response)
{
	if (request->envelope.rpc == CWMP_UNKNOWN_METHOD &&
	    response->envelope.rpc == CWMP_UNKNOWN_METHOD)
		return str_starts(str_of(response->envelope.name),
		    str_of(request->envelope.name));
	return request->envelope.rpc == response->envelope.rpc;
}

static enum rule_verdict names_here(struct whole *view, const struct http_record *asked,
    const struct http_record *post, const struct http_record *answer)
{
	bool is_response = asked && post->on == ON_CPE_RESPONSE;

	if (is_response && !is_pair(asked, post))
		return rule_broken(view, post, "%s answers the %s of frame %llu",
		    post->envelope.name, asked->envelope.name,
		    (unsigned long long)asked->frame.number);
	if (!answer || !(answer->on & (ON_INFORM_RESPONSE | ON_ACS_RESPONSE)))
		return rule_kept_if(is_response);
	if ((post->on & (ON_INFORM | ON_CPE_REQUEST)) && !is_pair(post, answer))
		return rule_broken(view, answer, "%s answers the %s of frame %llu",
		    answer->envelope.name, post->envelope.name,
		    (unsigned long long)post->frame.number);
	return RULE_KEPT;
}

static enum rule_verdict check_names(struct whole *view)
{
	return turns_judge(view, names_here);
}

/* ---- SES-08 ---------------------------------------------------------------------- */

static enum rule_verdict check_held(struct whole *view)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT;
	bool is_seen = false;

	for (size_t i = 1; i < session->n_turns; i++) {
		const struct http_record *post = session->turns[i].post;

		if (!is_held(session, i))
			continue;
		if (post->on == ON_CPE_REQUEST)
			verdict = rule_broken(view, post,
			    "the CPE sends %s though HoldRequests was 1 in frame %llu",
			    post->envelope.name,
			    (unsigned long long)session->turns[i - 1]
				.answer->frame.number);
		is_seen = true;
	}
	return rule_worse(verdict, rule_kept_if(is_seen));
}

/* ---- SES-09 ---------------------------------------------------------------------- */

static bool has_empty_post(const struct session_record *session)
{
	for (size_t i = 0; i < session->n_turns; i++) {
		if (session->turns[i].post->on == ON_CPE_EMPTY)
			return true;
	}
	return false;
}

static enum rule_verdict check_empty_post(struct whole *view)
{
	const struct session_record *session = view->session;
	const struct turn *last = turn_last(session);
	struct frame_ref closed = session_cpe_closed(session);

	if (!session->has_inform_response || !last)
		return RULE_SILENT;
	if (has_empty_post(session))
		return RULE_KEPT;
	/* Only where it was the CPE's turn, with nothing to answer. */
	if (!last->answer ||
	    !(last->answer->on & (ON_INFORM_RESPONSE | ON_ACS_RESPONSE)) ||
	    session_acs_closed_first(session))
		return RULE_SILENT;
	/* A CPE that cannot read the answer has nothing to go on with. */
	if (inform_is_too_old(last->answer) ||
	    last->answer->envelope.ns == CWMP_NS_UNKNOWN)
		return RULE_SILENT;
	return rule_broken_at(view, RULE_BY_CPE, closed.number ? closed : view->now,
	    "the CPE ends the session after the %s of frame %llu: its empty POST never "
	    "comes",
	    last->answer->envelope.name,
	    (unsigned long long)last->answer->frame.number);
}

/* ---- SES-10 ---------------------------------------------------------------------- */

static enum rule_verdict acs_turn_here(struct whole *view,
    const struct http_record *asked, const struct http_record *post,
    const struct http_record *answer)
{
	(void)asked;
	if (!answer || answer->on != ON_ACS_REQUEST)
		return RULE_SILENT;
	if (!(post->on & (ON_INFORM | ON_CPE_REQUEST)))
		return RULE_KEPT;
	return rule_broken(view, answer,
	    "the ACS answers the %s of frame %llu with %s, not with its response",
	    post->envelope.name, (unsigned long long)post->frame.number,
	    answer->envelope.name);
}

static enum rule_verdict check_acs_turn(struct whole *view)
{
	return turns_judge(view, acs_turn_here);
}

/* ---- SES-11, SES-12 -------------------------------------------------------------- */

static bool sets_url(const struct http_record *asked)
{
	return asked->envelope.rpc == CWMP_SET_PARAMETER_VALUES &&
	       http_param(asked, "ManagementServer.URL");
}

static enum rule_verdict empty_answer_here(struct whole *view,
    const struct http_record *asked, const struct http_record *post,
    const struct http_record *answer)
{
	(void)asked;
	if (!answer || post->on != ON_CPE_REQUEST || answer->on != ON_ACS_EMPTY)
		return RULE_SILENT;
	return rule_broken(view, answer,
	    "the ACS answers the %s of frame %llu with an empty message",
	    post->envelope.name, (unsigned long long)post->frame.number);
}

static enum rule_verdict check_last_answered(struct whole *view)
{
	const struct session_record *session = view->session;
	const struct turn *last = turn_last(session);
	struct frame_ref closed = session_cpe_closed(session);

	if (session->outcome == SESSION_COMPLETE)
		return RULE_KEPT;
	if (!last->answer)
		return session_acs_closed_first(session)
			   ? rule_broken_at(view, RULE_BY_ACS, session->end,
				 "the ACS closes the connection without an answer to the "
				 "POST of frame %llu",
				 (unsigned long long)last->post->frame.number)
			   : RULE_SILENT;
	if (last->answer->on != ON_ACS_REQUEST || sets_url(last->answer) ||
	    session_acs_closed_first(session))
		return RULE_SILENT;
	return rule_broken_at(view, RULE_BY_CPE, closed.number ? closed : view->now,
	    "the CPE ends the session without an answer to the %s of frame %llu",
	    last->answer->envelope.name,
	    (unsigned long long)last->answer->frame.number);
}

static enum rule_verdict check_all_answered(struct whole *view)
{
	enum rule_verdict verdict;

	if (!view->session->has_inform_response || !turn_last(view->session))
		return RULE_SILENT;
	verdict = turns_judge(view, empty_answer_here);
	return rule_worse(verdict, check_last_answered(view));
}

static enum rule_verdict check_last_empty(struct whole *view)
{
	const struct turn *last = turn_last(view->session);

	/* After its own request the CPE had more to say. */
	if (!last || !last->answer || !view->session->has_inform_response ||
	    !(last->post->on & (ON_CPE_EMPTY | ON_CPE_RESPONSE | ON_CPE_FAULT)))
		return RULE_SILENT;
	if (last->answer->on == ON_ACS_EMPTY)
		return RULE_KEPT;
	if (!(last->answer->on & (ON_INFORM_RESPONSE | ON_ACS_RESPONSE)) &&
	    !(last->answer->on == ON_ACS_OTHER && last->answer->head.status / 100 == 2))
		return RULE_SILENT;
	/* It is the last only where somebody ends the connection with it. */
	if (session_cpe_closed(view->session).number == 0 &&
	    session_acs_closed(view->session).number == 0)
		return RULE_SILENT;
	return rule_broken(view, last->answer,
	    "the last message of the ACS is %s, not an empty one",
	    last->answer->envelope.is_there ? last->answer->envelope.name
					    : "a body without an envelope");
}

/* ---- SES-13 ---------------------------------------------------------------------- */

static bool goes_on_after(const struct session_record *session, uint64_t frame)
{
	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];

		if (http->first.number > frame)
			return true;
	}
	return false;
}

/* With the last message of a whole session, or when the CPE closes; that the ACS closes
 * late is no more of it. */
static uint64_t over_at(const struct session_record *session)
{
	const struct http_record *last =
	    session->messages.items[session->messages.len - 1];
	uint64_t closed = session_cpe_closed(session).number;

	if (session->outcome == SESSION_COMPLETE)
		return last->frame.number;
	return closed ? closed : session->end.number;
}

static enum rule_verdict check_alone(struct whole *view)
{
	const struct session_record *session = view->session;
	const struct device_record *device = view->device;
	const struct past_session *last =
	    device && device->past.len > 0 ? &device->past.items[device->past.len - 1]
					   : NULL;

	if (!last)
		return RULE_SILENT;
	if (last->start.number < session->start.number ||
	    last->start.number > over_at(session))
		return rule_kept_if(last->end.number < session->start.number);
	/* Its end may just not have been captured: it must be seen to go on. */
	if (!goes_on_after(session, last->start.number))
		return rule_not_judged(view,
		    "the end of the first session may be missing");
	if (session_is_twin(session, last))
		return rule_not_judged(view,
		    "both sides of a NAT may be in the capture");
	/* Two connections around a change of the ACS URL are URL-02's. */
	if (device->settings.url_set.number > session->start.number ||
	    !session->has_inform_response)
		return RULE_SILENT;
	return rule_broken_at(view, RULE_BY_CPE, last->start,
	    "the CPE begins a session while the one of frame %llu still runs",
	    (unsigned long long)session->start.number);
}

/* ---- SES-14 ---------------------------------------------------------------------- */

enum {
	IDLE_S = 30,
	IDLE_SLACK_S = 1,
};

static enum rule_verdict check_idle(struct whole *view)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT;
	uint32_t agreed =
	    session->inform ? session->inform->envelope.session_timeout : 0;
	clock_ns most =
	    ((clock_ns)MAX(agreed, (uint32_t)IDLE_S) + IDLE_SLACK_S) * NS_PER_S;

	for (size_t i = 1; i < session->messages.len; i++) {
		const struct http_record *before = session->messages.items[i - 1];
		const struct http_record *http = session->messages.items[i];
		clock_ns gap = http->first.time - before->frame.time;

		if (gap > most)
			verdict = rule_broken(view, http,
			    "%.1f s pass before this message; the session ended after "
			    "%.0f s of silence",
			    (double)gap / (double)NS_PER_S,
			    (double)(most / NS_PER_S - IDLE_SLACK_S));
	}
	return rule_worse(verdict, rule_kept_if(session->messages.len > 1));
}

/* ---- SES-15, SES-16, SES-17 ------------------------------------------------------ */

static bool is_same_inform(const struct http_record *a, const struct http_record *b)
{
	return a->body.digest == b->body.digest ||
	       (a->inform.event_bits == b->inform.event_bits &&
		   a->inform.retry_count == b->inform.retry_count &&
		   a->args.n_list == b->args.n_list);
}

static bool is_inform_fault(const struct turn *turn, bool is_retry)
{
	return turn->post->on == ON_INFORM && turn->answer &&
	       turn->answer->on == ON_ACS_FAULT &&
	       (turn->answer->envelope.fault_code == 8005) == is_retry;
}

/* What follows fault 8005 in answer to an Inform; next: the CPE's next POST, or null. Nobody
 * says how often it comes again: once it did, a CPE may give up. */
static enum rule_verdict judge_repeated(struct whole *view,
    const struct http_record *inform, const struct http_record *next, bool has_repeated)
{
	struct frame_ref closed = session_cpe_closed(view->session);

	if (!next && has_repeated)
		return RULE_KEPT;
	if (!next)
		return rule_broken_at(view, RULE_BY_CPE,
		    closed.number ? closed : view->now,
		    "the CPE does not repeat its Inform after fault 8005");
	if (next->on == ON_INFORM && is_same_inform(inform, next))
		return RULE_KEPT;
	return rule_broken(view, next,
	    "after fault 8005 the CPE sends %s, not the same Inform again",
	    next->envelope.is_there ? next->envelope.name : "an empty POST");
}

static enum rule_verdict check_retry_request(struct whole *view)
{
	const struct session_record *session = view->session;
	const struct conn_record *first = session->conns.items[0];
	bool is_middle =
	    first->flags & CONN_MIDDLE; /* its Inform may be a repeated one */
	enum rule_verdict verdict = RULE_SILENT;

	for (size_t i = 0; i < session->n_turns; i++) {
		const struct turn *turn = &session->turns[i];

		if (is_inform_fault(turn, true))
			verdict = rule_worse(verdict,
			    judge_repeated(view, turn->post,
				i + 1 < session->n_turns ? turn[1].post : NULL,
				is_middle || verdict == RULE_KEPT));
	}
	return verdict;
}

static enum rule_verdict check_refused(struct whole *view)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT;

	for (size_t i = 0; i < session->n_turns; i++) {
		const struct turn *turn = &session->turns[i];

		if (!is_inform_fault(turn, false))
			continue;
		if (i + 1 == session->n_turns)
			return rule_worse(verdict, RULE_KEPT);
		verdict = rule_broken(view, turn[1].post,
		    "the CPE goes on after %s to its Inform",
		    turn->answer->envelope.fault);
	}
	return verdict;
}

/* Whether a CPE that closed then had a reason to: it waited as long as it has to for an answer
 * that did not come, it was sent a part of one, or the ACS reset the connection. */
static bool may_give_up(const struct session_record *session,
    const struct http_record *post, struct frame_ref closed)
{
	static const clock_ns answer_wait = 30 * NS_PER_S;
	const struct conn_record *conn = session_last_conn(session);

	return closed.time - post->frame.time >= answer_wait ||
	       (conn->tcp.server_sent > post->frame.number &&
		   conn->tcp.server_sent < closed.number) ||
	       (conn->tcp.rst.number > 0 && conn->tcp.rst_from == FROM_SERVER);
}

/* The session ends with a fault of the CPE, or with the answer to it. */
static enum rule_verdict judge_end_after_fault(struct whole *view,
    const struct turn *last)
{
	const struct http_record *post = last->post, *answer = last->answer;
	struct frame_ref closed = session_cpe_closed(view->session);

	if (answer && answer->on == ON_ACS_OTHER && answer->head.status >= 400)
		return rule_broken(view, answer,
		    "the ACS answers the fault of frame %llu with status %u",
		    (unsigned long long)post->frame.number, answer->head.status);
	if (answer)
		return RULE_SILENT;
	if (session_acs_closed_first(view->session))
		return rule_broken_at(view, RULE_BY_ACS,
		    session_acs_closed(view->session),
		    "the ACS closes the connection after the fault of frame %llu",
		    (unsigned long long)post->frame.number);
	if (closed.number == 0 || may_give_up(view->session, post, closed))
		return RULE_SILENT;
	return rule_broken_at(view, RULE_BY_CPE, closed,
	    "the CPE ends the session after its own fault of frame %llu",
	    (unsigned long long)post->frame.number);
}

static enum rule_verdict check_goes_on(struct whole *view)
{
	const struct session_record *session = view->session;
	const struct turn *last = turn_last(session);
	struct frame_ref closed = session_cpe_closed(session);
	bool is_seen = false;

	for (size_t i = 0; i < session->n_turns; i++) {
		const struct turn *turn = &session->turns[i];

		is_seen |= turn->post->on == ON_CPE_FAULT ||
			   (turn->post->on == ON_CPE_REQUEST && turn->answer &&
			       turn->answer->on == ON_ACS_FAULT);
	}
	if (!is_seen || session->outcome == SESSION_COMPLETE)
		return rule_kept_if(is_seen);
	if (last->post->on == ON_CPE_FAULT)
		return judge_end_after_fault(view, last);
	if (last->answer && last->answer->on == ON_ACS_FAULT &&
	    last->post->on == ON_CPE_REQUEST && !session_acs_closed_first(session))
		return rule_broken_at(view, RULE_BY_CPE,
		    closed.number ? closed : view->now,
		    "the CPE ends the session because of %s to its %s",
		    last->answer->envelope.fault, last->post->envelope.name);
	return RULE_SILENT;
}

/* ---- SES-18 ---------------------------------------------------------------------- */

/* A success that says nothing of the Inform. What has another status, and requests before
 * their time, are what other rules are about; a body that calls itself XML may be an envelope
 * in a coding that nobody here can decode. */
static bool passes_over(const struct http_record *answer)
{
	struct str type = str_of(answer->head.content_type);
	size_t at;

	if (answer->on == ON_ACS_EMPTY)
		return true;
	return answer->on == ON_ACS_OTHER && answer->head.status / 100 == 2 &&
	       type.len > 0 && !str_find(type, STR("xml"), &at);
}

static enum rule_verdict check_inform_answered(struct whole *view)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT;
	bool is_answered = false;

	for (size_t i = 0; i < session->n_turns; i++) {
		const struct turn *turn = &session->turns[i];

		if (turn->post->on != ON_INFORM || !turn->answer)
			continue;
		if (passes_over(turn->answer))
			verdict = rule_broken(view, turn->answer,
			    "the ACS answers the Inform in frame %llu with %s and status "
			    "%u, not with InformResponse or a fault",
			    (unsigned long long)turn->post->frame.number,
			    turn->answer->body.is_empty ? "an empty body"
							: "what is no envelope",
			    turn->answer->head.status);
		is_answered |= turn->answer->on == ON_INFORM_RESPONSE ||
			       turn->answer->on == ON_ACS_FAULT;
	}
	return rule_worse(verdict, rule_kept_if(is_answered));
}

/* ---- table ----------------------------------------------------------------------- */

const struct rule rules_ses[] = {
	{ .id = "SES-01",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.1",
	    .text = "The first SOAP message of a session is Inform.",
	    .example = "A new connection, without a session cookie, begins with "
		       "TransferComplete.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_START | SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_first },
	{ .id = "SES-02",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.1",
	    .text =
		"A session has exactly one Inform that is answered with InformResponse.",
	    .example = "InformResponse, and the CPE's next POST is Inform again.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_START | SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_one_inform },
	{ .id = "SES-03",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.3.1",
	    .text = "MaxEnvelopes of Inform and InformResponse is 1.",
	    .example = "InformResponse with <MaxEnvelopes>0</MaxEnvelopes>.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_INFORM | ON_INFORM_RESPONSE,
	    .check = check_max_envelopes },
	{ .id = "SES-04",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.3",
	    .text = "The CPE sends its requests before its empty POST.",
	    .example = "Inform, empty POST, then TransferComplete.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_START | SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_requests_first },
	{ .id = "SES-05",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.3",
	    .text =
		"The CPE sends no request while one of the ACS waits for its answer.",
	    .example = "The ACS sends GetParameterValues; the next POST is "
		       "TransferComplete.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_pending },
	{ .id = "SES-06",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.2",
	    .text = "The POST that follows a request of the ACS is its response or a "
		    "fault.",
	    .example = "The ACS sends GetParameterValues; the next POST is empty.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_answer_next },
	{ .id = "SES-07",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5",
	    .text = "The name of a response is that of its request with \"Response\".",
	    .example = "GetParameterNamesResponse answers GetParameterValues.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_names },
	{ .id = "SES-08",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5, table 4",
	    .text = "While HoldRequests is 1 the CPE sends no request.",
	    .example = "InformResponse with HoldRequests 1; the next POST is "
		       "TransferComplete.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_held },
	{ .id = "SES-09",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.3",
	    .text = "A CPE that has nothing to send or to answer sends an empty POST.",
	    .example = "InformResponse, and the CPE closes the connection.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_ALL,
	    .check = check_empty_post },
	{ .id = "SES-10",
	    .who = RULE_BY_ACS,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.2.4",
	    .text = "The ACS sends a request only after InformResponse, in reply to an "
		    "empty POST, a response or a fault.",
	    .example = "Inform is answered with GetParameterValues.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_acs_turn },
	{ .id = "SES-11",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.4",
	    .text = "A session ends only when neither side has a request left and each "
		    "request has its answer.",
	    .example = "The ACS sends Reboot; the CPE closes instead of sending "
		       "RebootResponse.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_ALL,
	    .check = check_all_answered },
	{ .id = "SES-12",
	    .who = RULE_BY_ACS,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.2.4",
	    .text = "The last message of the ACS in a session is empty.",
	    .example = "The empty POST is answered with InformResponse again.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE | SHOWN_END,
	    .check = check_last_empty },
	{ .id = "SES-13",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1",
	    .text = "A CPE begins no session while another one runs.",
	    .example = "Inform on a second connection, between two POSTs of the first.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_START | SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_alone },
	{ .id = "SES-14",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.2",
	    .text =
		"A session that is silent for 30 s, or for the SessionTimeout agreed, "
		"is over: neither side continues it.",
	    .example = "The CPE answers GetParameterValues after 45 s.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_START | SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_idle },
	{ .id = "SES-15",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.6",
	    .text = "After fault 8005 the CPE sends the same Inform again.",
	    .example = "Fault 8005 to Inform; the CPE sends an empty POST.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_ALL,
	    .check = check_retry_request },
	{ .id = "SES-16",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.6",
	    .text = "Any other fault than 8005 to Inform ends the session.",
	    .example = "Fault 8001 to Inform; the CPE sends an empty POST.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_refused },
	{ .id = "SES-17",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.4",
	    .text =
		"A fault to any other message than Inform does not end the session.",
	    .example =
		"The CPE answers 9005 to GetParameterValues; the ACS answers 400.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_ALL,
	    .check = check_goes_on },
	{ .id = "SES-18",
	    .who = RULE_BY_ACS,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.2",
	    .text = "An Inform is answered with InformResponse or a SOAP fault.",
	    .example = "200 OK and no body, or a page of HTML.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_inform_answered },
	{ .id = NULL },
};
