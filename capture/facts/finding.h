/* What the rules found: each rule that was broken, and how often each rule was asked. */
#pragma once

#include "lib/base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rule_who { /* who can break it */
	RULE_BY_CPE,
	RULE_BY_ACS,
	RULE_BY_SERVER, /* of DHCP */
	RULE_BY_PROXY,  /* between the CPE and the ACS */
	RULE_BY_BOTH,   /* whoever sends the message; never of a finding */
};

enum rule_severity {
	RULE_MUST,
	RULE_SHOULD,
	RULE_NOTE,
	RULE_SEVERITIES,
};

struct finding { /* one breach of a rule; all texts live as long as the judge */
	const char *rule; /* its id */
	enum rule_severity
	    severity;      /* as it was judged: a tolerant judge makes notes */
	enum rule_who who; /* broke it */
	/* Of the CPE concerned, also where an ACS or a DHCP server broke it: its address
	 * (or MAC, where it has none), MAC and serial number. Null: not known. */
	const char *cpe, *mac, *serial;
	size_t device;           /* its place (records.h); SIZE_MAX: not known */
	const char *text;        /* one sentence with the values that prove it */
	uint64_t session, frame; /* 0: of none */
	/* Of a session: it has ended, and what was to come after it did not. Where
	 * session is 0 it says nothing. */
	bool is_late;
	uint32_t line; /* of a text, where the message of that number begins; 0: none */
	clock_ns time;
};

struct rule_count {       /* how often one rule of the catalogue was asked */
	const char *rule; /* its id */
	uint64_t kept, broken, not_judged;
	const char *why; /* the first reason for not judging; may be null */
};

struct rule_tally {       /* the same of one CPE */
	const char *rule; /* its id */
	/* Of the CPE, as far as it is known; null: it is not. Who is known better later has a
	 * tally of each. */
	const char *mac, *serial;
	uint64_t kept, broken, not_judged;
};

const char *rule_severity_name(enum rule_severity severity); /* "must" */
const char *rule_who_name(
    enum rule_who who); /* "cpe", "acs", "dhcp", "proxy", "both" */
