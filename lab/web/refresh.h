/* What the lab consists of, asked again when something has happened in it and somebody looks: the
 * nodes, then its CPEs, the devices of its ACSs, its links. How often goes by what that costs, so
 * that it never takes more than a small part of a processor, however large the lab is. */
#pragma once

#include "lab/web/asker.h"
#include "lab/web/tables.h"

struct web_refresh;

enum {
	WEB_REFRESH_LEAST_MS = 300, /* between two */
	WEB_REFRESH_SHARE = 25      /* a rest is so many times the work before it */
};

/* Asks a first time. lab, feed and asker are borrowed until web_refresh_close(). fed() is called when
 * the feed has got something. -ENOMEM. */
int web_refresh_open(struct web_refresh **ret, uv_loop_t *loop, struct web_lab *lab,
    struct web_feed *feed, struct web_asker *asker, void (*fed)(void *user),
    void *user);

/* Something has happened. */
void web_refresh_note(struct web_refresh *refresh);

/* Whether anybody looks; nothing is asked where nobody does. */
void web_refresh_watch(struct web_refresh *refresh, bool is_watched);

/* The loop's next round frees it. Null is fine. Before the asker is closed. */
void web_refresh_close(struct web_refresh *refresh);
