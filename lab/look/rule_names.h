/* Ids of rules as people type them. */
#pragma once

#include "capture/facts/rule_options.h"
#include "lib/base/error.h"

enum {
	RULE_NAMES_MAX = 256
};

/* "SES-09,soap-09": appends the catalogue's own ids to list, which has room for
 * RULE_NAMES_MAX and a null that ends it. ERR_USAGE, with the nearest id, when there is
 * no such rule. */
int rule_names_add(const char **list, const char *text, struct error *err);

/* Whether there is any rule to judge by once "ignore" has taken its own. */
bool rule_names_leave_any(const struct rule_options *options);
