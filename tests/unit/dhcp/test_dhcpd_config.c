#include "tests/unit/unit.h"

#include "agents/dhcp/config.h"
#include "agents/dhcp/dhcpd.h"

#include "lib/base/text.h"
#include "tests/support/guard.h"

#define HEAD \
	"interface: eth0\naddress: 10.0.0.2/24\npools:\n- range: 10.0.0.100-10.0.0.199\n"

static int parse(struct dhcpd_config *config, const char *text, struct error *err)
{
	struct conf_doc *doc = NULL;
	int r = conf_parse("test", str_of(text), &doc, err);

	if (r == 0)
		r = dhcpd_config_read(config, doc, err);
	if (r < 0)
		conf_free(doc);
	return r;
}

static void test_a_pool_is_read_with_its_defaults(void **state)
{
	const struct pool_config *pool;
	struct dhcpd_config config;

	(void)state;
	assert_int_equal(parse(&config, HEAD "  dns: 10.0.0.3\n", NULL), 0);

	assert_string_equal(config.node, "dhcp");
	assert_int_equal(config.server.address, 0x0a000002);
	assert_int_equal(config.server.n_pools, 1);
	assert_int_equal(config.server.offer_hold, 30 * NS_PER_S);
	assert_int_equal(config.server.decline_hold, 600 * NS_PER_S);
	pool = &config.server.pools[0];
	assert_int_equal(pool->first, 0x0a000064);
	assert_int_equal(pool->last, 0x0a0000c7);
	assert_int_equal(pool->prefix, 24);
	assert_int_equal(pool->lease_s, 3600);
	assert_int_equal(pool->n_dns, 1);
	assert_int_equal(pool->dns[0], 0x0a000003);
	assert_null(pool->option_43.p);
	conf_free(config.doc);
}

static void test_a_pool_may_be_for_some(void **state)
{
	const struct pool_config *pool;
	struct dhcpd_config config;

	(void)state;
	assert_int_equal(parse(&config,
			     HEAD "  for: {circuit-id: eth1, vendor-class: docsis}\n",
			     NULL),
	    0);
	pool = &config.server.pools[0];
	assert_true(str_is(pool->circuit_id, "eth1"));
	assert_null(pool->remote_id.p);
	assert_true(str_is(pool->vendor_class, "docsis"));
	conf_free(config.doc);
}

static void test_a_pool_may_be_of_a_relays_subnet_and_its_leases_infinite(void **state)
{
	const struct pool_config *pool;
	struct dhcpd_config config;
	struct error err = ERROR_NULL;

	(void)state;
	if (parse(&config,
		HEAD "- range: 10.9.0.16-10.9.0.30\n  subnet: 10.9.0.17/28\n"
		     "  lease: infinite\n",
		&err) < 0)
		fail_msg("%s", err.text);

	pool = &config.server.pools[0];
	assert_int_equal(pool->subnet, 0x0a000002);
	assert_int_equal(pool->prefix, 24);
	pool = &config.server.pools[1];
	assert_int_equal(pool->subnet, 0x0a090011);
	assert_int_equal(pool->prefix, 28);
	assert_int_equal(pool->lease_s, UINT32_MAX);
	conf_free(config.doc);
}

