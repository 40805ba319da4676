/* stop, start: the program of a node of a lab that is up. */
#include "lab/verbs/cmds.h"

#include "lab/channel/labsock.h"
#include "lab/play/place.h"
#include "lab/supervisor/supervisor.h"
#include "lab/term/cmd.h"
#include "lib/base/clock.h"
#include "lib/program/say.h"

#include <jansson.h>
#include <poll.h>
#include <string.h>

enum {
	LOOK_MS = 30 /* between looks at what becomes of it */
};

/* What the lab says of the program: "waits" until its stage begins, "starts", "serves", "is stopped",
 * "has ended". */
static int look(const struct place *place, char *state, size_t size, struct error *err)
{
	json_t *node;
	int r = place_node(place, place->node, &node, err);
	const char *text;

	if (r < 0)
		return r;
	text = json_string_value(json_object_get(node, "program"));
	(void)snprintf(state, size, "%s", text ? text : "");
	json_decref(node);
	return 0;
}

/* Until it is as one of the two says; 0, or ERR_MACHINE when it does not become so. */
static int wait_for(const struct place *place, const char *one, const char *other,
    int seconds, char *state, size_t size, struct error *err)
{
	clock_ns end = clock_monotonic() + seconds * NS_PER_S;
	int r = look(place, state, size, err);

	while (r == 0 && strcmp(state, one) != 0 && strcmp(state, other) != 0) {
		if (clock_monotonic() > end)
			return error_set(err, ERR_MACHINE, "%s %s still after %d s",
			    place->node, state, seconds);
		(void)poll(NULL, 0, LOOK_MS);
		r = look(place, state, size, err);
	}
	return r;
}

static int stop(const struct place *place, bool is_now, struct error *err)
{
	json_t *answer;
	char state[32];
	int r = labsock_ask(place->fd, is_now ? "kill-node" : "stop-node", place->node,
	    &answer, NULL, err);

	if (r < 0)
		return r;
	json_decref(answer);
	r = wait_for(place, "is stopped", "has ended", SUPERVISOR_STOP_S, state,
	    sizeof(state), err);
	if (r == ERR_MACHINE && !is_now)
		return error_set(err, r,
		    "%s does not end: \"cwmplab stop %s %s --now\" kills it",
		    place->node, place->lab, place->node);
	if (r == 0)
		say(stdout, "%s %s\n", place->node, state);
	return r;
}

static int start(const struct place *place, struct error *err)
{
	json_t *answer;
	char state[32];
	int r = labsock_ask(place->fd, "start-node", place->node, &answer, NULL, err);

	if (r < 0)
		return r;
	json_decref(answer);
	r = wait_for(place, "serves", "has ended", SUPERVISOR_START_S, state,
	    sizeof(state), err);
	if (r == 0 && strcmp(state, "serves") != 0)
		return error_set(err, ERR_MACHINE,
		    "%s has ended at once: \"cwmplab logs %s %s\" says why",
		    place->node, place->lab, place->node);
	if (r == 0)
		say(stdout, "%s %s\n", place->node, state);
	return r;
}

static const struct option_row stop_rows[] = {
	OPTION(0, "now", NULL, "kill it (SIGKILL) instead of asking it to end"),
	{ NULL },
};

static int stop_or_start_run(const struct verb *verb, int argc, char **argv)
{
	struct option_reader options;
	struct place place = { .fd = -1 };
	struct error err = ERROR_NULL;
	const char *value;
	bool is_now = false;
	int r;

	options_begin(&options, verb, argc, argv);
	while (options_next(&options, &value))
		is_now = true;
	if (options.status >= 0)
		return options.status;
	r = place_open(&place, options.words[0], options.words[1], &err);
	if (r == 0)
		r = verb == &stop_verb ? stop(&place, is_now, &err)
				       : start(&place, &err);
	place_close(&place);
	return r < 0 ? cmd_fail(&err) : EXIT_OK;
}

const struct verb stop_verb = {
	.name = "stop",
	.brief = "stop the program of a node",
	.run = stop_or_start_run,
	.arguments = "LAB NODE [--now]",
	.about =
	    "Stops the program of a node, whose network stays, and waits for its end. All CPEs of a\n"
	    "node are one program (\"cwmplab cpe LAB cpe-1 power off\" switches off one). \"cwmplab\n"
	    "down\" ends a whole lab.\n",
	.rows = stop_rows,
	.min_words = 2,
	.max_words = 2,
};

const struct verb start_verb = {
	.name = "start",
	.brief = "start the program of a node again",
	.run = stop_or_start_run,
	.arguments = "LAB NODE",
	.about =
	    "Starts the program of a node that was stopped or has ended, and waits until it serves. An\n"
	    "ACS knows its devices and queued RPCs again, CPEs what was set; CPEs boot.\n",
	.min_words = 2,
	.max_words = 2,
};
