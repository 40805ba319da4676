/* lib/cwmp/cwmp_fault_versions.c: a CPE has no fault that its version has not;
 * lib/cwmp/cwmp_faults.c: each goes with the methods that TR-069 names. */
#include "tests/unit/unit.h"

#include "lib/base/buf.h"
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

enum {
	NAMED_MAX = 20
};

/* The other way about: of each code its methods, as the table of faults has them from 9005 on
 * (TR-069 A6 A.5.1). A code that is not here goes with no method of a CPE. */
static const struct {
	uint32_t code;
	enum cwmp_method methods[NAMED_MAX]; /* CWMP_UNKNOWN_METHOD ends them */
} named[] = {
	/* what a CPE need not have, it may not know */
	{ 9000,
	    { CWMP_DOWNLOAD, CWMP_GET_QUEUED_TRANSFERS, CWMP_SCHEDULE_INFORM,
		CWMP_SET_VOUCHERS, CWMP_GET_OPTIONS, CWMP_UPLOAD, CWMP_FACTORY_RESET,
		CWMP_GET_ALL_QUEUED_TRANSFERS, CWMP_SCHEDULE_DOWNLOAD,
		CWMP_CANCEL_TRANSFER, CWMP_CHANGE_DU_STATE } },
	{ 9005,
	    { CWMP_SET_PARAMETER_VALUES, CWMP_GET_PARAMETER_VALUES,
		CWMP_GET_PARAMETER_NAMES, CWMP_SET_PARAMETER_ATTRIBUTES,
		CWMP_GET_PARAMETER_ATTRIBUTES, CWMP_ADD_OBJECT, CWMP_DELETE_OBJECT } },
	{ 9006, { CWMP_SET_PARAMETER_VALUES } },
	{ 9007, { CWMP_SET_PARAMETER_VALUES } },
	{ 9008, { CWMP_SET_PARAMETER_VALUES } },
	{ 9009, { CWMP_SET_PARAMETER_ATTRIBUTES } },
	{ 9010, { CWMP_DOWNLOAD, CWMP_SCHEDULE_DOWNLOAD } },
	{ 9011, { CWMP_UPLOAD } },
	{ 9012, { CWMP_UPLOAD, CWMP_DOWNLOAD } },
	{ 9013, { CWMP_UPLOAD, CWMP_DOWNLOAD, CWMP_SCHEDULE_DOWNLOAD } },
	{ 9021, { CWMP_CANCEL_TRANSFER } },
};

static bool is_named(enum cwmp_method method, uint32_t code)
{
	for (size_t i = 0; i < ARRAY_LEN(named); i++) {
		if (named[i].code != code)
			continue;
		for (size_t k = 0; k < NAMED_MAX; k++) {
			if (named[i].methods[k] == method)
				return method != CWMP_UNKNOWN_METHOD;
		}
	}
	return false;
}

static void test_a_code_goes_with_the_methods_that_the_table_names(void **state)
{
	size_t n_codes = 0, n_rows = 0;

	(void)state;
	for (int m = 0; m < CWMP_METHODS; m++) {
		enum cwmp_method method = (enum cwmp_method)m;
		const uint16_t *codes = NULL;
		size_t n = cwmp_method_faults(method, &codes);

		n_rows += n > 0;
		n_codes += n;
		for (uint32_t code = 9000; code < 9100; code++) {
			if (code >= 9001 && code <= 9004)
				continue;
			assert_int_equal(cwmp_method_has_fault(method, code),
			    is_named(method, code));
		}
		/* in order, each once */
		for (size_t i = 1; i < n; i++)
			assert_true(codes[i] > codes[i - 1]);
	}
	assert_int_equal(n_rows, 20);
	assert_int_equal(n_codes, 95);
}

/* The lists that a second source has whole, from their first code to their last. */
static void test_lists_are_as_others_quote_them(void **state)
{
	static const struct {
		enum cwmp_method method;
		size_t n;
		uint16_t codes[CWMP_METHOD_FAULTS_MAX];
	} rows[] = {
		{ CWMP_SET_PARAMETER_VALUES, 8,
		    { 9001, 9002, 9003, 9004, 9005, 9006, 9007, 9008 } },
		{ CWMP_GET_PARAMETER_VALUES, 5, { 9001, 9002, 9003, 9004, 9005 } },
		{ CWMP_GET_PARAMETER_NAMES, 4, { 9001, 9002, 9003, 9005 } },
		{ CWMP_ADD_OBJECT, 5, { 9001, 9002, 9003, 9004, 9005 } },
		{ CWMP_DELETE_OBJECT, 4, { 9001, 9002, 9003, 9005 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const uint16_t *codes = NULL;

		assert_int_equal(cwmp_method_faults(rows[i].method, &codes), rows[i].n);
		assert_memory_equal(codes, rows[i].codes, rows[i].n * sizeof(codes[0]));
	}
}

/* Some CPEs close faultstring behind the detail: both are read. */
static void test_a_faultstring_round_the_detail_keeps_its_words(void **state)
{
	static const struct {
		const char *before, *after, *words;
	} rows[] = {
		{ "CWMP fault", "", "CWMP fault" },
		{ "\n  no &lt;such&gt; thing\n  ", "\n", "no <such> thing" },
		{ "", "", "" },
		{ " \n ", "behind", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_arena arena = ARENA_NULL;
		auto_buf xml = BUF_NULL;
		struct error err = ERROR_NULL;
		struct cwmp_msg msg;

		buf_printf(&xml,
		    "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" "
		    "xmlns:w=\"urn:dslforum-org:cwmp-1-0\"><e:Body><e:Fault>"
		    "<faultcode>Client</faultcode><faultstring>%s<detail><w:Fault>"
		    "<FaultCode>9005</FaultCode><FaultString>x</FaultString></w:Fault>"
		    "</detail>%s</faultstring></e:Fault></e:Body></e:Envelope>",
		    rows[i].before, rows[i].after);
		if (cwmp_read(&msg, &arena, xml.data, xml.len, NULL, &err) < 0)
			fail_msg("%s", err.text);
		assert_int_equal(msg.fault.code, 9005);
		if (!str_is(msg.fault.soap_string, rows[i].words))
			fail_msg("row %zu: \"%.*s\"", i,
			    STR_ARG(msg.fault.soap_string));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_code_goes_with_the_methods_that_the_table_names),
		cmocka_unit_test(test_lists_are_as_others_quote_them),
		cmocka_unit_test(test_an_older_version_says_what_it_has),
		cmocka_unit_test(test_a_fault_keeps_its_words_and_blames_by_its_code),
		cmocka_unit_test(test_a_transfer_is_told_with_a_fault_of_the_version),
		cmocka_unit_test(test_a_faultstring_round_the_detail_keeps_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
