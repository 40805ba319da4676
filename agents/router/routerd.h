/* A router as those see it who ask for one by IPv6: at each of its ports it announces itself, the prefix
 * of the link and how addresses are got there, by itself and when it is asked (RFC 4861 6.2). What it
 * sends on is the kernel's work. It is configured and commanded as an agent (agents/README.md):
 *
 *   ports: [{interface: eth1, prefix: 2001:db8:0:1::1/64, managed: yes, other: yes, slaac: no}, ...]
 *
 * Command "status" has what was sent at each port. Whoever asks is answered at once and alone: in a lab
 * nobody is spared from a hundred answers, which RFC 4861 6.2.6 would delay by half a second. */
#pragma once

#include "agents/common/agent_main.h"

extern const struct agent_program router_program;
