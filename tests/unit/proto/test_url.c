/* URLs: parts, refusals, and what redirects resolve to. */
#include "lib/proto/url.h"

#include "lib/base/compiler.h"
#include "tests/unit/unit.h"

static const struct good_row {
	const char *text;
	bool is_https;
	const char *host;
	uint16_t port;
	const char *path;
	const char *header; /* Host */
} good_rows[] = {
	{ "http://acs.lab", false, "acs.lab", 80, "/", "acs.lab" },
	{ "https://acs.lab", true, "acs.lab", 443, "/", "acs.lab" },
	{ "HTTP://ACS:7547/cwmp", false, "ACS", 7547, "/cwmp", "ACS:7547" },
	{ "http://10.0.0.2:80/a?b=c", false, "10.0.0.2", 80, "/a?b=c", "10.0.0.2" },
	{ "https://[fd00::2]:7548/x#part", true, "fd00::2", 7548, "/x",
	    "[fd00::2]:7548" },
	{ "http://h:65535/", false, "h", 65535, "/", "h:65535" },
};

static void test_a_url_has_its_parts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good_rows); i++) {
		const struct good_row *row = &good_rows[i];
		char header[64];
		struct url url;

		assert_int_equal(url_parse(&url, str_of(row->text), NULL), 0);
		assert_int_equal(url.is_https, row->is_https);
		assert_true(str_is(url.host, row->host));
		assert_int_equal(url.port, row->port);
		assert_true(str_is(url.path, row->path));
		assert_int_equal(url_host_header(&url, header, sizeof(header)), 0);
		assert_string_equal(header, row->header);
	}
}

static const struct bad_row {
	const char *text;
	int code;
} bad_rows[] = {
	{ "", ERR_MALFORMED },
	{ "acs.lab:7547", ERR_MALFORMED },
	{ "ftp://h/", ERR_UNSUPPORTED },
	{ "http://", ERR_MALFORMED },
	{ "http:///x", ERR_MALFORMED },
	{ "http://h:0/", ERR_MALFORMED },
	{ "http://h:65536/", ERR_MALFORMED },
	{ "http://h:7x/", ERR_MALFORMED },
	{ "http://user:pass@h/", ERR_MALFORMED },
	{ "http://h/a b", ERR_MALFORMED },
	{ "http://h/\x80", ERR_MALFORMED },
	{ "http://[::1/", ERR_MALFORMED },
	{ "http://[::1]x/", ERR_MALFORMED },
	{ "http://h\"/", ERR_MALFORMED },
	{ "http://h?q", ERR_MALFORMED },
};

static void test_what_is_no_url_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad_rows); i++) {
		struct error err = ERROR_NULL;
		struct url url;

		if (url_parse(&url, str_of(bad_rows[i].text), &err) != bad_rows[i].code)
			fail_msg("%s: %d, %s", bad_rows[i].text, err.code, err.text);
		assert_string_not_equal(err.text, "");
	}
}

static void test_a_url_is_no_longer_than_the_limit(void **state)
{
	char text[URL_MAX + 2];
	struct url url;

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, "http://h/", 9);
	assert_int_equal(url_parse(&url, str_make(text, URL_MAX), NULL), 0);
	assert_int_equal(url_parse(&url, str_make(text, URL_MAX + 1), NULL), ERR_LIMIT);
}

static void test_a_host_is_no_longer_than_a_name_may_be(void **state)
{
	char text[300];
	struct url url;

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, "http://", 7);
	assert_int_equal(url_parse(&url, str_make(text, 7 + 255), NULL), 0);
	assert_int_equal(url_parse(&url, str_make(text, 7 + 256), NULL), ERR_MALFORMED);
}

