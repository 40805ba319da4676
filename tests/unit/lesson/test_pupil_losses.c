/* lab/course/pupil: who holds the lab of a student, and what is told of what was lost. */
#include "tests/unit/unit.h"

#include "lab/course/pupil.h"
#include "lib/base/buf.h"
#include "tests/support/holding.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A user's state of this test alone. */
static int set_up(void **state)
{
	char place[] = "/tmp/cwmplab-held-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(place));
	holding_add(HOLDING_FOLDER, place);
	return setenv("XDG_STATE_HOME", place, 1);
}

static void must_open(struct pupil *pupil, struct pupil_want want)
{
	struct error err = ERROR_NULL;
	auto_buf told = BUF_NULL;

	if (pupil_open(pupil, &want, &told, &err) < 0)
		fail_msg("%s", err.text);
}

static void test_a_lab_is_made_by_one_call_at_a_time(void **state)
{
	struct error err = ERROR_NULL;
	auto_buf words = BUF_NULL;
	struct pupil one, other;

	(void)state;
	must_open(&one, (struct pupil_want){ .lesson = "1" });
	/* Nothing is there yet that could be held. */
	assert_int_equal(pupil_hold(&one, "reset", &err), 0);
	assert_int_equal(pupil_begin(&one, 1, &err), 0);
	must_open(&other, (struct pupil_want){ .lesson = "1" });
	assert_int_equal(pupil_hold(&one, "start", &err), 0);
	assert_int_equal(pupil_hold(&other, "reset", &err), ERR_USAGE);
	buf_printf(&words,
	    "\"cwmplab lesson start\" of process %d is at the lab of lesson 1: wait until it "
	    "has ended",
	    (int)getpid());
	assert_string_equal(err.text, buf_cstr(&words));
	pupil_close(&one);
	assert_int_equal(pupil_hold(&other, "reset", &err), 0);
	pupil_close(&other);
	/* Other lessons are other labs. */
	must_open(&one, (struct pupil_want){ .lesson = "1" });
	must_open(&other, (struct pupil_want){ .lesson = "2" });
	assert_int_equal(pupil_begin(&other, 1, &err), 0);
	assert_int_equal(pupil_hold(&one, "start", &err), 0);
	assert_int_equal(pupil_hold(&other, "start", &err), 0);
	pupil_close(&one);
	pupil_close(&other);
}

static void begin_with_a_hint(struct pupil *pupil)
{
	struct error err = ERROR_NULL;

	must_open(pupil, (struct pupil_want){ .lesson = "1" });
	assert_int_equal(pupil_begin(pupil, 1, &err), 0);
	assert_int_equal(pupil->progress.losses, 0);
	pupil->progress.goals[1].has_hint[0] = true;
	assert_int_equal(pupil_save(pupil, 2, &err), 0);
}

/* Hints are not washed off by spoiling the file in which they are. */
static void test_what_was_spoilt_is_begun_anew_with_what_it_has_cost(void **state)
{
	struct pupil_want want = { .lesson = "1" };
	struct error err = ERROR_NULL;
	auto_buf told = BUF_NULL, command = BUF_NULL;
	struct pupil pupil;

	(void)state;
	begin_with_a_hint(&pupil);
	buf_printf(&command, "sed -i 's/\"points\": 0/\"points\": 9/' %s",
	    pupil.progress_path);
	assert_int_equal(system(buf_cstr(&command)), 0);
	pupil_close(&pupil);
	assert_int_equal(pupil_open(&pupil, &want, &told, &err), ERR_AUTH);
	assert_true(pupil.is_lost);
	assert_int_equal(pupil_forget(&pupil, 3, &err), 0);
	pupil_close(&pupil);
	must_open(&pupil, want);
	assert_int_equal(pupil.progress.losses, 1);
	assert_int_equal(pupil.progress.resets, 1);
	assert_true(pupil.progress.goals[1].has_hint[0]);
	assert_false(pupil.is_lost);
	pupil_close(&pupil);
}

static void test_what_is_gone_while_its_lab_is_there_is_noted(void **state)
{
	struct pupil_want want = { .lesson = "1" };
	struct error err = ERROR_NULL;
	auto_buf command = BUF_NULL;
	struct pupil pupil;

	(void)state;
	begin_with_a_hint(&pupil);
	assert_int_equal(unlink(pupil.progress_path), 0);
	pupil_close(&pupil);
	must_open(&pupil, want);
	assert_true(pupil.is_lost && !pupil.has_progress);
	assert_int_equal(pupil_begin(&pupil, 3, &err), 0);
	pupil_close(&pupil);
	must_open(&pupil, want);
	assert_int_equal(pupil.progress.losses, 1);
	/* A folder of which nothing is left was never begun. */
	buf_printf(&command, "rm -r %s", pupil.home);
	assert_int_equal(system(buf_cstr(&command)), 0);
	pupil_close(&pupil);
	must_open(&pupil, want);
	assert_false(pupil.is_lost);
	pupil_close(&pupil);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_a_lab_is_made_by_one_call_at_a_time,
		    set_up),
		cmocka_unit_test_setup(
		    test_what_was_spoilt_is_begun_anew_with_what_it_has_cost, set_up),
		cmocka_unit_test_setup(
		    test_what_is_gone_while_its_lab_is_there_is_noted, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
