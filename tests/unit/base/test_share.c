/* lib/program/share: where the files that come with the program are looked for. */
#include "tests/unit/unit.h"

#include "tests/support/guard.h"

#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"
#include "lib/program/share.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A share folder with one model in it, in the folder of the test. */
static int make_share(void **state)
{
	static char folder[] = "/tmp/cwmplab-share-XXXXXX";
	char path[128];
	auto_file file = NULL;

	if (!mkdtemp(folder))
		return -1;
	guard_path(folder);
	(void)snprintf(path, sizeof(path), "%s/models", folder);
	if (mkdir(path, 0700) < 0)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/models/hp5920.yaml", folder);
	file = fopen(path, "we");
	*state = folder;
	return file && setenv("CWMPLAB_SHARE", folder, 1) == 0 ? 0 : -1;
}

static int remove_share(void **state)
{
	char path[128];

	(void)unsetenv("CWMPLAB_SHARE");
	(void)snprintf(path, sizeof(path), "%s/models/hp5920.yaml",
	    (const char *)*state);
	(void)remove(path);
	*strrchr(path, '/') = '\0';
	(void)remove(path);
	return remove(*state);
}

static void test_what_is_set_is_looked_into_alone(void **state)
{
	auto_free char *model = share_path("models/hp5920.yaml");
	auto_free char *other = share_path("topologies/models");
	char **names = share_list("models", ".yaml");

	(void)state;
	assert_non_null(model);
	assert_null(other);
	assert_non_null(names);
	assert_string_equal(names[0], "hp5920");
	assert_null(names[1]);
	share_list_free(names);
	assert_null(share_list("models", ".xml"));
}

static void test_without_it_the_tree_of_the_build_is_found(void **state)
{
	auto_free char *model = NULL;

	assert_int_equal(unsetenv("CWMPLAB_SHARE"), 0);
	model = share_path("topologies/models/hp5920.yaml");
	assert_int_equal(setenv("CWMPLAB_SHARE", *state, 1), 0);
	assert_non_null(model);
}

static void test_what_is_missing_is_told_with_what_to_do(void **state)
{
	char want[SHARE_EXPLAIN_MAX], text[SHARE_EXPLAIN_MAX];

	(void)snprintf(want, sizeof(want), "CWMPLAB_SHARE is %s, which has no x/y",
	    (const char *)*state);
	share_explain("x/y", text, sizeof(text));
	assert_string_equal(text, want);
	share_suggest("x/y", "hp5920", text, sizeof(text));
	assert_string_equal(text, want);
	share_suggest("models", "hp592", text, sizeof(text));
	assert_string_equal(text, "did you mean \"hp5920\"?");
	share_suggest("models", "fridge", text, sizeof(text));
	assert_string_equal(text, "give a name of models, or a path");

	assert_int_equal(unsetenv("CWMPLAB_SHARE"), 0);
	share_explain("x/y", text, sizeof(text));
	assert_int_equal(setenv("CWMPLAB_SHARE", *state, 1), 0);
	assert_non_null(strstr(text, "set CWMPLAB_SHARE to the folder that has x/y"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_set_is_looked_into_alone),
		cmocka_unit_test(test_without_it_the_tree_of_the_build_is_found),
		cmocka_unit_test(test_what_is_missing_is_told_with_what_to_do),
	};

	return cmocka_run_group_tests(tests, make_share, remove_share);
}
