#include "lab/course/act.h"

#include "lab/course/review.h"
#include "lab/course/stage.h"
#include "lab/course/tell.h"
#include "lab/course/trust.h"
#include "lab/lesson/task_text.h"
#include "lib/base/json.h"
#include "lib/base/shown.h"
#include "lib/base/text.h"
#include "lib/program/exit_status.h"
#include "lib/program/say.h"
#include "lib/program/search_path.h"
#include "lib/program/table.h"

#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum {
	WAIT_MS = 1000,      /* of check, for what was done a moment ago */
	LOOK_MS = 200,       /* between looks of check */
	WATCH_LOOK_MS = 1000 /* of watch */
};

/* ---- list ----------------------------------------------------------------------------- */

struct listing {
	const struct lesson_call *call;
	struct buf *told;
	struct table table;
	struct json json;
};

static void put_lesson(struct listing *listing, const struct pupil *pupil)
{
	const struct lesson *lesson = pupil->folder.lesson;
	struct score score = progress_score(&pupil->progress, lesson);
	char number[64];

	(void)folder_number(pupil->folder.id, number, sizeof(number));
	if (!listing->call->as_json) {
		table_cell(&listing->table, number);
		table_cell(&listing->table, lesson->title);
		table_cellf(&listing->table, "%llu min",
		    (unsigned long long)lesson->minutes);
		if (pupil->has_progress)
			table_cellf(&listing->table, "%zu of %zu goals, %llu points",
			    score.reached, lesson->goals.len,
			    (unsigned long long)score.points);
		else
			table_cell(&listing->table, "");
		return;
	}
	json_object_begin(&listing->json, NULL);
	json_text(&listing->json, "lesson", pupil->folder.id);
	json_text(&listing->json, "number", number);
	json_text(&listing->json, "title", lesson->title);
	json_text(&listing->json, "about", lesson->about);
	json_uint(&listing->json, "minutes", lesson->minutes);
	json_array_begin(&listing->json, "teaches");
	for (size_t i = 0; i < lesson->teaches.len; i++)
		json_text(&listing->json, NULL, lesson->teaches.items[i]);
	json_array_end(&listing->json);
	json_bool(&listing->json, "started", pupil->has_progress);
	json_uint(&listing->json, "goals", lesson->goals.len);
	json_uint(&listing->json, "reached", score.reached);
	json_uint(&listing->json, "points", score.points);
	json_uint(&listing->json, "of", lesson->points);
	json_object_end(&listing->json);
}

/* A progress that was edited is told where its lesson is asked for. */
static int list_one(void *user, const char *path, struct error *err)
{
	struct listing *listing = user;
	struct pupil_want want = listing->call->want;
	struct pupil pupil;
	int r;

	want.lesson = path;
	want.is_listing = true;
	r = pupil_open(&pupil, &want, listing->told, err);
	if (r == 0 || r == ERR_AUTH)
		put_lesson(listing, &pupil);
	pupil_close(&pupil);
	return r == ERR_AUTH ? 0 : r;
}

int act_list(const struct lesson_call *call, struct buf *out, struct buf *told,
    struct error *err)
{
	static const struct table_column columns[] = {
		{ .heading = "LESSON", .is_right = true },
		{ .heading = "TITLE", .least = 20 },
		{ .heading = "TIME", .is_right = true, .leaves = 2 },
		{ .heading = "DONE", .leaves = 1 },
	};
	const struct screen screen = screen_detect();
	struct listing listing = { .call = call, .told = told };
	int r;

	if (call->as_json) {
		listing.json = json_writer(out, 2);
		json_array_begin(&listing.json, NULL);
		r = folder_each(list_one, &listing, err);
		json_array_end(&listing.json);
		buf_append_char(out, '\n');
	} else {
		table_begin(&listing.table, out, &screen, columns, ARRAY_LEN(columns));
		r = folder_each(list_one, &listing, err);
		table_end(&listing.table);
	}
	return r < 0 ? r : EXIT_OK;
}

/* ---- start, task ---------------------------------------------------------------------- */

