/* The messages of a DHCPv6 client. */
#pragma once

#include "agents/cpe/dhcp6/dhcp6_client.h"

enum {
	DHCP6_CLIENT_DUID = 10 /* bytes of a DUID-LL of Ethernet, RFC 8415 11.4 */
};

void dhcp6_client_duid(const struct dhcp6_client *client,
    uint8_t ret[DHCP6_CLIENT_DUID]);

/* Of its only IA_NA: what the MAC ends in, so that it is the same after each boot. */
uint32_t dhcp6_client_iaid(const struct dhcp6_client *client);

/* elapsed: hundredths of a second since the exchange began (RFC 8415 21.9). */
void dhcp6_client_message(struct dhcp6_builder *builder,
    const struct dhcp6_client *client, enum dhcp6_message type, uint16_t elapsed);
