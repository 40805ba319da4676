#include "lab/verbs/cmds.h"

#include "lab/channel/labsock.h"
#include "lab/channel/pages.h"
#include "lab/term/cmd.h"
#include "lib/base/columns.h"
#include "lib/base/shown.h"
#include "lib/program/say.h"
#include "lib/program/table.h"

#include <errno.h>
#include <jansson.h>

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "-";
}

static const struct table_column columns[] = {
	{ .heading = "NODE", .least = 12 },
	{ .heading = "KIND" },
	{ .heading = "MAC", .leaves = 3 },
	{ .heading = "ADDRESS", .least = 15, .leaves = 1 },
	{ .heading = "PORT", .least = 12, .leaves = 4 },
	{ .heading = "PROGRAM", .least = 10, .leaves = 2 },
};

/* A lab as people read it, while the answer comes. */
struct lab_table {
	struct buf out;
	struct table table;
	struct screen screen;
	bool has_begun;
};

static void put_node(struct table *table, const json_t *node)
{
	const char *to = text_of(node, "attach");

	table_cell(table, text_of(node, "name"));
	table_cell(table, text_of(node, "kind"));
	table_cell(table, text_of(node, "mac"));
	table_cell(table, text_of(node, "address"));
	if (*to == '-')
		table_cell(table, NULL);
	else
		table_cellf(table, "%s %s", to, text_of(node, "port"));
	table_cell(table, text_of(node, "program"));
}

static void put_lab(struct lab_table *lab, const json_t *page)
{
	static const char *const keys[] = { "file", "out" };
	unsigned room = screen_room(&lab->screen);
	auto_buf title = BUF_NULL;

	shown_printf(&title, "%s is %s", text_of(page, "lab"), text_of(page, "state"));
	columns_put_lines(&lab->out, buf_str(&title), room, 2, lab->screen.is_utf8);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		buf_printf(&lab->out, "\n  %-6s ", keys[i]);
		columns_put_lines(&lab->out, str_of(text_of(page, keys[i])),
		    room > 0 ? room - 9 : 0, 9, lab->screen.is_utf8);
	}
	buf_append_text(&lab->out, "\n\n");
}

/* The first page says what the lab is; all have nodes. */
static void print_lab(void *user, json_t *page)
{
	struct lab_table *lab = user;
	size_t i;
	json_t *node;

	if (json_object_get(page, "lab")) {
		put_lab(lab, page);
		table_begin(&lab->table, &lab->out, &lab->screen, columns,
		    ARRAY_LEN(columns));
		lab->has_begun = true;
	}
	json_array_foreach(json_object_get(page, "nodes"), i, node)
	{
		if (lab->has_begun)
			put_node(&lab->table, node);
	}
	say_text(stdout, buf_str(&lab->out));
	if (!lab->out.error)
		buf_reset(&lab->out);
}

static int end_lab(struct lab_table *lab, struct error *err)
{
	int r;

	if (lab->has_begun)
		table_end(&lab->table);
	say_text(stdout, buf_str(&lab->out));
	r = lab->out.error;
	buf_free(&lab->out);
	return r < 0 ? error_set(err, r, "no memory for the table") : 0;
}

/* Prints while the answer comes: that of an ACS with many devices is held nowhere. */
static int inspect(const char *lab, const char *node, bool as_json, struct error *err)
{
	struct page_printer printer = { .out = stdout };
	struct lab_table table = { .screen = screen_detect() };
	bool is_table = !node && !as_json;
	auto_fd fd = -1;
	pid_t pid;
	int r = labsock_connect(lab, &fd, &pid, err);

	if (r < 0)
		return r;
	r = labsock_ask_pages(fd, node ? "agent" : "status", node,
	    is_table ? print_lab : page_print_any,
	    is_table ? (void *)&table : (void *)&printer, err);
	if (end_lab(&table, err) < 0 && r == 0)
		r = err->code;
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