static void test_an_acs_becomes_option_43(void **state)
{
	static const struct {
		const char *acs;
		const char *hex;
	} rows[] = {
		{ "{url: 'http://a', username: u, password: p, service-provider: s}",
		    "010c687474703a2f2f6120752070"
		    "020173" },
		{ "{format: tr069, url: 'http://a', provisioning-code: c, retry-min-wait: "
		  "5s, retry-multiplier: 2000}",
		    "0108687474703a2f2f61"
		    "020163"
		    "030135"
		    "040432303030" },
		{ "{hex: '01 3B 68'}", "013b68" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;
		struct dhcpd_config config;
		auto_buf text = BUF_NULL, hex = BUF_NULL;

		buf_printf(&text, HEAD "  acs: %s\n", rows[i].acs);
		if (parse(&config, buf_cstr(&text), &err) < 0)
			fail_msg("%s", err.text);
		hex_append(&hex, config.server.pools[0].option_43.p,
		    config.server.pools[0].option_43.len);
		assert_string_equal(buf_cstr(&hex), rows[i].hex);
		conf_free(config.doc);
	}
}

static void test_mistakes_are_told_with_their_line(void **state)
{
	static const struct {
		const char *more;
		const char *words; /* in the text */
	} rows[] = {
		{ "  acs: {url: 'http://a', retry-min-wait: 5s}\n",
		    "this layout has no place for it" },
		{ "  acs: {format: tr069, url: 'http://a', password: p}\n",
		    "this layout has no place for it" },
		{ "  acs: {url: 'http://a', password: p}\n",
		    "a password without a user name" },
		{ "  acs: {username: u}\n", "\"url\" is missing" },
		{ "  acs: {hex: '0'}\n", "pairs of hex digits" },
		{ "  dns: [10.0.0.3, dns]\n", "\"dns\" is no IPv4 address" },
		{ "  lease: 10s\n  t1: 9s\n  t2: 8s\n", "comes too late" },
		{ "  lease: 10s\n  t2: 10s\n", "comes too late" },
		{ "  lease: infinite\n  t1: 9s\n",
		    "an infinite lease is never renewed" },
		{ "  lease: infinitely\n", "is no duration" },
		{ "  subnet: 10.9.0.0\n", "has no prefix length" },
		{ "  leas: 10s\n", "did you mean" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;
		struct dhcpd_config config;
		auto_buf text = BUF_NULL;

		buf_printf(&text, HEAD "%s", rows[i].more);
		assert_int_equal(parse(&config, buf_cstr(&text), &err), ERR_CONFIG);
		assert_true(str_starts(str_of(err.text), STR("test:")));
		if (!str_find(str_of(err.text), str_of(rows[i].words), NULL))
			fail_msg("%s", err.text);
	}
}

#define ARGS(...)                                                        \
	(int)ARRAY_LEN(((char *[]){ "dhcpd", __VA_ARGS__ })), (char *[]) \
	{                                                                \
		"dhcpd", __VA_ARGS__, NULL                               \
	}

static void test_flags_say_what_a_file_says(void **state)
{
	struct error err = ERROR_NULL;
	struct agent_args args;
	struct dhcpd_config config;

	(void)state;
	assert_int_equal(agent_args_read(&dhcpd_program,
			     ARGS("--interface", "eth0", "--address", "10.0.0.2/24",
				 "--range", "10.0.0.100-10.0.0.199", "--dns",
				 "10.0.0.3", "--dns", "10.0.0.4", "--acs-url",
				 "http://a", "--acs-format", "tr069",
				 "--acs-retry-multiplier", "2000", "--acs-always",
				 "--control", "7"),
			     &args),
	    -1);

	assert_int_equal(args.control, 7);
	assert_null(args.config);
	if (dhcpd_config_read(&config, args.doc, &err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(config.interface, "eth0");
	assert_int_equal(config.server.n_pools, 1);
	assert_int_equal(config.server.pools[0].n_dns, 2);
	assert_int_equal(config.server.pools[0].dns[1], 0x0a000004);
	assert_int_equal(config.server.pools[0].option_43.len, 10 + 6);
	assert_true(config.server.pools[0].is_option_43_for_all);
	conf_free(args.doc);
}

/* What ps(1) shows of a command line, with blanks. */
static void show(struct buf *out, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		buf_printf(out, "%s%s", i > 1 ? " " : "", argv[i]);
}

static void test_secrets_do_not_stay_in_the_command_line(void **state)
{
	char password[] = "s3cret", url[] = "--acs-url=http://a/?token=s3cret&x=1",
	     hex[] = "0103687474";
	char *argv[] = { "dhcpd", "--interface", "eth0", "--address", "10.0.0.2/24",
		"--range", "10.0.0.100-10.0.0.199", url, "--acs-username", "cpe",
		"--acs-password", password, NULL };
	char *raw[] = { "dhcpd", "--acs-hex", hex, NULL };
	int argc = (int)ARRAY_LEN(argv) - 1;
	struct error err = ERROR_NULL;
	struct dhcpd_config config;
	struct agent_args args;
	auto_buf seen = BUF_NULL, seen_raw = BUF_NULL;

	(void)state;
	assert_int_equal(agent_args_read(&dhcpd_program, argc, argv, &args), -1);

	show(&seen, argc, argv);
	assert_string_equal(buf_cstr(&seen),
	    "--interface eth0 --address 10.0.0.2/24 --range 10.0.0.100-10.0.0.199 "
	    "--acs-url=http://a/?token=******&x=1 --acs-username cpe --acs-password "
	    "******");
	assert_int_equal(dhcpd_config_read(&config, args.doc, &err), 0);
	assert_true(str_find(config.server.pools[0].option_43,
	    STR("http://a/?token=s3cret&x=1 cpe s3cret"), NULL));
	conf_free(args.doc);
	arena_free(&args.secrets);

	/* Also where the call is refused. */
	assert_int_equal(agent_args_read(&dhcpd_program, 3, raw, &args), EXIT_USAGE);
	show(&seen_raw, 3, raw);
	assert_string_equal(buf_cstr(&seen_raw), "--acs-hex **********");
}

static int read_password_file(const char *text, struct agent_args *args)
{
	char path[] = "/tmp/cwmplab-test-XXXXXX";
	auto_fd fd = mkstemp(path);
	int r;

	assert_true(fd >= 0);
	guard_path(path);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	r = agent_args_read(&dhcpd_program,
	    ARGS("--interface", "eth0", "--address", "10.0.0.2/24", "--range",
		"10.0.0.100-10.0.0.199", "--acs-url", "http://a", "--acs-username",
		"cpe", "--acs-password-file", path),
	    args);
	assert_int_equal(unlink(path), 0);
	return r;
}

static void test_a_password_is_the_first_line_of_a_file(void **state)
{
	static const char *const texts[] = { "s3cret", "s3cret\n", "s3cret\r\nmore\n" };
	struct error err = ERROR_NULL;
	struct dhcpd_config config;
	struct agent_args args;
	auto_buf long_line = BUF_NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		assert_int_equal(read_password_file(texts[i], &args), -1);
		assert_int_equal(dhcpd_config_read(&config, args.doc, &err), 0);
		assert_true(str_ends(config.server.pools[0].option_43,
		    STR("http://a cpe s3cret")));
		conf_free(args.doc);
		arena_free(&args.secrets);
	}
	assert_int_equal(read_password_file("", &args), EXIT_USAGE);
	assert_int_equal(read_password_file("\ns3cret\n", &args), EXIT_USAGE);
	for (int i = 0; i < 1025; i++)
		buf_append_char(&long_line, 'x');
	assert_int_equal(read_password_file(buf_cstr(&long_line), &args), EXIT_USAGE);
}

static void test_a_flag_with_a_wrong_value_is_named(void **state)
{
	struct error err = ERROR_NULL;
	struct agent_args args;
	struct dhcpd_config config;

	(void)state;
	assert_int_equal(agent_args_read(&dhcpd_program,
			     ARGS("--interface", "eth0", "--address", "10.0.0.2",
				 "--range", "10.0.0.100-10.0.0.199"),
			     &args),
	    -1);

	assert_int_equal(dhcpd_config_read(&config, args.doc, &err), ERR_CONFIG);
	assert_string_equal(err.text,
	    "--address: \"10.0.0.2\" has no prefix length (such as 10.0.0.2/24; 1 to 32)");
	conf_free(args.doc);
}

static void test_flags_that_make_no_sense_are_usage_errors(void **state)
{
	const struct {
		int argc;
		char **argv;
	} rows[] = {
		{ ARGS("--foo") },
		{ ARGS("--interface") },
		{ ARGS("word") },
		{ ARGS("--interface", "a", "--interface", "b") },
		{ ARGS("--config", "f", "--range", "x") },
		{ ARGS("--interface", "a", "--address", "b", "--range", "c",
		    "--acs-password-file", "/dev/null", "--acs-password-file", "f") },
		{ ARGS("--interface", "a", "--address", "b", "--range", "c",
		    "--acs-password-file", "/nowhere") },
		{ ARGS("--config", "f", "--control", "x") },
		{ 1, (char *[]){ "dhcpd", NULL } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct agent_args args;

		assert_int_equal(agent_args_read(&dhcpd_program, rows[i].argc,
				     rows[i].argv, &args),
		    EXIT_USAGE);
		assert_null(args.doc);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_pool_is_read_with_its_defaults),
		cmocka_unit_test(test_a_pool_may_be_for_some),
		cmocka_unit_test(
		    test_a_pool_may_be_of_a_relays_subnet_and_its_leases_infinite),
		cmocka_unit_test(test_an_acs_becomes_option_43),
		cmocka_unit_test(test_mistakes_are_told_with_their_line),
		cmocka_unit_test(test_flags_say_what_a_file_says),
		cmocka_unit_test(test_secrets_do_not_stay_in_the_command_line),
		cmocka_unit_test(test_a_password_is_the_first_line_of_a_file),
		cmocka_unit_test(test_a_flag_with_a_wrong_value_is_named),
		cmocka_unit_test(test_flags_that_make_no_sense_are_usage_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
