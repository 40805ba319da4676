/* Cookies of a session (RFC 6265): what is kept, and what goes back where. */
#include "lib/proto/cookie.h"

#include "lib/base/compiler.h"
#include "tests/unit/unit.h"

#include <stdio.h>

#define HOST STR("acs1.lab")

static const struct cookie_row {
	const char *name;
	const char *set[4]; /* Set-Cookie values, of requests to /acs/cwmp */
	const char *
	    path; /* of the next request, of the same host where none stands before it */
	bool is_https;
	const char *sent;
} rows[] = {
	{ "one", { "a=1" }, "/acs/cwmp", false, "a=1" },
	{ "two in order", { "a=1; Path=/", "b=2; HttpOnly" }, "/acs/x", false,
	    "a=1; b=2" },
	{ "the newer value", { "a=1; Path=/", "a=2; Path=/" }, "/", false, "a=2" },
	{ "the same name of two paths", { "a=1; Path=/", "a=2; Path=/acs" }, "/acs",
	    false, "a=1; a=2" },
	{ "another folder of the same length", { "a=1" }, "/bcs", false, "" },
	{ "another folder", { "a=1" }, "/other", false, "" },
	{ "a path that only begins alike", { "a=1; Path=/acs" }, "/acs2", false, "" },
	{ "a path with a query", { "a=1; Path=/acs" }, "/acs?x", false, "a=1" },
	{ "removed by Max-Age", { "a=1", "a=x; Max-Age=0" }, "/acs/cwmp", false, "" },
	{ "removed by Expires", { "a=1", "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT" },
	    "/acs/cwmp", false, "" },
	{ "kept by Max-Age, whatever Expires says",
	    { "a=1; Max-Age=9; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT" }, "/",
	    false, "a=1" },
	{ "secure ones not in the clear", { "a=1; Secure; Path=/" }, "/", false, "" },
	{ "secure ones in TLS", { "a=1; Secure; Path=/" }, "/", true, "a=1" },
	{ "a value with equals signs", { "a=b=c==; Path=/" }, "/", false, "a=b=c==" },
	{ "another host", { "a=1; Path=/" }, "acs2.lab/", false, "" },
	{ "the same host in capitals", { "a=1; Path=/" }, "ACS1.LAB/", false, "a=1" },
	{ "a host that ends alike", { "a=1; Path=/; Domain=lab" }, "x.acs1.lab/", false,
	    "" },
	{ "blanks", { "  a = 1 ; Path = / " }, "/", false, "a=1" },
};

static void test_cookies_go_back_where_they_belong(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct cookie_jar jar = COOKIE_JAR_NULL;
		struct str to = str_of(rows[i].path);
		size_t host_len = str_find_char(to, '/');
		auto_buf out = BUF_NULL;

		for (size_t k = 0; rows[i].set[k]; k++)
			assert_int_equal(cookie_jar_set(&jar, str_of(rows[i].set[k]),
					     HOST, STR("/acs/cwmp")),
			    0);
		cookie_jar_write(&jar, host_len > 0 ? str_make(to.p, host_len) : HOST,
		    str_from(to, host_len), rows[i].is_https, &out);
		if (strcmp(buf_cstr(&out), rows[i].sent) != 0)
			fail_msg("%s: \"%s\"", rows[i].name, buf_cstr(&out));
		cookie_jar_free(&jar);
	}
}

static void test_a_jar_has_its_limits(void **state)
{
	struct cookie_jar jar = COOKIE_JAR_NULL;
	char text[COOKIE_BYTES_MAX + 10];

	(void)state;
	assert_int_equal(cookie_jar_set(&jar, STR("novalue"), HOST, STR("/")),
	    ERR_MALFORMED);
	assert_int_equal(cookie_jar_set(&jar, STR("=x"), HOST, STR("/")),
	    ERR_MALFORMED);
	memset(text, 'a', sizeof(text));
	text[1] = '=';
	assert_int_equal(cookie_jar_set(&jar, str_make(text, COOKIE_BYTES_MAX + 1),
			     HOST, STR("/")),
	    ERR_LIMIT);
	assert_int_equal(cookie_jar_set(&jar, str_make(text, COOKIE_BYTES_MAX), HOST,
			     STR("/")),
	    0);
	assert_int_equal(cookie_jar_set(&jar, STR("a=; Max-Age=-1"), HOST, STR("/")),
	    0);
	assert_int_equal(jar.len, 0);
	for (int i = 0; i < COOKIES_MAX; i++) {
		(void)snprintf(text, sizeof(text), "c%d=1", i);
		assert_int_equal(cookie_jar_set(&jar, str_of(text), HOST, STR("/")), 0);
	}
	assert_int_equal(cookie_jar_set(&jar, STR("more=1"), HOST, STR("/")),
	    ERR_LIMIT);
	assert_int_equal(cookie_jar_set(&jar, STR("c0=2"), HOST, STR("/")), 0);
	cookie_jar_free(&jar);
}

