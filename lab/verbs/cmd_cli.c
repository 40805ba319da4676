/* cli LAB NODE: the console of a node of a lab that is up. */
#include "lab/verbs/cmds.h"

#include "lab/console/script.h"
#include "lab/console/terminal.h"
#include "lab/term/cmd.h"

#include <string.h>
#include <unistd.h>

static const struct option_row rows[] = {
	OPTION(0, "stop", NULL, "end at the first line that is refused"),
	{ NULL },
};

static int run(struct remote *remote, bool stops)
{
	struct error err = ERROR_NULL;
	int r;

	if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		r = terminal_run(remote, &err);
	else
		r = script_run(remote, stdin, stops, &err);
	if (r < 0)
		return cmd_fail(&err);
	return r > 0 ? EXIT_FAILED : EXIT_OK;
}

static int cli_run(const struct verb *verb, int argc, char **argv)
{
	struct option_reader options;
	struct error err = ERROR_NULL;
	struct remote remote;
	const char *value;
	bool stops = false;
	int status;

	options_begin(&options, verb, argc, argv);
	while (options_next(&options, &value))
		stops = true;
	if (options.status >= 0)
		return options.status;
	if (remote_open(&remote, options.words[0], options.words[1], &err) < 0)
		status = cmd_fail(&err);
	else
		status = run(&remote, stops);
	remote_close(&remote);
	return status;
}

const struct verb cli_verb = {
	.name = "cli",
	.brief = "the console of a CPE",
	.run = cli_run,
	.arguments = "LAB NODE [--stop] [<FILE]",
	.about =
	    "Opens the console of a CPE whose node has \"console\": what its vendor's command line\n"
	    "does with \"?\", Tab, abbreviations, views and \"display\". What is typed changes what the\n"
	    "CPE is; \"quit\" or Ctrl+D leaves. Where standard input is no terminal every line of it is\n"
	    "typed, and shown as a terminal would; each one that is refused is told with its number on\n"
	    "standard error, and the exit status is then 1. What the vendor takes without a word, such\n"
	    "as an option 43 with a wrong length, is told by a \"note:\" there.\n",
	.rows = rows,
	.min_words = 2,
	.max_words = 2,
};
