/* Documents made value by value, read by the rows that read files. */
#include "tests/unit/unit.h"

#include "lib/conf/conf.h"

#include <string.h>

struct lot {
	const char *name;
	struct conf_strings words;
};

struct target {
	const char *url;
	uint64_t count;
	bool is_odd;
	struct {
		const char *user;
	} inner;
	struct conf_list lots; /* struct lot */
};

static const struct conf_row inner_rows[] = {
	{ .key = "user",
	    .type = CONF_STR,
	    .offset = offsetof(struct target, inner.user),
	    .min = 3,
	    .max = 8 },
	{ NULL },
};

static const struct conf_row lot_rows[] = {
	{ .key = "name",
	    .type = CONF_STR,
	    .offset = offsetof(struct lot, name),
	    .is_required = true },
	{ .key = "words", .type = CONF_STRINGS, .offset = offsetof(struct lot, words) },
	{ NULL },
};

static const struct conf_row target_rows[] = {
	{ .key = "url", .type = CONF_STR, .offset = offsetof(struct target, url) },
	{ .key = "count", .type = CONF_UINT, .offset = offsetof(struct target, count) },
	{ .key = "odd", .type = CONF_BOOL, .offset = offsetof(struct target, is_odd) },
	/* Its rows carry offsets of the whole struct. */
	{ .key = "inner", .type = CONF_OBJECT, .rows = inner_rows },
	{ .key = "lots",
	    .type = CONF_OBJECTS,
	    .offset = offsetof(struct target, lots),
	    .rows = lot_rows,
	    .item_size = sizeof(struct lot) },
	{ NULL },
};

static struct conf_doc *make_doc(void)
{
	struct conf_doc *doc = NULL;

	assert_int_equal(conf_new("flags", &doc, NULL), 0);
	return doc;
}

static void set(struct conf_doc *doc, const char *path, const char *text,
    bool is_quoted)
{
	assert_int_equal(conf_set(doc, path, text, is_quoted, "--flag", NULL), 0);
}

static void test_values_reach_the_struct_as_from_a_file(void **state)
{
	struct conf_doc *doc = make_doc();
	struct target target = { 0 };
	const struct lot *lots;

	(void)state;
	set(doc, "lots[].words", "one", true);
	set(doc, "url", "http://a: {b}", true);
	set(doc, "lots[].words", "two", true);
	set(doc, "lots[].words", "3", true);
	set(doc, "count", "7", false);
	set(doc, "odd", "true", false);
	set(doc, "inner.user", "joe", true);
	set(doc, "lots[].name", "x", true);

	assert_int_equal(conf_bind(doc, doc->root, target_rows, &target, NULL), 0);
	assert_string_equal(target.url, "http://a: {b}");
	assert_int_equal(target.count, 7);
	assert_true(target.is_odd);
	assert_string_equal(target.inner.user, "joe");
	assert_int_equal(target.lots.len, 1);
	lots = target.lots.items;
	assert_string_equal(lots[0].name, "x");
	assert_int_equal(lots[0].words.len, 3);
	assert_string_equal(lots[0].words.items[0], "one");
	assert_string_equal(lots[0].words.items[2], "3");
	conf_free(doc);
}

static void test_a_mistake_is_told_of_its_origin(void **state)
{
	static const struct {
		const char *path, *text;
		bool is_quoted;
		const char *words;
	} mistakes[] = {
		{ "inner.user", "jo", true,
		    "--flag: \"jo\" has 2 bytes; 3 to 8 are allowed" },
		{ "count", "7", true,
		    "--flag: \"count\" wants a number, not a string (without quotes)" },
		{ "lots[].words", "w", true, "\"name\" is missing" },
		{ "ulr", "x", true, "unknown key \"ulr\" (did you mean \"url\"?)" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(mistakes); i++) {
		struct conf_doc *doc = make_doc();
		struct target target = { 0 };
		struct error err = ERROR_NULL;

		assert_int_equal(conf_set(doc, "url", "u", true, "--url", NULL), 0);
		set(doc, mistakes[i].path, mistakes[i].text, mistakes[i].is_quoted);
		assert_int_equal(conf_bind(doc, doc->root, target_rows, &target, &err),
		    ERR_CONFIG);
		assert_string_equal(err.text, mistakes[i].words);
		conf_free(doc);
	}
}

static void test_what_is_no_text_is_refused(void **state)
{
	static const char *const values[] = { "a\xff", "a\nb", "\x7f", "\xc0\x80" };
	struct conf_doc *doc = make_doc();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		struct error err = ERROR_NULL;

		assert_int_equal(conf_set(doc, "url", values[i], true, "--url", &err),
		    ERR_CONFIG);
		assert_string_equal(err.text,
		    "--url: the value is no UTF-8 text, or has control characters");
	}
	set(doc, "url", "", true);
	conf_free(doc);
}

static void test_a_mistake_without_a_place_names_the_file(void **state)
{
	struct conf_doc *doc = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(conf_parse("f.yaml", STR("a: 1\n"), &doc, NULL), 0);
	assert_int_equal(conf_fail(doc, conf_get(doc->root, "b"), "add b", &err,
			     "no %s", "b"),
	    ERR_CONFIG);
	assert_string_equal(err.text, "f.yaml: error: no b (add b)");
	conf_free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_reach_the_struct_as_from_a_file),
		cmocka_unit_test(test_a_mistake_is_told_of_its_origin),
		cmocka_unit_test(test_what_is_no_text_is_refused),
		cmocka_unit_test(test_a_mistake_without_a_place_names_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
