/* lab/launch: what the programs of a lab are told. */
#include "tests/unit/lab/labs.h"
#include "tests/unit/topology/load_lab.h"
#include "tests/unit/written.h"

#include "lab/launch/launch.h"
#include "lab/launch/launch_internal.h"
#include "tests/support/guard.h"

#include <errno.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

static void expect_of(struct str text, const char *node, const char *program,
    const char *const *lines)
{
	struct launch_context context = { .tls = "/run/tls", .out = "/out" };
	struct topology *topology = NULL;
	struct error err = ERROR_NULL;
	struct launch launch;

	if (topology_parse("tests/unit/topology/files/t.yaml", text, &test_options,
		&topology, &err) < 0)
		fail_msg("%s", err.text);
	context.plan = must_build(topology);
	if (launch_program(&context, topology_node(topology, str_of(node)), &launch,
		&err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(launch.argv[0], program);
	for (; *lines; lines++) {
		if (!str_find(buf_str(&launch.conf), str_of(*lines), NULL))
			fail_msg("\"%s\" is not in:\n%s", *lines,
			    buf_cstr(&launch.conf));
	}
	launch_free(&launch);
	plan_free((struct plan *)(uintptr_t)context.plan);
	topology_free(topology);
}

static void expect_launch(const char *node, const char *edit_from, const char *edit_to,
    const char *program, const char *const *lines)
{
	auto_buf text = BUF_NULL;
	struct str whole = str_of(small_lab);
	size_t at;

	assert_true(str_find(whole, str_of(edit_from), &at));
	buf_append(&text, whole.p, at);
	buf_append_text(&text, edit_to);
	buf_append_str(&text, str_from(whole, at + strlen(edit_from)));
	expect_of(buf_str(&text), node, program, lines);
}

/* 01 len "http://acs1.lab:7547/cwmp u p" */
static void test_dnsmasq_hands_out_the_bytes_of_option_43(void **state)
{
	static const char *const lines[] = {
		"dhcp-range=set:pool1,10.0.0.100,10.0.0.199,255.255.255.0,3600\n",
		"dhcp-vendorclass=set:cpe,dslforum.org\n",
		"dhcp-option-force=tag:cpe,tag:pool1,43,01:1d:68:74:74:70:3a:2f:2f:",
		"dhcp-option=tag:pool1,6,10.0.0.3\n",
		NULL,
	};

	(void)state;
	expect_launch("dhcp", "kind: dhcp\n", "kind: dhcp\n    engine: dnsmasq\n",
	    "dnsmasq", lines);
}

static void test_kea_hands_out_the_bytes_of_option_43(void **state)
{
	static const char *const lines[] = {
		"\"pool\": \"10.0.0.100-10.0.0.199\"",
		"\"test\": \"substring(option[60].hex,0,12) == 'dslforum.org'\"",
		"\"data\": \"011d687474703a2f2f616373312e6c61623a373534372f63776d7020752070\"",
		"\"subnet\": \"10.0.0.0/24\"",
		NULL,
	};

	(void)state;
	expect_launch("dhcp", "kind: dhcp\n", "kind: dhcp\n    engine: kea\n",
	    "kea-dhcp4", lines);
}

static void test_our_own_server_is_told_the_pool(void **state)
{
	static const char *const lines[] = {
		"\"address\": \"10.0.0.2/24\"",
		"\"range\": \"10.0.0.100-10.0.0.199\"",
		"\"url\": \"http://acs1.lab:7547/cwmp\"",
		"\"lease\": \"3600000ms\"",
		NULL,
	};

	(void)state;
	expect_launch("dhcp", "name: t", "name: t", "cwmplab", lines);
}

/* Its address may be the server's, of a subnet that is another one for its prefix. */
static void test_our_own_server_is_told_the_subnet_of_a_relay(void **state)
{
	static const char *const lines[] = { "\"subnet\": \"10.0.0.2/16\"", NULL };

	(void)state;
	expect_launch("dhcp", "        dns: [dns]",
	    "        subnet: 10.0.0.2/16\n        dns: [dns]", "cwmplab", lines);
}

static void test_dns_knows_the_names_of_the_lab(void **state)
{
	static const char *const lines[] = {
		"listen-address=10.0.0.3\n",
		"host-record=acs1.lab,10.0.0.11\n",
		"host-record=dhcp.lab,10.0.0.2\n",
		"address=/#/\n",
		NULL,
	};

	(void)state;
	expect_launch("dns", "name: t", "name: t", "dnsmasq", lines);
}

static void test_an_acs_demands_what_option_43_hands_out(void **state)
{
	static const char *const lines[] = {
		"\"listen\": \"10.0.0.11:7547\"",
		"\"auth\": \"digest\"",
		"\"username\": \"u\"",
		NULL,
	};

	(void)state;
	expect_launch("acs1", "name: t", "name: t", "cwmplab", lines);
}

/* Whoever runs a lab may write its results, perhaps not where its topology stands. */
static void test_uploads_are_results_unless_their_path_says_otherwise(void **state)
{
	static const char *const rows[][2] = {
		{ "uploads: up", "\"uploads\": \"/out/up\"" },
		{ "uploads: /srv/up", "\"uploads\": \"/srv/up\"" },
	};
	char keys[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *lines[] = { rows[i][1], NULL };

		(void)snprintf(keys, sizeof(keys), "kind: acs, %s,", rows[i][0]);
		expect_launch("acs1", "kind: acs,", keys, "cwmplab", lines);
	}
}

/* Its ACS lets it in, and tells what it has counted. */
static void test_a_load_test_is_told_its_acs_and_where_its_result_goes(void **state)
{
	static const char *const lines[] = {
		"\"profile\": \"tests/unit/topology/files/profile.yaml\"",
		"\"url\": \"https://10.0.0.11:443/cwmp?x=1\"",
		"\"username\": \"u\"",
		"\"password\": \"p\"",
		"\"door\": \"/run/acs1.door\"",
		"\"trust\": \"/run/tls/ca.pem\"",
		"\"connection-requests\": {\n  \"username\": \"acs\"",
		"\"sources\": \"100.64.0.0/16\"",
		"\"result\": \"/out/load-homes\"",
		NULL,
	};
	static const char *const of_acs[] = {
		"\"door\": \"/run/acs1.door\"",
		"\"counts\": \"/run/acs1.counts\"",
		"\"sessions\": 7",
		"\"rate\": 500",
		"\"retry-after\": \"2000ms\"",
		NULL,
	};

	/* Numbers and truths are as the agent's own reader wants them. */
	static const char *const of_street[] = {
		"\"profile\": {\n  \"cpes\": 20,\n",
		"\"model\": \"./box.yaml\"",
		"\"bootstrap\": true",
		"\"weight\": \"07\"",
		"\"thresholds\": \"completed>=20\"",
		"\"beside\": \"tests/unit/topology/files/t.yaml\"",
		NULL,
	};

	(void)state;
	expect_of(str_of(load_lab), "homes", "cwmplab", lines);
	expect_of(str_of(load_lab), "street", "cwmplab", of_street);
	expect_of(str_of(load_lab), "acs1", "cwmplab", of_acs);
}

static const char proxied_lab[] =
    "name: t\n"
    "nodes:\n"
    "  sw1: {kind: switch}\n"
    "  front: {kind: proxy, attach: sw1, address: 10.0.0.10/24,\n"
    "    url: \"http://acs.lab:7547/cwmp\", upstreams: [a, b]}\n"
    "  a: {kind: acs, attach: sw1, address: 10.0.0.11/24, url: "
    "\"http://a.lab:7547/cwmp\", trust-proxies: front}\n"
    "  b: {kind: acs, attach: sw1, address: 10.0.0.12/24, url: "
    "\"http://b.lab:7548/cwmp\"}\n"
    "  app: {kind: host, attach: sw1, address: 10.0.0.9/24, program: [./run, x],\n"
    "    files: [{to: run, text: \"at {{address}}\", fill: yes},\n"
    "      {from: box.yaml}], environment: {A: b}, ready: {tcp: 80, within: 2s}}\n";

/* What the program of a node is told by the files in its folder; keys are added to those of the
 * proxy. */
static void expect_files(const char *keys, const char *node, const char *program,
    const char *const *lines)
{
	struct launch_context context = { .tls = "/run/tls", .out = "/out" };
	struct str whole = str_of(proxied_lab), edge = STR("upstreams: [a, b]");
	struct topology *topology;
	struct error err = ERROR_NULL;
	struct launch launch;
	auto_buf text = BUF_NULL;
	size_t at;

	assert_true(str_find(whole, edge, &at));
	buf_append(&text, whole.p, at + edge.len);
	buf_append_text(&text, keys);
	buf_append_str(&text, str_from(whole, at + edge.len));
	topology = must_read(buf_cstr(&text));
	context.plan = must_build(topology);
	if (launch_program(&context, topology_node(topology, str_of(node)), &launch,
		&err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(launch.argv[0], program);
	assert_true(launch.folder && launch.n_files > 0);
	for (; *lines; lines++) {
		if (!str_find(launch.files[0].bytes, str_of(*lines), NULL))
			fail_msg("\"%s\" is not in:\n%.*s", *lines,
			    STR_ARG(launch.files[0].bytes));
	}
	launch_free(&launch);
	plan_free((struct plan *)(uintptr_t)context.plan);
	topology_free(topology);
}

static void test_nginx_is_told_its_acss_and_how_a_session_finds_one(void **state)
{
	static const char *const plain[] = {
		"\tupstream acss {\n"
		"\t\tserver 10.0.0.11:7547 max_fails=1 fail_timeout=10s;\n"
		"\t\tserver 10.0.0.12:7548 max_fails=1 fail_timeout=10s;\n"
		"\t\tkeepalive 8;\n\t}\n",
		"listen 10.0.0.10:7547;\n",
		"proxy_pass http://acss;\n",
		"proxy_set_header Connection \"\";\n",
		"X-Forwarded-For $proxy_add_x_forwarded_for;\n",
		NULL,
	};
	static const char *const by_address[] = {
		"\t\thash $remote_addr;\n",
		"max_fails=0",
		"proxy_set_header Connection \"close\";\n",
		NULL,
	};
	static const char *const by_cookie[] = {
		"\t\tb only_b;\n",
		"\"~10.0.0.12:7548$\" b;\n",
		"\t\tb/b \"\";\n",
		"proxy_pass http://$where;\n",
		"\tupstream only_b {\n\t\tserver 10.0.0.12:7548 ",
		"add_header Set-Cookie $route always;\n",
		NULL,
	};
	static const char *const wrong[] = {
		"proxy_set_header Cookie \"\";\n",
		"proxy_hide_header Set-Cookie;\n",
		"proxy_set_header SOAPAction \"\";\n",
		"proxy_cache_methods POST;\n",
		"proxy_cache_path cache keys_zone=answers:1m;\n",
		NULL,
	};

	(void)state;
	expect_files("", "front", "nginx", plain);
	expect_files(", sticky: address, health: 0, keep-alive: 0", "front", "nginx",
	    by_address);
	expect_files(", sticky: cookie", "front", "nginx", by_cookie);
	expect_files(", misbehave: [drop-cookie, drop-set-cookie, drop-soapaction, "
		     "answer-from-cache]",
	    "front", "nginx", wrong);
}

static void test_haproxy_is_told_the_same(void **state)
{
	static const char *const plain[] = {
		"bind 10.0.0.10:7547\n",
		"\toption forwardfor\n",
		"\thttp-reuse always\n",
		"balance roundrobin\n",
		"server a 10.0.0.11:7547 pool-max-conn 8 check inter 10000ms\n",
		"server b 10.0.0.12:7548 ",
		NULL,
	};
	static const char *const other[] = {
		"cookie cwmplab_acs insert indirect nocache\n",
		"\toption http-server-close\n",
		"server a 10.0.0.11:7547 cookie a\n",
		"http-request del-header Cookie\n",
		"http-request del-header SOAPAction\n",
		"http-response del-header Set-Cookie\n",
		NULL,
	};

	(void)state;
	expect_files(", engine: haproxy", "front", "haproxy", plain);
	expect_files(", engine: haproxy, sticky: cookie, health: 0, keep-alive: 0, "
		     "misbehave: [drop-cookie, drop-set-cookie, drop-soapaction]",
	    "front", "haproxy", other);
}

static void test_an_acs_is_told_which_proxies_it_trusts(void **state)
{
	static const char *const lines[] = {
		"\"trust-proxies\": [\n  \"10.0.0.10\"\n ]",
		NULL,
	};

	(void)state;
	expect_of(str_of(proxied_lab), "a", "cwmplab", lines);
}

static void test_a_host_has_a_folder_with_its_files(void **state)
{
	static const char *const lines[] = { "at 10.0.0.9", NULL };
	struct launch_context context = { .tls = "/run/tls", .out = "/out" };
	struct topology *topology = must_read(proxied_lab);
	struct error err = ERROR_NULL;
	struct launch launch;

	(void)state;
	expect_files("", "app", "./run", lines);
	context.plan = must_build(topology);
	assert_int_equal(launch_program(&context, topology_node(topology, STR("app")),
			     &launch, &err),
	    0);
	assert_string_equal(launch.folder, "/run/nodes/app");
	assert_int_equal(launch.stage, STAGE_SERVERS);
	assert_int_equal(launch.tcp_port, 80);
	assert_int_equal(launch.within, 2 * NS_PER_S);
	assert_string_equal(launch.env[0], "A=b");
	assert_null(launch.env[1]);
	assert_string_equal(launch.argv[1], "x");
	assert_int_equal(launch.n_files, 2);
	assert_string_equal(launch.files[1].from, "tests/unit/topology/files/box.yaml");
	launch_free(&launch);
	plan_free((struct plan *)(uintptr_t)context.plan);
	topology_free(topology);
}

/* Nobody has told them any: those of the lab, which change with its seed. */
static void test_an_acs_can_call_cpes_unless_one_has_its_own_way(void **state)
{
	struct topology *topology = must_read(small_lab);
	struct plan *plan = must_build(topology);
	struct launch_context context = { .plan = plan, .seed = 1 };
	char one[LAUNCH_CALL_PASSWORD_MAX], two[LAUNCH_CALL_PASSWORD_MAX];
	struct node *acs;

	(void)state;
	assert_non_null(launch_call_password(&context, one));
	assert_int_equal(strlen(one), LAUNCH_CALL_PASSWORD_MAX - 1);
	context.seed = 2;
	assert_non_null(launch_call_password(&context, two));
	assert_string_not_equal(one, two);

	acs = (struct node *)(uintptr_t)topology_node(topology, STR("acs1"));
	acs->acs.call.username = "mine";
	assert_null(launch_call_password(&context, two));
	plan_free(plan);
	topology_free(topology);
}

/* What the program of a node is started with, all of it. */
static void put_program(struct buf *out, const struct launch_context *context,
    const struct node *node)
{
	struct launch launch;
	struct error err = ERROR_NULL;

	if (launch_program(context, node, &launch, &err) < 0)
		fail_msg("%s", err.text);
	buf_printf(out, "==== %s, stage %d%s, port %u, %s:", node->name,
	    (int)launch.stage, launch.is_agent ? ", an agent" : "", launch.udp_port,
	    launch.conf_path);
	for (size_t k = 0; launch.argv[k]; k++)
		buf_printf(out, " %s", launch.argv[k]);
	for (size_t k = 0; k < ARRAY_LEN(launch.env) && launch.env[k]; k++)
		buf_printf(out, " [%s]", launch.env[k]);
	buf_printf(out, "\n%s\n", buf_cstr(&launch.conf));
	launch_free(&launch);
}

/* The programs of written/programs.yaml: with our own DHCP server all of them, else the
 * server alone. */
static void put_programs(struct buf *out, const char *engine)
{
	auto_buf file = BUF_NULL, text = BUF_NULL;
	struct launch_context context = { .tls = "/run/tls",
		.out = "/out",
		.captures = true };
	struct topology *topology;
	struct plan *plan;
	size_t at;

	written_load(&file, "tests/unit/lab/written/programs.yaml");
	assert_true(str_find(buf_str(&file), STR("ENGINE"), &at));
	buf_append(&text, file.data, at);
	buf_append_text(&text, engine);
	buf_append_str(&text, str_from(buf_str(&file), at + strlen("ENGINE")));
	topology = must_read(buf_cstr(&text));
	plan = must_build(topology);
	context.plan = plan;
	context.seed = topology->seed;
	for (size_t i = 0; i < topology->n_nodes; i++) {
		if (strcmp(engine, "builtin") == 0 ||
		    strcmp(topology->nodes[i].name, "dhcp") == 0)
			put_program(out, &context, &topology->nodes[i]);
	}
	plan_free(plan);
	topology_free(topology);
}

static void test_programs_are_told_all_that_the_topology_says(void **state)
{
	auto_buf out = BUF_NULL;

	(void)state;
	put_programs(&out, "builtin");
	put_programs(&out, "dnsmasq");
	put_programs(&out, "kea");
	assert_true(
	    written_is("tests/unit/lab/written/programs.launch", buf_str(&out)));
}

/* One at the bound, one past; and without memory. */
static void test_an_argument_without_room_is_an_error(void **state)
{
	struct launch launch = { .stage = STAGE_CLIENTS };

	(void)state;
	launch_arg(&launch, "%0*d", 255, 1);
	for (int i = 2; i < LAUNCH_ARGS_MAX; i++)
		launch_arg(&launch, "%d", i);
	assert_int_equal(launch.conf.error, 0);
	assert_string_equal(launch.argv[LAUNCH_ARGS_MAX - 2], "23");
	launch_arg(&launch, "24");
	assert_int_equal(launch.conf.error, ERR_LIMIT);
	launch_free(&launch);

	launch = (struct launch){ .stage = STAGE_CLIENTS };
	launch_arg(&launch, "%0*d", 256, 1);
	assert_int_equal(launch.conf.error, ERR_LIMIT);
	launch_free(&launch);

	launch = (struct launch){ .arena = ARENA_MAX(1) };
	launch_arg(&launch, "cwmplab");
	assert_int_equal(launch.conf.error, -ENOMEM);
	launch_free(&launch);
}

/* An ACS with so many names beside its own two. The caller frees *ret. */
static int read_acs(size_t n_names, struct topology **ret, struct error *err)
{
	auto_buf text = BUF_NULL;

	buf_append_text(&text,
	    "name: t\nnodes:\n  sw1: {kind: switch}\n  acs1: {kind: acs, attach: sw1,"
	    " address: 10.0.0.11/24, url: \"https://acs.example/\", names: [");
	for (size_t i = 0; i < n_names; i++)
		buf_printf(&text, "n%zu.example,", i);
	buf_append_text(&text, "]}\n");
	return read_topology(buf_cstr(&text), ret, err);
}

static void test_a_certificate_has_every_name_of_its_acs(void **state)
{
	char folder[] = "/tmp/cwmplab-tls.XXXXXX", path[64], name[32];
	struct topology *topology = NULL;
	struct issuer *issuer;
	struct error err = ERROR_NULL;
	X509 *certificate;
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(folder));
	guard_path(folder);
	assert_int_equal(read_acs(ACS_NAMES_MAX, &topology, &err), 0);
	(void)snprintf(path, sizeof(path), "%s/tls", folder);
	assert_int_equal(launch_prepare_tls(topology, path, &issuer, &err), 0);
	(void)snprintf(path, sizeof(path), "%s/tls/acs1.pem", folder);
	file = fopen(path, "r");
	assert_non_null(file);
	certificate = PEM_read_X509(file, NULL, NULL, NULL);
	assert_non_null(certificate);
	(void)fclose(file);
	assert_int_equal(X509_check_host(certificate, "acs.example", 0, 0, NULL), 1);
	assert_int_equal(X509_check_host(certificate, "acs1.lab", 0, 0, NULL), 1);
	for (size_t i = 0; i < ACS_NAMES_MAX; i++) {
		(void)snprintf(name, sizeof(name), "n%zu.example", i);
		if (X509_check_host(certificate, name, 0, 0, NULL) != 1)
			fail_msg("%s is missing", name);
	}
	X509_free(certificate);
	launch_issuer_free(issuer);
	topology_free(topology);
}

static void test_an_acs_has_so_many_names_and_no_more(void **state)
{
	struct topology *topology = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(read_acs(ACS_NAMES_MAX + 1, &topology, &err), ERR_CONFIG);
	assert_non_null(strstr(err.text,
	    "t.yaml:4:93: error: \"names\" has too many entries: 257"));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_argument_without_room_is_an_error),
		cmocka_unit_test(test_a_certificate_has_every_name_of_its_acs),
		cmocka_unit_test(test_an_acs_has_so_many_names_and_no_more),
		cmocka_unit_test(test_dnsmasq_hands_out_the_bytes_of_option_43),
		cmocka_unit_test(test_kea_hands_out_the_bytes_of_option_43),
		cmocka_unit_test(test_our_own_server_is_told_the_pool),
		cmocka_unit_test(test_our_own_server_is_told_the_subnet_of_a_relay),
		cmocka_unit_test(test_dns_knows_the_names_of_the_lab),
		cmocka_unit_test(
		    test_a_load_test_is_told_its_acs_and_where_its_result_goes),
		cmocka_unit_test(test_an_acs_demands_what_option_43_hands_out),
		cmocka_unit_test(
		    test_uploads_are_results_unless_their_path_says_otherwise),
		cmocka_unit_test(test_an_acs_can_call_cpes_unless_one_has_its_own_way),
		cmocka_unit_test(
		    test_nginx_is_told_its_acss_and_how_a_session_finds_one),
		cmocka_unit_test(test_haproxy_is_told_the_same),
		cmocka_unit_test(test_an_acs_is_told_which_proxies_it_trusts),
		cmocka_unit_test(test_a_host_has_a_folder_with_its_files),
		cmocka_unit_test(test_programs_are_told_all_that_the_topology_says),
	};

	written_options(argc, argv);
	return cmocka_run_group_tests(tests, enter_source, NULL);
}
