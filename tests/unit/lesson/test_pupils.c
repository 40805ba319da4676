/* lab/course: who takes which lesson where, who may run what, and the board of a class. */
#include "tests/unit/lesson/a_lesson.h"

#include "lab/course/act.h"
#include "lab/course/board_calls.h"
#include "lab/course/trust.h"
#include "lab/expect/spawn.h"
#include "lab/term/folders.h"
#include "lab/term/outfile.h"
#include "lib/base/buf.h"
#include "lib/program/exit_status.h"
#include "tests/support/holding.h"
#include "tests/support/patience.h"

#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLASS "class: spring\nsecret: a long sentence\nstudents: [ada, bob]\n"

static char place[PATH_MAX]; /* of this test: the user's state, and files */

static int set_up(void **state)
{
	(void)state;
	(void)snprintf(place, sizeof(place), "/tmp/cwmplab-pupil-XXXXXX");
	assert_non_null(mkdtemp(place));
	holding_add(HOLDING_FOLDER, place);
	return setenv("XDG_STATE_HOME", place, 1);
}

/* The caller frees it. */
static char *put_file(const char *name, const char *text)
{
	auto_buf bytes = BUF_NULL;
	struct error err = ERROR_NULL;
	char *path;

	assert_true(asprintf(&path, "%s/%s", place, name) > 0);
	buf_append_text(&bytes, text);
	assert_int_equal(outfile_put(path, 0644, &bytes, &err), 0);
	return path;
}

static void must_open(struct pupil *pupil, struct pupil_want want)
{
	struct error err = ERROR_NULL;
	auto_buf told = BUF_NULL;

	if (pupil_open(pupil, &want, &told, &err) < 0)
		fail_msg("%s", err.text);
}

static void go_on(struct pupil_want want)
{
	struct error err = ERROR_NULL;
	struct pupil pupil;

	must_open(&pupil, want);
	assert_int_equal(pupil_begin(&pupil, 1, &err), 0);
	assert_int_equal(pupil_go_on(&pupil, &err), 0);
	pupil_close(&pupil);
}

static void check_place(struct pupil_want want, const char *student, const char *lab,
    const char *home)
{
	struct pupil pupil;

	must_open(&pupil, want);
	assert_string_equal(pupil.student, student);
	assert_string_equal(pupil.lab, lab);
	assert_string_equal(strrchr(pupil.home, '/') + 1, home);
	pupil_close(&pupil);
}

static void test_student_and_class_go_on_with_another_lesson(void **state)
{
	auto_free char *class = put_file("class.yaml", CLASS);
	struct pupil_want other = { .lesson = "2" };
	struct error err = ERROR_NULL;
	auto_buf told = BUF_NULL;
	struct pupil pupil;

	(void)state;
	go_on((struct pupil_want){ "1", "ada", class, NULL, false });
	check_place((struct pupil_want){ .lesson = "2" }, "ada", "lesson-2-ada",
	    "02-envelope@ada");
	must_open(&pupil, (struct pupil_want){ .lesson = "2" });
	assert_string_equal(pupil.class.name, "spring");
	pupil_close(&pupil);
	must_open(&pupil, (struct pupil_want){ .lesson = "2", .student = "bob" });
	assert_string_equal(pupil.class.name, "spring");
	assert_string_equal(pupil.student, "bob");
	pupil_close(&pupil);
	must_open(&pupil, (struct pupil_want){ .lesson = "2", .class_path = "none" });
	assert_null(pupil.class_path);
	pupil_close(&pupil);
	/* A file that is gone is no class, and yet lessons can be listed. */
	assert_int_equal(unlink(class), 0);
	assert_int_equal(pupil_open(&pupil, &other, &told, &err), ERR_USAGE);
	assert_true(str_find(str_of(err.text), STR("which is not there"), NULL));
	pupil_close(&pupil);
	other.is_listing = true;
	must_open(&pupil, other);
	pupil_close(&pupil);
}

/* The lab of a lesson that was begun under a name of its own is that one still, when another lesson
 * has been begun since. */
