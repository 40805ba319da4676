/* lab/topology: what a sound file becomes. */
#include "tests/unit/topology/load_lab.h"
#include "tests/unit/topology/topologies.h"

#include "lib/base/buf.h"
#include "lib/load/load_file.h"

#include <jansson.h>
#include <string.h>

/* The example of the design, with a policy and a model of the tests. */
static const char figure_2[] =
    "name: figure-2\n"
    "nodes:\n"
    "  sw1:  {kind: switch}\n"
    "  dns:  {kind: dns, attach: sw1, address: 10.0.0.3/24}\n"
    "  dhcp:\n"
    "    kind: dhcp\n"
    "    attach: sw1\n"
    "    address: 10.0.0.2/24\n"
    "    pools:\n"
    "      - range: 10.0.0.100-10.0.0.199\n"
    "        dns: [dns]\n"
    "        acs: {format: comware, url: https://acs1.lab:7548/cwmp, username: cpe, "
    "password: s3cret}\n"
    "  acs1: {kind: acs, attach: sw1, address: 10.0.0.11/24, url: "
    "https://acs1.lab:7548/cwmp, policy: policy.yaml}\n"
    "  acs2: {kind: acs, attach: sw1, address: 10.0.0.12/24, url: "
    "https://acs2.lab:7548/cwmp}\n"
    "  cpe:  {kind: cpe, count: 3, attach: sw1, model: box}\n"
    "expect:\n"
    "  - {sequence: acs-migration, nodes: cpe, within: 30s}\n";

static void test_figure_2_is_read(void **state)
{
	struct topology *t = must_read(figure_2);
	const struct node *acs1 = topology_node(t, STR("acs1"));
	const struct node *acs2 = topology_node(t, STR("acs2"));
	const struct node *cpe = topology_node(t, STR("cpe"));
	const struct dhcp_pool *pool = topology_node(t, STR("dhcp"))->dhcp.pools.items;
	const struct expectation *expect = t->expect.items;

	(void)state;
	assert_string_equal(t->name, "figure-2");
	assert_string_equal(t->folder, "tests/unit/topology/files");
	assert_int_equal(t->n_nodes, 6);
	assert_int_equal(t->n_cpes, 3);
	assert_false(t->has_seed);

	assert_int_equal(pool->dns_addresses[0], 0x0a000003);
	assert_int_equal(pool->lease, 3600 * NS_PER_S);
	assert_true(pool->acs.is_set);
	assert_int_equal(pool->acs.format, ACS_FORMAT_COMWARE);

	assert_true(acs1->acs.is_https);
	assert_int_equal(acs1->acs.port, 7548);
	assert_string_equal(acs1->acs.host, "acs1.lab");
	assert_string_equal(acs1->acs.policy_path,
	    "tests/unit/topology/files/policy.yaml");
	assert_int_equal(acs1->acs.tls.min, TLS_VERSION_1_2);
	assert_int_equal(acs1->acs.tls.max, TLS_VERSION_1_3);

	assert_string_equal(cpe->cpe.model_path, "tests/unit/topology/files/box.yaml");
	assert_ptr_equal(cpe->attach.to, topology_node(t, STR("sw1")));

	assert_ptr_equal(expect->on[0], cpe);
	assert_int_equal(expect->within, 30 * NS_PER_S);
	assert_int_equal(acs2->acs.auth, ACS_AUTH_NONE);
	topology_free(t);
}

static void test_acs_demands_what_its_url_is_handed_out_with(void **state)
{
	struct topology *t = must_read(figure_2);
	const struct node *acs1 = topology_node(t, STR("acs1"));

	(void)state;
	assert_int_equal(acs1->acs.auth, ACS_AUTH_DIGEST);
	assert_string_equal(acs1->acs.username, "cpe");
	assert_string_equal(acs1->acs.password, "s3cret");
	topology_free(t);
}

