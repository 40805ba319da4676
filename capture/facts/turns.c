#include "capture/facts/turns.h"

enum rule_verdict turns_judge(struct whole *view, turn_check_fn *check)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT;

	for (size_t i = 0; i < session->n_turns; i++)
		verdict = rule_worse(verdict,
		    check(view, turn_pending(session, i), session->turns[i].post,
			session->turns[i].answer));
	return verdict;
}

bool inform_is_too_old(const struct http_record *response)
{
	const struct http_record *inform = response->links.answers;

	return response->on == ON_INFORM_RESPONSE && inform &&
	       inform->on == ON_INFORM && inform->envelope.ns != CWMP_NS_UNKNOWN &&
	       !inform->envelope.versions &&
	       response->envelope.ns > inform->envelope.ns;
}
