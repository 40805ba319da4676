/* Secrets leave an envelope, everything else stays to the byte. */
#include "tests/unit/unit.h"

#include "capture/message/redact.h"
#include "lib/base/compiler.h"

struct body {
	const char *body, *expected;
};

static const struct body bodies[] = {
	/* by the name of a parameter, wherever and however it is written */
	{ "<Name>Device.ManagementServer.Password</Name><Value "
	  "xsi:type=\"xsd:string\">s3cret</Value>",
	    "<Name>Device.ManagementServer.Password</Name><Value "
	    "xsi:type=\"xsd:string\">***</Value>" },
	{ "<P><Value>s3cret</Value><Name>A.Password</Name></P>",
	    "<P><Value>***</Value><Name>A.Password</Name></P>" },
	{ "<P><Name>A.Pass&#119;o&#x72;d</Name><Value>s3cret</Value></P>",
	    "<P><Name>A.Pass&#119;o&#x72;d</Name><Value>***</Value></P>" },
	{ "<P><Name>A.<![CDATA[Pass]]>word</Name><Value>s3cret</Value></P>",
	    "<P><Name>A.<![CDATA[Pass]]>word</Name><Value>***</Value></P>" },
	{ "<P><Name>A.Pass<!-- b -->word</Name><!-- c --><Value>s3cret</Value></P>",
	    "<P><Name>A.Pass<!-- b -->word</Name><!-- c --><Value>***</Value></P>" },
	{ "<P><Name>A.&mine;</Name><Value>s3cret</Value></P>",
	    "<P><Name>A.&mine;</Name><Value>***</Value></P>" },
	{ "<P><Name>A.Pass<x/>word</Name><Value>s3cret</Value></P>",
	    "<P><Name>A.Pass<x/>word</Name><Value>***</Value></P>" },
	{ "<P><Name>A.WEPKey</Name><Value>s</Value></P>"
	  "<P><Name>A.URL</Name><Value>http://a</Value></P>",
	    "<P><Name>A.WEPKey</Name><Value>***</Value></P>"
	    "<P><Name>A.URL</Name><Value>http://a</Value></P>" },
	{ "<ParameterName>A.PSK</ParameterName><NewValue>s</NewValue>",
	    "<ParameterName>A.PSK</ParameterName><NewValue>***</NewValue>" },
	{ "<p name='A.PSK' value='s'/><p name='A.URL' value='u'/>",
	    "<p name='A.PSK' value='***'/><p name='A.URL' value='u'/>" },
	{ "<p name='A.PSK'>s</p>", "<p name='A.PSK'>***</p>" },
	/* by the name of an element or an attribute */
	{ "<c:Password>x</c:Password><Username>u</Username>",
	    "<c:Password>***</c:Password><Username>u</Username>" },
	{ "<PASSWD>x<b>y</b><PASSWD>z</PASSWD>w</PASSWD>v", "<PASSWD>***</PASSWD>v" },
	{ "<a token=\"s3>cret\" b='1'>c</a>", "<a token=\"***\" b='1'>c</a>" },
	{ "<a xmlns:key=\"urn:k\"/>", "<a xmlns:key=\"urn:k\"/>" },
	{ "<Name>A.Password</Name>\n<Value><![CDATA[s3</b>cret]]></Value><x/>",
	    "<Name>A.Password</Name>\n<Value>***</Value><x/>" },
	{ "<Password></Password><Password/><a>b</a>",
	    "<Password></Password><Password/><a>b</a>" },
	{ "<ParameterKey>k</ParameterKey><CommandKey>c</CommandKey>",
	    "<ParameterKey>k</ParameterKey><CommandKey>c</CommandKey>" },
	/* in texts */
	{ "<Value>http://cpe:s3cret@acs/</Value>",
	    "<Value>http://cpe:***@acs/</Value>" },
	{ "<URL><![CDATA[http://u:p@h/f?x=1]]></URL>",
	    "<URL><![CDATA[http://u:***@h/f?x=1]]></URL>" },
	{ "<URL>http://u&#58;s3cret&#64;h/?a&amp;b</URL>",
	    "<URL>http://u:***@h/?a&amp;b</URL>" },
	{ "<URL>http://u:s3<!-- c --><![CDATA[cret@]]>h/</URL>",
	    "<URL>http://u:***@h/</URL>" },
	{ "<URL>http://h/f?token=s3cret&amp;x=1</URL>",
	    "<URL>http://h/f?token=***&amp;x=1</URL>" },
	{ "<FaultString>no login at ftp://u:p@h</FaultString>",
	    "<FaultString>no login at ftp://u:***@h</FaultString>" },
	{ "<!-- <Password>s3cret</Password> --><!-- a note -->",
	    "<!--***--><!-- a note -->" },
	/* cut within what begins a piece, or right behind it */
	{ "<P><!--", "<P><!--" },
	{ "<P><![CDATA[", "<P><![CDATA[" },
	{ "<P><?", "<P><?" },
	{ "<!DOCTYPE a [<!ENTITY p \"s3cret\">]><a>&p;</a>",
	    "<!DOCTYPE ***><a>&p;</a>" },
	/* not well-formed, cut off, no XML */
	{ "<Password>cut off", "<Password>***" },
	{ "<a><P><Value>cut off before its name</Value><Na",
	    "<a><P><Value>***</Value><Na" },
	{ "<P><Name>A.URL</Name><Value>http://a",
	    "<P><Name>A.URL</Name><Value>http://a" },
	{ "<a b=\"never ends><Password>s3cret</Password>",
	    "<a b=\"never ends><Password>***</Password>" },
	{ "</b></c><a>1 < 2</a>", "</b></c><a>1 < 2</a>" },
	{ "{\"password\": \"s3cret\"}", "{\"password\": \"***\"}" },
	{ "user=u&password=s3cret", "user=u&password=***" },
	{ "no xml at all", "no xml at all" },
	{ "<", "<" },
	{ "", "" },
	/* encodings in which markup is not what it seems */
	{ "<?xml version='1.0' encoding='ISO-8859-1'?><Password>x</Password>",
	    "<?xml version='1.0' encoding='ISO-8859-1'?><Password>***</Password>" },
	{ "<?xml version='1.0' encoding='UTF-7'?><+AFA-assword>x</Password>", "***" },
	{ "\x4c\x6f\xa7\x94\x93", "***" },
};

