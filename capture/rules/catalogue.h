/* The families of the catalogue. Each is a table that ends with a row without an id. */
#pragma once

#include "capture/rules/rule.h"

/* XX(table), in the order in which the catalogue is listed */
/* clang-format off */
#define RULE_FAMILIES(XX) \
	XX(rules_discovery) \
	XX(rules_dhcp) \
	XX(rules_connection) \
	XX(rules_http) \
	XX(rules_request) \
	XX(rules_redirect) \
	XX(rules_auth) \
	XX(rules_soap)    \
	XX(rules_reply)   \
	XX(rules_session) \
	XX(rules_ending)  \
	XX(rules_inform)  \
	XX(rules_inform_history) \
	XX(rules_event)   \
	XX(rules_retry)   \
	XX(rules_url)     \
	XX(rules_call)    \
	XX(rules_other)   \
	XX(rules_rpc)     \
	XX(rules_transfer) \
	XX(rules_value)
/* clang-format on */

#define DECLARE(table) extern const struct rule table[];
RULE_FAMILIES(DECLARE)
#undef DECLARE
