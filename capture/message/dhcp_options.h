/* Writes, as one line for people, the options of DHCP that tell who a CPE is and where it is
 * attached; not the option that names its ACS. */
#pragma once

#include "lib/base/buf.h"
#include "lib/proto/dhcp.h"
#include "lib/proto/dhcp6.h"

/* Options 60 and 124 (class), 82 (relay agent, RFC 3046) and 125 of enterprise 3561
 * (identities, TR-069 A6 Annex F), "class dslforum.org, circuit-id ge-0/1", behind a
 * comma where out is not empty; nothing where there is none of them. A value that is no
 * text is written in hex; of each value the first 64 bytes are written. */
void dhcp_options_put(struct buf *out, const struct dhcp_packet *packet);

/* Option 16 of DHCPv6 (class), the identities in option 17, and the address of a relay. */
void dhcp6_options_put(struct buf *out, const struct dhcp6_packet *packet);
