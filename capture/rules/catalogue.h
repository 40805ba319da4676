/* The families of the catalogue. Each is a table that ends with a row without an id. */
#pragma once

#include "capture/facts/rule.h"

/* XX(table), in the order in which the catalogue is listed: from the lease to the answer.
 * The rules of a table have one prefix and stand in the order of their numbers; the file
 * and the table are named by the prefix (AUTH-01: auth.c, rules_auth). */
/* clang-format off */
#define RULE_FAMILIES(XX) \
	XX(rules_dhcp) \
	XX(rules_tcp) \
	XX(rules_tls) \
	XX(rules_http) \
	XX(rules_red) \
	XX(rules_auth) \
	XX(rules_soap) \
	XX(rules_neg) \
	XX(rules_ses) \
	XX(rules_inf) \
	XX(rules_evt) \
	XX(rules_rty) \
	XX(rules_url) \
	XX(rules_cr) \
	XX(rules_udp) \
	XX(rules_rpc) \
	XX(rules_str) \
	XX(rules_ntf) \
	XX(rules_sst) \
	XX(rules_dia) \
	XX(rules_prx)
/* clang-format on */

#define DECLARE(table) extern const struct rule table[];
RULE_FAMILIES(DECLARE)
#undef DECLARE
