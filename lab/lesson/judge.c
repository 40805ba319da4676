#include "lab/lesson/judge.h"

#include "lab/expect/reading.h"
#include "lab/lesson/sight.h"
#include "lib/base/shown.h"

#include <errno.h>
#include <string.h>

static struct conf_strings fill_strings(struct values *values,
    struct conf_strings texts)
{
	struct conf_strings filled = { arena_array(&values->arena, texts.len + 1,
					   sizeof(*filled.items)),
		texts.len };

	for (size_t i = 0; filled.items && i < texts.len; i++)
		filled.items[i] = values_text(values, texts.items[i]);
	if (!filled.items)
		filled.len = 0;
	return filled;
}

static struct sight fill_sight(struct values *values, const struct sight *sight)
{
	struct sight filled = *sight;

	filled.cpe = values_text(values, sight->cpe);
	filled.acs = values_text(values, sight->acs);
	filled.message = values_text(values, sight->message);
	filled.user = values_text(values, sight->user);
	filled.says = fill_strings(values, sight->says);
	filled.lacks = fill_strings(values, sight->lacks);
	return filled;
}

/* ---- kernel state --------------------------------------------------------------------- */

static void judge_reading(const struct facts *facts, struct values *values,
    const struct reading *reading, struct goal_result *ret)
{
	struct conf_strings words = fill_strings(values, reading->run);
	const char *node = values_text(values, reading->node);
	const char *prints = values_text(values, reading->prints);
	struct reading_wanted wanted = { .prints = prints,
		.lacks = values_text(values, reading->lacks) };
	struct reading_seen seen;
	enum reading_fit fit;
	auto_buf out = BUF_NULL, shown = BUF_NULL;
	struct error err = ERROR_NULL;
	int status;

	*ret = (struct goal_result){ .state = GOAL_OPEN };
	status = facts->run(facts->user, node, words.items, &out, &err);
	if (status < 0) {
		ret->state = GOAL_NOT_JUDGED;
		(void)shown_snprintf(ret->text, sizeof(ret->text), "%s", err.text);
		return;
	}
	/* What it would have printed nobody knows, unless a text was asked for. */
	wanted.exit = prints ? -1 : 0;
	seen = (struct reading_seen){ words.items[0], node, buf_str(&out), status };
	fit = reading_judge(&wanted, &seen, &shown);
	if (fit == READING_FITS)
		ret->state = GOAL_REACHED;
	else if (fit == READING_ENDS)
		ret->state = GOAL_NOT_JUDGED;
	(void)shown_snprintf(ret->text, sizeof(ret->text), "%s", buf_cstr(&shown));
}

void judge_goal(const struct facts *facts, struct values *values,
    const struct lesson_goal *goal, uint64_t after, struct goal_result *ret)
{
	struct sight sight;
	uint64_t first;

	if (goal->kind == GOAL_READING) {
		judge_reading(facts, values, &goal->reading, ret);
		return;
	}
	if (!facts->analysis) {
		*ret = (struct goal_result){ .state = GOAL_NOT_JUDGED };
		(void)shown_snprintf(ret->text, sizeof(ret->text), "%s",
		    facts->not_judged);
		return;
	}
	sight = fill_sight(values, &goal->sight);
	sight_judge(facts, &sight, after, ret, &first);
}

/* ---- answers -------------------------------------------------------------------------- */

/* Blanks at the ends and the case of letters do not count, nor what stands between hex digits. */
void judge_put_form(struct buf *out, struct str answer)
{
	for (size_t i = 0; i < answer.len; i++) {
		char c = answer.p[i];

		if (c == ' ' || c == '\t' || c == ':' || c == '-')
			continue;
		buf_append_char(out, c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c);
	}
}

static bool is_same(struct str a, struct str b)
{
	auto_buf left = BUF_NULL, right = BUF_NULL;

	judge_put_form(&left, a);
	judge_put_form(&right, b);
	return !left.error && !right.error && str_eq(buf_str(&left), buf_str(&right));
}

void judge_order(const struct values *values, const struct lesson_goal *goal,
    size_t *order)
{
	struct seed_draw draw = seed_draw_begin(&values->seat->seed,
	    str_of(values->seat->lesson), str_of(goal->name));

	seed_shuffle(&draw, order, goal->choices.len);
}

