/* cpe LAB NODE: what people do to a CPE of a lab that is up. By hand it is an agent's verb. */
#include "lab/verbs/cmds.h"

#include "lab/channel/labsock.h"
#include "lab/channel/pages.h"
#include "lab/play/cpe_table.h"
#include "lab/play/place.h"
#include "lab/term/cmd.h"
#include "lib/base/json.h"
#include "lib/conf/conf.h"
#include "lib/program/say.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

enum what_it_takes {
	TAKES_NOTHING,
	TAKES_EVENT,
	TAKES_VALUES
};

static const struct deed {
	const char *words[2]; /* as typed; the second may be null */
	const char *name;     /* as the agent takes it */
	enum what_it_takes takes;
} deeds[] = {
	{ { "look", NULL }, "look", TAKES_NOTHING },
	{ { "boot", NULL }, "boot", TAKES_NOTHING },
	{ { "inform", NULL }, "inform", TAKES_EVENT },
	{ { "value", NULL }, "value", TAKES_VALUES },
	{ { "factory-reset", NULL }, "factory-reset", TAKES_NOTHING },
	{ { "power", "on" }, "power-on", TAKES_NOTHING },
	{ { "power", "off" }, "power-off", TAKES_NOTHING },
};

static const char known[] =
    "boot, inform, value, factory-reset, power on, power off, look";

/* The deed that the words begin with; *ret_n is how many of them name it. */
static const struct deed *find_deed(char *const *words, size_t n, size_t *ret_n,
    struct error *err)
{
	const char *names[ARRAY_LEN(deeds)];
	char hint[96];

	for (size_t i = 0; i < ARRAY_LEN(deeds); i++) {
		const struct deed *deed = &deeds[i];

		names[i] = deed->words[0];
		if (n == 0 || strcmp(words[0], deed->words[0]) != 0)
			continue;
		if (deed->words[1] && (n < 2 || strcmp(words[1], deed->words[1]) != 0))
			continue;
		*ret_n = deed->words[1] ? 2 : 1;
		return deed;
	}
	if (n > 0 && strcmp(words[0], "power") == 0)
		(void)error_set(err, ERR_USAGE, "power wants \"on\" or \"off\"");
	else if (conf_suggest(str_of(words[0]), names, ARRAY_LEN(names), hint,
		     sizeof(hint)))
		(void)error_set(err, ERR_USAGE,
		    "nothing named \"%s\" can be done to a CPE: %s", words[0], hint);
	else
		(void)error_set(err, ERR_USAGE,
		    "nothing named \"%s\" can be done to a CPE; what can: %s", words[0],
		    known);
	return NULL;
}

static int put_values(struct json *json, char *const *words, size_t n,
    struct error *err)
{
	json_object_begin(json, "values");
	for (size_t i = 0; i < n; i++) {
		struct str value, name = str_cut(str_of(words[i]), '=', &value);
		auto_buf key = BUF_NULL;

		if (!value.p || name.len == 0)
			return error_set(err, ERR_USAGE,
			    "value wants NAME=VALUE, and \"%s\" is none", words[i]);
		buf_append_str(&key, name);
		json_str(json, buf_cstr(&key), value);
	}
	json_object_end(json);
	return 0;
}

static int write_command(const struct deed *deed, const char *node, char *const *words,
    size_t n, struct buf *out, struct error *err)
{
	struct json json = json_writer(out, 0);
	int r = 0;

	json_object_begin(&json, NULL);
	json_text(&json, "cmd", "cpe");
	json_text(&json, "cpe", node);
	json_text(&json, "do", deed->name);
	if (deed->takes == TAKES_EVENT && n == 1)
		json_text(&json, "event", words[0]);
	else if (deed->takes == TAKES_VALUES && n > 0)
		r = put_values(&json, words, n, err);
	else if (deed->takes == TAKES_VALUES)
		r = error_set(err, ERR_USAGE, "value wants NAME=VALUE");
	else if (n > 0)
		r = error_set(err, ERR_USAGE, "%s takes no \"%s\"", deed->words[0],
		    words[n - 1]);
	json_object_end(&json);
	return r < 0 ? r : out->error;
}

static int play(const char *lab, const char *node, const char *command, bool as_json,
    struct error *err)
{
	struct place place;
	struct cpe_table table;
	struct page_printer printer = { .out = stdout };
	int r = place_open(&place, lab, node, err);

	if (r == 0)
		r = place_check_kind(&place, "cpe", err);
	cpe_table_begin(&table);
	if (r == 0)
		r = labsock_ask_agent(place.fd, node, command,
		    as_json ? page_print_any : cpe_table_page,
		    as_json ? (void *)&printer : (void *)&table, err);
	if (printer.has_begun)
		page_print_end(&printer);
	cpe_table_end(&table, r == 0 && !as_json);
	place_close(&place);
	return r;
}

static const struct option_row rows[] = {
	OPTION(0, "json", NULL, "as JSON"),
	{ NULL },
};

static int cpe_run(const struct verb *verb, int argc, char **argv)
{
	static char look[] = "look";
	char *nothing[] = { look };
	struct option_reader options;
	struct error err = ERROR_NULL;
	auto_buf command = BUF_NULL;
	const struct deed *deed;
	const char *value;
	bool as_json = false;
	char **words;
	size_t n, n_named = 0;

	options_begin(&options, verb, argc, argv);
	while (options_next(&options, &value))
		as_json = true;
	if (options.status >= 0)
		return options.status;
	words = options.n_words > 2 ? options.words + 2 : nothing;
	n = options.n_words > 2 ? options.n_words - 2 : 1;
	deed = find_deed(words, n, &n_named, &err);
	if (!deed ||
	    write_command(deed, options.words[1], words + n_named, n - n_named,
		&command, &err) < 0 ||
	    play(options.words[0], options.words[1], buf_cstr(&command), as_json,
		&err) < 0)
		return cmd_fail(&err);
	return EXIT_OK;
}

const struct verb cpe_lab_verb = {
	.name = "cpe",
	.brief = "do something to a CPE of a lab",
	.run = cpe_run,
	.arguments = "LAB NODE boot|inform|value|factory-reset|power|look [--json]\n"
		     "LAB NODE inform [EVENT]\n"
		     "LAB NODE value NAME=VALUE...\n"
		     "LAB NODE power on|off",
	.about =
	    "Does something to a CPE of a lab that is up, or to all CPEs of a node (\"cpe\" stands for\n"
	    "cpe-1, cpe-2...), and shows what state it is in then: boot pulls its plug and puts it in\n"
	    "again, inform has it tell its ACS (2 PERIODIC, or the event), value changes a value from\n"
	    "inside, as what it measures does, factory-reset forgets what was set.\n",
	.rows = rows,
	.min_words = 2,
	.max_words = WORDS_ANY,
};
