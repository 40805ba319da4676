/* DHCPv6 messages (RFC 8415) as bytes and values: the message inside its relay forms, the
 * options that TR-069 A6 3.1 and Annex F rest on, and those of a client's lease. Views point
 * into the parsed bytes. */
#pragma once

#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	DHCP6_CLIENT_PORT = 546,
	DHCP6_SERVER_PORT = 547,
	DHCP6_RELAYS_MAX = 8, /* HOP_COUNT_LIMIT, RFC 8415 7.6 */
	DHCP6_CLASSES_MAX = 8,
	DHCP6_ADDRESS_BYTES = 16,
	DHCP6_DUID_MAX = 130,     /* RFC 8415 11.1: 2 and up to 128 */
	DHCP6_MESSAGE_MAX = 1232, /* that is built: fits the least MTU of IPv6 */
	DHCP6_DOMAIN_MAX = 255,   /* of a name as text, terminated */
};

#define DHCP6_FOREVER UINT32_MAX

/* XX(number, symbol, name) RFC 8415 7.3 */
#define DHCP6_MESSAGE_MAP(XX)                              \
	XX(1, SOLICIT, "SOLICIT")                          \
	XX(2, ADVERTISE, "ADVERTISE")                      \
	XX(3, REQUEST, "REQUEST")                          \
	XX(4, CONFIRM, "CONFIRM")                          \
	XX(5, RENEW, "RENEW")                              \
	XX(6, REBIND, "REBIND")                            \
	XX(7, REPLY, "REPLY")                              \
	XX(8, RELEASE, "RELEASE")                          \
	XX(9, DECLINE, "DECLINE")                          \
	XX(10, RECONFIGURE, "RECONFIGURE")                 \
	XX(11, INFORMATION_REQUEST, "INFORMATION-REQUEST") \
	XX(12, RELAY_FORW, "RELAY-FORW")                   \
	XX(13, RELAY_REPL, "RELAY-REPL")

enum dhcp6_message {
#define XX(number, symbol, name) DHCP6_##symbol = (number),
	DHCP6_MESSAGE_MAP(XX)
#undef XX
};

enum dhcp6_option {
	DHCP6_OPTION_CLIENT_ID = 1,
	DHCP6_OPTION_SERVER_ID = 2,
	DHCP6_OPTION_IA_NA = 3,
	DHCP6_OPTION_IA_TA = 4,
	DHCP6_OPTION_IA_ADDRESS = 5,
	DHCP6_OPTION_REQUEST = 6,
	DHCP6_OPTION_PREFERENCE = 7,
	DHCP6_OPTION_ELAPSED = 8,
	DHCP6_OPTION_RELAY_MESSAGE = 9,
	DHCP6_OPTION_STATUS = 13,
	DHCP6_OPTION_VENDOR_CLASS = 16,
	DHCP6_OPTION_VENDOR = 17,
	DHCP6_OPTION_DNS = 23,
	DHCP6_OPTION_DOMAINS = 24,
	DHCP6_OPTION_IA_PD = 25,
	DHCP6_OPTION_IA_PREFIX = 26,
	DHCP6_OPTION_REFRESH = 32,
	DHCP6_OPTION_SOL_MAX_RT = 82,
	DHCP6_OPTION_INF_MAX_RT = 83,
};

enum dhcp6_status_code { /* RFC 8415 21.13 */
	DHCP6_SUCCESS = 0,
	DHCP6_UNSPEC_FAIL = 1,
	DHCP6_NO_ADDRS_AVAIL = 2,
	DHCP6_NO_BINDING = 3,
	DHCP6_NOT_ON_LINK = 4,
	DHCP6_USE_MULTICAST = 5,
	DHCP6_NO_PREFIX_AVAIL = 6,
};

struct dhcp6_packet {
	uint8_t type;   /* enum dhcp6_message; of a relay form, what is inside it */
	uint32_t xid;   /* 24 bits */
	uint8_t relays; /* forms that were taken off */
	const uint8_t
	    *link_address; /* of the innermost relay form, 16 bytes; or null */
	const uint8_t *peer_address;
	struct str options; /* of the message itself */
	size_t options_at;  /* their offset in the parsed bytes */
};

/* ERR_TRUNCATED (no whole header) or ERR_MALFORMED (an option past the end, a relay form
 * with nothing in it) with the offset in err; ERR_LIMIT for too many relay forms;
 * ERR_UNSUPPORTED for a message type that RFC 8415 does not know. */
int dhcp6_parse(struct dhcp6_packet *packet, const void *bytes, size_t len,
    struct error *err);

struct dhcp6_cursor { /* zeroed at the start */
	size_t at;
	uint16_t code;
	struct str value;
	size_t value_at; /* offset of the value in the parsed bytes */
};