static void test_names_of_the_lab_resolve(void **state)
{
	static const struct dns_entry want[] = {
		{ .name = "dns.lab", .address = 0x0a000003 },
		{ .name = "dhcp.lab", .address = 0x0a000002 },
		{ .name = "acs1.lab", .address = 0x0a00000b },
		{ .name = "acs2.lab", .address = 0x0a00000c },
	};
	struct topology *t = must_read(figure_2);

	(void)state;
	assert_int_equal(t->n_names, ARRAY_LEN(want));
	for (size_t i = 0; i < t->n_names; i++) {
		assert_string_equal(t->names[i].name, want[i].name);
		assert_int_equal(t->names[i].address, want[i].address);
	}
	topology_free(t);
}

static void test_servers_are_recorded_unless_the_file_says_else(void **state)
{
	struct topology *t = must_read(figure_2);
	auto_buf text = BUF_NULL;

	(void)state;
	assert_int_equal(t->n_capture, 4);
	assert_string_equal(t->capture[0]->name, "dns");
	assert_string_equal(t->capture[3]->name, "acs2");
	topology_free(t);

	buf_printf(&text, "%scapture: [cpe]\n", figure_2);
	t = must_read(buf_cstr(&text));
	assert_int_equal(t->n_capture, 1);
	assert_string_equal(t->capture[0]->name, "cpe");
	topology_free(t);
}

/* What it runs may be an ACS, whose TLS could not be judged otherwise. */
static void test_hosts_are_recorded_as_servers_are(void **state)
{
	struct topology *t = must_read("name: t\n"
				       "nodes:\n"
				       "  sw1: {kind: switch}\n"
				       "  acs: {kind: host, attach: sw1, address: "
				       "10.0.0.9/24, command: [\"true\"]}\n");

	(void)state;
	assert_int_equal(t->n_capture, 1);
	assert_string_equal(t->capture[0]->name, "acs");
	topology_free(t);
}

