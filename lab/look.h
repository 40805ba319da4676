/* What check and decode share: their options, the analysis, what it says in words. */
#pragma once

#include "capture/analysis.h"
#include "capture/sequence.h"
#include "lib/base/buf.h"

enum {
	SEQUENCES_MAX = 16
};

struct look {
	struct analysis_options options;
	struct sequence *sequences[SEQUENCES_MAX];
	size_t n_sequences;
	bool as_json;
};

/* Reads the options of the verb. 0, or an exit status plus one: --help was asked for, or
 * something is wrong and was said. look_free() afterwards, in either case. */
int look_options(int argc, char **argv, const char *usage, struct look *look);
void look_free(struct look *look);

/* Analyses the capture; says what is wrong with it. An exit status. */
int look_run(struct look *look, struct analysis **ret);

/* The one object of --json. */
void look_put_json(const struct analysis *analysis, struct buf *out);

/* What the capture cannot show is said, never counted against anybody. */
void look_put_limits(const struct analysis *analysis, struct buf *out);

/* To standard output; a full disk is an exit status, too. */
int look_print(const struct buf *text);
