/* All CPEs of a process, with what they share: model, TLS, configuration. */
#pragma once

#include "agents/common/control.h"
#include "agents/common/tls_ctx.h"
#include "agents/cpe/device/cpe.h"

struct cpe_fleet {
	uv_loop_t *loop; /* borrowed, as are config and control */
	const struct cpe_config *config;
	const struct cpe_edges *edges;
	struct control *control;
	struct model *model;
	struct tls_ctx *tls;
	struct cpe_place *places; /* what they share, or one each */
	size_t n_places;
	struct cpe *cpes;
	size_t n_cpes;
	size_t n_stopped;
	uint64_t seed;
	void (*on_stopped)(void *user); /* the last one has stopped */
	void *user;
	uint64_t n_sessions, n_failures; /* so far */
};

/* Reads the model and opens the CPEs, booting at random within boot-spread. The caller
 * frees *ret after on_stopped. ERR_CONFIG and others with words. */
int cpe_fleet_new(struct cpe_fleet **ret, uv_loop_t *loop,
    const struct cpe_config *config, uint64_t seed, struct error *err);

/* The control channel is there: power them on. */
void cpe_fleet_boot(struct cpe_fleet *fleet, struct control *control);

void cpe_fleet_stop(struct cpe_fleet *fleet, void (*on_stopped)(void *user),
    void *user);

/* A page of the command "status"; see struct command. */
int cpe_fleet_status(const struct cpe_fleet *fleet, struct answer *answer);

/* Safe with null, and after a failed cpe_fleet_new(). */
void cpe_fleet_free(struct cpe_fleet *fleet);
