/* cwmplab VERB: finds the verb in the table and hands over. */
#include "agents/acs/acs.h"
#include "agents/cpe/agent.h"
#include "agents/cpe/load/load_agent.h"
#include "agents/dhcp/dhcpd.h"
#include "agents/link/linkd.h"
#include "agents/record/record.h"
#include "agents/relay/relayd.h"
#include "agents/router/routerd.h"
#include "agents/snoop/snoopd.h"
#include "lab/complete/complete.h"
#include "lab/term/cmd.h"
#include "lab/verbs/cmds.h"
#include "lib/conf/conf.h"
#include "lib/program/say.h"
#include "lib/program/search_path.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* In the order of --help: the main job first, the agents by hand last. */
static const struct verb *const verbs[] = {
	&run_verb,
	&up_verb,
	&apply_verb,
	&down_verb,
	&ls_verb,
	&inspect_verb,
	&rpc_verb,
	&policy_verb,
	&link_verb,
	&stop_verb,
	&start_verb,
	&events_verb,
	&exec_verb,
	&cli_verb,
	&web_verb,
	&logs_verb,
	&lesson_verb,
	&doctor_verb,
	&decode_program.verb,
	&check_program.verb,
	&browse_program.verb,
	&load_verb,
	&compare_verb,
	&rules_verb,
	&extcap_verb,
	&validate_verb,
	&graph_verb,
	&model_verb,
	&opt43_verb,
	&schema_verb,
	&acs_program.verb,
	&cpe_program.verb,
	&cpe_lab_verb,
	&record_program.verb,
	&link_program.verb,
	&router_program.verb,
	&snoop_program.verb,
	&load_agent_program.verb,
	&dhcpd_program.verb,
	&relay_program.verb,
};

static void print_help(FILE *out)
{
	say(out,
	    "cwmplab " CWMPLAB_VERSION ": a CWMP (TR-069) deployment on one machine, "
	    "proved from its packets\n\nusage: cwmplab VERB [ARGUMENT...]\n\n");
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		say(out, "  %-9s %s\n", verbs[i]->name, verbs[i]->brief);
	say(out,
	    "\n\"cwmplab VERB --help\" says more; so does cwmplab(1).\n"
	    "exit status: 0 all is well, 1 something did not hold, 2 bad usage or bad "
	    "input,\n3 this machine cannot do it, 4 a load test in which this machine was "
	    "the limit\n");
}

static int fail_unknown(const char *word)
{
	const char *names[ARRAY_LEN(verbs)] = { NULL };
	char hint[96];

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		names[i] = verbs[i]->name;
	if (!conf_suggest(str_of(word), names, ARRAY_LEN(verbs), hint, sizeof(hint)))
		(void)snprintf(hint, sizeof(hint), "\"cwmplab --help\" lists them");
	say(stderr, "cwmplab: no verb is named \"%s\": %s\n", word, hint);
	return EXIT_USAGE;
}

static const struct verb *find(const char *word, const char *next)
{
	return verb_find(verbs, ARRAY_LEN(verbs), word, next);
}

/* complete -- WORD...: for the scripts of packaging/completion; no verb of --help. */
static int complete(int argc, char **argv)
{
	auto_buf answer = BUF_NULL;

	complete_line(&answer, verbs, ARRAY_LEN(verbs), (const char *const *)argv,
	    (size_t)argc);
	return cmd_print(&answer, EXIT_OK);
}

static int run(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;
	const struct verb *verb;

	if (!word) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
		say(stdout, "cwmplab " CWMPLAB_VERSION "\n");
		return EXIT_OK;
	}
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ||
	    (strcmp(word, "help") == 0 && argc == 2)) {
		print_help(stdout);
		return EXIT_OK;
	}
	if (strcmp(word, "help") == 0) { /* help VERB is VERB --help */
		char *help[] = { argv[2], (char[]){ "--help" }, NULL };

		verb = find(argv[2], NULL);
		return verb ? verb->run(verb, 2, help) : fail_unknown(argv[2]);
	}
	if (strcmp(word, "complete") == 0 && argc > 3 && strcmp(argv[2], "--") == 0)
		return complete(argc - 3, argv + 3);
	verb = find(word, argc > 2 ? argv[2] : NULL);
	return verb ? verb->run(verb, argc - 1, argv + 1) : fail_unknown(word);
}

int main(int argc, char **argv)
{
	/* A file that reaches the limit of "ulimit -f" is a full disk, which is told. */
	(void)signal(SIGXFSZ, SIG_IGN);
	search_path_complete();
	return cmd_finish(run(argc, argv));
}