static void test_every_key_is_read(void **state)
{
	struct topology *t = must_read(
	    "name: all\n"
	    "description: every key\n"
	    "seed: 7\n"
	    "nodes:\n"
	    "  core: {kind: switch, stp: on, links: [sw2, sw2]}\n"
	    "  sw2: {kind: switch, stp: on}\n"
	    "  sw3: {kind: switch, attach: {switch: sw2, port: up}}\n"
	    "  dns: {kind: dns, attach: core, address: 10.1.0.3/16, domain: isp.test,\n"
	    "    records: [{name: www.example.net, address: 192.0.2.1}]}\n"
	    "  dhcp:\n"
	    "    kind: dhcp\n"
	    "    attach: {switch: core, port: dhcp-port}\n"
	    "    address: 10.1.0.2/16\n"
	    "    engine: kea\n"
	    "    pools:\n"
	    "      - range: 10.1.1.0-10.1.1.255\n"
	    "        dns: [dns, 9.9.9.9]\n"
	    "        router: 10.1.0.1\n"
	    "        domain: isp.test\n"
	    "        lease: 2m\n"
	    "        t1: 10s\n"
	    "        t2: 20s\n"
	    "        acs: {format: tr069, url: http://10.1.0.4:7547/, provisioning-code: "
	    "A.1,\n"
	    "          retry-min-wait: 5s, retry-multiplier: 2000, always: true}\n"
	    "        reservations: [{mac: 02:00:00:00:00:99, address: 10.1.2.2, name: "
	    "x}]\n"
	    "      - range: 10.1.3.1-10.1.3.9\n"
	    "        acs: {hex: \"01 02 68:69\"}\n"
	    "  acs:\n"
	    "    kind: acs\n"
	    "    attach: sw2\n"
	    "    address: 10.1.0.4/16\n"
	    "    url: https://10.1.0.4/\n"
	    "    names: [acs.example.net]\n"
	    "    auth: basic\n"
	    "    username: u\n"
	    "    password: p\n"
	    "    tls: {min: 1.3, max: 1.3, certificate: other-ca}\n"
	    "    misbehave: half-body\n"
	    "    state: devices.db\n"
	    "  cpe:\n"
	    "    kind: cpe\n"
	    "    attach: sw3\n"
	    "    model: box.yaml\n"
	    "    acs: {url: http://10.1.0.4/, username: me, password: pw}\n"
	    "    default-acs: {url: http://10.1.0.5/}\n"
	    "    tls: {max: 1.2}\n"
	    "    trust: none\n"
	    "    mac-base: 00:11:22:33:44:fe\n"
	    "    serials: [S1, S2, S3]\n"
	    "    boot-spread: 100ms\n"
	    "    retry: {min-wait: 7s, multiplier: 3000, limit: 4}\n"
	    "    periodic-inform: 1m\n"
	    "    quirks: [no-header, http-1.0]\n"
	    "  host: {kind: host, attach: core, address: 10.1.0.9/16, router: 10.1.0.1,\n"
	    "    command: [sh, -c, exit 0]}\n");
	const struct node *dhcp = topology_node(t, STR("dhcp"));
	const struct node *acs = topology_node(t, STR("acs"));
	const struct node *cpe = topology_node(t, STR("cpe"));
	const struct dhcp_pool *pools = dhcp->dhcp.pools.items;
	const struct pool_reservation *reservation = pools[0].reservations.items;
	char text[SERIAL_TEXT_MAX];
	uint8_t mac[6];

	(void)state;
	assert_true(t->has_seed);
	assert_int_equal(t->seed, 7);
	assert_string_equal(t->domain, "isp.test");
	assert_int_equal(t->n_names, 6);
	assert_string_equal(t->names[1].name, "www.example.net");
	assert_string_equal(dhcp->attach.port, "dhcp-port");
	assert_int_equal(dhcp->dhcp.engine, DHCP_ENGINE_KEA);
	assert_int_equal(pools[0].dns_addresses[1], 0x09090909);
	assert_int_equal(pools[0].lease, 120 * NS_PER_S);
	assert_int_equal(pools[0].acs.format, ACS_FORMAT_TR069);
	assert_int_equal(pools[0].acs.retry_min_wait, 5 * NS_PER_S);
	assert_int_equal(pools[0].acs.retry_multiplier, 2000);
	assert_true(pools[0].acs.always);
	assert_int_equal(reservation->address, 0x0a010202);
	assert_int_equal(pools[1].acs.raw_len, 4);
	assert_memory_equal(pools[1].acs.raw, "\x01\x02hi", 4);
	assert_int_equal(acs->acs.auth, ACS_AUTH_BASIC);
	assert_int_equal(acs->acs.tls.min, TLS_VERSION_1_3);
	assert_int_equal(acs->acs.certificate, CERTIFICATE_OTHER_CA);
	assert_int_equal(acs->acs.misbehave.len, 1);
	assert_string_equal(acs->acs.misbehave.items[0], "half-body");
	assert_int_equal(acs->acs.port, 443);
	assert_int_equal(cpe->cpe.count, 3);
	assert_string_equal(cpe->cpe.acs.username, "me");
	assert_string_equal(cpe->cpe.default_acs.url, "http://10.1.0.5/");
	assert_int_equal(cpe->cpe.tls.max, TLS_VERSION_1_2);
	assert_int_equal(cpe->cpe.trust, TRUST_NONE);
	assert_int_equal(cpe->cpe.retry_min_wait, 7 * NS_PER_S);
	assert_int_equal(cpe->cpe.retry_limit, 4);
	assert_int_equal(cpe->cpe.quirks.len, 2);
	assert_string_equal(cpe->cpe.quirks.items[1], "http-1.0");
	assert_string_equal(node_serial(cpe, 3, text), "S3");
	node_mac(cpe, 3, mac);
	assert_memory_equal(mac, "\x00\x11\x22\x33\x45\x00", 6);
	assert_int_equal(cpe->segment, acs->segment);
	topology_free(t);
}

