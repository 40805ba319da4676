/* web LAB: the page of a lab that is up. */
#include "lab/verbs/cmds.h"

#include "lab/term/cmd.h"
#include "lab/web/web.h"
#include "lib/program/say.h"

static const struct option_row rows[] = {
	OPTION(0, "port", "N", "at this port; otherwise at one that is free"),
	{ NULL },
};

static void on_ready(void *user, const char *url)
{
	say(stdout, "%s: %s\n", (const char *)user, url);
	(void)fflush(stdout);
}

static int web_verb_run(const struct verb *verb, int argc, char **argv)
{
	struct option_reader options;
	struct web_options web = { .ready = on_ready };
	struct error err = ERROR_NULL;
	const char *value;
	uint64_t port = 0;

	options_begin(&options, verb, argc, argv);
	while (options_next(&options, &value)) {
		if (str_to_u64(str_of(value), UINT16_MAX, &port) < 0 || port == 0) {
			(void)error_set(&err, ERR_USAGE,
			    "--port wants a number from 1 to 65535");
			return cmd_fail(&err);
		}
	}
	if (options.status >= 0)
		return options.status;
	web.lab = options.words[0];
	web.port = (uint16_t)port;
	web.user = options.words[0];
	if (web_run(&web, &err) < 0)
		return cmd_fail(&err);
	return EXIT_OK;
}

const struct verb web_verb = {
	.name = "web",
	.brief = "a page where a lab is seen and changed",
	.run = web_verb_run,
	.arguments = "LAB [--port N]",
	.about =
	    "Serves a page at 127.0.0.1 until Ctrl-C or the end of the lab, and prints its URL. Who has\n"
	    "the URL can see the lab and change it: the token in it is made anew each time, and nothing\n"
	    "else listens. From another machine: ssh -L N:127.0.0.1:N, with --port N. What is inside TLS\n"
	    "is seen in a lab that was started by \"up --capture\".\n",
	.rows = rows,
	.min_words = 1,
	.max_words = 1,
};
