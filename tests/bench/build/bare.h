/* The least that the kernel asks for the namespaces and links of a flat lab: raw netlink
 * from one loop, no library, no plan, no words for errors. */
#pragma once

#include <stddef.h>

enum {                            /* networks of the streets' lab */
	BARE_CORE = 0x0a000000,   /* 10.0.0.0/24 */
	BARE_FAR = 0x0a010000,    /* 10.1.0.0/24 */
	BARE_STREET = 0x0a100000, /* 10.16.0.0/22, 10.17.0.0/22 and so on */
	BARE_STREET_PREFIX = 22
};

/* n nodes in namespaces of their own, each with a veth to a bridge; bridges of up to
 * ports nodes, joined by a core bridge. Everything is up. Ends the process on failure.
 * The namespaces live until the process ends. */
void bare_build(size_t n, size_t ports);

/* The same behind routers: so many switches of a street with homes on each, of which a
 * router with an address in each of its two networks leads to a core; there another one
 * leads to two servers. The addresses are those of bench_build's lab. */
void bare_build_streets(size_t streets, size_t homes);
