/* DNS messages (RFC 1035 4.1) as far as CWMP needs them: the first question, and the
 * addresses that answer it, also where they belong to an alias of the name. */
#pragma once

#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	DNS_NAME_MAX = 256,
	DNS_ADDRESSES_MAX = 16,
	DNS_TYPE_A = 1,
	DNS_TYPE_AAAA = 28
};

struct dns_message {
	uint16_t id;
	bool is_response;
	uint8_t rcode; /* 0 no error, 3 NXDOMAIN */
	bool has_question;
	char name[DNS_NAME_MAX]; /* lower case, without the last dot */
	uint16_t type;
	uint32_t addresses[DNS_ADDRESSES_MAX]; /* of A records, host order */
	size_t n_addresses;
	uint8_t addresses6[DNS_ADDRESSES_MAX][16]; /* of AAAA records (RFC 3596) */
	size_t n_addresses6;
};

/* ERR_TRUNCATED or ERR_MALFORMED (pointer loops included) with the offset. */
int dns_parse(struct dns_message *out, struct str bytes, struct error *err);

/* "NXDOMAIN", "SERVFAIL"...; "" for what has no name. */
const char *dns_rcode_name(uint8_t rcode);
