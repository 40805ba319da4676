/* A CPE that plays its side of a sequence: what it says is its own, by its model and what the
 * ACS orders; where a step is a session that no ACS orders (a boot, a periodic Inform, a
 * transfer of its own), it begins one. Without sockets or clock. */
#pragma once

#include "agents/cpe/device/cpe_fleet.h"
#include "lib/sequence/scene.h"

struct cpe_scene {
	struct cpe *cpe; /* borrowed */
	const struct scene_settings *settings;
	struct sequence *sequence; /* owned */
	struct scene *scene;       /* owned */
	struct cpe_witness witness;
	const char *file_url, *unit_url,
	    *file_type; /* owned: what people say; or null */
};

/* Reads the sequence, and looks on at the fleet's only CPE from now on. Mistakes with place,
 * as sequence_load(); ERR_CONFIG with the place of a step that wants more said; ERR_USAGE for
 * what is said and nothing takes; -ENOMEM. The caller frees *ret before the fleet. */
int cpe_scene_new(struct cpe_scene **ret, struct cpe_fleet *fleet,
    const struct scene_settings *settings, void (*told)(void *user, size_t step),
    void *user, struct error *err);
void cpe_scene_free(struct cpe_scene *scene); /* null is fine */
DEFINE_CLEANUP(struct cpe_scene *, cpe_scene_free)

/* Time has gone by: what the CPE can begin of its own accord, it begins. */
void cpe_scene_tick(struct cpe_scene *scene);