static void secrets_leave_a_body(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		auto_buf out = BUF_NULL;

		redact_body(&out, str_of(bodies[i].body));
		assert_string_equal(buf_cstr(&out), bodies[i].expected);
	}
}

/* Each byte of text as a unit of that many bytes, after a byte order mark where there is to
 * be one. */
static void widen(struct buf *out, const char *text, size_t size, bool is_little,
    bool has_mark)
{
	for (size_t i = 0; i < strlen(text) + has_mark; i++) {
		uint32_t c = has_mark && i == 0 ? 0xfeff : (uint8_t)text[i - has_mark];

		for (size_t k = 0; k < size; k++)
			buf_append_char(out,
			    (char)(c >> 8 * (is_little ? k : size - 1 - k)));
	}
}

static void secrets_leave_a_body_in_utf_16_and_32(void **state)
{
	static const struct body texts[] = {
		{ "<?xml version=\"1.0\"?><P><Name>A.Password</Name><Value>s3cret</Value></P>",
		    "<?xml version=\"1.0\"?><P><Name>A.Password</Name><Value>***</Value></P>" },
		{ "<URL>http://u:p@h/</URL>", "<URL>http://u:***@h/</URL>" },
		{ "<a>\xe9 stays</a>", "<a>\xe9 stays</a>" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts) * 8; i++) {
		const struct body *text = &texts[i / 8];
		size_t size = i & 1 ? 4 : 2;
		auto_buf body = BUF_NULL, expected = BUF_NULL, out = BUF_NULL;

		widen(&body, text->body, size, i & 2, i & 4);
		widen(&expected, text->expected, size, i & 2, i & 4);
		redact_body(&out, buf_str(&body));
		assert_int_equal(out.len, expected.len);
		assert_memory_equal(out.data, expected.data, out.len);
	}
}

/* Pairs of surrogates, one that stands alone, and half a character at the end. */
static void what_is_no_secret_in_utf_16_stays_to_the_byte(void **state)
{
	static const char body[] = "<\0a\0>\0\x3d\xd8\0\xde\x3d\xd8<\0/\0a\0>\0z";
	auto_buf out = BUF_NULL;

	(void)state;
	redact_body(&out, str_make(body, sizeof(body) - 1));
	assert_int_equal(out.len, sizeof(body) - 1);
	assert_memory_equal(out.data, body, out.len);
}

/* What costs more than its length would be seen in the time of this test. */
static void a_hostile_body_costs_its_length(void **state)
{
	static const char *const parts[] = { "<a>", "<a ", "</a>", "<a b='", "&", "<!x",
		"<![", "<!--", "<Password>", "<Name>", "//u:", "a=", "\"a\":", "]]>",
		"<Value><Name>" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		auto_buf body = BUF_NULL, out = BUF_NULL;

		while (body.len < 2 << 20)
			buf_append_text(&body, parts[i]);
		redact_body(&out, buf_str(&body));
		assert_int_equal(out.error, 0);
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
		{ "Cookie2", "a=1", "a=***" },
		{ "Set-Cookie2", "a=1; Version=1", "a=***; Version=1" },
		{ "X-Auth-Token", "s3cret", "***" },
		{ "X-API-KEY", "s3cret", "***" },
		{ "Authentication-Info", "rspauth=\"1\", nextnonce=\"2\"", "***" },
		{ "Proxy-Authorization", "Basic Y3Bl", "Basic ***" },
		{ "X-Auth-Token", "", "" },
		{ "Referer", "http://a/?password=s3cret", "http://a/?password=***" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf out = BUF_NULL;

		redact_header(&out, str_of(rows[i].name), str_of(rows[i].value));
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
		cmocka_unit_test(secrets_leave_a_body),
		cmocka_unit_test(secrets_leave_a_body_in_utf_16_and_32),
		cmocka_unit_test(what_is_no_secret_in_utf_16_stays_to_the_byte),
		cmocka_unit_test(a_hostile_body_costs_its_length),
		cmocka_unit_test(a_line_gives_the_terminal_no_commands),
		cmocka_unit_test(headers_keep_who_but_not_how),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
