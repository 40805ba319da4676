/* lab/web/sessions.c: lines of decode, kept as sessions within bounds. */
#include "tests/unit/unit.h"

#include "lab/web/sessions.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static void assert_json(json_t *value, const char *expected)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS);

	assert_string_equal(text, expected);
	free(text);
	json_decref(value);
}

static bool take(struct web_sessions *sessions, const char *line)
{
	return web_sessions_take(sessions, str_of(line));
}

#define SYN                                                            \
	"{\"id\":\"1-3\",\"session\":1,\"cpe\":\"10.0.0.9\",\"acs\":"  \
	"\"10.0.0.2:7547\",\"frame\":3,\"time\":1.5,\"from\":\"cpe\"," \
	"\"kind\":\"TCP\",\"name\":\"SYN\"}"
#define CWMP(name)                                                     \
	"{\"id\":\"1-4\",\"session\":1,\"cpe\":\"10.0.0.9\",\"from\":" \
	"\"cpe\",\"kind\":\"CWMP\",\"name\":\"" name "\",\"body\":\"<x/>\"}"

static void a_session_has_a_row_and_its_lines(void **state)
{
	struct web_sessions sessions;
	auto_buf out = BUF_NULL;

	(void)state;
	assert_int_equal(web_sessions_init(&sessions), 0);
	assert_true(take(&sessions, SYN));
	assert_true(take(&sessions, CWMP("Inform")));
	assert_true(take(&sessions, CWMP("InformResponse")));
	assert_json(web_sessions_rows(&sessions),
	    "[{\"acs\":\"10.0.0.2:7547\",\"cpe\":\"10.0.0.9\",\"end\":\"\","
	    "\"findings\":0,\"messages\":\"Inform, InformResponse\",\"session\":1,"
	    "\"time\":1.5}]");
	assert_true(web_sessions_put(&sessions, 1, &out));
	assert_string_equal(buf_cstr(&out),
	    "{\"session\":1,\"left_out\":0,\"lines\":[" SYN
	    "," CWMP("Inform") "," CWMP("InformResponse") "]}");
	assert_false(web_sessions_put(&sessions, 2, &out));
	web_sessions_free(&sessions);
}

/* Another decoder begins with session 1 again. */
static void sessions_of_the_next_that_tells_are_others(void **state)
{
	struct web_sessions sessions;
	auto_buf out = BUF_NULL;

	(void)state;
	assert_int_equal(web_sessions_init(&sessions), 0);
	web_sessions_again(&sessions);
	assert_true(take(&sessions, SYN));
	assert_true(take(&sessions,
	    "{\"session\":2,\"kind\":\"CWMP\",\"name\":\"Inform\",\"time\":2}"));
	web_sessions_again(&sessions);
	assert_true(take(&sessions,
	    "{\"session\":1,\"kind\":\"finding\",\"rule\":\"SES-01\"}"));
	assert_json(web_sessions_rows(&sessions),
	    "[{\"end\":\"\",\"findings\":1,\"session\":3},"
	    "{\"end\":\"\",\"findings\":0,\"messages\":\"Inform\",\"session\":2,\"time\":2},"
	    "{\"acs\":\"10.0.0.2:7547\",\"cpe\":\"10.0.0.9\",\"end\":\"\","
	    "\"findings\":0,\"session\":1,\"time\":1.5}]");
	assert_json(web_sessions_findings(&sessions),
	    "[{\"kind\":\"finding\",\"rule\":\"SES-01\",\"session\":3}]");
	assert_true(web_sessions_put(&sessions, 3, &out));
	/* A number that nobody can count to is none. */
	assert_false(take(&sessions,
	    "{\"session\":9223372036854775807,\"kind\":\"TCP\",\"name\":\"SYN\"}"));
	web_sessions_free(&sessions);
}

static void findings_and_failures_are_kept_beside(void **state)
{
	struct web_sessions sessions;

	(void)state;
	assert_int_equal(web_sessions_init(&sessions), 0);
	assert_true(take(&sessions,
	    "{\"session\":0,\"kind\":\"finding\",\"rule\":\"DHCP-01\"}"));
	assert_true(take(&sessions,
	    "{\"session\":7,\"kind\":\"finding\",\"rule\":\"SES-01\"}"));
	assert_true(take(&sessions, "{\"session\":7,\"kind\":\"failure\"}"));
	assert_json(web_sessions_findings(&sessions),
	    "[{\"kind\":\"failure\",\"session\":7},"
	    "{\"kind\":\"finding\",\"rule\":\"SES-01\",\"session\":7},"
	    "{\"kind\":\"finding\",\"rule\":\"DHCP-01\",\"session\":0}]");
	assert_json(web_sessions_rows(&sessions),
	    "[{\"end\":\"failed\",\"findings\":1,\"session\":7}]");
	web_sessions_free(&sessions);
}

static void what_is_of_no_session_is_not_taken(void **state)
{
	static const char *const lines[] = { "", "[]", "7", "{\"session\":1",
		"{\"session\":0,\"kind\":\"DHCP\"}", "{\"session\":-1}",
		"{\"session\":\"1\"}" };
	struct web_sessions sessions;

	(void)state;
	assert_int_equal(web_sessions_init(&sessions), 0);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		assert_false(take(&sessions, lines[i]));
	assert_int_equal(sessions.n, 0);
	web_sessions_free(&sessions);
}

static void put_long(struct web_sessions *sessions, unsigned id, size_t bytes)
{
	static char many[3 << 20];
	auto_buf line = BUF_NULL;

	memset(many, 'x', sizeof(many));
	buf_printf(&line, "{\"session\":%u,\"kind\":\"HTTP\",\"body\":\"", id);
	buf_append(&line, many, bytes);
	buf_append_text(&line, "\"}");
	assert_true(web_sessions_take(sessions, buf_str(&line)));
}

static void the_oldest_go(void **state)
{
	struct web_sessions sessions;
	auto_buf out = BUF_NULL;

	(void)state;
	assert_int_equal(web_sessions_init(&sessions), 0);
	for (unsigned i = 1; i <= WEB_SESSIONS_KEPT + 1; i++)
		put_long(&sessions, i, 1);
	assert_int_equal(sessions.n, WEB_SESSIONS_KEPT);
	assert_false(web_sessions_put(&sessions, 1, &out));
	assert_true(web_sessions_put(&sessions, 2, &out));
	web_sessions_free(&sessions);
}

static void bytes_have_a_bound_of_one_and_of_all(void **state)
{
	struct web_sessions sessions;
	auto_buf out = BUF_NULL;

	(void)state;
	assert_int_equal(web_sessions_init(&sessions), 0);
	for (unsigned i = 0; i < 5; i++)
		put_long(&sessions, 1, 1 << 20);
	assert_true(sessions.bytes <= WEB_SESSION_BYTES);
	assert_true(web_sessions_put(&sessions, 1, &out));
	assert_true(str_starts(buf_str(&out), STR("{\"session\":1,\"left_out\":2,")));
	for (unsigned i = 2; i < 13; i++) {
		put_long(&sessions, i, 3 << 20);
		assert_true(sessions.bytes <= WEB_SESSIONS_BYTES);
	}
	assert_int_equal(sessions.n, 10);
	web_sessions_free(&sessions);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_has_a_row_and_its_lines),
		cmocka_unit_test(sessions_of_the_next_that_tells_are_others),
		cmocka_unit_test(findings_and_failures_are_kept_beside),
		cmocka_unit_test(what_is_of_no_session_is_not_taken),
		cmocka_unit_test(the_oldest_go),
		cmocka_unit_test(bytes_have_a_bound_of_one_and_of_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
