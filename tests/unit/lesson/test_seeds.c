/* lab/lesson/seed, values: what is drawn for whom. */
#include "tests/unit/lesson/a_lesson.h"

#include "lab/lesson/judge.h"
#include "lab/lesson/owner.h"
#include "lib/base/compiler.h"

#include <string.h>

enum {
	STUDENTS = 20
};

static struct values must_make(const struct lesson *lesson, const struct seat *seat)
{
	struct values values;
	struct error err = ERROR_NULL;

	if (values_make(&values, lesson, seat, &err) < 0)
		fail_msg("%s", err.text);
	return values;
}

/* Written down once: a class that goes on must not find other values one day. */
static void test_values_are_the_same_for_ever(void **state)
{
	struct lesson *lesson = must_parse(A_LESSON);
	struct seat seat = seat_of("ada", "a secret of ours");
	struct values values = must_make(lesson, &seat);

	(void)state;
	assert_string_equal(values_text(&values,
				"{{student}} {{lab}} {{key}} {{net}} {{x}} {{"),
	    "ada lesson-1 key-22744FDC 20 {{x}} {{");
	values_free(&values);
	lesson_free(lesson);
}

static void test_they_depend_on_all_four(void **state)
{
	struct lesson *lesson = must_parse(A_LESSON);
	struct seat seats[] = { seat_of("ada", "a secret of ours"),
		seat_of("bob", "a secret of ours"),
		seat_of("ada", "a secret of others"),
		seat_of("ada", "a secret of ours") };
	const char *keys[ARRAY_LEN(seats)];
	struct values values[ARRAY_LEN(seats)];

	(void)state;
	seats[3].lesson = "02-x";
	for (size_t i = 0; i < ARRAY_LEN(seats); i++) {
		values[i] = must_make(lesson, &seats[i]);
		keys[i] = values_text(&values[i], "{{key}}");
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(keys[i], keys[k]);
	}
	for (size_t i = 0; i < ARRAY_LEN(seats); i++)
		values_free(&values[i]);
	lesson_free(lesson);
}

/* Twenty students: each answer is right for one alone. */
static void test_no_two_students_have_the_same_answer(void **state)
{
	struct lesson *lesson = must_parse(A_LESSON);
	const struct lesson_goal *goal = lesson_goal(lesson, 0);
	const struct facts nothing = { .topology = NULL };
	struct seat seats[STUDENTS];
	struct values values[STUDENTS];
	char names[STUDENTS][16];
	size_t n_right = 0;

	(void)state;
	for (size_t i = 0; i < STUDENTS; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "student-%zu", i);
		seats[i] = seat_of(names[i], "a secret of ours");
		values[i] = must_make(lesson, &seats[i]);
	}
	for (size_t i = 0; i < STUDENTS; i++) {
		for (size_t k = 0; k < STUDENTS; k++) {
			struct goal_result result;

			judge_answer(&nothing, &values[i], goal,
			    str_of(values_text(&values[k], "{{key}}")), &result);
			assert_int_equal(result.state == GOAL_REACHED, i == k);
			n_right += result.state == GOAL_REACHED;
		}
	}
	assert_int_equal(n_right, STUDENTS);
	for (size_t i = 0; i < STUDENTS; i++)
		values_free(&values[i]);
	lesson_free(lesson);
}

/* Each of twenty hands in the answer of the next: each is told whose it is. */
static void test_swapped_answers_are_told_with_their_owners(void **state)
{
	struct lesson *lesson = must_parse(A_LESSON);
	const char *list[STUDENTS];
	char names[STUDENTS][16];
	struct class_file class = { .name = "c",
		.secret = "a secret of ours",
		.students = { list, STUDENTS } };
	struct error err = ERROR_NULL;
	struct owners owners;

	(void)state;
	for (size_t i = 0; i < STUDENTS; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "student-%zu", i);
		list[i] = names[i];
	}
	assert_int_equal(owners_make(&owners, &class, lesson, "01-x", &err), 0);
	for (size_t i = 0; i < STUDENTS; i++) {
		struct seat next = seat_of(names[(i + 1) % STUDENTS], class.secret);
		struct values values = must_make(lesson, &next);
		struct str answer = str_of(values_text(&values, "{{key}}"));
		const char *owner = owners_find(&owners, 0, answer, names[i]);

		assert_non_null(owner);
		assert_string_equal(owner, next.student);
		assert_null(owners_find(&owners, 0, answer, next.student));
		assert_null(owners_find(&owners, 0, STR("key-00"), names[i]));
		assert_null(owners_find(&owners, 1, answer, names[i]));
		answer = str_of(values_text(&values, " KEY {{key}}"));
		assert_string_equal(owners_find(&owners, 0, str_from(answer, 5), "x"),
		    next.student);
		values_free(&values);
	}
	owners_free(&owners);
	class.students.len = 0;
	assert_int_equal(owners_make(&owners, &class, lesson, "01-x", &err), 0);
	assert_null(owners_find(&owners, 0, STR("y"), "x"));
	owners_free(&owners);
	lesson_free(lesson);
}

