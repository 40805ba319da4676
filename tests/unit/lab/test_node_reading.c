/* lab/expect/reading: what a command prints and how it ends, against what is wanted. */
#include "tests/unit/unit.h"

#include "lab/expect/reading.h"
#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"

static const struct row {
	struct reading_wanted wanted;
	const char *said;
	int status;
	enum reading_fit fit;
	const char *text;
} rows[] = {
	{ { NULL, NULL, NULL, 0 }, " up\n", 0, READING_FITS, "ip in a: up" },
	{ { NULL, NULL, NULL, 0 }, "", 1, READING_ENDS,
	    "ip in a ends with status 1: " },
	{ { NULL, NULL, NULL, 2 }, "", 2, READING_FITS, "ip in a: " },
	{ { NULL, NULL, NULL, -1 }, "", 9, READING_FITS, "ip in a: " },
	{ { "via 1", NULL, NULL, 0 }, "default via 1\n", 0, READING_FITS,
	    "ip in a: default via 1" },
	/* What it prints is looked at before how it ends. */
	{ { "via 2", NULL, NULL, 0 }, "via 1", 1, READING_DIFFERS,
	    "ip in a does not print \"via 2\": via 1" },
	{ { NULL, "via", NULL, 0 }, "via 1", 0, READING_DIFFERS,
	    "ip in a prints \"via\": via 1" },
	{ { NULL, "via", NULL, 0 }, "none", 0, READING_FITS, "ip in a: none" },
	/* A line of several, and none over two. */
	{ { NULL, NULL, "^b[0-9]+$", 0 }, "a1\nb22\nc3", 0, READING_FITS,
	    "ip in a: a1 b22 c3" },
	{ { NULL, NULL, "a1.b22", 0 }, "a1\nb22", 0, READING_DIFFERS,
	    "ip in a prints nothing that matches \"a1.b22\": a1 b22" },
};

/* Who has named it already does not do so twice. */
static void test_what_is_named_already_is_not_named_again(void **state)
{
	const struct reading_wanted wanted = { "via 2", NULL, NULL, 0 };
	struct reading_seen seen = { NULL, NULL, STR("via 2"), 0 };
	auto_buf fits = BUF_NULL, differs = BUF_NULL;

	(void)state;
	assert_int_equal(reading_judge(&wanted, &seen, &fits), READING_FITS);
	assert_string_equal(buf_cstr(&fits), "it prints: via 2");
	seen.said = STR("via 1");
	assert_int_equal(reading_judge(&wanted, &seen, &differs), READING_DIFFERS);
	assert_string_equal(buf_cstr(&differs), "it does not print \"via 2\": via 1");
	buf_reset(&differs);
	seen.said = STR_NULL;
	assert_int_equal(reading_judge(&wanted, &seen, &differs), READING_DIFFERS);
	assert_string_equal(buf_cstr(&differs), "it does not print \"via 2\"");
}

static void test_a_reading_fits_or_says_how_it_differs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct reading_seen seen = { "ip", "a", str_of(rows[i].said),
			rows[i].status };
		auto_buf out = BUF_NULL;

		assert_int_equal(reading_judge(&rows[i].wanted, &seen, &out),
		    rows[i].fit);
		assert_string_equal(buf_cstr(&out), rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_reading_fits_or_says_how_it_differs),
		cmocka_unit_test(test_what_is_named_already_is_not_named_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
