/* lab/lesson/progress: what is kept, signed and counted. */
#include "tests/unit/lesson/a_lesson.h"

#include "lab/lesson/class_file.h"
#include "lab/lesson/progress.h"
#include "lab/lesson/seed.h"
#include "lib/base/buf.h"

#include <string.h>

static void put(const struct progress *progress, const struct lesson *lesson,
    struct buf *out)
{
	struct error err = ERROR_NULL;

	assert_int_equal(progress_write(progress, lesson, STR("secret"), out, &err), 0);
}

static int take(struct progress *ret, const struct lesson *lesson, const char *secret,
    struct str text, struct error *err)
{
	return progress_read(ret, lesson, str_of(secret), text, err);
}

static struct progress some(void)
{
	struct progress progress = { .lesson = "01-x",
		.student = "ada",
		.class_name = "c",
		.lab = "lesson-1",
		.started = 1000 * NS_PER_S,
		.updated = 2000 * NS_PER_S,
		.checks = 7,
		.resets = 1 };

	progress_reach(&progress, 0, 1500 * NS_PER_S, 41, "frame 41");
	progress_miss(&progress, 1, STR("b"));
	progress.goals[1].has_hint[0] = true;
	return progress;
}

static void test_what_is_written_is_read(void **state)
{
	struct lesson *lesson = must_parse(A_LESSON);
	struct progress progress = some(), back;
	struct error err = ERROR_NULL;
	auto_buf text = BUF_NULL;

	(void)state;
	put(&progress, lesson, &text);
	assert_int_equal(take(&back, lesson, "secret", buf_str(&text), &err), 0);
	assert_string_equal(back.student, "ada");
	assert_int_equal(back.started, 1000 * NS_PER_S);
	assert_int_equal(back.updated, 2000 * NS_PER_S);
	assert_int_equal(back.checks, 7);
	assert_int_equal(back.resets, 1);
	assert_true(back.goals[0].is_reached);
	assert_int_equal(back.goals[0].frame, 41);
	assert_string_equal(back.goals[0].evidence, "frame 41");
	assert_false(back.goals[1].is_reached);
	assert_int_equal(back.goals[1].tries, 1);
	assert_string_equal(back.goals[1].answer, "b");
	assert_true(back.goals[1].has_hint[0]);
	assert_int_equal(back.n_wrong, 1);
	lesson_free(lesson);
}

/* Any byte of the file, changed to another digit or letter. */
static void test_a_file_that_was_edited_is_told(void **state)
{
	struct lesson *lesson = must_parse(A_LESSON);
	struct progress progress = some(), back;
	auto_buf text = BUF_NULL;

	(void)state;
	put(&progress, lesson, &text);
	for (size_t i = 0; i < text.len; i++) {
		struct error err = ERROR_NULL;
		uint8_t was = text.data[i];

		if (!((was >= '0' && was <= '9') || (was >= 'a' && was <= 'z')))
			continue;
		text.data[i] = was == '7' ? '8' : '7';
		if (take(&back, lesson, "secret", buf_str(&text), &err) == 0)
			fail_msg("byte %zu can be changed", i);
		text.data[i] = was;
	}
	lesson_free(lesson);
}

/* Who spoils it is not forgiven by that what can be read yet. */
static void test_of_a_spoilt_file_what_was_paid_is_read(void **state)
{
	struct lesson *lesson = must_parse(A_LESSON);
	struct progress progress = some(), back;
	struct error err = ERROR_NULL;
	auto_buf text = BUF_NULL;

	(void)state;
	progress.is_solved = true;
	progress.losses = 2;
	put(&progress, lesson, &text);
	assert_int_equal(take(&back, lesson, "secret", buf_str(&text), &err), 0);
	assert_int_equal(back.losses, 2);
	assert_int_equal(take(&back, lesson, "other", buf_str(&text), &err), ERR_AUTH);
	progress_read_spoilt(&back, lesson, buf_str(&text));
	assert_true(back.is_solved && back.goals[1].has_hint[0]);
	assert_int_equal(back.resets, 1);
	assert_int_equal(back.losses, 2);
	assert_false(back.goals[0].is_reached);
	assert_string_equal(back.student, "");
	progress_read_spoilt(&back, lesson, STR("{\"result\":"));
	assert_false(back.is_solved || back.goals[1].has_hint[0]);
	lesson_free(lesson);
}

