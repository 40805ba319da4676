/* lab/web/tables.c: what the lab says, as windows of rows and as a drawing. */
#include "tests/unit/unit.h"

#include "lab/web/tables.h"

#include <jansson.h>

static json_t *json_of(const char *text)
{
	json_t *value = json_loads(text, 0, NULL);

	if (!value)
		fail_msg("no JSON: %s", text);
	return value;
}

static void learn(struct web_lab *lab, enum web_table table, const char *text)
{
	json_t *rows = web_rows_begin(), *page = json_of(text);

	assert_int_equal(web_rows_add(rows, page, NULL, NULL), 0);
	(void)web_lab_replace(lab, table, rows, 0);
	json_decref(page);
}

static void assert_rows(const struct web_lab *lab, const char *text, uint64_t from,
    uint64_t n, const char *expected)
{
	auto_buf out = BUF_NULL;

	web_lab_put_rows(lab, WEB_CPES, str_of(text), from, n, &out);
	assert_string_equal(buf_cstr(&out), expected);
}

static void rows_come_as_windows_of_those_that_are_wanted(void **state)
{
	struct web_lab lab;

	(void)state;
	assert_int_equal(web_lab_init(&lab), 0);
	learn(&lab, WEB_CPES,
	    "[{\"node\":\"cpe-1\"},{\"node\":\"CPE-2\"},{\"node\":\"x\",\"n\":2}]");
	assert_rows(&lab, "", 1, 1,
	    "{\"table\":\"cpes\",\"all\":3,\"left_out\":0,\"from\":1,"
	    "\"rows\":[{\"node\":\"CPE-2\"}],\"found\":3}");
	assert_rows(&lab, "cpe", 0, 9,
	    "{\"table\":\"cpes\",\"all\":3,\"left_out\":0,\"from\":0,"
	    "\"rows\":[{\"node\":\"cpe-1\"},{\"node\":\"CPE-2\"}],\"found\":2}");
	assert_rows(&lab, "nobody", 0, 9,
	    "{\"table\":\"cpes\",\"all\":3,\"left_out\":0,\"from\":0,"
	    "\"rows\":[],\"found\":0}");
	assert_rows(&lab, "", UINT64_MAX, 9,
	    "{\"table\":\"cpes\",\"all\":3,\"left_out\":0,"
	    "\"from\":18446744073709551615,\"rows\":[],\"found\":3}");
	web_lab_free(&lab);
}

static void a_table_that_is_the_same_has_not_changed(void **state)
{
	struct web_lab lab;
	json_t *same, *other;

	(void)state;
	assert_int_equal(web_lab_init(&lab), 0);
	learn(&lab, WEB_LINKS, "[{\"link\":\"a\"}]");
	same = json_of("[{\"link\":\"a\"}]");
	other = json_of("[{\"link\":\"b\"}]");
	assert_false(web_lab_replace(&lab, WEB_LINKS, same, 0));
	assert_true(web_lab_replace(&lab, WEB_LINKS, other, 0));
	web_lab_free(&lab);
}

static void what_is_no_row_is_left_out_and_counted(void **state)
{
	json_t *rows = web_rows_begin(), *page = json_of("[{\"id\":1},2,\"x\",null]");

	(void)state;
	assert_int_equal(web_rows_add(rows, page, "acs", "acs1"), 3);
	assert_int_equal(web_rows_add(rows, NULL, NULL, NULL), 0);
	assert_int_equal(json_array_size(rows), 1);
	assert_string_equal(json_string_value(
				json_object_get(json_array_get(rows, 0), "acs")),
	    "acs1");
	json_decref(page);
	json_decref(rows);
}

static void the_drawing_has_a_line_for_each_group(void **state)
{
	struct web_lab lab;
	auto_buf out = BUF_NULL;

	(void)state;
	assert_int_equal(web_lab_init(&lab), 0);
	(void)snprintf(lab.name, sizeof(lab.name), "one");
	(void)snprintf(lab.state, sizeof(lab.state), "running");
	learn(&lab, WEB_NODES,
	    "[{\"name\":\"sw\",\"kind\":\"switch\",\"links\":[\"sw2\"]},"
	    "{\"name\":\"acs\",\"kind\":\"acs\",\"attach\":\"sw\",\"log\":\"acs\","
	    "\"program\":\"has ended\",\"address\":\"10.0.0.2\"},"
	    "{\"name\":\"cpe-1\",\"kind\":\"cpe\",\"serial\":\"1\",\"attach\":\"sw\","
	    "\"log\":\"cpe\",\"program\":\"serves\"},"
	    "{\"name\":\"cpe-2\",\"kind\":\"cpe\",\"serial\":\"2\",\"attach\":\"sw\","
	    "\"log\":\"cpe\",\"program\":\"serves\"}]");
	learn(&lab, WEB_CPES,
	    "[{\"node\":\"cpe-1\",\"state\":\"idle\"},"
	    "{\"node\":\"cpe-2\",\"state\":\"idle\"},"
	    "{\"node\":\"nobody\",\"state\":\"idle\"}]");
	learn(&lab, WEB_LINKS,
	    "[{\"link\":\"acs\",\"now\":\"delay=5ms down.state=down\"},"
	    "{\"link\":\"cpe-1\",\"now\":\"plain\"},"
	    "{\"link\":\"cpe-2\",\"now\":\"loss=2%\"},"
	    "{\"link\":\"nobody\",\"now\":\"state=down\"}]");
	web_lab_put(&lab, &out);
	assert_string_equal(buf_cstr(&out),
	    "{\"lab\":\"one\",\"state\":\"running\",\"groups\":["
	    "{\"name\":\"sw\",\"kind\":\"switch\",\"attach\":\"\",\"address\":\"\","
	    "\"count\":1,\"serve\":1,\"states\":{},\"links\":0,\"down\":0,"
	    "\"impaired\":0,\"peers\":[\"sw2\"]},"
	    "{\"name\":\"acs\",\"kind\":\"acs\",\"attach\":\"sw\","
	    "\"address\":\"10.0.0.2\",\"count\":1,\"serve\":0,\"states\":{},"
	    "\"links\":1,\"down\":1,\"impaired\":0,\"program\":\"has ended\",\"link\":\"acs\","
	    "\"now\":\"delay=5ms down.state=down\"},"
	    "{\"name\":\"cpe\",\"kind\":\"cpe\",\"attach\":\"sw\",\"address\":\"\","
	    "\"count\":2,\"serve\":2,\"states\":{\"idle\":2},\"links\":2,\"down\":0,"
	    "\"impaired\":1,\"link\":\"cpe-2\",\"now\":\"loss=2%\"}]}");
	web_lab_free(&lab);
}

