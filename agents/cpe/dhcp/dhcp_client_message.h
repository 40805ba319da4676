/* The messages of a DHCP client (RFC 2131 4.4, TR-069 A6 3.1). When they are sent is decided
 * in dhcp_client.c. */
#pragma once

#include "agents/cpe/dhcp/dhcp_client.h"

/* Begins a message of this type with all that each message of the client has (RFC 2131 table
 * 5). The caller adds the options that only this message has, and ends it with
 * dhcp_build_end(). ciaddr: the address that the client has, or 0. */
void dhcp_client_message(struct dhcp_builder *builder, const struct dhcp_client *client,
    enum dhcp_message type, uint32_t ciaddr);
