#include "lab/look/look.h"

#include "lab/look/rule_names.h"
#include "lab/term/cmd.h"
#include "lab/term/outfile.h"
#include "lib/base/conf.h"
#include "lib/base/share.h"

#include <getopt.h>
#include <stdio.h>
#include <sys/stat.h>

enum {
	ROW_FIRST = 256,   /* values of getopt_long(): rows of the tables, */
	FILTER_FIRST = 512 /* kinds of filters */
};

/* ---- what each option does --------------------------------------------------------- */

static int take_read(struct look *look, const char *value, struct error *err)
{
	(void)err;
	look->options.path = value;
	return 0;
}

static int take_keylog(struct look *look, const char *value, struct error *err)
{
	(void)err;
	look->options.keylog = value;
	return 0;
}

/* A path, or the name of a sequence that comes with the program. */
static int take_sequence(struct look *look, const char *value, struct error *err)
{
	auto_buf relative = BUF_NULL;
	auto_free char *shared = NULL;
	const char *path = value;
	char hint[SHARE_EXPLAIN_MAX];
	int r;

	if (look->n_sequences == SEQUENCES_MAX)
		return error_set(err, ERR_USAGE, "more than %d sequences",
		    SEQUENCES_MAX);
	if (!strchr(value, '/') && !strstr(value, ".yaml")) {
		buf_printf(&relative, "capture/sequences/%s.yaml", value);
		shared = share_path(buf_cstr(&relative));
		if (!shared) {
			share_suggest("capture/sequences", value, hint, sizeof(hint));
			return error_set(err, ERR_USAGE,
			    "no sequence is named \"%s\": %s", value, hint);
		}
		path = shared;
	}
	r = sequence_load(path, &look->sequences[look->n_sequences], err);
	look->n_sequences += r == 0;
	return r;
}

static int take_format(struct look *look, const char *value, struct error *err)
{
	static const char *const names[] = { "text", "json", "ndjson", "har", "mermaid",
		"html" };
	char hint[96];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strcmp(value, names[i]) == 0) {
			look->format = (enum look_format)i;
			return 0;
		}
	}
	if (!conf_suggest(str_of(value), names, ARRAY_LEN(names), hint, sizeof(hint)))
		(void)snprintf(hint, sizeof(hint),
		    "text, json, ndjson, har, mermaid or html");
	return error_set(err, ERR_USAGE, "no format is named \"%s\": %s", value, hint);
}

static int take_json(struct look *look, const char *value, struct error *err)
{
	(void)value;
	(void)err;
	look->format = LOOK_JSON;
	return 0;
}

static int take_output(struct look *look, const char *value, struct error *err)
{
	(void)err;
	look->output = value;
	return 0;
}

static int take_write(struct look *look, const char *value, struct error *err)
{
	(void)err;
	look->write = value;
	return 0;
}

static int take_stats(struct look *look, const char *value, struct error *err)
{
	(void)value;
	(void)err;
	look->wants_stats = true;
	return 0;
}

static int take_tables(struct look *look, const char *value, struct error *err)
{
	(void)value;
	(void)err;
	look->wants_tables = true;
	return 0;
}

static int take_secrets(struct look *look, const char *value, struct error *err)
{
	(void)value;
	(void)err;
	look->options.show_secrets = true;
	return 0;
}

static int take_strict(struct look *look, const char *value, struct error *err)
{
	(void)value;
	look->options.rules.is_strict = true;
	if (look->options.rules.is_tolerant)
		return error_set(err, ERR_USAGE,
		    "--strict and --tolerant: choose one of them");
	return 0;
}

static int take_tolerant(struct look *look, const char *value, struct error *err)
{
	(void)value;
	look->options.rules.is_tolerant = true;
	if (look->options.rules.is_strict)
		return error_set(err, ERR_USAGE,
		    "--strict and --tolerant: choose one of them");
	return 0;
}

static int take_rule(struct look *look, const char *value, struct error *err)
{
	look->options.rules.only = look->only;
	return rule_names_add(look->only, value, err) < 0 ? error_prefix(err, "--rule")
							  : 0;
}

static int take_ignore(struct look *look, const char *value, struct error *err)
{
	look->options.rules.ignore = look->ignore;
	return rule_names_add(look->ignore, value, err) < 0
		   ? error_prefix(err, "--ignore")
		   : 0;
}

static int take_port(struct look *look, const char *value, struct error *err)
{
	uint64_t port;

	if (str_to_u64(str_of(value), UINT16_MAX, &port) < 0 || port == 0)
		return error_set(err, ERR_USAGE,
		    "--port \"%s\": give a number from 1 to 65535", value);
	if (look->options.n_ports == LOOK_PORTS_MAX)
		return error_set(err, ERR_USAGE, "--port: more than %d of them",
		    LOOK_PORTS_MAX);
	look->options.ports = look->ports;
	look->ports[look->options.n_ports++] = (uint16_t)port;
	return 0;
}