/* A switch with "cwmp" is a CPE: with what stands there, or with what is not said. */
static void test_a_managed_switch_is_a_cpe(void **state)
{
	struct topology *t =
	    must_read("name: t\n"
		      "nodes:\n"
		      "  core: {kind: switch}\n"
		      "  sw1: {kind: switch, attach: core, cwmp: {model: box}}\n"
		      "  sw2:\n"
		      "    kind: switch\n"
		      "    links: [core]\n"
		      "    cwmp:\n"
		      "      address: 10.0.0.5/24\n"
		      "      router: 10.0.0.1\n"
		      "      model: box\n"
		      "      serial: HP007\n"
		      "      acs: {url: http://10.0.0.4/, username: me, password: pw}\n"
		      "      default-acs: {url: http://10.0.0.6/}\n"
		      "      tls: {max: 1.2}\n"
		      "      trust: none\n"
		      "      retry: {limit: 4}\n"
		      "      periodic-inform: 1m\n"
		      "      console: {profile: comware5, cwmp: profile}\n"
		      "expect: [{sequence: first-contact, nodes: [sw1, sw2]}]\n");
	const struct node *core = topology_node(t, STR("core"));
	const struct node *sw1 = topology_node(t, STR("sw1"));
	const struct node *sw2 = topology_node(t, STR("sw2"));
	const struct expectation *expect = t->expect.items;
	char text[SERIAL_TEXT_MAX];

	(void)state;
	assert_false(node_is_cpe(core));
	assert_true(node_is_cpe(sw1) && node_is_cpe(sw2));
	assert_int_equal(t->n_cpes, 2);
	assert_int_equal(sw1->address.address, 0);
	assert_int_equal(sw1->cpe.trust, TRUST_LAB);
	assert_int_equal(sw1->cpe.tls.max, TLS_VERSION_1_3);
	assert_false(sw1->cpe.console.is_on);
	assert_string_equal(node_serial(sw1, 1, text), "020002000001");
	assert_int_equal(sw2->address.address, 0x0a000005);
	assert_int_equal(sw2->address.prefix, 24);
	assert_int_equal(sw2->router, 0x0a000001);
	assert_string_equal(node_serial(sw2, 1, text), "HP007");
	assert_string_equal(sw2->cpe.model_path, "tests/unit/topology/files/box.yaml");
	assert_string_equal(sw2->cpe.acs.username, "me");
	assert_string_equal(sw2->cpe.default_acs.url, "http://10.0.0.6/");
	assert_int_equal(sw2->cpe.tls.max, TLS_VERSION_1_2);
	assert_int_equal(sw2->cpe.trust, TRUST_NONE);
	assert_int_equal(sw2->cpe.retry_limit, 4);
	assert_int_equal(sw2->cpe.periodic_inform, 60 * NS_PER_S);
	assert_true(sw2->cpe.console.is_on);
	assert_int_equal(sw2->cpe.console.cwmp, CONSOLE_CWMP_PROFILE);
	assert_int_equal(sw2->segment, sw1->segment);
	assert_ptr_equal(expect->on[1], sw2);
	/* Whoever has an address has a name. */
	assert_int_equal(t->n_names, 1);
	assert_string_equal(t->names[0].name, "sw2.lab");
	topology_free(t);
}

/* A managed switch has an interface for each port, of which its console names 56. */
static void test_a_managed_switch_has_56_ports(void **state)
{
	static const char lab[] =
	    "name: t\nnodes:\n  sw1: {kind: switch, cwmp: {model: box}}\n"
	    "  cpe: {kind: cpe, count: %d, attach: sw1, model: box}\n";
	struct topology *t = NULL;
	struct error err = ERROR_NULL;
	auto_buf most = BUF_NULL, more = BUF_NULL;

	(void)state;
	buf_printf(&most, lab, MANAGED_PORTS_MAX);
	topology_free(must_read(buf_cstr(&most)));
	buf_printf(&more, lab, MANAGED_PORTS_MAX + 1);
	assert_int_equal(read_topology(buf_cstr(&more), &t, &err), ERR_CONFIG);
	assert_non_null(
	    strstr(err.text, "managed switch \"sw1\" gets 57 ports; 56 is the most"));
}

