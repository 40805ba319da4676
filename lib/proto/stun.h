/* STUN of RFC 3489, with the two attributes of TR-069 A6 G.2.1.3, as bytes and values. The
 * attributes are rows of a table (stun.c). Keyed hashes come in as a function, so that no
 * cryptography library is linked here. IPv4 only, as the RFC. */
#pragma once

#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	STUN_HEADER_BYTES = 20,
	STUN_ID_BYTES = 16,
	STUN_MESSAGE_MAX = 548, /* bytes: what any path takes in one piece */
	STUN_TEXT_MAX = 256,    /* of USERNAME and of a reason */
	STUN_UNKNOWN_MAX = 8,   /* types of UNKNOWN-ATTRIBUTES */
	STUN_SHA1_BYTES = 20,
	STUN_PORT = 3478
};

enum stun_type {
	STUN_BINDING_REQUEST = 0x0001,
	STUN_BINDING_RESPONSE = 0x0101,
	STUN_BINDING_ERROR = 0x0111
};

/* "dslforum.org/TR-111 ", with the blank (TR-069 A6 G.2.1.3). */
#define STUN_CALL_BINDING STR("dslforum.org/TR-111 ")

/* HMAC-SHA1. 0, or ERR_UNSUPPORTED where this machine has none. */
typedef int hmac_sha1_fn(struct str key, const void *bytes, size_t len,
    uint8_t ret[STUN_SHA1_BYTES]);

struct stun_address {
	uint32_t address; /* host order */
	uint16_t port;
	bool is_set; /* the attribute is there */
};

struct stun_message {  /* views point into the parsed bytes */
	uint16_t type; /* enum stun_type, or another */
	uint8_t id[STUN_ID_BYTES];
	struct stun_address mapped, response, source, changed, reflected;
	struct stun_flags {
		uint32_t value;
		bool is_set;
	} change_request;
	struct str username;       /* null: not there; its padding is left in */
	struct str call_binding;   /* CONNECTION-REQUEST-BINDING; null: not there */
	struct str binding_change; /* BINDING-CHANGE, empty; null: not there */
	struct stun_error {
		uint16_t code; /* 0: not there */
		struct str reason;
	} error;
	struct stun_unknown { /* UNKNOWN-ATTRIBUTES, or what the reader does not know */
		uint16_t types[STUN_UNKNOWN_MAX];
		size_t n;
	} unknown;
	/* MESSAGE-INTEGRITY, which is last: where it begins, and what it says; null: not
	 * there. Set by the reader only. */
	size_t integrity_at;
	const uint8_t *integrity;
};

/* Reads a whole datagram. Attributes that are not known are skipped, and those that must be
 * understood (types up to 0x7fff) noted in unknown; what comes behind MESSAGE-INTEGRITY does
 * not count. ERR_MALFORMED, ERR_TRUNCATED or ERR_LIMIT with the offset. */
int stun_read(struct stun_message *message, const void *bytes, size_t len,
    struct error *err);

/* Writes the attributes that are set, in the order of the table, to out (of cap), and with a
 * key (a view that is not null) MESSAGE-INTEGRITY behind them. Texts are padded with
 * blanks to a multiple of four bytes. Returns how many bytes, ERR_LIMIT, or ERR_UNSUPPORTED
 * of the hash. */
int stun_write(const struct stun_message *message, struct str key, hmac_sha1_fn *hmac,
    void *out, size_t cap);

/* Whether MESSAGE-INTEGRITY is right: over the bytes before it, padded with zeroes to a
 * multiple of 64 (RFC 3489 11.2.8), or not padded, as RFC 5389 has it. bytes and len are
 * what was read. */
bool stun_is_intact(const struct stun_message *message, const void *bytes, size_t len,
    struct str key, hmac_sha1_fn *hmac);

/* Whether two texts are the same but for what pads their ends: blanks and NULs. */
bool stun_text_is(struct str padded, struct str text);
