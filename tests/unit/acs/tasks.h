/* For tests of tasks: those of one CPE, in a queue. */
#pragma once

#include "tests/unit/acs/acs_play.h"

#define CPE "0000E2-5920-S1"

static inline const struct task *nth(const struct task_queue *queue, uint64_t id)
{
	const struct task *task = task_queue_find(queue, id);

	assert_non_null(task);
	return task;
}

static inline const char *withdraw(struct task_queue *queue, uint64_t id)
{
	static struct error err;
	const struct task *task = NULL;

	err = (struct error)ERROR_NULL;
	if (task_queue_withdraw(queue, id, 9 * NS_PER_S, &task, &err) == 0)
		assert_int_equal(task->id, id);
	return err.text;
}
