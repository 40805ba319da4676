/* What became of rules CPE by CPE, for those who ask about some CPEs alone. */
#pragma once

#include "capture/facts/finding.h"
#include "capture/facts/rule.h"
#include "lib/base/arena.h"
#include "lib/base/map.h"

enum {
	TALLIES_MAX = 1 << 20 /* rules times CPEs; of more nothing is counted */
};

/* Empty where all is zero; the seed of by is to be set before the first is added. */
struct tallies {
	struct map by; /* struct tally */
	struct arena arena;
	struct rule_tally *items; /* owned; as tallies_take() has put them together */
};

void tallies_free(struct tallies *tallies);

/* rule: the id, a literal. -ENOMEM, or 0, also where there are TALLIES_MAX already. */
int tallies_add(struct tallies *tallies, const char *rule, const struct whole *view,
    enum rule_verdict verdict);

/* All of them, in no order; they live as long as the tallies. Null without memory. */
const struct rule_tally *tallies_take(struct tallies *tallies, size_t *ret_n);
