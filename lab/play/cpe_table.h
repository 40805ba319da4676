/* CPEs as people read them: what state each is in. */
#pragma once

#include "lib/base/buf.h"
#include "lib/program/table.h"

struct json_t;

struct cpe_table {
	struct buf out;
	struct table table;
	struct screen screen;
};

void cpe_table_begin(struct cpe_table *table);

/* Takes a page with "cpes" (agents/README.md). Of the type labsock_page_fn: table is one. */
void cpe_table_page(void *table, struct json_t *page);

/* Prints it; or, where is_shown is false, nothing. */
void cpe_table_end(struct cpe_table *table, bool is_shown);

/* Appends what a CPE is about to do of its own accord, as "due in 240 s"; cpe is an item
 * of "cpes". */
void cpe_table_put_next(struct buf *out, const struct json_t *cpe);
