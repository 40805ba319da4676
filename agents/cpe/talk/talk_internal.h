/* Shared by the files of this room. */
#pragma once

#include "agents/common/dial/address_order.h"
#include "agents/cpe/session/cpe_session.h"
#include "agents/cpe/talk/talk.h"
#include "lib/proto/url.h"

struct http_client;
struct http_client_handlers;
struct resolver;
struct talk_race;
struct twin;

/* What talk.c does when others have done their part. */
struct talk_moves {
	void (*found)(struct talk *talk); /* the address of the ACS */
	void (*fail)(struct talk *talk, enum failure_layer layer, const char *why);
	const struct http_client_handlers *http; /* of its connection */
};

struct talk {
	const struct talk_moves *moves;
	struct talk **slot; /* the owner's pointer to this talk */
	enum talk_state state;
	struct talk_config config; /* its strings are copies, owned */
	const struct talk_handlers *handlers;
	void *user;
	struct url url; /* of config.acs_url, until there is a session */
	clock_ns deadline;
	struct failure failure;
	struct resolver *resolver;   /* null: no name is asked for */
	struct cpe_session *session; /* null: before the first address */
	struct http_client *http;    /* null: no connection, or one that closes */
	struct endpoint acs;         /* where it goes to, the best of its addresses */
	struct talk_race *race;      /* owned: between its addresses; null: none runs */
	bool is_resent;              /* this request went out on a second connection */
	bool is_resting;             /* a job is awaited, and no answer of the ACS */
	struct buf inform; /* as it went out last, of a talk that will have a twin */
	struct twin *twin; /* owned: the second session; null: none is open */
	bool has_had_twin;
};

/* ---- talk.c ------------------------------------------------------------------------- */

/* Asks for the address of the ACS, connects to it, waits for it; or ends the talk. */
void talk_begin(struct talk *talk);
void talk_resolve(struct talk *talk);
void talk_connect(struct talk *talk);
void talk_wait(struct talk *talk);

/* ---- talk_resolve.c ------------------------------------------------------------------- */

/* Finds the addresses of the ACS: moves->found() follows, perhaps from inside, or the talk has
 * ended. */
void talk_find(struct talk *talk);

/* Tells its own address where it is not known. */
void talk_learn_address(const struct talk *talk);

/* ---- talk_dial.c ---------------------------------------------------------------------- */

/* Opens a connection to an address of the ACS. -errno and others, with words. */
int talk_dial(struct talk *talk, const struct endpoint *to, struct http_client **ret,
    const struct http_client_handlers *handlers, void *user, struct error *err);

/* ---- talk_race.c: of an ACS that has several addresses --------------------------------- */

/* The best stands first. -ENOMEM. */
int talk_race_new(struct talk *talk, const struct address_choice *choices, size_t n);

/* Begins it: talk->http is the connection that has won, or the talk ends. */
void talk_race_start(struct talk *talk);

clock_ns talk_race_due(const struct talk *talk);
/* No-op where it is not due yet. */
void talk_race_timeout(struct talk *talk);

/* Closes what has begun. Safe to repeat. */
void talk_race_drop(struct talk *talk);

/* ---- talk_fault.c: nothing where the session has no fault ------------------------------ */

/* The quirks of this session alone. */
uint64_t talk_fault_quirks(const struct talk *talk);
/* What of the request goes out. */
struct str talk_fault_cut(struct talk *talk, struct str request);
/* It went out: whether the CPE hangs up behind it. */
bool talk_fault_hangs_up(const struct talk *talk);
/* The ACS has answered, and the session goes on. */
void talk_fault_answered(struct talk *talk);
/* The uplink is cut; the talk is over. */
void talk_fault_freeze(struct talk *talk);
void talk_fault_end(struct talk *talk);

/* ---- talk_sight.c: nothing where nobody measures -------------------------------------- */

void talk_begin_stage(struct talk *talk, enum cpe_stage stage);
void talk_pass_stage(struct talk *talk);
/* Of the message that goes out next, and of the one that was answered. */
void talk_begin_message(struct talk *talk, clock_ns now);
void talk_note_answer(struct talk *talk, unsigned status);
void talk_pass_message(struct talk *talk, enum session_next next, clock_ns now);
void talk_tell_began(struct talk *talk);
void talk_tell_ended(struct talk *talk);
