/* `cwmplab relay`: the DHCP relay agent by hand, or of a router in a lab. It is configured and
 * commanded as an agent (agents/README.md):
 *
 *   ports: [{interface: eth1, address: 10.1.0.1/24}], servers: [10.0.0.2],
 *   circuit-id: "{port}", remote-id: "{router}"
 *
 * What it decides is lib/relay/relay.h. */
#pragma once

#include "agents/common/agent_main.h"

extern const struct agent_program relay_program;
