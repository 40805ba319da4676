/* lab/launch: what DHCP relays are told, and servers of pools that are not for everybody. */
#include "tests/unit/lab/labs.h"
#include "tests/unit/topology/load_lab.h"

#include "lab/launch/launch.h"

#define NETS(relay)                                                                \
	"name: t\nnodes:\n"                                                        \
	"  a: {kind: switch}\n"                                                    \
	"  b: {kind: switch}\n"                                                    \
	"  r: {kind: router, ports: [a 10.0.0.1/24, b 10.1.0.1/24], relay: " relay \
	"}\n"
#define SERVER(pools) \
	"  dhcp: {kind: dhcp, attach: a, address: 10.0.0.2/24, pools: [\n" pools "]"
#define POOL(rest) "    {range: 10.1.0.9-10.1.0.19, subnet: 10.1.0.0/24" rest "}"
#define ACS(n)     "acs: {format: tr069, url: http://acs" n "/}"

static int launch(const char *text, const char *node, struct launch *ret,
    struct error *err)
{
	struct launch_context context = { .tls = "/run/tls", .out = "/out" };
	struct topology *topology = NULL;
	int r;

	if (topology_parse("tests/unit/topology/files/t.yaml", str_of(text),
		&test_options, &topology, err) < 0)
		fail_msg("%s", err->text);
	context.plan = must_build(topology);
	r = launch_program(&context, topology_node(topology, str_of(node)), ret, err);
	plan_free((struct plan *)(uintptr_t)context.plan);
	topology_free(topology);
	return r;
}