static void test_a_host_header_fits_or_is_refused(void **state)
{
	char out[16];
	struct url url;

	(void)state;
	assert_int_equal(url_parse(&url, STR("http://acs:7547/"), NULL), 0);
	assert_int_equal(url_host_header(&url, out, sizeof("acs:7547")), 0);
	assert_string_equal(out, "acs:7547");
	assert_int_equal(url_host_header(&url, out, sizeof("acs:7547") - 1), ERR_LIMIT);
	assert_int_equal(url_parse(&url, STR("http://[fd00::1]:1/"), NULL), 0);
	assert_int_equal(url_host_header(&url, out, sizeof("[fd00::1]:1")), 0);
	assert_string_equal(out, "[fd00::1]:1");
	assert_int_equal(url_host_header(&url, out, sizeof("[fd00::1]:1") - 1),
	    ERR_LIMIT);
}

/* Of RFC 3986 5.4, the forms that redirects use. */
static const struct resolve_row {
	const char *location, *result;
} resolve_rows[] = {
	{ "https://other/x", "https://other/x" },
	{ "//other:99/x", "http://other:99/x" },
	{ "/x/y", "http://a:7547/x/y" },
	{ "g", "http://a:7547/b/c/g" },
	{ "g?y", "http://a:7547/b/c/g?y" },
	{ "?y", "http://a:7547/b/c/d?y" },
	{ "?y=/z", "http://a:7547/b/c/d?y=/z" },
	{ "#s", "http://a:7547/b/c/d?q#s" },
	{ "", "http://a:7547/b/c/d?q" },
	{ "login?next=a:b", "http://a:7547/b/c/login?next=a:b" },
	{ "?next=a:b", "http://a:7547/b/c/d?next=a:b" },
	{ "1:x", "http://a:7547/b/c/1:x" },
	{ ":x", "http://a:7547/b/c/:x" },
	{ "%41:x", "http://a:7547/b/c/%41:x" },
	{ "HTTP://other", "HTTP://other" },
};

static void test_a_location_is_resolved_against_the_base(void **state)
{
	struct url base;

	(void)state;
	assert_int_equal(url_parse(&base, STR("http://a:7547/b/c/d?q"), NULL), 0);
	for (size_t i = 0; i < ARRAY_LEN(resolve_rows); i++) {
		char out[128];

		assert_int_equal(url_resolve(&base, str_of(resolve_rows[i].location),
				     out, sizeof(out), NULL),
		    0);
		assert_string_equal(out, resolve_rows[i].result);
	}
}

static void test_a_location_elsewhere_than_http_is_refused(void **state)
{
	char out[128];
	struct url base;

	(void)state;
	assert_int_equal(url_parse(&base, STR("http://a/"), NULL), 0);
	assert_int_equal(url_resolve(&base, STR("ftp://x/"), out, sizeof(out), NULL),
	    ERR_UNSUPPORTED);
	assert_int_equal(url_resolve(&base, STR("a+1.b-c:x"), out, sizeof(out), NULL),
	    ERR_MALFORMED);
	assert_int_equal(url_resolve(&base, STR("z9:/x"), out, sizeof(out), NULL),
	    ERR_MALFORMED);
	assert_int_equal(url_resolve(&base, STR("/long"), out, sizeof("http://a/long"),
			     NULL),
	    0);
	assert_int_equal(url_resolve(&base, STR("/long"), out,
			     sizeof("http://a/long") - 1, NULL),
	    ERR_LIMIT);
}

