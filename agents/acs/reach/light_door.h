/* Where an ACS hears lightweight notifications (TR-069 A6 Annex M): a socket of UDP. */
#pragma once

#include "lib/cwmp/lightweight.h"

#include <uv.h>

enum {
	LIGHT_DATAGRAMS_IN_A_ROW = 64,
	LIGHT_WHY_MAX = 160
};

struct light_news { /* borrowed during the call */
	const char *peer;
	const struct lightweight *notification; /* null: it cannot be read */
	const char *why; /* what is wrong with it; null: it counts */
	bool is_copy;    /* of one that has counted already */
};

struct light_door_config { /* copied; the strings are borrowed */
	uv_loop_t *loop;
	uint32_t address; /* to listen on, host order */
	uint16_t port;
	const char *username, *password; /* of the CPEs; null: anybody is believed */
	void (*heard)(void *user, const struct light_news *news);
	void *user;
};

struct light_door;

/* -errno or -ENOMEM with words. */
int light_door_open(struct light_door **ret, const struct light_door_config *config,
    struct error *err);

/* The loop frees it. Null is fine. */
void light_door_close(struct light_door *door);

/* What a notification is refused for, in why; false: it counts. */
bool light_is_refused(const struct lightweight *notification, struct str username,
    struct str password, char why[LIGHT_WHY_MAX]);
