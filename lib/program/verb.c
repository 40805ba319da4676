#include "lib/program/verb.h"

#include "lib/base/compiler.h"
#include "lib/conf/conf.h"
#include "lib/program/exit_status.h"
#include "lib/program/say.h"

#include <string.h>

enum {
	ROW_FIRST = 256, /* codes of getopt_long() for rows; letters are below */
	COLUMN_MAX = 32, /* where the help of an option stands at most */
};

const struct option_row *verb_option(const struct verb *verb, size_t i)
{
	if (verb->row)
		return verb->row(verb, i);
	/* The caller may ask past the end, so the rows before it are looked at. */
	for (size_t k = 0; verb->rows && k <= i; k++) {
		if (!verb->rows[k].name)
			return NULL;
	}
	return verb->rows ? &verb->rows[i] : NULL;
}

const struct verb *verb_find(const struct verb *const *verbs, size_t n,
    const char *name, const char *next)
{
	bool is_word = next && next[0] != '-';

	for (size_t i = 0; i < n; i++) {
		if (strcmp(verbs[i]->name, name) != 0)
			continue;
		if (is_word && i + 1 < n && strcmp(verbs[i + 1]->name, name) == 0)
			return verbs[i + 1];
		return verbs[i];
	}
	return NULL;
}

/* ---- help --------------------------------------------------------------------------- */

static const struct option_row help_row = { "help", NULL, "this text", 'h', NULL };

/* "-o, --out DIR"; returns its length. */
static int row_text(const struct option_row *row, char *text, size_t size)
{
	const char *argument = row->argument ? row->argument : "";
	const char *gap = !*argument ? "" : *argument == '[' ? "" : " ";

	return row->letter
		   ? snprintf(text, size, "-%c, --%s%s%s", row->letter, row->name, gap,
			 argument)
		   : snprintf(text, size, "    --%s%s%s", row->name, gap, argument);
}

static int column_of(const struct verb *verb)
{
	const struct option_row *row;
	char text[128];
	int widest = row_text(&help_row, text, sizeof(text));

	for (size_t i = 0; (row = verb_option(verb, i)); i++) {
		int width = row_text(row, text, sizeof(text));

		if (width <= COLUMN_MAX)
			widest = MAX(widest, width);
	}
	return widest;
}

static void print_row(FILE *out, const struct option_row *row, int column)
{
	char text[128];
	int width = row_text(row, text, sizeof(text));

	if (row->heading)
		say(out, "\n%s\n", row->heading);
	if (width > column)
		say(out, "  %s\n  %*s  %s\n", text, column, "", row->help);
	else
		say(out, "  %-*s  %s\n", column, text, row->help);
}

static void print_forms(FILE *out, const struct verb *verb)
{
	const char *form = verb->arguments, *end;

	for (const char *word = "usage:"; form; word = "      ") {
		end = strchr(form, '\n');
		say(out, "%s cwmplab %s %.*s\n", word, verb->name,
		    end ? (int)(end - form) : (int)strlen(form), form);
		form = end ? end + 1 : NULL;
	}
}

void verb_print_help(FILE *out, const struct verb *verb)
{
	const struct option_row *row;
	int column = column_of(verb);
	bool has_help = false;

	print_forms(out, verb);
	say(out, "\n");
	say_text(out, str_of(verb->about));
	say(out, "\n");
	for (size_t i = 0; (row = verb_option(verb, i)); i++) {
		if (row->heading && !has_help) {
			print_row(out, &help_row, column);
			has_help = true;
		}
		print_row(out, row, column);
	}
	if (!has_help)
		print_row(out, &help_row, column);
	if (verb->notes)
		say(out, "\n");
	say_text(out, str_of(verb->notes));
}

int verb_fail_usage(const struct verb *verb)
{
	print_forms(stderr, verb);
	say(stderr, "\"cwmplab %s --help\" says more\n", verb->name);
	return EXIT_USAGE;
}

/* ---- reading ------------------------------------------------------------------------ */

static void add_row(struct option_reader *reader, size_t i,
    const struct option_row *row)
{
	int takes = !row->argument            ? no_argument
		    : row->argument[0] == '[' ? optional_argument
					      : required_argument;
	size_t n = strlen(reader->letters);

	reader->rows[i] = row;
	reader->longs[i] =
	    (struct option){ row->name, takes, NULL, ROW_FIRST + (int)i };
	if (!row->letter)
		return;
	reader->letters[n++] = row->letter;
	if (takes == required_argument)
		reader->letters[n] = ':';
}

