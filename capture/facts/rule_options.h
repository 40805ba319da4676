/* Which rules a capture is judged by, and how. */
#pragma once

#include <stdbool.h>

struct rule_options {
	bool is_strict;   /* what the field does and everybody tolerates counts, too */
	bool is_tolerant; /* what is a common deviation of the field is only a note */
	const char *const *only;   /* ids, ended by null; null: all */
	const char *const *ignore; /* ids, ended by null; may be null */
	/* Families ("RTY") and ids, ended by null: of these it is counted CPE by CPE, too
	 * (struct rule_tally); may be null. */
	const char *const *tallied;
};
