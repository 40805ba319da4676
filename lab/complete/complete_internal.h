/* Shared by the complete*.c files. */
#pragma once

#include "lab/complete/complete.h"
#include "lib/base/str.h"

struct completion {
	struct buf *out;
	struct str typed;  /* of the word in question */
	struct str before; /* of a list "a,b": the items before the last, with comma */
	const char *suffixes;      /* of files that the verb reads, or null */
	const char *const *others; /* the words before that are no options */
	size_t n_others;
	size_t index; /* of the word in the line */
};

/* Answers value if it begins with what is typed; help may be null. */
void complete_offer(const struct completion *c, const char *value, const char *help);

/* Answers what can stand for an argument that help calls by that name: "FILE", "[LAB]",
 * "RULE[,RULE]", "text|dot|svg". */
void complete_argument(struct completion *c, struct str name);