/* All are drawn once, however many are asked for: else this takes minutes. */
static void test_answers_of_a_large_class_are_drawn_once(void **state)
{
	struct lesson *lesson = must_parse(A_LESSON);
	static const char *list[CLASS_STUDENTS_MAX];
	static char names[CLASS_STUDENTS_MAX][16];
	struct class_file class = { .name = "c",
		.secret = "a secret of ours",
		.students = { list, CLASS_STUDENTS_MAX } };
	struct error err = ERROR_NULL;
	struct owners owners;

	(void)state;
	for (size_t i = 0; i < CLASS_STUDENTS_MAX; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "student-%zu", i);
		list[i] = names[i];
	}
	assert_int_equal(owners_make(&owners, &class, lesson, "01-x", &err), 0);
	for (size_t i = 0; i < 100000; i++)
		assert_null(owners_find(&owners, 0, STR("key-000"), names[0]));
	owners_free(&owners);
	lesson_free(lesson);
}

/* A folder of the user's may have any name. */
static void test_paths_are_words_of_a_shell_where_one_reads_them(void **state)
{
	struct lesson *lesson = must_parse(A_LESSON);
	struct seat seat = seat_of("ada", "a secret of ours");
	auto_buf script = BUF_NULL, file = BUF_NULL;
	struct values values;

	(void)state;
	seat.folder = "/home/a b/lab";
	seat.recording = "/home/ab/x.pcapng";
	values = must_make(lesson, &seat);
	values_fill_shell(&values, STR("cat {{folder}}/x {{recording}} {{lab}}"),
	    &script);
	assert_true(str_is(buf_str(&script),
	    "cat '/home/a b/lab'/x /home/ab/x.pcapng lesson-1"));
	values_fill(&values, STR("file: {{folder}}/x"), &file);
	assert_true(str_is(buf_str(&file), "file: /home/a b/lab/x"));
	assert_string_equal(values_text(&values, "{{folder}}"), "/home/a b/lab");
	assert_string_equal(values_shown(&values, "{{folder}}"), "'/home/a b/lab'");
	values_free(&values);
	lesson_free(lesson);
}

static void check_answer(const struct lesson_goal *goal, struct str answer, int want)
{
	struct error err = ERROR_NULL;

	assert_int_equal(judge_check_answer(goal, answer, &err), want);
}

/* A slip of the finger is no wrong answer. */
static void test_what_can_be_no_answer_is_told(void **state)
{
	struct lesson *lesson = must_parse(A_LESSON);
	struct lesson_goal frame = { .kind = GOAL_FRAME };

	(void)state;
	check_answer(lesson_goal(lesson, 0), STR(" "), ERR_USAGE);
	check_answer(lesson_goal(lesson, 0), STR("x"), 0);
	check_answer(lesson_goal(lesson, 1), STR("a"), 0);
	check_answer(lesson_goal(lesson, 1), STR("C"), 0);
	check_answer(lesson_goal(lesson, 1), STR("d"), ERR_USAGE);
	check_answer(lesson_goal(lesson, 1), STR("1"), ERR_USAGE);
	check_answer(lesson_goal(lesson, 1), STR("wrong words"), 0);
	check_answer(&frame, STR("41"), 0);
	check_answer(&frame, STR("frame 41"), ERR_USAGE);
	lesson_free(lesson);
}

