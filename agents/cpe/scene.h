/* A sequence that a CPE plays, at its edges. */
#pragma once

#include "agents/cpe/device/cpe_scene.h"
#include "agents/play/playing.h"

struct scene_run {
	struct cpe_scene *scene; /* owned; null: none is played */
	struct playing playing;
	void (*ended)(void *user);
	void *user;
};

/* Reads the sequence that the settings name, if any. As cpe_scene_new(). ended is called when the
 * CPE is to stop, perhaps more than once. */
int scene_run_open(struct scene_run *run, struct cpe_fleet *fleet,
    const struct scene_settings *settings, struct control *control,
    void (*ended)(void *user), void *user, struct error *err);

/* Begins, before the CPE boots. */
void scene_run_start(struct scene_run *run, uv_loop_t *loop);

/* Tells the end, while the control channel is open. After a start. */
void scene_run_stop(struct scene_run *run);

/* Before the fleet is freed. */
void scene_run_free(struct scene_run *run);

/* Whether the path was walked, or none was to be. */
bool scene_run_is_good(const struct scene_run *run);
