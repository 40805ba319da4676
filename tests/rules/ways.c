#include "tests/rules/ways.h"

#include "capture/facts/rule.h"
#include "tests/rules/trial.h"

#include <dirent.h>

/* The rules whose definitions the table takes apart. */
static const char *const wanted[] = { "DHCP-06", "DHCP-08", "TCP-04", "HTTP-07",
	"AUTH-01", "SOAP-06", "SOAP-07", "SOAP-16", "SES-12", "SES-17", "INF-02",
	"EVT-05", "EVT-06", "RTY-01", "RTY-03", "RTY-04", "CR-06", "RPC-04", "RPC-06",
	"RPC-10", "RPC-12", "RPC-15", "DIA-01", "DIA-02", "DIA-03", "UDP-03",
	"NTF-01" };

enum {
	WAYS_MAX = 512,
	NAME_MAX_LEN = 64,
};

struct ways {
	const char *folder;
	char scripts[WAYS_MAX][NAME_MAX_LEN]; /* that rows name, breaking */
	size_t n_scripts;
	char id[ID_MAX]; /* of the heading above the row */
	unsigned n_rows; /* below it */
	bool has[ARRAY_LEN(wanted)];
	unsigned line, failures;
};

#define WRONG(ways, ...)                               \
	do {                                           \
		printf("ways.txt:%u: ", (ways)->line); \
		printf(__VA_ARGS__);                   \
		printf("\n");                          \
		(ways)->failures++;                    \
	} while (0)

/* Whether "A B C" has the word. */
static bool has_word(struct str words, const char *word)
{
	while (words.len > 0) {
		if (str_is(str_cut(str_trim(words), ' ', &words), word))
			return true;
	}
	return false;
}

/* Every finding must be of the rule, or of one of those that the row names: what cannot be
 * done without breaking them, too. */
static void run_break(struct ways *ways, const char *name, struct str with)
{
	struct trial t = { .name = name, .text = BUF_NULL };
	auto_cleanup(analysis_free) struct analysis *analysis = NULL;
	struct error err = ERROR_NULL;
	auto_buf path = BUF_NULL;
	bool is_broken = false;

	buf_printf(&path, "%s/%s", ways->folder, name);
	if (script_load(&t.text, buf_cstr(&path), &err) < 0 ||
	    trial_judge(&t, true, &analysis, &err) < 0)
		WRONG(ways, "%s", err.text);
	for (size_t i = 0; analysis && i < analysis->n_findings; i++) {
		const struct finding *f = &analysis->findings[i];

		if (strcmp(f->rule, ways->id) == 0)
			is_broken = true;
		else if (f->severity != RULE_NOTE && !has_word(with, f->rule))
			WRONG(ways, "%s breaks %s, too: %s", name, f->rule, f->text);
	}
	if (analysis && !is_broken)
		WRONG(ways, "%s does not break %s", name, ways->id);
	script_map_free(&t.map);
	buf_free(&t.text);
}

/* The name of a script of this rule that breaks or keeps it, in ret. */
static bool read_script(struct ways *ways, struct str cell, bool is_break,
    char ret[NAME_MAX_LEN])
{
	struct trial t = { .name = ret };

	(void)snprintf(ret, NAME_MAX_LEN, "%.*s", STR_ARG(cell));
	if (trial_name(&t, ret) && t.is_break == is_break &&
	    strcmp(t.id, ways->id) == 0)
		return true;
	WRONG(ways, "\"%s\" is no script that %s %s", ret,
	    is_break ? "breaks" : "keeps", ways->id);
	return false;
}

/* "way | script that breaks | script that keeps [| other rules]" */
static void read_row(struct ways *ways, struct str row)
{
	struct str way = str_trim(str_cut(row, '|', &row));
	struct str broken = str_trim(str_cut(row, '|', &row));
	struct str kept = str_trim(str_cut(row, '|', &row));
	char name[NAME_MAX_LEN];
	auto_buf text = BUF_NULL, path = BUF_NULL;

	ways->n_rows++;
	if (way.len == 0 || ways->n_scripts == WAYS_MAX)
		WRONG(ways, "a row without words, or one too many");
	else if (read_script(ways, broken, true, name)) {
		run_break(ways, name, str_trim(row));
		memcpy(ways->scripts[ways->n_scripts++], name, sizeof(name));
	}
	if (!read_script(ways, kept, false, name))
		return;
	buf_printf(&path, "%s/%s", ways->folder, name);
	if (script_load(&text, buf_cstr(&path), NULL) < 0)
		WRONG(ways, "there is no %s", name);
}

/* "ID: what the definition says" */
static void read_heading(struct ways *ways, struct str text)
{
	struct str sentence, id = str_cut(text, ':', &sentence);
	bool is_known = false;

	if (ways->id[0] && ways->n_rows == 0)
		WRONG(ways, "%s has no rows", ways->id);
	(void)snprintf(ways->id, sizeof(ways->id), "%.*s", STR_ARG(id));
	ways->n_rows = 0;
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		if (!str_is(id, wanted[i]))
			continue;
		is_known = !ways->has[i];
		ways->has[i] = true;
	}
	if (!is_known || !rule_find(ways->id) || str_trim(sentence).len == 0)
		WRONG(ways, "\"%s\" does not belong here, or not again", ways->id);
}

static bool is_listed(const struct ways *ways, const char *name)
{
	for (size_t i = 0; i < ways->n_scripts; i++) {
		if (strcmp(ways->scripts[i], name) == 0)
			return true;
	}
	return false;
}

/* What breaks a rule of the table stands in a row: it shows one way. */
static void check_listed(struct ways *ways)
{
	struct dirent **entries;
	int n = scandir(ways->folder, &entries, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		struct trial t = { .name = NULL };
		bool is_due = false;

		if (trial_name(&t, entries[i]->d_name) && t.is_break)
			for (size_t k = 0; k < ARRAY_LEN(wanted); k++)
				is_due |= strcmp(t.id, wanted[k]) == 0;
		if (is_due && !is_listed(ways, entries[i]->d_name)) {
			printf("ways.txt: no row for %s\n", entries[i]->d_name);
			ways->failures++;
		}
		free(entries[i]);
	}
	free(entries);
}

static void read_all(struct ways *ways, struct str rest)
{
	while (rest.len > 0) {
		struct str text = str_cut(rest, '\n', &rest);

		ways->line++;
		if (str_starts(text, STR("\t")))
			read_row(ways, text);
		else if (text.len > 0 && text.p[0] != '#')
			read_heading(ways, text);
	}
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		if (!ways->has[i])
			WRONG(ways, "%s is missing", wanted[i]);
	}
	if (ways->id[0] && ways->n_rows == 0)
		WRONG(ways, "%s has no rows", ways->id);
}

unsigned ways_check(const char *folder)
{
	static struct ways ways;
	struct error err = ERROR_NULL;
	auto_buf text = BUF_NULL, path = BUF_NULL;

	ways = (struct ways){ .folder = folder };
	buf_printf(&path, "%s/ways.txt", folder);
	if (script_load(&text, buf_cstr(&path), &err) < 0) {
		printf("ways.txt: %s\n", err.text);
		return 1;
	}
	read_all(&ways, buf_str(&text));
	check_listed(&ways);
	return ways.failures;
}
