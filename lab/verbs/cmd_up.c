#include "lab/verbs/cmds.h"

#include "lab/run/lab.h"
#include "lab/term/cmd.h"
#include "lib/program/say.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>

struct up {
	bool is_up, has_failed;
	int exit;
	json_int_t namespaces, links, took_ns;
};

static void on_event(void *user, json_t *event, struct str line)
{
	struct up *up = user;
	const char *kind = json_string_value(json_object_get(event, "event"));

	(void)line;
	if (!kind)
		return;
	if (strcmp(kind, "up") == 0) {
		up->is_up = true;
		up->namespaces =
		    json_integer_value(json_object_get(event, "namespaces"));
		up->links = json_integer_value(json_object_get(event, "links"));
		up->took_ns = json_integer_value(json_object_get(event, "took_ns"));
	} else if (strcmp(kind, "failed") == 0 && json_object_get(event, "exit")) {
		const char *why = json_string_value(json_object_get(event, "why"));

		say(stderr, "cwmplab: %s\n", why ? why : "failed");
		up->has_failed = true;
		up->exit = (int)json_integer_value(json_object_get(event, "exit"));
	}
}

/* The first node of that kind, as verbs name it; false: there is none. */
static bool find_node(const struct topology *topology, enum node_kind kind,
    char name[INSTANCE_NAME_MAX])
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		if (topology->nodes[i].kind != kind)
			continue;
		(void)node_instance_name(&topology->nodes[i], 1, name);
		return true;
	}
	return false;
}

/* The same of CPEs: rather of those that inform an ACS by themselves. */
static bool find_cpe(const struct topology *topology, char name[INSTANCE_NAME_MAX])
{
	const struct node *found = NULL;

	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];

		if (!node_is_cpe(node) || (found && !node_informs(node)))
			continue;
		if (!found || !node_informs(found))
			found = node;
	}
	if (found)
		(void)node_instance_name(found, 1, name);
	return found;
}

static void put_hint(const char *what, const char *fmt, ...) ATTR_PRINTF(2, 3);

static void put_hint(const char *what, const char *fmt, ...)
{
	char call[2 * INSTANCE_NAME_MAX + 128];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(call, sizeof(call), fmt, args);
	va_end(args);
	say(stdout, "  cwmplab %-38s  %s\n", call, what);
}

/* The first CPE that people can type at. */
static bool find_console(const struct topology *topology, char *ret)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];

		if (node_is_cpe(node) && node->cpe.console.is_on) {
			(void)node_instance_name(node, 1, ret);
			return true;
		}
	}
	return false;
}

static int print_up(const struct lab *lab, const struct up *up)
{
	const char *name = lab->topology->name;
	char acs[INSTANCE_NAME_MAX], cpe[INSTANCE_NAME_MAX];
	bool has_cpe = find_cpe(lab->topology, cpe);

	say(stdout,
	    "%s is up: %" JSON_INTEGER_FORMAT " namespaces, %" JSON_INTEGER_FORMAT
	    " links, %" JSON_INTEGER_FORMAT " ms\n",
	    name, up->namespaces, up->links, up->took_ns / NS_PER_MS);
	put_hint("what is in it, and how it is", "inspect %s", name);
	if (has_cpe && find_node(lab->topology, NODE_ACS, acs))
		put_hint("have an ACS ask a CPE", "rpc %s/%s %s METHOD ...", name, acs,
		    cpe);
	if (has_cpe)
		put_hint("do something to a CPE", "cpe %s %s boot", name, cpe);
	if (find_console(lab->topology, cpe))
		put_hint("type at the console of a CPE", "cli %s %s", name, cpe);
	put_hint("follow what happens", "events %s", name);
	put_hint("a shell there, or CMD", "exec %s NODE [CMD]", name);
	put_hint("what its programs say", "logs %s [NODE]", name);
	put_hint("end it", "down %s", name);
	return EXIT_OK;
}

