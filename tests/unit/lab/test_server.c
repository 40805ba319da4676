/* lab/expect/server: which node a server of a capture is. */
#include "tests/unit/unit.h"

#include "lab/expect/server.h"
#include "lib/base/compiler.h"

static const struct node both = { .address = { 0x0a000002, 24 },
	.address6 = { { 0x20, 1, 0xd, 0xb8, [15] = 2 }, 64 } };
static const struct node old = { .address = { 0x0a000002, 24 } };

static void test_a_server_is_a_node_by_its_address(void **state)
{
	(void)state;
	assert_true(server_is(&both, "10.0.0.2:7547"));
	assert_true(server_is(&both, "[2001:db8::2]:7547"));
	assert_false(server_is(&old, "[2001:db8::2]:7547"));
	assert_false(server_is(&both, "10.0.0.21:7547"));
	assert_false(server_is(&both, "[2001:db8::21]:7547"));
	assert_false(server_is(&both, "[::]:7547"));
	assert_false(server_is(&both, NULL));
}

/* An address that another one begins or ends with is not that one. */
static void test_a_sentence_names_an_address_whole(void **state)
{
	static const char *const named[] = { "10.0.0.2 answers", "it is 10.0.0.2.",
		"10.0.0.2: no", "10.0.0.21 and 10.0.0.2", "by 2001:db8::2 as well",
		"[2001:db8::2]" };
	static const char *const not_named[] = { "10.0.0.21", "110.0.0.2", "1.10.0.0.2",
		"2001:db8::21", "2001:db8::2:1", "a2001:db8::2", "" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(named); i++) {
		if (!server_is_named(&both, named[i]))
			fail_msg("%s", named[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(not_named); i++) {
		if (server_is_named(&both, not_named[i]))
			fail_msg("%s", not_named[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_server_is_a_node_by_its_address),
		cmocka_unit_test(test_a_sentence_names_an_address_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
