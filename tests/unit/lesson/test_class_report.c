/* lab/course/report: what a class has reached, and what a board shows of it. */
#include "tests/unit/lesson/a_lesson.h"

#include "lab/course/board.h"
#include "lib/base/buf.h"
#include "lib/program/screen.h"
#include "tests/support/holding.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LESSON "01-read-a-session"

static const char *students[] = { "ada", "bob", "cleo" };
static const struct class_file class = { .name = "spring",
	.secret = "a long sentence",
	.students = { students, 3 } };
static const struct screen wide = { .width = 0 };

static struct folder open_lesson(void)
{
	struct folder folder;
	struct error err = ERROR_NULL;
	auto_buf told = BUF_NULL;

	if (folder_open(&folder, "1", &told, &err) < 0)
		fail_msg("%s", err.text);
	return folder;
}

static struct progress progress_of(const char *student)
{
	struct progress progress = { .lesson = LESSON, .started = 1000 * NS_PER_S };

	(void)snprintf(progress.student, sizeof(progress.student), "%s", student);
	progress.updated = 4000 * NS_PER_S;
	return progress;
}

static void write_result(const struct progress *progress, struct str secret,
    struct buf *out)
{
	struct folder folder = open_lesson();
	struct error err = ERROR_NULL;

	assert_int_equal(progress_write(progress, folder.lesson, secret, out, &err), 0);
	folder_close(&folder);
}

static void add(struct report *report, const struct progress *progress)
{
	auto_buf text = BUF_NULL;
	struct error err = ERROR_NULL;
	struct report_row *row = report_add_row(report, &err);

	write_result(progress, str_of(class.secret), &text);
	assert_non_null(row);
	assert_int_equal(report_grade(report, "x.json", buf_str(&text), row, &err), 0);
	report->n_refused += !row->student;
}

static void must_have(const struct buf *out, const char *text)
{
	if (!str_find(buf_str(out), str_of(text), NULL))
		fail_msg("no \"%s\" in:\n%.*s", text, STR_ARG(buf_str(out)));
}

static void must_be_noted(const struct report_row *row, const char *words)
{
	auto_buf note = BUF_NULL;

	report_put_note(row, &note);
	assert_string_equal(buf_cstr(&note), words);
}

/* Nobody keeps others from being graded by files that open the same lesson again and again. */
static void test_files_without_a_signature_take_no_place(void **state)
{
	struct report report = { .class = &class };
	struct progress zoe = progress_of("ada");
	struct error err = ERROR_NULL;

	(void)state;
	for (size_t i = 0; i <= REPORT_LESSONS_MAX; i++) {
		struct report_row *row = report_add_row(&report, &err);

		assert_non_null(row);
		assert_int_equal(
		    report_grade(&report, "x.json",
			STR("{\"result\":{\"format\":1,\"lesson\":\"1\"}}"), row, &err),
		    0);
		assert_null(row->student);
	}
	add(&report, &zoe);
	assert_int_equal(report.n_refused, 0);
	report_free(&report);
}