static void test_other_hosts_make_room(void **state)
{
	struct cookie_jar jar = COOKIE_JAR_NULL;
	auto_buf out = BUF_NULL;
	char text[16];

	(void)state;
	for (int i = 0; i < COOKIES_MAX; i++) {
		(void)snprintf(text, sizeof(text), "c%d=1", i);
		assert_int_equal(cookie_jar_set(&jar, str_of(text),
				     i == 3 ? STR("a.lab") : HOST, STR("/")),
		    0);
	}
	assert_int_equal(cookie_jar_set(&jar, STR("more=1"), HOST, STR("/")), 0);
	assert_int_equal(jar.len, COOKIES_MAX);
	cookie_jar_write(&jar, STR("a.lab"), STR("/"), false, &out);
	assert_int_equal(out.len, 0);
	assert_int_equal(cookie_jar_set(&jar, STR("again=1"), HOST, STR("/")),
	    ERR_LIMIT);
	assert_int_equal(cookie_jar_set(&jar, STR("b=1"), STR("b.lab"), STR("/")), 0);
	cookie_jar_write(&jar, STR("b.lab"), STR("/"), false, &out);
	assert_string_equal(buf_cstr(&out), "b=1");
	cookie_jar_free(&jar);
}

static void test_hosts_have_cookies_of_the_same_name(void **state)
{
	static const char *const hosts[] = { "a.lab", "b.lab" };
	struct cookie_jar jar = COOKIE_JAR_NULL;

	(void)state;
	assert_int_equal(cookie_jar_set(&jar, STR("s=1"), STR("a.lab"), STR("/")), 0);
	assert_int_equal(cookie_jar_set(&jar, STR("s=2"), STR("b.lab"), STR("/")), 0);
	for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
		auto_buf out = BUF_NULL;

		cookie_jar_write(&jar, str_of(hosts[i]), STR("/"), false, &out);
		assert_string_equal(buf_cstr(&out), i == 0 ? "s=1" : "s=2");
	}
	cookie_jar_free(&jar);
}

/* Blanks round a name do not make a pair of it. */
static void test_a_set_cookie_without_an_equals_sign_is_refused(void **state)
{
	static const char *const values[] = { "", " ", "a", " a", "a ", "\ta ; Path=/",
		" a; b=c", "=x", " = x" };
	struct cookie_jar jar = COOKIE_JAR_NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		if (cookie_jar_set(&jar, str_of(values[i]), HOST, STR("/")) !=
		    ERR_MALFORMED)
			fail_msg("\"%s\" is kept", values[i]);
		assert_int_equal(jar.len, 0);
	}
}

static void test_a_cookie_is_found_in_a_header(void **state)
{
	struct str header = STR("x=1; session=abc ;y");

	(void)state;
	assert_true(str_is(cookie_find(header, STR("session")), "abc"));
	assert_null(cookie_find(header, STR("sess")).p);
	assert_null(cookie_find(header, STR("y")).p);
	assert_null(cookie_find(STR_NULL, STR("y")).p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cookies_go_back_where_they_belong),
		cmocka_unit_test(test_a_jar_has_its_limits),
		cmocka_unit_test(test_other_hosts_make_room),
		cmocka_unit_test(test_hosts_have_cookies_of_the_same_name),
		cmocka_unit_test(test_a_set_cookie_without_an_equals_sign_is_refused),
		cmocka_unit_test(test_a_cookie_is_found_in_a_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
