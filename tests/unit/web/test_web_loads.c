/* lab/web/loads.c: a curve for each load test, of bounded length. */
#include "tests/unit/unit.h"

#include "lab/web/loads.h"
#include "lib/base/buf.h"

static bool tell(struct web_loads *loads, const char *node, unsigned second,
    const char *rest)
{
	auto_buf event = BUF_NULL;

	buf_printf(&event, "{\"time\":%llu,\"node\":\"%s\",\"event\":%s}",
	    second * 1000000000ull, node, rest);
	return web_loads_take(loads, buf_str(&event));
}

static struct web_loads loads;

static int forget_all(void **state)
{
	(void)state;
	loads = (struct web_loads){ .n = 0 };
	return 0;
}

static void a_test_has_its_curve_and_its_verdict(void **state)
{
	auto_buf out = BUF_NULL;

	(void)state;
	assert_true(tell(&loads, "storm", 1,
	    "\"load\",\"state\":\"running\",\"offered\":10,\"started\":9,"
	    "\"completed\":7,\"failed\":1,\"shed\":1,\"open\":1"));
	assert_true(tell(&loads, "storm", 2,
	    "\"load-end\",\"verdict\":\"PASS\",\"offered\":10,\"started\":9,"
	    "\"completed\":8,\"failed\":1,\"shed\":1,\"open\":0"));
	web_loads_put(&loads, &out);
	assert_string_equal(buf_cstr(&out),
	    "{\"loads\":[{\"node\":\"storm\",\"state\":\"PASS\",\"points\":["
	    "[1000,10,9,7,1,1,1],[2000,10,9,8,1,1,0]]}]}");
}

static void other_events_are_none(void **state)
{
	(void)state;
	assert_false(tell(&loads, "acs", 1, "\"inform\""));
	assert_false(tell(&loads, "acs", 1, "\"loaded\""));
	assert_false(web_loads_take(&loads, STR("\"event\":\"load")));
	assert_int_equal(loads.n, 0);
}

static void a_long_test_has_fewer_points_over_all_of_its_time(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 10 * WEB_LOAD_POINTS; i++) {
		assert_true(tell(&loads, "storm", i, "\"load\",\"open\":-1"));
		assert_true(loads.all[0].n <= WEB_LOAD_POINTS);
	}
	assert_int_equal(loads.all[0].stride, 16);
	assert_int_equal(loads.all[0].n, 376);
	assert_int_equal(loads.all[0].points[0].time_ms, 0);
	assert_int_equal(loads.all[0].points[1].time_ms, 16000);
	assert_int_equal(loads.all[0].points[374].time_ms, 374 * 16000);
	/* The newest says how far it is, whichever it is. */
	assert_int_equal(loads.all[0].points[375].time_ms, 5999 * 1000);
	assert_int_equal(loads.all[0].points[1].values[WEB_OPEN], 0);
}

static void tests_beyond_the_room_are_left_out(void **state)
{
	char name[] = "a";

	(void)state;
	for (int i = 0; i <= WEB_LOADS_MAX; i++) {
		assert_int_equal(tell(&loads, name, 1, "\"load\""), i < WEB_LOADS_MAX);
		name[0]++;
	}
	assert_int_equal(loads.n, WEB_LOADS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_test_has_its_curve_and_its_verdict,
		    forget_all),
		cmocka_unit_test_setup(other_events_are_none, forget_all),
		cmocka_unit_test_setup(
		    a_long_test_has_fewer_points_over_all_of_its_time, forget_all),
		cmocka_unit_test_setup(tests_beyond_the_room_are_left_out, forget_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
