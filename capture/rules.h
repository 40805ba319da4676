/* The families of the catalogue. Each is a table that ends with a row without an id. */
#pragma once

#include "capture/rule.h"

/* XX(table), in the order in which the catalogue is listed */
#define RULE_FAMILIES(XX) XX(rules_url)

#define XX(table)         extern const struct rule table[];
RULE_FAMILIES(XX)
#undef XX