static void test_a_lab_keeps_its_name(void **state)
{
	(void)state;
	go_on((struct pupil_want){ .lesson = "1", .lab = "mine" });
	go_on((struct pupil_want){ .lesson = "2" });
	check_place((struct pupil_want){ .lesson = "1" }, getpwuid(getuid())->pw_name,
	    "mine", "01-read-a-session");
}

/* Neither what is not begun, nor what fails to begin, is what goes on. */
static void test_what_cannot_begin_does_not_go_on(void **state)
{
	struct pupil_want want = { .lesson = "2", .lab = "Not_One" };
	struct error err = ERROR_NULL;
	auto_buf told = BUF_NULL;
	struct pupil pupil;

	(void)state;
	go_on((struct pupil_want){ .lesson = "1" });
	assert_int_equal(pupil_open(&pupil, &want, &told, &err), ERR_USAGE);
	pupil_close(&pupil);
	must_open(&pupil, (struct pupil_want){ .lesson = "2" });
	assert_int_equal(pupil_begin(&pupil, 1, &err), 0);
	pupil_close(&pupil);
	must_open(&pupil, (struct pupil_want){ .lesson = NULL });
	assert_string_equal(pupil.folder.id, "01-read-a-session");
	pupil_close(&pupil);
}

static void must_differ(const char *a, const char *b)
{
	const struct folder first = { .id = (char[]){ "01-x" }, .is_shipped = true };
	auto_free char *left = pupil_lab_name(&first, a);
	auto_free char *right = pupil_lab_name(&first, b);

	assert_string_not_equal(left, right);
	assert_true(strlen(left) <= 63 && strlen(right) <= 63);
}

static void test_no_two_students_have_labs_of_one_name(void **state)
{
	const struct folder first = { .id = (char[]){ "01-x" }, .is_shipped = true };
	const struct folder here = { .id = (char[]){ "01-x" },
		.path = (char[]){ "/a/01-x" } };
	const struct folder there = { .id = (char[]){ "01-x" },
		.path = (char[]){ "/b/01-x" } };
	auto_free char *plain = pupil_lab_name(&first, "ada");
	auto_free char *nobody = pupil_lab_name(&first, NULL);
	auto_free char *a = pupil_lab_name(&here, NULL);
	auto_free char *b = pupil_lab_name(&there, NULL);

	(void)state;
	assert_string_equal(plain, "lesson-1-ada");
	assert_string_equal(nobody, "lesson-1");
	assert_string_not_equal(a, b);
	assert_string_not_equal(a, nobody);
	must_differ("bartholomew.fitzgerald-1", "bartholomew.fitzgerald-2");
	must_differ("a.b", "a-b");
	must_differ("Ada", "ada");
	must_differ("ada-", "ada");
}

/* A copy of a lesson has a folder of its own, also where it has the name of one that is shipped. */
static void test_a_folder_of_ones_own_has_a_home_of_its_own(void **state)
{
	struct pupil shipped, own;
	auto_free char *copy = NULL;
	auto_buf command = BUF_NULL;

	(void)state;
	must_open(&shipped, (struct pupil_want){ .lesson = "1" });
	buf_printf(&command, "cp -r '%s' '%s'", shipped.folder.path, place);
	assert_int_equal(system(buf_cstr(&command)), 0);
	assert_true(asprintf(&copy, "%s/01-read-a-session", place) > 0);
	must_open(&own, (struct pupil_want){ .lesson = copy });
	assert_true(shipped.folder.is_shipped);
	assert_false(own.folder.is_shipped);
	assert_string_not_equal(own.home, shipped.home);
	assert_string_not_equal(own.lab, shipped.lab);
	pupil_close(&own);
	pupil_close(&shipped);
}

/* ---- the list ------------------------------------------------------------------------------- */

static int unset_share(void **state)
{
	(void)state;
	(void)unsetenv("COLUMNS");
	return unsetenv("CWMPLAB_SHARE");
}

