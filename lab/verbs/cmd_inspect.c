#include "lab/verbs/cmds.h"

#include "lab/channel/labsock.h"
#include "lab/term/cmd.h"

#include <jansson.h>

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

static const struct option_row rows[] = {
	OPTION(0, "json", NULL, "as JSON"),
	{ NULL },
};

static int inspect_run(const struct verb *verb, int argc, char **argv)
{
	struct option_reader options;
	struct error err = ERROR_NULL;
	bool as_json = false;
	const char *node, *value;

	options_begin(&options, verb, argc, argv);
	while (options_next(&options, &value))
		as_json = true;
	if (options.status >= 0)
		return options.status;
	node = options.n_words == 2 ? options.words[1] : NULL;
	if (inspect(options.words[0], node, as_json, &err) < 0)
		return cmd_fail(&err);
	return EXIT_OK;
}

const struct verb inspect_verb = {
	.name = "inspect",
	.brief = "show what a lab consists of",
	.run = inspect_run,
	.arguments = "LAB [NODE] [--json]",
	.about =
	    "Shows what a lab consists of, or what the agent of NODE says about itself (an ACS its\n"
	    "devices, a DHCP server its leases, CPEs their state).\n",
	.rows = rows,
	.min_words = 1,
	.max_words = 2,
};
