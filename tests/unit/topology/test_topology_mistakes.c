/* lab/topology: what each mistake is answered with, whole. */
#include "tests/unit/topology/topologies.h"

#include "lib/base/buf.h"

#include <stdio.h>
#include <string.h>

/* Line 1 names the lab and line 2 begins the nodes, so that rows begin at line 3. */
#define LAB  "name: t\nnodes:\n"
#define SW1  "  sw1: {kind: switch}\n"
#define NETS "  core: {kind: switch}\n  lan: {kind: switch}\n"
#define DHCP "  dhcp: {kind: dhcp, attach: sw1, address: 10.0.0.2/24, pools: [{range: "
#define POOL DHCP "10.0.0.100-10.0.0.199"
#define ACS  "  acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: http://acs.lab/"
#define CPE  "  cpe: {kind: cpe, attach: sw1, model: box"

static const struct mistake {
	const char *yaml;
	const char *text;
} rows[] = {
#include "tests/unit/topology/mistakes.h"
};

static void test_each_mistake_is_answered(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct topology *topology = NULL;
		struct error err = ERROR_NULL;
		char want[ERROR_TEXT_MAX];

		(void)snprintf(want, sizeof(want), "tests/unit/topology/files/t.yaml%s",
		    rows[i].text);
		assert_int_equal(read_topology(rows[i].yaml, &topology, &err),
		    ERR_CONFIG);
		assert_string_equal(err.text, want);
		assert_null(topology);
	}
}

/* 1,000 links, of each of whose steps 104 bytes count: 10,400,000 of them, and 10,504,000. */
static void test_schedules_are_as_long_as_a_carrier_reads_and_no_longer(void **state)
{
	(void)state;
	for (int n = 100; n <= 101; n++) {
		struct topology *topology = NULL;
		struct error err = ERROR_NULL;
		auto_buf text = BUF_NULL;
		int r;

		buf_append_text(&text,
		    LAB SW1 "  cpe: {kind: cpe, model: box, count: 1000, attach: "
			    "{switch: sw1, link: {schedule: [\n");
		for (int i = 0; i < n; i++)
			buf_printf(&text, "    {at: %ds, set: down},\n", i);
		buf_append_text(&text, "    ]}}}\n");
		r = read_topology(buf_cstr(&text), &topology, &err);
		assert_int_equal(r, n == 100 ? 0 : ERR_CONFIG);
		assert_true(n == 100 ||
			    strstr(err.text,
				"error: schedules of 10504000 bytes so far, told for "
				"each link; 10485760 are the most\n"));
		topology_free(topology);
	}
}

static void check_load(const char *path, const char *want)
{
	struct topology *topology = NULL;
	struct error err = ERROR_NULL;

	assert_int_equal(topology_load(path, &test_options, &topology, &err),
	    ERR_CONFIG);
	assert_string_equal(err.text, want);
}

static void test_what_is_no_file_is_named(void **state)
{
	(void)state;
	check_load("/", "/: error: is a directory without a topology.yaml");
	check_load("no-such.yaml",
	    "no-such.yaml: error: cannot be opened: No such file or directory");
	check_load("/dev/null",
	    "/dev/null: error: the file is empty, or holds nothing but comments");
}

/* Reads text, which has mistakes; their first lines without the file's name, in order. */
static void read_all(const char *text, struct conf_mistakes *mistakes,
    struct buf *lines)
{
	struct topology_options options = test_options;
	struct topology *topology = NULL;
	struct error err = ERROR_NULL;

	options.mistakes = mistakes;
	assert_int_equal(topology_parse("t.yaml", str_of(text), &options, &topology,
			     &err),
	    ERR_CONFIG);
	assert_null(topology);
	for (size_t i = 0; i < mistakes->len; i++) {
		struct str rest, line = str_of(mistakes->items[i].text);

		buf_append_str(lines, str_cut(line, '\n', &rest));
		buf_append_char(lines, '\n');
	}
}

/* Of every kind: found while the file is read, while keys are bound, while what they refer
 * to is checked. Nothing is said about those who refer to a node that is wrong itself. */
