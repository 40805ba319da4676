/* Keeps what rules find and tells it to a listener. The families write to it by rule_broken()
 * and rule_not_judged() (rule.h) and do not include this header; the judge owns it. */
#pragma once

#include "capture/facts/finding.h"
#include "capture/facts/rule.h"
#include "lib/base/arena.h"

enum {
	FINDINGS_MAX = 1 << 20, /* more are counted, not kept */
};

/* Told each finding once, when it becomes certain, unless it could not be kept. finding
 * lives until the function returns, its texts as long as the findings. */
typedef void finding_found_fn(void *user, const struct finding *finding);

/* Empty where all but the first three members are zero. */
struct findings {
	bool is_tolerant;        /* common deviations of the field are only notes */
	finding_found_fn *found; /* may be null */
	void *user;
	struct arena arena;    /* texts */
	struct finding *items; /* owned; in the order in which they became certain */
	size_t len, cap;
	uint64_t totals[RULE_SEVERITIES]; /* also those that were not kept */
	int error;                        /* -ENOMEM where memory ran out for one */
};

/* Frees the findings and their texts, not the struct itself. */
void findings_free(struct findings *findings);

struct
    whole_who { /* the CPE that is concerned, by what is known of it; null: nothing is */
	const struct device_record *device;
	const struct cpe_record *host;
};

struct whole_who whole_who(const struct whole *view);

/* The rule that is being asked, and where its answer goes: view->listener, set by the judge. */
struct asking {
	struct findings *findings; /* where what it finds goes */
	const struct rule *rule;
	struct rule_count *count; /* of the rule */
	bool is_strict;
	bool is_uncommon; /* rule_not_common() was called */
};
