/* The ports of a switch as its data model shows them: which table has an instance for each of
 * them, and what their live values are (MODEL_LIVE_MAP). */
#pragma once

#include "agents/cpe/model/model_values.h"
#include "agents/cpe/ports/port_table.h"

/* Makes instances until the table of the model whose parameters are of ports has n: instance
 * number i is port number i. Those of ports that are gone stay. A model without such a table
 * needs none. ERR_LIMIT, -ENOMEM. */
int port_values_make(struct model_values *values, unsigned n);

/* The value of a parameter of this kind and type of port number n, in arena; a null view where
 * there is no such port, or without memory. */
struct str port_value(const struct port_table *table, uint32_t number,
    enum model_live live, enum model_type type, struct arena *arena);
