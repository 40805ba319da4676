#include "capture/rules/catalogue.h"

#include <strings.h>

static const struct rule *const families[] = {
#define XX(table) table,
	RULE_FAMILIES(XX)
#undef XX
};

size_t rules_count(void)
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(families); i++) {
		for (const struct rule *rule = families[i]; rule->id; rule++)
			n++;
	}
	return n;
}

const struct rule *rule_at(size_t at)
{
	for (size_t i = 0; i < ARRAY_LEN(families); i++) {
		for (const struct rule *rule = families[i]; rule->id; rule++) {
			if (at-- == 0)
				return rule;
		}
	}
	return NULL;
}

const struct rule *rule_find(const char *id)
{
	for (size_t i = 0; i < ARRAY_LEN(families); i++) {
		for (const struct rule *rule = families[i]; rule->id; rule++) {
			if (strcasecmp(rule->id, id) == 0)
				return rule;
		}
	}
	return NULL;
}

static bool is_listed(const char *const *ids, const char *id)
{
	for (; ids && *ids; ids++) {
		if (strcasecmp(*ids, id) == 0)
			return true;
	}
	return false;
}

bool rule_is_wanted(const struct rule *rule, const struct rule_options *options)
{
	if (options->only && !is_listed(options->only, rule->id))
		return false;
	return !is_listed(options->ignore, rule->id);
}
