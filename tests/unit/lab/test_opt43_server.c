/* lab/opt43/opt43_server: the lines of configurations that send an option 43. */
#include "tests/unit/console/cli_stub.h"
#include "tests/unit/written.h"

#include "lab/opt43/opt43_server.h"
#include "lib/base/text.h"

#include <string.h>

/* Comware's layout, with a service provider in sub-option 2. */
static struct str read_hex(uint8_t bytes[static 64])
{
	int n = hex_read(
	    STR("0124 687474703A2F2F31302E302E302E323A373534372F63776D7020637065"
		"20736563726574 0209 4C41422E5349544531"),
	    bytes, 64, NULL);

	assert_int_equal(n, 49);
	return str_make(bytes, (size_t)n);
}

static void test_lines_for_servers_are_as_written(void **state)
{
	uint8_t room[64];
	struct str bytes = read_hex(room);
	auto_buf out = BUF_NULL;

	(void)state;
	for (size_t i = 0; i < OPT43_SERVERS; i++) {
		buf_printf(&out, "== %s\n", opt43_server_names[i]);
		assert_int_equal(opt43_server_put(&out, (enum opt43_server)i, bytes,
				     NULL),
		    0);
	}
	assert_true(written_is("tests/unit/lab/written/opt43.servers", buf_str(&out)));
}

static void test_a_server_takes_no_more_than_it_can(void **state)
{
	static const uint8_t bytes[256];
	static const struct {
		enum opt43_server server;
		size_t max;
	} rows[] = {
		{ OPT43_DNSMASQ, 255 },
		{ OPT43_KEA, 255 },
		{ OPT43_ISC_DHCPD, 255 },
		{ OPT43_COMWARE7, 128 },
		{ OPT43_COMWARE5, 128 },
		{ OPT43_MIKROTIK, 255 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf fits = BUF_NULL, none = BUF_NULL;

		assert_int_equal(opt43_server_put(&fits, rows[i].server,
				     str_make(bytes, rows[i].max), NULL),
		    0);
		assert_int_equal(opt43_server_put(&none, rows[i].server,
				     str_make(bytes, rows[i].max + 1), NULL),
		    ERR_LIMIT);
		assert_int_equal(none.len, 0);
	}
}

/* The largest that they take, with no byte like another one. */
static void test_consoles_have_the_bytes_of_the_line(void **state)
{
	static const struct {
		const char *profile;
		enum opt43_server server;
	} rows[] = {
		{ "comware7", OPT43_COMWARE7 },
		{ "comware5", OPT43_COMWARE5 },
	};
	static struct cli_stub stub;
	uint8_t bytes[CLI_OPTION_MAX / 2] = { 1, sizeof(bytes) - 2 };

	(void)state;
	for (size_t i = 2; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *lines[] = { "sys", "dhcp server ip-pool 0", NULL };
		auto_buf line = BUF_NULL;
		uint8_t got[CLI_OPTION_MAX / 2];

		assert_int_equal(opt43_server_put(&line, rows[i].server,
				     str_make(bytes, sizeof(bytes)), NULL),
		    0);
		line.len--; /* the end of the line */
		lines[2] = buf_cstr(&line);
		cli_stub_open(&stub, rows[i].profile);
		for (size_t k = 0; k < ARRAY_LEN(lines); k++) {
			auto_buf out = BUF_NULL;

			if (cli_session_take(&stub.session, str_of(lines[k]), &out)
				.is_refused)
				fail_msg("%s\n%s", lines[k], buf_cstr(&out));
		}
		assert_string_equal(stub.session.note, "");
		assert_int_equal(cli_dhcp_option_43(&stub.device.running.dhcp.pools[0],
				     got),
		    sizeof(bytes));
		assert_memory_equal(got, bytes, sizeof(bytes));
		cli_stub_close(&stub);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_for_servers_are_as_written),
		cmocka_unit_test(test_a_server_takes_no_more_than_it_can),
		cmocka_unit_test(test_consoles_have_the_bytes_of_the_line),
	};

	written_options(argc, argv);
	return cmocka_run_group_tests(tests, written_enter, NULL);
}
