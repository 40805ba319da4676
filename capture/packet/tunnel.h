/* What mirrors and access networks wrap packets in: IP in IP, GRE with ERSPAN I-III, VXLAN. */
#pragma once

#include "capture/packet/link.h"

/* By the IP protocol, and by the UDP port. 1: *ret is what the tunnel carries; 0: it is no
 * tunnel, or none that can be read here; ERR_TRUNCATED or ERR_MALFORMED. */
int tunnel_parse_ip(uint8_t protocol, struct span payload, struct link *ret);
int tunnel_parse_udp(uint16_t dst_port, struct span payload, struct link *ret);
