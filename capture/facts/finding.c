#include "capture/facts/finding.h"

const char *rule_severity_name(enum rule_severity severity)
{
	static const char *const names[RULE_SEVERITIES] = { "must", "should", "note" };

	return names[severity];
}

const char *rule_who_name(enum rule_who who)
{
	static const char *const names[] = { "cpe", "acs", "dhcp", "proxy", "both" };

	return names[who];
}
