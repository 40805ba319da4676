/* lib/console: configurations as text, and back. */
#include "tests/unit/console/cli_stub.h"
#include "tests/unit/unit.h"

#include "lib/console/cli_cipher.h"
#include "lib/console/cli_text.h"

#include <stdio.h>

/* ---- passwords ----------------------------------------------------------------------------- */

static void test_passwords_of_every_length_come_back(void **state)
{
	char plain[CLI_CIPHER_PLAIN_MAX + 1], cipher[CLI_CIPHER_MAX],
	    back[CLI_CIPHER_PLAIN_MAX + 1];

	(void)state;
	for (size_t n = 1; n <= CLI_CIPHER_PLAIN_MAX; n++) {
		memset(plain, (int)('a' + n % 26), n);
		plain[n] = '\0';
		(void)cli_cipher_hide(str_of(plain), cipher);
		assert_true(strlen(cipher) >= 33 && strlen(cipher) <= 373);
		assert_null(strstr(cipher, plain));
		assert_true(cli_cipher_show(str_of(cipher), back));
		assert_string_equal(back, plain);
	}
}

static void test_a_cipher_that_was_changed_is_none(void **state)
{
	char cipher[CLI_CIPHER_MAX], back[CLI_CIPHER_PLAIN_MAX + 1] = "as it was";

	(void)state;
	(void)cli_cipher_hide(STR("s3cret"), cipher);
	for (size_t i = 0; i < strlen(cipher); i++) {
		char before = cipher[i];

		cipher[i] = before == 'A' ? 'B' : 'A';
		assert_false(cli_cipher_show(str_of(cipher), back));
		cipher[i] = before;
	}
	assert_string_equal(back, "as it was");
}

/* ---- text out, text in ------------------------------------------------------------------------ */

static void test_a_configuration_as_text(void **state)
{
	static struct cli_stub stub;
	auto_buf text = BUF_NULL;
	struct cli_config *config = &stub.device.running;

	(void)state;
	cli_stub_open(&stub, "comware5");
	config->cwmp.is_enabled = false;
	config->cwmp.inform_interval = 10;
	cli_text_set(config->cwmp.acs.username, sizeof(config->cwmp.acs.username),
	    STR("two words"));
	cli_text_set(config->interfaces[1].description,
	    sizeof(config->interfaces[1].description), STR("to the \"ACS\""));
	cli_config_put(&text, config, stub.device.profile);
	assert_string_equal(buf_cstr(&text), "#\n"
					     " version 5.20.99, Release 2222P02\n"
					     "#\n"
					     " sysname HP\n"
					     "#\n"
					     "interface Vlan-interface1\n"
					     " ip address dhcp-alloc\n"
					     "#\n"
					     "interface GigabitEthernet1/0/1\n"
					     " port link-mode bridge\n"
					     " description to the \"ACS\"\n"
					     "#\n"
					     "interface GigabitEthernet1/0/2\n"
					     " port link-mode bridge\n"
					     "#\n"
					     "cwmp\n"
					     " undo cwmp enable\n"
					     " cwmp acs username \"two words\"\n"
					     " cwmp cpe inform interval 10\n"
					     "#\n"
					     "return\n");
	cli_stub_close(&stub);
}

/* What is typed as it stands there makes it again. */
static void test_ports_and_a_fixed_address_as_text(void **state)
{
	static struct cli_stub stub;
	auto_buf text = BUF_NULL, again = BUF_NULL;
	struct cli_interface *interfaces = stub.device.running.interfaces;
	struct error err = ERROR_NULL;

	(void)state;
	cli_stub_open(&stub, "comware7");
	interfaces[0].has_dhcp = false;
	interfaces[0].address = 0x0a000005;
	interfaces[0].prefix = 24;
	interfaces[1].is_shutdown = true;
	interfaces[2].link_type = CLI_HYBRID;
	vlan_set_add(&interfaces[2].untagged, 1, 1);
	vlan_set_add(&interfaces[2].vlans, 7, 9);
	cli_config_put(&text, &stub.device.running, stub.device.profile);
	assert_string_equal(buf_cstr(&text), "#\n"
					     " version 7.1.045, Release 2418P06\n"
					     "#\n"
					     " sysname HP\n"
					     "#\n"
					     "interface Vlan-interface1\n"
					     " ip address 10.0.0.5 255.255.255.0\n"
					     "#\n"
					     "interface GigabitEthernet1/0/1\n"
					     " port link-mode bridge\n"
					     " shutdown\n"
					     "#\n"
					     "interface GigabitEthernet1/0/2\n"
					     " port link-mode bridge\n"
					     " port link-type hybrid\n"
					     " port hybrid vlan 7 to 9 tagged\n"
					     " port hybrid vlan 1 untagged\n"
					     "#\n"
					     "return\n");
	interfaces[1].is_shutdown = false;
	interfaces[2].link_type = CLI_ACCESS;
	assert_int_equal(cli_session_load(&stub.session, buf_str(&text), &err), 0);
	cli_config_put(&again, &stub.device.running, stub.device.profile);
	assert_string_equal(buf_cstr(&again), buf_cstr(&text));
	cli_stub_close(&stub);
}

