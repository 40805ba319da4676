/* Ids of rules as people type them. */
#pragma once

#include "capture/facts/rule_options.h"
#include "lib/base/error.h"

enum {
	RULE_NAMES_MAX = 256
};

/* "SES-09,soap-09": appends the catalogue's own ids, which are constants, to list,
 * which has room for RULE_NAMES_MAX ids and a null at their end, and is all nulls at
 * first. ERR_USAGE, with the nearest id, when there is no such rule, or for too many;
 * the ids before it are in list then. */
int rule_names_add(const char **list, const char *text, struct error *err);

/* Whether there is any rule to judge by once "ignore" has taken its own. */
bool rule_names_leave_any(const struct rule_options *options);
