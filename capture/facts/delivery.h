/* Events that a call of the CPE delivers, and the calls (TR-069 A6 3.7.1.5, table 8). */
#pragma once

#include "capture/facts/rule.h"

struct delivery {
	enum cwmp_method method; /* the call; CWMP_UNKNOWN_METHOD ends the table */
	uint32_t events;         /* 1 << enum cwmp_event_code */
	bool needs_event; /* it comes in a session of its event, or of its request */
	enum cwmp_method requests[3]; /* that may bring it about */
};

extern const struct delivery deliveries[];

enum delivery_asked {
	DELIVERY_UNASKED,
	DELIVERY_ASKED,
	DELIVERY_UNKNOWN, /* not in the last messages, and the session has more */
};

/* Whether the session has a message of that sort (enum http_sort) and method. It looks at all
 * of them: to be asked once a session, not once a message. */
bool session_has(const struct session_record *session, unsigned on,
    enum cwmp_method method);
/* Whether the ACS has asked in this session, as far back as rule_oldest(), for what the call
 * would tell of. */
enum delivery_asked delivery_was_asked(const struct session_record *session,
    const struct delivery *delivery);
/* The text of the first event of the Inform that the call delivers; null: there is none. */
const char *delivery_event(const struct http_record *inform,
    const struct delivery *delivery);
/* Whether the ACS ever sent HoldRequests in the session. */
bool session_was_held(const struct session_record *session);
