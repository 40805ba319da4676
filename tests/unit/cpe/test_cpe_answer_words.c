/* agents/cpe/session/answer_words: what is told of a body beside its status. */
#include "tests/unit/unit.h"

#include "agents/cpe/session/answer_words.h"

#define TEN   "0123456789"
#define FIFTY TEN TEN TEN TEN TEN

static const struct {
	const char *head; /* its status, and headers */
	const char *body, *words;
} rows[] = {
	{ "400 X", "CPE already in session", ": CPE already in session" },
	{ "400 X\r\nContent-Type: text/plain; charset=utf-8", "no\r\n\tsuch  CPE\r\n",
	    ": no such CPE" },
	{ "400 X\r\nContent-Type: application/json", "{\"error\": \"no such CPE\"}",
	    ": {\"error\": \"no such CPE\"}" },
	{ "500 X", "Not implemented", ": Not implemented" },
	/* what says nothing, or is for browsers */
	{ "400 X", "", "" },
	{ "400 X", " \r\n", "" },
	{ "400 X", "400 Bad Request\n", "" },
	{ "404 X", "not found", "" },
	{ "404 X", "<html><body>no</body></html>", "" },
	{ "404 X\r\nContent-Type: text/html", "no", "" },
	{ "500 X\r\nContent-Type: text/xml", "no", "" },
	/* what a terminal would obey, and what is no UTF-8 */
	{ "400 X", "a\033[2Jb", ": a [2Jb" },
	{ "400 X", "a\xff", ": a?" },
	/* secrets: of others, and our own */
	{ "403 X", "Password=x7&user=cpe", ": Password=***&user=cpe" },
	{ "403 X", "who is cpe with s3cret?", "" },
	/* as long as it may be, and one longer */
	{ "400 X", FIFTY FIFTY FIFTY "1234567", ": " FIFTY FIFTY FIFTY "1234567" },
	{ "400 X", FIFTY FIFTY FIFTY "12345678",
	    ": " FIFTY FIFTY TEN " ... (48 bytes more)" },
};

static void test_words_are_told_as_far_as_they_help(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf bytes = BUF_NULL;
		char text[ANSWER_WORDS_MAX];
		struct http_head head;

		buf_printf(&bytes, "HTTP/1.1 %s\r\n\r\n", rows[i].head);
		assert_true(http_head_parse(&head, false, bytes.data, bytes.len, NULL,
				NULL) > 0);
		assert_string_equal(answer_words(&head, str_of(rows[i].body),
					STR("s3cret"), text),
		    rows[i].words);
	}
}

/* The secret begins before the last byte that is looked at and ends behind it. */
static void test_a_long_body_is_looked_at_no_further(void **state)
{
	static const struct http_head head = { .status = 400 };
	char body[ANSWER_LOOKED_AT_MAX + 16], text[ANSWER_WORDS_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(body); i++)
		body[i] = "Password=x7& "[i % 13];
	(void)answer_words(&head, str_make(body, sizeof(body)), STR_NULL, text);
	assert_null(strstr(text, "x7"));
	assert_non_null(strstr(text, ": Password=***& Password=***& "));
	assert_true(strlen(text) < sizeof(text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_are_told_as_far_as_they_help),
		cmocka_unit_test(test_a_long_body_is_looked_at_no_further),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
