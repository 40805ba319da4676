/* The leases of a server as the pages of an answer, as they are when the first is made. */
#pragma once

#include "agents/lessor/lessor.h"
#include "lib/program/command.h"

/* "leases": "address", "mac" and, unless it lasts for ever, "expires_ms" from now on. Returns as a
 * command does: -ENOMEM. */
int leases_page(struct lessor *lessor, struct answer *answer, struct error *err);
void leases_end(struct answer *answer);
