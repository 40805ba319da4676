/* What rules find, kept and told. It lies below the families, which reach it by rule_broken()
 * and rule_not_judged() of rule.h; the judge above them owns it. */
#pragma once

#include "capture/rules/finding.h"
#include "capture/rules/rule.h"
#include "lib/base/arena.h"

enum {
	FINDINGS_MAX = 1 << 20, /* more are counted, not kept */
};

/* Told each finding once, when it becomes certain. Its texts live as long as the findings. */
typedef void finding_found_fn(void *user, const struct finding *finding);

/* All zero but the first three is empty. */
struct findings {
	bool is_tolerant;        /* common deviations of the field are only notes */
	finding_found_fn *found; /* may be null */
	void *user;
	struct arena arena;    /* texts */
	struct finding *items; /* owned; in the order in which they became certain */
	size_t len, cap;
	uint64_t totals[RULE_SEVERITIES]; /* also those that were not kept */
	int error;                        /* -ENOMEM where one had no room */
};

void findings_free(struct findings *findings);

/* One rule that is being asked: what the judge hands it as the view's listener. */
struct asking {
	struct findings *findings; /* where what it finds goes */
	const struct rule *rule;
	struct rule_count *count; /* of the rule */
	bool is_strict;
};
