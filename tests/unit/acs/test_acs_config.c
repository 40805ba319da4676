/* agents/acs/config: what a configuration means, and what each mistake is answered with. */
#include "tests/unit/unit.h"

#include "agents/acs/config.h"
#include "lib/base/compiler.h"

#define LOOPBACK 0x7f000001u
#define URL      "url: \"http://acs.lab:7547/cwmp\"\n"
#define HTTPS    "url: \"https://acs.lab/cwmp\"\ncertificate: a.pem\nkey: a.key\n"

static int read_config(const char *yaml, struct acs_config *config,
    struct conf_doc **doc, struct error *err)
{
	int r = conf_parse("acs.yaml", str_of(yaml), doc, err);

	return r < 0 ? r : acs_config_read(config, *doc, err);
}

static void configurations_mean_what_they_say(void **state)
{
	static const struct {
		const char *yaml;
		uint32_t address;
		uint16_t port;
		int auth;
	} rows[] = {
		{ URL, LOOPBACK, 7547, ACS_CONFIG_NONE },
		{ HTTPS, LOOPBACK, 443, ACS_CONFIG_NONE },
		{ URL "listen: \"10.0.0.11:80\"\n", 0x0a00000b, 80, ACS_CONFIG_NONE },
		{ URL "listen: \"10.0.0.11:65535\"\n", 0x0a00000b, 65535,
		    ACS_CONFIG_NONE },
		{ URL "listen: \"[2001:db8::11]:7547\"\n", 0, 7547, ACS_CONFIG_NONE },
		{ URL "listen: [\"[2001:db8::11]:7547\", \"10.0.0.11:80\"]\n",
		    0x0a00000b, 7547, ACS_CONFIG_NONE },
		{ URL "username: u\npassword: p\n", LOOPBACK, 7547, ACS_CONFIG_DIGEST },
		{ URL "username: u\npassword: p\nauth: none\n", LOOPBACK, 7547,
		    ACS_CONFIG_NONE },
		{ HTTPS "username: u\npassword: p\nauth: basic\n", LOOPBACK, 443,
		    ACS_CONFIG_BASIC },
		/* Against TR-069 A6 3.4.4, because it is asked for by name. */
		{ URL "username: u\npassword: p\nauth: basic\n", LOOPBACK, 7547,
		    ACS_CONFIG_BASIC },
		{ HTTPS "tls: {min: 1.3, max: 1.3}\n", LOOPBACK, 443, ACS_CONFIG_NONE },
		{ HTTPS "tls: {client-certificate: request, client-ca: c}\n", LOOPBACK,
		    443, ACS_CONFIG_NONE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct conf_doc *doc = NULL;
		struct acs_config config;
		struct error err = ERROR_NULL;

		if (read_config(rows[i].yaml, &config, &doc, &err) < 0)
			fail_msg("%s", err.text);
		assert_int_equal(config.listen_address, rows[i].address);
		assert_int_equal(config.listen_port, rows[i].port);
		assert_int_equal(config.auth, rows[i].auth);
		conf_free(doc);
	}
}

static void mistakes_are_told_with_their_place(void **state)
{
	static const struct {
		const char *yaml, *start;
	} rows[] = {
		{ "node: a\n", "acs.yaml:1:1: error: \"url\" is missing" },
		{ "url: \"ftp://a/\"\n",
		    "acs.yaml:1:6: error: \"ftp\" is neither http nor https" },
		{ "url: \"https://a.lab/\"\n",
		    "acs.yaml:1:6: error: https wants a certificate and its key" },
		{ "url: \"https://a.lab/\"\ncertificate: a.pem\n",
		    "acs.yaml:2:14: error: a certificate wants its key" },
		{ "url: \"https://a.lab/\"\nkey: a.key\n",
		    "acs.yaml:2:6: error: a certificate wants its key" },
		{ URL "listen: \"10.0.0.11\"\n",
		    "acs.yaml:2:9: error: \"10.0.0.11\" is no address:port" },
		{ URL "listen: \"10.0.0.11:0\"\n",
		    "acs.yaml:2:9: error: \"10.0.0.11:0\" is no address:port" },
		{ URL "listen: \"10.0.0.11:65536\"\n",
		    "acs.yaml:2:9: error: \"10.0.0.11:65536\" is no address:port" },
		{ URL "listen: \"acs:80\"\n",
		    "acs.yaml:2:9: error: \"acs:80\" is no address:port" },
		{ URL "trust-proxies: [10.0.0.10, proxy]\n",
		    "acs.yaml:2:28: error: \"proxy\" is no address" },
		{ URL "username: u\n",
		    "acs.yaml:2:11: error: a username without a password" },
		{ URL "password: p\n",
		    "acs.yaml:2:11: error: a password without a username" },
		{ URL "auth: digest\n", "acs.yaml:2:7: error: authentication wants a "
					"username and a password" },
		{ URL "key: a.key\n",
		    "acs.yaml:2:6: error: a certificate wants its key, "
		    "and a key its certificate" },
		{ URL "certificate: a.pem\n",
		    "acs.yaml:2:14: error: a certificate wants its key" },
		{ HTTPS "tls: {min: 1.3, max: 1.2}\n",
		    "acs.yaml:4:6: error: the oldest TLS version is newer than the newest" },
		{ HTTPS "tls: {client-certificate: require}\n",
		    "acs.yaml:4:27: error: certificates of CPEs say nothing" },
		{ HTTPS "tls: {client-ca: ca.pem}\n",
		    "acs.yaml:4:6: error: no CPE is asked for a certificate" },
		{ HTTPS "tls: {client-crl: crl.pem}\n",
		    "acs.yaml:4:6: error: no CPE is asked for a certificate" },
		{ HTTPS "tls: {client-name: refuse}\n",
		    "acs.yaml:4:6: error: no CPE is asked for a certificate" },
		{ HTTPS "tls: {client-name: ask}\n", "acs.yaml:4:20: error: " },
		{ URL "tls: {client-certificate: request, client-ca: ca.pem}\n",
		    "acs.yaml:2:27: error: without TLS nobody is asked" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct conf_doc *doc = NULL;
		struct acs_config config;
		struct error err = ERROR_NULL;

		assert_int_equal(read_config(rows[i].yaml, &config, &doc, &err),
		    ERR_CONFIG);
		if (strncmp(err.text, rows[i].start, strlen(rows[i].start)) != 0)
			fail_msg("row %zu: %s", i, err.text);
		conf_free(doc);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(configurations_mean_what_they_say),
		cmocka_unit_test(mistakes_are_told_with_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
