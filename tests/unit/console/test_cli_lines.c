/* lib/console: lines at the bounds of what is taken, and what becomes of the device. */
#include "tests/unit/cases.h"
#include "tests/unit/console/cli_stub.h"

static void check_refused(struct cli_stub *stub, struct str line, const char *wanted)
{
	auto_buf out = BUF_NULL;

	assert_true(cli_session_take(&stub->session, line, &out).is_refused);
	assert_non_null(strstr(buf_cstr(&out), wanted));
}

static void test_511_characters_are_a_line_and_512_are_none(void **state)
{
	static struct cli_stub stub;
	char line[512];
	auto_buf out = BUF_NULL;

	(void)state;
	cli_stub_open(&stub, "comware7");
	(void)cli_session_take(&stub.session, STR("system-view"), &out);
	memset(line, ' ', sizeof(line));
	memcpy(line, "sysname", 7);
	line[510] = 'a';
	assert_false(
	    cli_session_take(&stub.session, str_make(line, 511), &out).is_refused);
	assert_string_equal(stub.device.running.sysname, "a");
	line[510] = ' ';
	line[511] = 'b';
	check_refused(&stub, str_make(line, 512), "Too many parameters");
	assert_string_equal(stub.device.running.sysname, "a");
	/* Blanks at its end are none of it. */
	line[511] = ' ';
	line[8] = 'c';
	assert_false(
	    cli_session_take(&stub.session, str_make(line, 512), &out).is_refused);
	cli_stub_close(&stub);
}

static void test_control_characters_are_no_command(void **state)
{
	static struct cli_stub stub;

	(void)state;
	cli_stub_open(&stub, "comware7");
	check_refused(&stub, STR("sys\033[31mtem"), "   ^");
	check_refused(&stub, STR("dis\tcwmp"), "Unrecognized");
	cli_stub_close(&stub);
}

/* The vendor's texts are ASCII. */
static void test_a_password_is_ascii(void **state)
{
	static const char *const words[] = { "p\xc3\xa4ss", "\x80", "a\xff" };
	static struct cli_stub stub;
	auto_buf out = BUF_NULL;

	(void)state;
	cli_stub_open(&stub, "comware7");
	(void)cli_session_take(&stub.session, STR("system-view"), &out);
	(void)cli_session_take(&stub.session, STR("cwmp"), &out);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		auto_buf line = BUF_NULL;

		buf_printf(&line, "cwmp acs password simple %s", words[i]);
		check_refused(&stub, buf_str(&line), "Wrong parameter");
		assert_string_equal(stub.device.running.cwmp.acs.password, "");
	}
	assert_false(
	    cli_session_take(&stub.session, STR("cwmp acs password simple ~!"), &out)
		.is_refused);
	cli_stub_close(&stub);
}

static void test_what_the_device_refuses_is_as_it_was(void **state)
{
	static struct cli_stub stub;
	auto_buf out = BUF_NULL;

	(void)state;
	cli_stub_open(&stub, "comware7");
	(void)cli_session_take(&stub.session, STR("system-view"), &out);
	stub.refuses = true;
	check_refused(&stub, STR("sysname other"), " % The device is busy.");
	assert_string_equal(stub.device.running.sysname, "HP");
	stub.refuses = false;
	(void)cli_session_take(&stub.session, STR("sysname HP"), &out);
	assert_int_equal(stub.n_applied, 0); /* it is no change */
	cli_stub_close(&stub);
}

/* Of a switch that would be a look at all of its ports. */
static void test_an_empty_line_asks_the_device_nothing(void **state)
{
	static const char *const lines[] = { "", "   ", "\r" };
	static struct cli_stub stub;
	auto_buf out = BUF_NULL;

	(void)state;
	cli_stub_open(&stub, "comware7");
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		assert_false(
		    cli_session_take(&stub.session, str_of(lines[i]), &out).is_refused);
	assert_int_equal(out.len, 0);
	assert_int_equal(stub.n_pulled, 0);
	(void)cli_session_take(&stub.session, STR("display clock"), &out);
	assert_int_equal(stub.n_pulled, 1);
	cli_stub_close(&stub);
}

static void type_table(struct cli_stub *stub, struct buf *out)
{
	stub->facts.n_macs = CLI_MACS_MAX;
	(void)cli_session_take(&stub->session, STR("display mac-address"), out);
}

/* The line that goes beyond the bound is shown whole, and is the last one. */
static void test_what_is_repeated_has_an_end(void **state)
{
	static const char last[] =
	    " % The output is too long to be repeated any more.\n";
	static struct cli_stub stub;
	auto_buf once = BUF_NULL, all = BUF_NULL;

	(void)state;
	cli_stub_open(&stub, "comware7");
	type_table(&stub, &once);
	assert_true(
	    cli_session_take(&stub.session, STR("repeat count 100"), &all).is_refused);
	assert_true(str_ends(buf_str(&all), str_of(last)));
	assert_true(all.len >= CLI_REPEAT_BYTES_MAX);
	assert_true(all.len < CLI_REPEAT_BYTES_MAX + once.len + CLI_LINE_MAX);
	buf_reset(&all);
	assert_false(
	    cli_session_take(&stub.session, STR("repeat count 2"), &all).is_refused);
	assert_int_equal(all.len, 2 * (once.len + strlen("<HP>display mac-address\n")));
	cli_stub_close(&stub);
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add(&cases, test_511_characters_are_a_line_and_512_are_none);
	cases_add(&cases, test_control_characters_are_no_command);
	cases_add(&cases, test_a_password_is_ascii);
	cases_add(&cases, test_what_the_device_refuses_is_as_it_was);
	cases_add(&cases, test_an_empty_line_asks_the_device_nothing);
	cases_add(&cases, test_what_is_repeated_has_an_end);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
