/* Secrets leave an envelope, everything else stays to the byte. */
#include "tests/unit/unit.h"

#include "capture/redact.h"
#include "lib/base/compiler.h"

static void secrets_are_replaced(void **state)
{
	static const struct {
		const char *xml, *expected;
	} rows[] = {
		{ "<Name>Device.ManagementServer.Password</Name><Value "
		  "xsi:type=\"xsd:string\">s3cret</Value>",
		    "<Name>Device.ManagementServer.Password</Name><Value "
		    "xsi:type=\"xsd:string\">***</Value>" },
		{ "<Name>Device.ManagementServer.URL</Name><Value>http://a</Value>",
		    "<Name>Device.ManagementServer.URL</Name><Value>http://a</Value>" },
		{ "<c:Password>x</c:Password><Username>u</Username>",
		    "<c:Password>***</c:Password><Username>u</Username>" },
		{ "<Name>A.Password</Name>\n<Value><![CDATA[s3</b>cret]]></Value><x/>",
		    "<Name>A.Password</Name>\n<Value>***</Value><x/>" },
		{ "<Password></Password><Password/><a>b</a>",
		    "<Password></Password><Password/><a>b</a>" },
		{ "<ParameterKey>k</ParameterKey>", "<ParameterKey>k</ParameterKey>" },
		{ "<Password>cut off", "<Password>***" },
		{ "no xml at all", "no xml at all" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf out = BUF_NULL;

		redact_xml(&out, str_of(rows[i].xml));
		assert_string_equal(buf_cstr(&out), rows[i].expected);
	}
}

static void headers_keep_who_but_not_how(void **state)
{
	static const struct {
		const char *name, *value, *expected;
	} rows[] = {
		{ "authorization", "Basic Y3BlOnMzY3JldA==", "Basic ***" },
		{ "Authorization",
		    "Digest realm=\"a\", username=\"cpe\", response=\"1\"",
		    "Digest username=\"cpe\", ***" },
		{ "Authorization", "Digest username=\"cut off",
		    "Digest username=\"cut off, ***" },
		{ "Authorization", "nonsense", "***" },
		{ "Cookie", "a=1; b=2;c", "a=***; b=***;***" },
		{ "Set-Cookie", "session=12345; Path=/; Secure",
		    "session=***; Path=/; Secure" },
		{ "WWW-Authenticate", "Digest nonce=\"1\"", "Digest nonce=\"1\"" },
		{ "Host", "acs1.lab:7547", "acs1.lab:7547" },
		{ "Cookie", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf out = BUF_NULL;

		redact_header(&out, str_of(rows[i].name), str_of(rows[i].value));
		assert_string_equal(buf_cstr(&out), rows[i].expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(secrets_are_replaced),
		cmocka_unit_test(headers_keep_who_but_not_how),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
