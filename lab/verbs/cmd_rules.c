#include "lab/verbs/cmds.h"

#include "capture/facts/rule.h"
#include "lab/look/rule_names.h"
#include "lab/term/cmd.h"
#include "lib/base/buf.h"
#include "lib/base/columns.h"
#include "lib/base/json.h"
#include "lib/program/say.h"
#include "lib/program/table.h"

#include <stdio.h>

static void put_json_rule(struct json *json, const struct rule *rule)
{
	json_object_begin(json, NULL);
	json_text(json, "rule", rule->id);
	json_text(json, "who", rule_who_name(rule->who));
	json_text(json, "severity", rule_severity_name(rule->severity));
	json_bool(json, "common", rule->is_common);
	json_text(json, "basis", rule->basis);
	json_text(json, "text", rule->text);
	json_text(json, "example", rule->example);
	json_object_end(json);
}

static void put_json(struct buf *out, const struct rule *const *rules, size_t n)
{
	struct json json = json_writer(out, 1);

	json_array_begin(&json, NULL);
	for (size_t i = 0; i < n; i++)
		put_json_rule(&json, rules[i]);
	json_array_end(&json);
	buf_append_char(out, '\n');
}

static const struct table_column columns[] = {
	{ .heading = "rule" },
	{ .heading = "" },
	{ .heading = "who" },
	{ .heading = "text", .least = 16 },
};

static void put_table(struct buf *out, const struct rule *const *rules, size_t n,
    const struct screen *screen)
{
	struct table table;
	auto_buf hint = BUF_NULL;

	table_begin(&table, out, screen, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < n; i++) {
		table_cell(&table, rules[i]->id);
		table_cell(&table, rule_severity_name(rules[i]->severity));
		table_cell(&table, rule_who_name(rules[i]->who));
		table_cell(&table, rules[i]->text);
	}
	table_end(&table);
	buf_printf(&hint, "%zu rules; \"cwmplab rules RULE\" explains one", n);
	columns_put_lines(out, buf_str(&hint), screen_room(screen), 0, screen->is_utf8);
	buf_append_char(out, '\n');
}

/* A paragraph behind indent blanks, and four more from its second line on. */
static void put_lines(struct buf *out, const char *text, size_t indent,
    const struct screen *screen)
{
	size_t room = screen_room(screen);

	buf_printf(out, "%*s", (int)indent, "");
	columns_put_lines(out, str_of(text), room > 0 ? room - indent - 4 : 0,
	    indent + 4, screen->is_utf8);
	buf_append_char(out, '\n');
}

static void put_explained(struct buf *out, const struct rule *rule,
    const struct screen *screen)
{
	static const char *const whom[] = { "the CPE", "the ACS", "the DHCP server",
		"whoever sends the message" };
	struct str rest = str_of(rule->example);
	auto_buf head = BUF_NULL, basis = BUF_NULL;

	buf_printf(&head, "%s  %s, of %s%s", rule->id,
	    rule_severity_name(rule->severity), whom[rule->who],
	    rule->is_common ? "; the field breaks it often" : "");
	buf_printf(&basis, "basis: %s", rule->basis);
	put_lines(out, buf_cstr(&head), 0, screen);
	put_lines(out, rule->text, 2, screen);
	put_lines(out, buf_cstr(&basis), 2, screen);
	if (rest.len > 0)
		buf_append_text(out, "  for example:\n");
	while (rest.len > 0) {
		struct str line = str_cut(rest, '\n', &rest);
		auto_free char *example = str_dup(line);

		put_lines(out, example ? example : "", 4, screen);
	}
}

static int print(const struct rule *const *rules, size_t n, bool is_list, bool as_json)
{
	const struct screen screen = screen_detect();
	auto_buf out = BUF_NULL;

	if (as_json)
		put_json(&out, rules, n);
	else if (is_list)
		put_table(&out, rules, n, &screen);
	for (size_t i = 0; !as_json && !is_list && i < n; i++) {
		if (i > 0)
			buf_append_char(&out, '\n');
		put_explained(&out, rules[i], &screen);
	}
	return cmd_print(&out, EXIT_OK);
}

static const struct option_row rows[] = {
	OPTION(0, "json", NULL, "as JSON"),
	{ NULL },
};

static int rules_run(const struct verb *verb, int argc, char **argv)
{
	struct option_reader options;
	const char *value;
	const char *names[RULE_NAMES_MAX + 1] = { NULL };
	const struct rule *rules[RULE_NAMES_MAX];
	struct error err = ERROR_NULL;
	bool as_json = false;
	size_t n = 0;
	bool is_list;

	options_begin(&options, verb, argc, argv);
	while (options_next(&options, &value))
		as_json = true;
	if (options.status >= 0)
		return options.status;
	is_list = options.n_words == 0;
	for (size_t i = 0; i < options.n_words; i++) {
		if (rule_names_add(names, options.words[i], &err) < 0) {
			say(stderr, "cwmplab: %s\n", err.text);
			return EXIT_USAGE;
		}
	}
	while (names[n]) {
		rules[n] = rule_find(names[n]);
		n++;
	}
	for (size_t i = 0; is_list && i < rules_count() && n < RULE_NAMES_MAX; i++)
		rules[n++] = rule_at(i);
	return print(rules, n, is_list, as_json);
}

const struct verb rules_verb = {
	.name = "rules",
	.brief = "list the rules that captures are judged by",
	.run = rules_run,
	.arguments = "[--json] [RULE...]",
	.about =
	    "Lists the rules by which \"cwmplab check\" judges a capture, or explains those named:\n"
	    "who is judged, how severe it is, on what paragraph it rests, and an example.\n"
	    "Each message that breaks a rule is a finding, and so is each connection or call\n"
	    "that does, and what never comes.\n",
	.notes = "exit status: 0; 2 there is no rule of that id, or bad usage\n",
	.rows = rows,
	.max_words = WORDS_ANY,
};
