/* What is known of the lab, as tables that browsers get windows of, and as the few lines from which
 * the drawing is made, whatever the number of CPEs. Pure: JSON in, JSON out. */
#pragma once

#include "lab/web/feed.h"
#include "lib/base/str.h"

struct json_t;

enum {
	WEB_ROWS_MAX = 500000, /* of a table; the rest is counted */
	WEB_WINDOW_MAX = 200,  /* rows of an answer */
	WEB_BLIND_MAX = 256
};

struct web_lab {
	char name[128], state[32];
	char blind[WEB_BLIND_MAX]; /* why sessions are not being read; "": they are */
	struct json_t *rows[WEB_TABLES]; /* arrays, owned */
	uint64_t n_left_out[WEB_TABLES];
	/* How often a table has changed, and what web_lab_put() says. */
	uint64_t versions[WEB_TABLES], drawn;
	bool has_ended;
};

/* Empty tables; -ENOMEM. */
int web_lab_init(struct web_lab *lab);
void web_lab_free(struct web_lab *lab);

/* What becomes of the lab as a whole. name and state are null where they are as they were. */
void web_lab_set(struct web_lab *lab, const char *name, const char *state);
void web_lab_set_blind(struct web_lab *lab, const char *why);
void web_lab_set_ended(struct web_lab *lab);

/* A table that is being learned anew: an array. The caller fills it by web_rows_add() and then gives
 * it away. Null without memory. */
struct json_t *web_rows_begin(void);

/* Adds the rows of a page (an array, or null), which stay the caller's. node (may be null) becomes a
 * member of each, by that key: who says so. Returns how many found no room. */
uint64_t web_rows_add(struct json_t *rows, struct json_t *page, const char *key,
    const char *node);

/* Puts it in the place of the table. False, and rows are dropped, where it is the same. */
bool web_lab_replace(struct web_lab *lab, enum web_table table, struct json_t *rows,
    uint64_t n_left_out);

/* The lab, why its sessions are not being read, and its nodes by groups: those that share kind, program and switch are one line with how
 * many they are, how many serve, how many lie at each state, and how many of their links are down or
 * impaired, with the name and the words of one. */
void web_lab_put(const struct web_lab *lab, struct buf *out);

/* Rows of a table from the from-th on, n at most, of those in which some value has the text (any case;
 * "": all); with how many there are of them and in all. */
void web_lab_put_rows(const struct web_lab *lab, enum web_table table, struct str text,
    uint64_t from, uint64_t n, struct buf *out);

/* The table of that name; -1: there is none. */
int web_table_find(struct str name);
