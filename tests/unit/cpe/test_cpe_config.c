/* agents/cpe/config: what a CPE process is told, and the mistakes that are refused. */
#include "tests/unit/unit.h"

#include "agents/cpe/device/config.h"
#include "agents/cpe/place/cpe_place.h"
#include "lib/base/compiler.h"
#include "lib/base/text.h"

#include <arpa/inet.h>

static int parse(const char *name, const char *text, struct cpe_config *config,
    struct conf_doc **doc, struct error *err)
{
	int r = conf_parse(name, str_of(text), doc, err);

	return r < 0 ? r : cpe_config_read(config, *doc, err);
}

static void test_a_whole_file_is_read(void **state)
{
	static const char text[] =
	    "node: cpe\nmodel: m.yaml\nseed: 7\ndhcp: yes\n"
	    "acs: {url: \"http://a.lab/\", username: u, password: p}\n"
	    "default-acs: {url: \"https://b.lab/\"}\n"
	    "tls: {min: \"1.3\"}\nretry: {min-wait: 1s, multiplier: 1500, limit: 3}\n"
	    "boot-spread: 5s\nperiodic-inform: 30s\n"
	    "cpes:\n  - {name: cpe, count: 300, netns: /proc/1/fd/9, netns-step: 2,"
	    " interface: eth0, mac: 02:00:05:00:00:01, serial: X1}\n"
	    "  - {name: cpe-2, interface: eth0}\n";
	struct conf_doc *doc = NULL;
	struct error err = ERROR_NULL;
	struct cpe_config config;
	const struct cpe_range *cpes;

	(void)state;
	if (parse("c.yaml", text, &config, &doc, &err) < 0)
		fail_msg("%s", err.text);
	cpes = config.cpes.items;

	assert_int_equal(config.seed, 7);
	assert_non_null(config.seed_node);
	assert_true(config.dhcp);
	assert_string_equal(config.acs.password, "p");
	assert_string_equal(config.default_acs.url, "https://b.lab/");
	assert_int_equal(config.tls.min, CPE_TLS_1_3);
	assert_int_equal(config.tls.max, CPE_TLS_1_3);
	assert_int_equal(config.retry.min_wait, NS_PER_S);
	assert_int_equal(config.retry.multiplier, 1500);
	assert_int_equal(config.retry.limit, 3);
	assert_int_equal(config.wait_timeout, 30 * NS_PER_S);
	assert_string_equal(config.option60, "dslforum.org");
	assert_null(config.trust);
	assert_null(config.crl);
	assert_int_equal(config.cpes.len, 2);
	assert_int_equal(config.n_cpes, 301);
	assert_int_equal(cpes[0].count, 300);
	assert_true(cpes[0].has_mac);
	assert_string_equal(cpes[0].serial, "X1");
	assert_int_equal(cpes[1].count, 1);
	assert_false(cpes[1].has_mac);
	assert_null(cpes[1].netns);
	conf_free(doc);
}

static void test_a_range_counts_up_what_tells_its_cpes_apart(void **state)
{
	static const char *const serials[] = { "a", "b" };
	struct cpe_range range = {
		.count = 70000,
		.name = "cpe",
		.first = 1,
		.netns = "/proc/1/fd/9",
		.netns_step = 2,
		.mac = { 2, 0, 5, 0, 0, 0xff },
		.has_mac = true,
	};
	char text[CPE_NETNS_MAX];
	uint8_t mac[6];

	(void)state;
	assert_string_equal(cpe_range_name(&range, 0, text), "cpe-1");
	assert_string_equal(cpe_range_name(&range, 69999, text), "cpe-70000");
	assert_string_equal(cpe_range_netns(&range, 0, text), "/proc/1/fd/9");
	assert_string_equal(cpe_range_netns(&range, 3, text), "/proc/1/fd/15");
	assert_int_equal(cpe_range_places(&range), 70000);
	assert_true(cpe_range_mac(&range, 1, mac));
	assert_string_equal(mac_text(mac, text), "02:00:05:00:01:00");
	assert_true(cpe_range_mac(&range, 65537, mac));
	assert_string_equal(mac_text(mac, text), "02:00:05:01:01:00");
	assert_string_equal(cpe_range_serial(&range, 1, 7, text), "020005000100");

	range.has_mac = false;
	range.netns_step = 0;
	assert_false(cpe_range_mac(&range, 1, mac));
	assert_int_equal(cpe_range_places(&range), 1);
	assert_string_equal(cpe_range_netns(&range, 3, text), "/proc/1/fd/9");
	assert_string_equal(cpe_range_serial(&range, 1, 7, text), "000000000008");
	range.netns = "/proc/self/ns/net";
	assert_string_equal(cpe_range_netns(&range, 3, text), "/proc/self/ns/net");
	range.serial = "HP099x";
	assert_string_equal(cpe_range_serial(&range, 1, 7, text), "HP100x");
	range.serials = (struct conf_strings){ (const char **)(uintptr_t)serials, 2 };
	assert_string_equal(cpe_range_serial(&range, 1, 7, text), "b");
	range.count = 1;
	range.netns = NULL;
	assert_string_equal(cpe_range_name(&range, 0, text), "cpe");
	assert_null(cpe_range_netns(&range, 0, text));
}

