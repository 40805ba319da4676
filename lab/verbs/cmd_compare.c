/* compare: two results of load beside each other. */
#include "lab/verbs/cmds.h"

#include "lab/term/cmd.h"
#include "lib/base/buf.h"
#include "lib/load/report/compare.h"
#include "lib/load/report/result.h"
#include "lib/program/say.h"

#include <string.h>

enum {
	ROW_JSON,
	N_ROWS
};

static const struct option_row rows[N_ROWS + 1] = {
	[ROW_JSON] = OPTION(0, "json", NULL, "print JSON"),
};

struct side {
	struct conf_doc *doc; /* owned */
	struct load_result result;
};

static int load_side(struct side *side, const char *path, struct error *err)
{
	int r = conf_load(path, &side->doc, err);

	return r < 0 ? r : result_read(&side->result, side->doc, err);
}

static int show(const struct side *a, const struct side *b, char **words, bool is_json)
{
	const struct compare compare = compare_make(&a->result, &b->result);
	const struct screen screen = screen_detect();
	auto_buf text = BUF_NULL;

	if (is_json)
		compare_put_json(&text, &compare, words[0], words[1]);
	else
		compare_put_text(&text, &compare, words[0], words[1], &screen);
	return cmd_print(&text, EXIT_OK);
}

static int run(const struct verb *verb, int argc, char **argv)
{
	struct side a = { .doc = NULL }, b = { .doc = NULL };
	struct option_reader reader;
	struct error err = ERROR_NULL;
	const char *value;
	bool is_json = false;
	int status;

	options_begin(&reader, verb, argc, argv);
	while (options_next(&reader, &value))
		is_json = true;
	if (reader.status >= 0)
		return reader.status;
	if (load_side(&a, reader.words[0], &err) < 0 ||
	    load_side(&b, reader.words[1], &err) < 0)
		status = cmd_fail(&err);
	else
		status = show(&a, &b, reader.words, is_json);
	conf_free(a.doc);
	conf_free(b.doc);
	return status;
}

const struct verb compare_verb = {
	.name = "compare",
	.brief = "two results of load beside each other",
	.run = run,
	.arguments = "FILE FILE [--json]",
	.about =
	    "Reads what \"load --json\" wrote twice, and says what differs. Where both "
	    "were\nrepeated (--repeat), each number has its interval of confidence, and "
	    "only what lies\noutside of it is called better or worse.\n",
	.rows = rows,
	.min_words = 2,
	.max_words = 2,
	.suffixes = ".json",
};
