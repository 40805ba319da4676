/* Whether a run held what its topology expects: the analysis of its packets against the
 * expectations, CPE by CPE. Pure. */
#pragma once

#include "lab/plan/plan.h"
#include "lib/base/cleanup.h"

struct analysis;
struct sequence_result;
struct step_result;

struct verdict_cpe {
	size_t instance;                      /* in the plan */
	const struct sequence_result *result; /* null: nothing of it was seen */
	/* Its first step that failed; null: none did, or it cannot be judged. */
	const struct step_result *failed;
	bool ok;
};

struct verdict_item { /* one expectation */
	const struct expectation *expect;
	struct verdict_cpe *cpes;
	size_t n_cpes;
	size_t held; /* how many of the CPEs went all steps */
};

struct verdict {
	struct verdict_item *items;
	size_t n_items;
	bool ok; /* all of them held for all CPEs */
};

/* *ret points into plan and analysis; the caller frees it before them. 0 or -ENOMEM. */
int verdict_make(const struct plan *plan, const struct analysis *analysis,
    struct verdict **ret, struct error *err);

/* Safe with null. */
void verdict_free(struct verdict *verdict);
DEFINE_CLEANUP(struct verdict *, verdict_free)