static void test_another_secret_does_not_vouch_for_it(void **state)
{
	struct lesson *lesson = must_parse(A_LESSON);
	struct progress progress = some(), back;
	struct error err = ERROR_NULL;
	auto_buf text = BUF_NULL;

	(void)state;
	put(&progress, lesson, &text);
	assert_int_equal(take(&back, lesson, "Secret", buf_str(&text), &err), ERR_AUTH);
	assert_string_equal(err.text,
	    "its signature is not that of its content: it was edited, or is of another class");
	assert_int_equal(take(&back, lesson, "secret", STR("{}"), &err), ERR_MALFORMED);
	assert_int_equal(take(&back, lesson, "secret", STR(""), &err), ERR_MALFORMED);
	assert_int_equal(take(&back, lesson, "secret", STR("[1]"), &err),
	    ERR_MALFORMED);
	lesson_free(lesson);
}

/* Blanks and the order of keys are nobody's work. */
static void test_layout_does_not_count(void **state)
{
	struct lesson *lesson = must_parse(A_LESSON);
	struct progress progress = some(), back;
	struct error err = ERROR_NULL;
	auto_buf text = BUF_NULL, packed = BUF_NULL;

	(void)state;
	put(&progress, lesson, &text);
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] != '\n')
			buf_append_char(&packed, (char)text.data[i]);
	}
	assert_int_equal(take(&back, lesson, "secret", buf_str(&packed), &err), 0);
	lesson_free(lesson);
}

static void test_points_are_those_of_goals_less_those_of_hints(void **state)
{
	struct lesson *lesson = must_parse(A_LESSON);
	struct progress progress = { .checks = 0 };

	(void)state;
	assert_int_equal(progress_score(&progress, lesson).points, 0);
	progress.goals[0].has_hint[0] = true;
	assert_int_equal(progress_score(&progress, lesson).points, 0);
	progress_reach(&progress, 0, 1, 0, "x");
	assert_int_equal(progress_score(&progress, lesson).points, 8);
	progress.goals[0].has_hint[1] = true;
	assert_int_equal(progress_score(&progress, lesson).points, 5);
	assert_int_equal(progress_score(&progress, lesson).costs, 5);
	assert_int_equal(progress_score(&progress, lesson).hints, 2);
	assert_int_equal(progress_next_goal(&progress, lesson), 1);
	progress.is_solved = true;
	progress_reach(&progress, 1, 1, 0, "x");
	assert_int_equal(progress_score(&progress, lesson).points, 5);
	assert_int_equal(progress_score(&progress, lesson).reached, 2);
	progress_reach(&progress, 2, 1, 0, "x");
	progress_reach(&progress, 3, 1, 0, "x");
	assert_int_equal(progress_next_goal(&progress, lesson), SIZE_MAX);
	lesson_free(lesson);
}

static void test_what_is_reached_stays_as_it_was(void **state)
{
	struct progress progress = { .checks = 0 };

	(void)state;
	progress_reach(&progress, 0, 1, 5, "first");
	progress_reach(&progress, 0, 2, 6, "second");
	assert_int_equal(progress.goals[0].at, 1);
	assert_int_equal(progress.goals[0].frame, 5);
	assert_string_equal(progress.goals[0].evidence, "first");
}

/* Two calls at a time: neither takes away what the other has reached. */
static void test_what_another_call_has_reached_is_added(void **state)
{
	struct progress mine = { .checks = 3 }, other = { .checks = 2 };

	(void)state;
	progress_reach(&mine, 0, 1, 5, "mine");
	progress_reach(&other, 0, 2, 6, "other");
	progress_reach(&other, 1, 2, 6, "other");
	mine.goals[2].has_hint[0] = true;
	other.goals[2].has_hint[1] = true;
	progress_miss(&other, 2, STR("x"));
	progress_miss(&other, 2, STR("y"));
	progress_miss(&mine, 2, STR("z"));
	progress_merge(&mine, &other);
	assert_string_equal(mine.goals[0].evidence, "mine");
	assert_string_equal(mine.goals[1].evidence, "other");
	assert_true(mine.goals[2].has_hint[0] && mine.goals[2].has_hint[1]);
	assert_string_equal(mine.goals[2].answer, "z");
	assert_int_equal(mine.goals[2].tries, 3);
	assert_int_equal(mine.n_wrong, 3);
	assert_int_equal(mine.checks, 5);
	assert_false(mine.is_solved);
	other.is_solved = true;
	progress_merge(&mine, &other);
	assert_true(mine.is_solved);
}

