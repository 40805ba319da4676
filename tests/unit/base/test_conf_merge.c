/* conf_merge(): a document changed by a part of itself. */
#include "tests/unit/unit.h"

#include "lib/base/buf.h"
#include "lib/base/json.h"
#include "lib/conf/conf.h"

static const struct row {
	const char *text; /* with a mapping "change" */
	const char *want; /* what "base" is then, as JSON; null: see fails */
	const char *fails;
} rows[] = {
	/* A mapping changes a mapping, and all else takes the place of what is there. */
	{ "base: {a: {b: 1, c: [1, 2]}, d: x}\nchange: {a: {c: [3]}, d: {e: 4}}\n",
	    "{\"a\":{\"b\":1,\"c\":[3]},\"d\":{\"e\":4}}", NULL },
	{ "base: {a: {b: 1}}\nchange: {a: 2}\n", "{\"a\":2}", NULL },
	/* What is not there is added, also to a mapping that was. */
	{ "base: {a: {}}\nchange: {a: {b: 1}, c: {d: 2}}\n",
	    "{\"a\":{\"b\":1},\"c\":{\"d\":2}}", NULL },
	/* Nothing takes a key away, wherever it stands. */
	{ "base: {a: 1, b: 2, c: 3}\nchange: {b: ~}\n", "{\"a\":1,\"c\":3}", NULL },
	{ "base: {a: {x: 1, y: 2}}\nchange: {a: {x: null, y: ~}}\n", "{\"a\":{}}",
	    NULL },
	/* In quotes it is a text. */
	{ "base: {a: 1}\nchange: {a: '~'}\n", "{\"a\":\"~\"}", NULL },
	{ "base: {one: 1, two: 2}\nchange: {ones: ~}\n", NULL,
	    "t:2:10: error: there is no \"ones\" that could be taken away\n"
	    "    2 | change: {ones: ~}\n"
	    "      |          ^~~~ did you mean \"one\"?" },
};

static void test_a_document_is_changed_by_a_part_of_itself(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct conf_doc *doc = NULL;
		struct error err = ERROR_NULL;
		auto_buf out = BUF_NULL;
		struct json json = json_writer(&out, 0);
		struct conf_node *base;
		int r;

		assert_int_equal(conf_parse("t", str_of(rows[i].text), &doc, &err), 0);
		base = doc->root->pairs[0].value;
		r = conf_merge(doc, base, conf_get(doc->root, "change"), &err);
		assert_int_equal(r, rows[i].want ? 0 : ERR_CONFIG);
		if (rows[i].want) {
			conf_put_json(&json, NULL, base);
			assert_string_equal(buf_cstr(&out), rows[i].want);
		} else {
			assert_string_equal(err.text, rows[i].fails);
		}
		conf_free(doc);
	}
}

/* A mistake in what was changed is told where it is written. */
static void test_what_was_changed_keeps_its_place(void **state)
{
	const struct conf_row bound[] = { { .key = "n", .type = CONF_UINT, .max = 9 },
		{ NULL } };
	struct conf_doc *doc = NULL;
	struct error err = ERROR_NULL;
	uint64_t n = 0;

	(void)state;
	assert_int_equal(conf_parse("t", STR("base: {n: 1}\nchange: {n: 10}\n"), &doc,
			     &err),
	    0);
	assert_int_equal(conf_merge(doc, doc->root->pairs[0].value,
			     conf_get(doc->root, "change"), &err),
	    0);
	assert_int_equal(conf_bind(doc, conf_get(doc->root, "base"), bound, &n, &err),
	    ERR_CONFIG);
	assert_true(str_starts(str_of(err.text), STR("t:2:13: error: ")));
	conf_free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_document_is_changed_by_a_part_of_itself),
		cmocka_unit_test(test_what_was_changed_keeps_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