enum {
	ALL = LOOK_DECODE | LOOK_CHECK | LOOK_BROWSE,
	WRITERS = LOOK_DECODE | LOOK_CHECK,
};

static const struct look_option rows[] = {
	{ "read", 'r', "FILE", "the capture; - is standard input", WRITERS, take_read },
	{ "read", 'r', "FILE", "the capture", LOOK_BROWSE, take_read },
	{ "keylog", 0, "KEYS", "NSS key log beside the secrets in the file", ALL,
	    take_keylog },
	{ "port", 0, "N", "servers at this port are ACSs, whatever is said there", ALL,
	    take_port },
	{ "sequence", 0, "NAME", "look for its steps: a name (acs-migration) or a file",
	    LOOK_CHECK, take_sequence },
	{ "strict", 0, NULL, "should-level findings count, too", ALL, take_strict },
	{ "tolerant", 0, NULL, "common deviations of the field are notes", ALL,
	    take_tolerant },
	{ "rule", 0, "ID[,ID]", "judge these rules alone", ALL, take_rule },
	{ "ignore", 0, "ID[,ID]", "leave these rules out", ALL, take_ignore },
	{ "format", 'f', "FORMAT", "text, json, ndjson, har, mermaid or html", WRITERS,
	    take_format },
	{ "json", 0, NULL, "the same as --format json", WRITERS, take_json },
	{ "output", 'o', "FILE", "instead of standard output", WRITERS, take_output },
	{ "write", 'w', "FILE",
	    "the packets of the sessions (of -i: all), as pcapng with secrets", WRITERS,
	    take_write },
	{ "table", 0, NULL, "tables of devices and sessions", WRITERS, take_tables },
	{ "stats", 0, NULL, "counts, times and sizes by RPC and by phase", WRITERS,
	    take_stats },
	{ "show-secrets", 0, NULL, "do not redact passwords", ALL, take_secrets },
	{ NULL, 0, NULL, NULL, 0, NULL },
};

/* ---- the tables as help and as getopt_long() wants them ----------------------------- */

static void print_row(FILE *out, char letter, const char *name, const char *value,
    const char *help)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "%c%c%s--%s%s%s", letter ? '-' : ' ',
	    letter ? letter : ' ', letter ? ", " : "  ", name, value ? " " : "",
	    value ? value : "");
	(void)fprintf(out, "  %-32s %s\n", text, help);
}

static void print_rows(FILE *out, const struct look_option *option, unsigned bit)
{
	for (; option && option->name; option++) {
		if (option->verbs & bit)
			print_row(out, option->letter, option->name, option->value,
			    option->help);
	}
}

static void print_usage(FILE *out, const struct look_verb *verb)
{
	(void)fprintf(out, "usage: cwmplab %s %s\n", verb->name, verb->arguments);
	if (out != stdout) {
		(void)fprintf(out, "\"cwmplab %s --help\" lists the options\n",
		    verb->name);
		return;
	}
	(void)fprintf(out, "\n%s\noptions:\n", verb->about);
	print_rows(out, rows, verb->bit);
	print_rows(out, verb->more, verb->bit);
	print_row(out, 'h', "help", NULL, "this text");
	(void)fprintf(out,
	    "\nsessions (of one option any, of several options all must hold):\n");
	for (int kind = 0; kind < FILTER_KINDS; kind++) {
		const struct filter_option *option =
		    filter_option((enum filter_kind)kind);

		print_row(out, 0, option->name, option->value, option->help);
	}
	(void)fprintf(out, "\nexit status: %s", verb->status);
}

struct getopt_table {
	struct option longs[LOOK_OPTIONS_MAX + 1];
	const struct look_option *rows[LOOK_OPTIONS_MAX];
	char letters[2 * LOOK_OPTIONS_MAX + 3];
	size_t n, n_rows;
};

static void add_option(struct getopt_table *table, const char *name, bool has_value,
    int code)
{
	if (table->n < LOOK_OPTIONS_MAX)
		table->longs[table->n++] = (struct option){ name,
			has_value ? required_argument : no_argument, NULL, code };
}

static void add_rows(struct getopt_table *table, const struct look_option *option,
    unsigned bit)
{
	for (; option && option->name; option++) {
		size_t n = strlen(table->letters);

		if (!(option->verbs & bit) || table->n_rows == LOOK_OPTIONS_MAX)
			continue;
		add_option(table, option->name, option->value != NULL,
		    ROW_FIRST + (int)table->n_rows);
		table->rows[table->n_rows++] = option;
		if (!option->letter)
			continue;
		table->letters[n++] = option->letter;
		if (option->value)
			table->letters[n] = ':';
	}
}

static void make_table(struct getopt_table *table, const struct look_verb *verb)
{
	*table = (struct getopt_table){ .letters = "h" };
	add_rows(table, rows, verb->bit);
	add_rows(table, verb->more, verb->bit);
	for (int kind = 0; kind < FILTER_KINDS; kind++)
		add_option(table, filter_option((enum filter_kind)kind)->name, true,
		    FILTER_FIRST + kind);
	add_option(table, "help", false, 'h');
}

