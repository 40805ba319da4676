/* A message as a relay looks at it: bytes that it takes apart as far as it must, and writes again
 * with an option 82 more, or less. */
#pragma once

#include "lib/base/str.h"
#include "lib/proto/dhcp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { /* offsets (RFC 2131 2) */
	RELAY_AT_OP = 0,
	RELAY_AT_HLEN = 2,
	RELAY_AT_HOPS = 3,
	RELAY_AT_FLAGS = 10,
	RELAY_AT_CIADDR = 12,
	RELAY_AT_YIADDR = 16,
	RELAY_AT_GIADDR = 24,
	RELAY_AT_CHADDR = 28,
	RELAY_FROM_CLIENT = 1, /* at RELAY_AT_OP */
	RELAY_FROM_SERVER = 2,
};

struct relay_message { /* borrowed */
	const uint8_t *bytes;
	size_t len;
	uint32_t giaddr;
	bool has_options; /* BOOTP alone may have none */
	bool has_agent;   /* option 82 is in the options field */
};

/* 0, or ERR_MALFORMED for what is no message, or has an option that is not whole. */
int relay_message_read(struct relay_message *m, struct str bytes);

/* The value of the first option 82 in the options field; a null view: there is none. */
struct str relay_message_agent(const struct relay_message *m);

/* Copies the message up to its end option, with or without its options 82. Its length, so far;
 * bytes have room for DHCP_MAX_BYTES, and so many has the message at most. */
size_t relay_message_copy(const struct relay_message *m, bool with_agent,
    uint8_t bytes[DHCP_MAX_BYTES]);

/* Appends option 82, the last one, and never in sname or file (RFC 3046 2.1). False: there is no
 * room for it. */
bool relay_message_append(uint8_t bytes[DHCP_MAX_BYTES], size_t *len, struct str value);

/* The end option, and pads: no shorter than it was (RFC 1542 2.1 wants 300 bytes). */
void relay_message_end(const struct relay_message *m, uint8_t bytes[DHCP_MAX_BYTES],
    size_t *len);