void options_begin(struct option_reader *reader, const struct verb *verb, int argc,
    char **argv)
{
	const struct option_row *row;
	size_t i;

	*reader = (struct option_reader){
		.verb = verb,
		.argc = argc,
		.argv = argv,
		.status = -1,
	};
	/* ":" tells a missing argument from an unknown option. */
	(void)snprintf(reader->letters, sizeof(reader->letters), "%s:h",
	    verb->stops_at_word ? "+" : "");
	for (i = 0; i < OPTIONS_MAX && (row = verb_option(verb, i)); i++)
		add_row(reader, i, row);
	reader->longs[i] = (struct option){ "help", no_argument, NULL, 'h' };
	optind = 0; /* getopt_long() begins anew */
	opterr = 0;
}

static void say_unknown(const struct verb *verb, const char *typed)
{
	const char *names[OPTIONS_MAX + 1];
	const struct option_row *row;
	struct str word = str_of(typed + strspn(typed, "-"));
	struct str rest;
	char hint[96];
	size_t n;

	for (n = 0; n < OPTIONS_MAX && (row = verb_option(verb, n)); n++)
		names[n] = row->name;
	names[n++] = "help";
	/* The value that stands behind a mistyped --password= is nobody's business. */
	if (conf_suggest(str_cut(word, '=', &rest), names, n, hint, sizeof(hint)))
		say(stderr, "cwmplab %s: \"%.*s\" is no option: %s\n", verb->name,
		    (int)strcspn(typed, "="), typed, hint);
	else
		say(stderr,
		    "cwmplab %s: \"%.*s\" is no option: \"cwmplab %s --help\" lists "
		    "them\n",
		    verb->name, (int)strcspn(typed, "="), typed, verb->name);
}

/* What getopt_long() did not like; code is its answer. */
static int fail(const struct option_reader *reader, int code)
{
	const char *name = reader->verb->name;
	const struct option_row *row = NULL;
	char letter[3] = { '-', (char)optopt, '\0' };

	for (size_t i = 0; i < OPTIONS_MAX && reader->rows[i]; i++) {
		if (optopt == ROW_FIRST + (int)i ||
		    (optopt && optopt == reader->rows[i]->letter))
			row = reader->rows[i];
	}
	if (code == ':' && row)
		say(stderr, "cwmplab %s: --%s wants a value: --%s %s\n", name,
		    row->name, row->name, row->argument);
	else if (row)
		say(stderr, "cwmplab %s: --%s takes no value\n", name, row->name);
	else
		say_unknown(reader->verb, optopt ? letter : reader->argv[optind - 1]);
	return EXIT_USAGE;
}

const struct option_row *options_next(struct option_reader *reader,
    const char **ret_value)
{
	const struct verb *verb = reader->verb;
	int code = getopt_long(reader->argc, reader->argv, reader->letters,
	    reader->longs, NULL);

	*ret_value = optarg;
	if (code >= ROW_FIRST)
		return reader->rows[code - ROW_FIRST];
	for (size_t i = 0; i < OPTIONS_MAX && reader->rows[i]; i++) {
		if (code == reader->rows[i]->letter)
			return reader->rows[i];
	}
	reader->words = reader->argv + optind;
	reader->n_words = (size_t)(reader->argc - optind);
	if (code == 'h') {
		verb_print_help(stdout, verb);
		reader->status = EXIT_OK;
	} else if (code != -1) {
		reader->status = fail(reader, code);
	} else if (reader->n_words < verb->min_words ||
		   reader->n_words > verb->max_words) {
		reader->status = verb_fail_usage(verb);
	}
	return NULL;
}

/* ---- arguments ---------------------------------------------------------------------- */

/* "text, json or junit" */
static void list_names(const char *const *names, size_t n, char *text, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < n && used < size; i++) {
		const char *gap = i == 0 ? "" : i + 1 == n ? " or " : ", ";
		int len = snprintf(text + used, size - used, "%s%s", gap, names[i]);

		used += len > 0 ? (size_t)len : 0;
	}
}

int option_choose(const char *value, const char *what, const char *const *names,
    size_t n, size_t *ret, struct error *err)
{
	char hint[128];

	for (size_t i = 0; i < n; i++) {
		if (strcmp(value, names[i]) == 0) {
			*ret = i;
			return 0;
		}
	}
	if (!conf_suggest(str_of(value), names, n, hint, sizeof(hint)))
		list_names(names, n, hint, sizeof(hint));
	return error_set(err, ERR_USAGE, "no %s is named \"%s\": %s", what, value,
	    hint);
}

int option_check_taken(const struct option_row *rows, unsigned given, unsigned taken,
    const char *action, struct error *err)
{
	unsigned alien = given & ~taken;
	size_t i = 0;

	if (!alien)
		return 0;
	while (!(alien & 1u << i))
		i++;
	return error_set(err, ERR_USAGE, "--%s is none of %s", rows[i].name, action);
}
