/* apply: a lab that is up becomes what a file says. */
#include "lab/verbs/cmds.h"

#include "lab/change/change.h"
#include "lab/channel/labsock.h"
#include "lab/channel/pages.h"
#include "lab/run/firewall_check.h"
#include "lab/run/topology_file.h"
#include "lab/term/cmd.h"
#include "lab/term/progress.h"
#include "lib/base/json.h"
#include "lib/program/say.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct apply_call {
	const char *lab, *file;
	const char *fault; /* null: none */
	bool is_dry, as_json;
	struct progress progress;
	json_t *whole; /* all pages, joined */
	size_t n_changes;
	size_t n_failures, n_failed; /* those that are told, and all */
	bool is_cut;                 /* the lab ended in the middle */
	bool has_begun;
	int error; /* of joining */
};

/* ---- what is told ------------------------------------------------------------------------- */

static const char *text_of(const json_t *of, const char *key)
{
	const char *text = json_string_value(json_object_get(of, key));

	return text ? text : "";
}

static const char *name_of(const json_t *change)
{
	const json_t *node = json_object_get(change, "node");

	return node ? json_string_value(node) : text_of(change, "of");
}

static enum change_deed deed_of(const json_t *change)
{
	const char *name = text_of(change, "change");
	int deed = 0;

	while (deed < CHANGE_NOTED &&
	       strcmp(change_deed_name((enum change_deed)deed), name) != 0)
		deed++;
	return (enum change_deed)deed;
}

/* The width of the page: names of other pages may stand out. */
static unsigned width_of(const json_t *changes)
{
	size_t width = 8, i;
	json_t *change;

	json_array_foreach(changes, i, change)
	{
		width = MAX(width, strlen(name_of(change)));
	}
	return (unsigned)MIN(width, (size_t)24);
}

static void print_changes(struct apply_call *call, const json_t *changes)
{
	unsigned width = width_of(changes);
	auto_buf out = BUF_NULL;
	json_t *item;
	size_t i;

	json_array_foreach(changes, i, item)
	{
		const struct change change = {
			.deed = deed_of(item),
			.name = name_of(item),
			.words = text_of(item, "words"),
			.why = text_of(item, "why"),
		};

		buf_append_text(&out, "  ");
		change_put(&out, &change, width);
		call->n_changes++;
	}
	say_text(stdout, buf_str(&out));
}

static void print_news(struct apply_call *call, const json_t *page)
{
	const json_t *steps = json_object_get(page, "steps");
	const json_t *failures = json_object_get(page, "failures");
	json_t *item;
	size_t i;

	/* The difference stands by itself. */
	if (!call->has_begun && (json_array_size(steps) || json_array_size(failures))) {
		say(stdout, "\n");
		call->has_begun = true;
	}
	json_array_foreach(steps, i, item)
	    progress_done(&call->progress, text_of(item, "step"), text_of(item, "text"),
		json_integer_value(json_object_get(item, "took_ns")));
	json_array_foreach(failures, i, item)
	{
		progress_print(&call->progress, "FAILED  %s: %s\n",
		    text_of(item, "node"), text_of(item, "why"));
		call->n_failures++;
	}
	(void)fflush(stdout);
}

static void on_page(void *user, json_t *page)
{
	struct apply_call *call = user;

	if (!call->as_json) {
		if (json_object_get(page, "lab"))
			say(stdout, "%s  as %s has it\n\n", text_of(page, "lab"),
			    text_of(page, "file"));
		print_changes(call, json_object_get(page, "changes"));
		print_news(call, page);
	} else {
		call->n_failures += json_array_size(json_object_get(page, "failures"));
	}
	call->n_failed = MAX(call->n_failures,
	    (size_t)json_integer_value(json_object_get(page, "failed")));
	call->is_cut = json_is_true(json_object_get(page, "cut"));
	if (call->error == 0)
		call->error = page_merge(call->whole, page);
}