static void test_serials_count_up(void **state)
{
	static const struct {
		const char *base;
		uint64_t i;
		const char *serial;
	} rows[] = {
		{ "210235A0LNH12000010", 1, "210235A0LNH12000010" },
		{ "210235A0LNH12000010", 3, "210235A0LNH12000012" },
		{ "A9", 2, "A10" },
		{ "A009X", 4, "A012X" },
		{ "ABC", 2, "ABC2" },
		{ "99999999999999999999", 2, "999991000000000000000" },
	};
	struct node node = { .kind = NODE_CPE, .number = 5, .identity = 5 };
	char text[SERIAL_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		node.cpe.serial_base = rows[i].base;
		assert_string_equal(node_serial(&node, rows[i].i, text),
		    rows[i].serial);
	}
	node.cpe.serial_base = NULL;
	assert_string_equal(node_serial(&node, 0x102, text), "020005000102");
}

static void test_instances_are_found_by_name(void **state)
{
	static const struct {
		const char *name;
		const char *node;
		uint64_t i;
	} rows[] = {
		{ "cpe-1", "cpe", 1 },
		{ "cpe-3", "cpe", 3 },
		{ "acs1", "acs1", 1 },
		{ "cpe", NULL, 0 },
		{ "cpe-0", NULL, 0 },
		{ "cpe-4", NULL, 0 },
		{ "cpe-01", NULL, 0 },
		{ "cpe-", NULL, 0 },
		{ "-1", NULL, 0 },
		{ "acs1-1", NULL, 0 },
		{ "", NULL, 0 },
	};
	struct topology *t = must_read(figure_2);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint64_t at = 0;
		const struct node *node =
		    topology_instance(t, str_of(rows[i].name), &at);

		assert_int_equal(node != NULL, rows[i].node != NULL);
		if (!node)
			continue;
		assert_string_equal(node->name, rows[i].node);
		assert_int_equal(at, rows[i].i);
	}
	topology_free(t);
}

static void test_schema_is_json(void **state)
{
	auto_buf out = BUF_NULL;
	json_error_t error;
	json_t *schema;

	(void)state;
	topology_schema(&out);
	schema =
	    json_loadb((const char *)out.data, out.len, JSON_REJECT_DUPLICATES, &error);
	if (!schema)
		fail_msg("%s line %d", error.text, error.line);
	assert_non_null(
	    json_object_get(json_object_get(schema, "properties"), "nodes"));
	json_decref(schema);
}

/* ---- bounds ------------------------------------------------------------------------ */

#define LAB_OF(nodes) "name: t\nnodes:\n  sw1: {kind: switch}\n" nodes
#define PC(port, address)                                                             \
	"  pc: {kind: host, attach: {switch: sw1, port: " port "}, address: " address \
	"}\n"
#define CPES(name, count, port)                                                       \
	"  " name ": {kind: cpe, attach: {switch: sw1, port: " port "}, model: box, " \
	"count: " count "}\n"

