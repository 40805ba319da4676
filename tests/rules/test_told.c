/* What each script of this folder is told: all findings, word by word, and how often the
 * rules of its own family were kept, broken and not judged (told.txt). After a deliberate
 * change, or with a new script, "test_told --write" writes it anew: read the difference
 * before it is committed. */
#include "tests/unit/written.h"

#include "tests/rules/trial.h"

#include <dirent.h>

static int is_script(const struct dirent *entry)
{
	struct trial t = { .failures = 0 };

	return trial_name(&t, entry->d_name);
}

/* "SES-" of "SES-09" */
static bool is_of_family(const char *rule, const char *id)
{
	return strncmp(rule, id, strcspn(id, "-") + 1) == 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct rule_count *)a)->rule,
	    ((const struct rule_count *)b)->rule);
}

static void put_told(struct buf *out, const struct trial *t, struct analysis *analysis)
{
	buf_printf(out, "%s\n", t->name);
	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct finding *f = &analysis->findings[i];

		buf_printf(out, "\t%s %s %s, %s, session %llu, frame %llu: %s\n",
		    f->rule, rule_who_name(f->who), rule_severity_name(f->severity),
		    f->cpe, (unsigned long long)f->session,
		    (unsigned long long)f->frame, f->text);
	}
	qsort(analysis->rules, analysis->n_rules, sizeof(*analysis->rules), by_name);
	for (size_t i = 0; i < analysis->n_rules; i++) {
		const struct rule_count *count = &analysis->rules[i];

		if (is_of_family(count->rule, t->id) &&
		    count->kept + count->broken + count->not_judged > 0)
			buf_printf(out,
			    "\t%s kept %llu broken %llu not judged %llu%s%s\n",
			    count->rule, (unsigned long long)count->kept,
			    (unsigned long long)count->broken,
			    (unsigned long long)count->not_judged,
			    count->why ? ": " : "", count->why ? count->why : "");
	}
}

static void put_script(struct buf *out, const char *name)
{
	struct trial t = { .text = BUF_NULL };
	auto_cleanup(analysis_free) struct analysis *analysis = NULL;
	struct error err = ERROR_NULL;
	char path[128];

	assert_true(trial_name(&t, name));
	(void)snprintf(path, sizeof(path), "tests/rules/%s", name);
	if (script_load(&t.text, path, &err) < 0 ||
	    trial_judge(&t, false, &analysis, &err) < 0)
		fail_msg("%s", err.text);
	put_told(out, &t, analysis);
	script_map_free(&t.map);
	buf_free(&t.text);
}

static void each_script_is_told_what_it_was(void **state)
{
	auto_buf out = BUF_NULL;
	struct dirent **entries;
	int n = scandir("tests/rules", &entries, is_script, alphasort);

	(void)state;
	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		put_script(&out, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	assert_true(written_is("tests/rules/told.txt", buf_str(&out)));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_script_is_told_what_it_was),
	};

	written_options(argc, argv);
	return cmocka_run_group_tests(tests, written_enter, NULL);
}
