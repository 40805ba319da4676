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
	ADDRESS_TEXT_MAX = 46,
	ADDRESS_PORT_TEXT_MAX = ADDRESS_TEXT_MAX + 8 /* "[]:65535" */
};

/* Makes an address of IPv4 from a number in host byte order. */
struct address address_of_ipv4(uint32_t address);

/* Writes "10.0.0.1" or "fd00::2", or nothing for ADDRESS_NONE, into text, which has
 * room for ADDRESS_TEXT_MAX bytes. Returns text. */
char *address_text(const struct address *address, char *text);

/* Writes "10.0.0.1:80" or "[fd00::2]:80" (RFC 5952 6), or ":80" for ADDRESS_NONE, into text, which
 * has room for ADDRESS_PORT_TEXT_MAX bytes. Returns text. */
char *address_port_text(const struct address *address, uint16_t port, char *text);

/* Whether text is that address of IPv6, in whatever spelling, without brackets. False
 * for addresses of IPv4. */
bool address_is_ip6(const struct address *address, struct str text);
bool address_eq(const struct address *a, const struct address *b);
