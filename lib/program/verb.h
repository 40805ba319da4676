/* A verb of the command line as data: one struct verb each. Reading the command line,
 * --help, the manual page and shell completion are all made from it, so that they cannot
 * say different things. */
#pragma once

#include "lib/base/error.h"
#include "lib/program/exit_status.h"

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct option_row {
	const char *name; /* "out", typed --out; null ends a table */
	const char
	    *argument;    /* "DIR"; "[N]" where it may be left out; null: takes none */
	const char *help; /* one line for --help */
	char letter;      /* 'o', also typed -o; 0: none */
	const char *heading; /* a line of --help before this row, or null */
};

#define OPTION(letter_, name_, argument_, help_)                           \
	{                                                                  \
		.name = (name_), .argument = (argument_), .help = (help_), \
		.letter = (letter_)                                        \
	}
#define OPTION_HEADED(heading_, name_, argument_, help_)                   \
	{                                                                  \
		.name = (name_), .argument = (argument_), .help = (help_), \
		.heading = (heading_)                                      \
	}

struct verb {
	const char *name;  /* "inspect" */
	const char *brief; /* one line for the list of all verbs */
	/* argv[0] is the name of the verb; returns the exit status. */
	int (*run)(const struct verb *verb, int argc, char **argv);
	/* "LAB [NODE] [--json]"; each further line is one more form of the call. */
	const char *arguments;
	const char *about; /* whole lines for --help */
	const char *notes; /* whole lines after the options, or null */
	/* The options, ended by a null name; null: none but --help, which all have. Or,
	 * where they stand in several tables: the i-th, null past the last. */
	const struct option_row *rows;
	const struct option_row *(*row)(const struct verb *verb, size_t i);
	size_t min_words,
	    max_words;      /* how many arguments that are no options it takes */
	bool stops_at_word; /* options end at the first word: the rest is another's */
	/* Of the files that its FILE can be, for completion: ".yaml .yml"; null: any. */
	const char *suffixes;
};

enum {
	OPTIONS_MAX = 64, /* of one verb */
	WORDS_ANY = 1 << 30
};

/* The i-th option; null past the last. --help is not among them. */
const struct option_row *verb_option(const struct verb *verb, size_t i);

/* The verb of that name among n; null: none has it. Where two of one name stand together the first
 * is for a line that goes on with an option (or not at all), the second for one that goes on
 * with a word: next, which may be null. */
const struct verb *verb_find(const struct verb *const *verbs, size_t n,
    const char *name, const char *next);

/* Prints --help: the forms of the call, what the verb does, each option. */
void verb_print_help(FILE *out, const struct verb *verb);

/* Says on standard error how the verb is called. Returns EXIT_USAGE. */
int verb_fail_usage(const struct verb *verb);

/* A walk over a command line. */
struct option_reader {
	const struct verb *verb;
	int argc;
	char **argv;
	/* These are for the caller, after the last option: */
	int status;   /* -1: go on; else the exit status of the verb, all being said */
	char **words; /* what is no option */
	size_t n_words;
	/* What getopt_long() wants. */
	const struct option_row *rows[OPTIONS_MAX];
	struct option longs[OPTIONS_MAX + 2];
	char letters[2 * OPTIONS_MAX + 4];
};

/* verb and argv are borrowed. One walk at a time: getopt_long() keeps its place. */
void options_begin(struct option_reader *reader, const struct verb *verb, int argc,
    char **argv);

/* The row of the next option, with its argument or null in *ret_value, which points
 * into argv. Null at the end; then reader->status says whether the verb goes on: if
 * not, --help was printed (EXIT_OK), or a mistake was said on standard error
 * (EXIT_USAGE): an option that there is not, or a number of words that is not from
 * min_words to max_words. */
const struct option_row *options_next(struct option_reader *reader,
    const char **ret_value);

/* Which of the n names the argument of an option is, in *ret. Otherwise ERR_USAGE: "no WHAT is
 * named "x"", with the name that is meant or, where none is near, all of them. */
int option_choose(const char *value, const char *what, const char *const *names,
    size_t n, size_t *ret, struct error *err);

/* Of a verb with actions, each of which takes some of its options: 0, or ERR_USAGE where one is
 * given that is not among those taken ("--wait is none of list"). Bit i stands for row i. */
int option_check_taken(const struct option_row *rows, unsigned given, unsigned taken,
    const char *action, struct error *err);
