/* agents/acs/gate/forwarded */
#include "tests/unit/unit.h"

#include "agents/acs/gate/forwarded.h"
#include "lib/base/buf.h"
#include "lib/base/compiler.h"

static const char *proxies[] = { "10.0.0.10", "10.0.0.20", "fd00::10" };
static const struct conf_strings trusted = { proxies, ARRAY_LEN(proxies) };

/* "none" where nothing is told. */
static const char *client_of(const char *peer, const char *headers,
    char client[INET6_ADDRSTRLEN])
{
	struct http_head head;
	auto_buf text = BUF_NULL;

	buf_printf(&text, "POST / HTTP/1.1\r\nHost: acs\r\n%s\r\n", headers);
	assert_true(http_head_parse(&head, true, text.data, text.len, NULL, NULL) > 0);
	return forwarded_client(&trusted, peer, &head, client) ? client : "none";
}

static void test_only_a_trusted_proxy_is_believed(void **state)
{
	static const struct {
		const char *peer, *headers, *client;
	} rows[] = {
		{ "10.0.0.10", "X-Forwarded-For: 192.0.2.7\r\n", "192.0.2.7" },
		{ "10.0.0.11", "X-Forwarded-For: 192.0.2.7\r\n", "none" },
		{ "fd00::10", "x-forwarded-for: 2001:db8::7\r\n", "2001:db8::7" },
		{ "10.0.0.10", "", "none" },
		{ "10.0.0.10", "X-Forwarded-For: \r\n", "none" },
		/* The CPE may have written what stands first. */
		{ "10.0.0.10", "X-Forwarded-For: 198.51.100.1, 192.0.2.7\r\n",
		    "192.0.2.7" },
		/* Two proxies, one behind the other. */
		{ "10.0.0.10", "X-Forwarded-For: 198.51.100.1,192.0.2.7,10.0.0.20\r\n",
		    "192.0.2.7" },
		{ "10.0.0.10", "X-Forwarded-For: 10.0.0.20\r\n", "none" },
		/* Several headers are one list. */
		{ "10.0.0.10",
		    "X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 192.0.2.7\r\n",
		    "192.0.2.7" },
		{ "10.0.0.10",
		    "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-For: 10.0.0.20\r\n",
		    "192.0.2.7" },
		/* What is no address tells nothing, nor does what stands before it. */
		{ "10.0.0.10", "X-Forwarded-For: 192.0.2.7, unknown\r\n", "none" },
		{ "10.0.0.10", "X-Forwarded-For: 192.0.2.7:4711\r\n", "none" },
		{ "10.0.0.10", "X-Forwarded-For: 192.0.2.7,\r\n", "none" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char client[INET6_ADDRSTRLEN] = "";

		assert_string_equal(client_of(rows[i].peer, rows[i].headers, client),
		    rows[i].client);
	}
}

static void test_an_address_has_no_port(void **state)
{
	(void)state;
	assert_true(forwarded_is_address("10.0.0.10"));
	assert_true(forwarded_is_address("fd00::10"));
	assert_false(forwarded_is_address("10.0.0.10:80"));
	assert_false(forwarded_is_address("[fd00::10]"));
	assert_false(forwarded_is_address("proxy"));
	assert_false(forwarded_is_address(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_a_trusted_proxy_is_believed),
		cmocka_unit_test(test_an_address_has_no_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
