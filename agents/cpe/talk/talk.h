/* One session of a CPE on the wire: the name of the ACS, the connection, the requests and
 * their answers, the last FIN. It exists only while the CPE talks, and with it all that a
 * session needs: HTTP client, TLS, parser, buffers.
 *
 *   RESOLVING --resolved--> CONNECTING --opened--> TALKING --ended--> CLOSING --closed--> OVER
 *   TALKING --reconnect--> RECONNECTING --closed--> CONNECTING
 *   TALKING --redirect--> REDIRECTING --closed--> RESOLVING
 *   RESOLVING --ended--> CLOSING
 *   CONNECTING --ended--> CLOSING
 *   RECONNECTING --ended--> CLOSING
 *   REDIRECTING --ended--> CLOSING
 *
 * It has no timer: the owner calls talk_timeout() at talk_due(). */
#pragma once

#include "agents/cpe/dhcp/dhcp_lease.h"
#include "agents/cpe/place/cpe_place.h"
#include "agents/cpe/rpc/rpc.h"
#include "agents/cpe/session/event_queue.h"
#include "agents/cpe/session/failure.h"
#include "agents/cpe/session/observer.h"
#include "agents/cpe/session/witness.h"
#include "lib/cwmp/device_name.h"

#include <uv.h>

struct cwmp_reader;
struct hoard;
struct talk;
struct tls_ctx;
struct tls_memory;

/* XX(symbol, name): what a talk waits for. The names stand in the agent's "status". */
#define TALK_STATE_MAP(XX)                                                          \
	XX(RESOLVING, "resolving") /* the address of the ACS */                     \
	XX(CONNECTING, "connecting")                                                \
	XX(TALKING, "talking")           /* an answer */                            \
	XX(RECONNECTING, "reconnecting") /* the end of a connection; the session \
					  goes on with another one */  \
	XX(REDIRECTING, "redirecting")   /* the same, at another ACS */             \
	XX(CLOSING, "closing") /* the end of the connection; the session is over */ \
	XX(OVER, "over")

enum talk_state {
#define XX(symbol, name) TALK_##symbol,
	TALK_STATE_MAP(XX)
#undef XX
	TALK_STATES
};

#define TALK_EVENT_MAP(XX)                                                     \
	XX(RESOLVED, "resolved")                                               \
	XX(OPENED, "opened")                                                   \
	XX(RECONNECT, "reconnect") /* the ACS closed between two messages */   \
	XX(REDIRECT, "redirect")   /* the ACS sent us elsewhere */             \
	XX(ENDED, "ended")         /* success, failure, or the owner's wish */ \
	XX(CLOSED, "closed")       /* the connection is gone, or there was none */

enum talk_event {
#define XX(symbol, name) TALK_EVENT_##symbol,
	TALK_EVENT_MAP(XX)
#undef XX
	TALK_EVENTS
};

struct talk_config { /* copied with its strings; what else it points to is borrowed */
	uv_loop_t *loop;
	const struct cpe_place *place;
	struct cpe_way *way;           /* of all talks */
	struct tls_ctx *tls;           /* not null: https would be talked without TLS */
	struct tls_memory *tls_memory; /* the CPE's, where it resumes; else null */
	struct cookie_jar **kept_cookies; /* as struct cpe_session_config has it */
	struct hoard *hoard; /* of all talks: responses that are not whole yet */
	const struct dhcp_lease
	    *lease; /* whose DNS servers to ask; null: the machine's */
	struct event_queue *events;
	const struct cpe_witness *witness;   /* null: nobody looks on */
	const struct cpe_observer *observer; /* null: nobody measures */
	/* What the observer is told of; its stage, method, since and began are the talk's. Its
	 * fault is done by the talk, whether anybody is told or not. */
	struct cpe_sight sight;
	struct cwmp_reader *reader; /* of all talks; null: each message has its own */
	struct rpc rpc;
	const char *acs_url;
	const char *username, *password; /* null: none */
	/* Common name of the certificate that it shows an ACS that asks; "": none. */
	char identity[CWMP_DEVICE_NAME_MAX];
	bool is_url_leased; /* the URL comes from option 43 */
	bool is_cut;        /* nothing reaches the ACS, or comes from it (talk_cut()) */
	unsigned retry_count;
	clock_ns wait_timeout; /* a longer silence of the ACS ends the session */
};

struct talk_handlers {
	/* Which address the kernel uses towards the ACS; told only where that of the place is
	 * not known, before the Inform is written. */
	void (*addressed)(void *user, uint32_t address);
	/* The same of IPv6. */
	void (*addressed6)(void *user, const uint8_t *address);
	/* talk_due() is another time than before. */
	void (*waits)(void *user);
	/* The session waits for a job of its own; talk_resume() when one has ended. */
	void (*rests)(void *user);
	/* The session has ended, with FAILURE_NONE when it succeeded. The events that it
	 * did not deliver wait again; its connection may still be closing. */
	void (*ended)(void *user, const struct failure *failure);
	/* The connection is gone and the talk is freed. The last call. */
	void (*over)(void *user, bool is_success);
};

/* Starts a session with all events of the queue. *ret is set before any handler is called
 * and null again before over(), which may come from inside this call. -ENOMEM, and then no
 * handler is called. */
int talk_start(struct talk **ret, const struct talk_config *config,
    const struct talk_handlers *handlers, void *user);

/* Ends the session at once, for a reason of the owner's. No-op when it has ended. */
void talk_break(struct talk *talk, enum failure_layer layer, const char *why);

/* Its uplink is cut: nothing goes out any more, nothing comes, nobody is told, and the session ends
 * when the ACS has been silent for too long. */
void talk_cut(struct talk *talk);

/* It is mended: a session that had no connection yet goes on to make one, as if its SYN were sent
 * again, and is told to the observer (may be null) from now on. No-op where it was not cut. */
void talk_mend(struct talk *talk, const struct cpe_observer *observer);

/* How many sessions of it are open of which an observer is told: one, and the second one that a
 * fault has opened beside it. */
unsigned talk_open_sessions(const struct talk *talk);

/* A job has ended that the session may wait for. No-op when it does not. */
void talk_resume(struct talk *talk);

/* When the ACS has been silent for too long; INT64_MAX: nothing is awaited. */
clock_ns talk_due(const struct talk *talk);
/* The ACS has been silent for too long: ends the session. No-op when nothing is
 * awaited. */
void talk_timeout(struct talk *talk);

enum talk_state talk_state(const struct talk *talk);

/* Whether the ACS has answered the Inform with InformResponse. */
bool talk_is_heard(const struct talk *talk);

/* ---- talk_table.c ------------------------------------------------------------------- */

/* Whether event is allowed in state, and where it leads. */
bool talk_step(enum talk_state state, enum talk_event event, enum talk_state *ret);
const char *talk_state_name(enum talk_state state);
const char *talk_event_name(enum talk_event event);
