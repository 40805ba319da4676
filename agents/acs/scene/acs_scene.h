/* An ACS that plays its side of a sequence, with the first CPE that informs. Without sockets
 * or clock. */
#pragma once

#include "agents/acs/scene/scene_requests.h"

enum {
	ACS_SCENE_AGAIN_S = 1 /* before a call that came too early is made again */
};

struct acs_scene {
	struct sequence *sequence; /* owned, as what follows */
	struct scene *scene;
	struct scene_requests *requests;
	char *device; /* id of the CPE; null: none has informed */
	bool is_calling;
	/* Of a call that came too early: when it is made again, what it was answered, and why it
	 * has failed. */
	struct acs_scene_put_off {
		clock_ns until; /* 0: it was not put off */
		unsigned status;
		char why[SCENE_WHY_MAX];
	} put_off;
};

struct acs_scene_config {
	const struct scene_settings *settings; /* borrowed for the scene's life */
	const char *url;                       /* of the ACS */
	void (*told)(void *user, size_t step); /* see struct scene_config */
	void *user;
};

/* Reads the sequence and makes its requests. Mistakes with place, as sequence_load() and
 * scene_requests_new(). The caller frees *ret. */
int acs_scene_new(struct acs_scene **ret, const struct acs_scene_config *config,
    clock_ns now, struct error *err);
void acs_scene_free(struct acs_scene *scene); /* null is fine */
DEFINE_CLEANUP(struct acs_scene *, acs_scene_free)

/* A message between the ACS and that CPE; null: an empty one. */
void acs_scene_saw(struct acs_scene *scene, const char *device, bool from_acs,
    const struct cwmp_msg *msg, clock_ns now);

/* What the ACS asks that CPE now: 1 with *request; 0: nothing; ERR_* with words: it cannot
 * be asked, and the scene is over. context as for scene_requests_fill(). */
int acs_scene_ask(struct acs_scene *scene, const char *device,
    const struct acs_rpc_context *context, struct cwmp_msg *request, struct error *err);

/* Its session is over; why it failed, or null. */
void acs_scene_session_over(struct acs_scene *scene, const char *device,
    const char *why, clock_ns now);

/* A call of that CPE was answered, or has failed. */
void acs_scene_called(struct acs_scene *scene, const char *device, unsigned status,
    const char *why, clock_ns now);

/* That call came too early, or another one is under way: it is made again in a while. What it was
 * answered (0: nothing) and why it has failed count where the step wants that answer, or once it
 * is not waited for any longer. */
void acs_scene_call_again(struct acs_scene *scene, const char *device, unsigned status,
    const char *why, clock_ns now);

/* This ACS could not make that call. */
void acs_scene_cannot_call(struct acs_scene *scene, const char *device,
    const char *why);

/* Time has gone by. The id of a CPE that is to be called now, or null. */
const char *acs_scene_tick(struct acs_scene *scene, clock_ns now);
