/* Access lines of the field by name. They are round figures in the middle of what is measured,
 * each with its source, to try a CPE and an ACS on; no line of any operator. */
#pragma once

#include "lib/base/str.h"
#include "lib/link/impair.h"

enum {
	IMPAIR_PROFILES_MAX = 16
};

struct impair_profile {
	const char *name;
	const char *help;   /* one line */
	const char *source; /* of its figures */
	struct impair_link link;
};

/* Profile i, from 0, a constant of the program; null past the last. */
const struct impair_profile *impair_profile(size_t i);

/* The one of that name, or null. */
const struct impair_profile *impair_profile_find(struct str name);
