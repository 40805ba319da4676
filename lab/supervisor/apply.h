/* A change of a lab that is under way. Inside of the supervisor. */
#pragma once

#include "lab/change/change.h"
#include "lab/supervisor/supervisor_internal.h"

enum apply_phase {
	APPLY_TOLD,         /* the difference is; nothing is done yet */
	APPLY_STOP_CLIENTS, /* those that end or are started again */
	APPLY_STOP_SERVERS,
	APPLY_UNCARRY, /* the carrier lets go of links that go, or ends */
	APPLY_LEAVE,   /* the recorder lets go of ports that go */
	APPLY_BUILD,
	APPLY_CARRY,
	APPLY_JOIN, /* the recorder opens those that are new */
	APPLY_START_SERVERS,
	APPLY_START_CLIENTS,
	APPLY_OVER
};

enum {
	APPLY_WORDS_MAX = 8, /* "stopped", "built", "started" */
	APPLY_FAILURES_MAX = 64
};

struct apply {
	struct answer *answer; /* of the client that waits; null: it is gone */
	struct client *client;
	struct topology
	    *topology; /* of the lab to be; the supervisor's once it is built */
	struct plan *plan;
	bool is_adopted; /* both are the supervisor's */
	struct change_set *set;
	enum apply_phase phase;
	bool is_entered;                       /* the phase has begun */
	clock_ns began, phase_began, deadline; /* deadline: of the phase; 0: none */
	clock_ns said; /* when the client has last heard something */
	struct {
		const char *what; /* a constant */
		char *text;       /* owned */
		clock_ns took;
	} words[APPLY_WORDS_MAX];
	size_t n_words, n_said;
	struct {
		char *name, *why; /* owned */
	} failures[APPLY_FAILURES_MAX];
	size_t n_failures, n_failures_said;
	size_t n_failed; /* those that found no room, too */
	bool is_cut;     /* the lab ended in the middle */
	/* An agent that was asked something; id 0: nothing. */
	const struct service *asked;
	uint64_t asked_id;
	pid_t asked_pid;
	char *
	    answered; /* why it has refused, owned; null: there was no memory to say it */
	bool is_answered, is_refused;
	bool recarries; /* the carrier has links that change */
};

/* Notes what has gone wrong, with whom. The lab goes on. */
void apply_fail(struct apply *apply, const char *name, const char *why);

/* Notes what was done since the phase began. */
void apply_say(struct apply *apply, const char *what, const char *fmt, ...)
    ATTR_PRINTF(3, 4);

void apply_free(struct apply *apply);

/* Reads the file, and finds what has to be done: ERR_CONFIG, ERR_USAGE and others, with words; the
 * lab is as it was. */
int apply_find(struct supervisor *supervisor, struct apply *apply,
    const struct supervisor_apply_arguments *wanted, struct error *err);

/* ---- apply_steps.c: phases. Each returns whether it is over. ----------------------------- */

bool apply_stop(struct supervisor *supervisor, struct apply *apply, enum stage stage);
bool apply_uncarry(struct supervisor *supervisor, struct apply *apply);
bool apply_leave(struct supervisor *supervisor, struct apply *apply);
bool apply_carry(struct supervisor *supervisor, struct apply *apply);
bool apply_join(struct supervisor *supervisor, struct apply *apply);
bool apply_start(struct supervisor *supervisor, struct apply *apply, enum stage stage);

/* ---- apply_build.c ---------------------------------------------------------------------- */

bool apply_build(struct supervisor *supervisor, struct apply *apply);
