/* What a relay calls the line that a request came by: text in which {port}, {router}, {mac} and
 * {address} are filled in. */
#pragma once

#include "lib/base/error.h"
#include "lib/base/str.h"
#include "lib/relay/opt82.h"

#include <stdint.h>

struct relay_id_facts {
	const char *port;   /* its interface: "eth1" */
	const char *router; /* the relay's own name */
	uint32_t address;   /* of the relay at that port; host order */
	uint8_t mac[6];     /* of the client */
};

/* Writes the text filled in. Returns its length; ERR_LIMIT where it has more than
 * OPT82_BYTES_MAX bytes, ERR_MALFORMED with words for a brace that opens nothing known. */
int relay_id_write(uint8_t bytes[OPT82_BYTES_MAX], const char *text,
    const struct relay_id_facts *facts, struct error *err);
