/* An IP address of either version, as a packet holds it. */
#pragma once

#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum address_family {
	ADDRESS_NONE,
	ADDRESS_IPV4,
	ADDRESS_IPV6
};

struct address {
	enum address_family family;
	uint8_t bytes[16]; /* IPv4: the first 4 */
};

enum {
	ADDRESS_TEXT_MAX = 46
};

/* Of an address in host byte order. */
struct address address_of_ipv4(uint32_t address);

/* "10.0.0.1", "fd00::2"; room for ADDRESS_TEXT_MAX; returns text. */
char *address_text(const struct address *address, char *text);

/* Whether text, in whatever spelling, is that address of IPv6. */
bool address_is_ip6(const struct address *address, struct str text);
bool address_eq(const struct address *a, const struct address *b);
