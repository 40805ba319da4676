/* Policies that come in parts: several at a time, and no further than their limits. */
#include "tests/unit/unit.h"

#include "agents/acs/policy/policy_parts.h"
#include "lib/conf/conf.h"

/* The id of the policy that has the part, or 0 with the words of err. */
static uint64_t add(struct policy_parts *parts, uint64_t id, struct str text,
    int64_t now_s, struct error *err)
{
	uint64_t ret = 0;

	*err = (struct error)ERROR_NULL;
	(void)policy_parts_add(parts, id, text, now_s * NS_PER_S, &ret, err);
	return ret;
}

static void assert_text(struct policy_parts *parts, uint64_t id, const char *text)
{
	auto_buf whole = policy_parts_take(parts, id);

	assert_string_equal(buf_cstr(&whole), text);
}

static void two_that_come_at_once_are_kept_apart(void **state)
{
	struct policy_parts parts = { .last_id = 0 };
	struct error err;

	(void)state;
	assert_int_equal(add(&parts, 0, STR("a"), 1, &err), 1);
	assert_int_equal(add(&parts, 0, STR("x"), 1, &err), 2);
	assert_int_equal(add(&parts, 1, STR("b"), 1, &err), 1);
	assert_int_equal(add(&parts, 2, STR(""), 1, &err), 2);
	assert_int_equal(add(&parts, 2, STR("y"), 1, &err), 2);
	assert_text(&parts, 1, "ab");
	assert_text(&parts, 2, "xy");
	/* What was taken is gone. */
	assert_text(&parts, 1, "");
	assert_int_equal(add(&parts, 1, STR("c"), 1, &err), 0);
	assert_string_equal(err.text,
	    "no part of a policy 1 is here, or it came more than 60 s ago: send it from "
	    "its beginning");
	assert_int_equal(err.code, ERR_USAGE);
	policy_parts_free(&parts);
}

static void one_more_takes_the_place_of_the_oldest(void **state)
{
	struct policy_parts parts = { .last_id = 0 };
	struct error err;

	(void)state;
	for (int i = 1; i <= POLICY_PARTS_MAX; i++)
		assert_int_equal(add(&parts, 0, STR("a"), i, &err), i);
	/* The first has got a part since, so the second is the oldest. */
	assert_int_equal(add(&parts, 1, STR("b"), 9, &err), 1);
	assert_int_equal(add(&parts, 0, STR("new"), 9, &err), POLICY_PARTS_MAX + 1);
	assert_int_equal(add(&parts, 2, STR("b"), 9, &err), 0);
	assert_int_equal(err.code, ERR_USAGE);
	assert_text(&parts, 1, "ab");
	assert_text(&parts, POLICY_PARTS_MAX, "a");
	assert_text(&parts, POLICY_PARTS_MAX + 1, "new");
	policy_parts_free(&parts);
}

static void one_that_nobody_goes_on_with_is_forgotten(void **state)
{
	struct policy_parts parts = { .last_id = 0 };
	struct error err;

	(void)state;
	assert_int_equal(add(&parts, 0, STR("a"), 100, &err), 1);
	policy_parts_sweep(&parts, (100 + POLICY_PARTS_S) * NS_PER_S - 1);
	assert_int_equal(add(&parts, 1, STR("b"), 101, &err), 1);
	policy_parts_sweep(&parts, (101 + POLICY_PARTS_S) * NS_PER_S);
	assert_int_equal(add(&parts, 1, STR("c"), 101, &err), 0);
	policy_parts_free(&parts);
}

static void a_policy_has_so_many_bytes_and_no_more(void **state)
{
	struct policy_parts parts = { .last_id = 0 };
	auto_free char *half = malloc(CONF_BYTES_MAX / 2);
	struct error err;
	struct str text;

	(void)state;
	assert_non_null(half);
	memset(half, 'a', CONF_BYTES_MAX / 2);
	text = str_make(half, CONF_BYTES_MAX / 2);
	assert_int_equal(add(&parts, 0, text, 1, &err), 1);
	assert_int_equal(add(&parts, 1, text, 1, &err), 1);
	assert_int_equal(add(&parts, 1, STR("a"), 1, &err), 0);
	assert_string_equal(err.text, "a policy has 16777216 bytes at most");
	/* And is forgotten. */
	assert_int_equal(add(&parts, 1, STR("a"), 1, &err), 0);
	assert_int_equal(err.code, ERR_USAGE);
	policy_parts_free(&parts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_that_come_at_once_are_kept_apart),
		cmocka_unit_test(one_more_takes_the_place_of_the_oldest),
		cmocka_unit_test(one_that_nobody_goes_on_with_is_forgotten),
		cmocka_unit_test(a_policy_has_so_many_bytes_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
