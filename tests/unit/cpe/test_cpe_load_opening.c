/* agents/cpe/load/load.c: what is opened before the first session of a load test, and let go of. */
#include "tests/unit/unit.h"

#include "agents/cpe/load/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

static void note_over(void *user)
{
	*(bool *)user = true;
}

/* Opens the load test of this file and lets go of all that it has. 0, or why it is none. */
static int open_load(const char *text, struct error *err)
{
	const struct load_handlers handlers = { .over = note_over };
	const char *source = getenv("CWMPLAB_SOURCE");
	struct conf_mistakes mistakes = { .len = 0 };
	char path[512];
	const char *model = path;
	struct conf_doc *doc = NULL;
	struct load_file file;
	const struct load_config config = { .file = &file,
		.models = &model,
		.mistakes = &mistakes };
	struct load *load = NULL;
	bool is_over = false;
	uv_loop_t loop;
	int r;

	(void)snprintf(path, sizeof(path), "%s/topologies/models/hp5920.yaml",
	    source ? source : ".");
	if (conf_parse("load.yaml", str_of(text), &doc, err) < 0 ||
	    load_file_read(&file, doc, doc->root, true, err) < 0)
		fail_msg("%s", err->text);
	assert_int_equal(uv_loop_init(&loop), 0);
	r = load_new(&load, &loop, &config, &handlers, &is_over, err);
	load_stop(load, NULL);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_true(is_over);
	load_free(load);
	assert_int_equal(uv_loop_close(&loop), 0);
	conf_mistakes_free(&mistakes);
	conf_free(doc);
	return r;
}

#define ACS "cpes: 2\nduration: 1s\nacs: {url: \"http://127.0.0.1:7547/\"}\n"
#define CALLED                                                            \
	"cpes: 2\nduration: 1s\n"                                         \
	"acs: {url: \"http://127.0.0.1:7547/\", door: /nowhere/at/all}\n" \
	"storms: [{kind: call-sweep}]\n"

static void test_a_load_test_that_was_opened_lets_go_of_all(void **state)
{
	struct error err = ERROR_NULL;

	(void)state;
	if (open_load(ACS, &err) < 0)
		fail_msg("%s", err.text);
}

/* A sweep that reaches none of them would say nothing of the ACS. */
static void test_cpes_that_cannot_be_called_are_told_before_the_run(void **state)
{
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(open_load(CALLED "sources: 10.9.0.0/24\n", &err), ERR_CONFIG);
	assert_string_equal(err.text,
	    "call-sweep: CPEs can be called on loopback alone: sources within "
	    "127.0.0.0/8, or none");
	/* Those that can want an operator's door. */
	assert_int_equal(open_load(CALLED "sources: 127.9.0.0/24\n", &err), ERR_USAGE);
	assert_string_equal(err.text,
	    "/nowhere/at/all: no ACS takes commands there (No such file or directory): "
	    "cwmplab acs --door /nowhere/at/all");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_load_test_that_was_opened_lets_go_of_all),
		cmocka_unit_test(
		    test_cpes_that_cannot_be_called_are_told_before_the_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