static void a_fleet_is_a_window_of_rows_and_one_line(void **state)
{
	struct web_lab lab;
	json_t *nodes = json_array(), *cpes = json_array();
	auto_buf out = BUF_NULL;

	(void)state;
	assert_int_equal(web_lab_init(&lab), 0);
	for (int i = 0; i < 5000; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "cpe-%d", i);
		(void)json_array_append_new(nodes,
		    json_pack("{s:s,s:s,s:s,s:s,s:s}", "name", name, "kind", "cpe",
			"serial", name, "log", "cpe", "program", "serves"));
		(void)json_array_append_new(cpes,
		    json_pack("{s:s,s:s}", "node", name, "state", "idle"));
	}
	assert_true(web_lab_replace(&lab, WEB_NODES, nodes, 0));
	assert_true(web_lab_replace(&lab, WEB_CPES, cpes, 0));
	web_lab_put(&lab, &out);
	assert_true(str_find(buf_str(&out), STR("\"states\":{\"idle\":5000}"), NULL));
	assert_true(out.len < 300);
	buf_reset(&out);
	web_lab_put_rows(&lab, WEB_CPES, STR(""), 0, UINT64_MAX, &out);
	assert_true(str_find(buf_str(&out), STR("\"cpe-199\""), NULL));
	assert_false(str_find(buf_str(&out), STR("\"cpe-200\""), NULL));
	assert_true(str_ends(buf_str(&out), STR("\"found\":5000}")));
	web_lab_free(&lab);
}

static bool is_drawn(const struct web_lab *lab, const char *words)
{
	auto_buf out = BUF_NULL;

	web_lab_put(lab, &out);
	return str_find(buf_str(&out), str_of(words), NULL);
}

static void programs_that_wait_to_be_started_do_not_serve(void **state)
{
	struct web_lab lab;

	(void)state;
	assert_int_equal(web_lab_init(&lab), 0);
	learn(&lab, WEB_NODES,
	    "[{\"name\":\"cpe-1\",\"kind\":\"cpe\",\"serial\":\"1\",\"log\":\"cpe\","
	    "\"program\":\"waits\"},"
	    "{\"name\":\"cpe-2\",\"kind\":\"cpe\",\"serial\":\"2\",\"log\":\"cpe\","
	    "\"program\":\"waits\"}]");
	assert_true(is_drawn(&lab, "\"count\":2,\"serve\":0,"));
	assert_true(is_drawn(&lab, "\"program\":\"waits\"}]}"));
	web_lab_free(&lab);
}

static void that_sessions_are_not_read_is_said_as_long_as_it_is_so(void **state)
{
	struct web_lab lab;
	uint64_t drawn;

	(void)state;
	assert_int_equal(web_lab_init(&lab), 0);
	assert_false(is_drawn(&lab, "blind"));
	drawn = lab.drawn;
	web_lab_set_blind(&lab, "it was killed");
	assert_int_equal(lab.drawn, drawn + 1);
	assert_true(is_drawn(&lab, "\"blind\":\"it was killed\","));
	web_lab_set_blind(&lab, "it was killed");
	assert_int_equal(lab.drawn, drawn + 1);
	web_lab_set_blind(&lab, "");
	assert_int_equal(lab.drawn, drawn + 2);
	assert_false(is_drawn(&lab, "blind"));
	web_lab_free(&lab);
}

static void tables_are_found_by_their_names(void **state)
{
	(void)state;
	for (int i = 0; i < WEB_TABLES; i++)
		assert_int_equal(web_table_find(str_of(web_table_names[i])), i);
	assert_int_equal(web_table_find(STR("")), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_come_as_windows_of_those_that_are_wanted),
		cmocka_unit_test(a_table_that_is_the_same_has_not_changed),
		cmocka_unit_test(what_is_no_row_is_left_out_and_counted),
		cmocka_unit_test(the_drawing_has_a_line_for_each_group),
		cmocka_unit_test(a_fleet_is_a_window_of_rows_and_one_line),
		cmocka_unit_test(programs_that_wait_to_be_started_do_not_serve),
		cmocka_unit_test(
		    that_sessions_are_not_read_is_said_as_long_as_it_is_so),
		cmocka_unit_test(tables_are_found_by_their_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
