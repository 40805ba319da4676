/* Sends a datagram of a CPE to a host by its name. Nobody hears whether it came. */
#pragma once

#include "agents/common/resolve/resolver.h"
#include "agents/cpe/place/cpe_place.h"
#include "lib/base/str.h"

#include <uv.h>

struct light_sender;

/* Looks the host of query up, and sends bytes (copied) there from the address from of
 * the place. *ret is null when it is called, and again once the host is found or not;
 * where query names an address, the datagram is sent at once and *ret stays null. place
 * and ret are borrowed until then. -errno or -ENOMEM with words. */
int light_send(struct light_sender **ret, uv_loop_t *loop,
    const struct cpe_place *place, uint32_t from, const struct resolver_query *query,
    uint16_t port, struct str bytes, struct error *err);

/* Before it is done: nothing is sent. Null is fine. */
void light_cancel(struct light_sender *sender);
