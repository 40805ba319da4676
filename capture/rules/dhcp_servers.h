/* DHCP-13: several servers of one segment. */
#pragma once

#include "capture/facts/rule.h"

/* Of a DHCP message. Speaks once an exchange has two offers that contradict each other, and the
 * client has taken one. */
enum rule_verdict dhcp_check_servers(struct whole *view);
