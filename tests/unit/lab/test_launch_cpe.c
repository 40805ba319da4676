/* lab/launch: what the agent of a lab's CPEs is told. The namespaces of the lab are
 * numbers here: the fabric that the launcher asks for them is this file's. */
#include "tests/unit/lab/labs.h"

#include "lab/launch/launch.h"

#include "agents/cpe/device/config.h"
#include "agents/cpe/place/cpe_place.h"
#include "lib/base/text.h"

struct fabric {
	int first,
	    step; /* of the descriptors; step 0: each other one follows by chance */
};

int fabric_ns(const struct fabric *fabric, size_t i)
{
	if (fabric->step == 0)
		return fabric->first + (int)i * 7 % 5 + (int)i * 5;
	return fabric->first + (int)i * fabric->step;
}

void fabric_free(struct fabric *fabric)
{
	(void)fabric;
}

/* Launches a node of a lab and reads the agent's configuration as the agent does. The caller
 * frees *ret_doc. */
static struct cpe_config told_of(const char *lab, struct str node,
    const struct fabric *fabric, struct conf_doc **ret_doc)
{
	struct launch_context context = { .tls = "/run/tls", .out = "/out" };
	struct cpe_config config;
	struct topology *topology;
	struct launch launch;
	struct error err = ERROR_NULL;
	struct plan *plan;

	topology = must_read(lab);
	context.plan = plan = must_build(topology);
	context.fabric = fabric;
	if (launch_program(&context, topology_node(topology, node), &launch, &err) <
		0 ||
	    conf_parse("conf", buf_str(&launch.conf), ret_doc, &err) < 0 ||
	    cpe_config_read(&config, *ret_doc, &err) < 0)
		fail_msg("%s", err.text);
	launch_free(&launch);
	plan_free(plan);
	topology_free(topology);
	return config;
}

/* The same of a lab of one CPE node. */
static struct cpe_config told(const char *cpe, const struct fabric *fabric,
    struct conf_doc **ret_doc)
{
	auto_buf text = BUF_NULL;

	buf_printf(&text,
	    "name: t\nnodes:\n  sw1: {kind: switch}\n  cpe: {kind: cpe, attach: sw1,"
	    " model: box, default-acs: {url: \"http://10.0.0.1/\"}, %s}\n",
	    cpe);
	return told_of(buf_cstr(&text), STR("cpe"), fabric, ret_doc);
}

static void test_the_cpes_of_a_node_are_one_range(void **state)
{
	const struct fabric fabric = { 9, 2 };
	struct conf_doc *doc;
	struct cpe_config config =
	    told("count: 500, serial-base: HP001, mac-base: 02:aa:00:00:00:ff", &fabric,
		&doc);
	const struct cpe_range *range = config.cpes.items;
	char text[CPE_NETNS_MAX];
	uint8_t mac[6];

	(void)state;
	assert_int_equal(config.cpes.len, 1);
	assert_int_equal(range->count, 500);
	assert_string_equal(cpe_range_name(range, 499, text), "cpe-500");
	assert_string_equal(cpe_range_serial(range, 499, 499, text), "HP500");
	assert_string_equal(cpe_range_netns(range, 0, text), "/proc/1/fd/11");
	assert_string_equal(cpe_range_netns(range, 499, text), "/proc/1/fd/1009");
	assert_true(cpe_range_mac(range, 1, mac));
	assert_string_equal(mac_text(mac, text), "02:aa:00:00:01:00");
	assert_string_equal(range->interface, "eth0");
	conf_free(doc);
}

static void test_what_cpes_do_wrong_is_told(void **state)
{
	const struct fabric fabric = { 9, 1 };
	struct conf_doc *doc;
	struct cpe_config config = told("quirks: [no-header, http-1.0]", &fabric, &doc);

	(void)state;
	assert_ptr_equal(config.does.rows, quirks_of_cpe);
	assert_int_equal(config.does.on, quirk_bit(quirks_of_cpe, STR("no-header")) |
					     quirk_bit(quirks_of_cpe, STR("http-1.0")));
	conf_free(doc);
	config = told("count: 1", &fabric, &doc);
	assert_int_equal(config.does.on, 0);
	conf_free(doc);
}

