#include "capture/facts/turns.h"

enum rule_verdict turns_judge(struct whole *view, turn_check_fn *check)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT;

	for (size_t i = 0; i < session->n_turns && verdict != RULE_BROKEN; i++) {
		enum rule_verdict here = check(view, turn_pending(session, i),
		    session->turns[i].post, session->turns[i].answer);

		if (here != RULE_SILENT)
			verdict = here;
	}
	return verdict;
}
