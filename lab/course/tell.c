#include "lab/course/tell.h"

#include "lib/base/columns.h"
#include "lib/base/json.h"
#include "lib/base/shown.h"

enum {
	WIDEST = 100,
	GOAL_INDENT = 13
};

void tell_text(struct buf *out, const char *text, size_t indent,
    const struct screen *screen)
{
	size_t room = screen->width ? screen_room(screen) : WIDEST;

	room = MIN(room, (size_t)WIDEST);
	columns_put_lines(out, str_of(text), room > indent + 20 ? room - indent : 20,
	    indent, screen->is_utf8 || !screen->width);
	buf_append_char(out, '\n');
}

static void put_title(struct buf *out, const struct pupil *pupil)
{
	const struct lesson *lesson = pupil->folder.lesson;
	struct score score = progress_score(&pupil->progress, lesson);
	char number[64];

	shown_printf(out, "lesson %s  %s: %llu of %llu points\n",
	    folder_number(pupil->folder.id, number, sizeof(number)), lesson->title,
	    (unsigned long long)score.points, (unsigned long long)lesson->points);
}

void tell_down(struct buf *out, const struct pupil *pupil)
{
	stage_put_down(pupil, out);
	buf_append_char(out, '\n');
}

/* ---- check ---------------------------------------------------------------------------- */

static const char *mark_of(enum goal_state state)
{
	switch (state) {
	case GOAL_OPEN:
		return "not yet";
	case GOAL_REACHED:
		return "ok";
	case GOAL_NOT_JUDGED:
		return "?";
	}
	return "";
}

static const char *colour_of(enum goal_state state)
{
	return state == GOAL_REACHED ? "\033[32m" : "\033[33m";
}

static void put_goal(struct buf *out, struct pupil *pupil, size_t i,
    const struct goal_result *result, const struct screen *screen)
{
	const struct lesson_goal *goal = lesson_goal(pupil->folder.lesson, i);

	shown_printf(out, "  %-4s ", goal_parts[goal->part]);
	if (screen->has_colour)
		buf_append_text(out, colour_of(result->state));
	buf_printf(out, "%-7s", mark_of(result->state));
	if (screen->has_colour)
		buf_append_text(out, "\033[0m");
	shown_printf(out, " %s: ", goal->name);
	if (result->state == GOAL_REACHED) {
		shown_printf(out, "%s\n", result->text);
		return;
	}
	tell_text(out, values_shown(&pupil->values, goal->text), GOAL_INDENT, screen);
	buf_printf(out, "%*s%s", GOAL_INDENT, "",
	    result->state == GOAL_NOT_JUDGED ? "not judged: " : "");
	tell_text(out, result->text, GOAL_INDENT, screen);
}

static void put_next(struct buf *out, const struct pupil *pupil,
    const struct review *review)
{
	const struct lesson *lesson = pupil->folder.lesson;
	const struct lesson_goal *goal = lesson_goal(lesson, review->next);
	size_t left = 0;

	for (size_t i = review->next + 1; i < lesson->goals.len; i++)
		left += review->results[i].state != GOAL_REACHED;
	if (goal_is_question(goal))
		shown_printf(out, "%*scwmplab lesson quiz %s ANSWER\n", GOAL_INDENT, "",
		    goal->name);
	if (review->hint != SIZE_MAX)
		shown_printf(out,
		    "%*sa hint is there, for %llu of your points: cwmplab lesson hint\n",
		    GOAL_INDENT, "",
		    (unsigned long long)goal_hint(goal, review->hint)->costs);
	if (left > 0)
		buf_printf(out, "  and %zu more behind it\n", left);
}

void tell_check(struct buf *out, const struct pupil *pupil, const struct review *review,
    const struct screen *screen)
{
	const struct lesson *lesson = pupil->folder.lesson;

	put_title(out, pupil);
	for (size_t i = 0; i < lesson->goals.len; i++) {
		if (review->results[i].state == GOAL_REACHED || i == review->next)
			put_goal(out, (struct pupil *)(uintptr_t)pupil, i,
			    &review->results[i], screen);
	}
	if (review->next != SIZE_MAX)
		put_next(out, pupil, review);
	if (review->next != SIZE_MAX && review->is_down)
		tell_down(out, pupil);
	if (review->next == SIZE_MAX && review->is_down)
		buf_append_text(out, "ok  every goal is reached\n");
	else if (review->next == SIZE_MAX)
		shown_printf(out,
		    "ok  every goal is reached; \"cwmplab down %s\" ends the lab\n",
		    pupil->lab);
}

static void put_goal_json(struct json *json, const struct pupil *pupil,
    const struct review *review, size_t i)
{
	static const char *const states[] = { "open", "reached", "not judged" };
	const struct lesson_goal *goal = lesson_goal(pupil->folder.lesson, i);
	const struct goal_result *result = &review->results[i];

	json_object_begin(json, NULL);
	json_text(json, "goal", goal->name);
	json_text(json, "part", goal_parts[goal->part]);
	json_text(json, "state", states[result->state]);
	json_uint(json, "points", goal->points);
	if (result->frame)
		json_uint(json, "frame", result->frame);
	json_text(json, "text", result->text);
	json_uint(json, "tries", pupil->progress.goals[i].tries);
	json_object_end(json);
}

