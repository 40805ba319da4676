/* Lightweight notifications that come more than once. */
#include "tests/unit/unit.h"

#include "agents/acs/reach/light_copies.h"
#include "lib/base/compiler.h"

#include <stdio.h>

static struct lightweight make(int64_t ts, const char *cn, const char *serial)
{
	return (struct lightweight){ .ts = ts,
		.cn = str_of(cn),
		.device = { .oui = STR("00E0FC"),
		    .product_class = STR("X"),
		    .serial_number = str_of(serial) } };
}

static void a_copy_has_the_same_device_time_and_cnonce(void **state)
{
	static const struct row {
		int64_t ts;
		const char *cn, *serial;
		bool is_copy;
	} rows[] = {
		{ 7, "c", "1", false },
		{ 7, "c", "1", true },
		{ 8, "c", "1", false },
		{ 7, "d", "1", false },
		{ 7, "c", "2", false },
		{ 7, "c1 1", "", false },
		{ 7, "c", "1", true },
		{ 7, "c", "2", true },
	};
	struct light_copies copies = { .seed = 5 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct lightweight one = make(rows[i].ts, rows[i].cn, rows[i].serial);

		if (light_copies_note(&copies, &one) != rows[i].is_copy)
			fail_msg("row %zu", i);
	}
}

/* The first is known while LIGHT_COPIES_MAX are, and not any more when one more has come. */
static void so_many_are_remembered(void **state)
{
	struct light_copies copies = { .seed = 5 };
	struct lightweight one;

	(void)state;
	for (int i = 0; i < LIGHT_COPIES_MAX; i++) {
		one = make(i, "c", "1");
		assert_false(light_copies_note(&copies, &one));
	}
	one = make(0, "c", "1");
	assert_true(light_copies_note(&copies, &one));
	one = make(LIGHT_COPIES_MAX, "c", "1");
	assert_false(light_copies_note(&copies, &one));
	one = make(1, "c", "1");
	assert_true(light_copies_note(&copies, &one));
	one = make(0, "c", "1");
	assert_false(light_copies_note(&copies, &one));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_copy_has_the_same_device_time_and_cnonce),
		cmocka_unit_test(so_many_are_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
