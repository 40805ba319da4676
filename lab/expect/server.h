/* Which node of a lab a server is that a capture tells of. Pure. */
#pragma once

#include "lab/topology/topology.h"

/* Whether acs, such as "10.0.0.11:7547" or "[2001:db8::1]:7547", is the node; null is nobody. */
bool server_is(const struct node *node, const char *acs);

/* Whether a sentence names one of its addresses, whole: "10.0.0.1" is not in "10.0.0.11". */
bool server_is_named(const struct node *node, const char *sentence);
