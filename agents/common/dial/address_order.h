/* In which order the addresses of a host are tried: RFC 6724 6 with its default policy table,
 * and the families by turns (RFC 8305 4). */
#pragma once

#include "agents/common/dial/endpoint.h"

#include <stddef.h>

struct address_choice {
	struct endpoint to;
	uint8_t from[ENDPOINT_ADDRESS]; /* which the kernel would use; mapped, too */
	bool has_from;                  /* false: there is no route */
	bool is_deprecated;             /* that address is */
};

/* Sorts the best first; what is equal keeps its order. No address is a mobile node's home, and
 * none goes through a tunnel that the host knows of (rules 4 and 7). Rule 9 is left out between
 * addresses of IPv4, where prefixes that have more bits in common are no nearer. */
void address_order(struct address_choice *choices, size_t n);

/* Puts the families by turns, beginning with that of the first, each in its order. */
void address_interleave(struct address_choice *choices, size_t n);