static void test_lines_that_are_refused_are_told_and_the_others_run(void **state)
{
	static struct cli_stub stub;
	struct error err = ERROR_NULL;

	(void)state;
	cli_stub_open(&stub, "comware7");
	assert_int_equal(cli_session_load(&stub.session,
			     STR("#\n version 9\n#\n sysname edge\nfoo\n#\ncwmp\n"
				 " cwmp cpe wait timeout 29\n cwmp enable\n#\nreturn\n"
				 "system-view\n"),
			     &err),
	    2);
	assert_string_equal(err.text, "line 5 is refused: foo");
	assert_string_equal(stub.device.running.sysname, "edge");
	assert_true(stub.device.running.cwmp.is_enabled);
	assert_int_equal(stub.session.view, CLI_USER);
	cli_stub_close(&stub);
}

/* A refused line is told and logged, and goes to the ACS that has sent it. */
static void test_what_is_told_of_a_refused_line_has_no_password(void **state)
{
	static const struct {
		const char *line, *told;
	} rows[] = {
		{ "cwmp acs password simple s3cret more",
		    "line 1 is refused: cwmp acs password" },
		{ " cwmp acs pass simple s3cret", "line 1 is refused: cwmp acs pass" },
		/* Words cut short, and in capitals, are the same words. */
		{ "cwmp acs p s s3cret more", "line 1 is refused: cwmp acs p" },
		{ "Cwmp ACS PASSWORD SIMPLE s3cret",
		    "line 1 is refused: Cwmp ACS PASSWORD" },
		{ "cwmp cpe pas\tsim\ts3cret", "line 1 is refused: cwmp cpe pas" },
		{ "cwmp acs passwords3cret", "line 1 is refused: cwmp acs password" },
		{ " cwmp acs pasword cipher s3cret",
		    "line 1 is refused: cwmp acs pasword cipher" },
		/* A file answers no questions. */
		{ "save", "line 1 is refused: save" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		static struct cli_stub stub;
		struct error err = ERROR_NULL;

		cli_stub_open(&stub, "comware7");
		assert_int_equal(cli_session_load(&stub.session, str_of(rows[i].line),
				     &err),
		    1);
		assert_string_equal(err.text, rows[i].told);
		assert_int_equal(stub.session.asks, CLI_ASKS_NOTHING);
		cli_stub_close(&stub);
	}
}

/* Whatever an ACS has set as a name is written so that it is read again as it was. */
static void test_names_with_quotes_and_backslashes_come_back(void **state)
{
	static const struct {
		const char *value, *line;
	} rows[] = {
		{ "plain", " w plain\n" },
		{ "in\"side", " w in\"side\n" },
		{ "c:\\dir", " w c:\\dir\n" },
		{ "two words", " w \"two words\"\n" },
		{ "\"quoted\"", " w \"\\\"quoted\\\"\"\n" },
		{ "a \"b\" c", " w \"a \\\"b\\\" c\"\n" },
		{ "a b\\", " w \"a b\\\\\"\n" },
		{ "\\\" \\\\\"", " w \"\\\\\\\" \\\\\\\\\\\"\"\n" },
		{ " ", " w \" \"\n" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf line = BUF_NULL;
		struct cli_words words;

		cli_put_value(&line, "w", rows[i].value);
		assert_string_equal(buf_cstr(&line), rows[i].line);
		cli_words_split(&words, str_trim(buf_str(&line)));
		if (rows[i].value[0] == '\0')
			continue;
		assert_int_equal(words.n, 2);
		assert_true(str_is(words.items[1].text, rows[i].value));
		assert_int_equal(words.items[1].at, 2);
	}
}

/* Quotes that are not closed, and marks that have no room: nothing is read that is not there. */
static void test_quotes_of_any_line(void **state)
{
	static const struct {
		const char *line, *second;
	} rows[] = {
		{ "w \"open", "open" },
		{ "w \"open\\", "open\\" },
		{ "w \"open\\\"", "open\"" },
		{ "w \"a\"b", "a" },
		{ "w \"\"", "" },
		{ "w \"a\\b\"", "a\\b" },
	};
	auto_buf line = BUF_NULL;
	struct cli_words words;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cli_words_split(&words, str_of(rows[i].line));
		assert_true(str_is(words.items[1].text, rows[i].second));
	}
	buf_append_text(&line, "\"");
	for (unsigned i = 0; i < CLI_LINE_MAX; i++)
		buf_append_text(&line, "\\\"");
	cli_words_split(&words, buf_str(&line));
	assert_int_equal(words.items[0].text.len, 2 * CLI_LINE_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_passwords_of_every_length_come_back),
		cmocka_unit_test(test_a_cipher_that_was_changed_is_none),
		cmocka_unit_test(test_a_configuration_as_text),
		cmocka_unit_test(test_ports_and_a_fixed_address_as_text),
		cmocka_unit_test(
		    test_lines_that_are_refused_are_told_and_the_others_run),
		cmocka_unit_test(test_what_is_told_of_a_refused_line_has_no_password),
		cmocka_unit_test(test_names_with_quotes_and_backslashes_come_back),
		cmocka_unit_test(test_quotes_of_any_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
