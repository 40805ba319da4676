/* Namespaces: names apart, and what prefixes are bound to. */
#include "lib/xml/xml_scope.h"

#include "lib/base/compiler.h"
#include "tests/unit/unit.h"

static const struct name_row {
	const char *name, *prefix, *local;
} name_rows[] = {
	{ "Inform", "", "Inform" },
	{ "cwmp:Inform", "cwmp", "Inform" },
	{ "a:b:c", "a", "c" },
	{ "a:b:", "a", "b:" },
	{ "b:", "", "b:" },
	{ ":b", "", "b" },
	{ "a:1", "", "a:1" },
	{ "a:1:b", "a", "b" },
	{ "a::b", "a", "b" },
};

static void test_names_are_taken_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(name_rows); i++) {
		const struct name_row *row = &name_rows[i];
		struct xml_name name = xml_name_split(row->name);

		assert_string_equal(name.local, row->local);
		assert_true(str_is(name.prefix, row->prefix));
		/* A local name is its own. */
		assert_string_equal(xml_name_split(name.local).local, name.local);
	}
}

static void test_attributes_that_bind(void **state)
{
	struct str prefix;

	(void)state;
	assert_true(xml_scope_is_binding("xmlns", &prefix));
	assert_int_equal(prefix.len, 0);
	assert_true(xml_scope_is_binding("xmlns:cwmp", &prefix));
	assert_true(str_is(prefix, "cwmp"));
	assert_false(xml_scope_is_binding("xmlns:", &prefix));
	assert_false(xml_scope_is_binding("xmlnsx", &prefix));
	assert_false(xml_scope_is_binding("xsi:type", &prefix));
}

static void test_inner_bindings_hide_outer_ones(void **state)
{
	struct xml_scope scope = { .n = 0 };
	size_t outer;

	(void)state;
	assert_null(xml_scope_find(&scope, STR("")));
	assert_null(xml_scope_find(&scope, STR("s")));
	assert_string_equal(xml_scope_find(&scope, STR("xml")),
	    "http://www.w3.org/XML/1998/namespace");
	assert_true(xml_scope_bind(&scope, STR("s"), "urn:outer"));
	assert_true(xml_scope_bind(&scope, STR(""), "urn:default"));
	outer = scope.n;
	assert_true(xml_scope_bind(&scope, STR("s"), "urn:inner"));
	assert_true(xml_scope_bind(&scope, STR(""), ""));
	assert_string_equal(xml_scope_find(&scope, STR("s")), "urn:inner");
	assert_null(xml_scope_find(&scope, STR("")));
	scope.n = outer;
	assert_string_equal(xml_scope_find(&scope, STR("s")), "urn:outer");
	assert_string_equal(xml_scope_find(&scope, STR("")), "urn:default");
	xml_scope_reset(&scope);
	assert_null(xml_scope_find(&scope, STR("")));
}

static void test_bindings_are_limited(void **state)
{
	struct xml_scope scope = { .n = 0 };

	(void)state;
	for (size_t i = 0; i < XML_BINDINGS_MAX; i++)
		assert_true(xml_scope_bind(&scope, STR("p"), "urn:x"));
	assert_false(xml_scope_bind(&scope, STR("p"), "urn:x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_are_taken_apart),
		cmocka_unit_test(test_attributes_that_bind),
		cmocka_unit_test(test_inner_bindings_hide_outer_ones),
		cmocka_unit_test(test_bindings_are_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