static void put_task(struct pupil *pupil, struct buf *out)
{
	const struct screen screen = screen_detect();
	auto_buf text = BUF_NULL;

	values_fill_shell(&pupil->values, folder_text(&pupil->folder, "task.md"),
	    &text);
	task_text_put(out, buf_str(&text), &screen);
}

static int start(struct pupil *pupil, bool *ret_was_up, struct buf *told,
    struct error *err)
{
	int r = stage_check_needs(pupil, err);

	/* A lab that is up without what was reached in it was there before. */
	if (r == 0)
		pupil->is_lost |= !pupil->has_progress && stage_is_own(pupil);
	if (r == 0)
		act_tell_lost(pupil, told);
	if (r == 0)
		r = pupil_begin(pupil, clock_wall(), err);
	if (r == 0)
		r = pupil_hold(pupil, "start", err);
	if (r == 0)
		r = stage_make(pupil, told, err);
	if (r == 0)
		r = stage_up(pupil, err);
	*ret_was_up = r > 0;
	if (r >= 0)
		r = pupil_save(pupil, clock_wall(), err);
	/* What cannot be started is not what goes on. */
	return r == 0 ? pupil_go_on(pupil, err) : r;
}

/* Who has built the program, and not installed it, would be told that there is no "cwmplab". */
static void put_path(struct buf *out)
{
	char found[PATH_MAX], own[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", own, sizeof(own) - 1);
	char *slash;

	if (n < 0 || search_path_find("cwmplab", found, sizeof(found)))
		return;
	own[n] = '\0';
	slash = strrchr(own, '/');
	if (!slash || strcmp(slash, "/cwmplab") != 0)
		return;
	*slash = '\0';
	buf_append_text(out, "Your shell does not know \"cwmplab\" yet: export PATH=");
	shell_append(out, own);
	buf_append_text(out, ":$PATH\n");
}

static void put_started(struct pupil *pupil, bool was_up, struct buf *out)
{
	put_task(pupil, out);
	shown_printf(out,
	    "\nThe lab \"%s\" %s up. Its files are in %s,\n"
	    "what it records is %s.\n"
	    "\"cwmplab lesson check\" says how far you are, \"cwmplab lesson task\" "
	    "shows this again.\n",
	    pupil->lab, was_up ? "was" : "is", pupil->lab_folder, pupil->recording);
	put_path(out);
}

int act_start(const struct lesson_call *call, struct buf *out, struct buf *told,
    struct error *err)
{
	struct pupil_want want = call->want;
	struct pupil pupil;
	bool was_up = false;
	int r;

	if (call->n_words > 0)
		want.lesson = call->words[0];
	r = pupil_open(&pupil, &want, told, err);
	if (r == 0)
		r = trust_check(&pupil.folder, call->is_trusted, err);
	if (r == 0)
		r = start(&pupil, &was_up, told, err);
	if (r == 0)
		act_tell_unsent(&pupil, told);
	if (r == 0 && call->as_json) {
		struct json json = json_writer(out, 2);

		json_object_begin(&json, NULL);
		json_text(&json, "lesson", pupil.folder.id);
		json_text(&json, "student", pupil.student);
		json_text(&json, "lab", pupil.lab);
		json_text(&json, "folder", pupil.lab_folder);
		json_text(&json, "recording", pupil.recording);
		json_object_end(&json);
		buf_append_char(out, '\n');
	} else if (r == 0) {
		put_started(&pupil, was_up, out);
	}
	pupil_close(&pupil);
	return r < 0 ? r : EXIT_OK;
}

int act_task(const struct lesson_call *call, struct buf *out, struct buf *told,
    struct error *err)
{
	struct pupil pupil;
	int r = pupil_open(&pupil, &call->want, told, err);

	if (r == 0 && call->as_json) {
		auto_buf text = BUF_NULL;
		struct json json = json_writer(out, 2);

		values_fill_shell(&pupil.values, folder_text(&pupil.folder, "task.md"),
		    &text);
		json_object_begin(&json, NULL);
		json_text(&json, "lesson", pupil.folder.id);
		json_text(&json, "title", pupil.folder.lesson->title);
		json_text(&json, "path", pupil.folder.path);
		json_text(&json, "lab", pupil.lab);
		json_str(&json, "task", buf_str(&text));
		json_object_end(&json);
		buf_append_char(out, '\n');
	} else if (r == 0) {
		put_task(&pupil, out);
	}
	pupil_close(&pupil);
	return r < 0 ? r : EXIT_OK;
}

/* ---- check, watch --------------------------------------------------------------------- */

/* Looks until something new is reached, or the time is up: what was done a moment ago may still
 * be on its way into the recording. */
static int look(struct pupil *pupil, clock_ns wait, struct review *review,
    struct error *err)
{
	clock_ns end = clock_monotonic() + wait;
	int r = review_make(pupil, clock_wall(), review, err);

	while (r == 0 && review->next != SIZE_MAX && review->fresh == 0 &&
	       review->results[review->next].state == GOAL_OPEN &&
	       !goal_is_question(lesson_goal(pupil->folder.lesson, review->next)) &&
	       clock_monotonic() < end) {
		(void)poll(NULL, 0, LOOK_MS);
		r = review_make(pupil, clock_wall(), review, err);
	}
	return r;
}

/* What nobody can judge is no failure of the student's. */
static int status_of(const struct review *review)
{
	if (review->next == SIZE_MAX)
		return EXIT_OK;
	return review->results[review->next].state == GOAL_NOT_JUDGED ? EXIT_USAGE
								      : EXIT_FAILED;
}

int act_check(const struct lesson_call *call, struct buf *out, struct buf *told,
    struct error *err)
{
	const struct screen screen = screen_detect();
	struct pupil pupil;
	struct review review;
	int r = act_open(&pupil, call, told, err);

	if (r == 0)
		r = look(&pupil, call->wait < 0 ? WAIT_MS * NS_PER_MS : call->wait,
		    &review, err);
	if (r == 0) {
		pupil.progress.checks++;
		r = pupil_save(&pupil, clock_wall(), err);
		act_tell_unsent(&pupil, told);
	}
	if (r == 0 && call->as_json)
		tell_check_json(out, &pupil, &review);
	else if (r == 0)
		tell_check(out, &pupil, &review, &screen);
	pupil_close(&pupil);
	return r < 0 ? r : status_of(&review);
}

void act_show_news(const struct lesson_call *call, struct str before, struct str text,
    struct buf *last)
{
	if (str_eq(text, buf_str(last)))
		return;
	(void)say_bytes(stdout, before);
	if (call->as_json)
		(void)say_bytes(stdout, text);
	else
		say_text(stdout, text);
	(void)fflush(stdout);
	buf_reset(last);
	buf_append_str(last, text);
}

/* One look of watch; whether all is reached, or an error. What was shown last is in last, and
 * is not shown again. */
static int watch_once(const struct lesson_call *call, struct buf *last,
    struct buf *told, struct error *err)
{
	const struct screen screen = screen_detect();
	auto_buf text = BUF_NULL;
	struct pupil pupil;
	struct review review;
	int r = act_open(&pupil, call, told, err);

	if (r == 0)
		r = review_make(&pupil, clock_wall(), &review, err);
	if (r == 0 && review.fresh > 0)
		r = pupil_save(&pupil, clock_wall(), err);
	if (r == 0 && call->as_json)
		tell_check_json(&text, &pupil, &review);
	else if (r == 0)
		tell_check(&text, &pupil, &review, &screen);
	if (r == 0)
		act_show_news(call, STR(""), buf_str(&text), last);
	pupil_close(&pupil);
	return r < 0 ? r : review.next == SIZE_MAX;
}

int act_watch(const struct lesson_call *call, struct buf *out, struct buf *told,
    struct error *err)
{
	auto_buf last = BUF_NULL;
	int r;

	(void)out;
	while ((r = watch_once(call, &last, told, err)) == 0 && !ferror(stdout))
		(void)poll(NULL, 0, WATCH_LOOK_MS);
	return r < 0 ? r : EXIT_OK;
}