static int print_end(const struct apply_call *call)
{
	long long took =
	    json_integer_value(json_object_get(call->whole, "took_ns")) / NS_PER_MS;

	if (call->as_json) {
		page_print_value(stdout, call->whole, 2);
		say(stdout, "\n");
	} else if (call->n_changes == 0) {
		say(stdout, "ok  nothing has to change\n");
	} else if (call->is_dry) {
		say(stdout, "\n%zu change%s; nothing was done (--dry-run)\n",
		    call->n_changes, call->n_changes == 1 ? "" : "s");
	} else if (call->n_failed == 0) {
		say(stdout, "\nok  %zu change%s in %lld ms\n", call->n_changes,
		    call->n_changes == 1 ? "" : "s", took);
	} else if (call->is_cut) {
		say(stdout,
		    "\nFAILED  the lab ended in the middle of it, and what was still to be "
		    "done is not done\n");
	} else {
		say(stdout,
		    "\nFAILED  %zu thing%s did not come about; all else is done: \"cwmplab "
		    "apply %s %s\" again makes up for it\n",
		    call->n_failed, call->n_failed == 1 ? "" : "s", call->lab,
		    call->file);
	}
	return call->n_failed == 0 ? EXIT_OK : EXIT_MACHINE;
}

/* ---- asking ------------------------------------------------------------------------------- */

static int ask(struct apply_call *call, const char *path, struct error *err)
{
	auto_buf command = BUF_NULL;
	struct json json = json_writer(&command, 0);
	auto_fd fd = -1;
	pid_t pid;
	int r = labsock_connect(call->lab, &fd, &pid, err);

	json_object_begin(&json, NULL);
	json_text(&json, "file", path);
	if (call->fault)
		json_text(&json, "fault", call->fault);
	json_bool(&json, "dry-run", call->is_dry);
	json_object_end(&json);
	if (r == 0)
		r = labsock_ask_command(fd, "apply", buf_cstr(&command), on_page, call,
		    err);
	if (r == 0 && call->error < 0)
		r = error_set(err, call->error, "out of memory");
	return r;
}

/* Mistakes are told here, before the lab hears of the file, and with those of the files beside
 * it. */
static int apply(struct apply_call *call)
{
	struct conf_mistakes mistakes = { .len = 0 };
	struct topology *topology = NULL;
	struct error err = ERROR_NULL;
	char path[PATH_MAX];
	int status;

	if (topology_file_load_with(call->file, call->fault, &mistakes, &topology,
		&err) < 0) {
		status = validate_fail(call->file, &mistakes, &err);
		conf_mistakes_free(&mistakes);
		return status;
	}
	call->whole = json_object();
	if (firewall_check(topology, &err) == 0 && !realpath(topology->path, path))
		(void)error_set(&err, error_of_path(errno), "%s: %s", topology->path,
		    error_name(-errno));
	topology_free(topology);
	status =
	    err.code || ask(call, path, &err) < 0 ? cmd_fail(&err) : print_end(call);
	json_decref(call->whole);
	return status;
}

enum {
	ROW_DRY_RUN,
	ROW_JSON,
	ROW_FAULT
};

static const struct option_row rows[] = {
	[ROW_DRY_RUN] =
	    OPTION(0, "dry-run", NULL, "tell the difference and do nothing"),
	[ROW_JSON] = OPTION(0, "json", NULL, "as JSON"),
	[ROW_FAULT] = OPTION(0, "fault", "NAME",
	    "with what goes wrong on purpose: an entry of \"faults\" in FILE"),
	{ NULL },
};

static int apply_run(const struct verb *verb, int argc, char **argv)
{
	const struct option_row *row;
	struct option_reader options;
	struct apply_call call = { .progress = progress_make(stdout) };
	const char *value;

	options_begin(&options, verb, argc, argv);
	while ((row = options_next(&options, &value))) {
		call.is_dry |= row == &rows[ROW_DRY_RUN];
		call.fault = row == &rows[ROW_FAULT] ? value : call.fault;
		call.as_json |= row == &rows[ROW_JSON];
	}
	if (options.status >= 0)
		return options.status;
	call.lab = options.words[0];
	call.file = options.words[1];
	return apply(&call);
}

const struct verb apply_verb = {
	.name = "apply",
	.brief = "change a lab that is up to what a file says",
	.run = apply_run,
	.arguments = "LAB FILE [--dry-run] [--json] [--fault NAME]",
	.about =
	    "Tells how FILE (or FILE/topology.yaml) differs from the lab, a line a node, and makes\n"
	    "the lab so: nodes are added, removed, built anew (another address, port or kind), or\n"
	    "their programs started again (what they are told differs); links and routes change in\n"
	    "place. Who does not differ is not touched: its sessions go on. What fails is told, and\n"
	    "the rest is done; the next apply makes up for it.\n",
	.notes =
	    "exit status: 0 the lab is what FILE says; 2 a mistake, the lab is as it was; 3 not all\n"
	    "of it came about\n",
	.rows = rows,
	.suffixes = ".yaml .yml",
	.min_words = 2,
	.max_words = 2,
};
