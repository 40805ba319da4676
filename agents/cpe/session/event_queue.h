/* What a CPE has to tell its ACS and has not told yet (TR-069 A6 3.7.1.5). The rules of
 * each code are the columns of CWMP_EVENT_MAP.
 *
 *  add --> waiting --(taken into an Inform)--> sent --(its response)--> confirmed
 *             ^                                  |                          |
 *             +------ the session fails ---------+--------------------------+
 *                                             the session succeeds: confirmed ones go
 *
 * An event that occurs while a session runs waits for the next one. */
#pragma once

#include "lib/proto/cwmp.h"

enum {
	EVENT_QUEUE_MAX = 64,      /* as many as an Inform holds (EventList) */
	EVENT_COMMAND_KEY_MAX = 33 /* string(32), terminated */
};

struct event {
	uint8_t code;      /* enum cwmp_event_code */
	bool is_sent;      /* in the Inform of the running session */
	bool is_confirmed; /* and its response has come */
	char *command_key; /* owned; null: empty */
};

struct event_queue {
	struct event *items; /* owned; null while nothing waits */
	uint8_t len, cap;
};

/* Adds an occurrence. A code that may stand only once in an Inform is merged with one that
 * waits; BOOTSTRAP discards all that wait. command_key may be a null view. -ENOMEM;
 * ERR_LIMIT when 64 wait. */
int event_queue_add(struct event_queue *queue, enum cwmp_event_code code,
    struct str command_key);

/* Whether something waits that is not in the running session. */
bool event_queue_is_waiting(const struct event_queue *queue);

/* Puts all into ret (of EVENT_QUEUE_MAX), which borrows the keys, and marks them sent.
 * Returns how many. */
size_t event_queue_take(struct event_queue *queue, struct cwmp_event *ret);

/* The response to this method came: what it delivers is confirmed. */
void event_queue_confirm(struct event_queue *queue, enum cwmp_method method);

/* The session is over. After success confirmed events go; the others wait again, but for
 * those that are never retried. */
void event_queue_end(struct event_queue *queue, bool is_success);

/* The CPE reboots: what is kept only until then goes. */
void event_queue_reboot(struct event_queue *queue);

/* Frees all of it. Safe to repeat. */
void event_queue_free(struct event_queue *queue);
