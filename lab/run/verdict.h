/* Whether a run held what its topology expects: the analysis of its packets against the
 * expectations, CPE by CPE. Pure. */
#pragma once

#include "lab/plan/plan.h"
#include "lib/base/cleanup.h"

struct analysis;
struct loads;
struct sequence_result;
struct step_result;

struct verdict_cpe {
	size_t instance; /* in the plan; SIZE_MAX: it is one of a load test */
	const struct sequence_result *result; /* null: nothing of it was seen */
	/* Its first step that failed; null: none did, or it cannot be judged. */
	const struct step_result *failed;
	bool ok;
};

struct verdict_item { /* one expectation */
	const struct expectation *expect;
	struct verdict_cpe *cpes; /* of a load test those that were seen */
	size_t n_cpes;
	size_t unseen; /* CPEs of load tests of which no session was */
	size_t held;   /* how many of all went all steps */
	size_t needed; /* so many have to */
	bool ok;
};

struct verdict {
	struct verdict_item *items;
	size_t n_items;
	bool ok; /* all of them held */
};

/* *ret points into plan and analysis; the caller frees it before them. loads says how many CPEs the
 * load tests have; null where there are none. 0 or -ENOMEM. */
int verdict_make(const struct plan *plan, const struct loads *loads,
    const struct analysis *analysis, struct verdict **ret, struct error *err);

/* All CPEs that the expectation names. */
size_t verdict_cpes(const struct verdict_item *item);

/* What reports call it: its node's name, or of a load test its serial number or address. */
const char *verdict_name_of(const struct verdict_cpe *cpe, const struct plan *plan);

/* Safe with null. */
void verdict_free(struct verdict *verdict);
DEFINE_CLEANUP(struct verdict *, verdict_free)