/* The last that is taken, and the first that is refused. */
static const struct bound {
	const char *yaml;
	bool is_good;
} bounds[] = {
	{ LAB_OF(PC("fifteen-letters", "10.0.0.1/24")), true },
	{ LAB_OF(PC("sixteen-letters-", "10.0.0.1/24")), false },
	{ LAB_OF(PC("lo", "10.0.0.1/24")), false },
	{ LAB_OF(PC("all", "10.0.0.1/24")), false },
	{ LAB_OF(PC("default", "10.0.0.1/24")), false },
	{ LAB_OF(PC(".x", "10.0.0.1/24")), false },
	{ LAB_OF(PC("x.", "10.0.0.1/24")), true },
	{ LAB_OF(PC("p7", "10.0.0.1/24")), false },
	{ LAB_OF(PC("p7x", "10.0.0.1/24")), true },
	{ LAB_OF(PC("azAZ09-_.", "10.0.0.1/24")), true },
	{ LAB_OF(PC("a/b", "10.0.0.1/24")), false },
	{ LAB_OF(PC("x", "10.0.0.0/30")), false },
	{ LAB_OF(PC("x", "10.0.0.1/30")), true },
	{ LAB_OF(PC("x", "10.0.0.2/30")), true },
	{ LAB_OF(PC("x", "10.0.0.3/30")), false },
	{ LAB_OF(PC("x", "10.0.0.0/31")), true },
	{ LAB_OF(PC("x", "10.0.0.1/31")), true },
	{ LAB_OF(PC("x", "10.0.0.1/32")), true },
	{ LAB_OF(CPES("a", "9", "thirteen-long")), true },
	{ LAB_OF(CPES("a", "10", "thirteen-long")), false },
	{ LAB_OF(CPES("a", "1", "fifteen-letters")), true },
};

static void test_bounds_are_kept(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bounds); i++) {
		struct topology *topology = NULL;
		struct error err = ERROR_NULL;
		int r = read_topology(bounds[i].yaml, &topology, &err);

		if ((r == 0) != bounds[i].is_good)
			fail_msg("%s%s", bounds[i].yaml, err.text);
		topology_free(topology);
	}
}

/* Its CPEs ask no DNS; the ACS that it names may stand behind it in the file. */
static void test_a_load_test_knows_its_acs_by_address(void **state)
{
	struct topology *t = must_read(load_lab);
	const struct node *homes = topology_node(t, STR("homes"));
	const struct node *street = topology_node(t, STR("street"));
	const struct node *acs = topology_node(t, STR("acs1"));

	(void)state;
	assert_ptr_equal(homes->load.to, acs);
	assert_true(acs->acs.is_loaded);
	assert_string_equal(homes->load.url, "https://10.0.0.11:443/cwmp?x=1");
	assert_string_equal(homes->load.profile_path,
	    "tests/unit/topology/files/profile.yaml");
	assert_int_equal(homes->load.sources.address, 0x64400000);
	assert_int_equal(homes->load.sources.prefix, 16);
	assert_int_equal(homes->load.keeps.len, 2);
	assert_int_equal(acs->acs.limit.sessions, 7);
	assert_int_equal(acs->acs.limit.rate, 500);
	assert_int_equal(acs->acs.limit.retry_after, 2 * NS_PER_S);

	assert_null(street->load.to);
	assert_string_equal(street->load.url, "http://10.9.0.30:80/");
	assert_int_equal(street->load.sources.prefix, 0);
	assert_null(homes->load.own);
	assert_null(street->load.profile_path);
	assert_int_equal(street->load.own->cpes, 20);
	assert_int_equal(street->load.own->n_mixes, 2);
	assert_int_equal(street->load.own->arrival.limit, 20);
	assert_false(node_is_cpe(homes));
	assert_int_equal(node_count(homes), 1);
	topology_free(t);
}

static const char hosts_lab[] =
    "name: t\n"
    "nodes:\n"
    "  sw1: {kind: switch}\n"
    "  app:\n"
    "    kind: host\n"
    "    attach: sw1\n"
    "    address: 10.0.0.9/24\n"
    "    router: 10.0.0.1\n"
    "    program: [./serve, \"-p\", \"8080\"]\n"
    "    files:\n"
    "      - {from: policy.yaml, to: etc/p.yaml}\n"
    "      - {to: serve, text: \"{{address}} {{acs.url}}\", fill: yes}\n"
    "      - {from: box.yaml}\n"
    "    environment: {PORT: 8080, EMPTY: \"\"}\n"
    "    ready: {tcp: 8080, udp: 69, within: 5s}\n"
    "  old: {kind: host, attach: sw1, address: 10.0.0.8/24, command: [sleep, \"1\"]}\n"
    "  pc: {kind: host, attach: sw1, address: 10.0.0.7/24}\n"
    "  acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: \"http://acs.lab/\"}\n";

