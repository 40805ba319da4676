#include "lab/course/trial.h"

#include "lab/course/review.h"
#include "lab/course/stage.h"
#include "lab/course/trust.h"
#include "lab/expect/spawn.h"
#include "lib/base/shown.h"
#include "lib/program/exit_status.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum {
	LOOK_MS = 250, /* a look costs a test that runs beside this one 10 ms */
};

struct run {
	const struct trial *trial;
	struct pupil_want want;
	struct pupil pupil;
	char lab[64];
	struct buf *out; /* why it failed */
};

/* ---- small things --------------------------------------------------------------------- */

static int fail(struct run *run, const char *fmt, ...) ATTR_PRINTF(2, 3);

static int fail(struct run *run, const char *fmt, ...)
{
	char words[GOAL_TEXT_MAX + 256];
	va_list args;

	va_start(args, fmt);
	(void)shown_vsnprintf(words, sizeof(words), fmt, args);
	va_end(args);
	shown_printf(run->out, "      %s\n", words);
	return EXIT_FAILED;
}

/* What scripts do is in the files: they call this program, as students do. */
static int look(struct run *run, struct review *review, struct error *err)
{
	auto_buf told = BUF_NULL;
	int r;

	pupil_close(&run->pupil);
	r = pupil_open(&run->pupil, &run->want, &told, err);
	if (r == 0)
		r = review_make(&run->pupil, clock_wall(), review, err);
	return r == 0 && review->fresh > 0 ? pupil_save(&run->pupil, clock_wall(), err)
					   : r;
}

static int script(struct run *run, const char *name, const char *text,
    bool must_succeed, struct error *err)
{
	auto_buf said = BUF_NULL;
	int status = stage_script(&run->pupil, text, false, &said, err);

	if (status <= 0 || (!must_succeed && status != 127))
		return MIN(status, 0);
	return fail(run, "%s: exit status %d: %s", name, status, buf_cstr(&said));
}

/* ---- the parts ------------------------------------------------------------------------ */

/* Nothing may be reached by having started. */
static int check_start(struct run *run, struct error *err)
{
	struct review review;
	int r = look(run, &review, err);

	for (size_t i = 0; r == 0 && i < run->pupil.folder.lesson->goals.len; i++) {
		if (review.results[i].state == GOAL_REACHED)
			r = fail(run, "goal %s is reached before anything was done: %s",
			    lesson_goal(run->pupil.folder.lesson, i)->name,
			    review.results[i].text);
	}
	return r;
}

static int check_wrong(struct run *run, size_t i, struct error *err)
{
	const struct lesson *lesson = run->pupil.folder.lesson;
	const struct lesson_wrong *wrong =
	    (const struct lesson_wrong *)lesson->wrong.items + i;
	size_t goal = lesson_find_goal(lesson, str_of(wrong->fails));
	size_t want = goal_find_hint(lesson_goal(lesson, goal), str_of(wrong->hint));
	clock_ns end = clock_monotonic() + run->trial->patience;
	char name[128], wanted[64];
	struct review review;
	size_t hint;
	int r;

	/* An answer is judged when it is given. */
	if (goal_is_question(lesson_goal(lesson, goal)))
		end = 0;
	(void)snprintf(name, sizeof(name), "%s", wrong->name);
	(void)snprintf(wanted, sizeof(wanted), "%s", wrong->hint);
	r = script(run, name, wrong->run, false, err);
	while (r == 0) {
		r = look(run, &review, err);
		if (r != 0)
			break;
		if (review.results[goal].state == GOAL_REACHED)
			return fail(run, "%s: goal %s is reached: %s", name,
			    lesson_goal(run->pupil.folder.lesson, goal)->name,
			    review.results[goal].text);
		hint = review_hint(&run->pupil, goal, review.results[goal].text);
		if (hint == want)
			return 0;
		if (clock_monotonic() > end || spawn_is_stopped())
			return fail(run, "%s: the hint is \"%s\", not \"%s\": %s", name,
			    hint == SIZE_MAX
				? "none"
				: goal_hint(lesson_goal(run->pupil.folder.lesson, goal),
				      hint)
				      ->name,
			    wanted, review.results[goal].text);
		(void)poll(NULL, 0, LOOK_MS);
	}
	return r;
}

/* What is drawn for another student is wrong for this one. */
static int check_other(struct run *run, struct error *err)
{
	struct pupil *pupil = &run->pupil;
	const struct lesson *lesson = pupil->folder.lesson;
	struct seat seat = { .student = "another",
		.lesson = pupil->folder.id,
		.lab = pupil->lab,
		.seed = seed_of(STR("of another class"), STR("another")) };
	const struct facts nothing = { .topology = NULL };
	struct goal_result result;
	struct values values;
	int r = values_make(&values, lesson, &seat, err);

	for (size_t i = 0; r == 0 && i < lesson->goals.len; i++) {
		const struct lesson_goal *goal = lesson_goal(lesson, i);

		if (goal->kind != GOAL_ANSWER)
			continue;
		judge_answer(&nothing, &pupil->values, goal,
		    str_of(values_text(&values, goal->answer)), &result);
		if (result.state == GOAL_REACHED)
			r = fail(run, "goal %s takes another student's answer",
			    goal->name);
	}
	values_free(&values);
	return r;
}

