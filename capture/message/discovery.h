/* What a DHCP client says of its wish to be given an ACS (TR-069 A6 3.1). */
#pragma once

#include "lib/proto/dhcp.h"

/* Whether option 60 contains "dslforum.org", or option 124 does for enterprise 3561. */
bool discovery_has_class(const struct dhcp_packet *packet);

/* Whether option 55 lists 43 or 125, or is not there, so that the server may choose. */
bool discovery_asks_for_acs(const struct dhcp_packet *packet);
