/* DHCP messages (RFC 2131, 2132, 3046, 3396, 3925) as bytes and values. */
#pragma once

#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	DHCP_SERVER_PORT = 67,
	DHCP_CLIENT_PORT = 68,
	DHCP_HEADER_BYTES = 236,
	DHCP_MIN_BYTES = 300,  /* BOOTP's: shorter replies are padded */
	DHCP_MAX_BYTES = 1472, /* one Ethernet frame */
	DHCP_BROADCAST_FLAG = 0x8000,
	DHCP_OPTIONS_JOINED_MAX = 4096,
};

/* XX(number, symbol, name) */
#define DHCP_MESSAGE_MAP(XX)            \
	XX(1, DISCOVER, "DHCPDISCOVER") \
	XX(2, OFFER, "DHCPOFFER")       \
	XX(3, REQUEST, "DHCPREQUEST")   \
	XX(4, DECLINE, "DHCPDECLINE")   \
	XX(5, ACK, "DHCPACK")           \
	XX(6, NAK, "DHCPNAK")           \
	XX(7, RELEASE, "DHCPRELEASE")   \
	XX(8, INFORM, "DHCPINFORM")

enum dhcp_message {
#define XX(number, symbol, name) DHCP_##symbol = (number),
	DHCP_MESSAGE_MAP(XX)
#undef XX
};

enum dhcp_option {
	DHCP_OPTION_PAD = 0,
	DHCP_OPTION_SUBNET_MASK = 1,
	DHCP_OPTION_ROUTER = 3,
	DHCP_OPTION_DNS = 6,
	DHCP_OPTION_HOST_NAME = 12,
	DHCP_OPTION_DOMAIN_NAME = 15,
	DHCP_OPTION_VENDOR = 43,
	DHCP_OPTION_REQUESTED_ADDRESS = 50,
	DHCP_OPTION_LEASE_TIME = 51,
	DHCP_OPTION_OVERLOAD = 52,
	DHCP_OPTION_MESSAGE_TYPE = 53,
	DHCP_OPTION_SERVER_ID = 54,
	DHCP_OPTION_PARAMETER_LIST = 55,
	DHCP_OPTION_MESSAGE = 56,
	DHCP_OPTION_MAX_SIZE = 57,
	DHCP_OPTION_RENEWAL_TIME = 58,
	DHCP_OPTION_REBINDING_TIME = 59,
	DHCP_OPTION_VENDOR_CLASS = 60,
	DHCP_OPTION_CLIENT_ID = 61,
	DHCP_OPTION_RELAY_AGENT = 82,
	DHCP_OPTION_VI_VENDOR_CLASS = 124,
	DHCP_OPTION_VI_VENDOR = 125,
	DHCP_OPTION_END = 255,
};

/* A parsed message is not changed any more. Split options are joined (RFC 3396), sname and
 * file are searched where option 52 says so. */
struct dhcp_packet {
	uint8_t op, htype, hlen, hops; /* op 1: from a client, 2: from a server */
	uint32_t xid;
	uint16_t secs, flags;
	uint32_t ciaddr, yiaddr, siaddr, giaddr; /* host order */
	uint8_t chaddr[16];
	struct {
		uint16_t at, len; /* in joined[]; at counts from 1, 0: absent */
		uint16_t wire_at; /* offset of the (first) value in the message */
	} options[256];
	uint16_t n_joined;
	uint8_t joined[DHCP_OPTIONS_JOINED_MAX];
	uint8_t message_type; /* enum dhcp_message; 0: BOOTP without option 53 */
	bool has_end;         /* option 255 was there */
};

/* Copies what it keeps of bytes. ERR_TRUNCATED or ERR_MALFORMED (no magic cookie, an
 * option past the end) with the offset in err; ERR_LIMIT when the options do not fit.
 * After a failure *packet is not to be used. */
int dhcp_parse(struct dhcp_packet *packet, const void *bytes, size_t len,
    struct error *err);

/* The joined value, borrowed from packet; a null view when the option is absent (an
 * option of no bytes has a non-null p). */
struct str dhcp_option(const struct dhcp_packet *packet, uint8_t option);
bool dhcp_has_option(const struct dhcp_packet *packet, uint8_t option);
/* Options of exactly 4 bytes (addresses, times). False when absent or of another size. */
bool dhcp_option_u32(const struct dhcp_packet *packet, uint8_t option, uint32_t *ret);

/* "DHCPDISCOVER"; "BOOTP" for 0, "DHCP?" for unknown ones. */
const char *dhcp_message_name(uint8_t message_type);

/* An append-only builder. Values over 255 bytes are split (RFC 3396). Options that find no
 * room any more go into the fields file and sname (option 52), whole where they can. */
struct dhcp_builder {
	uint8_t bytes[DHCP_MAX_BYTES];
	size_t len;
	size_t max;       /* of the client (option 57), at most DHCP_MAX_BYTES */
	uint8_t in_file;  /* bytes of options in that field */
	uint8_t in_sname; /* the same */
	int error;        /* sticky: 0 or ERR_LIMIT */
};

/* Begins a message: the fixed part of header (its options are not read) and option 53.
 * max: the bytes that the whole message may have; 0, and what is more, reads as
 * DHCP_MAX_BYTES. sname and file are empty but for options that find no other room. */
void dhcp_build(struct dhcp_builder *b, const struct dhcp_packet *header,
    enum dhcp_message type, size_t max);
void dhcp_build_option(struct dhcp_builder *b, uint8_t option, struct str value);
void dhcp_build_u32(struct dhcp_builder *b, uint8_t option, uint32_t value);
void dhcp_build_u8(struct dhcp_builder *b, uint8_t option, uint8_t value);
/* Appends the end option and pads to DHCP_MIN_BYTES, whatever max was. 0; ERR_LIMIT
 * where an option found no room, and the message is not to be sent. */
int dhcp_build_end(struct dhcp_builder *b);
/* The same with one more option, the last of all (RFC 3046 2.2): in the options field and nowhere
 * else, over max where it must be, since who has put it there takes it out again; left out where
 * the message would be longer than DHCP_MAX_BYTES. A null value: none. */
int dhcp_build_end_with(struct dhcp_builder *b, uint8_t option, struct str value);