static void test_by_what_they_get_an_address_is_told(void **state)
{
	static const struct {
		const char *ip;
		int want;
	} rows[] = { { "v4", PLACE_V4 }, { "v6", PLACE_V6 }, { "dual", PLACE_DUAL } };
	const struct fabric fabric = { 9, 1 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf text = BUF_NULL;
		struct cpe_config config;
		struct conf_doc *doc;

		buf_printf(&text,
		    "name: t\nnodes:\n  a: {kind: switch}\n  b: {kind: switch}\n"
		    "  r: {kind: router, ports: [a 2001:db8::1/64, b 10.1.0.1/24]}\n"
		    "  cpe: {kind: cpe, attach: a, model: box, ip: %s}\n",
		    rows[i].ip);
		config = told_of(buf_cstr(&text), STR("cpe"), &fabric, &doc);
		assert_int_equal(((const struct cpe_range *)config.cpes.items)->ip,
		    rows[i].want);
		conf_free(doc);
	}
}

/* As many as one switch has ports for. With one mapping a CPE the agent's configuration grew
 * with them, and over 95,323 it had more nodes than any configuration may have. */
static void test_a_thousand_cpes_are_told_in_as_few_words_as_two(void **state)
{
	const struct fabric fabric = { 9, 1 };
	struct conf_doc *doc;
	struct cpe_config config = told("count: 1000", &fabric, &doc);
	const struct cpe_range *range = config.cpes.items;
	char text[CPE_NETNS_MAX];

	(void)state;
	assert_int_equal(config.n_cpes, 1000);
	assert_true(doc->text.len < 1024);
	assert_string_equal(cpe_range_serial(range, 999, 999, text), "0200020003E8");
	conf_free(doc);
}

static void test_namespaces_that_are_not_evenly_spaced_are_told_one_by_one(void **state)
{
	const struct fabric fabric = { 100, 0 };
	struct conf_doc *doc;
	struct cpe_config config = told("count: 40", &fabric, &doc);
	const struct cpe_range *ranges = config.cpes.items;
	char text[CPE_NETNS_MAX], expected[CPE_NETNS_MAX], serial[CPE_TEXT_MAX];
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < config.cpes.len; i++) {
		for (uint64_t k = 0; k < ranges[i].count; k++, n++) {
			(void)snprintf(expected, sizeof(expected), "/proc/1/fd/%d",
			    fabric_ns(&fabric, n + 1));
			assert_string_equal(cpe_range_netns(&ranges[i], k, text),
			    expected);
			(void)snprintf(expected, sizeof(expected), "cpe-%zu", n + 1);
			assert_string_equal(cpe_range_name(&ranges[i], k, text),
			    expected);
			(void)snprintf(expected, sizeof(expected), "020002%06zX",
			    n + 1);
			assert_string_equal(cpe_range_serial(&ranges[i], k, n, serial),
			    expected);
		}
	}
	assert_int_equal(n, 40);
	assert_true(config.cpes.len > 1);
	conf_free(doc);
}

static void test_serials_that_are_listed_stay_with_their_cpe(void **state)
{
	const struct fabric fabric = { 9, 1 };
	struct conf_doc *doc;
	struct cpe_config config =
	    told("count: 3, serials: [S7, T, HP9]", &fabric, &doc);
	const struct cpe_range *range = config.cpes.items;
	char text[CPE_TEXT_MAX];

	(void)state;
	assert_int_equal(config.cpes.len, 1);
	assert_string_equal(cpe_range_serial(range, 0, 0, text), "S7");
	assert_string_equal(cpe_range_serial(range, 1, 1, text), "T");
	assert_string_equal(cpe_range_serial(range, 2, 2, text), "HP9");
	conf_free(doc);
}

