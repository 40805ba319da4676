/* lib/cwmp/cwmp_fault_versions.c: a CPE has no fault that its version has not. */
#include "tests/unit/unit.h"

#include "lib/cwmp/cwmp.h"

/* At the bounds of what each version brought. */
static void test_an_older_version_says_what_it_has(void **state)
{
	static const struct {
		uint32_t code;
		/* by namespace: none said (1.2 is written), 1.0, 1.1, 1.2 */
		uint32_t download[4], upload[4];
	} rows[] = {
		{ 0, { 0, 0, 0, 0 }, { 0, 0, 0, 0 } },
		{ 9000, { 9000, 9000, 9000, 9000 }, { 9000, 9000, 9000, 9000 } },
		{ 9010, { 9010, 9010, 9010, 9010 }, { 9010, 9010, 9010, 9010 } },
		{ 9013, { 9013, 9013, 9013, 9013 }, { 9013, 9013, 9013, 9013 } },
		{ 9014, { 9014, 9010, 9014, 9014 }, { 9014, 9011, 9014, 9014 } },
		{ 9019, { 9019, 9010, 9019, 9019 }, { 9019, 9011, 9019, 9019 } },
		{ 9020, { 9020, 9010, 9010, 9020 }, { 9020, 9011, 9011, 9020 } },
		{ 9021, { 9021, 9001, 9001, 9021 }, { 9021, 9001, 9001, 9021 } },
		{ 9022, { 9022, 9001, 9001, 9022 }, { 9022, 9001, 9001, 9022 } },
		{ 9032, { 9032, 9001, 9001, 9032 }, { 9032, 9001, 9001, 9032 } },
		{ 9033, { 9033, 9001, 9033, 9033 }, { 9033, 9001, 9033, 9033 } },
		{ 9799, { 9799, 9001, 9799, 9799 }, { 9799, 9001, 9799, 9799 } },
		{ 9800, { 9800, 9800, 9800, 9800 }, { 9800, 9800, 9800, 9800 } },
		{ 9899, { 9899, 9899, 9899, 9899 }, { 9899, 9899, 9899, 9899 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		for (int ns = CWMP_NS_UNKNOWN; ns <= CWMP_NS_1_2; ns++) {
			assert_int_equal(cwmp_fault_in((enum cwmp_ns)ns, rows[i].code,
					     false),
			    rows[i].download[ns]);
			assert_int_equal(cwmp_fault_in((enum cwmp_ns)ns, rows[i].code,
					     true),
			    rows[i].upload[ns]);
		}
	}
}

static void test_a_fault_keeps_its_words_and_blames_by_its_code(void **state)
{
	struct cwmp_msg msg = { .kind = CWMP_FAULT,
		.fault = { .code = 9020,
		    .text = STR("the time window is over"),
		    .soap_code = STR("Client") } };

	(void)state;
	cwmp_fit_faults(&msg, CWMP_NS_1_2, false);
	assert_int_equal(msg.fault.code, 9020);
	assert_true(str_is(msg.fault.soap_code, "Client"));

	cwmp_fit_faults(&msg, CWMP_NS_1_1, false);
	assert_int_equal(msg.fault.code, 9010);
	assert_true(str_is(msg.fault.text, "the time window is over"));
	assert_true(str_is(msg.fault.soap_code, "Server"));
}

static void test_a_transfer_is_told_with_a_fault_of_the_version(void **state)
{
	struct cwmp_msg msg = { .kind = CWMP_REQUEST,
		.method = CWMP_TRANSFER_COMPLETE,
		.args = { .fault_code = 9016, .fault_text = STR("404") } };

	(void)state;
	cwmp_fit_faults(&msg, CWMP_NS_1_1, true);
	assert_int_equal(msg.args.fault_code, 9016);
	cwmp_fit_faults(&msg, CWMP_NS_1_0, true);
	assert_int_equal(msg.args.fault_code, 9011);
	assert_true(str_is(msg.args.fault_text, "404"));
	assert_int_equal(msg.fault.code, 0);
	assert_null(msg.fault.soap_code.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_older_version_says_what_it_has),
		cmocka_unit_test(test_a_fault_keeps_its_words_and_blames_by_its_code),
		cmocka_unit_test(test_a_transfer_is_told_with_a_fault_of_the_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
