/* The queue of tasks by itself: what it takes, and what it keeps of those that are over. */
#include "tests/unit/acs/tasks.h"

#include "agents/acs/tasks/task_result.h"
#include "lib/base/json.h"

#include <malloc.h>

#if defined(__SANITIZE_ADDRESS__)
#define IS_COUNTED false
#else
#define IS_COUNTED true
#endif

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

/* One task each of many devices, whose names have so many characters. */
static void add_fleet(struct task_queue *queue, size_t n, int n_name)
{
	char cpe[512];

	for (size_t i = 0; i < n; i++) {
		(void)snprintf(cpe, sizeof(cpe), "%06zu-5920-LOAD%0*u", i, n_name - 16,
		    0);
		assert_string_equal(play_add(queue, cpe, "Download",
					"{\"file-type\":\"1 Firmware Upgrade Image\","
					"\"url\":\"http://192.0.2.1/files/new.img\"}"),
		    "");
	}
}

/* What tasks take is no more than what is counted, and not much less. */
static void names_of_any_length_are_counted(void **state)
{
	static const int lengths[] = { 23, 64, 200, 511 };
	enum {
		N = 2100, /* just after the map of the queues has grown */
		EACH_MAX = sizeof(struct task) + 360
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		size_t most = N * (EACH_MAX + 2 * (size_t)lengths[i]), n_bytes;
		struct mallinfo2 before = mallinfo2();
		struct task_queue queue;

		task_queue_init(&queue, 1);
		add_fleet(&queue, N, lengths[i]);
		n_bytes = mallinfo2().uordblks - before.uordblks;
		if (IS_COUNTED)
			assert_true(n_bytes <= queue.waiting_bytes);
		assert_true(queue.waiting_bytes <= most);
		task_queue_free(&queue);
	}
}

/* Each of as many devices as an ACS knows can have one, and what they take has an end. */
static void there_is_room_for_a_fleet_and_no_more(void **state)
{
	struct task_queue queue;

	(void)state;
	assert_true(TASKS_MAX >= 1000000);
	task_queue_init(&queue, 1);
	add_fleet(&queue, 4000, 23);
	queue.waiting_bytes = TASKS_BYTES_MAX;
	assert_string_equal(play_add(&queue, "other", "Reboot", "{}"),
	    "4000 tasks wait already, which are 256 MB with their arguments");
	queue.waiting_bytes = TASKS_BYTES_MAX - 1;
	assert_string_equal(play_add(&queue, "other", "Reboot", "{}"), "");
	queue.n_waiting = TASKS_MAX;
	assert_string_equal(play_add(&queue, "another", "Reboot", "{}"),
	    "1000000 tasks wait already");
	task_queue_free(&queue);
}

/* What is over gives back what it took, but for its result. */
static void a_task_that_is_over_waits_no_more(void **state)
{
	const struct cwmp_msg done = { .kind = CWMP_RESPONSE, .method = CWMP_REBOOT };
	struct task_queue queue;
	struct task *task, *holder;

	(void)state;
	task_queue_init(&queue, 1);
	for (int i = 0; i < 3; i++)
		(void)play_add(&queue, CPE, "Reboot", "{\"command-key\":\"k\"}");
	task = task_queue_next(&queue, CPE, 0);
	assert_int_equal(task_queue_send(&queue, task, &holder, NULL), 0);
	assert_int_equal(task_queue_answer(&queue, task, &done, 0, NULL), 0);
	assert_string_equal(withdraw(&queue, 3), "");
	assert_int_equal(queue.waiting_bytes, nth(&queue, 2)->bytes);
	assert_int_equal(task_queue_after(&queue, 0)->id, 1);
	assert_int_equal(task_queue_after(&queue, 2)->id, 3);
	assert_null(task_queue_after(&queue, 3));
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
		cmocka_unit_test(names_of_any_length_are_counted),
		cmocka_unit_test(there_is_room_for_a_fleet_and_no_more),
		cmocka_unit_test(a_task_that_is_over_waits_no_more),
		cmocka_unit_test(withdrawn_calls_give_way_as_others_do),
		cmocka_unit_test(the_oldest_results_give_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