static int take(const struct getopt_table *table, int code, struct look *look,
    struct error *err)
{
	if (code >= FILTER_FIRST)
		return filter_add(&look->filter,
		    (enum filter_kind)(code - FILTER_FIRST), optarg, err);
	if (code >= ROW_FIRST)
		return table->rows[code - ROW_FIRST]->apply(look, optarg, err);
	for (size_t i = 0; i < table->n_rows; i++) {
		if (table->rows[i]->letter == code)
			return table->rows[i]->apply(look, optarg, err);
	}
	return ERR_USAGE;
}

/* ---- what does not go together ------------------------------------------------------ */

static bool is_same_file(const char *a, const char *b)
{
	struct stat left, right;

	return stat(a, &left) == 0 && stat(b, &right) == 0 && S_ISREG(left.st_mode) &&
	       left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

/* What is read is somebody's evidence: it is never written over. */
static int check_output(const struct look *look, const char *path, struct error *err)
{
	if (path && look->options.path && is_same_file(path, look->options.path))
		return error_set(err, ERR_USAGE,
		    "%s: is the capture that is read: name another file", path);
	if (path && look->options.keylog && is_same_file(path, look->options.keylog))
		return error_set(err, ERR_USAGE,
		    "%s: is the key log that is read: name another file", path);
	return 0;
}

/* Found out now, not after an hour of reading. Pipes and devices are opened but once. */
static int check_place(const char *path, struct error *err)
{
	struct outfile probe = OUTFILE_NULL;
	struct stat there;
	int r;

	if (!path || strcmp(path, "-") == 0 ||
	    (stat(path, &there) == 0 && !S_ISREG(there.st_mode)))
		return 0;
	r = outfile_open(&probe, path, 0600, err);
	outfile_abort(&probe);
	return r;
}

static int check_files(const struct look *look, struct error *err)
{
	int r = check_output(look, look->output, err);

	if (r == 0)
		r = check_output(look, look->write, err);
	if (r == 0 && look->output && look->write &&
	    (strcmp(look->output, look->write) == 0 ||
		is_same_file(look->output, look->write)))
		r = error_set(err, ERR_USAGE,
		    "%s: -o and -w name the same file: give each its own",
		    look->output);
	if (r == 0)
		r = check_place(look->output, err);
	if (r == 0 && look->live.n_names == 0)
		r = check_place(look->write, err);
	return r;
}

static int check_views(const struct look *look, struct error *err)
{
	if (look->wants_stats && look->wants_tables)
		return error_set(err, ERR_USAGE,
		    "--stats and --table: choose one of them");
	if (look->wants_stats && look->format != LOOK_TEXT && look->format != LOOK_JSON)
		return error_set(err, ERR_USAGE, "--stats are text or json");
	if (look->wants_tables && look->format != LOOK_TEXT)
		return error_set(err, ERR_USAGE,
		    "--table is text; json and ndjson have all that is in it");
	if (!rule_names_leave_any(&look->options.rules))
		return error_set(err, ERR_USAGE,
		    "--rule and --ignore: no rule is left to judge by");
	return 0;
}

static int check_together(const struct look *look, struct error *err)
{
	int r = live_options_check(&look->live, look->options.path, look->write, err);

	if (r == 0)
		r = check_views(look, err);
	return r < 0 ? r : check_files(look, err);
}

int look_options(int argc, char **argv, const struct look_verb *verb, struct look *look)
{
	struct getopt_table table;
	struct error err = ERROR_NULL;
	int code;

	make_table(&table, verb);
	while (
	    (code = getopt_long(argc, argv, table.letters, table.longs, NULL)) != -1) {
		if (code == 'h' || code == '?') {
			print_usage(code == 'h' ? stdout : stderr, verb);
			return (code == 'h' ? EXIT_OK : EXIT_USAGE) + 1;
		}
		if (take(&table, code, look, &err) < 0) {
			(void)fprintf(stderr, "%s\n", err.text);
			return EXIT_USAGE + 1;
		}
	}
	if (optind < argc && !look->options.path)
		look->options.path = argv[optind++];
	if (optind == argc && (look->options.path || look->live.n_names > 0)) {
		if (check_together(look, &err) == 0)
			return 0;
		(void)fprintf(stderr, "%s\n", err.text);
		return EXIT_USAGE + 1;
	}
	if (optind < argc && look->options.path)
		(void)fprintf(stderr,
		    "%s: one capture at a time; \"mergecap -w all.pcapng FILE...\" joins "
		    "them\n",
		    argv[optind]);
	else
		print_usage(stderr, verb);
	return EXIT_USAGE + 1;
}

void look_free(struct look *look)
{
	for (size_t i = 0; i < look->n_sequences; i++)
		sequence_free(look->sequences[i]);
	live_options_free(&look->live);
}
