/* Where a connection request by HTTP goes: the address that stands in a ConnectionRequestURL, of
 * either version of IP. */
#pragma once

#include "lib/base/error.h"
#include "lib/proto/url.h"

#include <sys/socket.h>

enum {
	CALL_AT_MAX = 64 /* of an address with its port, terminated */
};

/* Fills *ret, and at with the same in words: "10.0.0.100:7547", "[2001:db8::1]:7547". Returns its
 * length; ERR_MALFORMED where the host is no address. */
int call_address(const struct url *url, struct sockaddr_storage *ret,
    char at[CALL_AT_MAX]);
