/* lab/load/load_screen: what is shown, as lines. */
#include "tests/unit/unit.h"

#include "lab/load/load_screen.h"
#include "lib/base/utf8.h"

#include <stdlib.h>
#include <string.h>

static struct load_line lines[LOAD_SCREEN_HEIGHT_MAX];

static struct load_view view_of(const struct tally *tally, const struct own_limits *own)
{
	return (struct load_view){
		.acs = "http://acs.lab:7547/",
		.cpes = 10000,
		.state = LOAD_RUNNING,
		.took = 12 * NS_PER_S,
		.rate = 100,
		.scale = 1,
		.tally = tally,
		.own = own,
		.now = { .offered = 100,
		    .started = 99,
		    .completed = 98,
		    .open = 7,
		    .states = { [SERIES_IDLE] = 9993, [SERIES_SESSION] = 7 } },
	};
}

static bool shows(unsigned height, const char *text)
{
	for (unsigned i = 0; i < height; i++) {
		if (strstr(buf_cstr(&lines[i].text), text))
			return true;
	}
	return false;
}

static void test_a_running_load_is_shown(void **state)
{
	struct tally *tally = calloc(1, sizeof(*tally));
	struct own_limits own = { .cpu_permille = 0 };
	struct load_view view;

	(void)state;
	assert_non_null(tally);
	tally_offer(tally, false);
	tally_start(tally, 0);
	tally_phase(tally, tally_phase_rpc(CWMP_INFORM), 2000, 1000);
	tally_step(tally, TALLY_TCP, TALLY_TIMED_OUT);
	tally_fail(tally, TALLY_LAYER_TCP, "Connection refused");
	view = view_of(tally, &own);
	load_screen_draw(lines, 80, 24, &view, false);
	assert_string_equal(buf_cstr(&lines[0].text),
	    " load http://acs.lab:7547/  10,000 CPEs  running 12 s  rate 100.0/s");
	assert_string_equal(buf_cstr(&lines[1].text), " CPEs  idle 9,993  session 7");
	assert_true(shows(24, " offered               100              1"));
	assert_true(shows(24, " failed                  0              1"));
	assert_true(shows(24, " Inform "));
	assert_true(shows(24, " TCP   Connection refused"));
	assert_int_equal(lines[23].style, LOAD_STYLE_TITLE);
	load_screen_draw(lines, 80, 24, &view, true);
	assert_true(shows(24, " p     halt"));
	assert_false(shows(24, "Inform"));
	load_screen_free(lines, 24);
	tally_free(tally);
	free(tally);
}

/* No line is longer than the screen is wide, whatever it is. */
static void test_lines_fit_screens_of_any_size(void **state)
{
	struct tally *tally = calloc(1, sizeof(*tally));
	struct own_limits own = { .cpu_permille = 0 };
	struct load_view view;

	(void)state;
	assert_non_null(tally);
	for (unsigned i = 0; i < TALLY_PHASES; i++)
		tally_step(tally, i, TALLY_UNEXPECTED);
	for (unsigned i = 0; i < TALLY_FAILURES_MAX; i++) {
		char reason[16];

		(void)snprintf(reason, sizeof(reason), "reason %u", i);
		tally_fail(tally, TALLY_LAYER_HTTP, reason);
	}
	view = view_of(tally, &own);
	for (unsigned height = 1; height <= 60; height++) {
		for (unsigned width = 1; width <= 100; width += 9) {
			load_screen_draw(lines, width, height, &view, false);
			for (unsigned i = 0; i < height; i++)
				assert_true(
				    utf8_length(buf_str(&lines[i].text)) <= width);
		}
	}
	load_screen_free(lines, LOAD_SCREEN_HEIGHT_MAX);
	tally_free(tally);
	free(tally);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_running_load_is_shown),
		cmocka_unit_test(test_lines_fit_screens_of_any_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
