#include "lab/verbs/cmds.h"

#include "lab/channel/labsock.h"
#include "lab/channel/pages.h"
#include "lab/term/cmd.h"
#include "lib/base/clock.h"
#include "lib/program/say.h"
#include "lib/program/table.h"

#include <jansson.h>

struct listing {
	json_t *labs;
	int status; /* EXIT_MACHINE once a lab did not answer */
};

/* A lab that goes away while it is asked is not listed; one that is there and does not
 * answer is told. */
static void collect(void *user, const char *name)
{
	struct listing *listing = user;
	auto_fd fd = -1;
	struct error err = ERROR_NULL;
	json_t *status;
	pid_t pid;

	if (labsock_connect(name, &fd, &pid, &err) < 0 ||
	    labsock_ask(fd, "status", NULL, &status, NULL, &err) < 0) {
		if (err.code == ERR_MACHINE) {
			(void)error_prefix(&err, "%s", name);
			listing->status = cmd_fail(&err);
		}
		return;
	}
	(void)json_array_append_new(listing->labs,
	    json_pack("{s:O, s:i, s:O, s:O, s:O, s:O, s:I}", "lab",
		json_object_get(status, "lab"), "pid", (int)pid, "state",
		json_object_get(status, "state"), "file",
		json_object_get(status, "file"), "out", json_object_get(status, "out"),
		"up_ns", json_object_get(status, "up_ns"), "nodes",
		(json_int_t)json_array_size(json_object_get(status, "nodes"))));
	json_decref(status);
}

static const char *text_of(const json_t *lab, const char *key)
{
	const char *text = json_string_value(json_object_get(lab, key));

	return text ? text : "";
}

static const struct table_column columns[] = {
	{ .heading = "LAB", .least = 12 },
	{ .heading = "STATE" },
	{ .heading = "NODES", .is_right = true },
	{ .heading = "UP", .is_right = true, .leaves = 1 },
	{ .heading = "PID", .is_right = true, .leaves = 2 },
	{ .heading = "FILE", .least = 16, .leaves = 3 },
};

static void put_number(struct table *table, const json_t *lab, const char *key)
{
	table_cellf(table, "%lld",
	    (long long)json_integer_value(json_object_get(lab, key)));
}

static int print_labs(const json_t *labs, int status)
{
	const struct screen screen = screen_detect();
	auto_buf out = BUF_NULL;
	struct table table;
	size_t i;
	json_t *lab;

	if (json_array_size(labs) == 0) {
		buf_append_text(&out, "no lab is up\n");
		return cmd_print(&out, status);
	}
	table_begin(&table, &out, &screen, columns, ARRAY_LEN(columns));
	json_array_foreach(labs, i, lab)
	{
		table_cell(&table, text_of(lab, "lab"));
		table_cell(&table, text_of(lab, "state"));
		put_number(&table, lab, "nodes");
		table_cellf(&table, "%.0f s",
		    (double)json_integer_value(json_object_get(lab, "up_ns")) /
			(double)NS_PER_S);
		put_number(&table, lab, "pid");
		table_cell(&table, text_of(lab, "file"));
	}
	table_end(&table);
	return cmd_print(&out, status);
}

static const struct option_row rows[] = {
	OPTION(0, "json", NULL, "as JSON"),
	{ NULL },
};

static int ls_run(const struct verb *verb, int argc, char **argv)
{
	struct option_reader options;
	const char *value;
	struct error err = ERROR_NULL;
	bool as_json = false;
	struct listing listing = { .status = EXIT_OK };

	options_begin(&options, verb, argc, argv);
	while (options_next(&options, &value))
		as_json = true;
	if (options.status >= 0)
		return options.status;
	listing.labs = json_array();
	if (labsock_list(collect, &listing, &err) < 0) {
		json_decref(listing.labs);
		return cmd_fail(&err);
	}
	if (as_json) {
		page_print_value(stdout, listing.labs, 2);
		say(stdout, "\n");
	} else if (listing.status == EXIT_OK || json_array_size(listing.labs) > 0) {
		listing.status = print_labs(listing.labs, listing.status);
	}
	json_decref(listing.labs);
	return listing.status;
}

const struct verb ls_verb = {
	.name = "ls",
	.brief = "list your labs",
	.run = ls_run,
	.arguments = "[--json]",
	.about = "Lists the labs that you have up.\n",
	.rows = rows,
};