/* A lesson of those that come with the program, which are this test's own now. */
static void ship(const char *name)
{
	static const struct {
		const char *name, *text;
	} files[] = {
		{ "lesson.yaml", A_LESSON },
		{ "task.md", "# x\n" },
		{ "topology.yaml", "name: {{lab}}\n" },
	};
	struct error err = ERROR_NULL;
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%.200s/topologies/lessons/%s", place, name);
	assert_int_equal(folders_make(path, &err), 0);
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		auto_free char *file = NULL;

		(void)snprintf(path, sizeof(path), "topologies/lessons/%s/%s", name,
		    files[i].name);
		file = put_file(path, files[i].text);
	}
	assert_int_equal(setenv("CWMPLAB_SHARE", place, 1), 0);
}

static void check_list(bool as_json, const char *wanted)
{
	const struct lesson_call call = { .as_json = as_json };
	struct error err = ERROR_NULL;
	auto_buf out = BUF_NULL, told = BUF_NULL;

	assert_int_equal(act_list(&call, &out, &told, &err), EXIT_OK);
	assert_string_equal(buf_cstr(&out), wanted);
	assert_int_equal(told.len, 0);
}

#define ROW(number, id, started)                                                   \
	"  {\n    \"lesson\": \"" id "\",\n    \"number\": \"" number "\",\n"      \
	"    \"title\": \"t\",\n    \"about\": \"a\",\n    \"minutes\": 5,\n"      \
	"    \"teaches\": [\n      \"x\"\n    ],\n    \"started\": " started ",\n" \
	"    \"goals\": 4,\n    \"reached\": 0,\n    \"points\": 0,\n"             \
	"    \"of\": 40\n  }"

/* Of one that was not begun nothing is done, and the next one stands on a line of its own. */
static void test_lessons_are_listed_with_what_is_done_of_each(void **state)
{
	(void)state;
	(void)setenv("COLUMNS", "80", 1);
	ship("01-first");
	ship("02-second");
	go_on((struct pupil_want){ .lesson = "2" });
	check_list(false, "LESSON  TITLE   TIME  DONE\n"
			  "     1  t      5 min\n"
			  "     2  t      5 min  0 of 4 goals, 0 points\n");
	check_list(true, "[\n" ROW("1", "01-first", "false") ",\n" ROW("2", "02-second",
			     "true") "\n]\n");
}

/* ---- scripts of strangers ------------------------------------------------------------------ */

static int check_trust(const char *path, bool is_given, struct error *err)
{
	struct folder folder;
	auto_buf told = BUF_NULL;
	int r = folder_open(&folder, path, &told, err);

	if (r == 0)
		r = trust_check(&folder, is_given, err);
	folder_close(&folder);
	return r;
}

static void test_scripts_of_a_strangers_folder_do_not_run_unasked(void **state)
{
	struct error err = ERROR_NULL;
	auto_free char *mine = NULL, *task = NULL;
	auto_free char *lesson = NULL, *lab = NULL, *more = NULL;

	(void)state;
	assert_true(asprintf(&mine, "%s/mine", place) > 0);
	assert_int_equal(mkdir(mine, 0700), 0);
	lesson = put_file("mine/lesson.yaml", "prepare: rm -rf x\n" A_LESSON);
	task = put_file("mine/task.md", "# x\n");
	lab = put_file("mine/topology.yaml", "name: {{lab}}\n");
	/* No terminal asks here. */
	assert_non_null(freopen("/dev/null", "r", stdin));
	assert_int_equal(check_trust("1", false, &err), 0);
	assert_int_equal(check_trust(mine, false, &err), ERR_USAGE);
	assert_true(str_find(str_of(err.text), STR("mine/lesson.yaml:1)"), NULL));
	assert_int_equal(check_trust(mine, true, &err), 0);
	assert_int_equal(check_trust(mine, false, &err), 0);
	/* What was trusted is what was there, and how it was. */
	free(task);
	task = put_file("mine/task.md", "# y\n");
	assert_int_equal(check_trust(mine, false, &err), ERR_USAGE);
	assert_int_equal(check_trust(mine, true, &err), 0);
	more = put_file("mine/more.sh", "rm -rf y\n");
	assert_int_equal(check_trust(mine, false, &err), ERR_USAGE);
}