void tell_check_json(struct buf *out, const struct pupil *pupil,
    const struct review *review)
{
	const struct lesson *lesson = pupil->folder.lesson;
	struct score score = progress_score(&pupil->progress, lesson);
	struct json json = json_writer(out, 2);

	json_object_begin(&json, NULL);
	json_text(&json, "lesson", pupil->folder.id);
	json_text(&json, "student", pupil->student);
	json_text(&json, "lab", pupil->lab);
	json_bool(&json, "ok", review->next == SIZE_MAX);
	json_bool(&json, "up", !review->is_down);
	json_uint(&json, "points", score.points);
	json_uint(&json, "of", lesson->points);
	json_uint(&json, "hints", score.hints);
	if (review->next != SIZE_MAX)
		json_text(&json, "next", lesson_goal(lesson, review->next)->name);
	if (review->next != SIZE_MAX && review->hint != SIZE_MAX)
		json_text(&json, "hint",
		    goal_hint(lesson_goal(lesson, review->next), review->hint)->name);
	json_array_begin(&json, "goals");
	for (size_t i = 0; i < lesson->goals.len; i++)
		put_goal_json(&json, pupil, review, i);
	json_array_end(&json);
	json_object_end(&json);
	buf_append_char(out, '\n');
}

/* ---- quiz ----------------------------------------------------------------------------- */

static void put_choices(struct buf *out, struct pupil *pupil,
    const struct lesson_goal *goal, const struct screen *screen)
{
	size_t order[LESSON_HINTS_MAX] = { 0 };

	judge_order(&pupil->values, goal, order);
	for (size_t k = 0; k < goal->choices.len; k++) {
		buf_printf(out, "    %c  ", (char)('a' + k));
		tell_text(out,
		    values_shown(&pupil->values, goal->choices.items[order[k]]), 7,
		    screen);
	}
}

static void put_question(struct buf *out, struct pupil *pupil, size_t i,
    const struct screen *screen)
{
	const struct lesson_goal *goal = lesson_goal(pupil->folder.lesson, i);
	const struct progress_goal *at = &pupil->progress.goals[i];

	shown_printf(out, "%s  ", goal->name);
	tell_text(out, values_shown(&pupil->values, goal->text), 2, screen);
	if (goal->kind == GOAL_CHOICE)
		put_choices(out, pupil, goal, screen);
	if (at->is_reached) {
		shown_printf(out, "  ok: %s\n", at->evidence);
	} else {
		if (at->answer[0])
			shown_printf(out, "  not yet: \"%s\" is not it\n", at->answer);
		shown_printf(out, "  cwmplab lesson quiz %s %s\n", goal->name,
		    goal->kind == GOAL_CHOICE  ? "LETTER"
		    : goal->kind == GOAL_FRAME ? "NUMBER"
					       : "ANSWER");
	}
}

void tell_quiz(struct buf *out, struct pupil *pupil, size_t i,
    const struct screen *screen)
{
	const struct lesson *lesson = pupil->folder.lesson;

	for (size_t k = 0; k < lesson->goals.len; k++) {
		if (!goal_is_question(lesson_goal(lesson, k)) ||
		    (i != SIZE_MAX && i != k))
			continue;
		if (out->len > 0)
			buf_append_char(out, '\n');
		put_question(out, pupil, k, screen);
	}
}

void tell_quiz_json(struct buf *out, struct pupil *pupil, size_t i)
{
	const struct lesson *lesson = pupil->folder.lesson;
	struct json json = json_writer(out, 2);

	json_array_begin(&json, NULL);
	for (size_t k = 0; k < lesson->goals.len; k++) {
		const struct lesson_goal *goal = lesson_goal(lesson, k);
		size_t order[LESSON_HINTS_MAX] = { 0 };

		if (!goal_is_question(goal) || (i != SIZE_MAX && i != k))
			continue;
		json_object_begin(&json, NULL);
		json_text(&json, "goal", goal->name);
		json_text(&json, "question", values_shown(&pupil->values, goal->text));
		judge_order(&pupil->values, goal, order);
		json_array_begin(&json, "choices");
		for (size_t c = 0; c < goal->choices.len; c++)
			json_text(&json, NULL,
			    values_shown(&pupil->values,
				goal->choices.items[order[c]]));
		json_array_end(&json);
		json_bool(&json, "reached", pupil->progress.goals[k].is_reached);
		json_uint(&json, "tries", pupil->progress.goals[k].tries);
		json_object_end(&json);
	}
	json_array_end(&json);
	buf_append_char(out, '\n');
}

/* ---- hints ---------------------------------------------------------------------------- */

void tell_hint(struct buf *out, struct pupil *pupil, size_t goal, size_t hint,
    const struct screen *screen)
{
	const struct lesson_goal *of = lesson_goal(pupil->folder.lesson, goal);
	const struct lesson_hint *row = goal_hint(of, hint);

	shown_printf(out, "%s  (%llu point%s)\n  ", of->name,
	    (unsigned long long)row->costs, row->costs == 1 ? "" : "s");
	tell_text(out, values_shown(&pupil->values, row->text), 2, screen);
}
