/* lib/base/intern */
#include "tests/unit/unit.h"

#include "lib/base/intern.h"

#include <stdio.h>
#include <string.h>

static void test_equal_texts_are_one(void **state)
{
	struct intern intern = { .bytes = 0 };
	char copy[] = "Device.X";
	const char *a = intern_put(&intern, STR("Device.X"));
	const char *b = intern_put(&intern, str_of(copy));
	size_t bytes = intern.bytes;

	(void)state;
	assert_string_equal(a, "Device.X");
	assert_ptr_equal(a, b);
	assert_ptr_not_equal(a, copy);
	assert_int_equal(intern.texts.len, 1);
	assert_ptr_not_equal(intern_put(&intern, STR("Device.")), a);
	assert_true(intern.bytes > bytes);
	/* a view of nothing is the empty text */
	a = intern_put(&intern, STR_NULL);
	assert_string_equal(a, "");
	assert_ptr_equal(intern_put(&intern, STR("")), a);
	intern_free(&intern);
	assert_int_equal(intern.bytes, 0);
}

static void test_a_text_stays_until_all_have_dropped_it(void **state)
{
	struct intern intern = { .bytes = 0 };
	const char *a = intern_put(&intern, STR("a"));

	(void)state;
	(void)intern_put(&intern, STR("a"));
	intern_drop(&intern, a);
	assert_int_equal(intern.texts.len, 1);
	intern_drop(&intern, a);
	assert_int_equal(intern.texts.len, 0);
	assert_null(intern.texts.slots);
	assert_int_equal(intern.bytes, 0);
	intern_drop(&intern, NULL);
	intern_free(&intern);
}

static void test_cost_is_what_put_adds(void **state)
{
	struct intern intern = { .bytes = 0 };
	char text[16];

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		size_t cost, before = intern.bytes;

		(void)snprintf(text, sizeof(text), "%u", i % 700);
		cost = i < 700 ? intern_cost(str_of(text)) : 0;
		assert_non_null(intern_put(&intern, str_of(text)));
		assert_int_equal(intern.bytes, before + cost);
	}
	assert_int_equal(intern.texts.len, 700);
	assert_non_null(intern_put(&intern, STR("")));
	intern_free(&intern);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal_texts_are_one),
		cmocka_unit_test(test_a_text_stays_until_all_have_dropped_it),
		cmocka_unit_test(test_cost_is_what_put_adds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
