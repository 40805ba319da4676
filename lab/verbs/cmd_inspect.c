#include "lab/verbs/cmds.h"

#include "lab/channel/labsock.h"
#include "lab/term/cmd.h"

#include <getopt.h>
#include <jansson.h>

static const char usage[] =
    "usage: cwmplab inspect LAB [NODE] [--json]\n"
    "\n"
    "Shows what a lab consists of, or what the agent of NODE says about itself (an ACS its\n"
    "devices, a DHCP server its leases, CPEs their state).\n";

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "-";
}

static void print_status(const json_t *status)
{
	const json_t *nodes = json_object_get(status, "nodes");
	size_t i;
	json_t *node;

	printf("%s is %s\n  file   %s\n  out    %s\n\n", text_of(status, "lab"),
	    text_of(status, "state"), text_of(status, "file"), text_of(status, "out"));
	printf("%-16s %-7s %-17s %-15s %-22s %s\n", "NODE", "KIND", "MAC", "ADDRESS",
	    "PORT", "PROGRAM");
	json_array_foreach(nodes, i, node)
	{
		const char *to = text_of(node, "attach");
		char port[128];

		(void)snprintf(port, sizeof(port), "%s %s", to,
		    *to == '-' ? "" : text_of(node, "port"));
		printf("%-16s %-7s %-17s %-15s %-22s %s\n", text_of(node, "name"),
		    text_of(node, "kind"), text_of(node, "mac"),
		    text_of(node, "address"), port, text_of(node, "program"));
	}
}

static int inspect(const char *lab, const char *node, bool as_json, struct error *err)
{
	auto_fd fd = -1;
	json_t *answer;
	pid_t pid;

	if (labsock_connect(lab, &fd, &pid, err) < 0 ||
	    labsock_ask(fd, node ? "agent" : "status", node, &answer, NULL, err) < 0)
		return err->code;
	(void)json_object_del(answer, "re");
	(void)json_object_del(answer, "ok");
	if (as_json || node) {
		(void)json_dumpf(answer, stdout, JSON_INDENT(2));
		(void)putchar('\n');
	} else {
		print_status(answer);
	}
	json_decref(answer);
	return 0;
}

int cmd_inspect(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct error err = ERROR_NULL;
	bool as_json = false;
	int c, n;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (c == 'h')
			return fputs(usage, stdout) < 0 ? EXIT_FAILED : EXIT_OK;
		if (c == '?')
			return EXIT_USAGE;
		as_json = true;
	}
	n = argc - optind;
	if (n != 1 && n != 2) {
		(void)fputs(usage, stderr);
		return EXIT_USAGE;
	}
	if (inspect(argv[optind], n == 2 ? argv[optind + 1] : NULL, as_json, &err) < 0)
		return cmd_fail(&err);
	return EXIT_OK;
}
