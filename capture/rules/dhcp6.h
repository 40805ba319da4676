/* What the rules of DHCP (dhcp.c) look at in messages of DHCPv6. */
#pragma once

#include "capture/facts/rule.h"
#include "lib/proto/opt43.h"

/* Further checks of DHCP-04 and DHCP-06: option 17 has the sub-options of option 43. */
extern const struct rule_check dhcp6_urls[], dhcp6_numbers[];

/* DHCP-11 */
enum rule_verdict dhcp6_check(struct whole *view);

/* DHCP-06, of the retry settings of an option, whichever it is. */
enum rule_verdict dhcp_judge_numbers(struct whole *view, struct frame_ref frame,
    unsigned option, const struct opt43 *acs);
