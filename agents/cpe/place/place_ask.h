/* Requests to the kernel's routing netlink in the namespace of a place. */
#pragma once

#include "agents/common/route/route_request.h"
#include "agents/cpe/place/cpe_place.h"

/* A socket that hears of these groups (RTMGRP_...), which the caller closes. -errno
 * with words. */
int place_netlink(const struct cpe_place *place, unsigned groups, struct error *err);

/* The kernel answers a request that wants it (NLM_F_ACK) before send() returns. 0, or
 * -errno that it refused with, without words; with words where it could not be asked.
 * */
int place_ask(const struct cpe_place *place, const struct route_request *request,
    struct error *err);
