/* The verbs that need no kernel, as a user calls them. */
#include "tests/unit/unit.h"

#include "tests/support/process.h"

#include <stdlib.h>
#include <string.h>

enum {
	ARGS_MAX = 4
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
	{ { "validate", "tests/integration/verbs/two_mistakes.yaml" }, 2,
	    "tests/integration/verbs/two_mistakes.yaml:3:13: error: unknown kind",
	    "\ntests/integration/verbs/two_mistakes.yaml:4:29: error: no switch" },
	{ { "validate", "tests/integration/verbs/small_pool" }, 0,
	    "note: tests/integration/verbs/small_pool/model.yaml:4:3: pool \"sip\" has 2 "
	    "entries for 3 CPEs\n",
	    "\nok  small-pool: " },
	{ { "run", "tests/integration/verbs/two_mistakes.yaml" }, 2,
	    "tests/integration/verbs/two_mistakes.yaml:3:13: error: unknown kind",
	    "\nand 1 more mistake: \"cwmplab validate\" tells all of them\n" },
	{ { "validate", "no-such-file" }, 2, "no-such-file: error: cannot be opened",
	    NULL },
	{ { "validate", "two-rooms" }, 2,
	    "two-rooms: error: no such file; the topology of that name is ",
	    "/topologies/two-rooms\n" },
	{ { "graph" }, 2, "usage: cwmplab graph FILE", NULL },
	{ { "graph", SOUND }, 0, "figure-2  1 switch, dns, dhcp, 2 ACS, 3 CPE\n",
	    "cpe x 3" },
	{ { "graph", SOUND, "--format=dot" }, 0, "graph \"figure-2\" {\n", NULL },
	{ { "graph", "-fsvg", SOUND }, 0, "<svg ", "</svg>\n" },
	{ { "graph", SOUND, "-f", "pdf" }, 2, "cwmplab: no format is named \"pdf\"",
	    NULL },
	{ { "decode" }, 2, "usage: cwmplab decode [-r] FILE",
	    "\"cwmplab decode --help\" says more\n" },
	{ { "check", "--help" }, 0, "usage: cwmplab check [-r] FILE",
	    "  -w, --write FILE " },
	{ { "check", "LICENSE" }, 2,
	    "LICENSE: neither a capture (pcap, pcapng) nor a text that is read: ",
	    NULL },
	{ { "check", "no-such-file" }, 2, "no-such-file: No such file or directory\n",
	    NULL },
	{ { "check", "x", "--format=jsno" }, 2,
	    "no format is named \"jsno\": did you mean \"json\"?\n", NULL },
	{ { "check", "x", "--rule=URL-3" }, 2,
	    "--rule: no rule is named \"URL-3\": did you mean \"URL-0", NULL },
	{ { "check", "x", "--ignore=nonsense" }, 2,
	    "--ignore: no rule is named \"nonsense\": \"cwmplab rules\" lists them\n",
	    NULL },
	{ { "check", "x", "--strict", "--tolerant" }, 2,
	    "--strict and --tolerant: choose one of them\n", NULL },
	{ { "check", "x", "--rule=URL-03", "--ignore=url-03" }, 2,
	    "--rule and --ignore: no rule is left to judge by\n", NULL },
	{ { "check", "x", "--stats", "--table" }, 2,
	    "--stats and --table: choose one of them\n", NULL },
	{ { "decode", "x", "--stats", "-fhtml" }, 2, "--stats are text or json\n",
	    NULL },
	{ { "decode", "x", "--table", "--json" }, 2, "--table is text; json and",
	    NULL },
	{ { "decode", "x", "y.pcap" }, 2,
	    "y.pcap: one capture at a time; \"mergecap -w all.pcapng FILE...\" joins",
	    NULL },
	{ { "decode", "x", "-oy", "-wy" }, 2,
	    "y: -o and -w name the same file: give each its own\n", NULL },
	{ { "check", "LICENSE", "-o", "LICENSE" }, 2,
	    "LICENSE: is the capture that is read: name another file\n", NULL },
	{ { "check", "LICENSE", "-w", "./LICENSE" }, 2,
	    "./LICENSE: is the capture that is read: name another file\n", NULL },
	{ { "check", "x", "--keylog=LICENSE", "-oLICENSE" }, 2,
	    "LICENSE: is the key log that is read: name another file\n", NULL },
	{ { "check", "x", "--port", "0" }, 2,
	    "--port \"0\": give a number from 1 to 65535\n", NULL },
	{ { "decode", "x", "--frame", "9..3" }, 2,
	    "--frame \"9..3\": give a number or a range such as 100..200\n", NULL },
	{ { "rules", "url-03" }, 0, "URL-03  must, of the CPE\n",
	    "  basis: TR-069 A6 3.7.1.5\n" },
	{ { "rules", "--json", "URL-03" }, 0, "[\n {\n  \"rule\": \"URL-03\",", NULL },
	{ { "rules" }, 0, "rule             who    text\n",
	    "URL-03   must    cpe    After a change of the ACS URL the CPE opens a session to "
	    "the new URL, whose Inform carries 0 BOOTSTRAP and RetryCount 0.\n" },
	{ { "rules", "XYZ-99" }, 2,
	    "cwmplab: no rule is named \"XYZ-99\": \"cwmplab rules\" lists them\n",
	    NULL },
	{ { "opt43" }, 2, "usage: cwmplab opt43 encode|decode|explain", NULL },
	{ { "opt43", "encod" }, 2,
	    "cwmplab opt43: no action of opt43 is named \"encod\": did you mean "
	    "\"encode\"?\n",
	    NULL },
	{ { "opt43", "encode" }, 2, "cwmplab opt43: --url is needed\n", NULL },
	{ { "opt43", "encode", "0101" }, 2,
	    "cwmplab opt43: \"0101\": encode takes options alone, such as --url\n",
	    NULL },
	{ { "opt43", "encode", "--read=x" }, 2,
	    "cwmplab opt43: --read is none of encode\n", NULL },
	{ { "opt43", "decode", "01", "--url=http://a/" }, 2,
	    "cwmplab opt43: --url is none of decode\n", NULL },
	{ { "opt43", "encode", "--retry-min-wait=0" }, 2,
	    "cwmplab opt43: --retry-min-wait \"0\": give a number from 1 to 65535\n",
	    NULL },
	{ { "opt43", "encode", "--retry-multiplier=999" }, 2,
	    "cwmplab opt43: --retry-multiplier \"999\": give a number from 1000 to "
	    "65535\n",
	    NULL },
	{ { "opt43", "encode", "--pxe=10.0.0" }, 2,
	    "cwmplab opt43: --pxe \"10.0.0\": give an address such as 10.0.0.9\n",
	    NULL },
	{ { "opt43", "encode", "--password=x", "--password-file=y" }, 2,
	    "cwmplab opt43: --password and --password-file say the same", NULL },
	{ { "opt43", "encode", "--password-file=/nowhere" }, 2,
	    "cwmplab opt43: --password-file /nowhere: No such file or directory\n",
	    NULL },
	{ { "opt43", "encode", "--url=http://a/", "--layout=bfb" }, 2,
	    "cwmplab opt43: no layout is named \"bfb\": did you mean \"bbf\"?\n",
	    NULL },
	{ { "opt43", "encode", "--url=http://a/", "--for=dnsmask" }, 2,
	    "cwmplab opt43: no server is named \"dnsmask\": did you mean "
	    "\"dnsmasq\"?\n",
	    NULL },
	{ { "opt43", "encode", "--url=http://a/" }, 0,
	    "comware, 11 bytes\n"
	    "as one string, for consoles of Comware 7 and most servers:\n"
	    "0109687474703A2F2F612F\n"
	    "in groups of eight digits, for older consoles:\n"
	    "01096874 74703A2F 2F612F\n"
	    "with colons:\n"
	    "01:09:68:74:74:70:3A:2F:2F:61:2F\n",
	    NULL },
	{ { "opt43", "encode", "--url=http://a/", "--layout=both" }, 0,
	    "comware, 11 bytes\n", "\n\ntr069, 11 bytes\n" },
	{ { "opt43", "encode", "--url=http://a/", "--json" }, 0,
	    "[\n {\n  \"layout\": \"comware\",\n  \"bytes\": 11,\n  \"hex\": "
	    "\"0109687474703A2F2F612F\"\n }\n]\n",
	    NULL },
	{ { "opt43", "encode", "--url=http://a/", "--for=comware5" }, 0,
	    "option 43 hex 01096874 74703A2F 2F612F\n", NULL },
	{ { "opt43", "encode", "--json", "--for=kea" }, 2,
	    "cwmplab opt43: --for prints lines of one layout", NULL },
	{ { "opt43", "decode" }, 2,
	    "cwmplab opt43: give the digits, or --read FILE (-: standard input)\n",
	    NULL },
	{ { "opt43", "decode", "0109:6874 7470", "3A2F2F612F" }, 0,
	    "layout   tr069\nACS URL  http://a/\nok  tr069, 11 bytes: the ACS is "
	    "http://a/\n",
	    NULL },
	{ { "opt43", "decode", "0x01", "09 zz" }, 2,
	    "cwmplab opt43: word 2, column 4: \"z\" is no hex digit\n", NULL },
	{ { "opt43", "decode", "0109", "123" }, 2,
	    "cwmplab opt43: word 2, column 3: this digit has no second one, which a "
	    "byte has\n",
	    NULL },
	{ { "opt43", "decode", "0x" }, 2,
	    "cwmplab opt43: word 1, column 3: a digit is missing\n", NULL },
	{ { "opt43", "decode", "--read=LICENSE" }, 2,
	    "cwmplab opt43: LICENSE:1:1: \"M\" is no hex digit\n", NULL },
	{ { "opt43", "decode", "--read=LICENSE", "01" }, 2,
	    "cwmplab opt43: digits come from --read or from the command line: not from "
	    "both\n",
	    NULL },
	{ { "opt43", "decode", "--read=/nowhere" }, 2,
	    "cwmplab opt43: /nowhere: cannot be opened: No such file or directory\n",
	    NULL },
	{ { "opt43", "explain", "013B68" }, 1, "offset  bytes  text  meaning\n",
	    "\nFAILED  a CPE would refuse it: offset 1: sub-option 1 says length 59 (3B), "
	    "the value ends at 1 (01)\n" },
	{ { "opt43", "explain", "013B68", "--json" }, 1, "{\n \"bytes\": [\n",
	    "\"refused\": true" },
	{ { "schema" }, 2, "usage: cwmplab schema KIND", NULL },
	{ { "schema", "topology" }, 0, "{\n  \"$schema\":", "\"attach\"" },
	{ { "schema", "model", "--man" }, 0, ".TH CWMPLAB\\-model 5",
	    "KEYS OF A GENERATOR" },
	{ { "schema", "topology", "--man" }, 0, ".TH CWMPLAB\\-topology 5",
	    "\n\\fBattach\\fR (" },
	{ { "inspect", "--jsn", "x" }, 2,
	    "cwmplab inspect: \"--jsn\" is no option: did you mean \"json\"?\n", NULL },
	{ { "inspect", "--json=1", "x" }, 2, "cwmplab inspect: --json takes no value\n",
	    NULL },
	{ { "run", "x", "--out" }, 2, "cwmplab run: --out wants a value: --out DIR\n",
	    NULL },
	{ { "exec", "lab" }, 2, "usage: cwmplab exec LAB NODE [CMD", NULL },
	{ { "exec", "no-such-lab", "node", "--" }, 2,
	    "cwmplab: no lab \"no-such-lab\" is up; up: ", NULL },
	{ { "exec", "no-such-lab", "node", "ls" }, 2,
	    "cwmplab: no lab \"no-such-lab\" is up; up: ", NULL },
	{ { "cli", "lab" }, 2, "usage: cwmplab cli LAB NODE [--stop] [<FILE]", NULL },
	{ { "cli", "no-such-lab", "node" }, 2,
	    "cwmplab: no lab \"no-such-lab\" is up; up: ", NULL },
	{ { "acs", "--help" }, 0, "usage: cwmplab acs ", "      --tls-key FILE " },
	{ { "acs", "--username=x" }, 2,
	    "cwmplab acs: --username: a username without a password (add the password)\n",
	    NULL },
	{ { "acs", "--password=x" }, 2,
	    "cwmplab acs: --password: a password without a username (add the username)\n",
	    NULL },
	{ { "acs", "--auth=digest" }, 2,
	    "cwmplab acs: --auth: authentication wants a username and a password",
	    NULL },
	{ { "acs", "--url=foobarbaz" }, 2,
	    "cwmplab acs: --url: \"foobarbaz\" has no scheme (http://...)\n", NULL },
	{ { "acs", "--listen=foo" }, 2,
	    "cwmplab acs: --listen: \"foo\" is no address:port (127.0.0.1:7547)\n",
	    NULL },
	{ { "acs", "--control=x" }, 2,
	    "cwmplab acs: --control \"x\": give the number of a descriptor\n", NULL },
	{ { "cpe" }, 2,
	    "cwmplab cpe: --acs-url: needed, unless --config FILE says all\n", NULL },
	{ { "cpe", "--acs-url=foobarbaz" }, 2,
	    "cwmplab cpe: --acs-url: \"foobarbaz\" has no scheme (http://...)\n",
	    NULL },
	{ { "cpe", "--acs-url=http://a/", "--count=x" }, 2,
	    "cwmplab cpe: --count: \"count\" wants a number, not a string", NULL },
	{ { "cpe", "--acs-url=http://127.0.0.1:1/", "--ca=/nonexist" }, 2,
	    "cwmplab cpe: trusted CAs /nonexist: No such file or directory\n", NULL },
	{ { "dhcpd", "--interface=lo" }, 2,
	    "cwmplab dhcpd: --address, --range: needed, unless --config FILE says all\n",
	    NULL },
	{ { "record" }, 2, "cwmplab record: --config FILE is needed\n", NULL },
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
	process_run(argv, getenv("CWMPLAB_SOURCE"), &result);
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

/* Each verb, as its --help and as what else it prints. */
static const char *const printing[][ARGS_MAX] = {
	{ "--help" },
	{ "--version" },
	{ "help", "graph" },
	{ "run", "--help" },
	{ "run", "--dry-run", SOUND },
	{ "up", "--help" },
	{ "up", "--dry-run", SOUND },
	{ "down", "--help" },
	{ "ls" },
	{ "ls", "--json" },
	{ "inspect", "--help" },
	{ "exec", "--help" },
	{ "cli", "--help" },
	{ "logs", "--help" },
	{ "doctor" },
	{ "doctor", "--json" },
	{ "decode", "--help" },
	{ "check", "--help" },
	{ "browse", "--help" },
	{ "rules" },
	{ "rules", "SES-09" },
	{ "rules", "--json" },
	{ "extcap", "--extcap-interfaces" },
	{ "extcap", "--install" },
	{ "validate", SOUND },
	{ "graph", SOUND },
	{ "graph", SOUND, "-fsvg" },
	{ "schema", "topology" },
	{ "schema", "model", "--man" },
	{ "schema", "topology", "--man" },
	{ "acs", "--help" },
	{ "cpe", "--help" },
	{ "record", "--help" },
	{ "link", "--help" },
	{ "linkd", "--help" },
	{ "routerd", "--help" },
	{ "snoopd", "--help" },
	{ "loadd", "--help" },
	{ "dhcpd", "--help" },
	{ "relay", "--help" },
	{ "load", "--help" },
	{ "compare", "--help" },
	{ "opt43", "encode", "--url=http://a/" },
	{ "opt43", "explain", "0109687474703A2F2F612F" },
};

static void check_lost(const char *shell, const char *const *args)
{
	const char *argv[ARGS_MAX + 5] = { "sh", "-c", shell, getenv("CWMPLAB") };
	struct process_result result = PROCESS_RESULT_NULL;
	const char *out;

	for (size_t i = 0; i < ARGS_MAX && args[i]; i++)
		argv[i + 4] = args[i];
	process_run(argv, getenv("CWMPLAB_SOURCE"), &result);
	out = buf_cstr(&result.out);
	if (result.status != 3 || strncmp(out, "cwmplab: standard output: ", 26) != 0 ||
	    strchr(out, '\n') != out + strlen(out) - 1)
		fail_msg("cwmplab %s %s, %s: exit %d, %s", args[0],
		    args[1] ? args[1] : "", shell, result.status, out);
	buf_free(&result.out);
}

/* A disk that is full, and a file that is as long as "ulimit -f" allows. */
static void check_full(const char *const *args)
{
	check_lost("exec \"$0\" \"$@\" >/dev/full", args);
	check_lost("f=$(mktemp) && exec >\"$f\" && rm \"$f\" && ulimit -f 0 && "
		   "exec \"$0\" \"$@\"",
	    args);
}

/* Its file is wrong, so that it opened no channel; who holds the other end learns why. */
static void test_an_agent_says_on_its_channel_what_is_wrong_with_its_file(void **state)
{
	static const char *const agents[] = { "acs", "cpe", "dhcpd", "relay", "record",
		"linkd", "routerd", "snoopd", "loadd" };
	static const char why[] = "\"node\":\"n1\",\"event\":\"failed\",\"why\":\"";

	(void)state;
	if (!getenv("CWMPLAB"))
		skip();
	for (size_t i = 0; i < ARRAY_LEN(agents); i++) {
		const char *argv[] = { "sh", "-c",
			"f=$(mktemp) && exec 4<>\"$f\" && rm \"$f\" && "
			"echo '{node: n1, no-such-key: 1}' >&4 && "
			"exec \"$0\" \"$1\" --config /proc/self/fd/4 --control 3 3>&1 "
			">/dev/null 2>&1",
			getenv("CWMPLAB"), agents[i], NULL };
		struct process_result result = PROCESS_RESULT_NULL;

		process_run(argv, NULL, &result);
		if (result.status != 2 || !strstr(buf_cstr(&result.out), why) ||
		    !strstr(buf_cstr(&result.out), "no-such-key"))
			fail_msg("%s: exit %d, %s", agents[i], result.status,
			    buf_cstr(&result.out));
		buf_free(&result.out);
	}
}

/* An agent that cannot tell its events ends, though it would run for ever. */
static void test_events_that_are_lost_end_an_agent(void **state)
{
	const char *argv[] = { "sh", "-c", "exec \"$0\" \"$@\" >/dev/full",
		getenv("CWMPLAB"), "cpe", "--acs-url", "http://127.0.0.1:1/", NULL };
	struct process_result result = PROCESS_RESULT_NULL;

	(void)state;
	if (!getenv("CWMPLAB"))
		skip();
	process_run(argv, NULL, &result);
	assert_int_equal(result.status, 3);
	assert_non_null(strstr(buf_cstr(&result.out),
	    "cwmplab: standard output: No space left on device\n"));
	buf_free(&result.out);
}

static void test_output_that_is_lost_is_told_by_every_verb(void **state)
{
	(void)state;
	if (!getenv("CWMPLAB"))
		skip();
	for (size_t i = 0; i < ARRAY_LEN(printing); i++)
		check_full(printing[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_output_that_is_lost_is_told_by_every_verb),
		cmocka_unit_test(test_events_that_are_lost_end_an_agent),
		cmocka_unit_test(
		    test_an_agent_says_on_its_channel_what_is_wrong_with_its_file),
		cmocka_unit_test(test_each_call_is_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
