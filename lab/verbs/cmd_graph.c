#include "lab/verbs/cmds.h"

#include "lab/graph/graph.h"
#include "lab/run/topology_file.h"
#include "lab/term/cmd.h"
#include "lib/base/buf.h"
#include "lib/program/say.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

static int draw_text(struct buf *out, const struct topology *topology)
{
	bool is_utf8;

	(void)setlocale(LC_CTYPE, "");
	is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	buf_printf(out, "%s  ", topology->name);
	graph_summary(out, topology);
	buf_append_text(out, "\n\n");
	graph_text(out, topology, is_utf8);
	return out->error;
}

static int draw_dot(struct buf *out, const struct topology *topology)
{
	graph_dot(out, topology);
	return out->error;
}

static const struct format {
	const char *name;
	int (*draw)(struct buf *out, const struct topology *topology);
} formats[] = {
	{ "text", draw_text },
	{ "dot", draw_dot },
	{ "svg", graph_svg },
};

static const struct format *find_format(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		if (strcmp(name, formats[i].name) == 0)
			return &formats[i];
	}
	say(stderr, "cwmplab: no format is named \"%s\": text, dot or svg\n", name);
	return NULL;
}

static int graph(const char *path, const char *fault, const struct format *format)
{
	struct error err = ERROR_NULL;
	struct topology *topology = NULL;
	auto_buf out = BUF_NULL;
	int r = topology_file_load_with(path, fault, NULL, &topology, &err);

	if (r < 0)
		return cmd_fail(&err);
	r = format->draw(&out, topology);
	topology_free(topology);
	if (r < 0) {
		say(stderr, "cwmplab: %s\n", error_name(r));
		return EXIT_MACHINE;
	}
	return cmd_print(&out, EXIT_OK);
}

enum {
	ROW_FORMAT,
	ROW_FAULT
};

static const struct option_row rows[] = {
	[ROW_FORMAT] = OPTION('f', "format", "text|dot|svg",
	    "as a tree, for graphviz, as a picture"),
	[ROW_FAULT] = OPTION(0, "fault", "NAME",
	    "with what goes wrong on purpose: an entry of \"faults\" in FILE"),
	{ NULL },
};

static int graph_run(const struct verb *verb, int argc, char **argv)
{
	struct option_reader options;
	const struct format *format = &formats[0];
	const char *value, *fault = NULL;
	const struct option_row *row;

	options_begin(&options, verb, argc, argv);
	while ((row = options_next(&options, &value))) {
		if (row == &rows[ROW_FAULT]) {
			fault = value;
			continue;
		}
		format = find_format(value);
		if (!format)
			return EXIT_USAGE;
	}
	return options.status >= 0 ? options.status
				   : graph(options.words[0], fault, format);
}

const struct verb graph_verb = {
	.name = "graph",
	.brief = "draw a topology",
	.run = graph_run,
	.arguments = "FILE [--format text|dot|svg] [--fault NAME]",
	.about =
	    "Draws the topology on standard output: as a tree, for graphviz, or as a picture.\n",
	.rows = rows,
	.suffixes = ".yaml .yml",
	.min_words = 1,
	.max_words = 1,
};
