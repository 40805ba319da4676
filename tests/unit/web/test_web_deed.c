/* lab/web/deed.c: what a page asks for becomes the command of an agent. */
#include "tests/unit/unit.h"

#include "lab/web/deed.h"

static void deeds_become_commands(void **state)
{
	static const struct {
		enum web_view view;
		const char *body, *ask, *node, *command;
	} rows[] = {
		{ WEB_LINK, "{\"link\":\"cpe-1\",\"do\":\"set\",\"set\":\"loss=2%\"}",
		    "agent", "links~",
		    "{\"cmd\":\"link\",\"link\":\"cpe-1\",\"do\":\"set\","
		    "\"set\":\"loss=2%\"}" },
		/* Nothing else is passed on. */
		{ WEB_LINK,
		    "{\"do\":\"reset\",\"link\":\"a\",\"cmd\":\"stop\",\"id\":7}",
		    "agent", "links~",
		    "{\"cmd\":\"link\",\"link\":\"a\",\"do\":\"reset\"}" },
		{ WEB_CONSOLE,
		    "{\"cpe\":\"sw1\",\"do\":\"line\",\"session\":3,"
		    "\"line\":\"a \\\"b\\\\\",\"nth\":0}",
		    "agent", "sw1",
		    "{\"cmd\":\"console\",\"cpe\":\"sw1\",\"do\":\"line\","
		    "\"session\":3,\"line\":\"a \\\"b\\\\\",\"nth\":0}" },
		{ WEB_CPE, "{\"cpe\":\"home\",\"do\":\"boot\"}", "agent", "home",
		    "{\"cmd\":\"cpe\",\"cpe\":\"home\",\"do\":\"boot\"}" },
		{ WEB_DEVICE, "{\"acs\":\"acs1\",\"device\":\"00E0FC-1\"}", "agent",
		    "acs1", "{\"cmd\":\"device\",\"device\":\"00E0FC-1\"}" },
		{ WEB_STOP, "{\"node\":\"acs\",\"do\":\"x\"}", "stop-node", "acs", "" },
		{ WEB_START, "{\"node\":\"acs\"}", "start-node", "acs", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;
		struct web_deed deed;

		if (web_deed_read(rows[i].view, str_of(rows[i].body), &deed, &err) < 0)
			fail_msg("row %zu: %s", i, err.text);
		assert_string_equal(deed.ask, rows[i].ask);
		assert_string_equal(deed.node, rows[i].node);
		assert_string_equal(buf_cstr(&deed.command), rows[i].command);
		web_deed_free(&deed);
	}
}

static void what_is_no_deed_is_refused_in_words(void **state)
{
	static const struct {
		enum web_view view;
		const char *body, *why;
	} rows[] = {
		{ WEB_LINK, "", "that is no JSON object" },
		{ WEB_LINK, "[]", "that is no JSON object" },
		{ WEB_LINK, "{\"link\":\"a\"", "that is no JSON object" },
		{ WEB_LINK, "{\"link\":\"a\",\"link\":\"b\"}",
		    "that is no JSON object" },
		{ WEB_PAGE, "{}", "that is no JSON object" },
		{ WEB_LINK, "{\"link\":\"a\"}", "\"do\" is missing" },
		{ WEB_LINK, "{\"link\":7,\"do\":\"look\"}", "\"link\" wants a text" },
		{ WEB_CONSOLE, "{\"cpe\":\"a\",\"do\":\"line\",\"session\":-1}",
		    "\"session\" wants a number" },
		{ WEB_CONSOLE, "{\"cpe\":\"a\",\"do\":\"line\",\"session\":\"1\"}",
		    "\"session\" wants a number" },
		{ WEB_STOP, "{\"do\":\"x\"}", "\"node\" is missing" },
		{ WEB_STOP, "{\"node\":7}", "\"node\" is missing" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;
		struct web_deed deed;

		assert_int_equal(web_deed_read(rows[i].view, str_of(rows[i].body),
				     &deed, &err),
		    ERR_USAGE);
		assert_string_equal(err.text, rows[i].why);
		web_deed_free(&deed);
	}
}

static void a_name_has_a_limit(void **state)
{
	auto_buf body = BUF_NULL;
	struct error err = ERROR_NULL;
	struct web_deed deed;

	(void)state;
	buf_printf(&body, "{\"cpe\":\"%0*d\",\"do\":\"open\"}", WEB_NODE_MAX, 0);
	assert_int_equal(web_deed_read(WEB_CONSOLE, buf_str(&body), &deed, &err),
	    ERR_USAGE);
	assert_string_equal(err.text, "no node has so long a name");
	web_deed_free(&deed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deeds_become_commands),
		cmocka_unit_test(what_is_no_deed_is_refused_in_words),
		cmocka_unit_test(a_name_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