static void test_all_mistakes_are_told_in_the_order_of_the_file(void **state)
{
	static const char text[] =
	    LAB "  sw1: {kind: switch, stp: maybe}\n"
		"  sw2: {kind: swich}\n"
		"  a: {kind: host, attach: sw1, address: 10.0.0.5/24}\n"
		"  b: {kind: host, attach: sw2, address: 10.0.0.5/24}\n"
		"  c: {kind: host, attach: sw3, address: 10.0.0.6/24}\n"
		"  c: {kind: host}\n"
		"  d: {kind: host, adress: 10.0.0.7/24}\n"
		"  cpe: {kind: cpe, attach: sw1, model: bax, serials: [x, x]}\n"
		"expct: 3\n"
		"expect: [{sequence: first-contact, nodes: [d, e, a], within: 1}]\n"
		"capture: [e, sw2]\n";
	static const char want[] =
	    "t.yaml:3:28: error: \"maybe\" is neither true nor false\n"
	    "t.yaml:4:15: error: unknown kind \"swich\"\n"
	    "t.yaml:6:41: error: 10.0.0.5 is used twice\n"
	    "t.yaml:7:27: error: no switch is named \"sw3\"\n"
	    "t.yaml:8:3: error: \"c\" is written twice\n"
	    "t.yaml:9:6: error: \"attach\" is missing\n"
	    "t.yaml:9:6: error: \"address\" is missing\n"
	    "t.yaml:9:19: error: unknown key \"adress\"\n"
	    "t.yaml:10:40: error: no device model is named \"bax\"\n"
	    "t.yaml:10:58: error: this serial number is listed twice\n"
	    "t.yaml:11:1: error: unknown key \"expct\"\n"
	    "t.yaml:12:47: error: no node is named \"e\"\n"
	    "t.yaml:12:50: error: \"a\" is of kind host\n"
	    "t.yaml:12:62: error: \"1\" has no unit\n"
	    "t.yaml:13:11: error: no node is named \"e\"\n";
	struct conf_mistakes mistakes = { .len = 0 };
	auto_buf lines = BUF_NULL;

	(void)state;
	read_all(text, &mistakes, &lines);
	assert_string_equal(buf_cstr(&lines), want);
	assert_int_equal(mistakes.left_out, 0);
	conf_mistakes_free(&mistakes);
}

/* Its address may be the one that a route leads to. */
static void test_a_broken_router_is_told_of_once(void **state)
{
	struct conf_mistakes mistakes = { .len = 0 };
	auto_buf lines = BUF_NULL;

	(void)state;
	read_all(LAB "  a: {kind: switch}\n"
		     "  b: {kind: switch}\n"
		     "  c: {kind: switch}\n"
		     "  r: {kind: router, ports: [a 10.0.0.1/24, b 10.1.0.1]}\n"
		     "  s: {kind: router, ports: [a 10.0.0.2/24, c 10.2.0.1/24],\n"
		     "    routes: [{to: 10.1.0.0/24, via: 10.0.0.1}]}\n",
	    &mistakes, &lines);
	assert_string_equal(buf_cstr(&lines),
	    "t.yaml:6:46: error: \"10.1.0.1\" has no prefix length\n");
	conf_mistakes_free(&mistakes);
}

/* The first ones of the file are kept, whenever they were found. */
static void test_mistakes_have_a_limit(void **state)
{
	struct conf_mistakes mistakes = { .len = 0 };
	auto_buf text = BUF_NULL;
	auto_buf lines = BUF_NULL;

	(void)state;
	buf_append_text(&text,
	    LAB SW1 "  a: {kind: host, attach: sw9, address: 10.0.0.5/24}\n");
	for (size_t i = 0; i <= CONF_MISTAKES_MAX; i++)
		buf_printf(&text, "  b%zu: {kind: host, oops: 1}\n", i);
	read_all(buf_cstr(&text), &mistakes, &lines);
	assert_int_equal(mistakes.len, CONF_MISTAKES_MAX);
	assert_int_equal(mistakes.items[0].line, 4);
	assert_non_null(strstr(mistakes.items[0].text, "no switch is named \"sw9\""));
	/* Of each b three: two keys are missing. */
	assert_int_equal(mistakes.left_out,
	    1 + 3 * (CONF_MISTAKES_MAX + 1) - CONF_MISTAKES_MAX);
	conf_mistakes_free(&mistakes);
}

static void test_the_first_mistake_tells_of_the_others(void **state)
{
	struct topology *topology = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(read_topology(LAB "  a: {kind: swich}\n  b: {kind: swich}\n",
			     &topology, &err),
	    ERR_CONFIG);
	assert_string_equal(err.text,
	    "tests/unit/topology/files/t.yaml:3:13: error: unknown kind \"swich\"\n"
	    "    3 |   a: {kind: swich}\n"
	    "      |             ^~~~~ did you mean \"switch\"?\n"
	    "and 1 more mistake: \"cwmplab validate\" tells all of them");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_mistakes_are_told_in_the_order_of_the_file),
		cmocka_unit_test(test_a_broken_router_is_told_of_once),
		cmocka_unit_test(test_mistakes_have_a_limit),
		cmocka_unit_test(test_the_first_mistake_tells_of_the_others),
		cmocka_unit_test(test_each_mistake_is_answered),
		cmocka_unit_test(
		    test_schedules_are_as_long_as_a_carrier_reads_and_no_longer),
		cmocka_unit_test(test_what_is_no_file_is_named),
	};

	return cmocka_run_group_tests(tests, enter_source, NULL);
}
