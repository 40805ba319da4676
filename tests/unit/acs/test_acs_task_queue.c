/* The queue of tasks by itself: what it takes, and what it keeps of those that are over. */
#include "tests/unit/acs/tasks.h"

#include "agents/acs/task_result.h"
#include "lib/base/json.h"

static void what_cannot_be_a_call_is_refused(void **state)
{
	static const struct {
		const char *method, *arguments, *why;
	} rows[] = {
		{ "Rebot", "{}",
		    "an ACS cannot send \"Rebot\" (did you mean \"Reboot\"?" },
		{ "Reboot", "[]", "\"arguments\" wants keys with values" },
		{ "Reboot", "{\"names\":[\"A\"]}",
		    "Reboot takes no \"names\" (it takes command-key)" },
		{ "Reboot", "{\"commandkey\":1}", "unknown key \"commandkey\"" },
		{ "GetParameterValues", "{}", "GetParameterValues wants \"names\"" },
		{ "Download", "{\"file-type\":\"x\",\"url\":\"u\",\"delay\":\"1ms\"}",
		    "CWMP counts whole seconds" },
		{ "SetParameterValues", "{\"values\":{\"A\":{\"B\":1}}}",
		    "a parameter has one value" },
	};
	struct task_queue queue;

	(void)state;
	task_queue_init(&queue, 1);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *why =
		    play_add(&queue, CPE, rows[i].method, rows[i].arguments);

		if (strncmp(why, rows[i].why, strlen(rows[i].why)) != 0)
			fail_msg("%s: %s", rows[i].why, why);
	}
	assert_int_equal(queue.n_waiting, 0);
	task_queue_free(&queue);
}

static void a_cpe_has_so_many_calls_and_no_more(void **state)
{
	struct task_queue queue;

	(void)state;
	task_queue_init(&queue, 1);
	for (int i = 0; i < TASKS_OF_CPE_MAX; i++)
		assert_string_equal(play_add(&queue, CPE, "Reboot", "{}"), "");
	assert_string_equal(play_add(&queue, CPE, "Reboot", "{}"),
	    "256 tasks wait for " CPE " already");
	assert_string_equal(play_add(&queue, "other", "Reboot", "{}"), "");
	task_queue_free(&queue);
}

/* Those that are withdrawn count among what is over, and the last of them stays to be told. */
static void withdrawn_calls_give_way_as_others_do(void **state)
{
	struct task_queue queue;

	(void)state;
	task_queue_init(&queue, 1);
	for (uint64_t id = 1; id <= TASKS_OVER_MAX + 1; id++) {
		(void)play_add(&queue, CPE, "Reboot", "{}");
		assert_string_equal(withdraw(&queue, id), "");
	}
	assert_int_equal(queue.n_over, TASKS_OVER_MAX);
	assert_int_equal(queue.n_waiting, 0);
	assert_null(task_queue_find(&queue, 1));
	task_queue_free(&queue);
}

static void the_oldest_results_give_way(void **state)
{
	const struct cwmp_msg done = { .kind = CWMP_RESPONSE, .method = CWMP_REBOOT };
	struct task_queue queue;
	struct task *task, *holder;

	(void)state;
	task_queue_init(&queue, 1);
	for (int i = 0; i < TASKS_OVER_MAX + 1; i++) {
		(void)play_add(&queue, CPE, "Reboot", "{}");
		task = task_queue_next(&queue, CPE, 0);
		assert_int_equal(task_queue_send(&queue, task, &holder, NULL), 0);
		assert_int_equal(task_queue_answer(&queue, task, &done, 0, NULL), 0);
		assert_null(holder);
	}
	assert_int_equal(queue.n_over, TASKS_OVER_MAX);
	assert_null(task_queue_find(&queue, 1));
	assert_non_null(task_queue_find(&queue, 2));
	task_queue_free(&queue);
}

static void a_fault_without_a_code_is_told_by_its_words(void **state)
{
	static const struct {
		struct task task;
		const char *told;
	} rows[] = {
		{ { .state = TASK_FAULT, .fault = 9001, .text = (char *)"denied" },
		    "{\"fault\":9001,\"text\":\"denied\"}" },
		{ { .state = TASK_FAULT, .text = (char *)"no FaultCode" },
		    "{\"why\":\"no FaultCode\"}" },
		{ { .state = TASK_FAILED, .text = (char *)"lost" },
		    "{\"why\":\"lost\"}" },
		{ { .state = TASK_DONE }, "{}" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf out = BUF_NULL;
		struct json json = json_writer(&out, 0);

		json_object_begin(&json, NULL);
		task_result_put_end(&json, &rows[i].task);
		json_object_end(&json);
		assert_string_equal(buf_cstr(&out), rows[i].told);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fault_without_a_code_is_told_by_its_words),
		cmocka_unit_test(what_cannot_be_a_call_is_refused),
		cmocka_unit_test(a_cpe_has_so_many_calls_and_no_more),
		cmocka_unit_test(withdrawn_calls_give_way_as_others_do),
		cmocka_unit_test(the_oldest_results_give_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
