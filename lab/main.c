/* cwmplab VERB: finds the verb in the table and hands over. */
#include "agents/acs/acs.h"
#include "agents/cpe/agent.h"
#include "agents/dhcp/dhcpd.h"
#include "agents/record/record.h"
#include "lab/term/cmd.h"
#include "lab/verbs/cmds.h"
#include "lib/base/conf.h"

#include <stdio.h>
#include <string.h>

/* In the order of --help: the main job first, the agents by hand last. */
static const struct cmd verbs[] = {
	{ "run", cmd_run, "FILE [--out DIR]",
	    "run a lab, prove from its packets what happened" },
	{ "up", cmd_up, "FILE [--out DIR]", "build a lab and leave it running" },
	{ "down", cmd_down, "LAB", "end a lab" },
	{ "ls", cmd_ls, "[--json]", "list your labs" },
	{ "inspect", cmd_inspect, "LAB [NODE]", "show what a lab consists of" },
	{ "exec", cmd_exec, "LAB NODE -- CMD...", "run a command inside a node" },
	{ "logs", cmd_logs, "LAB [NODE]", "show what the programs of a lab wrote" },
	{ "doctor", cmd_doctor, "[--json]", "try what labs need on this machine" },
	{ "decode", cmd_decode, "-r FILE", "show the CWMP sessions in a capture" },
	{ "check", cmd_check, "-r FILE [--sequence NAME]",
	    "say which side broke which rule in a capture" },
	{ "browse", cmd_browse, "FILE", "look through a capture in the terminal" },
	{ "rules", cmd_rules, "[ID]", "list the rules that captures are judged by" },
	{ "extcap", cmd_extcap, "--install [DIR]",
	    "make the ports of labs interfaces of Wireshark" },
	{ "validate", cmd_validate, "FILE...", "check a topology; build nothing" },
	{ "graph", cmd_graph, "FILE [--format text|dot|svg]", "draw a topology" },
	{ "schema", cmd_schema, "KIND [--man]", "list the keys of a kind of file" },
	{ "acs", acs_main, "--config FILE | FLAG...", "run an ACS by hand" },
	{ "cpe", cpe_main, "--config FILE | FLAG...", "run CPEs by hand" },
	{ "record", record_main, "--config FILE", "record the frames of ports" },
	{ "dhcpd", dhcpd_main, "--config FILE | FLAG...", "serve DHCP by hand" },
	{ NULL, NULL, NULL, NULL },
};

static void print_help(FILE *out)
{
	(void)fprintf(out,
	    "cwmplab " CWMPLAB_VERSION ": a CWMP (TR-069) deployment on one machine, "
	    "proved from its packets\n\nusage: cwmplab VERB [ARGUMENT...]\n\n");
	for (const struct cmd *verb = verbs; verb->name; verb++)
		(void)fprintf(out, "  %-9s %s\n", verb->name, verb->help);
	(void)fprintf(out,
	    "\n\"cwmplab VERB --help\" says more; so does cwmplab(1).\n"
	    "exit status: 0 all is well, 1 something did not hold, 2 bad usage or bad "
	    "input,\n3 this machine cannot do it\n");
}

static int fail_unknown(const char *word)
{
	const char *names[ARRAY_LEN(verbs)] = { NULL };
	char hint[96];
	size_t n;

	for (n = 0; verbs[n].name; n++)
		names[n] = verbs[n].name;
	if (!conf_suggest(str_of(word), names, n, hint, sizeof(hint)))
		(void)snprintf(hint, sizeof(hint), "\"cwmplab --help\" lists them");
	(void)fprintf(stderr, "cwmplab: no verb is named \"%s\": %s\n", word, hint);
	return EXIT_USAGE;
}

static const struct cmd *find(const char *word)
{
	for (const struct cmd *verb = verbs; verb->name; verb++) {
		if (strcmp(word, verb->name) == 0)
			return verb;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;
	const struct cmd *verb;

	if (!word) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
		printf("cwmplab " CWMPLAB_VERSION "\n");
		return EXIT_OK;
	}
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ||
	    (strcmp(word, "help") == 0 && argc == 2)) {
		print_help(stdout);
		return EXIT_OK;
	}
	if (strcmp(word, "help") == 0) { /* help VERB is VERB --help */
		char *help[] = { argv[2], (char[]){ "--help" }, NULL };

		verb = find(argv[2]);
		return verb ? verb->run(2, help) : fail_unknown(argv[2]);
	}
	verb = find(word);
	return verb ? verb->run(argc - 1, argv + 1) : fail_unknown(word);
}
