/* What a CPE has to tell its ACS and has not told yet (TR-069 A6 3.7.1.5). The rules of
 * each code are the columns of CWMP_EVENT_MAP.
 *
 *  add --> waiting --(taken into an Inform)--> sent --(the response of its code)--> gone
 *             ^                                  |
 *             +--------- the session ends -------+
 *
 * What a response has delivered is told, however the session goes on: a retry does not carry
 * it again, and may so be an Inform without any event.
 *
 * An event that occurs while a session runs waits for the next one. */
#pragma once

#include "lib/cwmp/cwmp.h"

enum {
	EVENT_QUEUE_MAX = 64 /* as many as an Inform holds (EventList) */
};

struct event {
	uint8_t code;      /* enum cwmp_event_code */
	bool is_sent;      /* in the Inform of the running session */
	char *command_key; /* owned; null: empty */
};

struct event_queue {
	struct event *items; /* owned; null while nothing waits */
	uint8_t len, cap;
};

/* Adds an occurrence, with a copy of command_key (a null view: none). Of a code that may
 * stand only once in an Inform, one that waits already is enough; BOOTSTRAP discards all
 * that wait. -ENOMEM; ERR_LIMIT when EVENT_QUEUE_MAX wait. */
int event_queue_add(struct event_queue *queue, enum cwmp_event_code code,
    struct str command_key);

/* How many of them wait or are sent that have this command_key. */
size_t event_queue_count(const struct event_queue *queue, enum cwmp_event_code code,
    struct str command_key);

/* Copies all events into ret (room for EVENT_QUEUE_MAX), which borrows the command keys,
 * and marks them as sent in the Inform of the session that begins. Taken again before that Inform
 * is written (the name of the ACS may take seconds to find), one that may stand there only once and
 * has occurred again merges with its elder. Returns how many. */
size_t event_queue_take(struct event_queue *queue, struct cwmp_event *ret);

/* The ACS has answered this method: of the events that were sent, those that its answer
 * delivers are removed. */
void event_queue_confirm(struct event_queue *queue, enum cwmp_method method);

/* The same for one of several requests of a method: the ACS has answered the one that tells
 * what command_key stands for. One event that names it is removed; the event that goes with
 * them (7 with M Download) once none of them is left. */
void event_queue_confirm_one(struct event_queue *queue, enum cwmp_method method,
    struct str command_key);

/* The session is over: what it has not delivered waits for the next one, but for events whose
 * code is never retried, which are removed. */
void event_queue_end(struct event_queue *queue);

/* The CPE reboots: removes the events whose code is kept only until then. */
void event_queue_reboot(struct event_queue *queue);

/* Frees the events and the queue's memory. Safe to repeat. */
void event_queue_free(struct event_queue *queue);
