/* Writes the server's replies (RFC 2131 4.3.1 table 3) and says where they go (4.1). */
#pragma once

#include "agents/lessor/lease_table.h"

/* An OFFER or ACK about slot, or, with a null slot, an ACK to an INFORM, with the options of
 * pool. ERR_LIMIT when it does not fit what the client takes. */
int reply_grant(struct dhcp_reply *reply, enum dhcp_message type,
    const struct dhcp_packet *request, const struct server_config *config,
    const struct pool_config *pool, const struct slot *slot);

/* A NAK with words for option 56. */
int reply_nak(struct dhcp_reply *reply, const struct dhcp_packet *request,
    const struct server_config *config, const char *words);
