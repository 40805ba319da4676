/* What "validate" tells of a topology that is sound and hardly meant so. */
#include "tests/unit/topology/topologies.h"

#include "lab/run/topology_notes.h"
#include "lib/base/buf.h"

static const struct topology_options options = { .models = "topologies/models" };

#define LAB                                                       \
	"name: t\n"                                               \
	"nodes:\n"                                                \
	"  sw1: {kind: switch}\n"                                 \
	"  sw2: {kind: switch}\n"                                 \
	"  dns: {kind: dns, attach: sw1, address: 10.0.0.3/24}\n" \
	"  acs: {kind: acs, attach: sw1, address: 10.0.0.11/24, " \
	"url: \"http://acs.lab:7547/cwmp\"}\n"
#define DHCP(name, sw, host, range, more)                                 \
	"  " name ": {kind: dhcp, attach: " sw ", address: " host "/24, " \
	"pools: [{range: " range more "}]}\n"
#define CPE(count) "  cpe: {kind: cpe, attach: sw1, model: hp5920, count: " #count "}\n"
#define URL(host)  ", acs: {url: \"http://" host ":7547/cwmp\"}"

#define POLICIES(first, second, old, new)                                          \
	"name: t\nnodes:\n  sw1: {kind: switch}\n"                                 \
	"  dns: {kind: dns, attach: sw1, address: 10.0.0.3/24}\n"                  \
	"  acs: {kind: acs, attach: sw1, address: 10.0.0.11/24, "                  \
	"url: \"http://acs.lab:7547/cwmp\", policy: tests/unit/lab/notes/" first   \
	".yaml}\n"                                                                 \
	"  acs2: {kind: acs, attach: sw1, address: 10.0.0.12/24, "                 \
	"url: \"http://acs2.lab:7547/cwmp\", policy: tests/unit/lab/notes/" second \
	".yaml}\n"                                                                 \
	"  dhcp: {kind: dhcp, attach: sw1, address: 10.0.0.2/24, pools: [{range: " \
	"10.0.0.100-10.0.0.104}]}\n"                                               \
	"  cpe1: {kind: cpe, attach: sw1, model: hp5920" old "}\n"                 \
	"  cpe2: {kind: cpe, attach: sw1, model: gateway-098" new "}\n"
#define AGAIN(models)                                                              \
	"note: tests/unit/lab/notes/again.yaml:3:19: \"DeviceInfo.Uptime\" is no " \
	"parameter or object of " models " (it is named 3 times)\n"

#define NETS "name: t\nnodes:\n  a: {kind: switch}\n  b: {kind: switch}\n"
#define NAT                                                                 \
	"  n: {kind: nat, outside: a 10.0.0.1/24, inside: b 10.1.0.1/24}\n" \
	"  cpe: {kind: cpe, attach: b, model: hp5920, acs: {url: "          \
	"\"http://10.0.0.9/\"}}\n"

#define VLANS(trunk, vlan)                                                         \
	"name: t\nnodes:\n  a: {kind: switch}\n"                                   \
	"  b: {kind: switch, attach: {switch: a, trunk: [" trunk "]}}\n"           \
	"  h: {kind: host, attach: {switch: a, vlan: 10}, address: 10.0.0.1/24}\n" \
	"  i: {kind: host, attach: {switch: b, vlan: " vlan                        \
	"}, address: 10.0.0.2/24}\n"

