#include "agents/acs/session.h"

/* Zero means "not allowed". */
#define GO(state) (uint8_t)((state) + 1)

static const uint8_t moves[ACS_SESSION_STATES][ACS_SESSION_EVENTS] = {
	[ACS_WAITING] = { [ACS_INFORMED] = GO(ACS_SERVING) },
	[ACS_SERVING] = { [ACS_CPE_REQUESTED] = GO(ACS_SERVING),
	    [ACS_ASKS] = GO(ACS_ASKED),
	    [ACS_NOTHING_LEFT] = GO(ACS_DONE) },
	[ACS_ASKED] = { [ACS_CPE_RESPONDED] = GO(ACS_SERVING) },
};

bool acs_session_step(enum acs_session_state state, enum acs_session_event event,
    enum acs_session_state *ret)
{
	uint8_t move = moves[state][event];

	if (move == 0)
		return false;
	*ret = (enum acs_session_state)(move - 1);
	return true;
}

const char *acs_session_state_name(enum acs_session_state state)
{
	static const char *const names[ACS_SESSION_STATES] = { "waiting", "serving",
		"asked", "done", "failed" };

	return names[state];
}
