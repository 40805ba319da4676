/* A DHCP message in UDP, IPv4 and Ethernet, for packet sockets: hosts without an address
 * can be reached by nothing else (RFC 2131 4.1). */
#pragma once

#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	DHCP_FRAME_HEADERS_BYTES = 14 + 20 + 8,
	DHCP_FRAME_MAX_BYTES = 14 + 1500,
};

struct dhcp_frame {
	uint8_t to_mac[6], from_mac[6];
	uint32_t from, to; /* host order */
	uint16_t from_port, to_port;
	struct str payload; /* borrowed */
};

/* Reads an Ethernet frame. ERR_UNSUPPORTED for what is no whole UDP datagram over IPv4
 * (fragments are none), ERR_TRUNCATED and ERR_MALFORMED for broken ones. The UDP checksum
 * is looked at where has_checksum is true: on virtual links it may not be filled in. */
int dhcp_frame_parse(struct dhcp_frame *frame, const void *bytes, size_t len,
    bool has_checksum);

/* Writes the frame with checksums into bytes (of size). Returns its length, or
 * ERR_LIMIT when it does not fit there or into an Ethernet frame. */
int dhcp_frame_write(const struct dhcp_frame *frame, void *bytes, size_t size);

enum {
	ARP_FRAME_BYTES = 14 + 28
};

/* An ARP packet for IPv4 over Ethernet (RFC 826). */
struct arp_frame {
	uint16_t operation; /* 1 request, 2 reply */
	uint8_t sender_mac[6], target_mac[6];
	uint32_t sender, target; /* host order */
};

/* Reads an Ethernet frame. 0; ERR_TRUNCATED, or ERR_UNSUPPORTED for what is no ARP of
 * IPv4 over Ethernet. */
int arp_frame_parse(struct arp_frame *arp, const void *bytes, size_t len);

/* Writes a broadcast frame from sender_mac. */
void arp_frame_write(const struct arp_frame *arp, uint8_t bytes[ARP_FRAME_BYTES]);
