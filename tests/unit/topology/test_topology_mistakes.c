/* lab/topology: what each mistake is answered with, whole. */
#include "tests/unit/topology/topologies.h"

#include <stdio.h>

/* Line 1 names the lab and line 2 begins the nodes, so that rows begin at line 3. */
#define LAB  "name: t\nnodes:\n"
#define SW1  "  sw1: {kind: switch}\n"
#define DHCP "  dhcp: {kind: dhcp, attach: sw1, address: 10.0.0.2/24, pools: [{range: "
#define POOL DHCP "10.0.0.100-10.0.0.199"
#define ACS  "  acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: http://acs.lab/"
#define CPE  "  cpe: {kind: cpe, attach: sw1, model: box"

static const struct mistake {
	const char *yaml;
	const char *text;
} mistakes[] = {
#include "tests/unit/topology/mistakes.h"
};

static void test_each_mistake_is_answered(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(mistakes); i++) {
		struct topology *topology = NULL;
		struct error err = ERROR_NULL;
		char want[ERROR_TEXT_MAX];

		(void)snprintf(want, sizeof(want), "tests/unit/topology/files/t.yaml%s",
		    mistakes[i].text);
		assert_int_equal(read_topology(mistakes[i].yaml, &topology, &err),
		    ERR_CONFIG);
		assert_string_equal(err.text, want);
		assert_null(topology);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_mistake_is_answered),
		cmocka_unit_test(test_what_is_no_file_is_named),
	};

	return cmocka_run_group_tests(tests, enter_source, NULL);
}