/* Its arguments stand in front of its configuration. */
static void expect(const char *text, const char *node, const char *const *lines)
{
	struct error err = ERROR_NULL;
	struct launch launched;
	auto_buf said = BUF_NULL;

	if (launch(text, node, &launched, &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; launched.argv[i]; i++)
		buf_printf(&said, "%s ", launched.argv[i]);
	buf_append_char(&said, '\n');
	buf_append_str(&said, buf_str(&launched.conf));
	for (; *lines; lines++) {
		if (!str_find(buf_str(&said), str_of(*lines), NULL))
			fail_msg("\"%s\" is not in:\n%s", *lines, buf_cstr(&said));
	}
	launch_free(&launched);
}

static void test_our_relay_is_told_its_ports_and_what_it_writes(void **state)
{
	static const char *const lines[] = {
		"cwmplab relay --config /run/r.conf ",
		"\"servers\": [\n  \"10.0.0.2\"",
		"\"circuit-id\": \"{port}\"",
		"\"hops\": 4",
		"\"interface\": \"eth0\",\n   \"address\": \"10.0.0.1/24\"\n",
		"\"interface\": \"eth1\",\n   \"address\": \"10.1.0.1/24\",\n   \"trusted\": true",
		NULL,
	};

	(void)state;
	expect(NETS("{to: dhcp, circuit-id: \"{port}\", hops: 4, trusted: eth1}")
		   SERVER(POOL("")) "}\n",
	    "r", lines);
}

/* A cable that carries tags has a port for each VLAN. */
static void test_a_port_is_called_as_its_interface(void **state)
{
	static const char *const lines[] = {
		"\"interface\": \"eth0.10\",\n   \"address\": \"10.0.0.1/24\"\n",
		"\"interface\": \"eth0.20\",\n   \"address\": \"10.1.0.1/24\",\n   "
		"\"trusted\": true",
		NULL,
	};

	(void)state;
	expect("name: t\nnodes:\n"
	       "  a: {kind: switch}\n"
	       "  b: {kind: switch}\n"
	       "  r: {kind: router, relay: {to: 10.0.0.2, trusted: eth0.20}, ports: [\n"
	       "    {switch: a, trunk: [{vlan: 10, address: 10.0.0.1/24},\n"
	       "      {vlan: 20, address: 10.1.0.1/24}]}, b 10.5.0.1/24]}\n",
	    "r", lines);
}

static void test_our_relay_tells_neighbours_where_there_are_many_cpes(void **state)
{
	static const char *const lines[] = { "\"neighbours\": true", NULL };

	(void)state;
	expect(NETS("dhcp") SERVER(
		   POOL("")) "}\n"
			     "  cpe: {kind: cpe, count: 101, attach: b, model: box}\n",
	    "r", lines);
}

/* Those beside the server need no relay. */
static void test_dnsmasq_is_told_the_other_networks(void **state)
{
	static const char *const lines[] = { "dnsmasq ",
		"pid-file\nlog-facility=-\nport=0\ndhcp-relay=10.1.0.1,10.0.0.2\n",
		NULL };

	(void)state;
	expect(NETS("{to: dhcp, engine: dnsmasq}") SERVER(POOL("")) "}\n", "r", lines);
}

static void test_dhcrelay_is_told_which_way_its_ports_lead(void **state)
{
	static const char *const near[] = {
		"dhcrelay -4 -d --no-pid -a -c 16 -iu eth0 -id eth1 10.0.0.2 \n", NULL
	};
	static const char *const far[] = {
		"dhcrelay -4 -d --no-pid -c 3 -i eth0 -i eth1 10.9.0.2 \n", NULL
	};

	(void)state;
	expect(NETS("{to: dhcp, engine: isc, circuit-id: \"{port}\"}")
		   SERVER(POOL("")) "}\n",
	    "r", near);
	expect(NETS("{to: 10.9.0.2, engine: isc, hops: 3}"), "r", far);
}

static void test_a_switch_that_snoops_is_told_whom_it_trusts(void **state)
{
	static const char *const lines[] = { "cwmplab snoopd --config /run/sw.conf ",
		"\"trusted\": [\n  \"dhcp\",\n  \"up\"\n ]",
		"\"circuit-id\": \"{port}\"", "\"remote-id\": \"{router}\"", NULL };
	static const char *const plain[] = { NULL };

	(void)state;
	expect(
	    "name: t\nnodes:\n"
	    "  sw: {kind: switch, links: [far], snooping: {trusted: [dhcp, up]}}\n"
	    "  far: {kind: switch}\n"
	    "  dhcp: {kind: dhcp, attach: sw, address: 10.0.0.2/24, pools: [\n"
	    "    {range: 10.0.0.9-10.0.0.19}]}\n"
	    "  h: {kind: host, address: 10.0.0.3/24, attach: {switch: sw, port: up}}\n",
	    "sw", lines);
	expect("name: t\nnodes:\n  sw: {kind: switch}\n", "sw", plain);
}

#define WHO ", for: {circuit-id: eth1, remote-id: r, vendor-class: a b}"

static void test_each_server_is_told_whose_a_pool_is(void **state)
{
	static const char *const ours[] = { "\"subnet\": \"10.1.0.0/24\"",
		"\"for\": {\n    \"circuit-id\": \"eth1\",\n    \"remote-id\": \"r\",\n"
		"    \"vendor-class\": \"a b\"\n   }",
		NULL };
	static const char *const dnsmasq[] = { "dhcp-circuitid=set:c1,65:74:68:31\n",
		"dhcp-remoteid=set:r1,72\n", "dhcp-vendorclass=set:v1,a b\n",
		"dhcp-range=tag:c1,tag:r1,tag:v1,set:pool1,10.1.0.9,10.1.0.19,"
		"255.255.255.0,3600\n",
		NULL };
	static const char *const kea[] = { "\"client-class\": \"pool1\"",
		"\"name\": \"pool1\",\n    \"test\": \"member('ALL') and relay4[1].hex == "
		"0x65746831 and relay4[2].hex == 0x72 and "
		"substring(option[60].hex,0,3) == 0x612062\"",
		NULL };

	(void)state;
	expect(NETS("dhcp") SERVER(POOL(WHO)) "}\n", "dhcp", ours);
	expect(NETS("dhcp") SERVER(POOL(WHO)) ", engine: dnsmasq}\n", "dhcp", dnsmasq);
	expect(NETS("dhcp") SERVER(POOL(WHO)) ", engine: kea}\n", "dhcp", kea);
}

#define OTHER(rest) ",\n    {range: 10.1.0.29-10.1.0.39, subnet: 10.1.0.0/24" rest "}"

static void test_kea_gives_the_acs_of_the_first_pool_that_fits(void **state)
{
	static const char *const lines[] = {
		"\"name\": \"cpe\",\n    \"test\": \"substring(option[60].hex,0,12) == "
		"'dslforum.org' and relay4[1].hex == 0x65746831\"",
		"\"name\": \"cpe2\",\n    \"test\": \"substring(option[60].hex,0,12) == "
		"'dslforum.org'\"",
		"\"id\": 1,\n    \"subnet\": \"10.1.0.0/24\"", NULL
	};

	(void)state;
	expect(NETS("dhcp") SERVER(POOL(", for: {circuit-id: eth1}, " ACS("1"))
		       OTHER(", " ACS("2"))) ", engine: kea}\n",
	    "dhcp", lines);
}

static void test_kea_is_not_told_what_it_cannot_do(void **state)
{
	static const struct {
		const char *text, *told;
	} rows[] = {
		{ NETS("dhcp") SERVER(
		      POOL(", " ACS("1")) OTHER(", " ACS("2"))) ", engine: kea}\n",
		    "dhcp: with engine kea all pools give the same acs, but" },
		{ NETS("dhcp") SERVER(POOL(", for: {circuit-id: eth1}")
			  OTHER(", " ACS("2"))) ", engine: kea}\n",
		    "dhcp: with engine kea all pools give the same acs, but" },
		{ NETS("dhcp")
			SERVER(POOL("") OTHER(", lease: 10m")) ", engine: kea}\n",
		    "dhcp: with engine kea all pools of a subnet give the same lease" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;
		struct launch launched;

		assert_int_equal(launch(rows[i].text, "dhcp", &launched, &err),
		    ERR_USAGE);
		if (!strstr(err.text, rows[i].told))
			fail_msg("%s", err.text);
		launch_free(&launched);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_our_relay_is_told_its_ports_and_what_it_writes),
		cmocka_unit_test(test_a_port_is_called_as_its_interface),
		cmocka_unit_test(
		    test_our_relay_tells_neighbours_where_there_are_many_cpes),
		cmocka_unit_test(test_dnsmasq_is_told_the_other_networks),
		cmocka_unit_test(test_dhcrelay_is_told_which_way_its_ports_lead),
		cmocka_unit_test(test_a_switch_that_snoops_is_told_whom_it_trusts),
		cmocka_unit_test(test_each_server_is_told_whose_a_pool_is),
		cmocka_unit_test(test_kea_gives_the_acs_of_the_first_pool_that_fits),
		cmocka_unit_test(test_kea_is_not_told_what_it_cannot_do),
	};

	return cmocka_run_group_tests(tests, enter_source, NULL);
}
