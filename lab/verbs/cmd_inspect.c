#include "lab/verbs/cmds.h"

#include "lab/channel/labsock.h"
#include "lab/channel/pages.h"
#include "lab/term/cmd.h"
#include "lib/program/say.h"

#include <errno.h>
#include <jansson.h>

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "-";
}

static void print_node(const json_t *node)
{
	const char *to = text_of(node, "attach");
	char port[128];

	(void)snprintf(port, sizeof(port), "%s %s", to,
	    *to == '-' ? "" : text_of(node, "port"));
	say(stdout, "%-16s %-7s %-17s %-15s %-22s %s\n", text_of(node, "name"),
	    text_of(node, "kind"), text_of(node, "mac"), text_of(node, "address"), port,
	    text_of(node, "program"));
}

/* The first page says what the lab is; all have nodes. */
static void print_lab(void *user, json_t *page)
{
	size_t i;
	json_t *node;

	(void)user;
	if (json_object_get(page, "lab")) {
		say(stdout, "%s is %s\n  file   %s\n  out    %s\n\n",
		    text_of(page, "lab"), text_of(page, "state"), text_of(page, "file"),
		    text_of(page, "out"));
		say(stdout, "%-16s %-7s %-17s %-15s %-22s %s\n", "NODE", "KIND", "MAC",
		    "ADDRESS", "PORT", "PROGRAM");
	}
	json_array_foreach(json_object_get(page, "nodes"), i, node)
	{
		print_node(node);
	}
}

static void print_json(void *user, json_t *page)
{
	page_print(user, page);
}

/* Prints while the answer comes: that of an ACS with many devices is held nowhere. */
static int inspect(const char *lab, const char *node, bool as_json, struct error *err)
{
	struct page_printer printer = { .out = stdout };
	auto_fd fd = -1;
	pid_t pid;
	int r = labsock_connect(lab, &fd, &pid, err);

	if (r < 0)
		return r;
	r = labsock_ask_pages(fd, node ? "agent" : "status", node,
	    node || as_json ? print_json : print_lab, &printer, err);
	if (r == 0 && printer.has_begun)
		page_print_end(&printer);
	if (fflush(stdout) != 0 && r == 0)
		r = error_set(err, -errno, "standard output: %s", error_name(-errno));
	return r;
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
