/* The parts of a scene. */
#pragma once

#include "lib/sequence/scene.h"

enum {
	/* One a step at most ("as: NAME"), and $acs_url and $session_url; and as many that
	 * people gave. */
	SCENE_VARS_MAX = 2 * SEQUENCE_STEPS_MAX + 2
};

struct scene_var {
	char *name, *value; /* owned */
};

enum scene_event_kind {
	SCENE_EVENT_MESSAGE,
	SCENE_EVENT_OVER,
	SCENE_EVENT_CALL
};

struct scene_event {
	enum scene_event_kind kind;
	bool from_acs;
	const struct cwmp_msg *msg; /* null: empty */
	unsigned status;
	const char *why; /* of a failure */
	bool is_unheard; /* the session of a CPE that is over had no Inform */
};

enum scene_verdict {
	SCENE_HOLDS,
	SCENE_BEGINS, /* an Inform that InformResponse has yet to answer */
	SCENE_PASSES, /* it is about something else */
	SCENE_FAILS
};

struct scene_found {            /* borrows from the message */
	struct str name, value; /* of the step's parameter; null views: none */
	enum scene_side who;    /* of a failure */
	char why[SCENE_WHY_MAX];
};

struct scene {
	struct scene_config config;
	enum scene_state state;
	size_t at; /* the step that comes next; its number: all have held */
	struct scene_result results[SEQUENCE_STEPS_MAX];
	struct scene_var vars[SCENE_VARS_MAX];
	size_t n_vars;
	struct scene_var names[SEQUENCE_STEPS_MAX]; /* of scene_name() */
	size_t n_names;
	uint64_t n_messages, n_sessions;
	uint64_t begun_with; /* the Inform of a session that is to be answered */
	clock_ns held_at, heard_at;
	clock_ns waits_since; /* for the present step */
	bool has_held;
	bool is_in_session;
	bool is_answer_due; /* InformResponse */
	bool
	    is_opening; /* a step has opened a connection whose session is yet to come */
	bool is_before;    /* and the session before it goes on */
	bool is_elsewhere; /* of an ACS: the steps are about another one */
	bool is_done;      /* what our side does at this step, it has done */
	/* What a side said while the present step was waited for that is none of the path
	 * but may be why the step does not come; 0: nothing. */
	uint64_t noted_message;
	size_t noted_weight;
	char noted[SCENE_WHY_MAX / 2];
	struct scene_end end;
};

static inline const struct sequence_step *scene_step(const struct scene *scene,
    size_t i)
{
	return (const struct sequence_step *)scene->config.sequence->steps.items + i;
}

/* When the present step may come at the earliest, as "after" says; there is one. */
static inline clock_ns scene_opens_at(const struct scene *scene)
{
	const struct sequence_step *step = scene_step(scene, scene->at);

	return scene->has_held ? scene->held_at + step->after : INT64_MIN;
}

/* ---- scene_value.c ----------------------------------------------------------------------- */

/* The whole name of what a step's "parameter" is the end of. */
void scene_keep_name(struct scene *scene, const char *suffix, struct str name);
/* Frees all that is kept. */
void scene_forget(struct scene *scene);

/* ---- scene_look.c ------------------------------------------------------------------------ */

/* What an event is to a step. *found says more of what holds, begins or fails. */
enum scene_verdict scene_look(const struct scene *scene,
    const struct sequence_step *step, const struct scene_event *event,
    struct scene_found *found);

/* How much a message that holds no step may tell of why this one does not come: what is told
 * complete with a fault most, an Inform the more of its events it has; 0: nothing. In words. */
size_t scene_weigh(const struct scene *scene, const struct scene_event *event,
    char *text, size_t size);

/* Whether the event is what must never be seen. */
bool scene_is_unwanted(const struct scene *scene, const struct sequence_step *step,
    const struct scene_event *event, struct scene_found *found);

/* Whether the step's "to" is not where this ACS, or this session of the CPE, is. */
bool scene_leads_away(const struct scene *scene, const struct sequence_step *step);