static const struct same_row {
	const char *a, *b;
	bool is_same;
} same_rows[] = {
	{ "http://a/x", "http://a/x", true },
	{ "HTTP://a/x", "http://a/x", true },
	{ "http://A.Lab/x", "http://a.lab/x", true },
	{ "http://a:80/x", "http://a/x", true },
	{ "https://a:443/x", "https://a/x", true },
	{ "http://a:/x", "http://a/x", true },
	{ "http://a", "http://a/", true },
	{ "http://a/%7ex", "http://a/~x", true },
	{ "http://a/%7Ex%41", "http://a/~xA", true },
	{ "http://a/%2f", "http://a/%2F", true },
	{ "http://a/x?q=%c3", "http://a/x?q=%C3", true },
	{ "http://%61/x", "http://a/x", true },
	{ "http://a/./x", "http://a/x", true },
	{ "http://a/b/../x", "http://a/x", true },
	{ "http://a/b/./../x", "http://a/x", true },
	{ "http://a/../x", "http://a/x", true },
	{ "http://a/b/..", "http://a/", true },
	{ "http://a/b/.", "http://a/b/", true },
	{ "http://a/b/%2E%2e/x", "http://a/x", true },
	{ "http://a/x#part", "http://a/x", true },
	{ "http://[FD00:0:0::2]/x", "http://[fd00::2]/x", true },
	{ "http://ac%73.lab/x", "http://acs.lab/x", true },
	{ "http://acs.la%62/x", "http://acs.lab/x", true },
	{ "http://[a]/x", "http://a/x", true },
	{ "no url", "no url", true },
	{ "http://a/x", "https://a/x", false },
	{ "http://a:443/x", "https://a/x", false },
	{ "http://a:8080/x", "http://a/x", false },
	{ "http://a/X", "http://a/x", false },
	{ "http://a/x/", "http://a/x", false },
	{ "http://a//x", "http://a/x", false },
	{ "http://a/%2F", "http://a//", false },
	{ "http://a/%2Fx", "http://a/x", false },
	{ "http://a/x?", "http://a/x", false },
	{ "http://a/x?q=a/../b", "http://a/x?q=b", false },
	{ "http://a/.x", "http://a/x", false },
	{ "http://a/...", "http://a/", false },
	{ "http://a/%", "http://a/%25", false },
	{ "http://a/%4", "http://a/%4g", false },
	{ "http://[fd00::2]/", "http://[fd00::3]/", false },
	{ "http://acs1.lab/x", "http://acs2.lab/x", false },
	{ "http://acs/x", "http://acs1/x", false },
	{ "http://acs:80/x", "http://acs1:80/x", false },
	{ "http://acs/x", "http://acs%31/x", false },
	{ "http://acs", "http://", false },
	{ "no url", "No url", false },
	{ "", "http://a/", false },
};

static void test_urls_are_the_same_by_what_they_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(same_rows); i++) {
		const struct same_row *row = &same_rows[i];

		if (url_is_same(str_of(row->a), str_of(row->b)) != row->is_same ||
		    url_is_same(str_of(row->b), str_of(row->a)) != row->is_same)
			fail_msg("%s and %s", row->a, row->b);
	}
}

static void test_the_normal_form_of_a_path_fits_or_is_refused(void **state)
{
	char out[sizeof("/a/./b?c")];

	(void)state;
	assert_int_equal(url_path_normal(STR("/a/./b?c"), out, sizeof(out)), 0);
	assert_string_equal(out, "/a/b?c");
	assert_int_equal(url_path_normal(STR(""), out, sizeof(out)), 0);
	assert_string_equal(out, "/");
	assert_int_equal(url_path_normal(STR("*"), out, sizeof(out)), 0);
	assert_string_equal(out, "*");
	assert_int_equal(url_path_normal(STR("/a/./b?cd"), out, sizeof(out)),
	    ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_url_has_its_parts),
		cmocka_unit_test(test_what_is_no_url_is_refused),
		cmocka_unit_test(test_a_url_is_no_longer_than_the_limit),
		cmocka_unit_test(test_a_host_is_no_longer_than_a_name_may_be),
		cmocka_unit_test(test_a_host_header_fits_or_is_refused),
		cmocka_unit_test(test_a_location_is_resolved_against_the_base),
		cmocka_unit_test(test_a_location_elsewhere_than_http_is_refused),
		cmocka_unit_test(test_urls_are_the_same_by_what_they_name),
		cmocka_unit_test(test_the_normal_form_of_a_path_fits_or_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
