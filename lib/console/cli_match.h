/* Words of a line -> a row of the grammar with its arguments, or what is wrong and where. */
#pragma once

#include "lib/console/cli_words.h"
#include "lib/console/vlan/vlan_set.h"

/* XX(symbol, words): the five texts of the vendor. */
#define CLI_ERROR_MAP(XX)                        \
	XX(UNRECOGNIZED, "Unrecognized command") \
	XX(INCOMPLETE, "Incomplete command")     \
	XX(AMBIGUOUS, "Ambiguous command")       \
	XX(TOO_MANY, "Too many parameters")      \
	XX(WRONG, "Wrong parameter")

enum cli_error {
	CLI_NO_ERROR,
#define XX(symbol, words) CLI_##symbol,
	CLI_ERROR_MAP(XX)
#undef XX
};

struct cli_arg {
	struct str text; /* borrowed of the line */
	uint64_t number; /* of a number; of an address; of a mask its prefix */
};

struct cli_match {
	enum cli_error error;
	size_t at;                 /* of the caret, a column of the line from 0 */
	const struct cli_row *row; /* null where there is an error */
	struct cli_arg args[CLI_ARGS_MAX];
	size_t n_args;
	unsigned options; /* bit i: the i-th of the row's was typed, */
	struct cli_arg values[CLI_OPTIONS_MAX]; /* with this value */
};

/* Rows that the words so far fit, as a set of their indices. */
struct cli_candidates {
	uint64_t bits[4]; /* of 256 rows at most, which a test sees to */
	size_t at;        /* the word of the rows that is next */
	unsigned options; /* that were typed before it, a bit each */
	size_t option;    /* the one whose value is next, from 1; 0: none is */
	/* Words of a list were taken; `at` is the list, and what follows it may be next. */
	bool is_listing;
	struct vlan_list list;
};

static inline bool cli_candidates_have(const struct cli_candidates *set, size_t i)
{
	return set->bits[i / 64] >> (i % 64) & 1;
}

/* The options that may stand where the next word is; null: none may. */
const struct cli_option *cli_candidates_options(const struct cli_candidates *set);

/* Whether the list that is being taken may end here; true where none is. */
static inline bool cli_candidates_may_end(const struct cli_candidates *set)
{
	return !set->is_listing || !set->list.is_ranging;
}

/* All rows of a view. */
struct cli_candidates cli_candidates_of(enum cli_view view);

/* Takes one word: keeps the rows that it fits. A keyword wins over a variable, a whole
 * keyword over those that it begins. is_first: it begins a line, and may be an alias
 * (cli_alias()). After an error the set is as it was. */
enum cli_error cli_candidates_take(struct cli_candidates *set, struct str word,
    bool is_first);

/* The row that all of the words are, of those in the view. */
void cli_match(struct cli_match *ret, enum cli_view view,
    const struct cli_words *words);

const char *cli_error_text(enum cli_error error);
