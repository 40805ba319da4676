#include "lab/verbs/cmds.h"

#include "lab/graph/graph.h"
#include "lab/run/topology_file.h"
#include "lab/run/topology_notes.h"
#include "lab/term/cmd.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/conf/conf.h"
#include "lib/program/say.h"

#include <stdio.h>

int validate_fail(const char *path, const struct conf_mistakes *mistakes,
    const struct error *err)
{
	if (err->code != ERR_CONFIG)
		return cmd_fail(err);
	for (size_t i = 0; i < mistakes->len; i++) {
		say_text(stderr, str_of(mistakes->items[i].text));
		say(stderr, "\n");
	}
	if (mistakes->left_out > 0)
		say(stderr, "%s: and %zu more mistakes\n", path, mistakes->left_out);
	return EXIT_USAGE;
}

static int load(const char *path, const char *fault, struct topology **ret)
{
	struct conf_mistakes mistakes = { .len = 0 };
	struct error err = ERROR_NULL;
	int status;

	if (topology_file_load_with(path, fault, &mistakes, ret, &err) == 0)
		return EXIT_OK;
	status = validate_fail(path, &mistakes, &err);
	conf_mistakes_free(&mistakes);
	return status;
}

/* Each is another file, which has mistakes of its own. */
static int validate_faults(const char *path, const struct topology *topology)
{
	const struct topology_fault *faults = topology->faults.items;
	int status = EXIT_OK;

	for (size_t i = 0; i < topology->faults.len; i++) {
		struct topology *changed = NULL;
		int one = load(path, faults[i].name, &changed);

		if (one == EXIT_OK)
			say(stdout, "ok  %s with its fault %s: %s\n", topology->name,
			    faults[i].name, faults[i].about);
		topology_free(changed);
		status = MAX(status, one);
	}
	return status;
}

static int validate(const char *path)
{
	struct topology *topology = NULL;
	auto_buf out = BUF_NULL, notes = BUF_NULL;
	int status = load(path, NULL, &topology);

	if (status != EXIT_OK)
		return status;
	graph_summary(&out, topology);
	(void)topology_notes(topology, &notes);
	say_text(stdout, buf_str(&notes));
	say(stdout, "ok  %s: %s\n", topology->name, buf_cstr(&out));
	status = validate_faults(path, topology);
	topology_free(topology);
	return status;
}

static int validate_run(const struct verb *verb, int argc, char **argv)
{
	struct option_reader options;
	const char *value;
	int status = EXIT_OK;

	options_begin(&options, verb, argc, argv);
	(void)options_next(&options, &value);
	if (options.status >= 0)
		return options.status;
	for (size_t i = 0; i < options.n_words; i++) {
		int one = validate(options.words[i]);

		status = MAX(status, one);
	}
	return status;
}

const struct verb validate_verb = {
	.name = "validate",
	.brief = "check a topology; build nothing",
	.run = validate_run,
	.arguments = "FILE...",
	.about =
	    "Reads each topology (or FILE/topology.yaml) and checks all that needs no kernel:\n"
	    "keys, units, names, addresses, ports, loops, files beside it. Nothing is built.\n"
	    "Tells every mistake, 20 of a file at most, in the order of the file; and notes of\n"
	    "what is none, but will not do what it looks like: a pool of addresses, or of a model,\n"
	    "that is smaller than its CPEs, an ACS that no DNS knows, a name in a policy that a\n"
	    "device model has not. The file is read with each of its faults, too.\n",
	.notes =
	    "exit status: 0 all are sound; 2 one is not, and where; \"cwmplab schema topology\"\n"
	    "lists the keys\n",
	.suffixes = ".yaml .yml",
	.min_words = 1,
	.max_words = WORDS_ANY,
};
