#include "lab/verbs/cmds.h"

#include "lab/run/run_check.h"
#include "lab/term/cmd.h"

#include <errno.h>

struct run_options {
	struct lab_options lab;
	struct run_check_options check;
	bool is_dry;
};

enum {
	ROW_OUT,
	ROW_FORMAT,
	ROW_JSON,
	ROW_SHOW_SECRETS,
	ROW_DRY_RUN,
	ROW_FAULT
};

static const struct option_row rows[] = {
	[ROW_OUT] =
	    OPTION('o', "out", "DIR", "where the results go (default: out/<lab>)"),
	[ROW_FORMAT] = OPTION('f', "format", "text|json|junit",
	    "what is printed in the end: a summary (default), report.json, or JUnit XML"),
	[ROW_JSON] = OPTION(0, "json", NULL, "the same as --format json"),
	[ROW_SHOW_SECRETS] =
	    OPTION(0, "show-secrets", NULL, "leave passwords in the report"),
	[ROW_DRY_RUN] = OPTION(0, "dry-run", NULL, "print the plan and build nothing"),
	[ROW_FAULT] = OPTION(0, "fault", "NAME",
	    "with what goes wrong on purpose: an entry of \"faults\" in FILE"),
	{ NULL },
};

static int take_format(const char *value, enum run_format *ret, struct error *err)
{
	static const char *const names[RUN_FORMATS] = { "text", "json", "junit" };
	size_t i;
	int r = option_choose(value, "format", names, RUN_FORMATS, &i, err);

	if (r == 0)
		*ret = (enum run_format)i;
	return r;
}

/* Returns -1 when the verb goes on; otherwise its exit status. */
static int read_options(const struct verb *verb, int argc, char **argv,
    struct run_options *want)
{
	const struct option_row *row;
	struct option_reader options;
	struct error err = ERROR_NULL;
	const char *value;

	options_begin(&options, verb, argc, argv);
	while ((row = options_next(&options, &value))) {
		want->lab.out = row == &rows[ROW_OUT] ? value : want->lab.out;
		want->lab.fault = row == &rows[ROW_FAULT] ? value : want->lab.fault;
		if (row == &rows[ROW_JSON])
			want->check.format = RUN_JSON;
		if (row == &rows[ROW_FORMAT] &&
		    take_format(value, &want->check.format, &err) < 0)
			return cmd_fail(&err);
		want->check.show_secrets |= row == &rows[ROW_SHOW_SECRETS];
		want->is_dry |= row == &rows[ROW_DRY_RUN];
	}
	want->lab.file = options.words[0];
	want->lab.captures = true;
	return options.status;
}

/* A long check, too, ends by Ctrl-C. */
static int check(struct run *run, struct lab *lab,
    const struct run_check_options *options)
{
	lab_release_signals(lab);
	return run_check(run, options);
}

static int live(const struct run_options *want)
{
	struct progress progress =
	    progress_make(want->check.format == RUN_TEXT ? stdout : NULL);
	struct error err = ERROR_NULL;
	struct run run = { 0 };
	struct lab lab;
	int status;

	if (lab_load(&lab, &want->lab, &err) < 0 ||
	    lab_start(&lab, &want->lab, &err) < 0) {
		status = cmd_fail(&err);
	} else {
		run_title(&lab, &progress);
		status = run_live(&run, &lab, &progress, &err) < 0
			     ? cmd_fail(&err)
			     : check(&run, &lab, &want->check);
	}
	run_free(&run);
	lab_close(&lab);
	return status;
}

static int run_lab(const struct verb *verb, int argc, char **argv)
{
	struct run_options want = { 0 };
	int status = read_options(verb, argc, argv, &want);

	if (status >= 0)
		return status;
	return want.is_dry ? lab_dry_run(&want.lab) : live(&want);
}

const struct verb run_verb = {
	.name = "run",
	.brief = "run a lab, prove from its packets what happened",
	.run = run_lab,
	.arguments =
	    "FILE [--out DIR] [--format FORMAT] [--show-secrets] [--dry-run] [--fault NAME]",
	.about =
	    "Builds the lab that FILE (or FILE/topology.yaml) describes, lets it work until its\n"
	    "expectations are met or their time is up, ends it, and proves from the packets what\n"
	    "happened. The results are report.json, report.html, capture.pcapng, events.jsonl,\n"
	    "keys.log and logs/<node>.log. Exit status 0 when every expectation held.\n",
	.rows = rows,
	.suffixes = ".yaml .yml",
	.min_words = 1,
	.max_words = 1,
};
