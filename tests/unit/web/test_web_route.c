/* lab/web/route.c: heads of requests, and who is let in. */
#include "tests/unit/unit.h"

#include "lab/web/route.h"

#define TOKEN "00112233445566778899aabbccddeeff"

static void route(const char *text, struct http_head *head, struct web_request *request)
{
	struct error err = ERROR_NULL;

	if (http_head_parse(head, true, text, strlen(text), NULL, &err) <= 0)
		fail_msg("%s: %s", text, err.text);
	web_route(STR(TOKEN), head, request);
}

#define GET(path) "GET /" TOKEN path " HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"
#define POST(path)                                                  \
	"POST /" TOKEN path " HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n" \
	"Content-Type: application/json\r\nContent-Length: 2\r\n"

static void requests_are_let_in_or_refused(void **state)
{
	static const struct {
		const char *head;
		unsigned status;
		enum web_view view;
	} rows[] = {
		{ GET("/") "\r\n", 0, WEB_PAGE },
		{ GET("/page.css") "\r\n", 0, WEB_CSS },
		{ GET("/page.js") "\r\n", 0, WEB_JS },
		{ GET("/lab") "\r\n", 0, WEB_LAB },
		{ GET("/rows?table=cpes") "\r\n", 0, WEB_ROWS },
		{ GET("/session?n=1") "\r\n", 0, WEB_SESSION },
		{ GET("/loads") "\r\n", 0, WEB_LOAD },
		{ GET("/stream") "\r\n", 0, WEB_STREAM },
		{ POST("/link") "\r\n", 0, WEB_LINK },
		{ POST("/console") "\r\n", 0, WEB_CONSOLE },
		/* The token. */
		{ "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 403, 0 },
		{ "GET // HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 403, 0 },
		{ "GET /" TOKEN " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 403, 0 },
		{ "GET /" TOKEN "0/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 403, 0 },
		{ "GET /00112233445566778899aabbccddeef/ HTTP/1.1\r\n"
		  "Host: 127.0.0.1\r\n\r\n",
		    403, 0 },
		{ "GET /00112233445566778899AABBCCDDEEFF/ HTTP/1.1\r\n"
		  "Host: 127.0.0.1\r\n\r\n",
		    403, 0 },
		{ "GET /x/../" TOKEN "/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 403, 0 },
		{ "GET /nothing?/" TOKEN "/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 403,
		    0 },
		{ "GET http://127.0.0.1/" TOKEN "/ HTTP/1.1\r\n"
		  "Host: 127.0.0.1\r\n\r\n",
		    403, 0 },
		/* The name that it was sent to. */
		{ "GET /" TOKEN "/ HTTP/1.1\r\nHost: localhost:1\r\n\r\n", 0,
		    WEB_PAGE },
		{ "GET /" TOKEN "/ HTTP/1.1\r\nHost: LOCALHOST\r\n\r\n", 0, WEB_PAGE },
		{ "GET /" TOKEN "/ HTTP/1.1\r\n\r\n", 403, 0 },
		{ "GET /" TOKEN "/ HTTP/1.1\r\nHost: lab.example\r\n\r\n", 403, 0 },
		{ "GET /" TOKEN "/ HTTP/1.1\r\nHost: 127.0.0.1.example\r\n\r\n", 403,
		    0 },
		{ "GET /" TOKEN "/ HTTP/1.1\r\nHost: 127.0.0.1:8a\r\n\r\n", 403, 0 },
		{ GET("/") "Host: lab.example\r\n\r\n", 403, 0 },
		/* Who has sent it. */
		{ GET("/lab") "Origin: http://127.0.0.1:8080\r\n\r\n", 0, WEB_LAB },
		{ GET("/lab") "Origin: http://127.0.0.1:8081\r\n\r\n", 403, 0 },
		{ GET("/lab") "Origin: https://127.0.0.1:8080\r\n\r\n", 403, 0 },
		{ GET("/lab") "Origin: http://lab.example\r\n\r\n", 403, 0 },
		{ GET("/lab") "Origin: null\r\n\r\n", 403, 0 },
		{ GET("/lab") "Origin:\r\n\r\n", 403, 0 },
		{ POST("/link") "Origin: http://lab.example\r\n\r\n", 403, 0 },
		{ GET("/lab") "Sec-Fetch-Site: same-origin\r\n\r\n", 0, WEB_LAB },
		{ GET("/lab") "Sec-Fetch-Site: none\r\n\r\n", 0, WEB_LAB },
		{ GET("/lab") "Sec-Fetch-Site: cross-site\r\n\r\n", 403, 0 },
		{ GET("/lab") "Sec-Fetch-Site: same-site\r\n\r\n", 403, 0 },
		{ GET("/") "Sec-Fetch-Site: cross-site\r\n\r\n", 0, WEB_PAGE },
		/* Path, method and kind of a body. */
		{ GET("/nothing") "\r\n", 404, 0 },
		{ GET("/lab/") "\r\n", 404, 0 },
		{ GET("/link") "\r\n", 405, 0 },
		{ POST("/lab") "\r\n", 405, 0 },
		{ "POST /" TOKEN "/link HTTP/1.1\r\nHost: 127.0.0.1\r\n"
		  "Content-Type: text/plain\r\n\r\n",
		    415, 0 },
		{ "POST /" TOKEN "/link HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 415, 0 },
		{ "POST /" TOKEN "/link HTTP/1.1\r\nHost: 127.0.0.1\r\n"
		  "Content-Type: application/json; charset=utf-8\r\n\r\n",
		    0, WEB_LINK },
		{ "POST /" TOKEN "/link HTTP/1.1\r\nHost: 127.0.0.1\r\n"
		  "Content-Type: application/json\r\nContent-Length: 16385\r\n\r\n",
		    413, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct web_request request;
		struct http_head head;

		route(rows[i].head, &head, &request);
		if (request.status != rows[i].status ||
		    (!request.status && request.view != rows[i].view) ||
		    (request.status && !request.why))
			fail_msg("%s: %u, view %d", rows[i].head, request.status,
			    request.view);
	}
}

static void a_query_is_read_by_its_keys(void **state)
{
	static const struct {
		const char *query, *value; /* of "text"; null: there is none */
	} rows[] = {
		{ "text=a", "a" },
		{ "n=1&text=a%20b+c", "a b c" },
		{ "text=%c3%BC", "\xc3\xbc" },
		{ "text=", "" },
		{ "text", "" },
		{ "", NULL },
		{ "texts=a", NULL },
		{ "text=%", NULL },
		{ "text=%4", NULL },
		{ "text=%4g", NULL },
		{ "text=%00", NULL },
	};
	char text[WEB_QUERY_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		bool is_there = web_query_text(str_of(rows[i].query), "text", text);

		if (is_there != (rows[i].value != NULL) ||
		    strcmp(text, rows[i].value ? rows[i].value : "") != 0)
			fail_msg("%s: %s", rows[i].query, text);
	}
}

static void a_value_has_a_limit(void **state)
{
	auto_buf query = BUF_NULL;
	char text[WEB_QUERY_MAX];

	(void)state;
	buf_append_text(&query, "text=");
	for (int i = 0; i < WEB_QUERY_MAX - 1; i++)
		buf_append_char(&query, 'x');
	assert_true(web_query_text(buf_str(&query), "text", text));
	assert_int_equal(strlen(text), WEB_QUERY_MAX - 1);
	buf_append_char(&query, 'x');
	assert_false(web_query_text(buf_str(&query), "text", text));
}

static void a_number_is_one_up_to_its_limit(void **state)
{
	(void)state;
	assert_int_equal(web_query_number(STR("n=7"), "n", 7, 1), 7);
	assert_int_equal(web_query_number(STR("n=8"), "n", 7, 1), 1);
	assert_int_equal(web_query_number(STR("n=-1"), "n", 7, 1), 1);
	assert_int_equal(web_query_number(STR(""), "n", 7, 1), 1);
}

static void no_two_tokens_are_the_same(void **state)
{
	char one[WEB_TOKEN_MAX], other[WEB_TOKEN_MAX];

	(void)state;
	assert_int_equal(web_token_make(one), 0);
	assert_int_equal(web_token_make(other), 0);
	assert_int_equal(strlen(one), WEB_TOKEN_MAX - 1);
	assert_string_not_equal(one, other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_let_in_or_refused),
		cmocka_unit_test(a_query_is_read_by_its_keys),
		cmocka_unit_test(a_value_has_a_limit),
		cmocka_unit_test(a_number_is_one_up_to_its_limit),
		cmocka_unit_test(no_two_tokens_are_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
