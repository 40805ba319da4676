#include "lab/look/rule_names.h"

#include "capture/facts/rule.h"
#include "lib/conf/conf.h"

#include <stdio.h>

static int fail_unknown(struct str id, struct error *err)
{
	const char *names[RULE_NAMES_MAX];
	size_t n = MIN(rules_count(), (size_t)RULE_NAMES_MAX);
	char hint[96];

	for (size_t i = 0; i < n; i++)
		names[i] = rule_at(i)->id;
	if (!conf_suggest(id, names, n, hint, sizeof(hint)))
		(void)snprintf(hint, sizeof(hint), "\"cwmplab rules\" lists them");
	return error_set(err, ERR_USAGE, "no rule is named \"%.*s\": %s",
	    (int)MIN(id.len, (size_t)64), id.p ? id.p : "", hint);
}

int rule_names_add(const char **list, const char *text, struct error *err)
{
	struct str rest = str_of(text);
	size_t n = 0;

	while (list[n])
		n++;
	do {
		struct str id = str_trim(str_cut(rest, ',', &rest));
		const struct rule *rule;
		char name[32];

		(void)snprintf(name, sizeof(name), "%.*s", STR_ARG(id));
		rule = rule_find(name);
		if (!rule)
			return fail_unknown(id, err);
		if (n == RULE_NAMES_MAX)
			return error_set(err, ERR_USAGE, "more than %d rules",
			    RULE_NAMES_MAX);
		list[n++] = rule->id;
	} while (rest.p);
	return 0;
}

bool rule_names_leave_any(const struct rule_options *options)
{
	for (size_t i = 0; i < rules_count(); i++) {
		if (rule_is_wanted(rule_at(i), options))
			return true;
	}
	return false;
}