/* Its interface is its bridge, and where it leases no address it has one. */
static void test_a_managed_switch_is_the_cpe_of_its_bridge(void **state)
{
	static const struct {
		const char *keys;
		uint32_t address;
		bool has_console;
	} rows[] = {
		{ "model: box", 0, false },
		{ "model: box, address: dhcp, console: {sysname: edge}", 0, true },
		{ "model: box, address: 10.0.0.5/24", 0x0a000005, false },
	};
	const struct fabric fabric = { 9, 1 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf text = BUF_NULL;
		struct conf_doc *doc;
		struct cpe_config config;
		const struct cpe_range *range;
		char name[CPE_TEXT_MAX];

		buf_printf(&text,
		    "name: t\nnodes:\n  core: {kind: switch}\n"
		    "  sw1: {kind: switch, attach: core, cwmp: {%s}}\n",
		    rows[i].keys);
		config = told_of(buf_cstr(&text), STR("sw1"), &fabric, &doc);
		range = config.cpes.items;
		assert_int_equal(config.cpes.len, 1);
		assert_int_equal(config.n_cpes, 1);
		assert_string_equal(cpe_range_name(range, 0, name), "sw1");
		assert_string_equal(range->interface, "br0");
		assert_true(range->is_bridge);
		assert_int_equal(range->address, rows[i].address);
		assert_int_equal(config.dhcp, rows[i].address == 0);
		assert_int_equal(config.console.is_on, rows[i].has_console);
		conf_free(doc);
	}
}

static void test_who_may_log_in_to_the_console_is_told(void **state)
{
	const struct fabric fabric = { 9, 1 };
	struct conf_doc *doc;
	struct cpe_config config =
	    told("console: {telnet: yes, port: 2323, login: users, idle-timeout: 1m, "
		 "users: [{name: admin, password: s3cret}, "
		 "{name: reader, password: r3ad, level: 1}]}",
		&fabric, &doc);
	const struct cli_gate *gate = &config.console.gate;

	(void)state;
	assert_true(config.console.telnet);
	assert_int_equal(config.console.port, 2323);
	assert_int_equal(config.console.idle, 60 * NS_PER_S);
	assert_int_equal(gate->login, CLI_LOGIN_USERS);
	assert_null(gate->password);
	assert_int_equal(gate->n_users, 2);
	assert_string_equal(gate->users[0].name, "admin");
	assert_string_equal(gate->users[0].password, "s3cret");
	assert_int_equal(gate->users[0].level, CLI_LEVEL_MANAGE);
	assert_string_equal(gate->users[1].password, "r3ad");
	assert_int_equal(gate->users[1].level, CLI_LEVEL_MONITOR);
	conf_free(doc);
}

static void test_a_console_stands_open_to_nobody_unless_it_is_told_so(void **state)
{
	const struct fabric fabric = { 9, 1 };
	struct conf_doc *doc;
	struct cpe_config config = told("console: {}", &fabric, &doc);

	(void)state;
	assert_true(config.console.is_on);
	assert_false(config.console.telnet);
	conf_free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_cpes_of_a_node_are_one_range),
		cmocka_unit_test(test_by_what_they_get_an_address_is_told),
		cmocka_unit_test(test_what_cpes_do_wrong_is_told),
		cmocka_unit_test(test_a_thousand_cpes_are_told_in_as_few_words_as_two),
		cmocka_unit_test(
		    test_namespaces_that_are_not_evenly_spaced_are_told_one_by_one),
		cmocka_unit_test(test_serials_that_are_listed_stay_with_their_cpe),
		cmocka_unit_test(test_a_managed_switch_is_the_cpe_of_its_bridge),
		cmocka_unit_test(test_who_may_log_in_to_the_console_is_told),
		cmocka_unit_test(
		    test_a_console_stands_open_to_nobody_unless_it_is_told_so),
	};

	return cmocka_run_group_tests(tests, enter_source, NULL);
}
