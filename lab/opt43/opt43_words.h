/* What is said of a span of bytes of an option 43. */
#pragma once

#include "lib/proto/opt43_span.h"

enum {
	OPT43_WRONG_MAX = 3, /* sentences about one span */
	OPT43_WORDS_MAX = 384
};

struct opt43_words {
	char meaning[OPT43_WORDS_MAX];
	char wrong[OPT43_WRONG_MAX][OPT43_WORDS_MAX]; /* the worst first */
	bool is_odd[OPT43_WRONG_MAX];                 /* CPEs get along with it */
	size_t n_wrong;
	/* What opt43_words_begin() was told. */
	enum opt43_layout layout;
	size_t n_bytes, offset;
};

/* Before the spans of a list of so many bytes, whose first one has that offset. */
void opt43_words_begin(struct opt43_words *words, enum opt43_layout layout,
    size_t n_bytes, size_t offset);

/* Sets meaning and wrong, fit for a terminal. A secret in them is "***" unless
 * shows_secrets. */
void opt43_words_make(struct opt43_words *words, const struct opt43_span *span,
    bool shows_secrets);