/* A pipe that somebody has handed in would be waited for for ever. */
static void test_what_is_no_file_is_not_read(void **state)
{
	struct report report = { .class = &class };
	struct error err = ERROR_NULL;
	char path[64];

	(void)state;
	(void)snprintf(path, sizeof(path), "/tmp/test_class_report.%d", (int)getpid());
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(report_add(&report, path, &err), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(report.n_rows, 1);
	assert_int_equal(report.n_refused, 1);
	assert_string_equal(report.rows[0].note, "this is no file");
	report_free(&report);
}

/* A board is finished anew with each result that comes. */
static void test_a_second_result_is_noted_once(void **state)
{
	struct report report = { .class = &class };
	struct progress ada = progress_of("ada");

	(void)state;
	add(&report, &ada);
	add(&report, &ada);
	report_finish(&report);
	report_finish(&report);
	must_be_noted(&report.rows[0], "");
	must_be_noted(&report.rows[1], "a second result of the same lesson");
	report_free(&report);
}

/* However an answer of somebody else's is written, it is one. */
static void test_an_answer_of_another_one_is_noted_once(void **state)
{
	struct report report = { .class = &class };
	struct progress ada = progress_of("ada");
	struct folder folder = open_lesson();
	const struct seat seat = { .student = "bob",
		.lesson = LESSON,
		.seed = seed_of(str_of(class.secret), STR("bob")) };
	struct error err = ERROR_NULL;
	struct values values;
	size_t key = lesson_find_goal(folder.lesson, STR("key"));
	const char *answer;
	auto_buf blanks = BUF_NULL;

	(void)state;
	assert_int_equal(values_make(&values, folder.lesson, &seat, &err), 0);
	answer = values_text(&values, lesson_goal(folder.lesson, key)->answer);
	buf_printf(&blanks, " %s ", answer);
	progress_miss(&ada, key, str_of(answer));
	progress_miss(&ada, key, buf_str(&blanks));
	assert_int_equal(ada.n_wrong, 2);
	add(&report, &ada);
	must_be_noted(&report.rows[0], "key: the answer of bob");
	values_free(&values);
	folder_close(&folder);
	report_free(&report);
}

/* A class can hand in more than is read, and is told how much. */
static void test_files_beyond_the_last_row_are_counted(void **state)
{
	struct report report = { .class = &class };
	struct error err = ERROR_NULL;
	auto_buf text = BUF_NULL, csv = BUF_NULL, html = BUF_NULL, json = BUF_NULL;

	(void)state;
	for (size_t i = 0; i + 1 < REPORT_FILES_MAX; i++) {
		struct report_row *row = report_add_row(&report, &err);

		assert_non_null(row);
		row->path = strdup("x");
		row->note = strdup("y");
	}
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(report_add(&report, "/dev/null", &err), 0);
	assert_int_equal(report.n_rows, REPORT_FILES_MAX);
	assert_int_equal(report.n_left_out, 2);
	assert_null(report_add_row(&report, &err));
	report.n_rows = 1;
	report_put_text(&report, &text, &wide);
	must_have(&text,
	    "\n2 files more were left out: a report is of 100000 at most\n");
	report_put_csv(&report, &csv);
	must_have(&csv, ",,,,,,,,,,,,,,,,,,2 files more were left out: a report");
	report_put_html(&report, &html);
	must_have(&html, "<p>2 files more were left out");
	report_put_json(&report, &json);
	must_have(&json, "\"left_out\": 2");
	report.n_rows = REPORT_FILES_MAX;
	report_free(&report);
}

/* What hints have cost, that the solution was asked for, and that it was begun anew. */
static void test_all_that_a_teacher_grades_by_is_shown(void **state)
{
	struct report report = { .class = &class };
	struct progress ada = progress_of("ada"), bob = progress_of("bob");
	auto_buf text = BUF_NULL, html = BUF_NULL, csv = BUF_NULL, json = BUF_NULL;

	(void)state;
	progress_hit(&ada, 0, 1600 * NS_PER_S, 0, "\"a\" is right");
	progress_miss(&ada, 1, STR("x"));
	progress_miss(&ada, 1, STR("y"));
	ada.goals[1].has_hint[0] = true;
	ada.resets = 2;
	bob.is_solved = true;
	add(&report, &ada);
	add(&report, &bob);
	report_finish(&report);
	report_put_text(&report, &text, &wide);
	must_have(&text,
	    "STUDENT  LESSON             POINTS  GOALS  HINTS  COST  WRONG  CHECKS    "
	    "TIME  NOTE\n"
	    "ada      01-read-a-session    3/85    1/6      1     2      2       0  "
	    "10 min  begun anew 2 times\n"
	    "bob      01-read-a-session    0/85    0/6      0     0      0       0   "
	    "0 min  asked for the solution\n");
	report_put_html(&report, &html);
	must_have(&html, "<th scope=\"col\">points for hints</th>");
	must_have(&html, "<td class=\"open\">asked for</td>");
	report_put_csv(&report, &csv);
	must_have(&csv, "ada,01-read-a-session,order,read,yes,5,5,1970-01-01T00:26:40Z,"
			"0,0,1,\"\"\"a\"\" is right\",3,85,2,0,2,no,\n"
			"ada,01-read-a-session,key,read,no,0,10,,1,2,2,,,,,,,,\n");
	report_put_json(&report, &json);
	must_have(&json, "\"cost\": 2");
	report_free(&report);
}

static void test_no_cell_is_a_formula(void **state)
{
	static const struct {
		const char *evidence, *cell;
	} rows[] = {
		{ "=1+1", ",\"'=1+1\"," },
		{ "+1", ",\"'+1\"," },
		{ "-1", ",\"'-1\"," },
		{ "@x", ",\"'@x\"," },
		{ " =1", ",\"' =1\"," },
		{ "\t=1", ",\"'\t=1\"," },
		{ "\r=1", ",\"'\r=1\"," },
		{ "\uff1d1", ",\"'\uff1d1\"," },
		{ "\uff0b1", ",\"'\uff0b1\"," },
		{ "\uff0d1", ",\"'\uff0d1\"," },
		{ "\uff201", ",\"'\uff201\"," },
		{ "a=1", ",a=1," },
		{ "\uff211", ",\uff211," },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct report report = { .class = &class };
		struct progress progress = progress_of("ada");
		auto_buf csv = BUF_NULL;

		progress.goals[0].is_reached = true;
		(void)snprintf(progress.goals[0].evidence,
		    sizeof(progress.goals[0].evidence), "%s", rows[i].evidence);
		add(&report, &progress);
		report_put_csv(&report, &csv);
		must_have(&csv, rows[i].cell);
		report_free(&report);
	}
}

/* Thousands of rows stand in memory at a time. */
static void test_a_row_takes_no_more_than_what_is_in_it(void **state)
{
	(void)state;
	assert_true(
	    sizeof(struct report_row) + LESSON_GOALS_MAX * sizeof(struct report_goal) <
	    4096);
}

/* ---- the board ------------------------------------------------------------------------ */

static char *make_folder(void)
{
	char path[] = "/tmp/cwmplab-board-XXXXXX";

	assert_non_null(mkdtemp(path));
	holding_add(HOLDING_FOLDER, path);
	return strdup(path);
}

static void call(struct board *board, const char *account, const char *head,
    struct str body, struct buf *answer)
{
	auto_buf request = BUF_NULL;

	buf_append_text(&request, head);
	buf_append_str(&request, body);
	buf_reset(answer);
	board_answer(board, account, buf_str(&request), answer);
}

static void open_board(struct board *board, const char *folder)
{
	struct error err = ERROR_NULL;

	if (board_open(board, &class, folder, &err) < 0)
		fail_msg("%s", err.text);
}

static void test_an_account_gets_its_own_seat_and_no_other(void **state)
{
	auto_free char *folder = make_folder();
	struct board board;
	auto_buf ada = BUF_NULL, bob = BUF_NULL;

	(void)state;
	open_board(&board, folder);
	call(&board, "ada", BOARD_SEAT, STR_NULL, &ada);
	call(&board, "bob", BOARD_SEAT, STR_NULL, &bob);
	must_have(&ada, "\"student\":\"ada\"");
	assert_int_equal(ada.len, bob.len);
	assert_memory_not_equal(ada.data, bob.data, ada.len);
	assert_false(str_find(buf_str(&ada), str_of(class.secret), NULL));
	call(&board, "eve", BOARD_SEAT, STR_NULL, &ada);
	must_have(&ada,
	    "{\"why\":\"the account \\\"eve\\\" is not in the class \\\"spring\\\"\"}");
	call(&board, NULL, BOARD_SEAT, STR_NULL, &ada);
	must_have(&ada, "is not in the class");
	call(&board, "ada", "list\n", STR_NULL, &ada);
	must_have(&ada, "that is no call");
	board_close(&board);
}

static void test_a_result_is_taken_of_who_it_is_alone(void **state)
{
	auto_free char *folder = make_folder();
	struct seed ada = seed_of(str_of(class.secret), STR("ada"));
	struct progress progress = progress_of("ada");
	auto_buf text = BUF_NULL, answer = BUF_NULL;
	struct board board;

	(void)state;
	write_result(&progress, str_make(ada.key, SEED_BYTES), &text);
	open_board(&board, folder);
	call(&board, "bob", BOARD_RESULT, buf_str(&text), &answer);
	must_have(&answer,
	    "it is a result of \\\"ada\\\", and this account is \\\"bob\\\"");
	call(&board, "ada", BOARD_RESULT, STR("{}"), &answer);
	must_have(&answer, "this is no result of a lesson");
	assert_int_equal(board.changes, 0);
	call(&board, "ada", BOARD_RESULT, buf_str(&text), &answer);
	must_have(&answer, "{\"ok\":true}");
	assert_int_equal(board.changes, 1);
	text.data[text.len / 2] ^= 1;
	call(&board, "ada", BOARD_RESULT, buf_str(&text), &answer);
	must_have(&answer, "why");
	assert_int_equal(board.report.n_rows, 1);
	board_close(&board);
}

/* One result a lesson, the last; the lesson of each that was worked at last is shown, also by a
 * board that was started again. */
static void test_a_board_shows_who_is_where_and_for_how_long(void **state)
{
	auto_free char *folder = make_folder();
	struct progress ada = progress_of("ada"), bob = progress_of("bob");
	struct progress early = ada;
	auto_buf text = BUF_NULL, answer = BUF_NULL, out = BUF_NULL, json = BUF_NULL;
	struct board board;

	(void)state;
	open_board(&board, folder);
	write_result(&ada, str_of(class.secret), &text);
	call(&board, "ada", BOARD_RESULT, buf_str(&text), &answer);
	progress_hit(&ada, 0, 3700 * NS_PER_S, 0, "right");
	progress_miss(&ada, 1, STR("x"));
	buf_reset(&text);
	write_result(&ada, str_of(class.secret), &text);
	call(&board, "ada", BOARD_RESULT, buf_str(&text), &answer);
	buf_reset(&text);
	/* One that was slower is no news. */
	early.updated -= NS_PER_S;
	write_result(&early, str_of(class.secret), &text);
	call(&board, "ada", BOARD_RESULT, buf_str(&text), &answer);
	must_have(&answer, "{\"ok\":true}");
	buf_reset(&text);
	write_result(&bob, str_of(class.secret), &text);
	call(&board, "bob", BOARD_RESULT, buf_str(&text), &answer);
	board_close(&board);

	open_board(&board, folder);
	board_put_text(&board, 4120 * NS_PER_S, &out, &wide);
	must_have(&out,
	    "STUDENT  LESSON             AT        FOR  POINTS  GOALS  HINTS  "
	    "WRONG   SEEN  NOTE\n"
	    "ada      01-read-a-session  key     7 min    5/85    1/6      0      "
	    "1  2 min\n"
	    "bob      01-read-a-session  order  52 min    0/85    0/6      0      "
	    "0  2 min\n"
	    "not here yet: cleo\n"
	    "spring: 2 students here, 0 through, 1 at one goal for 10 minutes or "
	    "more\n");
	board_put_json(&board, 4120 * NS_PER_S, &json);
	must_have(&json, "\"student\":\"bob\",\"lesson\":\"01-read-a-session\","
			 "\"goal\":\"order\",\"since_s\":3120,\"stuck\":true");
	must_have(&json, "\"absent\":[\"cleo\"]");
	/* Who has gone home is not stuck. */
	buf_reset(&out);
	board_put_text(&board, 90000 * NS_PER_S, &out, &wide);
	must_have(&out, "2 students here, 0 through, 0 at one goal");
	board_close(&board);
}

static void give(struct board *board, const struct progress *progress)
{
	auto_buf text = BUF_NULL, answer = BUF_NULL;

	write_result(progress, str_of(class.secret), &text);
	call(board, progress->student, BOARD_RESULT, buf_str(&text), &answer);
	must_have(&answer, "{\"ok\":true}");
}

/* Whose own files are gone, and all that they have cost, is known to the board, and to the next that
 * serves the class. */
static void test_a_board_remembers_what_was_washed_off(void **state)
{
	static const char *const note =
	    "a second result of the same lesson; what the first has cost is not in it";
	auto_free char *folder = make_folder();
	struct progress ada = progress_of("ada"), anew = ada;
	struct board board;

	(void)state;
	open_board(&board, folder);
	ada.goals[1].has_hint[0] = true;
	give(&board, &ada);
	give(&board, &ada);
	assert_int_equal(board.report.n_rows, 1);
	for (int i = 0; i < 3; i++) {
		anew.updated += NS_PER_S;
		give(&board, &anew);
		assert_int_equal(board.report.n_rows, 2);
		must_be_noted(&board.report.rows[0], "");
		must_be_noted(&board.report.rows[1], note);
		board_close(&board);
		open_board(&board, folder);
	}
	assert_int_equal(board.report.n_rows, 2);
	must_be_noted(&board.report.rows[1], note);
	board_close(&board);
}

static void test_what_was_lost_is_noted(void **state)
{
	struct report report = { .class = &class };
	struct progress ada = progress_of("ada");

	(void)state;
	ada.losses = 1;
	add(&report, &ada);
	report_finish(&report);
	must_be_noted(&report.rows[0],
	    "what was reached before was lost: its file was spoilt, or is gone");
	report_free(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_that_a_teacher_grades_by_is_shown),
		cmocka_unit_test(test_files_without_a_signature_take_no_place),
		cmocka_unit_test(test_what_is_no_file_is_not_read),
		cmocka_unit_test(test_a_second_result_is_noted_once),
		cmocka_unit_test(test_an_answer_of_another_one_is_noted_once),
		cmocka_unit_test(test_files_beyond_the_last_row_are_counted),
		cmocka_unit_test(test_what_was_lost_is_noted),
		cmocka_unit_test(test_a_board_remembers_what_was_washed_off),
		cmocka_unit_test(test_no_cell_is_a_formula),
		cmocka_unit_test(test_a_row_takes_no_more_than_what_is_in_it),
		cmocka_unit_test(test_an_account_gets_its_own_seat_and_no_other),
		cmocka_unit_test(test_a_result_is_taken_of_who_it_is_alone),
		cmocka_unit_test(test_a_board_shows_who_is_where_and_for_how_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