/* Each CPE in a mapping of its own took more nodes than a configuration may have. */
static void test_each_cpe_of_a_net_has_an_address_of_it(void **state)
{
	struct cpe_range range = { .count = 10,
		.sources = { .address = 0x0a010203, .prefix = 29 } };

	(void)state;
	assert_int_equal(cpe_range_places(&range), 10);
	assert_int_equal(cpe_range_address(&range, 0), 0x0a010201);
	assert_int_equal(cpe_range_address(&range, 5), 0x0a010206);
	assert_int_equal(cpe_range_address(&range, 6), 0x0a010201);
	range.sources.prefix = 31;
	assert_int_equal(cpe_range_address(&range, 0), 0x0a010202);
	assert_int_equal(cpe_range_address(&range, 1), 0x0a010203);
	range.sources.prefix = 32;
	assert_int_equal(cpe_range_address(&range, 7), 0x0a010203);
	range.sources.prefix = 0;
	range.address = 0x0a000001;
	assert_int_equal(cpe_range_places(&range), 1);
	assert_int_equal(cpe_range_address(&range, 7), 0x0a000001);
}

/* What three shards hold is what one fleet holds. */
static void test_a_cpe_of_a_shard_is_that_of_the_whole(void **state)
{
	const struct cpe_range shard = { .count = 4, .skip = 2, .step = 3 };
	const struct cpe_range whole = { .count = 12 };

	(void)state;
	assert_int_equal(cpe_range_whole(&shard, 0), 2);
	assert_int_equal(cpe_range_whole(&shard, 3), 11);
	assert_int_equal(cpe_range_whole(&whole, 11), 11);
}

static void test_a_million_cpes_are_a_short_file(void **state)
{
	static const char *const texts[] = {
		"model: m\ncount: 1000000\n",
		"model: m\ndhcp: yes\ncpes: [{name: c, count: 1000000, netns: /n/1,"
		" netns-step: 1, interface: eth0, mac: 02:00:05:00:00:01}]\n",
		"model: m\ncount: 900000\ncpes: [{name: c, count: 100000,"
		" netns: /n/1, address: 10.0.0.9}]\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct conf_doc *doc = NULL;
		struct error err = ERROR_NULL;
		struct cpe_config config;

		if (parse("c", texts[i], &config, &doc, &err) < 0)
			fail_msg("%s", err.text);
		assert_int_equal(config.n_cpes, 1000000);
		conf_free(doc);
	}
}

/* One of a host's own: global, unique local, and the loopback of a CPE by hand. */
static void test_an_address_that_a_cpe_can_be_called_at_is_taken(void **state)
{
	static const char *const texts[] = { "2001:db8::1", "fd00::1", "fec0::1",
		"fe7f::1", "::1" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const struct cpe_range *range;
		struct conf_doc *doc = NULL;
		struct error err = ERROR_NULL;
		struct cpe_config config;
		auto_buf text = BUF_NULL;
		uint8_t due[16];

		buf_printf(&text, "model: m\ncpes: [{name: a, address6: \"%s\"}]\n",
		    texts[i]);
		if (parse("c", buf_cstr(&text), &config, &doc, &err) < 0)
			fail_msg("%s", err.text);
		assert_int_equal(inet_pton(AF_INET6, texts[i], due), 1);
		range = config.cpes.items;
		assert_memory_equal(range->address6, due, sizeof(due));
		conf_free(doc);
	}
}

static void test_a_cpe_speaks_what_it_is_told_and_else_ipv4(void **state)
{
	struct conf_doc *doc = NULL;
	struct error err = ERROR_NULL;
	const struct cpe_range *ranges;
	struct cpe_config config;

	(void)state;
	if (parse("c",
		"model: m\nip: dual\ncount: 1\ndhcp: no\n"
		"cpes: [{name: a}, {name: b, ip: v6}, {name: c, ip: dual}]\n",
		&config, &doc, &err) < 0)
		fail_msg("%s", err.text);
	ranges = config.cpes.items;
	assert_int_equal(ranges[0].ip, PLACE_V4);
	assert_int_equal(ranges[1].ip, PLACE_V6);
	assert_int_equal(ranges[2].ip, PLACE_DUAL);
	assert_int_equal(config.rest.ip, PLACE_DUAL);
	conf_free(doc);
}

