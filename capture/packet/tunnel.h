/* What mirrors and access networks wrap packets in: IP in IP, GRE with ERSPAN I-III, VXLAN. */
#pragma once

#include "capture/packet/link.h"

/* Looks for a tunnel by its IP protocol, or by its UDP port. 1: *ret is what it
 * carries; 0: it is no tunnel, or none that can be read here; else an error of
 * link_parse_ethertype(). */
int tunnel_parse_ip(uint8_t protocol, struct span payload, struct link *ret);
int tunnel_parse_udp(uint16_t dst_port, struct span payload, struct link *ret);