static int tell_stopped(const struct lab *lab)
{
	const char *name = lab->topology->name;

	say(stderr,
	    "cwmplab: %s is not up: its supervisor (process %d) is stopped; \"kill -CONT "
	    "%d\" lets it go on, \"cwmplab down %s\" ends the lab\n",
	    name, (int)lab->pid, (int)lab->pid, name);
	return EXIT_MACHINE;
}

static int wait_up(struct lab *lab)
{
	struct up up = { .exit = EXIT_MACHINE };
	bool is_stopped = false;

	while (!up.is_up) {
		int r = lab_wait(lab, 0, on_event, &up);

		if (r == -EINTR) {
			is_stopped = true;
			lab_stop(lab);
		}
		if (r == ERR_MACHINE && !up.is_up)
			return tell_stopped(lab);
		if (r != ERR_CLOSED || up.is_up)
			continue;
		if (up.has_failed)
			return up.exit;
		say(stderr, "cwmplab: %s %s before it was up\n", lab->topology->name,
		    is_stopped ? "was stopped" : "ended");
		return EXIT_FAILED;
	}
	return print_up(lab, &up);
}

static int print_plan(const struct plan *plan)
{
	auto_buf text = BUF_NULL;

	for (size_t i = 0; i < plan->n_steps; i++)
		plan_step_text(&text, plan, &plan->steps[i]);
	return cmd_print(&text, EXIT_OK);
}

int lab_dry_run(const struct lab_options *options)
{
	struct error err = ERROR_NULL;
	struct lab lab;
	int status =
	    lab_load(&lab, options, &err) < 0 ? cmd_fail(&err) : print_plan(lab.plan);

	lab_close(&lab);
	return status;
}

enum {
	ROW_OUT,
	ROW_CAPTURE,
	ROW_DRY_RUN,
	ROW_FAULT
};

static const struct option_row rows[] = {
	[ROW_OUT] =
	    OPTION('o', "out", "DIR", "where events and logs go (default: out/<lab>)"),
	[ROW_CAPTURE] = OPTION(0, "capture", NULL,
	    "record DIR/capture.pcapng as long as the lab is up"),
	[ROW_DRY_RUN] = OPTION(0, "dry-run", NULL, "print the plan and build nothing"),
	[ROW_FAULT] = OPTION(0, "fault", "NAME",
	    "with what goes wrong on purpose: an entry of \"faults\" in FILE"),
	{ NULL },
};

static int up_run(const struct verb *verb, int argc, char **argv)
{
	const struct option_row *row;
	struct option_reader options;
	const char *value;
	struct lab_options want = { .outlives = true };
	struct error err = ERROR_NULL;
	bool is_dry = false;
	struct lab lab;
	int status;

	options_begin(&options, verb, argc, argv);
	while ((row = options_next(&options, &value))) {
		want.out = row == &rows[ROW_OUT] ? value : want.out;
		want.fault = row == &rows[ROW_FAULT] ? value : want.fault;
		want.captures |= row == &rows[ROW_CAPTURE];
		is_dry |= row == &rows[ROW_DRY_RUN];
	}
	if (options.status >= 0)
		return options.status;
	want.file = options.words[0];
	if (is_dry)
		return lab_dry_run(&want);
	status = lab_load(&lab, &want, &err) < 0 || lab_start(&lab, &want, &err) < 0
		     ? cmd_fail(&err)
		     : wait_up(&lab);
	lab_close(&lab);
	return status;
}

const struct verb up_verb = {
	.name = "up",
	.brief = "build a lab and leave it running",
	.run = up_run,
	.arguments = "FILE [--out DIR] [--capture] [--dry-run] [--fault NAME]",
	.about =
	    "Builds the lab that FILE (or FILE/topology.yaml) describes, starts its programs and\n"
	    "leaves it running until \"cwmplab down\".\n",
	.rows = rows,
	.suffixes = ".yaml .yml",
	.min_words = 1,
	.max_words = 1,
};