static void test_mistakes_are_refused_with_their_place(void **state)
{
	static const struct {
		const char *text, *place, *words;
	} rows[] = {
		{ "model: m\n", "c:1:1", "no CPE is asked for" },
		{ "count: 1\n", "c:1:1", "\"model\" is missing" },
		{ "model: m\ncount: 1000001\n", "c:2:8", "" },
		{ "model: m\ncount: 1\ncpes: [{name: a, count: 1000000}]\n", "c:3:7",
		    "1000001 CPEs are more than 1000000" },
		{ "model: m\ncount: 1\ndhcp: yes\n", "c:2:8", "have no interface" },
		{ "model: m\ndhcp: yes\n"
		  "cpes: [{name: a, count: 2, netns: n, interface: i}]\n",
		    "c:3:25", "cannot lease the address of one interface" },
		{ "model: m\ndhcp: yes\n"
		  "cpes: [{name: a, interface: i, address: 10.0.0.1}]\n",
		    "c:3:41", "is to lease its address" },
		{ "model: m\ncpes: [{name: a, ip: v5}]\n", "c:2:22", "unknown ip" },
		{ "model: m\ndhcp: yes\ncpes: [{name: a, interface: i, ip: v6}]\n",
		    "c:3:36", "has no network namespace of its own" },
		{ "model: m\ndhcp: yes\n"
		  "cpes: [{name: a, netns: n, interface: i, ip: dual, "
		  "address6: \"::1\"}]\n",
		    "c:3:62", "is to lease its address" },
		{ "model: m\ncpes: [{name: a, address6: \"10.0.0.1\"}]\n", "c:2:28",
		    "\"10.0.0.1\" is no IPv6 address" },
		{ "model: m\ncpes: [{name: a, address6: \"::\"}]\n", "c:2:28",
		    "\"::\" stands for any address" },
		{ "model: m\ncpes: [{name: a, address6: \"ff02::1\"}]\n", "c:2:28",
		    "\"ff02::1\" is a group's" },
		{ "model: m\ncpes: [{name: a, address6: \"febf::1\"}]\n", "c:2:28",
		    "\"febf::1\" holds on one link alone" },
		{ "model: m\ncpes: [{name: a, address6: \"::ffff:10.0.0.1\"}]\n",
		    "c:2:28", "\"::ffff:10.0.0.1\" is an IPv4 address" },
		{ "model: m\ncpes: [{name: a, address6: \"::10.0.0.1\"}]\n", "c:2:28",
		    "\"::10.0.0.1\" is an IPv4 address" },
		{ "model: m\ncpes: [{name: a, netns-step: 1}]\n", "c:2:30",
		    "no netns to count up" },
		{ "model: m\ncpes: [{name: a, netns: /x/net, netns-step: 1}]\n",
		    "c:2:25", "no digits at its end" },
		{ "model: m\ncpes: [{name: a, count: 3, serials: [x, y]}]\n", "c:2:37",
		    "2 serial numbers for 3 CPEs" },
		{ "model: m\ncpes: [{name: a, count: 2, mac: 02:ff:ff:ff:ff:ff}]\n",
		    "c:2:33", "changes the first byte" },
		{ "model: m\ncpes: [{name: a, bridge: yes}]\n", "c:2:26",
		    "\"a\" is to be a switch and has no bridge of its own" },
		{ "model: m\ncpes: [{name: a, interface: br0, count: 2, bridge: yes}]\n",
		    "c:2:52", "\"a\" is to be a switch and has no bridge of its own" },
		{ "model: m\ncount: 1\ntls: {min: \"1.3\", max: \"1.2\"}\n", "c:3:6",
		    "newer than the newest" },
		{ "model: m\ndhcp: yes\ncpes: [{name: a}]\n", "c:3:8",
		    "has no interface" },
		{ "model: m\ncount: 1\ncrl: c.pem\n", "c:3:6",
		    "a CRL says nothing without CAs that are trusted" },
		{ "model: m\ncount: 1\ncertificate: c.pem\n", "c:3:14",
		    "a certificate wants its key" },
		{ "model: m\ncount: 1\nkey: c.key\n", "c:3:6",
		    "and a key its certificate" },
		{ "model: m\ncount: 1\nwait-timeout: 30\n", "c:3:15", "" },
		{ "model: m\ncount: 1\nacs: {pass: x}\n", "c:3:7", "unknown key" },
		{ "[]\n", "c:1:1", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct conf_doc *doc = NULL;
		struct error err = ERROR_NULL;
		struct cpe_config config;

		assert_int_equal(parse("c", rows[i].text, &config, &doc, &err),
		    ERR_CONFIG);
		conf_free(doc);
		if (strncmp(err.text, rows[i].place, strlen(rows[i].place)) != 0 ||
		    !strstr(err.text, rows[i].words))
			fail_msg("row %zu: %s", i, err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_whole_file_is_read),
		cmocka_unit_test(test_a_range_counts_up_what_tells_its_cpes_apart),
		cmocka_unit_test(test_each_cpe_of_a_net_has_an_address_of_it),
		cmocka_unit_test(test_a_cpe_of_a_shard_is_that_of_the_whole),
		cmocka_unit_test(test_a_million_cpes_are_a_short_file),
		cmocka_unit_test(test_an_address_that_a_cpe_can_be_called_at_is_taken),
		cmocka_unit_test(test_a_cpe_speaks_what_it_is_told_and_else_ipv4),
		cmocka_unit_test(test_mistakes_are_refused_with_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
