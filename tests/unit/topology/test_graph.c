/* lab/graph: the three drawings. */
#include "tests/unit/topology/load_lab.h"
#include "tests/unit/topology/topologies.h"

#include "tests/support/guard.h"

#include "lab/graph/graph.h"
#include "lib/base/buf.h"

#include <stdio.h>
#include <string.h>

static const char rooms[] =
    "name: rooms\n"
    "nodes:\n"
    "  room-a: {kind: switch, attach: core, stp: on}\n"
    "  core: {kind: switch, stp: on}\n"
    "  room-b: {kind: switch, stp: on, links: [core, room-a]}\n"
    "  dns: {kind: dns, attach: core, address: 10.0.0.3/24}\n"
    "  acs: {kind: acs, attach: core, address: 10.0.0.4/24, url: "
    "http://acs.lab/?a=1&b=2}\n"
    "  cpe: {kind: cpe, count: 500, attach: room-a, model: box}\n"
    "  island: {kind: switch}\n"
    "  h: {kind: host, attach: island, address: 192.0.2.3/24, command: [sh, -c, x]}\n";

static void test_tree_hangs_on_the_switch_with_most_cables(void **state)
{
	struct topology *topology = must_read(rooms);
	auto_buf text = BUF_NULL;

	(void)state;
	graph_text(&text, topology, false);
	assert_string_equal(buf_cstr(&text),
	    "room-a               switch  STP\n"
	    "|- cpe x 500         cpe     box\n"
	    "|- core              switch  STP\n"
	    "|  |- dns            dns     10.0.0.3\n"
	    "|  `- acs            acs     10.0.0.4  http://acs.lab/?a=1&b=2\n"
	    "`- room-b            switch  STP\n"
	    "island               switch\n"
	    "`- h                 host    192.0.2.3  sh\n"
	    "also: room-b -- core (closed by STP)\n");
	topology_free(topology);
}

static void test_what_links_do_stands_beside_their_nodes(void **state)
{
	auto_buf text = BUF_NULL;
	struct topology *topology = must_read(
	    "name: t\nnodes:\n"
	    "  sw1: {kind: switch}\n"
	    "  sw2: {kind: switch, attach: {switch: sw1, link: plain}}\n"
	    "  a: {kind: cpe, model: box, attach: {switch: sw1, link: lte}}\n"
	    "  b: {kind: cpe, model: box, attach: {switch: sw1, link: {delay: 5ms,\n"
	    "    schedule: [{at: 1s, set: down}]}}}\n");

	(void)state;
	graph_text(&text, topology, false);
	assert_string_equal(buf_cstr(&text),
	    "sw1                  switch\n"
	    "|- a                 cpe     box  [distribution=normal loss=0.1% queue=1000 "
	    "up.delay=30ms ...]\n"
	    "|- b                 cpe     box  [delay=5ms, scheduled]\n"
	    "`- sw2               switch  [plain]\n");
	topology_free(topology);
}

static void test_summary_counts_kinds(void **state)
{
	auto_buf text = BUF_NULL;
	struct topology *topology =
	    must_read("name: t\nnodes:\n"
		      "  sw1: {kind: switch}\n"
		      "  dns: {kind: dns, attach: sw1, address: 10.0.0.3/24}\n"
		      "  a: {kind: host, attach: sw1, address: 10.0.0.4/24}\n"
		      "  b: {kind: host, attach: sw1, address: 10.0.0.5/24}\n"
		      "  sw2: {kind: switch, attach: sw1, cwmp: {model: box}}\n"
		      "  cpe: {kind: cpe, count: 3, attach: sw2, model: box}\n");

	(void)state;
	graph_summary(&text, topology);
	assert_string_equal(buf_cstr(&text),
	    "2 switches (1 managed), dns, 3 CPE, 2 hosts");
	topology_free(topology);
}

/* A file that ends with the test. */
static int to_file(const struct buf *out, char *path, size_t size)
{
	FILE *file;
	int fd;

	(void)snprintf(path, size, "/tmp/cwmplab-test-XXXXXX");
	fd = mkstemp(path);
	guard_path(path);
	file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!file)
		return -1;
	(void)fwrite(out->data, 1, out->len, file);
	return fclose(file);
}

static int run_on(const char *command, const struct buf *out)
{
	char path[64], line[256];
	int status;

	assert_int_equal(to_file(out, path, sizeof(path)), 0);
	(void)snprintf(line, sizeof(line), "%s %s >/dev/null", command, path);
	status = system(line);
	(void)unlink(path);
	return status;
}

static void test_a_load_test_is_drawn_in_all_three(void **state)
{
	struct topology *topology = must_read(load_lab);
	auto_buf text = BUF_NULL, dot = BUF_NULL, svg = BUF_NULL, summary = BUF_NULL;

	(void)state;
	graph_text(&text, topology, false);
	assert_non_null(strstr(buf_cstr(&text),
	    "|- homes             load    10.0.0.20  profile.yaml -> acs1\n"));
	assert_non_null(strstr(buf_cstr(&text),
	    "street            load    10.9.0.20  20 CPEs -> http://10.9.0.30:80/\n"));
	graph_dot(&dot, topology);
	assert_non_null(strstr(buf_cstr(&dot),
	    "\"homes\" [shape=parallelogram fillcolor=\"#fecaca\" "));
	assert_int_equal(graph_svg(&svg, topology), 0);
	assert_non_null(strstr(buf_cstr(&svg), ">LOAD</text>"));
	assert_non_null(strstr(buf_cstr(&svg), ">profile.yaml</text>"));
	assert_non_null(strstr(buf_cstr(&svg), ">20 CPEs</text>"));
	graph_summary(&summary, topology);
	assert_string_equal(buf_cstr(&summary), "2 switches, 1 ACS, 2 hosts, 2 loads");
	topology_free(topology);
}

static void test_graphviz_reads_dot(void **state)
{
	struct topology *topology = must_read(rooms);
	auto_buf out = BUF_NULL;

	(void)state;
	graph_dot(&out, topology);
	topology_free(topology);
	if (system("dot -V 2>/dev/null") != 0)
		skip();
	assert_int_equal(run_on("dot -Tplain", &out), 0);
}

static void test_svg_is_xml_with_one_stack_for_many(void **state)
{
	struct topology *topology = must_read(rooms);
	auto_buf out = BUF_NULL;
	const char *text;

	(void)state;
	assert_int_equal(graph_svg(&out, topology), 0);
	topology_free(topology);
	text = buf_cstr(&out);
	assert_memory_equal(text, "<svg ", 5);
	assert_non_null(strstr(text, "cpe \xc3\x97 500</text>"));
	assert_non_null(strstr(text, "http://acs.lab/?a=1&amp;b=2</text>"));
	assert_true(out.len < 16384);
	if (system("xmllint --version >/dev/null 2>&1") != 0)
		skip();
	assert_int_equal(run_on("xmllint --noout --nonet", &out), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree_hangs_on_the_switch_with_most_cables),
		cmocka_unit_test(test_what_links_do_stands_beside_their_nodes),
		cmocka_unit_test(test_summary_counts_kinds),
		cmocka_unit_test(test_a_load_test_is_drawn_in_all_three),
		cmocka_unit_test(test_graphviz_reads_dot),
		cmocka_unit_test(test_svg_is_xml_with_one_stack_for_many),
	};

	return cmocka_run_group_tests(tests, enter_source, NULL);
}
