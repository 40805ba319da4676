/* The file of a student's progress. */
#include "lab/lesson/progress.h"
#include "lab/lesson/seed.h"
#include "lib/base/buf.h"
#include "lib/base/cleanup.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum {
	FORMAT = 1
};

/* ---- signature ------------------------------------------------------------------------ */

/* Of the content in one form, whatever blanks and order the file has. */
static int sign(const json_t *result, struct str secret, struct buf *out)
{
	auto_free char *text = json_dumps(result, JSON_COMPACT | JSON_SORT_KEYS);

	if (!text)
		return -ENOMEM;
	seed_put_signature(secret, str_of(text), out);
	return out->error;
}

/* ---- writing -------------------------------------------------------------------------- */

static json_t *goal_json(const struct progress_goal *at, const struct lesson_goal *goal)
{
	json_t *hints = json_array();

	for (size_t k = 0; k < goal->hints.len; k++) {
		if (at->has_hint[k])
			(void)json_array_append_new(hints,
			    json_string(goal_hint(goal, k)->name));
	}
	return json_pack("{s:s, s:b, s:b, s:I, s:I, s:I, s:s, s:s, s:o}", "goal",
	    goal->name, "reached", at->is_reached, "unpaid", at->is_unpaid, "at",
	    (json_int_t)(at->at / NS_PER_S), "frame", (json_int_t)at->frame, "tries",
	    (json_int_t)at->tries, "evidence", at->evidence, "answer", at->answer,
	    "hints", hints);
}

static json_t *result_json(const struct progress *progress, const struct lesson *lesson)
{
	struct score score = progress_score(progress, lesson);
	json_t *goals = json_array(), *wrong = json_array();

	for (size_t i = 0; i < lesson->goals.len; i++)
		(void)json_array_append_new(goals,
		    goal_json(&progress->goals[i], lesson_goal(lesson, i)));
	for (size_t i = 0; i < progress->n_wrong; i++)
		(void)json_array_append_new(wrong,
		    json_pack("{s:s, s:s}", "goal",
			lesson_goal(lesson, progress->wrong[i].goal)->name, "answer",
			progress->wrong[i].answer));
	return json_pack(
	    "{s:i, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:b, s:I, s:I, s:o, s:o}",
	    "format", FORMAT, "lesson", progress->lesson, "student", progress->student,
	    "class", progress->class_name, "lab", progress->lab, "started",
	    (json_int_t)(progress->started / NS_PER_S), "updated",
	    (json_int_t)(progress->updated / NS_PER_S), "checks",
	    (json_int_t)progress->checks, "resets", (json_int_t)progress->resets,
	    "losses", (json_int_t)progress->losses, "solved", progress->is_solved,
	    "points", (json_int_t)score.points, "of", (json_int_t)lesson->points,
	    "goals", goals, "wrong", wrong);
}

int progress_write(const struct progress *progress, const struct lesson *lesson,
    struct str secret, struct buf *out, struct error *err)
{
	json_t *result = result_json(progress, lesson);
	auto_buf signature = BUF_NULL;
	auto_free char *text = NULL;
	json_t *file = NULL;

	if (result && sign(result, secret, &signature) == 0)
		file = json_pack("{s:O, s:s}", "result", result, "signature",
		    buf_cstr(&signature));
	if (file)
		text = json_dumps(file, JSON_INDENT(1) | JSON_SORT_KEYS);
	json_decref(file);
	json_decref(result);
	if (!text)
		return error_set(err, -ENOMEM, "out of memory");
	buf_append_text(out, text);
	buf_append_char(out, '\n');
	return out->error;
}

/* ---- reading -------------------------------------------------------------------------- */

static void take_text(const json_t *object, const char *key, char *ret, size_t size)
{
	const char *text = json_string_value(json_object_get(object, key));

	(void)snprintf(ret, size, "%s", text ? text : "");
}

static uint64_t take_number(const json_t *object, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(object, key));

	return n > 0 && n < INT64_MAX / NS_PER_S ? (uint64_t)n : 0;
}

static clock_ns take_time(const json_t *object, const char *key)
{
	return (clock_ns)take_number(object, key) * NS_PER_S;
}

static size_t take_goal(const json_t *object, const struct lesson *lesson)
{
	const char *name = json_string_value(json_object_get(object, "goal"));

	return name ? lesson_find_goal(lesson, str_of(name)) : SIZE_MAX;
}

static void read_goal(struct progress *progress, const struct lesson *lesson,
    const json_t *object)
{
	size_t i = take_goal(object, lesson), k;
	struct progress_goal *at;
	const json_t *hint;

	if (i == SIZE_MAX)
		return;
	at = &progress->goals[i];
	at->is_reached = json_is_true(json_object_get(object, "reached"));
	at->is_unpaid = json_is_true(json_object_get(object, "unpaid"));
	at->at = take_time(object, "at");
	at->frame = take_number(object, "frame");
	at->tries = take_number(object, "tries");
	take_text(object, "evidence", at->evidence, sizeof(at->evidence));
	take_text(object, "answer", at->answer, sizeof(at->answer));
	json_array_foreach(json_object_get(object, "hints"), k, hint)
	{
		const char *name = json_string_value(hint);
		size_t n = name ? goal_find_hint(lesson_goal(lesson, i), str_of(name))
				: SIZE_MAX;

		if (n < LESSON_HINTS_MAX)
			at->has_hint[n] = true;
	}
}

