/* The lab of a lesson comes up whole or not at all, and goes down. */
#include "lab/course/stage.h"

#include "lab/expect/spawn.h"
#include "lib/base/cleanup.h"
#include "lib/program/exit_status.h"
#include "lib/program/say.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	READY_MS = 100 /* between looks whether a lab is ready */
};

/* One that has the name of the lesson's, and was started by something else. */
static int check_own(const struct pupil *pupil, struct error *err)
{
	json_t *status = NULL;
	const char *out;
	int r = stage_ask_status(pupil, &status, err);

	if (r < 0)
		return r;
	out = json_string_value(json_object_get(status, "out"));
	if (!out || strcmp(out, pupil->out_folder) != 0)
		r = error_set(err, ERR_USAGE,
		    "the lab \"%s\" is up, and is none of this lesson: give another "
		    "name by --lab",
		    pupil->lab);
	json_decref(status);
	return r;
}

bool stage_is_own(const struct pupil *pupil)
{
	struct error ignored = ERROR_NULL;

	return stage_is_up(pupil) && check_own(pupil, &ignored) == 0;
}

static int call(const char *const *words, bool ends_on_signal, struct error *err)
{
	const struct spawn spawn = { .words = words,
		.is_own = true,
		.longest = STAGE_UP_S * NS_PER_S,
		.ends_on_signal = ends_on_signal };
	auto_buf said = BUF_NULL;
	int status = spawn_run(&spawn, &said, err);

	if (status == 0)
		return 0;
	if (status > 0)
		(void)error_set_lines(err,
		    status == EXIT_USAGE ? ERR_USAGE : ERR_MACHINE, buf_cstr(&said));
	return err->code;
}

int stage_down(const struct pupil *pupil, struct error *err)
{
	const char *const words[] = { "cwmplab", "down", pupil->lab, NULL };
	int r = stage_is_up(pupil) ? check_own(pupil, err) : 0;

	return r == 0 && stage_is_up(pupil) ? call(words, false, err) : r;
}

static int wait_ready(struct pupil *pupil, struct error *err)
{
	clock_ns end = clock_monotonic() + STAGE_READY_S * NS_PER_S;
	bool is_ready = pupil->folder.lesson->ready.len == 0;

	while (!is_ready) {
		struct stage_facts facts;
		struct goal_result result = { .state = GOAL_OPEN };
		int r = stage_look(pupil, &facts, err);

		if (r == 0)
			is_ready = judge_ready(&facts.facts, &pupil->values, &result);
		stage_facts_free(&facts);
		if (r == 0 && !is_ready)
			r = stage_check_recording(pupil, err);
		if (r < 0)
			return r;
		if (spawn_is_stopped())
			return error_set(err, ERR_CLOSED, "stopped");
		if (!is_ready && clock_monotonic() > end)
			return error_set(err, ERR_MACHINE,
			    "the lab \"%s\" is up, but what its recording must show at first "
			    "is not there: %s",
			    pupil->lab, result.text);
		if (!is_ready)
			(void)poll(NULL, 0, READY_MS);
	}
	return 0;
}

static int prepare(struct pupil *pupil, struct error *err)
{
	const char *script = pupil->folder.lesson->prepare;
	auto_buf said = BUF_NULL;
	int status = script ? stage_script(pupil, script, true, &said, err) : 0;

	if (status > 0 && stage_check_recording(pupil, err) < 0)
		return err->code;
	if (status > 0)
		return error_set(err, ERR_MACHINE,
		    "what prepares the lab ended with status %d: %s", status,
		    buf_cstr(&said));
	return status;
}

static int bring_up(struct pupil *pupil, struct error *err)
{
	const char *const words[] = { "cwmplab", "up", pupil->lab_folder, "--capture",
		"--out", pupil->out_folder, NULL };
	int r = call(words, true, err);

	/* Frames of an earlier recording are not of this one. */
	for (size_t i = 0; i < LESSON_GOALS_MAX; i++)
		pupil->progress.goals[i].frame = 0;
	if (r == 0)
		r = prepare(pupil, err);
	return r == 0 ? wait_ready(pupil, err) : r;
}

/* Ends half a lab, which the next start would take for a whole one. */
static void take_back(struct pupil *pupil, const char *mark)
{
	struct error ignored = ERROR_NULL;

	if (stage_down(pupil, &ignored) == 0)
		(void)unlink(mark);
	if (spawn_is_stopped())
		say(stderr, "the lab \"%s\" is down again\n", pupil->lab);
}

/* The mark says that the lab is not whole yet, also to who comes after this process is gone. */
static int make_mark(const char *mark, struct error *err)
{
	auto_fd fd = open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	return fd < 0 ? error_set(err, error_of_path(errno), "%s: %s", mark,
			    error_name(-errno))
		      : 0;
}

static int up_marked(struct pupil *pupil, const char *mark, struct error *err)
{
	int r = stage_is_up(pupil) ? check_own(pupil, err) : 0;

	if (r == 0 && stage_is_up(pupil) && access(mark, F_OK) < 0)
		return 1;
	if (r == 0)
		r = stage_down(pupil, err);
	if (r == 0)
		r = make_mark(mark, err);
	if (r < 0)
		return r;
	r = bring_up(pupil, err);
	if (r < 0 && spawn_is_stopped())
		r = error_set(err, ERR_CLOSED, "stopped");
	if (r < 0)
		take_back(pupil, mark);
	else
		(void)unlink(mark);
	return r;
}

int stage_up(struct pupil *pupil, struct error *err)
{
	auto_free char *mark = NULL;
	sigset_t stops, before;
	int r;

	if (asprintf(&mark, "%s/starting", pupil->home) < 0) {
		mark = NULL;
		return error_set(err, -ENOMEM, "out of memory");
	}
	(void)sigemptyset(&stops);
	(void)sigaddset(&stops, SIGINT);
	(void)sigaddset(&stops, SIGTERM);
	(void)sigaddset(&stops, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &stops, &before);
	r = up_marked(pupil, mark, err);
	/* One that came meanwhile ends this process here, unless its caller looks after it. */
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return r;
}
