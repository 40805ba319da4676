/* The verbs that need no kernel, as a user calls them. */
#include "tests/unit/unit.h"

#include "tests/support/process.h"

#include <stdlib.h>
#include <string.h>

enum {
	ARGS_MAX = 4,
	DEADLINE_MS = 10000
};

#define SOUND "topologies/figure-2"

static const struct call {
	const char *args[ARGS_MAX];
	int status;
	const char *start; /* of the output */
	const char *part;  /* of it, or null */
} calls[] = {
	{ { NULL }, 2, "cwmplab ", "usage: cwmplab VERB" },
	{ { "--help" }, 0, "cwmplab ", "exit status: 0 all is well" },
	{ { "--version" }, 0, "cwmplab 0.", NULL },
	{ { "validat" }, 2,
	    "cwmplab: no verb is named \"validat\": did you mean \"validate\"?\n",
	    NULL },
	{ { "teleport" }, 2,
	    "cwmplab: no verb is named \"teleport\": \"cwmplab --help\" lists them\n",
	    NULL },
	{ { "help", "graph" }, 0, "usage: cwmplab graph FILE", NULL },
	{ { "help", "grahp" }, 2, "cwmplab: no verb is named \"grahp\"", NULL },
	{ { "validate" }, 2, "usage: cwmplab validate FILE...", NULL },
	{ { "validate", "--help" }, 0, "usage: cwmplab validate FILE...", NULL },
	{ { "validate", SOUND }, 0, "ok  figure-2: 1 switch, dns, dhcp, 2 ACS, 3 CPE\n",
	    NULL },
	{ { "validate", "/dev/null", SOUND }, 2, "", "ok  figure-2" },
	{ { "validate", "/" }, 2, "/: error: is a directory without a topology.yaml\n",
	    NULL },
	{ { "validate", "LICENSE" }, 2, "LICENSE:", ": error: " },
	{ { "validate", "no-such-file" }, 2, "no-such-file: error: cannot be opened",
	    NULL },
	{ { "graph" }, 2, "usage: cwmplab graph FILE", NULL },
	{ { "graph", SOUND }, 0, "figure-2  1 switch, dns, dhcp, 2 ACS, 3 CPE\n",
	    "cpe x 3" },
	{ { "graph", SOUND, "--format=dot" }, 0, "graph \"figure-2\" {\n", NULL },
	{ { "graph", "-fsvg", SOUND }, 0, "<svg ", "</svg>\n" },
	{ { "graph", SOUND, "-f", "pdf" }, 2, "cwmplab: no format is named \"pdf\"",
	    NULL },
	{ { "schema" }, 2, "usage: cwmplab schema KIND", NULL },
	{ { "schema", "topology" }, 0, "{\n  \"$schema\":", "\"attach\"" },
	{ { "schema", "topology", "--man" }, 0, ".TH CWMPLAB\\-topology 5",
	    "\n\\fBattach\\fR (" },
	{ { "schema", "topolgy" }, 2,
	    "cwmplab: no kind of file is named \"topolgy\": did you mean \"topology\"?\n",
	    NULL },
};

static void check(const struct call *call)
{
	const char *argv[ARGS_MAX + 2] = { getenv("CWMPLAB") };
	struct process_result result = PROCESS_RESULT_NULL;
	const char *out;

	for (size_t i = 0; i < ARGS_MAX && call->args[i]; i++)
		argv[i + 1] = call->args[i];
	process_run(argv, getenv("CWMPLAB_SOURCE"), DEADLINE_MS, &result);
	out = buf_cstr(&result.out);
	if (result.status != call->status ||
	    strncmp(out, call->start, strlen(call->start)) != 0 ||
	    (call->part && !strstr(out, call->part)))
		fail_msg("cwmplab %s %s: exit %d, %s", argv[1] ? argv[1] : "",
		    argv[1] && argv[2] ? argv[2] : "", result.status, out);
	buf_free(&result.out);
}

static void test_each_call_is_answered(void **state)
{
	(void)state;
	if (!getenv("CWMPLAB"))
		skip();
	for (size_t i = 0; i < ARRAY_LEN(calls); i++)
		check(&calls[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_call_is_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
