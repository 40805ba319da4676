/* DNS messages (RFC 1035 4.1) as far as CWMP needs them: the question (the first one,
 * where there are several), and all addresses of the answer section, whichever name
 * they belong to. */
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
	/* Of A records, in host order; more than DNS_ADDRESSES_MAX are left out. */
	uint32_t addresses[DNS_ADDRESSES_MAX];
	size_t n_addresses;
	uint8_t addresses6[DNS_ADDRESSES_MAX][16]; /* likewise of AAAA (RFC 3596) */
	size_t n_addresses6;
};

/* 0, or ERR_TRUNCATED or ERR_MALFORMED (pointer loops included) with the offset; *out
 * then has what was read before. */
int dns_parse(struct dns_message *out, struct str bytes, struct error *err);

/* "NOERROR", "NXDOMAIN", "SERVFAIL"...; "" for what has no name. */
const char *dns_rcode_name(uint8_t rcode);