static int check_solution(struct run *run, struct error *err)
{
	clock_ns end = clock_monotonic() + run->trial->patience;
	struct review review;
	int r = look(run, &review, err);

	if (r == 0 && review.next == SIZE_MAX)
		return fail(run, "wrong answers have reached every goal");
	if (r == 0)
		r = script(run, "the solution", run->pupil.folder.lesson->solve, true,
		    err);
	while (r == 0) {
		r = look(run, &review, err);
		if (r != 0 || review.next == SIZE_MAX)
			break;
		if (clock_monotonic() > end || spawn_is_stopped())
			return fail(run, "the solution does not reach %s: %s",
			    lesson_goal(run->pupil.folder.lesson, review.next)->name,
			    review.results[review.next].text);
		(void)poll(NULL, 0, LOOK_MS);
	}
	return r;
}

/* ---- one trial ------------------------------------------------------------------------ */

static int begin(struct run *run, struct error *err)
{
	auto_buf told = BUF_NULL;
	int r = pupil_open(&run->pupil, &run->want, &told, err);

	/* Who has called has agreed; the calls of scripts find that in this state. */
	if (r == 0)
		r = trust_check(&run->pupil.folder, true, err);
	if (r == 0)
		r = stage_check_needs(&run->pupil, err);
	if (r == 0)
		r = pupil_begin(&run->pupil, clock_wall(), err);
	if (r == 0)
		r = stage_make(&run->pupil, &told, err);
	if (told.len > 0)
		shown_append_lines(run->out, buf_str(&told));
	if (r == 0)
		r = stage_up(&run->pupil, err);
	/* Scripts mean the lesson that goes on. */
	return r >= 0 ? pupil_go_on(&run->pupil, err) : r;
}

static int go(struct run *run, struct error *err)
{
	int r = begin(run, err);

	if (r == 0)
		r = check_start(run, err);
	for (size_t i = 0; r == 0 && i < run->pupil.folder.lesson->wrong.len; i++)
		r = check_wrong(run, i, err);
	if (r == 0)
		r = check_other(run, err);
	return r == 0 ? check_solution(run, err) : r;
}

static void put_line(const struct run *run, int r, clock_ns took,
    const struct error *err, struct buf *out)
{
	const struct lesson *lesson = run->pupil.folder.lesson;

	shown_printf(out, "%s  %s, seed %s: ", r == 0 ? "ok" : "FAILED",
	    run->pupil.folder.id ? run->pupil.folder.id : run->trial->lesson,
	    run->trial->seed);
	if (r == 0)
		shown_printf(out,
		    "%zu goals, %zu wrong answers with their hints, solved; %lld.%lld s\n",
		    lesson->goals.len, lesson->wrong.len, (long long)(took / NS_PER_S),
		    (long long)(took / (NS_PER_S / 10) % 10));
	else
		shown_printf(out, "%s\n",
		    r < 0 && run->out->len == 0 ? err->text : "it does not hold");
	buf_append_str(out, buf_str(run->out));
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

/* A state folder of its own, so that what goes on for the user goes on. */
static int make_state(char *ret, size_t size, struct error *err)
{
	const char *place = getenv("TMPDIR");

	(void)snprintf(ret, size, "%s/cwmplab-lesson-XXXXXX",
	    place && place[0] == '/' ? place : "/tmp");
	if (!mkdtemp(ret))
		return error_set(err, error_of_path(errno), "%s: %s", ret,
		    error_name(-errno));
	return setenv("XDG_STATE_HOME", ret, 1) < 0 ? -errno : 0;
}

int trial_run(const struct trial *trial, struct buf *out, struct error *err)
{
	clock_ns start = clock_monotonic();
	auto_buf why = BUF_NULL;
	struct run run = { .trial = trial, .out = &why };
	struct error ignored = ERROR_NULL;
	char state[PATH_MAX];
	int r = make_state(state, sizeof(state), err);

	if (r < 0)
		return r;
	(void)snprintf(run.lab, sizeof(run.lab), "lesson-test-%d-%zu", (int)getpid(),
	    trial->number);
	run.want = (struct pupil_want){ .lesson = trial->lesson,
		.student = trial->seed,
		.lab = run.lab };
	r = go(&run, err);
	if (run.pupil.lab && stage_down(&run.pupil, &ignored) < 0)
		r = fail(&run, "the lab does not end: %s", ignored.text);
	put_line(&run, r, clock_monotonic() - start, err, out);
	pupil_close(&run.pupil);
	(void)nftw(state, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return r;
}
