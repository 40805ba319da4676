/* capture/facts/cookies: which cookies a request has to bring back. */
#include "tests/unit/unit.h"

#include "capture/facts/cookies.h"
#include "lib/base/compiler.h"

/* A session: an answer sets a cookie, a request comes after it. */
struct exchange {
	bool is_set_in_tls, is_asked_in_tls;
	const char *host; /* of the later request; the first one goes to acs.lab */
	const char *path;
	const char *cookie; /* that it brings back; null: none */
	size_t due, returned;
};

static struct cookie_count counted;

static enum rule_verdict count(struct whole *view, const struct http_record *request,
    const struct cookie_count *count)
{
	(void)view;
	(void)request;
	counted = *count;
	return RULE_KEPT;
}

static void a_cookie_is_due_at_the_origin_that_set_it(void **state)
{
	static const struct exchange rows[] = {
		{ false, false, "acs.lab", "/cwmp", NULL, 1, 0 },
		{ false, false, "acs.lab", "/cwmp", "a=1", 1, 1 },
		{ true, true, "acs.lab", "/cwmp", "a=1", 1, 1 },
		{ false, false, "other.lab", "/cwmp", NULL, 0, 0 },
		{ false, false, "acs.lab", "/else", NULL, 0, 0 },
		/* From https to http it would be shown, from http to https it may be
		 * kept from another origin. */
		{ true, false, "acs.lab", "/cwmp", NULL, 0, 0 },
		{ false, true, "acs.lab", "/cwmp", NULL, 0, 0 },
		{ false, true, "acs.lab", "/cwmp", "a=1", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct exchange *row = &rows[i];
		struct cookie_record cookie = { .pair = "a=1", .path = "/cwmp" };
		struct conn_record first = { .tls.is_used = row->is_set_in_tls };
		struct conn_record later = { .tls.is_used = row->is_asked_in_tls };
		struct http_record asked = { .is_request = true,
			.links.conn = &first,
			.head = { .target = "/cwmp", .host = "acs.lab" } };
		struct http_record answer = { .links = { .conn = &first,
						  .answers = &asked },
			.head = { .cookies = &cookie, .n_cookies = 1 } };
		struct http_record again = { .is_request = true,
			.links.conn = &later,
			.head = { .target = row->path,
			    .host = row->host,
			    .cookie = row->cookie } };
		void *messages[] = { &asked, &answer, &again };
		struct session_record session = { .messages = { .items = messages,
						      .len = ARRAY_LEN(messages) } };
		struct whole view = { .session = &session };

		counted = (struct cookie_count){ 0 };
		assert_int_equal(cookies_judge(&view, 1, count),
		    row->due > 0 ? RULE_KEPT : RULE_SILENT);
		if (counted.due != row->due || counted.returned != row->returned)
			fail_msg("row %zu: %zu due, %zu returned", i, counted.due,
			    counted.returned);
	}
}

/* Two cookies, and what of them comes back how. */
static void a_cookie_comes_back_among_others(void **state)
{
	static const struct {
		const char *cookie;
		size_t returned;
		bool is_missing, is_other;
		const char *attribute;
	} rows[] = {
		{ "a=1; b=2", 2, false, false, "" },
		{ "b=2; a=1", 2, false, false, "" },
		{ "a=1;b=2", 2, false, false, "" },
		{ "a=1; b=2; c=3", 2, false, false, "" },
		{ "a=1; b=2; Path=/", 2, false, false, "Path" },
		{ "a=1; b=22", 1, false, true, "" },
		{ "a=1; b=\"2\"", 2, false, false, "" },
		{ "a=1", 1, true, false, "" },
		{ "b=2", 1, true, false, "" },
		{ NULL, 0, true, false, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct cookie_record cookies[] = { { .pair = "a=1", .path = "/" },
			{ .pair = "b=2", .path = "/" } };
		struct conn_record conn = { .tls.is_used = false };
		struct http_record asked = { .is_request = true,
			.links.conn = &conn,
			.head = { .target = "/cwmp", .host = "acs.lab" } };
		struct http_record answer = { .links = { .conn = &conn,
						  .answers = &asked },
			.head = { .cookies = cookies, .n_cookies = 2 } };
		struct http_record again = { .is_request = true,
			.links.conn = &conn,
			.head = { .target = "/cwmp",
			    .host = "acs.lab",
			    .cookie = rows[i].cookie } };
		void *messages[] = { &asked, &answer, &again };
		struct session_record session = { .messages = { .items = messages,
						      .len = ARRAY_LEN(messages) } };
		struct whole view = { .session = &session };

		assert_int_equal(cookies_judge(&view, 3, count), RULE_SILENT);
		assert_int_equal(cookies_judge(&view, 2, count), RULE_KEPT);
		if (counted.due != 2 || counted.returned != rows[i].returned ||
		    (counted.missing != NULL) != rows[i].is_missing ||
		    (counted.other != NULL) != rows[i].is_other ||
		    !str_is(counted.attribute, rows[i].attribute))
			fail_msg("row %zu: %zu due, %zu returned", i, counted.due,
			    counted.returned);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cookie_is_due_at_the_origin_that_set_it),
		cmocka_unit_test(a_cookie_comes_back_among_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
