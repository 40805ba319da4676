/* agents/cpe/config: what a CPE process is told, and the mistakes that are refused. */
#include "tests/unit/unit.h"

#include "agents/cpe/device/config.h"
#include "lib/base/compiler.h"

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
	    "cpes:\n  - {name: cpe-1, netns: /proc/1/fd/9, interface: eth0,"
	    " mac: 02:00:05:00:00:01, serial: X1}\n  - {name: cpe-2, interface: eth0}\n";
	struct conf_doc *doc = NULL;
	struct error err = ERROR_NULL;
	struct cpe_config config;
	const struct cpe_instance *cpes;

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
	assert_int_equal(config.cpes.len, 2);
	assert_true(cpes[0].has_mac);
	assert_string_equal(cpes[0].serial, "X1");
	assert_false(cpes[1].has_mac);
	assert_null(cpes[1].netns);
	conf_free(doc);
}

static void test_mistakes_are_refused_with_their_place(void **state)
{
	static const struct {
		const char *text, *place, *words;
	} rows[] = {
		{ "model: m\n", "c:1:1", "no CPE is asked for" },
		{ "count: 1\n", "c:1:1", "\"model\" is missing" },
		{ "model: m\ncount: 100001\n", "c:2:8", "" },
		{ "model: m\ncount: 1\ntls: {min: \"1.3\", max: \"1.2\"}\n", "c:3:6",
		    "newer than the newest" },
		{ "model: m\ndhcp: yes\ncpes: [{name: a}]\n", "c:3:7",
		    "has no interface" },
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
		cmocka_unit_test(test_mistakes_are_refused_with_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
