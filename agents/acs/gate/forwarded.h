/* Whom a proxy that is trusted forwards for, as X-Forwarded-For says. */
#pragma once

#include "lib/conf/conf.h"
#include "lib/proto/http.h"

#include <netinet/in.h>

/* Whether text is an address as it has to be compared: of IPv4 or IPv6, without a port. */
bool forwarded_is_address(const char *text);

/* Where peer is one of the trusted proxies, the address that the request came to the first of
 * them from: the last one in X-Forwarded-For that is none of them; what stands before it anybody
 * may have written. False, with client untouched, for a peer that is not trusted, and where no
 * such address is told. */
bool forwarded_client(const struct conf_strings *proxies, const char *peer,
    const struct http_head *head, char client[INET6_ADDRSTRLEN]);
