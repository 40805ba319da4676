#include "capture/rules/catalogue.h"

#include <stdlib.h>
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

/* Where the family of an id stands; one that is not named here comes last. */
static size_t family_rank(const char *id)
{
	static const char *const order[] = { "DHCP-", "TCP-", "TLS-", "HTTP-", "RED-",
		"AUTH-", "SOAP-", "NEG-", "SES-", "INF-", "EVT-", "RTY-", "URL-", "CR-",
		"UDP-", "RPC-", "STR-", "NTF-", "SST-", "DIA-" };
	size_t i = 0;

	while (i < ARRAY_LEN(order) && !str_starts(str_of(id), str_of(order[i])))
		i++;
	return i;
}

static int compare_rules(const void *a, const void *b)
{
	const struct rule *left = *(const struct rule *const *)a;
	const struct rule *right = *(const struct rule *const *)b;
	size_t l = family_rank(left->id), r = family_rank(right->id);

	return l != r ? (l > r) - (l < r) : strcmp(left->id, right->id);
}

void rules_sort(const struct rule **rules, size_t n)
{
	qsort(rules, n, sizeof(*rules), compare_rules);
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

const char *rule_severity_name(enum rule_severity severity)
{
	static const char *const names[] = { "must", "should", "note" };

	return names[severity];
}

const char *rule_who_name(enum rule_who who)
{
	static const char *const names[] = { "cpe", "acs", "dhcp", "both" };

	return names[who];
}
