/* The table of rules: each script here is run, its capture judged, and what the judge found
 * compared with what the script announces (README.md). In one process, without files.
 *
 *	test_rules [ID...]      scripts, of all rules or of those whose ids begin so
 *	test_rules --complete   each rule has its scripts, each script its rule
 *	test_rules --cut [ID...] a keeping capture keeps with any part of it alone
 */
#include "capture/rules/rule.h"
#include "tests/rules/trial.h"

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

static bool has_script(struct dirent **entries, int n, const char *id, const char *kind)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%s.%s", id, kind);
	for (int i = 0; i < n; i++) {
		if (strcmp(entries[i]->d_name, name) == 0)
			return true;
	}
	return false;
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
	int n_options = is_complete || is_cut;
	const char *source = getenv("CWMPLAB_SOURCE");
	struct dirent **entries;
	unsigned failures = 0, n_run = 0;
	char folder[PATH_MAX];
	int n;

	(void)snprintf(folder, sizeof(folder), "%s/tests/rules", source ? source : ".");
	n = scandir(folder, &entries, is_script, alphasort);
	if (n <= 0) {
		printf("%s: no scripts\n", folder);
		return 1;
	}
	if (is_complete)
		failures = check_complete(entries, n);
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
