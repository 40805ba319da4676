/* Which event is allowed in which state of a talk, and where it leads. */
#include "agents/cpe/talk/talk.h"

#define GO(state) (uint8_t)(TALK_##state + 1)

/* clang-format off */
static const uint8_t table[TALK_STATES][TALK_EVENTS] = {
	[TALK_RESOLVING] = {
		[TALK_EVENT_RESOLVED] = GO(CONNECTING),
		[TALK_EVENT_ENDED] = GO(CLOSING),
	},
	[TALK_CONNECTING] = {
		[TALK_EVENT_OPENED] = GO(TALKING),
		[TALK_EVENT_ENDED] = GO(CLOSING),
	},
	[TALK_TALKING] = {
		[TALK_EVENT_RECONNECT] = GO(RECONNECTING),
		[TALK_EVENT_REDIRECT] = GO(REDIRECTING),
		[TALK_EVENT_ENDED] = GO(CLOSING),
	},
	[TALK_RECONNECTING] = {
		[TALK_EVENT_CLOSED] = GO(CONNECTING),
		[TALK_EVENT_ENDED] = GO(CLOSING),
	},
	[TALK_REDIRECTING] = {
		[TALK_EVENT_CLOSED] = GO(RESOLVING),
		[TALK_EVENT_ENDED] = GO(CLOSING),
	},
	[TALK_CLOSING] = {
		[TALK_EVENT_CLOSED] = GO(OVER),
	},
};
/* clang-format on */

bool talk_step(enum talk_state state, enum talk_event event, enum talk_state *ret)
{
	uint8_t next = table[state][event];

	if (next == 0)
		return false;
	*ret = (enum talk_state)(next - 1);
	return true;
}

const char *talk_state_name(enum talk_state state)
{
	static const char *const names[] = {
#define XX(symbol, name) name,
		TALK_STATE_MAP(XX)
#undef XX
	};

	return names[state];
}

const char *talk_event_name(enum talk_event event)
{
	static const char *const names[] = {
#define XX(symbol, name) name,
		TALK_EVENT_MAP(XX)
#undef XX
	};

	return names[event];
}
