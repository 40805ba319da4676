#include "lab/lesson/owner.h"

#include "lab/lesson/judge.h"
#include "lab/lesson/values.h"

#include <errno.h>
#include <string.h>

/* As judge_answer() compares: what does not count there is left out here. */
static void put_key(struct buf *out, size_t goal, struct str answer)
{
	buf_append_char(out, (char)goal);
	judge_put_form(out, answer);
}

static int add(struct owners *owners, const struct lesson *lesson,
    struct values *values, const char *student, struct error *err)
{
	for (size_t i = 0; i < lesson->goals.len; i++) {
		const struct lesson_goal *goal = lesson_goal(lesson, i);
		auto_buf key = BUF_NULL;
		const char *kept;

		if (goal->kind != GOAL_ANSWER)
			continue;
		put_key(&key, i, str_of(values_text(values, goal->answer)));
		if (map_get(&owners->answers, buf_str(&key)))
			continue;
		kept = key.error ? NULL : arena_strdup(&owners->arena, buf_str(&key));
		if (!kept || map_put(&owners->answers, str_make(kept, key.len),
				 (void *)(uintptr_t)student) < 0)
			return error_set(err, -ENOMEM, "out of memory");
	}
	return 0;
}

int owners_make(struct owners *owners, const struct class_file *class,
    const struct lesson *lesson, const char *id, struct error *err)
{
	int r = 0;

	*owners = (struct owners){ .answers = MAP_NULL };
	for (size_t k = 0; r == 0 && k < class->students.len; k++) {
		const char *name = class->students.items[k];
		const struct seat seat = { .student = name,
			.lesson = id,
			.seed = seed_of(str_of(class->secret), str_of(name)) };
		struct values values;

		r = values_make(&values, lesson, &seat, err);
		if (r == 0)
			r = add(owners, lesson, &values, name, err);
		/* An option 43 that cannot be made for one is no reason to know nobody. */
		if (r == ERR_USAGE)
			r = 0;
		values_free(&values);
	}
	return r;
}

const char *owners_find(const struct owners *owners, size_t i, struct str answer,
    const char *student)
{
	auto_buf key = BUF_NULL;
	const char *owner;

	put_key(&key, i, answer);
	owner = key.error ? NULL : map_get(&owners->answers, buf_str(&key));
	return owner && strcmp(owner, student) != 0 ? owner : NULL;
}

void owners_free(struct owners *owners)
{
	map_free(&owners->answers);
	arena_free(&owners->arena);
}
