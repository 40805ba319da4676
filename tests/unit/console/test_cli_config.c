/* lib/console: configurations as text, and back. */
#include "tests/unit/console/cli_stub.h"
#include "tests/unit/unit.h"

#include "lib/base/rng.h"
#include "lib/console/cli_cipher.h"

#include <inttypes.h>
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

/* ---- any session ------------------------------------------------------------------------------ */

/* A word that the element takes, mostly. */
static void put_random(struct buf *out, const struct cli_element *element,
    struct rng *rng)
{
	uint64_t n = rng_between(rng, element->min, MIN(element->max, 300));
	static const char *const odd[] = { "\"two words\"", "x", "1/0/1", "24", "#" };

	if (cli_element_is_word(element)) {
		buf_append_str(out, element->text);
		return;
	}
	if (rng_between(rng, 0, 9) == 0) {
		buf_append_text(out, odd[rng_between(rng, 0, ARRAY_LEN(odd) - 1)]);
		return;
	}
	switch ((int)element->kind) {
	case CLI_NUMBER:
		buf_printf(out, "%" PRIu64, n);
		return;
	case CLI_SLOT_PORT:
		buf_printf(out, "1/0/%" PRIu64, rng_between(rng, 1, 3));
		return;
	case CLI_ADDRESS: /* few of them, so that they meet */
		buf_printf(out, "10.0.%" PRIu64 ".%" PRIu64, rng_between(rng, 0, 1),
		    rng_between(rng, 0, 4));
		return;
	case CLI_MASK:
		buf_printf(out, "%" PRIu64, rng_between(rng, 15, 31));
		return;
	case CLI_MAC:
		buf_printf(out, "0000-5e00-530%" PRIu64, rng_between(rng, 1, 3));
		return;
	case CLI_HEX:
	case CLI_CLIENT_ID:
		for (uint64_t i = 0; i < (n + 1) / 2; i++)
			buf_printf(out, "%02x", (unsigned)rng_between(rng, 0, 255));
		return;
	case CLI_TIME:
		buf_printf(out, "203%" PRIu64 "-0%" PRIu64 "-01T00:00:00",
		    rng_between(rng, 0, 5), rng_between(rng, 1, 9));
		return;
	case CLI_URL:
		buf_append_text(out, "https://");
		break;
	}
	for (uint64_t i = 0; i < MAX(n, 1); i++)
		buf_append_char(out, (char)rng_between(rng, '0', 'Z'));
}

static void put_random_line(struct buf *out, struct rng *rng)
{
	const struct cli_row *rows;
	struct cli_element element;
	size_t n;

	rows = cli_rows(&n);
	rows += rng_between(rng, 0, n - 1);
	for (size_t i = 0; cli_row_element(rows, i, &element); i++) {
		if (i > 0)
			buf_append_char(out, ' ');
		put_random(out, &element, rng);
	}
}

/* Saved and loaded into another device, it is the same: as a value, and as text. */
static void check_reload(const struct cli_stub *stub)
{
	static struct cli_stub other;
	struct error err = ERROR_NULL;
	auto_buf text = BUF_NULL, again = BUF_NULL;

	cli_config_put(&text, &stub->device.running, stub->device.profile);
	cli_stub_open(&other, stub->device.profile->name);
	if (cli_session_load(&other.session, buf_str(&text), &err) > 0)
		fail_msg("%s of\n%s", err.text, buf_cstr(&text));
	cli_config_put(&again, &other.device.running, stub->device.profile);
	assert_string_equal(buf_cstr(&again), buf_cstr(&text));
	assert_memory_equal(&other.device.running, &stub->device.running,
	    sizeof(stub->device.running));
	cli_stub_close(&other);
}

static void test_what_any_session_makes_is_saved_and_reloads_equal(void **state)
{
	static struct cli_stub stub;
	unsigned n_done = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 300; seed++) {
		struct rng rng = rng_make(seed, 0);

		cli_stub_open(&stub, seed % 2 ? "comware7" : "comware5");
		for (int i = 0; i < 60; i++) {
			auto_buf line = BUF_NULL, out = BUF_NULL;

			put_random_line(&line, &rng);
			n_done += !cli_session_take(&stub.session, buf_str(&line), &out)
				       .is_refused;
			if (i % 7 == 0)
				(void)cli_session_take(&stub.session,
				    i % 2 ? STR("system-view") : STR("cwmp"), &out);
			if (i % 11 == 0)
				(void)cli_session_take(&stub.session,
				    STR("dhcp server ip-pool 0"), &out);
		}
		check_reload(&stub);
		cli_stub_close(&stub);
	}
	assert_true(n_done > 300); /* else the lines reach nothing */
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
		cmocka_unit_test(
		    test_what_any_session_makes_is_saved_and_reloads_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
