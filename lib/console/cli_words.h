/* A line as words, each with its column. */
#pragma once

#include "lib/console/cli_row.h"

enum {
	CLI_LINE_MAX = 511, /* characters of a line; a longer one is refused */
	CLI_WORD_MAX = CLI_LINE_MAX
};

struct cli_word {
	struct str
	    text;  /* without its quotes; borrowed of the line, or of words->plain */
	size_t at; /* where it begins in the line, from 0 */
};

struct cli_words {
	struct cli_word items[CLI_WORDS_MAX];
	size_t n;
	struct str line;
	size_t end; /* behind the last word */
	char plain
	    [CLI_LINE_MAX]; /* words in quotes without their marks, one behind the other */
	size_t n_plain;
	bool is_open; /* the line ends within the last word, not behind a blank */
};

/* Splits at blanks; what stands in double quotes is one word, to the end of the line
 * where the quotes are not closed. In it \" is a quote and \\ a backslash; a mark that
 * finds no room in plain stays (the line is too long to be taken). Words beyond
 * CLI_WORDS_MAX are left out, which no row has. */
void cli_words_split(struct cli_words *words, struct str line);
