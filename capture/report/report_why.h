/* Why what a page shows is not well: failures, breaches and steps that did not hold, those that
 * read the same once. */
#pragma once

#include "capture/report/ladder_model.h"

enum {
	REPORT_WHYS_MAX = 20,
	REPORT_WHY_NAMES = 4,
};

struct report_why {
	const char *what;   /* a sequence, a rule's id, or a layer */
	bool has_step;      /* it is of a sequence: */
	unsigned step;      /* the step that did not hold */
	bool is_not_judged; /* of a sequence, too */
	/* Whose doing it is, in words; of a step its layer; null: not said. */
	const char *by;
	const char *text;                    /* one sentence */
	uint64_t n, cpes;                    /* how often, and of how many CPEs */
	const char *names[REPORT_WHY_NAMES]; /* of the first of them */
	size_t first, last; /* indexes of the first CPE in the model, and of the last */
	uint64_t session, frame; /* of the first; 0: none */
	const char *rule;        /* of a breach; else null */
};

struct report_whys {
	struct report_why items[REPORT_WHYS_MAX]; /* the gravest kind first */
	size_t n;
	uint64_t more; /* that are like none of them */
};

/* Collects them from the model of the analysis; their texts live as long as both. 0, or -ENOMEM
 * without memory. */
int report_whys_collect(struct report_whys *whys, const struct ladder_model *model,
    const struct analysis *analysis);