/* A letter, or the words of the right one. */
static bool is_choice(const struct values *values, const struct lesson_goal *goal,
    struct str answer)
{
	size_t order[8] = { 0 };
	size_t letter =
	    answer.len == 1 ? (size_t)((answer.p[0] | 0x20) - 'a') : SIZE_MAX;

	judge_order(values, goal, order);
	if (letter < goal->choices.len)
		return order[letter] == 0;
	return is_same(answer, str_of(goal->choices.items[0]));
}

/* Any of the frames that the message is in. */
static bool is_frame(const struct facts *facts, struct values *values,
    const struct lesson_goal *goal, struct str answer, struct goal_result *ret)
{
	struct sight sight = fill_sight(values, &goal->sight);
	uint64_t first, frame;

	if (!facts->analysis) {
		ret->state = GOAL_NOT_JUDGED;
		(void)shown_snprintf(ret->text, sizeof(ret->text), "%s",
		    facts->not_judged);
		return false;
	}
	sight_judge(facts, &sight, facts->after, ret, &first);
	if (ret->state != GOAL_REACHED)
		return false;
	if (str_to_u64(answer, INT64_MAX, &frame) == 0 && frame >= first &&
	    frame <= ret->frame)
		return true;
	ret->state = GOAL_OPEN;
	ret->frame = 0;
	ret->text[0] = '\0';
	return false;
}

int judge_check_answer(const struct lesson_goal *goal, struct str answer,
    struct error *err)
{
	char last = (char)('a' + goal->choices.len - 1);
	uint64_t frame;

	answer = str_trim(answer);
	if (answer.len == 0)
		return error_set(err, ERR_USAGE, "that is no answer: it is empty");
	if (goal->kind == GOAL_CHOICE && answer.len == 1 &&
	    ((answer.p[0] | 0x20) < 'a' || (answer.p[0] | 0x20) > last))
		return error_set(err, ERR_USAGE,
		    "\"%.*s\" is none of the letters a to %c", STR_ARG(answer), last);
	if (goal->kind == GOAL_FRAME && str_to_u64(answer, INT64_MAX, &frame) < 0)
		return error_set(err, ERR_USAGE,
		    "\"%.*s\" is no number of a frame, which a ladder has at the end "
		    "of its lines",
		    STR_ARG(answer));
	return 0;
}

void judge_answer(const struct facts *facts, struct values *values,
    const struct lesson_goal *goal, struct str answer, struct goal_result *ret)
{
	bool is_right = false;

	*ret = (struct goal_result){ .state = GOAL_OPEN };
	answer = str_trim(answer);
	if (goal->kind == GOAL_ANSWER)
		is_right = is_same(answer, str_of(values_text(values, goal->answer)));
	else if (goal->kind == GOAL_CHOICE)
		is_right = is_choice(values, goal, answer);
	else
		is_right = is_frame(facts, values, goal, answer, ret);
	if (is_right) {
		ret->state = GOAL_REACHED;
		if (!ret->text[0])
			(void)shown_snprintf(ret->text, sizeof(ret->text),
			    "\"%.*s\" is right", STR_ARG(answer));
	} else if (ret->state == GOAL_OPEN && !ret->text[0]) {
		(void)shown_snprintf(ret->text, sizeof(ret->text), "\"%.*s\" is not it",
		    STR_ARG(answer));
	}
}

bool judge_ready(const struct facts *facts, struct values *values,
    struct goal_result *ret)
{
	const struct conf_list *ready = &values->lesson->ready;

	*ret = (struct goal_result){ .state = GOAL_REACHED };
	if (!facts->analysis && ready->len > 0) {
		ret->state = GOAL_NOT_JUDGED;
		(void)shown_snprintf(ret->text, sizeof(ret->text), "%s",
		    facts->not_judged);
	}
	for (size_t i = 0; i < ready->len && ret->state == GOAL_REACHED; i++) {
		struct sight sight =
		    fill_sight(values, (const struct sight *)ready->items + i);
		uint64_t first;

		sight_judge(facts, &sight, 0, ret, &first);
	}
	return ret->state == GOAL_REACHED;
}
