/* capture/record/auth_proof: whether credentials prove a password that the capture shows. */
#include "tests/unit/unit.h"

#include "capture/record/auth_proof.h"
#include "lib/base/compiler.h"

#include <stdio.h>

/* The exchange of RFC 2617 3.5. */
#define CREDENTIALS(qop, response)                                                \
	"Digest username=\"Mufasa\", realm=\"testrealm@host.com\", "              \
	"nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", " \
	"qop=" qop ", nc=00000001, cnonce=\"0a4f113b\", response=\"" response "\""
#define RIGHT "6629fae49393a05397450978507c4ef1"
#define WRONG "6629fae49393a05397450978507c4ef2"

static void credentials_prove_what_they_can(void **state)
{
	static const struct {
		const char *username, *password, *authorization;
		enum auth_proof proof;
	} rows[] = {
		{ "Mufasa", "Circle Of Life", CREDENTIALS("auth", RIGHT), AUTH_HOLDS },
		{ "Mufasa", "Circle Of Life", CREDENTIALS("auth", WRONG), AUTH_FAILS },
		{ "Mufasa", "Circle of Life", CREDENTIALS("auth", RIGHT), AUTH_FAILS },
		{ "Scar", "Circle Of Life", CREDENTIALS("auth", RIGHT),
		    AUTH_NOT_PROVEN },
		{ "Mufasa", NULL, CREDENTIALS("auth", RIGHT), AUTH_NOT_PROVEN },
		/* Its response covers the body, which nobody has here. */
		{ "Mufasa", "Circle Of Life", CREDENTIALS("auth-int", WRONG),
		    AUTH_NOT_PROVEN },
		{ "Mufasa", "Circle Of Life", "Basic TXVmYXNhOng=", AUTH_NOT_PROVEN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct device_more more = { .username = rows[i].username,
			.password = rows[i].password };
		struct device_record device = { .more = &more };
		struct http_head head;
		char text[512];
		int n = snprintf(text, sizeof(text),
		    "GET /dir/index.html HTTP/1.1\r\nAuthorization: %s\r\n\r\n",
		    rows[i].authorization);

		assert_int_equal(http_head_parse(&head, true, text, (size_t)n, NULL,
				     NULL),
		    n);
		assert_int_equal(auth_prove(&device, NULL, &head), rows[i].proof);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(credentials_prove_what_they_can),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
