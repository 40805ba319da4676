/* lab/launch: what the programs of a lab of IPv6 are told, and its certificates. */
#include "tests/unit/lab/labs.h"

#include "lab/launch/launch.h"
#include "tests/support/guard.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

// clang-format off
static const char six[] =
    "name: t\n"
    "nodes:\n"
    "  lan: {kind: switch}\n"
    "  core: {kind: switch}\n"
    "  edge: {kind: router, ports: [lan 10.0.0.1/24 2001:db8:0:1::1/64,\n"
    "    {switch: core, address: 2001:db8:0:2::1/64, ra: {dns: dns, lifetime: 0}}]}\n"
    "  dns: {kind: dns, attach: lan, address: [10.0.0.3/24, 2001:db8:0:1::3/64], router: 2001:db8:0:1::1}\n"
    "  dhcp: {kind: dhcp, attach: lan, address: [10.0.0.2/24, 2001:db8:0:1::2/64], router: 2001:db8:0:1::1, pools: [\n"
    "    {range: 10.0.0.100-10.0.0.199},\n"
    "    {range: 2001:db8:0:1::100-2001:db8:0:1::1ff, dns: [dns, 2001:db8::53],\n"
    "     acs: {url: \"http://[fd00::2]:7547/cwmp\", provisioning-code: p,\n"
    "       retry-min-wait: 7s, retry-multiplier: 2500}},\n"
    "    {range: 2001:db8:0:1::200-2001:db8:0:1::2ff, lease: 2h,\n"
    "     acs: {url: http://acs.lab/, always: yes}}]}\n"
    "  dhcp6: {kind: dhcp, attach: core, address: 2001:db8:0:2::2/64, pools: [\n"
    "    {range: 2001:db8:0:2::100-2001:db8:0:2::1ff}]}\n"
    "  acs: {kind: acs, attach: core, address: 2001:db8:0:2::9/64, url: \"https://[2001:db8:0:2::9]/\"}\n"
    "  wall: {kind: firewall, rules: accept, ports: [{switch: lan, address: 2001:db8:0:1::fe/64, ra: {send: no}},\n"
    "    far 2001:db8:0:3::1/64]}\n"
    "  far: {kind: switch}\n"
    "  both: {kind: acs, attach: lan, address: [10.0.0.9/24, 2001:db8:0:1::9/64], router: 2001:db8:0:1::1, url: https://both.lab/}\n";
// clang-format on

static const struct {
	const char *node, *program;
	unsigned udp_port;
	const char *lines[8];
} rows[] = {
	{ "dns", "dnsmasq", 53,
	    { "listen-address=10.0.0.3\nlisten-address=2001:db8:0:1::3\n",
		"host-record=dns.lab,10.0.0.3,2001:db8:0:1::3\n",
		"host-record=acs.lab,2001:db8:0:2::9\n" } },
	/* Option 17 as in RFC 8415 21.17: 3561, sub-options 1 to 4. */
	{ "dhcp", "dnsmasq", 67,
	    { "dhcp-range=set:pool1,10.0.0.100,10.0.0.199,255.255.255.0,3600\n",
		"dhcp-range=set:pool2,2001:db8:0:1::100,2001:db8:0:1::1ff,64,3600\n",
		"dhcp-option=tag:pool2,option6:23,[2001:db8:0:1::3],[2001:db8::53]\n",
		"dhcp-option-force=tag:cpe,tag:pool2,option6:17,"
		"00:00:0d:e9:00:01:00:1a:68:74:74:70:3a:2f:2f:5b:66:64:30:30:3a:3a:32:"
		"5d:3a:37:35:34:37:2f:63:77:6d:70:00:02:00:01:70:00:03:00:01:37:00:04:"
		"00:04:32:35:30:30\n",
		"dhcp-range=set:pool3,2001:db8:0:1::200,2001:db8:0:1::2ff,64,7200\n",
		"dhcp-option-force=tag:pool3,option6:17,00:00:0d:e9:",
		"dhcp-vendorclass=set:cpe,enterprise:3561,dslforum.org\n" } },
	{ "dhcp6", "dnsmasq", 547, { "dhcp-range=set:pool1,2001:db8:0:2::100," } },
	{ "acs", "cwmplab", 0, { "\"listen\": \"[2001:db8:0:2::9]:443\"," } },
	{ "both", "cwmplab", 0,
	    { "\"listen\": [\n  \"10.0.0.9:443\",\n  \"[2001:db8:0:1::9]:443\"\n ]" } },
	{ "wall", "cwmplab", 0,
	    { "\"ports\": [\n  {\n   \"interface\": \"eth1\",\n"
	      "   \"prefix\": \"2001:db8:0:3::1/64\",\n" } },
	{ "edge", "cwmplab", 0,
	    { "\"interface\": \"eth0\",\n   \"prefix\": \"2001:db8:0:1::1/64\",\n"
	      "   \"managed\": true,\n   \"other\": true,\n   \"slaac\": false,\n"
	      "   \"interval\": \"10000ms\",\n   \"lifetime\": \"1800000ms\"\n",
		"\"interface\": \"eth1\",\n   \"prefix\": \"2001:db8:0:2::1/64\",\n",
		"\"lifetime\": \"0ms\",\n   \"dns\": [\n    \"2001:db8:0:1::3\"\n   ]" } },
};

