#include "lab/verbs/cmds.h"

#include "lab/channel/labsock.h"
#include "lab/channel/pages.h"
#include "lab/play/device_table.h"
#include "lab/term/cmd.h"
#include "lib/base/columns.h"
#include "lib/base/json.h"
#include "lib/base/shown.h"
#include "lib/program/say.h"
#include "lib/program/table.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

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

/* Of both families, with a blank between. */
static void put_addresses(struct table *table, const json_t *node)
{
	const char *six = json_string_value(json_object_get(node, "address6"));

	if (six && json_object_get(node, "address"))
		table_cellf(table, "%s %s", text_of(node, "address"), six);
	else
		table_cell(table, six ? six : text_of(node, "address"));
}

static void put_node(struct table *table, const json_t *node)
{
	const char *to = text_of(node, "attach");

	table_cell(table, text_of(node, "name"));
	table_cell(table, text_of(node, "kind"));
	table_cell(table, text_of(node, "mac"));
	put_addresses(table, node);
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

/* ---- asking -------------------------------------------------------------------------- */

struct inspection {
	int fd; /* of the lab */
	bool as_json;
	struct page_printer printer;
	struct lab_table lab;
	struct device_table devices;
	struct cpe_table cpes;
	json_t *groups; /* programs of CPEs that serve, by the names of their logs */
};

/* A program of CPEs is asked after the lab, once. */
static void note_groups(struct inspection *inspection, const json_t *page)
{
	json_t *node;
	size_t i;

	json_array_foreach(json_object_get(page, "nodes"), i, node)
	{
		if (json_object_get(node, "serial") && /* a CPE */
		    strcmp(text_of(node, "program"), "serves") == 0)
			(void)json_object_set_new(inspection->groups,
			    text_of(node, "log"), json_true());
	}
}

static void on_lab(void *user, json_t *page)
{
	struct inspection *inspection = user;

	note_groups(inspection, page);
	if (inspection->as_json)
		page_print(&inspection->printer, page);
	else
		print_lab(&inspection->lab, page);
}

static int ask_cpes(struct inspection *inspection, const char *group, struct error *err)
{
	auto_buf command = BUF_NULL;
	struct json json = json_writer(&command, 0);

	json_object_begin(&json, NULL);
	json_text(&json, "cmd", "cpe");
	json_text(&json, "cpe", group);
	json_object_end(&json);
	return labsock_ask_agent(inspection->fd, group, buf_cstr(&command),
	    inspection->as_json ? page_print_any : cpe_table_page,
	    inspection->as_json ? (void *)&inspection->printer
				: (void *)&inspection->cpes,
	    err);
}

/* Prints while the answers come: they are held nowhere. */
static int inspect_lab(struct inspection *inspection, struct error *err)
{
	const char *group;
	json_t *value;
	int r =
	    labsock_ask_pages(inspection->fd, "status", NULL, on_lab, inspection, err);

	if (end_lab(&inspection->lab, err) < 0 && r == 0)
		r = err->code;
	cpe_table_begin(&inspection->cpes);
	json_object_foreach(inspection->groups, group, value)
	{
		if (r == 0)
			r = ask_cpes(inspection, group, err);
	}
	if (!inspection->as_json && json_object_size(inspection->groups) > 0)
		say(stdout, "\n");
	cpe_table_end(&inspection->cpes,
	    !inspection->as_json && json_object_size(inspection->groups) > 0);
	return r;
}

/* Whether it is one of several CPEs, which share a program: that speaks of all of them. */
static bool is_one_of_many(const struct inspection *inspection, const char *node)
{
	json_t *answer;
	const char *log;
	bool is_it;

	if (labsock_ask(inspection->fd, "node", node, &answer, NULL, NULL) < 0)
		return false;
	log = text_of(json_array_get(json_object_get(answer, "nodes"), 0), "log");
	is_it = strcmp(log, "-") != 0 && strcmp(log, node) != 0;
	json_decref(answer);
	return is_it;
}

static int inspect_cpe(struct inspection *inspection, const char *node,
    struct error *err)
{
	int r;

	cpe_table_begin(&inspection->cpes);
	r = ask_cpes(inspection, node, err);
	cpe_table_end(&inspection->cpes, r == 0 && !inspection->as_json);
	return r;
}

static int inspect_node(struct inspection *inspection, const char *node,
    struct error *err)
{
	int r;

	if (is_one_of_many(inspection, node))
		return inspect_cpe(inspection, node, err);

	device_table_begin(&inspection->devices);
	r = labsock_ask_pages(inspection->fd, "agent", node,
	    inspection->as_json ? page_print_any : device_table_page,
	    inspection->as_json ? (void *)&inspection->printer
				: (void *)&inspection->devices,
	    err);
	device_table_end(&inspection->devices);
	return r;
}

static int inspect(const char *lab, const char *node, bool as_json, struct error *err)
{
	struct inspection inspection = { .as_json = as_json,
		.printer = { .out = stdout },
		.lab = { .screen = screen_detect() },
		.groups = json_object() };
	auto_fd fd = -1;
	pid_t pid;
	int r = labsock_connect(lab, &fd, &pid, err);

	inspection.fd = fd;
	if (r == 0)
		r = node ? inspect_node(&inspection, node, err)
			 : inspect_lab(&inspection, err);
	json_decref(inspection.groups);
	if (inspection.printer.has_begun && (r == 0 || !node))
		page_print_end(&inspection.printer);
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
	    "Shows what a lab consists of, with the state of its CPEs, their ACS and last session, or\n"
	    "what the agent of NODE says about itself (an ACS its devices, CPEs their state).\n",
	.rows = rows,
	.min_words = 1,
	.max_words = 2,
};