/* The next option of the message; false after the last. */
bool dhcp6_next(const struct dhcp6_packet *packet, struct dhcp6_cursor *cursor);

/* The first option of that code; a null view when it is absent. ret_at (may be null): the
 * value's offset in the parsed bytes. */
struct str dhcp6_option(const struct dhcp6_packet *packet, uint16_t code,
    size_t *ret_at);

/* The same of options that begin with an enterprise number (16 and 17): the first one of
 * that enterprise. */
struct str dhcp6_option_of(const struct dhcp6_packet *packet, uint16_t code,
    uint32_t enterprise);

/* The first address of the first IA_NA or IA_TA that holds one (16 bytes), or null. */
const uint8_t *dhcp6_address(const struct dhcp6_packet *packet);

/* Status code of the message (RFC 8415 21.13); 0, Success, when there is none. */
uint16_t dhcp6_status(const struct dhcp6_packet *packet);

struct dhcp6_vendor_class { /* option 16, RFC 8415 21.16 */
	uint32_t enterprise;
	struct str classes[DHCP6_CLASSES_MAX];
	size_t n_classes;
};

/* The value of an option 16. ERR_MALFORMED with the offset in the value for lengths past
 * its end; what stood before is in *out. Classes beyond DHCP6_CLASSES_MAX are left out. */
int dhcp6_vendor_class_parse(struct dhcp6_vendor_class *out, struct str value,
    struct error *err);

struct dhcp6_vendor { /* option 17, RFC 8415 21.17 */
	uint32_t enterprise;
	struct str sub[17]; /* by sub-option 1-16, first copy; null views: absent */
};

/* The value of an option 17: codes and lengths of two bytes, unlike option 125 of DHCPv4.
 * ERR_MALFORMED with the offset in the value; what stood before is in *out. For enterprise
 * 3561 (lib/proto/opt125.h): 1 URL, 2 provisioning code, 3 minimum retry wait, 4 retry
 * interval multiplier (TR-069 A6 3.1); 11-16 identities (Annex F). */
int dhcp6_vendor_parse(struct dhcp6_vendor *out, struct str value, struct error *err);

const char *dhcp6_message_name(uint8_t type); /* "SOLICIT"; "" for unknown ones */
const char *dhcp6_status_name(
    uint16_t status); /* "NoBinding"; words for unknown ones */

/* The number of an option of four bytes; false where it is absent, or of another length. */
bool dhcp6_option_u32(const struct dhcp6_packet *packet, uint16_t code, uint32_t *ret);

struct dhcp6_ia { /* an IA_NA, RFC 8415 21.4 */
	uint32_t t1, t2;
	uint16_t status;
	const uint8_t *address; /* the first; null: it has none. 16 bytes */
	uint32_t preferred, valid;
};

/* The IA_NA of this IAID; false when there is none. */
bool dhcp6_ia_na(const struct dhcp6_packet *packet, uint32_t iaid,
    struct dhcp6_ia *ret);

/* The first prefix of the first IA_PD that holds one (16 bytes), and its length; or null. */
const uint8_t *dhcp6_prefix(const struct dhcp6_packet *packet, uint8_t *ret_len);

/* The first name of an option 24 as text with dots; "" where there is none, or it is no
 * name (RFC 8415 10). */
void dhcp6_first_domain(struct str value, char text[DHCP6_DOMAIN_MAX]);

/* ---- building ----------------------------------------------------------------------- */

struct dhcp6_builder {
	uint8_t bytes[DHCP6_MESSAGE_MAX];
	size_t len;
	bool is_over; /* something did not fit: what is there is no whole message */
};

/* Begins a message: 24 bits of xid. */
void dhcp6_build(struct dhcp6_builder *builder, enum dhcp6_message type, uint32_t xid);

void dhcp6_build_option(struct dhcp6_builder *builder, uint16_t code, struct str value);
void dhcp6_build_u16(struct dhcp6_builder *builder, uint16_t code, uint16_t value);

/* An option of pieces: what is appended until dhcp6_build_end(), which is given what this
 * returned, is its value. They nest. */
size_t dhcp6_build_begin(struct dhcp6_builder *builder, uint16_t code);
void dhcp6_build_bytes(struct dhcp6_builder *builder, const void *bytes, size_t len);
void dhcp6_build_number(struct dhcp6_builder *builder, uint32_t value);
void dhcp6_build_end(struct dhcp6_builder *builder, size_t begun);

/* An IA_NA with this address in it (null: none), of lifetimes that are the server's to
 * choose. */
void dhcp6_build_ia_na(struct dhcp6_builder *builder, uint32_t iaid,
    const uint8_t *address);

/* An option 16 with one class of that enterprise. */
void dhcp6_build_vendor_class(struct dhcp6_builder *builder, uint32_t enterprise,
    struct str class);
