/* `cwmplab dhcpd`: the DHCP server by hand or in a lab. */
#pragma once

#include "agents/common/agent_main.h"

extern const struct agent_program dhcpd_program;
