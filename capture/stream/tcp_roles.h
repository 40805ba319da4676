/* Which end of a connection is the client. */
#pragma once

#include "lib/base/str.h"

#include <stdbool.h>

/* Whether the sender of a segment without SYN is the client: by what it says, else by
 * well-known ports, else the higher port is the client's. */
bool tcp_sender_is_client(uint16_t src_port, uint16_t dst_port, struct str payload);
