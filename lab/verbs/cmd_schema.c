#include "lab/verbs/cmds.h"

#include "agents/acs/config.h"
#include "agents/acs/policy/policy.h"
#include "agents/cpe/device/config.h"
#include "agents/cpe/load/load_agent.h"
#include "agents/cpe/model/model.h"
#include "agents/dhcp/config.h"
#include "agents/link/link_conf.h"
#include "agents/record/record_conf.h"
#include "agents/relay/relay_conf.h"
#include "agents/router/router_conf.h"
#include "agents/snoop/snoop_conf.h"
#include "lab/lesson/class_file.h"
#include "lab/lesson/lesson.h"
#include "lab/term/cmd.h"
#include "lab/topology/topology.h"
#include "lib/base/buf.h"
#include "lib/load/load_file.h"
#include "lib/program/say.h"
#include "lib/sequence/sequence.h"

#include <stdio.h>
#include <string.h>

/* A kind of file that people write, and who knows its keys: rows, or functions for what
 * rows alone cannot say. */
#define KIND_MAP(XX)                                                                   \
	XX("topology", NULL, topology_schema, topology_man, "a lab: nodes and links")  \
	XX("policy", policy_rows, NULL, NULL, "what an ACS does on which event")       \
	XX("sequence", sequence_rows, NULL, NULL,                                      \
	    "the steps that must be seen on the wire")                                 \
	XX("model", NULL, model_schema, model_man,                                     \
	    "a kind of CPE: parameters, types, access")                                \
	XX("load", load_file_rows, NULL, NULL, "a load test")                          \
	XX("lesson", lesson_rows, NULL, NULL, "lesson.yaml: what a lesson wants")      \
	XX("class", class_rows, NULL, NULL, "who takes lessons, and their secret")     \
	XX("acs", acs_config_rows, NULL, NULL, "configuration of \"cwmplab acs\"")     \
	XX("cpe", cpe_config_rows, NULL, NULL, "configuration of \"cwmplab cpe\"")     \
	XX("dhcpd", dhcpd_rows, NULL, NULL, "configuration of \"cwmplab dhcpd\"")      \
	XX("relay", relay_conf_rows, NULL, NULL, "configuration of \"cwmplab relay\"") \
	XX("record", record_conf_rows, NULL, NULL,                                     \
	    "configuration of \"cwmplab record\"")                                     \
	XX("linkd", linkd_conf_rows, NULL, NULL, "configuration of \"cwmplab linkd\"") \
	XX("routerd", router_conf_rows, NULL, NULL,                                    \
	    "configuration of \"cwmplab routerd\"")                                    \
	XX("snoopd", snoop_conf_rows, NULL, NULL,                                      \
	    "configuration of \"cwmplab snoopd\"")                                     \
	XX("loadd", load_agent_rows, NULL, NULL, "configuration of \"cwmplab loadd\"")

static const struct kind {
	const char *name;
	const struct conf_row *rows;
	void (*print)(struct buf *out);     /* JSON Schema, where rows is null */
	void (*print_man)(struct buf *out); /* the same as a manual page; may be null */
	const char *help;
} kinds[] = {
#define XX(name, rows, print, print_man, help) { name, rows, print, print_man, help },
	KIND_MAP(XX)
#undef XX
};

const char *schema_kind(size_t i)
{
	return i < ARRAY_LEN(kinds) ? kinds[i].name : NULL;
}

static int fail_unknown(const char *word)
{
	const char *names[ARRAY_LEN(kinds)];
	char hint[96];

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		names[i] = kinds[i].name;
	if (!conf_suggest(str_of(word), names, ARRAY_LEN(kinds), hint, sizeof(hint)))
		(void)snprintf(hint, sizeof(hint),
		    "\"cwmplab schema --help\" lists them");
	say(stderr, "cwmplab: no kind of file is named \"%s\": %s\n", word, hint);
	return EXIT_USAGE;
}

static const struct kind *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (strcmp(name, kinds[i].name) == 0)
			return &kinds[i];
	}
	return NULL;
}

static int print_man(struct buf *out, const struct kind *kind)
{
	if (!kind->rows && !kind->print_man) {
		say(stderr, "cwmplab: \"%s\" has no manual page, only a schema\n",
		    kind->name);
		return EXIT_USAGE;
	}
	buf_printf(out,
	    ".TH CWMPLAB\\-%s 5 \"\" \"cwmplab " CWMPLAB_VERSION "\"\n"
	    ".SH NAME\ncwmplab\\-%s \\- %s\n",
	    kind->name, kind->name, kind->help);
	if (kind->print_man) {
		kind->print_man(out);
	} else {
		buf_append_text(out, ".SH KEYS\n");
		conf_man(out, kind->rows);
	}
	return EXIT_OK;
}

static int print_schema(struct buf *out, const struct kind *kind)
{
	if (kind->rows)
		conf_schema(out, kind->name, kind->rows);
	else
		kind->print(out);
	return EXIT_OK;
}

static const struct option_row rows[] = {
	OPTION(0, "man", NULL, "as a manual page instead"),
	{ NULL },
};

static int schema_run(const struct verb *verb, int argc, char **argv)
{
	struct option_reader options;
	const char *value;
	const struct kind *kind;
	bool is_man = false;
	auto_buf out = BUF_NULL;
	int status;

	options_begin(&options, verb, argc, argv);
	while (options_next(&options, &value))
		is_man = true;
	if (options.status >= 0)
		return options.status;
	kind = find(options.words[0]);
	if (!kind)
		return fail_unknown(options.words[0]);
	status = is_man ? print_man(&out, kind) : print_schema(&out, kind);
	return cmd_print(&out, status);
}

/* "  topology: a lab: nodes and links", a line a kind. */
#define XX(name, rows, print, print_man, help) "  " name ": " help "\n"
static const char kinds_text[] = "kinds:\n" KIND_MAP(XX);
#undef XX

const struct verb schema_verb = {
	.name = "schema",
	.brief = "list the keys of a kind of file",
	.run = schema_run,
	.arguments = "KIND [--man]",
	.about =
	    "Prints the JSON Schema (draft 2020-12) of a kind of file, for editors; with\n"
	    "--man its keys as a manual page: cwmplab schema topology --man | man -l -\n",
	.notes = kinds_text,
	.rows = rows,
	.min_words = 1,
	.max_words = 1,
};
