#include "lab/look/look.h"

#include "capture/report/ladder_crowd.h"
#include "lab/look/look_stream.h"
#include "lab/look/rule_names.h"
#include "lab/term/cmd.h"
#include "lab/term/outfile.h"
#include "lib/program/say.h"

#include <stdio.h>
#include <sys/stat.h>

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
	int r;

	if (look->n_sequences == SEQUENCES_MAX)
		return error_set(err, ERR_USAGE, "more than %d sequences",
		    SEQUENCES_MAX);
	r = sequence_find(value, &look->sequences[look->n_sequences], err);
	look->n_sequences += r == 0;
	return r;
}

static int take_format(struct look *look, const char *value, struct error *err)
{
	static const char *const names[] = { "text", "json", "ndjson", "har", "mermaid",
		"html", "junit" };
	size_t i;
	int r = option_choose(value, "format", names, ARRAY_LEN(names), &i, err);

	if (r == 0)
		look->format = (enum look_format)i;
	return r;
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

static int take_require_judged(struct look *look, const char *value, struct error *err)
{
	(void)value;
	(void)err;
	look->requires_judged = true;
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
	{ OPTION('r', "read", "FILE", "the capture; - is standard input"), WRITERS,
	    take_read },
	{ OPTION('r', "read", "FILE", "the capture"), LOOK_BROWSE, take_read },
	{ OPTION(0, "keylog", "KEYS", "NSS key log beside the secrets in the file"),
	    ALL, take_keylog },
	{ OPTION(0, "port", "N",
	      "servers at this port are ACSs, whatever is said there"),
	    ALL, take_port },
	{ OPTION(0, "sequence", "SEQUENCE",
	      "look for its steps: a name (acs-migration) or a file"),
	    LOOK_CHECK, take_sequence },
	{ OPTION(0, "require-judged", NULL,
	      "exit status 1 also where no session could be judged"),
	    LOOK_CHECK, take_require_judged },
	{ OPTION(0, "strict", NULL, "should-level findings count, too"), ALL,
	    take_strict },
	{ OPTION(0, "tolerant", NULL, "common deviations of the field are notes"), ALL,
	    take_tolerant },
	{ OPTION(0, "rule", "RULE[,RULE]", "judge these rules alone"), ALL, take_rule },
	{ OPTION(0, "ignore", "RULE[,RULE]", "leave these rules out"), ALL,
	    take_ignore },
	{ OPTION('f', "format", "text|json|ndjson|har|mermaid|html|junit",
	      "what to write"),
	    WRITERS, take_format },
	{ OPTION(0, "json", NULL, "the same as --format json"), WRITERS, take_json },
	{ OPTION('o', "output", "FILE", "instead of standard output"), WRITERS,
	    take_output },
	{ OPTION('w', "write", "FILE",
	      "the packets of the sessions (of -i: all), as pcapng with secrets"),
	    WRITERS, take_write },
	{ OPTION('w', "write", "FILE", "of -i: all that is captured, as pcapng"),
	    LOOK_BROWSE, take_write },
	{ OPTION(0, "table", NULL, "tables of devices and sessions"), WRITERS,
	    take_tables },
	{ OPTION(0, "stats", NULL, "counts, times and sizes by RPC and by phase"),
	    WRITERS, take_stats },
	{ OPTION(0, "show-secrets", NULL, "do not redact passwords"), ALL,
	    take_secrets },
	{ { NULL }, 0, NULL },
};

/* ---- the tables as one -------------------------------------------------------------- */

/* The i-th row of a table that has the verb's bit; *i is what is left of it past the end. */
static const struct look_option *find_row(const struct look_option *option,
    unsigned bit, size_t *i)
{
	for (; option && option->row.name; option++) {
		if ((option->verbs & bit) && (*i)-- == 0)
			return option;
	}
	return NULL;
}

const struct option_row *look_program_option(const struct verb *verb, size_t i)
{
	unsigned bit = container_of(verb, const struct look_program, verb)->bit;
	const struct look_option *option = find_row(rows, bit, &i);

	if (!option)
		option = find_row(live_option_rows, bit, &i);
	if (option)
		return &option->row;
	return i < FILTER_KINDS ? filter_option((enum filter_kind)i) : NULL;
}

static int take(struct look *look, const struct option_row *row, const char *value,
    struct error *err)
{
	for (int kind = 0; kind < FILTER_KINDS; kind++) {
		if (row == filter_option((enum filter_kind)kind))
			return filter_add(&look->filter, (enum filter_kind)kind, value,
			    err);
	}
	return container_of(row, struct look_option, row)->apply(look, value, err);
}

/* ---- what does not go together ------------------------------------------------------ */

static bool is_same_file(const char *a, const char *b)
{
	struct stat left, right;

	return stat(a, &left) == 0 && stat(b, &right) == 0 && S_ISREG(left.st_mode) &&
	       left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

int look_check_output(const struct look *look, const char *path, struct error *err)
{
	if (path && look->options.path && is_same_file(path, look->options.path))
		return error_set(err, ERR_USAGE,
		    "%s: is the capture that is read: name another file", path);
	if (path && look->options.keylog && is_same_file(path, look->options.keylog))
		return error_set(err, ERR_USAGE,
		    "%s: is the key log that is read: name another file", path);
	return 0;
}

/* An output that cannot be written is told now, not after an hour of reading. Pipes and
 * devices are not tried, because opening one twice may not be harmless. */
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
	int r = look_check_output(look, look->output, err);

	if (r == 0)
		r = look_check_output(look, look->write, err);
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

/* The one word is the capture, unless --read or -i already names what is read. */
static int take_words(struct look *look, const struct option_reader *reader)
{
	size_t n = reader->n_words;

	if (n > 0 && !look->options.path) {
		look->options.path = reader->words[0];
		n--;
	}
	if (n > 0) {
		say(stderr,
		    "%s: one capture at a time; \"mergecap -w all.pcapng FILE...\" joins "
		    "them\n",
		    reader->words[reader->n_words - n]);
		return EXIT_USAGE;
	}
	if (!look->options.path && look->live.n_names == 0)
		return verb_fail_usage(reader->verb);
	return -1;
}

/* Returns -1 when the verb goes on; otherwise its exit status, the reason being said. */
static int read_options(int argc, char **argv, const struct verb *verb,
    struct look *look)
{
	const struct option_row *row;
	struct option_reader reader;
	struct error err = ERROR_NULL;
	const char *value;

	options_begin(&reader, verb, argc, argv);
	while ((row = options_next(&reader, &value))) {
		if (take(look, row, value, &err) < 0)
			break;
	}
	if (!row && reader.status < 0)
		reader.status = take_words(look, &reader);
	if (row || (reader.status < 0 && check_together(look, &err) < 0)) {
		say_error("", &err);
		reader.status = EXIT_USAGE;
	}
	return reader.status;
}

int look_main(const struct verb *verb, int argc, char **argv)
{
	struct look look = { .format = LOOK_TEXT };
	int status = read_options(argc, argv, verb, &look);

	if (!look.output)
		look.screen = screen_detect();
	if (status < 0)
		status =
		    container_of(verb, const struct look_program, verb)->work(&look);
	for (size_t i = 0; i < look.n_sequences; i++)
		sequence_free(look.sequences[i]);
	look_stream_free(look.stream);
	ladder_crowd_free(look.crowd);
	live_options_free(&look.live);
	return status;
}
