/* The list of names and passwords that devices are called with. */
#include "tests/unit/unit.h"

#include "agents/acs/reach/call_list.h"
#include "lib/base/buf.h"
#include "lib/conf/conf.h"

#include <string.h>

static struct call_list *parse(const char *text)
{
	struct error err = ERROR_NULL;
	struct call_list *list = NULL;

	if (call_list_parse(&list, "calls.csv", str_of(text), NULL, &err) < 0)
		fail_msg("%s", err.text);
	return list;
}

static void assert_found(const struct call_list *list, const char *id,
    const char *serial, const char *username, const char *password)
{
	const struct call_credentials *found = call_list_find(list, id, serial);

	assert_non_null(found);
	assert_string_equal(found->username, username);
	assert_string_equal(found->password, password);
}

static void a_device_is_found_by_its_id_and_else_by_its_serial_number(void **state)
{
	auto_cleanup(call_list_free) struct call_list *list =
	    parse("Device, username,Password\r\n"
		  "0000E2-5920-S1,one,\"p,\"\"1\"\r\n"
		  "\n"
		  "S1,serial,p2\n"
		  "S2,two,p3");

	(void)state;
	assert_found(list, "0000E2-5920-S1", "S1", "one", "p,\"1");
	assert_found(list, "0000E3-5920-S1", "S1", "serial", "p2");
	assert_found(list, "0000E3-5920-S2", "S2", "two", "p3");
	assert_null(call_list_find(list, "0000E3-5920-S3", "S3"));
	assert_null(call_list_find(list, "device", "device"));
	assert_null(call_list_find(NULL, "0000E2-5920-S1", "S1"));
}

/* The first line alone can be one. */
static void a_heading_may_be_left_out(void **state)
{
	auto_cleanup(call_list_free) struct call_list *list =
	    parse("S1,one,p1\ndevice,username,password\n");

	(void)state;
	assert_found(list, "", "S1", "one", "p1");
	assert_found(list, "", "device", "username", "password");
}

static void all_mistakes_are_told_and_no_password(void **state)
{
	static const char text[] = "device,username,password\n"
				   "S1,one,hunter2\n"
				   "S2,two\n"
				   ",none,hunter2\n"
				   "S1,again,hunter2\n"
				   "S3,three,hunter2,4\n"
				   "S4,\"four\"x,hunter2\n"
				   "S5,five,\n"
				   "S6,six,hunter2\n";
	static const char *const expected[] = {
		"calls.csv:3:1: error: a line has a device, a username and a password",
		"calls.csv:4:1: error: the device has 1 to 320 bytes, none of which is 0",
		"calls.csv:5:1: error: this device stands in the list already",
		"calls.csv:6:1: error: a line has a device, a username and a password",
		"calls.csv:7:10: error: ",
		"calls.csv:8:9: error: the password has 1 to 256 bytes, none of which is 0",
	};
	struct conf_mistakes mistakes = { .len = 0 };
	struct call_list *list = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(call_list_parse(&list, "calls.csv", str_of(text), &mistakes,
			     &err),
	    ERR_CONFIG);
	assert_null(list);
	assert_int_equal(mistakes.len, ARRAY_LEN(expected));
	for (size_t i = 0; i < mistakes.len; i++) {
		if (strncmp(mistakes.items[i].text, expected[i], strlen(expected[i])) !=
		    0)
			fail_msg("%s", mistakes.items[i].text);
		assert_null(strstr(mistakes.items[i].text, "hunter2"));
	}
	conf_mistakes_free(&mistakes);
	/* Who asks for no list of them gets the first. */
	assert_int_equal(call_list_parse(&list, "calls.csv", str_of(text), NULL, &err),
	    ERR_CONFIG);
	assert_string_equal(err.text, expected[0]);
}

static void put_many(struct buf *out, char c, int n)
{
	for (int i = 0; i < n; i++)
		buf_append_char(out, c);
}

/* The id, the username and the password at their limits, and each one past it. */
static void words_have_so_many_bytes_and_no_more(void **state)
{
	static const int max[] = { CALL_LIST_ID_MAX, CALL_LIST_WORD_MAX,
		CALL_LIST_WORD_MAX };

	(void)state;
	for (int past = -1; past < (int)ARRAY_LEN(max); past++) {
		auto_cleanup(call_list_free) struct call_list *list = NULL;
		struct error err = ERROR_NULL;
		auto_buf text = BUF_NULL;
		int r;

		for (int i = 0; i < (int)ARRAY_LEN(max); i++) {
			put_many(&text, (char)('a' + i), max[i] + (past == i));
			buf_append_char(&text, i == 2 ? '\n' : ',');
		}
		r = call_list_parse(&list, "calls.csv", buf_str(&text), NULL, &err);
		assert_int_equal(r, past < 0 ? 0 : ERR_CONFIG);
	}
}

static void a_file_that_cannot_be_read_is_told(void **state)
{
	struct call_list *list = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(call_list_load(&list, "/no/calls.csv", NULL, &err),
	    ERR_CONFIG);
	assert_string_equal(err.text,
	    "/no/calls.csv: error: cannot be opened: No such file or directory");
	assert_int_equal(call_list_load(&list, "/", NULL, &err), ERR_CONFIG);
	assert_string_equal(err.text, "/: error: cannot be read: Is a directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_device_is_found_by_its_id_and_else_by_its_serial_number),
		cmocka_unit_test(a_heading_may_be_left_out),
		cmocka_unit_test(all_mistakes_are_told_and_no_password),
		cmocka_unit_test(words_have_so_many_bytes_and_no_more),
		cmocka_unit_test(a_file_that_cannot_be_read_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