/* Each save merges with the file that the save before has written. */
static void test_what_is_kept_already_counts_once(void **state)
{
	struct progress mine = { .checks = 0 }, file;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		progress_miss(&mine, 1, i ? STR("x") : STR("y"));
		mine.checks++;
		file = mine;
		progress_keep(&mine);
		progress_keep(&file);
		progress_merge(&mine, &file);
	}
	assert_int_equal(mine.goals[1].tries, 3);
	assert_int_equal(mine.checks, 3);
	assert_int_equal(mine.n_wrong, 2);
}

/* One call waits for a goal while another one has the solution reach it. */
static void test_what_is_reached_beside_the_solution_gives_no_points(void **state)
{
	struct lesson *lesson = must_parse(A_LESSON);
	struct progress waiting = { .checks = 0 }, file = { .checks = 0 };

	(void)state;
	progress_reach(&waiting, 0, 1, 5, "before");
	progress_reach(&file, 0, 1, 5, "before");
	file.is_solved = true;
	progress_reach(&waiting, 1, 2, 6, "by the solution");
	progress_merge(&waiting, &file);
	assert_false(waiting.goals[0].is_unpaid);
	assert_true(waiting.goals[1].is_unpaid);
	assert_int_equal(progress_score(&waiting, lesson).points, 10);
	/* What both have reached is as it was kept first. */
	progress_reach(&file, 2, 3, 7, "by the solution");
	waiting.is_solved = false;
	progress_reach(&waiting, 2, 3, 7, "the same");
	progress_merge(&waiting, &file);
	assert_true(waiting.goals[2].is_unpaid);
	/* And what was kept before the solution was asked for stays paid. */
	progress_reach(&file, 3, 3, 7, "in time");
	file.goals[3].is_unpaid = false;
	progress_reach(&waiting, 3, 4, 7, "late");
	progress_merge(&waiting, &file);
	assert_false(waiting.goals[3].is_unpaid);
	lesson_free(lesson);
}

/* Wrong answers are those before the right one; what is answered is answered. */
static void test_answers_count_until_one_is_right(void **state)
{
	struct lesson *lesson = must_parse(A_LESSON);
	struct progress progress = { .checks = 0 };
	const struct progress_goal *at = &progress.goals[0];

	(void)state;
	progress_miss(&progress, 0, STR("x"));
	progress_miss(&progress, 0, STR("x"));
	assert_int_equal(progress_misses(at, lesson_goal(lesson, 0)), 2);
	progress_hit(&progress, 0, 1, 0, "right");
	progress_hit(&progress, 0, 2, 0, "right");
	progress_miss(&progress, 0, STR("y"));
	assert_int_equal(at->tries, 3);
	assert_int_equal(progress_misses(at, lesson_goal(lesson, 0)), 2);
	assert_int_equal(progress.n_wrong, 1);
	assert_string_equal(at->answer, "");
	progress_reach(&progress, 2, 1, 5, "seen");
	assert_int_equal(progress_misses(&progress.goals[2], lesson_goal(lesson, 2)),
	    0);
	lesson_free(lesson);
}

/* Who has the seed of a student signs for this student alone. */
static void test_a_seed_signs_for_its_student(void **state)
{
	struct lesson *lesson = must_parse(A_LESSON);
	struct progress progress = some(), back;
	struct seed ada = seed_of(STR("secret"), STR("ada"));
	struct seed bob = seed_of(STR("secret"), STR("bob"));
	struct error err = ERROR_NULL;
	auto_buf own = BUF_NULL, other = BUF_NULL;

	(void)state;
	assert_int_equal(progress_write(&progress, lesson,
			     str_make(ada.key, SEED_BYTES), &own, &err),
	    0);
	assert_int_equal(take(&back, lesson, "secret", buf_str(&own), &err), 0);
	assert_int_equal(progress_read(&back, lesson, str_make(ada.key, SEED_BYTES),
			     buf_str(&own), &err),
	    0);
	assert_int_equal(progress_write(&progress, lesson,
			     str_make(bob.key, SEED_BYTES), &other, &err),
	    0);
	assert_int_equal(take(&back, lesson, "secret", buf_str(&other), &err),
	    ERR_AUTH);
	lesson_free(lesson);
}

