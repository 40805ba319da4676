/* lab/play/rpc_arguments: what people type after the name of an RPC. */
#include "tests/unit/unit.h"

#include "lab/play/rpc_arguments.h"

enum {
	WORDS_MAX = 4
};

static const struct typed {
	const char *method;
	const char *words[WORDS_MAX];
	const char
	    *says; /* JSON; or what is wrong, which does not begin with a brace */
} rows[] = {
	{ "GetRPCMethods", { NULL }, "{}" },
	{ "GetRPCMethods", { "x" },
	    "GetRPCMethods wants its arguments as NAME=VALUE, and \"x\" has no \"=\"" },
	{ "GetParameterValues", { "A.B", "C." }, "{\"names\":[\"A.B\",\"C.\"]}" },
	{ "GetParameterValues", { NULL }, "GetParameterValues wants \"names\"" },
	{ "GetParameterValues", { "A=1" }, "GetParameterValues takes no \"A\"" },
	{ "SetParameterValues", { "A.B=77", "C=true", "D=x y=z", "parameter-key=7" },
	    "{\"values\":{\"A.B\":77,\"C\":true,\"D\":\"x y=z\"},\"parameter-key\":\"7\"}" },
	{ "SetParameterValues", { "A:string=77", "B=\"77\"", "C=", "D=007" },
	    "{\"values\":{\"A\":{\"type\":\"string\",\"value\":\"77\"},\"B\":\"77\",\"C\":\"\","
	    "\"D\":\"007\"}}" },
	{ "SetParameterValues", { "A=1", "A=2" }, "\"A\" is written twice" },
	{ "SetParameterValues", { "A" },
	    "SetParameterValues wants NAME=VALUE, and \"A\" has no \"=\"" },
	{ "GetParameterNames", { NULL }, "{\"path\":\"\"}" },
	{ "GetParameterNames", { "A.", "next-level=yes" },
	    "{\"path\":\"A.\",\"next-level\":true}" },
	{ "GetParameterNames", { "A.", "next-level=perhaps" },
	    "\"next-level\" wants a boolean" },
	{ "AddObject", { "A.B." }, "{\"object\":\"A.B.\"}" },
	{ "SetParameterAttributes", { "A=active" },
	    "{\"attributes\":[{\"name\":\"A\",\"notification\":\"active\"}]}" },
	{ "SetParameterAttributes", { "A=loud" }, "attributes: " },
	{ "SetVouchers", { "eA==" }, "SetVouchers takes no \"eA\"" },
	{ "SetVouchers", { "eA" }, "{\"vouchers\":[\"eA\"]}" },
	{ "ScheduleInform", { "delay=30s" }, "{\"delay\":\"30s\"}" },
	{ "ScheduleInform", { "delay=soon" }, "delay: \"soon\" is no duration" },
	{ "Download",
	    { "file-type=1 Firmware Upgrade Image", "url=http://a/f", "file-size=9" },
	    "{\"file-type\":\"1 Firmware Upgrade Image\",\"url\":\"http://a/f\",\"file-size\":9}" },
	{ "Download", { "file-type=x", "url=u", "file-size=x" },
	    "\"file-size\" wants a number" },
	{ "Download", { "file-type=x" }, "Download wants \"url\" or \"file\"" },
	{ "ChangeDUState", { "operations=[{do: install, url: \"http://a/m\"}]" },
	    "{\"operations\":[{\"do\":\"install\",\"url\":\"http://a/m\"}]}" },
	{ "Reboot", { "{command-key: 7}" }, "{\"command-key\":7}" },
	{ "Reboot", { "{command-key: [" }, "arguments:2:1: error: not YAML" },
	{ "Reboot", { "delay=1s" }, "Reboot takes no \"delay\"" },
};

static void test_words_become_arguments_that_the_RPC_takes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;
		auto_buf out = BUF_NULL;
		size_t n = 0;
		int r;

		while (n < WORDS_MAX && rows[i].words[n])
			n++;
		r = rpc_arguments_write(acs_rpc_of(str_of(rows[i].method)),
		    (char *const *)(uintptr_t)rows[i].words, n, NULL, &out, &err);
		if (rows[i].says[0] == '{' && r == 0)
			assert_string_equal(buf_cstr(&out), rows[i].says);
		else if (rows[i].says[0] == '{' || r == 0 ||
			 !str_find(str_of(err.text), str_of(rows[i].says), NULL))
			fail_msg("%s %s: %s%s", rows[i].method, rows[i].words[0],
			    err.text, buf_cstr(&out));
	}
}

static void test_a_file_that_is_not_there_is_told(void **state)
{
	struct error err = ERROR_NULL;
	auto_buf out = BUF_NULL;

	(void)state;
	assert_int_equal(rpc_arguments_write(acs_rpc_of(STR("Reboot")), NULL, 0,
			     "/no/such.yaml", &out, &err),
	    ERR_CONFIG);
	assert_true(str_starts(str_of(err.text), STR("/no/such.yaml: error:")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_become_arguments_that_the_RPC_takes),
		cmocka_unit_test(test_a_file_that_is_not_there_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
