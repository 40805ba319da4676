/* Rules of how sessions end, well or in faults (TR-069 A6 3.7.1.4, 3.7.1.6, 3.7.2.4). */
#include "capture/rules/turns.h"

static bool sets_url(const struct http_record *asked)
{
	return asked->rpc == CWMP_SET_PARAMETER_VALUES &&
	       http_param(asked, "ManagementServer.URL");
}

static bool has_empty_post(const struct session_record *session)
{
	for (size_t i = 0; i < session->n_turns; i++) {
		if (session->turns[i].post->on == ON_CPE_EMPTY)
			return true;
	}
	return false;
}

/* ---- SES-09 ------------------------------------------------------------------------ */

static enum rule_verdict check_empty_post(struct rule_view *view)
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
	return rule_broken_at(view, RULE_BY_CPE, closed.number ? closed : view->now,
	    "the CPE ends the session after the %s of frame %llu: its empty POST never "
	    "comes",
	    last->answer->name, (unsigned long long)last->answer->frame.number);
}

/* ---- SES-11, SES-12 ---------------------------------------------------------------- */

static enum rule_verdict check_all_answered(struct rule_view *view)
{
	const struct session_record *session = view->session;
	const struct turn *last = turn_last(session);
	struct frame_ref closed = session_cpe_closed(session);

	if (!session->has_inform_response || !last)
		return RULE_SILENT;
	for (size_t i = 0; i < session->n_turns; i++) {
		const struct http_record *post = session->turns[i].post;
		const struct http_record *answer = session->turns[i].answer;

		if (answer && post->on == ON_CPE_REQUEST && answer->on == ON_ACS_EMPTY)
			return rule_broken(view, answer,
			    "the ACS answers the %s of frame %llu with an empty message",
			    post->name, (unsigned long long)post->frame.number);
	}
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
	    last->answer->name, (unsigned long long)last->answer->frame.number);
}

static enum rule_verdict check_last_empty(struct rule_view *view)
{
	const struct turn *last = turn_last(view->session);

	if (!last || !last->answer || last->post->on != ON_CPE_EMPTY ||
	    !view->session->has_inform_response)
		return RULE_SILENT;
	if (last->answer->on == ON_ACS_EMPTY)
		return RULE_KEPT;
	if (!(last->answer->on & (ON_INFORM_RESPONSE | ON_ACS_RESPONSE)) &&
	    !(last->answer->on == ON_ACS_OTHER && last->answer->status / 100 == 2))
		return RULE_SILENT;
	return rule_broken(view, last->answer,
	    "the last message of the ACS is %s, not an empty one",
	    last->answer->has_cwmp ? last->answer->name : "a body without an envelope");
}

/* ---- SES-15, SES-16, SES-17 -------------------------------------------------------- */

static bool is_same_inform(const struct http_record *a, const struct http_record *b)
{
	return a->digest == b->digest ||
	       (a->event_bits == b->event_bits && a->retry_count == b->retry_count &&
		   a->n_list == b->n_list);
}

static bool is_inform_fault(const struct turn *turn, bool is_retry)
{
	return turn->post->on == ON_INFORM && turn->answer &&
	       turn->answer->on == ON_ACS_FAULT &&
	       (turn->answer->fault_code == 8005) == is_retry;
}

static enum rule_verdict check_retry_request(struct rule_view *view)
{
	const struct session_record *session = view->session;

	for (size_t i = 0; i < session->n_turns; i++) {
		const struct turn *turn = &session->turns[i];
		struct frame_ref closed = session_cpe_closed(session);

		if (!is_inform_fault(turn, true))
			continue;
		if (i + 1 == session->n_turns)
			return rule_broken_at(view, RULE_BY_CPE,
			    closed.number ? closed : view->now,
			    "the CPE does not repeat its Inform after fault 8005");
		if (turn[1].post->on != ON_INFORM ||
		    !is_same_inform(turn->post, turn[1].post))
			return rule_broken(view, turn[1].post,
			    "after fault 8005 the CPE sends %s, not the same Inform again",
			    turn[1].post->has_cwmp ? turn[1].post->name
						   : "an empty POST");
		return RULE_KEPT;
	}
	return RULE_SILENT;
}

static enum rule_verdict check_refused(struct rule_view *view)
{
	const struct session_record *session = view->session;

	for (size_t i = 0; i < session->n_turns; i++) {
		const struct turn *turn = &session->turns[i];

		if (!is_inform_fault(turn, false))
			continue;
		if (i + 1 == session->n_turns)
			return RULE_KEPT;
		return rule_broken(view, turn[1].post,
		    "the CPE goes on after fault %u to its Inform",
		    turn->answer->fault_code);
	}
	return RULE_SILENT;
}

static enum rule_verdict check_goes_on(struct rule_view *view)
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
	if (last->post->on == ON_CPE_FAULT && last->answer &&
	    last->answer->on == ON_ACS_OTHER)
		return rule_broken(view, last->answer,
		    "the ACS answers the fault of frame %llu with status %u",
		    (unsigned long long)last->post->frame.number, last->answer->status);
	if (last->answer && last->answer->on == ON_ACS_FAULT &&
	    last->post->on == ON_CPE_REQUEST && !session_acs_closed_first(session))
		return rule_broken_at(view, RULE_BY_CPE,
		    closed.number ? closed : view->now,
		    "the CPE ends the session because of fault %u to its %s",
		    last->answer->fault_code, last->post->name);
	return RULE_SILENT;
}

/* ---- table ------------------------------------------------------------------------- */

const struct rule rules_ending[] = {
	{ .id = "SES-09",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.3",
	    .text = "A CPE that has nothing to send or to answer sends an empty POST.",
	    .example = "InformResponse, and the CPE closes the connection.",
	    .scope = RULE_SESSION,
	    .needs = SHOWN_ALL,
	    .check = check_empty_post },
	{ .id = "SES-11",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.4",
	    .text = "A session ends only when neither side has a request left and each "
		    "request has its answer.",
	    .example = "The ACS sends Reboot; the CPE closes instead of sending "
		       "RebootResponse.",
	    .scope = RULE_SESSION,
	    .needs = SHOWN_ALL,
	    .check = check_all_answered },
	{ .id = "SES-12",
	    .who = RULE_BY_ACS,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.2.4",
	    .text = "The last message of the ACS in a session is empty.",
	    .example = "The empty POST is answered with InformResponse again.",
	    .scope = RULE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE | SHOWN_END,
	    .check = check_last_empty },
	{ .id = "SES-15",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.6",
	    .text = "After fault 8005 the CPE sends the same Inform again.",
	    .example = "Fault 8005 to Inform; the CPE sends an empty POST.",
	    .scope = RULE_SESSION,
	    .needs = SHOWN_ALL,
	    .check = check_retry_request },
	{ .id = "SES-16",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.6",
	    .text = "Any other fault than 8005 to Inform ends the session.",
	    .example = "Fault 8001 to Inform; the CPE sends an empty POST.",
	    .scope = RULE_SESSION,
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
	    .scope = RULE_SESSION,
	    .needs = SHOWN_ALL,
	    .check = check_goes_on },
	{ .id = NULL },
};