static void test_a_reset_takes_away_what_was_before_it(void **state)
{
	struct progress before = { .resets = 1 }, after = { .resets = 2 };

	(void)state;
	progress_reach(&before, 0, 1, 5, "before");
	progress_reach(&after, 1, 1, 5, "after");
	progress_merge(&after, &before);
	assert_false(after.goals[0].is_reached);
	progress_merge(&before, &after);
	assert_false(before.goals[0].is_reached);
	assert_true(before.goals[1].is_reached);
	assert_int_equal(before.resets, 2);
}

static void test_a_hint_that_fits_the_reason_comes_first(void **state)
{
	struct lesson *lesson = must_parse(A_LESSON);
	const struct lesson_goal *goal = lesson_goal(lesson, 0);
	static const char *const filled[] = { "\"nearly\"", NULL, NULL };
	struct progress_goal at = { .tries = 0 };

	(void)state;
	assert_int_equal(progress_next_hint(&at, goal, filled, "\"nearly\" is not it"),
	    0);
	assert_int_equal(progress_next_hint(&at, goal, filled, "\"far\" is not it"), 1);
	assert_int_equal(progress_next_hint(&at, goal, filled, NULL), 1);
	at.has_hint[0] = true;
	assert_int_equal(progress_next_hint(&at, goal, filled, "\"nearly\" is not it"),
	    1);
	at.has_hint[1] = true;
	assert_int_equal(progress_next_hint(&at, goal, filled, "x"), 2);
	at.has_hint[2] = true;
	assert_int_equal(progress_next_hint(&at, goal, filled, "x"), SIZE_MAX);
	lesson_free(lesson);
}

static void test_so_many_wrong_answers_are_remembered_and_no_more(void **state)
{
	struct progress progress = { .checks = 0 };
	char answer[8];

	(void)state;
	for (size_t i = 0; i < PROGRESS_WRONG_MAX + 2; i++) {
		(void)snprintf(answer, sizeof(answer), "x%zu", i);
		progress_miss(&progress, 0, str_of(answer));
	}
	assert_int_equal(progress.n_wrong, PROGRESS_WRONG_MAX);
	assert_int_equal(progress.goals[0].tries, PROGRESS_WRONG_MAX + 2);
}

/* ---- classes -------------------------------------------------------------------------- */

static void check_class(const char *text, const char *want)
{
	struct class_file class;
	struct error err = ERROR_NULL;
	struct str rest;

	assert_int_equal(class_file_parse(&class, "c.yaml", str_of(text), NULL, &err),
	    want ? ERR_CONFIG : 0);
	if (want)
		assert_true(str_is(str_cut(str_of(err.text), '\n', &rest), want));
	class_file_free(&class);
}

static void test_a_class_is_read_with_its_mistakes(void **state)
{
	(void)state;
	check_class("class: c\nsecret: long enough\nstudents: [ada, bob@x, c.d_e-f]\n",
	    NULL);
	check_class("class: c\nsecret: long enough\n", NULL);
	check_class("class: c\nsecret: short\n",
	    "c.yaml:2:9: error: \"secret\" has 5 bytes; 8 to 256 are allowed");
	check_class("class: c\nsecret: long enough\nstudents: [ada, a b]\n",
	    "c.yaml:3:17: error: \"a b\" cannot be the name of a student");
	check_class("class: c\nsecret: long enough\nstudents: [ada, bob, ada]\n",
	    "c.yaml:3:22: error: \"ada\" is in the class already");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_written_is_read),
		cmocka_unit_test(test_a_file_that_was_edited_is_told),
		cmocka_unit_test(test_of_a_spoilt_file_what_was_paid_is_read),
		cmocka_unit_test(test_another_secret_does_not_vouch_for_it),
		cmocka_unit_test(test_layout_does_not_count),
		cmocka_unit_test(test_points_are_those_of_goals_less_those_of_hints),
		cmocka_unit_test(test_what_is_reached_stays_as_it_was),
		cmocka_unit_test(test_what_another_call_has_reached_is_added),
		cmocka_unit_test(test_what_is_kept_already_counts_once),
		cmocka_unit_test(
		    test_what_is_reached_beside_the_solution_gives_no_points),
		cmocka_unit_test(test_answers_count_until_one_is_right),
		cmocka_unit_test(test_a_seed_signs_for_its_student),
		cmocka_unit_test(test_a_reset_takes_away_what_was_before_it),
		cmocka_unit_test(test_a_hint_that_fits_the_reason_comes_first),
		cmocka_unit_test(test_so_many_wrong_answers_are_remembered_and_no_more),
		cmocka_unit_test(test_a_class_is_read_with_its_mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
