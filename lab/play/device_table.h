/* What an agent says of itself (agents/README.md, command "status"), as people read it: an ACS its
 * devices, CPEs their state, others a few numbers. */
#pragma once

#include "lab/play/cpe_table.h"

struct device_table {
	struct buf out;
	struct table table; /* of devices */
	struct screen screen;
	struct cpe_table cpes;
	bool has_devices, has_cpes;
};

void device_table_begin(struct device_table *table);

/* Takes a page of the answer. Of the type labsock_page_fn: table is one. */
void device_table_page(void *table, struct json_t *page);

/* Prints what has not been yet, and frees it. */
void device_table_end(struct device_table *table);
