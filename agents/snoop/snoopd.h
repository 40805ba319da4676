/* DHCP snooping of a switch in a lab: the switch forwards no DHCP by itself, as nftables has it, and what
 * comes by a port is passed on here (lib/relay/snoop.h). It runs in the namespace of the switch, and
 * is configured and commanded as an agent (agents/README.md):
 *
 *   trusted: [dhcp], circuit-id: "{port}", remote-id: "{router}"
 */
#pragma once

#include "agents/common/agent_main.h"

extern const struct agent_program snoop_program;