static const struct {
	const char *text, *notes;
} rows[] = {
	{ VLANS("10", "10"), "" },
	{ VLANS("20", "10"),
	    "note: t.yaml:6:45: VLAN 10 of \"i\" does not reach \"h\": a trunk between them "
	    "is without it\n"
	    "note: t.yaml:4:49: no node is in VLAN 20 of this trunk\n" },
	{ VLANS("10, 20", "10"),
	    "note: t.yaml:4:53: no node is in VLAN 20 of this trunk\n" },
	{ VLANS("10, 20", "20"),
	    "note: t.yaml:5:45: nobody but \"h\" is in VLAN 10\n"
	    "note: t.yaml:6:45: nobody but \"i\" is in VLAN 20\n" },
	{ LAB DHCP("dhcp", "sw1", "10.0.0.2", "10.0.0.100-10.0.0.104", "") CPE(5), "" },
	{ LAB DHCP("dhcp", "sw1", "10.0.0.2", "10.0.0.100-10.0.0.104", "") CPE(6),
	    "note: t.yaml:7:64: 5 addresses for 6 CPEs: 1 of them will get none\n" },
	{ LAB DHCP("dhcp", "sw1", "10.0.0.2", "10.0.0.100-10.0.0.100", "") CPE(3),
	    "note: t.yaml:7:64: 1 address for 3 CPEs: 2 of them will get none\n" },
	/* Two servers of a segment together, and none of another one. */
	{ LAB DHCP("dhcp", "sw1", "10.0.0.2", "10.0.0.100-10.0.0.101", "")
		DHCP("more", "sw1", "10.0.0.4", "10.0.0.110-10.0.0.110", "") CPE(3),
	    "" },
	{ LAB DHCP("dhcp", "sw1", "10.0.0.2", "10.0.0.100-10.0.0.101", "")
		DHCP("more", "sw2", "10.0.1.2", "10.0.1.100-10.0.1.100", "") CPE(3),
	    "note: t.yaml:7:64: 2 addresses for 3 CPEs: 1 of them will get none\n" },
	/* A pool of a relay's subnet is for others. */
	{ LAB DHCP("dhcp", "sw1", "10.0.0.2", "10.0.0.100-10.0.0.101",
	      "}, {range: 10.9.0.8-10.9.0.20, subnet: 10.9.0.1/24") CPE(3),
	    "note: t.yaml:7:64: 2 addresses for 3 CPEs: 1 of them will get none\n" },
	/* One of the server's own is not, whichever host of it is named. */
	{ LAB DHCP("dhcp", "sw1", "10.0.0.2", "10.0.0.100-10.0.0.101",
	      "}, {range: 10.0.0.110-10.0.0.110, subnet: 10.0.0.1/24") CPE(3),
	    "" },
	/* Nor is it the server's own for being named by its address. */
	{ LAB DHCP("dhcp", "sw1", "10.0.0.2", "10.0.0.100-10.0.0.101",
	      "}, {range: 10.0.9.8-10.0.9.20, subnet: 10.0.0.2/16") CPE(3),
	    "note: t.yaml:7:64: 2 addresses for 3 CPEs: 1 of them will get none\n" },
	/* but where a relay brings their requests they are counted as well. */
	{ NETS
	    "  r: {kind: router, ports: [a 10.0.0.1/24, b 10.1.0.1/24], relay: dhcp}\n"
	    "  dhcp: {kind: dhcp, attach: a, address: 10.0.0.2/24, pools: [{range: "
	    "10.1.0.8-10.1.0.9, subnet: 10.1.0.0/24}]}\n"
	    "  cpe: {kind: cpe, count: 3, attach: b, model: hp5920}\n",
	    "note: t.yaml:6:62: 2 addresses for 3 CPEs: 1 of them will get none\n" },
	{ NETS "  r: {kind: router, ports: [a 10.0.0.1/24, b 10.1.0.1/24]}\n"
	       "  dhcp: {kind: dhcp, attach: a, address: 10.0.0.2/24, pools: [{range: "
	       "10.1.0.8-10.1.0.9, subnet: 10.1.0.0/24}]}\n"
	       "  cpe: {kind: cpe, attach: b, model: hp5920}\n",
	    "note: t.yaml:6:63: no router has a \"relay\" for the requests of the 1 CPE "
	    "of this subnet\n" },
	/* Beyond a NAT nobody is known. */
	{ NETS NAT "expect: [{sequence: x, nodes: [cpe]}]\n",
	    "note: t.yaml:7:32: what \"cpe\" sends is recorded beyond \"n\" alone, as "
	    "frames of that NAT\n" },
	{ NETS NAT "expect: [{sequence: x, nodes: [cpe]}]\ncapture: [cpe]\n", "" },
	{ NETS NAT "expect: [{sequence: x, nodes: [cpe]}]\ncapture: [n]\n", "" },
	/* What does not get through is seen where it comes from. */
	{ NETS NAT "  acs: {kind: acs, attach: a, address: 10.0.0.9/24, url: "
		   "\"http://10.0.0.9/\"}\ncapture: [cpe]\nexpect: [call tcp fails]\n",
	    "note: t.yaml:9:10: a call that does not get through \"n\" is seen at the port "
	    "of the ACS alone\n" },
	{ NETS NAT
	    "  acs: {kind: acs, attach: a, address: 10.0.0.9/24, url: "
	    "\"http://10.0.0.9/\"}\ncapture: [cpe, acs]\nexpect: [call tcp fails]\n",
	    "" },
	{ NETS NAT "  acs: {kind: acs, attach: a, address: 10.0.0.9/24, url: "
		   "\"http://10.0.0.9/\"}\ncapture: [cpe]\nexpect: [call udp works]\n",
	    "" },
	/* Passwords */
	{ LAB "  acs2: {kind: acs, attach: sw1, address: 10.0.0.12/24, url: "
	      "\"http://acs2.lab:7547/cwmp\", auth: basic, username: u, password: p}\n",
	    "note: t.yaml:7:97: Basic without TLS shows the password to everybody\n" },
	/* Names */
	{ LAB DHCP("dhcp", "sw1", "10.0.0.2", "10.0.0.100-10.0.0.104",
	      ", dns: [dns]" URL("acs.lab")) CPE(5),
	    "" },
	{ LAB DHCP("dhcp", "sw1", "10.0.0.2", "10.0.0.100-10.0.0.104",
	      ", dns: [dns]" URL("acs2.lab")) CPE(5),
	    "note: t.yaml:7:119: no DNS of this lab knows \"acs2.lab\"\n" },
	{ LAB DHCP("dhcp", "sw1", "10.0.0.2", "10.0.0.100-10.0.0.104", URL("10.0.0.77"))
		CPE(5),
	    "" },
	{ LAB DHCP("dhcp", "sw1", "10.0.0.2", "10.0.0.100-10.0.0.104",
	      ", dns: [192.0.2.53]" URL("acs2.lab")) CPE(5),
	    "" },
	{ LAB DHCP("dhcp", "sw1", "10.0.0.2", "10.0.0.100-10.0.0.104",
	      "") "  cpe: {kind: cpe, attach: sw1, model: hp5920, acs: {url: "
		  "\"http://acs3.lab/\"}, default-acs: {url: \"http://acs4.lab/\"}}\n",
	    "note: t.yaml:8:59: no DNS of this lab knows \"acs3.lab\"\n"
	    "note: t.yaml:8:99: no DNS of this lab knows \"acs4.lab\"\n" },
	/* Policies */
	{ "name: t\nnodes:\n  sw1: {kind: switch}\n"
	  "  dns: {kind: dns, attach: sw1, address: 10.0.0.3/24}\n"
	  "  acs: {kind: acs, attach: sw1, address: 10.0.0.11/24, "
	  "url: \"http://acs.lab:7547/cwmp\", policy: tests/unit/lab/notes/policy.yaml}\n"
	  "  dhcp: {kind: dhcp, attach: sw1, address: 10.0.0.2/24, pools: [{range: "
	  "10.0.0.100-10.0.0.104}]}\n"
	  "  cpe: {kind: cpe, attach: sw1, model: hp5920}\n",
	    "note: tests/unit/lab/notes/policy.yaml:6:37: no DNS of this lab knows "
	    "\"acs9.lab\"\n"
	    "note: tests/unit/lab/notes/policy.yaml:3:19: \"DeviceInfo.NoSuch\" is no "
	    "parameter or object of hp5920\n"
	    "note: tests/unit/lab/notes/policy.yaml:5:50: "
	    "\"DeviceInfo.SoftwareVersoin\" is no parameter or object of hp5920\n"
	    "note: tests/unit/lab/notes/policy.yaml:7:20: \"Hosts.Host.{i}.\" is no "
	    "parameter or object of hp5920\n"
	    "note: tests/unit/lab/notes/policy.yaml:8:34: "
	    "\"InternetGatewayDevice.Nothing.\" is no parameter or object of hp5920\n" },
	/* Each name once, */
	{ POLICIES("again", "again", "", ""), AGAIN("hp5920, gateway-098") },
	/* and of the models alone whose CPEs come there; */
	{ POLICIES("again", "again", URL("acs.lab"), URL("acs2.lab")),
	    AGAIN("hp5920, gateway-098") },
	{ POLICIES("good", "again", URL("acs.lab"), URL("acs2.lab")),
	    AGAIN("gateway-098") },
	{ POLICIES("again", "good", URL("acs.lab"), URL("acs2.lab")), AGAIN("hp5920") },
	/* of all where nobody does, */
	{ POLICIES("good", "again", URL("acs.lab"), URL("acs.lab")),
	    AGAIN("hp5920, gateway-098") },
	/* or an ACS sends them from one to the other. */
	{ POLICIES("moves", "again", URL("acs.lab"), URL("acs2.lab")),
	    AGAIN("hp5920, gateway-098") },
};

/* Without the lines of the files that the notes quote. */
static void keep_first_lines(struct buf *notes)
{
	struct str rest = buf_str(notes);
	auto_buf kept = BUF_NULL;

	while (rest.len > 0) {
		struct str line = str_cut(rest, '\n', &rest);

		if (str_starts(line, STR("note: ")))
			buf_printf(&kept, "%.*s\n", STR_ARG(line));
	}
	buf_reset(notes);
	buf_append_str(notes, buf_str(&kept));
}

static void test_what_is_hardly_meant_is_noted(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct topology *topology = NULL;
		struct error err = ERROR_NULL;
		auto_buf notes = BUF_NULL;

		if (topology_parse("t.yaml", str_of(rows[i].text), &options, &topology,
			&err) < 0)
			fail_msg("%s", err.text);
		assert_int_equal(topology_notes(topology, &notes), 0);
		keep_first_lines(&notes);
		if (strcmp(buf_cstr(&notes), rows[i].notes) != 0)
			fail_msg("%s\n%s", rows[i].text, buf_cstr(&notes));
		topology_free(topology);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_hardly_meant_is_noted),
	};

	return cmocka_run_group_tests(tests, enter_source, NULL);
}