static void test_a_host_has_files_and_variables_and_says_when_it_serves(void **state)
{
	struct topology *t = must_read(hosts_lab);
	const struct node *app = topology_node(t, STR("app"));
	const struct node *old = topology_node(t, STR("old"));
	const struct host_file *files = app->host.files.items;

	(void)state;
	assert_int_equal(node_host_program(app)->len, 3);
	assert_string_equal(node_host_program(app)->items[0], "./serve");
	assert_int_equal(app->host.files.len, 3);
	assert_string_equal(files[0].to, "etc/p.yaml");
	assert_string_equal(files[0].from_path,
	    "tests/unit/topology/files/policy.yaml");
	assert_false(files[0].fills);
	assert_true(files[1].fills);
	assert_string_equal(files[2].to, "box.yaml");
	assert_int_equal(app->host.n_environment, 2);
	assert_string_equal(app->host.environment[0], "PORT=8080");
	assert_string_equal(app->host.environment[1], "EMPTY=");
	assert_int_equal(app->host.ready.tcp, 8080);
	assert_int_equal(app->host.ready.udp, 69);
	assert_int_equal(app->host.ready.within, 5 * NS_PER_S);
	assert_string_equal(node_host_program(old)->items[0], "sleep");
	assert_int_equal(old->host.ready.tcp, 0);
	assert_int_equal(node_host_program(topology_node(t, STR("pc")))->len, 0);
	topology_free(t);
}

static void test_names_of_the_lab_are_filled_in(void **state)
{
	static const struct {
		const char *text, *filled; /* or what is said */
	} rows[] = {
		{ "", "" },
		{ "{ {name} } }}", "{ {name} } }}" },
		{ "{{name}}.{{ lab }}.{{domain}}", "app.t.lab" },
		{ "{{address}}/{{router}}", "10.0.0.9/10.0.0.1" },
		{ "{{acs.address}} {{acs.url}}", "10.0.0.4 http://acs.lab/" },
		{ "a\nbc {{acs", "2:4: no }} ends \"{{acs\"" },
		{ "{{app.url}}", "1:1: nothing is known of \"{{app.url}}\"" },
		{ "{{sw1.address}}", "1:1: nothing is known of \"{{sw1.address}}\"" },
		{ "x{{}}", "1:2: nothing is known of \"{{}}\"" },
		{ "{{nobody.address}}",
		    "1:1: nothing is known of \"{{nobody.address}}\"" },
	};
	struct topology *t = must_read(hosts_lab);
	const struct node *app = topology_node(t, STR("app"));

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf out = BUF_NULL;
		struct error err = ERROR_NULL;
		int r = topology_fill(t, app, str_of(rows[i].text), &out, &err);

		assert_string_equal(r == 0 ? buf_cstr(&out) : err.text, rows[i].filled);
	}
	topology_free(t);
}

