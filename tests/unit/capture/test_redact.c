/* Secrets leave an envelope, everything else stays to the byte. */
#include "tests/unit/unit.h"

#include "capture/message/redact.h"
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
		{ "<Name>A.RadiusSecret</Name><Value>s</Value>",
		    "<Name>A.RadiusSecret</Name><Value>***</Value>" },
		{ "<Value>http://cpe:s3cret@acs/</Value>",
		    "<Value>http://cpe:***@acs/</Value>" },
		{ "<URL><![CDATA[http://u:p@h/f?x=1]]></URL>",
		    "<URL><![CDATA[http://u:***@h/f?x=1]]></URL>" },
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
		{ "Location", "https://cpe:s3cret@acs2.lab/",
		    "https://cpe:***@acs2.lab/" },
		{ "Cookie", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf out = BUF_NULL;

		redact_header(&out, str_of(rows[i].name), str_of(rows[i].value));
		assert_string_equal(buf_cstr(&out), rows[i].expected);
	}
}

static void urls_keep_the_user_but_not_the_password(void **state)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{ "http://cpe:s3cret@acs:7547/x", "http://cpe:***@acs:7547/x" },
		{ "set to http://a:b@c, not https://d:e@f/ in frame 3",
		    "set to http://a:***@c, not https://d:***@f/ in frame 3" },
		{ "http://a:p@ss:w@host/@", "http://a:***@host/@" },
		{ "http://:p@host", "http://:***@host" },
		{ "http://cpe@acs/", "http://cpe@acs/" },
		{ "http://acs:7547/a@b:c", "http://acs:7547/a@b:c" },
		{ "http://[fd00::1]:7547/", "http://[fd00::1]:7547/" },
		{ "a:b@c", "a:b@c" },
		{ "http://", "http://" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf out = BUF_NULL;

		redact_urls(&out, str_of(rows[i].text));
		assert_string_equal(buf_cstr(&out), rows[i].expected);
	}
}

static void a_line_gives_the_terminal_no_commands(void **state)
{
	auto_buf out = BUF_NULL;

	(void)state;
	redact_line(&out,
	    STR("\"http://u:p@a\x1b[31m\r\n\x9b\xc2\x9b\xe2\x80\xae\xe2\x81\xa6\" is "
		"no URL of \xc3\xa4\x7f"));
	assert_string_equal(buf_cstr(&out),
	    "\"http://u:***@a [31m  ?   \" is no URL of \xc3\xa4 ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(secrets_are_replaced),
		cmocka_unit_test(urls_keep_the_user_but_not_the_password),
		cmocka_unit_test(a_line_gives_the_terminal_no_commands),
		cmocka_unit_test(headers_keep_who_but_not_how),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
