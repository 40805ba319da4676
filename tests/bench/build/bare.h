/* The least that the kernel asks for the namespaces and links of a flat lab: raw netlink
 * from one loop, no library, no plan, no words for errors. */
#pragma once

#include <stddef.h>

/* n nodes in namespaces of their own, each with a veth to a bridge; bridges of up to
 * ports nodes, joined by a core bridge. Everything is up. Ends the process on failure.
 * The namespaces live until the process ends. */
void bare_build(size_t n, size_t ports);
