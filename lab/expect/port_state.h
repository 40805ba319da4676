/* What the kernel says of an interface in a node of a lab that is up. */
#pragma once

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct port_state {
	bool is_up;   /* it is, and so is what it is plugged into */
	bool has_stp; /* it is a port of a bridge */
	uint8_t stp;  /* its state there, 802.1D 17.19.6 as the kernel counts */
};

/* ERR_USAGE where there is no such lab or port, else what labsock_ask() says, or -errno. */
int port_state_read(const char *lab, const char *node, const char *port,
    struct port_state *ret, struct error *err);

/* "forwarding", "blocking", "listening", "learning", "disabled". */
const char *port_state_stp(const struct port_state *state);