/* Ctrl-C reaches what a script waits for, and the script is told by its end. */
static void test_a_signal_ends_a_script_before_its_time(void **state)
{
	static const char *const words[] = { "sleep", "1000", NULL };
	const struct spawn spawn = { .words = words,
		.longest = 900 * NS_PER_S,
		.ends_on_signal = true };
	const struct timespec now = { 0, 0 };
	struct error err = ERROR_NULL;
	auto_buf out = BUF_NULL;
	sigset_t stops, before;

	(void)state;
	(void)sigemptyset(&stops);
	(void)sigaddset(&stops, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &stops, &before);
	assert_false(spawn_is_stopped());
	(void)raise(SIGTERM);
	assert_int_equal(spawn_run(&spawn, &out, &err), 128 + SIGTERM);
	assert_true(spawn_is_stopped());
	(void)sigtimedwait(&stops, NULL, &now);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
}

/* ---- the board ------------------------------------------------------------------------------ */

/* A board of a class of this account, in a child that ends when *ret_end is closed. */
static pid_t start_board(const char *text, const char *socket, int *ret_end)
{
	auto_free char *path = put_file("board.yaml", text);
	auto_free char *results = NULL;
	struct class_file class;
	struct board board;
	struct board_calls calls;
	struct error err = ERROR_NULL;
	int ends[2];
	pid_t pid;

	assert_true(asprintf(&results, "%s/results", place) > 0);
	assert_int_equal(class_file_load(&class, path, NULL, &err), 0);
	assert_int_equal(board_open(&board, &class, results, &err), 0);
	if (board_calls_open(&calls, socket, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		clock_ns until = clock_monotonic() + patience_ms() * NS_PER_MS;

		(void)close(ends[1]);
		while (board_calls_wait(&calls, &board, ends[0], until, &err) == 0)
			;
		board_calls_close(&calls);
		_exit(0);
	}
	(void)close(ends[0]);
	(void)close(calls.fd);
	board_close(&board);
	class_file_free(&class);
	*ret_end = ends[1];
	return pid;
}

static void end_board(pid_t pid, int end)
{
	(void)close(end);
	(void)waitpid(pid, NULL, 0);
}

/* The account has no file of the class, and yet its values and its signature. */
static void test_an_account_learns_in_a_class_by_its_board(void **state)
{
	auto_free char *socket = NULL, *kept = NULL;
	auto_buf text = BUF_NULL;
	const char *name = getpwuid(getuid())->pw_name;
	struct error err = ERROR_NULL;
	struct pupil pupil;
	struct seed seed;
	int end;
	pid_t pid;

	(void)state;
	assert_true(asprintf(&socket, "%s/board", place) > 0);
	assert_true(
	    asprintf(&kept, "%s/results/%s/01-read-a-session.json", place, name) > 0);
	buf_printf(&text, "class: spring\nsecret: a long sentence\nstudents: [%s]\n",
	    name);
	pid = start_board(buf_cstr(&text), socket, &end);
	must_open(&pupil, (struct pupil_want){ .lesson = "1", .class_path = socket });
	seed = seed_of(STR("a long sentence"), str_of(name));
	assert_memory_equal(pupil.seat.seed.key, seed.key, SEED_BYTES);
	assert_string_equal(pupil.class.name, "spring");
	assert_int_equal(pupil_begin(&pupil, 1, &err), 0);
	assert_string_equal(pupil.unsent, "");
	assert_int_equal(access(kept, F_OK), 0);
	assert_int_equal(pupil_go_on(&pupil, &err), 0);
	end_board(pid, end);

	/* It goes on while the board is away, and says so. */
	pupil_close(&pupil);
	must_open(&pupil, (struct pupil_want){ .lesson = NULL });
	assert_true(pupil.has_progress && pupil.has_ticket);
	assert_int_equal(pupil_save(&pupil, 2, &err), 0);
	assert_true(
	    str_find(str_of(pupil.unsent), STR("the board of the class"), NULL));
	pupil_close(&pupil);

	/* So does the next lesson begin. */
	must_open(&pupil, (struct pupil_want){ .lesson = "2" });
	assert_true(pupil.has_ticket && !pupil.has_progress);
	assert_memory_equal(pupil.seat.seed.key, seed.key, SEED_BYTES);
	assert_int_equal(pupil_begin(&pupil, 3, &err), 0);
	assert_true(
	    str_find(str_of(pupil.unsent), STR("the board of the class"), NULL));
	pupil_close(&pupil);
}

static void test_an_account_is_who_it_is(void **state)
{
	auto_free char *socket = NULL;
	struct pupil_want want = { .lesson = "1", .student = "somebody" };
	struct error err = ERROR_NULL;
	auto_buf told = BUF_NULL;
	struct pupil pupil;
	int end;
	pid_t pid;

	(void)state;
	assert_true(asprintf(&socket, "%s/board", place) > 0);
	pid = start_board("class: c\nsecret: a long sentence\n", socket, &end);
	want.class_path = socket;
	assert_int_equal(pupil_open(&pupil, &want, &told, &err), ERR_USAGE);
	assert_true(str_find(str_of(err.text), STR("and nobody else"), NULL));
	pupil_close(&pupil);
	end_board(pid, end);
	pid = start_board("class: c\nsecret: a long sentence\nstudents: [somebody]\n",
	    socket, &end);
	assert_int_equal(pupil_open(&pupil, &want, &told, &err), ERR_USAGE);
	assert_true(str_find(str_of(err.text), STR("is not in the class"), NULL));
	pupil_close(&pupil);
	end_board(pid, end);
}

/* Who can write to the folder could stand in for the board, and read what students answer. */
static void test_a_board_stands_where_nobody_else_can(void **state)
{
	static const mode_t open_to_others[] = { 0777, 0730, 0703 };
	struct board_calls calls, other;
	struct error err = ERROR_NULL;
	auto_free char *socket = NULL;

	(void)state;
	assert_true(asprintf(&socket, "%s/board", place) > 0);
	for (size_t i = 0; i < ARRAY_LEN(open_to_others); i++) {
		assert_int_equal(chmod(place, open_to_others[i]), 0);
		assert_int_equal(board_calls_open(&calls, socket, &err), ERR_USAGE);
		board_calls_close(&calls);
	}
	assert_int_equal(chmod(place, 0711), 0);
	assert_int_equal(board_calls_open(&calls, socket, &err), 0);
	assert_true(calls.is_open_to_others);
	assert_int_equal(board_calls_open(&other, socket, &err), ERR_USAGE);
	board_calls_close(&other);
	/* One whose board was killed is taken over. */
	(void)close(calls.fd);
	assert_int_equal(board_calls_open(&other, socket, &err), 0);
	calls.fd = -1;
	board_calls_close(&calls);
	board_calls_close(&other);
	assert_int_equal(access(socket, F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_student_and_class_go_on_with_another_lesson,
		    set_up),
		cmocka_unit_test_setup(test_a_lab_keeps_its_name, set_up),
		cmocka_unit_test_setup(test_what_cannot_begin_does_not_go_on, set_up),
		cmocka_unit_test(test_no_two_students_have_labs_of_one_name),
		cmocka_unit_test_setup(test_a_folder_of_ones_own_has_a_home_of_its_own,
		    set_up),
		cmocka_unit_test_setup_teardown(
		    test_lessons_are_listed_with_what_is_done_of_each, set_up,
		    unset_share),
		cmocka_unit_test_setup(
		    test_scripts_of_a_strangers_folder_do_not_run_unasked, set_up),
		cmocka_unit_test(test_a_signal_ends_a_script_before_its_time),
		cmocka_unit_test_setup(test_an_account_learns_in_a_class_by_its_board,
		    set_up),
		cmocka_unit_test_setup(test_an_account_is_who_it_is, set_up),
		cmocka_unit_test_setup(test_a_board_stands_where_nobody_else_can,
		    set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