/* What CPEs are told of the proxy is what its ACSs want to hear. */
static void test_a_proxy_stands_before_its_acss(void **state)
{
	struct topology *t = must_read(
	    "name: t\n"
	    "nodes:\n"
	    "  sw1: {kind: switch}\n"
	    "  cpe: {kind: cpe, attach: sw1, model: box,\n"
	    "    acs: {url: \"https://acs.lab/cwmp\", username: u, password: p}}\n"
	    "  front: {kind: proxy, attach: sw1, address: 10.0.0.10/24,\n"
	    "    url: \"https://acs.lab/cwmp\", upstreams: [a, b], engine: haproxy,\n"
	    "    sticky: cookie, keep-alive: 1, health: 0, names: [acs.example],\n"
	    "    misbehave: [drop-cookie, drop-soapaction], tls: {max: 1.2}}\n"
	    "  a: {kind: acs, attach: sw1, address: 10.0.0.11/24, url: "
	    "\"http://a.lab:7547/cwmp\", trust-proxies: [front, 192.0.2.1]}\n"
	    "  b: {kind: acs, attach: sw1, address: 10.0.0.12/24, url: "
	    "\"http://b.lab:7547/cwmp\"}\n");
	const struct node *front = topology_node(t, STR("front"));
	const struct node *a = topology_node(t, STR("a"));

	(void)state;
	assert_ptr_equal(front->proxy.to[0], a);
	assert_string_equal(front->proxy.to[1]->name, "b");
	assert_int_equal(front->proxy.engine, PROXY_HAPROXY);
	assert_int_equal(front->proxy.sticky, STICKY_COOKIE);
	assert_int_equal(front->proxy.port, 443);
	assert_true(front->proxy.is_https);
	assert_int_equal(front->proxy.keep_alive, 1);
	assert_int_equal(front->proxy.health, 0);
	assert_int_equal(front->proxy.misbehaves,
	    PROXY_DROPS_COOKIE | PROXY_DROPS_SOAPACTION);
	assert_int_equal(front->proxy.tls.max, TLS_VERSION_1_2);
	assert_string_equal(node_url(front), "https://acs.lab/cwmp");
	assert_string_equal(a->acs.username, "u");
	assert_int_equal(a->acs.auth, ACS_AUTH_DIGEST);
	assert_string_equal(a->acs.proxies.items[0], "10.0.0.10");
	assert_string_equal(a->acs.proxies.items[1], "192.0.2.1");
	/* front.lab, acs.lab, acs.example, a.lab, b.lab */
	assert_int_equal(t->n_names, 5);
	assert_string_equal(t->capture[0]->name, "front");
	assert_int_equal(t->n_capture, 3);
	topology_free(t);
}

static void test_a_family_is_its_whole_name(void **state)
{
	(void)state;
	assert_true(topology_rule_is_of("RTY-01", "RTY-01"));
	assert_true(topology_rule_is_of("RTY-01", "RTY"));
	assert_false(topology_rule_is_of("RTY-01", "RT"));
	assert_false(topology_rule_is_of("RTY-01", "RTY-0"));
	assert_false(topology_rule_is_of("RTY-01", "RTY-011"));
	assert_false(topology_rule_is_of("RTY-01", "SES"));
}

static void test_every_kind_has_words(void **state)
{
	(void)state;
	for (int kind = 0; kind < NODE_KINDS; kind++) {
		const struct node_kind_facts *facts =
		    node_kind_facts((enum node_kind)kind);

		assert_non_null(facts->word);
		assert_non_null(facts->words);
		assert_in_range(facts->turn, 0, NODE_KINDS - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind_has_words),
		cmocka_unit_test(test_figure_2_is_read),
		cmocka_unit_test(test_acs_demands_what_its_url_is_handed_out_with),
		cmocka_unit_test(test_names_of_the_lab_resolve),
		cmocka_unit_test(test_servers_are_recorded_unless_the_file_says_else),
		cmocka_unit_test(test_hosts_are_recorded_as_servers_are),
		cmocka_unit_test(test_every_key_is_read),
		cmocka_unit_test(test_a_managed_switch_is_a_cpe),
		cmocka_unit_test(test_a_managed_switch_has_56_ports),
		cmocka_unit_test(test_a_load_test_knows_its_acs_by_address),
		cmocka_unit_test(
		    test_a_host_has_files_and_variables_and_says_when_it_serves),
		cmocka_unit_test(test_names_of_the_lab_are_filled_in),
		cmocka_unit_test(test_a_proxy_stands_before_its_acss),
		cmocka_unit_test(test_a_family_is_its_whole_name),
		cmocka_unit_test(test_serials_count_up),
		cmocka_unit_test(test_instances_are_found_by_name),
		cmocka_unit_test(test_schema_is_json),
		cmocka_unit_test(test_bounds_are_kept),
	};

	return cmocka_run_group_tests(tests, enter_source, NULL);
}
