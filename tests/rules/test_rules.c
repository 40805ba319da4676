/* The table of rules: each script here is run, its capture judged, and what the judge found
 * compared with what the script announces (README.md). In one process, without files.
 *
 *	test_rules [ID...]      scripts, of all rules or of those whose ids begin so
 *	test_rules --complete   each rule has its scripts, each script its rule
 *	test_rules --cut [ID...] a keeping capture keeps with any part of it alone
 *	test_rules --ways       the ways to break a definition, each by its script (ways.txt)
 */
#include "capture/facts/rule.h"
#include "tests/rules/trial.h"
#include "tests/rules/ways.h"

#include <dirent.h>
#include <limits.h>

/* The folder's other files are the test's own. */
static int is_script(const struct dirent *entry)
{
	static const char *const others[] = { ".c", ".h", ".md", ".txt" };
	struct str name = str_of(entry->d_name);

	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		if (str_ends(name, str_of(others[i])))
			return 0;
	}
	return str_find_char(name, '.') < name.len && name.p[0] != '.';
}

static bool is_chosen(const char *name, char **ids, int n)
{
	for (int i = 0; i < n; i++) {
		if (str_starts(str_of(name), str_of(ids[i])))
			return true;
	}
	return n == 0;
}

static bool has_name(struct dirent **entries, int n, struct str name)
{
	for (int i = 0; i < n; i++) {
		if (str_is(name, entries[i]->d_name))
			return true;
	}
	return false;
}

static bool has_script(struct dirent **entries, int n, const char *id, const char *kind)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%s.%s", id, kind);
	return has_name(entries, n, str_of(name));
}

/* A row that a reader of the catalogue can use. */
static unsigned check_row(const struct rule *rule)
{
	bool is_sound = rule_find(rule->id) == rule && rule->basis && rule->text &&
			rule->example && rule->check &&
			str_ends(str_of(rule->text), STR(".")) &&
			(rule->scope == WHOLE_MESSAGE) == (rule->on != 0);

	if (!is_sound)
		printf("%s: its id is not its own, or its row lacks something\n",
		    rule->id);
	return !is_sound;
}

/* The cell of a row of README.md's table of bounds, without its quotes. */
static struct str next_cell(struct str *row)
{
	struct str cell = str_trim(str_cut(*row, '|', row));

	return cell.len > 1 && cell.p[0] == '`' ? str_make(cell.p + 1, cell.len - 2)
						: cell;
}

/* "| ID | number | source | keep | break |": a rule and its scripts; a script that cannot
 * be is "-". */
static unsigned check_bound(struct dirent **entries, int n, struct str row)
{
	unsigned failures = 0;
	struct str id = next_cell(&row);
	char name[16];

	(void)snprintf(name, sizeof(name), "%.*s", STR_ARG(id));
	if (!rule_find(name)) {
		printf("README.md: no rule \"%s\"\n", name);
		return 1;
	}
	(void)next_cell(&row);
	(void)next_cell(&row);
	for (int i = 0; i < 2; i++) {
		struct str script = next_cell(&row);

		if (str_is(script, "-") ||
		    (str_starts(script, id) && has_name(entries, n, script)))
			continue;
		printf("README.md: %s has no script \"%.*s\"\n", name, STR_ARG(script));
		failures++;
	}
	return failures;
}

/* Whether the table of bounds names the script. */
static bool is_in_table(struct str table, const char *name)
{
	auto_buf cell = BUF_NULL;

	buf_printf(&cell, "`%s`", name);
	return str_find(table, buf_str(&cell), NULL);
}

/* The table of README.md between "## Bounds" and the next heading: each script that it
 * names exists, and each script that stands on a bound is named. */
static unsigned check_bounds(struct dirent **entries, int n, const char *folder)
{
	static const char heading[] = "\n## Bounds\n", row_start[] = "\n|---";
	auto_buf text = BUF_NULL, path = BUF_NULL;
	struct error err = ERROR_NULL;
	struct str table, rest;
	unsigned failures = 0, n_rows = 0;
	size_t at;

	buf_printf(&path, "%s/README.md", folder);
	if (script_load(&text, buf_cstr(&path), &err) < 0 ||
	    !str_find(buf_str(&text), str_of(heading), &at)) {
		printf("README.md: no \"## Bounds\" %s\n", err.text);
		return 1;
	}
	table = str_from(buf_str(&text), at + sizeof(heading) - 1);
	if (str_find(table, STR("\n## "), &at))
		table.len = at;
	rest =
	    str_find(table, str_of(row_start), &at) ? str_from(table, at + 1) : STR("");
	(void)str_cut(rest, '\n', &rest);
	while (str_starts(rest, STR("| "))) {
		struct str row = str_from(str_cut(rest, '\n', &rest), 1);

		failures += check_bound(entries, n, row);
		n_rows++;
	}
	for (int i = 0; i < n; i++) {
		if (!trial_is_on_bound(entries[i]->d_name) ||
		    is_in_table(table, entries[i]->d_name))
			continue;
		printf("README.md: its table does not name %s\n", entries[i]->d_name);
		failures++;
	}
	if (n_rows == 0)
		printf("README.md: the table of bounds is empty\n");
	return failures + (n_rows == 0);
}

static unsigned check_complete(struct dirent **entries, int n)
{
	unsigned failures = 0;

	for (size_t i = 0; i < rules_count(); i++) {
		const char *id = rule_at(i)->id;

		failures += check_row(rule_at(i));
		if (!has_script(entries, n, id, "break") ||
		    !has_script(entries, n, id, "keep")) {
			printf("%s: no script that breaks it, or none that keeps it\n",
			    id);
			failures++;
		}
	}
	for (int i = 0; i < n; i++) {
		struct trial t = { .failures = 0 };

		if (!trial_name(&t, entries[i]->d_name) || !rule_find(t.id)) {
			printf("%s: of no rule\n", t.name);
			failures++;
		}
	}
	return failures;
}

int main(int argc, char **argv)
{
	bool is_complete = argc == 2 && strcmp(argv[1], "--complete") == 0;
	bool is_cut = argc > 1 && strcmp(argv[1], "--cut") == 0;
	bool is_ways = argc == 2 && strcmp(argv[1], "--ways") == 0;
	int n_options = is_complete || is_cut;
	const char *source = getenv("CWMPLAB_SOURCE");
	struct dirent **entries;
	unsigned failures = 0, n_run = 0;
	char folder[PATH_MAX];
	int n;

	(void)snprintf(folder, sizeof(folder), "%s/tests/rules", source ? source : ".");
	if (is_ways)
		return ways_check(folder) > 0;
	n = scandir(folder, &entries, is_script, alphasort);
	if (n <= 0) {
		printf("%s: no scripts\n", folder);
		return 1;
	}
	if (is_complete)
		failures =
		    check_complete(entries, n) + check_bounds(entries, n, folder);
	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;

		if (!is_complete &&
		    is_chosen(name, argv + 1 + n_options, argc - 1 - n_options)) {
			failures +=
			    is_cut ? trial_cut(folder, name) : trial_run(folder, name);
			n_run++;
		}
		free(entries[i]);
	}
	free(entries);
	printf("%u scripts run, %zu rules, %u failures\n", n_run, rules_count(),
	    failures);
	return failures > 0 || (n_run == 0 && !is_complete);
}
