#include "lab/verbs/cmds.h"

#include "lab/run/run_check.h"
#include "lab/term/cmd.h"

#include <errno.h>
#include <getopt.h>

static const char usage[] =
    "usage: cwmplab run FILE [--out DIR] [--json] [--show-secrets] [--dry-run]\n"
    "\n"
    "Builds the lab that FILE (or FILE/topology.yaml) describes, lets it work until its\n"
    "expectations are met or their time is up, ends it, and proves from the packets what\n"
    "happened. Exit status 0 when every expectation held.\n"
    "\n"
    "  -o, --out DIR       results (default: out/<lab>): report.json, report.html,\n"
    "                      capture.pcapng, events.jsonl, keys.log, logs/<node>.log\n"
    "      --json          print report.json instead of the summary\n"
    "      --show-secrets  leave passwords in the report\n"
    "      --dry-run       print the plan and build nothing\n";

struct run_options {
	struct lab_options lab;
	struct run_check_options check;
	bool is_dry;
};

static int read_options(int argc, char **argv, struct run_options *want)
{
	static const struct option options[] = {
		{ "out", required_argument, NULL, 'o' },
		{ "json", no_argument, NULL, 'j' },
		{ "show-secrets", no_argument, NULL, 's' },
		{ "dry-run", no_argument, NULL, 'n' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "o:h", options, NULL)) != -1) {
		if (c == 'h')
			return fputs(usage, stdout) < 0 ? EXIT_FAILED : EXIT_OK;
		if (c == '?')
			return EXIT_USAGE;
		want->lab.out = c == 'o' ? optarg : want->lab.out;
		want->check.as_json |= c == 'j';
		want->check.show_secrets |= c == 's';
		want->is_dry |= c == 'n';
	}
	if (argc - optind != 1) {
		(void)fputs(usage, stderr);
		return EXIT_USAGE;
	}
	want->lab.file = argv[optind];
	want->lab.captures = true;
	return -1;
}

static int live(const struct run_options *want)
{
	struct progress progress = progress_make(want->check.as_json ? NULL : stdout);
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
			     : run_check(&run, &want->check);
	}
	run_free(&run);
	lab_close(&lab);
	return status;
}

int cmd_run(int argc, char **argv)
{
	struct run_options want = { 0 };
	int status = read_options(argc, argv, &want);

	if (status >= 0)
		return status;
	return want.is_dry ? lab_dry_run(&want.lab) : live(&want);
}
