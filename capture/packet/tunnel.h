/* What mirrors and access networks wrap packets in: IP in IP, GRE with ERSPAN I-III, VXLAN. */
#pragma once

#include "capture/packet/link.h"

/* 1: *ret is what the tunnel carries; 0: it is no tunnel that is read; ERR_*. */
int tunnel_parse_ip(uint8_t protocol, struct span payload, struct link *ret);
int tunnel_parse_udp(uint16_t dst_port, struct span payload, struct link *ret);