static void test_each_kind_is_drawn_within_its_bounds(void **state)
{
	static const char text[] = HEAD
	    "  - {name: all, pattern: \"a#?%z\"}\n"
	    "  - {name: one, choose: [\"x{{net}}\", \"y{{net}}\"]}\n"
	    "  - {name: url, text: \"http://{{key}}.lab/\"}\n"
	    "  - {name: hex, option-43: {url: \"http://a/\", username: u, password: p}}\n"
	    "  - {name: bad, option-43: {url: \"http://a/\", layout: tr069, type-plus: 4, length-plus: 19}}\n" GOALS
		WRONG("near") SOLVE;
	struct lesson *lesson = must_parse(text);
	char name[16];

	(void)state;
	for (size_t i = 0; i < 200; i++) {
		struct seat seat = seat_of(name, "");
		struct values values;
		const char *drawn;

		(void)snprintf(name, sizeof(name), "s%zu", i);
		seat = seat_of(name, "");
		values = must_make(lesson, &seat);
		drawn = values_text(&values, "{{all}}");
		assert_true(drawn[0] == 'a' && drawn[1] >= '0' && drawn[1] <= '9' &&
			    drawn[2] >= 'a' && drawn[2] <= 'z' &&
			    strchr("0123456789ABCDEF", drawn[3]) && drawn[4] == 'z' &&
			    drawn[5] == '\0');
		drawn = values_text(&values, "{{net}}");
		assert_true(strlen(drawn) == 2 && drawn[0] == '2');
		drawn = values_text(&values, "{{one}}");
		assert_true((drawn[0] == 'x' || drawn[0] == 'y') && drawn[1] == '2');
		assert_string_equal(values_text(&values, "{{hex}}"),
		    "010D687474703A2F2F612F20752070");
		assert_string_equal(values_text(&values, "{{bad}}"),
		    "051C687474703A2F2F612F");
		assert_memory_equal(values_text(&values, "{{url}}"), "http://key-", 11);
		values_free(&values);
	}
	lesson_free(lesson);
}

/* In 3,000 draws of ten numbers each comes 300 times, give or take five deviations. */
static void test_no_number_is_likelier_than_another(void **state)
{
	struct seed seed = seed_of(STR("s"), STR("x"));
	struct seed_draw draw = seed_draw_begin(&seed, STR("l"), STR("n"));
	unsigned counts[10] = { 0 };

	(void)state;
	for (size_t i = 0; i < 3000; i++)
		counts[seed_below(&draw, 10)]++;
	for (size_t i = 0; i < 10; i++)
		assert_in_range(counts[i], 300 - 83, 300 + 83);
	assert_int_equal(seed_below(&draw, 1), 0);
}

static void test_choices_stand_in_an_order_of_the_students_own(void **state)
{
	struct lesson *lesson = must_parse(A_LESSON);
	const struct lesson_goal *goal = lesson_goal(lesson, 1);
	const struct facts nothing = { .topology = NULL };
	unsigned first[3] = { 0 };
	char name[16];

	(void)state;
	for (size_t i = 0; i < 60; i++) {
		struct seat seat;
		struct values values;
		struct goal_result result;
		size_t order[3];
		char letter[2] = "a";

		(void)snprintf(name, sizeof(name), "s%zu", i);
		seat = seat_of(name, "");
		values = must_make(lesson, &seat);
		judge_order(&values, goal, order);
		assert_int_equal(order[0] + order[1] + order[2], 3);
		first[order[0]]++;
		for (size_t k = 0; k < 3; k++) {
			letter[0] = (char)('a' + k);
			judge_answer(&nothing, &values, goal, str_of(letter), &result);
			assert_int_equal(result.state == GOAL_REACHED, order[k] == 0);
		}
		judge_answer(&nothing, &values, goal, STR(" Right "), &result);
		assert_int_equal(result.state, GOAL_REACHED);
		judge_answer(&nothing, &values, goal, STR("d"), &result);
		assert_int_equal(result.state, GOAL_OPEN);
		values_free(&values);
	}
	assert_true(first[0] > 5 && first[1] > 5 && first[2] > 5);
	lesson_free(lesson);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_are_the_same_for_ever),
		cmocka_unit_test(test_they_depend_on_all_four),
		cmocka_unit_test(test_no_two_students_have_the_same_answer),
		cmocka_unit_test(test_swapped_answers_are_told_with_their_owners),
		cmocka_unit_test(test_answers_of_a_large_class_are_drawn_once),
		cmocka_unit_test(test_paths_are_words_of_a_shell_where_one_reads_them),
		cmocka_unit_test(test_what_can_be_no_answer_is_told),
		cmocka_unit_test(test_each_kind_is_drawn_within_its_bounds),
		cmocka_unit_test(test_no_number_is_likelier_than_another),
		cmocka_unit_test(test_choices_stand_in_an_order_of_the_students_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
