/* What a DHCP client says (RFC 2131 4.4, TR-069 A6 3.1), without when it says it. */
#pragma once

#include "agents/cpe/dhcp/dhcp_client.h"

/* Begins the message that the client's state calls for, or that ends it (RFC 2131 table 5):
 * the caller adds what is its own and ends it with dhcp_build_end(). ciaddr is 0 unless the
 * client has the address. */
void dhcp_client_message(struct dhcp_builder *builder, const struct dhcp_client *client,
    enum dhcp_message type, uint32_t ciaddr);