static void test_programs_are_told_of_ipv6(void **state)
{
	struct topology *topology = must_read(six);
	struct plan *plan = must_build(topology);
	const struct launch_context context = { .plan = plan,
		.tls = "/run/tls",
		.out = "/out" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;
		struct launch launch;

		if (launch_program(&context,
			topology_node(topology, str_of(rows[i].node)), &launch,
			&err) < 0)
			fail_msg("%s", err.text);
		assert_string_equal(launch.argv[0], rows[i].program);
		assert_int_equal(launch.udp_port, rows[i].udp_port);
		for (size_t k = 0; rows[i].lines[k]; k++) {
			if (!strstr(buf_cstr(&launch.conf), rows[i].lines[k]))
				fail_msg("\"%s\" is not in:\n%s", rows[i].lines[k],
				    buf_cstr(&launch.conf));
		}
		launch_free(&launch);
	}
	plan_free(plan);
	topology_free(topology);
}

static X509 *read_certificate(const char *folder, const char *name)
{
	char path[96];
	FILE *file;
	X509 *certificate;

	(void)snprintf(path, sizeof(path), "%s/tls/%s.pem", folder, name);
	file = fopen(path, "r");
	assert_non_null(file);
	certificate = PEM_read_X509(file, NULL, NULL, NULL);
	(void)fclose(file);
	assert_non_null(certificate);
	return certificate;
}

static void test_certificates_are_for_addresses_of_ipv6(void **state)
{
	char folder[] = "/tmp/cwmplab-tls.XXXXXX", path[64];
	struct topology *topology = must_read(six);
	struct issuer *issuer;
	struct error err = ERROR_NULL;
	X509 *acs, *both;

	(void)state;
	assert_non_null(mkdtemp(folder));
	guard_path(folder);
	(void)snprintf(path, sizeof(path), "%s/tls", folder);
	if (launch_prepare_tls(topology, path, &issuer, &err) < 0)
		fail_msg("%s", err.text);
	acs = read_certificate(folder, "acs");
	assert_int_equal(X509_check_ip_asc(acs, "2001:db8:0:2::9", 0), 1);
	assert_int_equal(X509_check_host(acs, "acs.lab", 0, 0, NULL), 1);
	both = read_certificate(folder, "both");
	assert_int_equal(X509_check_ip_asc(both, "2001:db8:0:1::9", 0), 1);
	assert_int_equal(X509_check_ip_asc(both, "10.0.0.9", 0), 1);
	assert_int_equal(X509_check_ip_asc(both, "2001:db8:0:2::9", 0), 0);
	X509_free(acs);
	X509_free(both);
	launch_issuer_free(issuer);
	topology_free(topology);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_programs_are_told_of_ipv6),
		cmocka_unit_test(test_certificates_are_for_addresses_of_ipv6),
	};

	return cmocka_run_group_tests(tests, enter_source, NULL);
}
