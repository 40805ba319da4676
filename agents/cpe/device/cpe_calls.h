/* The edge of connection requests to a CPE: by HTTP, and by UDP where STUNEnable is true. */
#pragma once

#include "agents/cpe/device/cpe.h"

extern const struct reach_handlers cpe_reach_handlers;

/* As the row "listen" of struct cpe_edges. */
void cpe_calls_listen(struct cpe *cpe);

/* As the row "notify". */
void cpe_notify(struct cpe *cpe, struct str host, uint16_t port, struct str bytes);

/* The CPE listens for no connection request any more. Safe to repeat. */
void cpe_calls_close(struct cpe *cpe);
