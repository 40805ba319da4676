/* Which event is allowed in which state of a CPE, and where it leads. */
#include "agents/cpe/device/cpe.h"

#define GO(state) (uint8_t)(CPE_##state + 1)

/* clang-format off */
static const uint8_t table[CPE_STATES][CPE_EVENTS] = {
	[CPE_OFF] = {
		[CPE_EVENT_BOOT] = GO(LEASING),
		[CPE_EVENT_LOST] = GO(OFF), /* it was given back for a reboot */
		[CPE_EVENT_STOP] = GO(STOPPING),
	},
	[CPE_LEASING] = {
		[CPE_EVENT_LEASED] = GO(IDLE),
		[CPE_EVENT_LOST] = GO(LEASING),
		[CPE_EVENT_REBOOT] = GO(OFF),
		[CPE_EVENT_STOP] = GO(STOPPING),
	},
	[CPE_IDLE] = {
		[CPE_EVENT_LEASED] = GO(IDLE),
		[CPE_EVENT_LOST] = GO(LEASING),
		[CPE_EVENT_NEWS] = GO(TALKING),
		[CPE_EVENT_REBOOT] = GO(OFF),
		[CPE_EVENT_STOP] = GO(STOPPING),
	},
	[CPE_TALKING] = {
		[CPE_EVENT_LEASED] = GO(TALKING),
		[CPE_EVENT_LOST] = GO(STRANDED),
		[CPE_EVENT_OVER] = GO(IDLE),
		[CPE_EVENT_STOP] = GO(STOPPING),
	},
	[CPE_STRANDED] = {
		[CPE_EVENT_LEASED] = GO(TALKING),
		[CPE_EVENT_LOST] = GO(STRANDED),
		[CPE_EVENT_OVER] = GO(LEASING),
		[CPE_EVENT_STOP] = GO(STOPPING),
	},
	[CPE_STOPPING] = {
		[CPE_EVENT_LOST] = GO(STOPPING),
		[CPE_EVENT_OVER] = GO(STOPPING),
		[CPE_EVENT_RELEASED] = GO(STOPPED),
	},
};
/* clang-format on */

bool cpe_step(enum cpe_state state, enum cpe_event event, enum cpe_state *ret)
{
	uint8_t next = table[state][event];

	if (next == 0)
		return false;
	*ret = (enum cpe_state)(next - 1);
	return true;
}

const char *cpe_state_name(enum cpe_state state)
{
	static const char *const names[] = {
#define XX(symbol, name) name,
		CPE_STATE_MAP(XX)
#undef XX
	};

	return names[state];
}

const char *cpe_event_name(enum cpe_event event)
{
	static const char *const names[] = {
#define XX(symbol, name) name,
		CPE_EVENT_MAP(XX)
#undef XX
	};

	return names[event];
}
