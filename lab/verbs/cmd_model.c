/* model: device models as data. What each action does stands in model_*.c beside it. */
#include "lab/verbs/cmd_model.h"
#include "lab/verbs/cmds.h"

#include "lab/model/import.h"
#include "lab/term/cmd.h"
#include "lib/conf/conf.h"
#include "lib/program/say.h"

static const struct option_row rows[] = {
	OPTION('o', "output", "PATH", "instead of standard output"),
	OPTION_HEADED("of import:", "from", "csv|capture|xml",
	    "what FILE is, where it is not recognised"),
	OPTION(0, "name", "NAME", "of the model, instead of that of the file"),
	OPTION(0, "keep-secrets", NULL, "keep values of passwords and keys"),
	OPTION(0, "serial", "SERIAL", "of a capture, the device of that serial number"),
	OPTION(0, "keylog", "KEYS", "of a capture, the secrets of its TLS"),
	OPTION(0, "subtree", "OBJECT",
	    "of XML, this object or parameter and all below"),
	OPTION(0, "root", "ROOT", "of XML of a service, where it is [Device]"),
	OPTION_HEADED("of import and check:", "profile", "NAME",
	    "of XML, what this profile demands"),
	OPTION_HEADED("of export:", "to", "csv|yaml", "the format [csv]"),
	OPTION_HEADED("of check:", "against", "PATH",
	    "XML of a data model, or a folder of it [$CWMPLAB_BBF]"),
	OPTION(0, "json", NULL, "as JSON"),
	{ NULL },
};

static const struct action {
	const char *name;
	int (*run)(const struct model_options *options);
} actions[] = {
	{ "import", model_import },
	{ "export", model_export },
	{ "check", model_check },
};

/* The place of an option in its struct; null: it is none of text. */
static const char **text_of(struct model_options *options, const char *name)
{
	const struct {
		const char *name;
		const char **at;
	} texts[] = {
		{ "output", &options->output },
		{ "from", &options->from },
		{ "name", &options->name },
		{ "serial", &options->serial },
		{ "keylog", &options->keylog },
		{ "root", &options->root },
		{ "to", &options->to },
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (strcmp(name, texts[i].name) == 0)
			return texts[i].at;
	}
	return NULL;
}

static int add(struct model_texts *texts, const char *name, const char *value)
{
	if (texts->len == MODEL_TEXTS_MAX) {
		say(stderr, "cwmplab: more than %d times --%s\n", MODEL_TEXTS_MAX,
		    name);
		return EXIT_USAGE;
	}
	texts->items[texts->len++] = value;
	return EXIT_OK;
}

static int take(struct model_options *options, const char *name, const char *value)
{
	const char **text = text_of(options, name);

	if (text)
		*text = value;
	else if (strcmp(name, "profile") == 0)
		return add(&options->profiles, name, value);
	else if (strcmp(name, "subtree") == 0)
		return add(&options->subtrees, name, value);
	else if (strcmp(name, "against") == 0)
		return add(&options->against, name, value);
	else if (strcmp(name, "keep-secrets") == 0)
		options->keeps_secrets = true;
	else if (strcmp(name, "json") == 0)
		options->as_json = true;
	return EXIT_OK;
}

static int fail_action(const char *word)
{
	const char *names[ARRAY_LEN(actions)];
	struct error err = ERROR_NULL;
	size_t ignored;

	for (size_t i = 0; i < ARRAY_LEN(actions); i++)
		names[i] = actions[i].name;
	(void)option_choose(word, "action of model", names, ARRAY_LEN(actions),
	    &ignored, &err);
	say(stderr, "cwmplab: %s\n", err.text);
	return EXIT_USAGE;
}

static int model_run(const struct verb *verb, int argc, char **argv)
{
	struct option_reader reader;
	const struct option_row *row;
	struct model_options options = { .to = "csv", .root = "Device" };
	const char *value;
	int status = EXIT_OK;

	options_begin(&reader, verb, argc, argv);
	while ((row = options_next(&reader, &value)) && status == EXIT_OK)
		status = take(&options, row->name, value);
	if (status != EXIT_OK)
		return status;
	if (reader.status >= 0)
		return reader.status;
	options.files = (const char *const *)reader.words + 1;
	options.n_files = reader.n_words - 1;
	for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
		if (strcmp(reader.words[0], actions[i].name) == 0)
			return actions[i].run(&options);
	}
	return fail_action(reader.words[0]);
}

const struct verb model_verb = {
	.name = "model",
	.brief = "make, check and export device models",
	.run = model_run,
	.arguments = "import|export|check FILE... [OPTION...]",
	.about =
	    "import makes a model of what FILE says of a device: a CSV export of GenieACS (of 5\n"
	    "columns, or of 8 and more), a capture or pasted text with answers to\n"
	    "GetParameterNames and GetParameterValues, or XML data models of the Broadband Forum,\n"
	    "of which --profile and --subtree choose. Instances become templates with {i} and\n"
	    "values; values of passwords are dropped unless --keep-secrets is given.\n"
	    "\n"
	    "export writes all leaves of a model after a factory reset as CSV, or its file laid\n"
	    "out anew. check holds a model against XML data models and tells each deviation:\n"
	    "names, types, access, ranges, values, Informs, notification, tables, profiles.\n"
	    "Names of vendors (X_...) are not judged.\n",
	.notes =
	    "A model is written whole or not at all. Mistakes of a file are told all at once.\n"
	    "exit status: 0 it is done, and check found no deviation; 1 check found one; 2 a file\n"
	    "is wrong, or bad usage; 3 the disk is full\n",
	.rows = rows,
	.suffixes = ".csv .yaml .xml .pcap .pcapng",
	.min_words = 2,
	.max_words = 1 + IMPORT_FILES_MAX,
};
