/* Where a connection request goes, as the ConnectionRequestURL says it. */
#include "tests/unit/unit.h"

#include "agents/acs/reach/call_address.h"
#include "lib/base/compiler.h"

#include <arpa/inet.h>
#include <netinet/in.h>

static const struct row {
	const char *url;
	int family; /* AF_UNSPEC: it is no address */
	const char *address;
	unsigned port;
	const char *at;
} rows[] = {
	{ "http://10.0.0.100:7547/a", AF_INET, "10.0.0.100", 7547, "10.0.0.100:7547" },
	{ "http://10.0.0.100/a", AF_INET, "10.0.0.100", 80, "10.0.0.100:80" },
	{ "http://[2001:db8::1]:7547/a", AF_INET6, "2001:db8::1", 7547,
	    "[2001:db8::1]:7547" },
	{ "http://[::1]/", AF_INET6, "::1", 80, "[::1]:80" },
	{ "http://[::ffff:10.0.0.1]:65535/", AF_INET6, "::ffff:10.0.0.1", 65535,
	    "[::ffff:10.0.0.1]:65535" },
	{ "http://[2001:0db8:0000:0000:0000:0000:255.255.255.255]:65535/", AF_INET6,
	    "2001:db8::ffff:ffff", 65535,
	    "[2001:0db8:0000:0000:0000:0000:255.255.255.255]:65535" },
	{ "http://[10.0.0.1]/", AF_UNSPEC, NULL, 0, NULL },
	{ "http://[2001:db8::1::2]/", AF_UNSPEC, NULL, 0, NULL },
	{ "http://[0000:0000:0000:0000:0000:0000:0000:0000:255.255.255.255]/",
	    AF_UNSPEC, NULL, 0, NULL },
	{ "http://cpe.lab/", AF_UNSPEC, NULL, 0, NULL },
	{ "http://10.0.0.256/", AF_UNSPEC, NULL, 0, NULL },
};

static void an_address_of_either_version_is_called(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		char at[CALL_AT_MAX] = "", text[INET6_ADDRSTRLEN];
		struct error err = ERROR_NULL;
		union {
			struct sockaddr_storage any;
			struct sockaddr_in ipv4;
			struct sockaddr_in6 ipv6;
		} to;
		struct url url;
		int len;

		if (url_parse(&url, str_of(row->url), &err) < 0)
			fail_msg("%s: %s", row->url, err.text);
		len = call_address(&url, &to.any, at);
		if (row->family == AF_UNSPEC) {
			assert_int_equal(len, ERR_MALFORMED);
			continue;
		}
		assert_int_equal(to.any.ss_family, row->family);
		if (row->family == AF_INET) {
			assert_int_equal(len, sizeof(to.ipv4));
			assert_int_equal(ntohs(to.ipv4.sin_port), row->port);
			(void)inet_ntop(AF_INET, &to.ipv4.sin_addr, text, sizeof(text));
		} else {
			assert_int_equal(len, sizeof(to.ipv6));
			assert_int_equal(ntohs(to.ipv6.sin6_port), row->port);
			(void)inet_ntop(AF_INET6, &to.ipv6.sin6_addr, text,
			    sizeof(text));
		}
		assert_string_equal(text, row->address);
		assert_string_equal(at, row->at);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_of_either_version_is_called),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
