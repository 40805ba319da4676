/* Any bytes as a lesson.yaml; what is sound is drawn, filled in and asked. And any bytes as the
 * progress in it, and as a task. */
#include "lab/lesson/judge.h"
#include "lab/lesson/progress.h"
#include "lab/lesson/task_text.h"
#include "lab/lesson/values.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void fill(const struct lesson *lesson, struct str text)
{
	const struct seat seat = { .student = "ada",
		.lesson = "01-x",
		.lab = "lesson-1",
		.seed = seed_of(STR("s"), STR("ada")) };
	const struct facts nothing = { .not_judged = "no capture" };
	const struct screen screen = { .width = 60, .is_utf8 = true };
	struct error err = ERROR_NULL;
	struct values values;
	auto_buf out = BUF_NULL;

	if (values_make(&values, lesson, &seat, &err) == 0) {
		values_fill(&values, text, &out);
		for (size_t i = 0; i < lesson->goals.len; i++) {
			const struct lesson_goal *goal = lesson_goal(lesson, i);
			struct goal_result result;

			if (goal_is_question(goal))
				judge_answer(&nothing, &values, goal, STR("a"),
				    &result);
			else if (goal->kind == GOAL_SIGHT)
				judge_goal(&nothing, &values, goal, 0, &result);
		}
		task_text_put(&out, text, &screen);
	}
	values_free(&values);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct str text = str_make(bytes, len);
	struct lesson *lesson = NULL;
	struct error err = ERROR_NULL;
	static struct progress progress;

	if (lesson_parse("fuzz.yaml", text, NULL, &lesson, &err) < 0)
		return 0;
	(void)progress_read(&progress, lesson, STR("s"), text, &err);
	fill(lesson, text);
	lesson_free(lesson);
	return 0;
}