static void read_wrong(struct progress *progress, const struct lesson *lesson,
    const json_t *object)
{
	struct progress_wrong *wrong = &progress->wrong[progress->n_wrong];

	wrong->goal = take_goal(object, lesson);
	take_text(object, "answer", wrong->answer, sizeof(wrong->answer));
	progress->n_wrong += wrong->goal != SIZE_MAX;
}

static void read_result(struct progress *progress, const struct lesson *lesson,
    const json_t *result)
{
	const json_t *item;
	size_t i;

	*progress = (struct progress){ .started = take_time(result, "started"),
		.updated = take_time(result, "updated"),
		.checks = take_number(result, "checks"),
		.resets = take_number(result, "resets"),
		.losses = take_number(result, "losses"),
		.is_solved = json_is_true(json_object_get(result, "solved")) };
	take_text(result, "lesson", progress->lesson, sizeof(progress->lesson));
	take_text(result, "student", progress->student, sizeof(progress->student));
	take_text(result, "class", progress->class_name, sizeof(progress->class_name));
	take_text(result, "lab", progress->lab, sizeof(progress->lab));
	json_array_foreach(json_object_get(result, "goals"), i, item)
	    read_goal(progress, lesson, item);
	json_array_foreach(json_object_get(result, "wrong"), i, item)
	{
		if (progress->n_wrong < PROGRESS_WRONG_MAX)
			read_wrong(progress, lesson, item);
	}
	progress_keep(progress);
}

/* The caller drops *ret, an object that has "result", an object. */
static int load(struct str bytes, json_t **ret, struct error *err)
{
	json_error_t where;
	json_t *file = json_loadb(bytes.p ? bytes.p : "", bytes.len, 0, &where);

	if (!file)
		return error_set(err, ERR_MALFORMED, "line %d: %s", where.line,
		    where.text);
	if (!json_is_object(json_object_get(file, "result")) ||
	    json_integer_value(
		json_object_get(json_object_get(file, "result"), "format")) != FORMAT) {
		json_decref(file);
		return error_set(err, ERR_MALFORMED, "this is no result of a lesson");
	}
	*ret = file;
	return 0;
}

/* Whether the signature is one of either. -ENOMEM. */
static int is_signed(const json_t *file, struct str secret)
{
	const json_t *result = json_object_get(file, "result");
	const char *signature = json_string_value(json_object_get(file, "signature"));
	char student[PROGRESS_TEXT_MAX];
	struct seed seed;
	auto_buf own = BUF_NULL, of_seed = BUF_NULL;

	take_text(result, "student", student, sizeof(student));
	seed = seed_of(secret, str_of(student));
	if (sign(result, secret, &own) < 0 ||
	    sign(result, str_make(seed.key, SEED_BYTES), &of_seed) < 0)
		return -ENOMEM;
	return signature && (str_eq_secret(str_of(signature), buf_str(&own)) ||
				str_eq_secret(str_of(signature), buf_str(&of_seed)));
}

int progress_read(struct progress *ret, const struct lesson *lesson, struct str secret,
    struct str bytes, struct error *err)
{
	json_t *file = NULL;
	int r = load(bytes, &file, err);

	if (r < 0)
		return r;
	r = is_signed(file, secret);
	if (r > 0)
		read_result(ret, lesson, json_object_get(file, "result"));
	json_decref(file);
	if (r < 0)
		return error_set(err, -ENOMEM, "out of memory");
	return r > 0
		   ? 0
		   : error_set(err, ERR_AUTH,
			 "its signature is not that of its content: it was edited, or is of "
			 "another class");
}

void progress_read_spoilt(struct progress *ret, const struct lesson *lesson,
    struct str bytes)
{
	struct progress *all = calloc(1, sizeof(*all));
	struct error ignored = ERROR_NULL;
	json_t *file = NULL;

	*ret = (struct progress){ .losses = 0 };
	if (all && load(bytes, &file, &ignored) == 0) {
		read_result(all, lesson, json_object_get(file, "result"));
		ret->is_solved = all->is_solved;
		ret->resets = all->resets;
		ret->losses = all->losses;
		for (size_t i = 0; i < LESSON_GOALS_MAX; i++)
			memcpy(ret->goals[i].has_hint, all->goals[i].has_hint,
			    sizeof(ret->goals[i].has_hint));
	}
	json_decref(file);
	free(all);
}

int progress_read_lesson(struct str bytes, char *text, size_t size, struct error *err)
{
	json_t *file = NULL;
	int r = load(bytes, &file, err);

	if (r < 0)
		return r;
	take_text(json_object_get(file, "result"), "lesson", text, size);
	json_decref(file);
	return 0;
}
