/* A sequence at play: one side of it is ours, a CPE or an ACS, the other side is anybody's.
 * Without I/O or clock: it is told what goes over the line, says what our side does next, and
 * where a side has left the path.
 *
 *   PLAYING --the last step, and its session is over--> WALKED
 *      +--a message or an end that the step does not allow, or none in time--> LEFT
 *
 * Steps hold in order, as they do for whoever looks for them in a capture
 * (capture/sequence/sequence_check.h), but there is one attempt only, and what a side cannot
 * see of the other is passed over: leases, look-ups, connections, TLS and transfers; for an
 * ACS what happens at another one. */
#pragma once

#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/cwmp/cwmp.h"
#include "lib/sequence/sequence.h"

enum {
	SCENE_WHY_MAX = 256,
	SCENE_VALUE_MAX = 4096, /* bytes of a value that a step keeps */
	SCENE_PARTING_S = 2     /* how long a session may go on once the path is left */
};

enum scene_side {
	SCENE_CPE,
	SCENE_ACS
};

enum scene_state {
	SCENE_PLAYING,
	SCENE_WALKED,
	SCENE_LEFT
};

struct scene_config {
	const struct sequence *sequence; /* borrowed for the scene's life */
	enum scene_side side;            /* ours */
	/* Of the ACS: its own, or that with which the CPE begins; borrowed like the sequence. */
	const char *url;
	clock_ns wait;  /* for a step, where it does not say "within" itself */
	clock_ns watch; /* how long a last step is looked for that must not be seen */
	/* The step of that index has held, or was passed over. May be null. */
	void (*told)(void *user, size_t step);
	void *user;
};

struct scene_result {
	bool ok;
	bool is_skipped;  /* passed over */
	uint64_t n;       /* how often it held */
	uint64_t message; /* the first that it held with; 0: none */
	const char *why;  /* of a step that was passed over; or null */
};

struct scene_end {
	size_t step;         /* index of the one that failed */
	enum scene_side who; /* has left the path there */
	uint64_t message;    /* with which, or after which; 0: before the first */
	char why[SCENE_WHY_MAX];
};

struct scene;

/* The caller frees *ret. -ENOMEM; ERR_LIMIT for a URL that is too long. */
int scene_new(struct scene **ret, const struct scene_config *config, clock_ns now,
    struct error *err);
/* Comes to the first step that our side sees. Once, before anything happens. */
void scene_begin(struct scene *scene);
void scene_free(struct scene *scene); /* null is fine */
DEFINE_CLEANUP(struct scene *, scene_free)

/* ---- values (scene_value.c) --------------------------------------------------------------- */

/* What "$name" stands for from now on, copied: for what a step of ours sends and keeps.
 * -ENOMEM, ERR_LIMIT. */
int scene_give(struct scene *scene, const char *name, struct str value);

/* What "$name", or plain text, stands for; a null view while it is not known. */
struct str scene_value(const struct scene *scene, const char *text);

/* The whole name of the parameter that the last step whose "parameter" is suffix has
 * met; a null view while none has. */
struct str scene_name(const struct scene *scene, struct str suffix);

/* ---- what has happened ------------------------------------------------------------------ */

/* The CPE's session that begins goes to this ACS. Of a CPE, before its Inform. */
void scene_session_at(struct scene *scene, const char *url);

/* A message, in the order of the line; null: an empty one. Rounds of 401 are none. */
void scene_saw(struct scene *scene, bool from_acs, const struct cwmp_msg *msg,
    clock_ns now);

/* The session is over; why it failed, or null. */
void scene_session_over(struct scene *scene, const char *why, clock_ns now);

/* A connection request, and what it was answered (0: nothing); why it failed, or null. */
void scene_called(struct scene *scene, unsigned status, const char *why, clock_ns now);

/* Our side cannot go on, and why. */
void scene_fail(struct scene *scene, const char *why);

/* When scene_tick() has something to do; INT64_MAX: never. */
clock_ns scene_due(const struct scene *scene);
void scene_tick(struct scene *scene, clock_ns now);

/* ---- what our side does next (scene_deed.c) --------------------------------------------- */

enum scene_deed {
	SCENE_WAIT,  /* nothing: what comes next is the other side's */
	SCENE_SEND,  /* a request of an ACS: *method, as the step says */
	SCENE_BEGIN, /* a session of a CPE, with the events of the step */
	SCENE_CALL   /* a connection request of an ACS */
};

/* The ACS may ask: SEND, or WAIT for an empty answer, which ends the session. */
enum scene_deed scene_ask(struct scene *scene, const struct sequence_step **ret,
    enum cwmp_method *method);

/* No session runs, and our side rests: BEGIN, CALL or WAIT. Each is said once a step, and not
 * before the step may come ("after"). */
enum scene_deed scene_rest(struct scene *scene, clock_ns now,
    const struct sequence_step **ret);

/* Whether the present step is a connection request that may be answered so. */
bool scene_wants_status(const struct scene *scene, unsigned status);

/* The request that a step of an ACS's side wants of it: that of "acs-sends", and of
 * "cpe-sends" that which a response answers where no step says it.
 * CWMP_UNKNOWN_METHOD: none. */
enum cwmp_method scene_request_of(const struct sequence *sequence, size_t step);

/* ---- what came of it (scene_text.c) ------------------------------------------------------ */

enum scene_state scene_state(const struct scene *scene);
/* Whether our side may go: the path is walked, or left and the session over. */
bool scene_is_over(const struct scene *scene, clock_ns now);
const struct scene_result *scene_result(const struct scene *scene, size_t step);
/* Of a scene that is LEFT. */
const struct scene_end *scene_end(const struct scene *scene);

/* Writes the members of an event: of a step; of the end, where our side stops while it plays,
 * too. */
void scene_put_step(const struct scene *scene, size_t step, struct json *json);
void scene_put_end(const struct scene *scene, struct json *json);
/* The end in a line for people. */
void scene_put_words(const struct scene *scene, struct buf *out);
