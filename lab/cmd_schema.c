#include "lab/cmds.h"

#include "agents/acs/policy.h"
#include "agents/cpe/config.h"
#include "agents/cpe/model.h"
#include "agents/dhcp/config.h"
#include "lab/cmd.h"
#include "lab/topology.h"
#include "lib/base/buf.h"

#include <stdio.h>
#include <string.h>

/* A kind of file that people write, and who knows its keys: rows, or a function for what
 * rows alone cannot say. */
static const struct kind {
	const char *name;
	const struct conf_row *rows;
	void (*print)(struct buf *out);
	const char *help;
} kinds[] = {
	{ "topology", NULL, topology_schema,
	    "a lab: nodes, what they are attached to" },
	{ "policy", policy_rows, NULL, "what an ACS does on which event" },
	{ "model", NULL, model_schema, "a kind of CPE: parameters, types, access" },
	{ "cpe", cpe_config_rows, NULL, "configuration of \"cwmplab cpe\"" },
	{ "dhcpd", dhcpd_rows, NULL, "configuration of \"cwmplab dhcpd\"" },
};

static void print_usage(FILE *out)
{
	(void)fprintf(out,
	    "usage: cwmplab schema KIND\n"
	    "\n"
	    "Prints the JSON Schema (draft 2020-12) of a kind of file, for editors:\n\n");
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		(void)fprintf(out, "  %-10s %s\n", kinds[i].name, kinds[i].help);
}

static int fail_unknown(const char *word)
{
	const char *names[ARRAY_LEN(kinds)];
	char hint[96];

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		names[i] = kinds[i].name;
	if (!conf_suggest(str_of(word), names, ARRAY_LEN(kinds), hint, sizeof(hint)))
		(void)snprintf(hint, sizeof(hint),
		    "\"cwmplab schema --help\" lists them");
	(void)fprintf(stderr, "cwmplab: no kind of file is named \"%s\": %s\n", word,
	    hint);
	return EXIT_USAGE;
}

int cmd_schema(int argc, char **argv)
{
	auto_buf out = BUF_NULL;

	if (argc == 2 &&
	    (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		print_usage(stdout);
		return EXIT_OK;
	}
	if (argc != 2) {
		print_usage(stderr);
		return EXIT_USAGE;
	}
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (strcmp(argv[1], kinds[i].name) != 0)
			continue;
		if (kinds[i].rows)
			conf_schema(&out, kinds[i].name, kinds[i].rows);
		else
			kinds[i].print(&out);
		if (out.error || fwrite(out.data, 1, out.len, stdout) < out.len) {
			perror("cwmplab: standard output");
			return EXIT_MACHINE;
		}
		return EXIT_OK;
	}
	return fail_unknown(argv[1]);
}
