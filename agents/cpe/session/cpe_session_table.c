/* Which event is allowed in which state of a session, and where it leads. */
#include "agents/cpe/session/cpe_session.h"

#define GO(state) (uint8_t)((state) + 1)

static const uint8_t table[SESSION_STATES][SESSION_EVENTS] = {
	[SESSION_INFORMING] = {
		[SESSION_INFORM_OK] = GO(SESSION_ACTIVE),
		[SESSION_ASKED_AGAIN] = GO(SESSION_INFORMING),
	},
	[SESSION_ACTIVE] = {
		[SESSION_REQUESTED] = GO(SESSION_ACTIVE),
		[SESSION_ASKS] = GO(SESSION_ASKING),
		[SESSION_SENT_EMPTY] = GO(SESSION_FINISHED),
		[SESSION_EMPTY] = GO(SESSION_ACTIVE),
		[SESSION_HOLD] = GO(SESSION_HELD),
		[SESSION_RELEASE] = GO(SESSION_ACTIVE),
	},
	[SESSION_ASKING] = {
		[SESSION_ANSWERED] = GO(SESSION_ACTIVE),
		[SESSION_ASKED_AGAIN] = GO(SESSION_ASKING),
	},
	/* An empty response has no HoldRequests, which reads as false (TR-069 A6 3.5). */
	[SESSION_HELD] = {
		[SESSION_REQUESTED] = GO(SESSION_HELD),
		[SESSION_SENT_EMPTY] = GO(SESSION_HELD),
		[SESSION_EMPTY] = GO(SESSION_ACTIVE),
		[SESSION_HOLD] = GO(SESSION_HELD),
		[SESSION_RELEASE] = GO(SESSION_ACTIVE),
	},
	/* Our last word was said: whatever the ACS still asks is answered. */
	[SESSION_FINISHED] = {
		[SESSION_REQUESTED] = GO(SESSION_FINISHED),
		[SESSION_SENT_EMPTY] = GO(SESSION_FINISHED),
		[SESSION_EMPTY] = GO(SESSION_DONE),
		[SESSION_HOLD] = GO(SESSION_FINISHED),
		[SESSION_RELEASE] = GO(SESSION_FINISHED),
	},
};

bool cpe_session_step(enum session_state state, enum session_event event,
    enum session_state *ret)
{
	uint8_t next = table[state][event];

	if (next == 0)
		return false;
	*ret = (enum session_state)(next - 1);
	return true;
}

const char *cpe_session_state_name(enum session_state state)
{
	static const char *const names[] = { "informing", "active", "asking", "held",
		"finished", "done", "failed" };

	return names[state];
}
