/* Which end of a connection is the client. */
#pragma once

#include "lib/base/str.h"

#include <stdbool.h>

/* Guesses whether the sender of a segment without SYN is the client: from the first bytes of
 * its payload (a request, a ClientHello), else from well-known ports, else the end with the
 * higher port is taken for the client. */
bool tcp_sender_is_client(uint16_t src_port, uint16_t dst_port, struct str payload);
