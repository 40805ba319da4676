/* Tasks on disk. */
#include "tests/support/guard.h"
#include "tests/unit/acs/tasks.h"

#include "agents/acs/device_store.h"
#include "agents/acs/tasks/task_store.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

struct disk {
	char folder[32], path[48];
	struct task_queue queue;
	struct device_list devices;
	struct device_store *device_store;
	struct task_store *store;
};

static void disk_open(struct disk *disk)
{
	struct error err = ERROR_NULL;

	task_queue_init(&disk->queue, 1);
	device_list_init(&disk->devices, 1);
	if (device_store_open(&disk->device_store, disk->path, &disk->devices, &err) <
		0 ||
	    task_store_open(&disk->store, disk->path, &disk->queue, &err) < 0)
		fail_msg("%s", err.text);
}

static void disk_close(struct disk *disk)
{
	task_queue_free(&disk->queue);
	task_store_free(disk->store);
	device_store_free(disk->device_store);
	device_list_free(&disk->devices);
}

static void disk_begin(struct disk *disk)
{
	*disk = (struct disk){ .folder = "/tmp/acs-tasks-XXXXXX" };
	assert_non_null(mkdtemp(disk->folder));
	guard_path(disk->folder);
	(void)snprintf(disk->path, sizeof(disk->path), "%s/state", disk->folder);
}

static void disk_end(struct disk *disk)
{
	char command[64];

	(void)snprintf(command, sizeof(command), "rm -rf %s", disk->folder);
	assert_int_equal(system(command), 0);
}

enum step {
	NOTHING,
	ADDED,
	SENT,
	ANSWERED,
	WITHDRAWN, /* in the place of SENT and ANSWERED */
	STEPS
};

/* Does steps 1 to last with a task, and is killed. */
static void do_and_die(struct disk *disk, enum step last)
{
	struct cwmp_param_fault wrong = { .name = STR("A.B"),
		.code = 9007,
		.text = STR("not that") };
	const struct cwmp_msg done = { .kind = CWMP_FAULT,
		.fault = { .code = 9002,
		    .text = STR("no"),
		    .params = &wrong,
		    .n_params = 1 } };
	struct task *task = NULL, *holder;
	bool is_sent = last == SENT || last == ANSWERED;

	disk_open(disk);
	if (last >= ADDED && play_add(&disk->queue, CPE, "Download",
				 "{\"file-type\":\"1\",\"url\":\"http://h/\","
				 "\"password\":\"pl4nt99\"}")[0])
		_exit(1);
	if (last == WITHDRAWN && withdraw(&disk->queue, 1)[0])
		_exit(4);
	if (is_sent) {
		task = task_queue_next(&disk->queue, CPE, 0);
		if (task_queue_send(&disk->queue, task, &holder, NULL) < 0)
			_exit(2);
	}
	if (last == ANSWERED &&
	    task_queue_answer(&disk->queue, task, &done, 7 * NS_PER_S, NULL) < 0)
		_exit(3);
	(void)raise(SIGKILL);
}

/* SIGKILL behind each step: what was taken is there, what was answered is over, and what was
 * only sent is still to be answered. */
static void killed_behind_each_step_the_queue_is_as_it_was(void **state)
{
	(void)state;
	for (int last = NOTHING; last < STEPS; last++) {
		struct disk disk;
		int status;
		pid_t pid;

		disk_begin(&disk);
		pid = fork();
		if (pid == 0)
			do_and_die(&disk, (enum step)last);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));

		disk_open(&disk);
		assert_int_equal(disk.queue.n_waiting, last == ADDED || last == SENT);
		assert_int_equal(disk.queue.n_over, last >= ANSWERED);
		if (last >= ADDED) {
			const struct task *task = nth(&disk.queue, 1);

			assert_string_equal(task->cpe, CPE);
			assert_int_equal(task->rpc->method, CWMP_DOWNLOAD);
			assert_int_equal(task->n_sent,
			    last == SENT || last == ANSWERED);
			assert_int_equal(task->queued, NS_PER_S);
		}
		if (last == ANSWERED) {
			const struct task *task = nth(&disk.queue, 1);

			assert_int_equal(task->state, TASK_FAULT);
			assert_int_equal(task->fault, 9002);
			assert_string_equal(task->members,
			    "\"parameters\":[{\"name\":\"A.B\",\"fault\":9007,"
			    "\"text\":\"not that\"}]");
			assert_string_equal(task->text, "no");
			assert_int_equal(task->over, 7 * NS_PER_S);
		}
		if (last == WITHDRAWN) {
			const struct task *task = nth(&disk.queue, 1);

			assert_int_equal(task->state, TASK_WITHDRAWN);
			assert_string_equal(task->text,
			    "it was withdrawn before it was sent");
			assert_int_equal(task->over, 9 * NS_PER_S);
			assert_null(task->arguments);
		}
		/* Numbers go on. */
		(void)play_add(&disk.queue, CPE, "Reboot", "{}");
		assert_int_equal(disk.queue.last_id, last >= ADDED ? 2 : 1);
		disk_close(&disk);
		disk_end(&disk);
	}
}

static void a_result_is_kept_whole(void **state)
{
	struct cwmp_param_info infos[] = {
		{ .name = STR("Device."), .writable = true },
		{ .name = STR("Device.\"A\"\n") },
	};
	const struct cwmp_msg done = { .kind = CWMP_RESPONSE,
		.method = CWMP_GET_PARAMETER_NAMES,
		.args = { .infos = infos, .n_infos = 2 } };
	const struct task *kept;
	struct task *task, *holder;
	struct disk disk;

	(void)state;
	disk_begin(&disk);
	disk_open(&disk);
	(void)play_add(&disk.queue, CPE, "GetParameterNames", "{\"path\":\"\"}");
	task = task_queue_next(&disk.queue, CPE, 0);
	assert_int_equal(task_queue_send(&disk.queue, task, &holder, NULL), 0);
	assert_int_equal(task_queue_answer(&disk.queue, task, &done, 0, NULL), 0);
	disk_close(&disk);

	disk_open(&disk);
	kept = nth(&disk.queue, 1);
	assert_string_equal(kept->list, "names");
	assert_string_equal(kept->items,
	    "{\"name\":\"Device.\",\"writable\":true}\n"
	    "{\"name\":\"Device.\\\"A\\\"\\n\",\"writable\":false}\n");
	disk_close(&disk);
	disk_end(&disk);
}

static int refuse_to_keep(void *user, const struct task *task, struct error *err)
{
	(void)user;
	(void)task;
	return error_set(err, -EIO, "the disk is full");
}

/* Whoever was asked with a password: once that is over, it stands nowhere. */
static void no_password_stays_of_a_call_that_is_over(void **state)
{
	char command[128];
	struct disk disk;
	int status;
	pid_t pid;

	(void)state;
	for (int last = ANSWERED; last <= WITHDRAWN; last++) {
		disk_begin(&disk);
		pid = fork();
		if (pid == 0)
			do_and_die(&disk, (enum step)last);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		/* With it the log goes into the file, as at each end. */
		disk_open(&disk);
		disk_close(&disk);
		(void)snprintf(command, sizeof(command), "! grep -q pl4nt99 %s/*",
		    disk.folder);
		assert_int_equal(system(command), 0);
		disk_end(&disk);
	}
}

/* Else an ACS that is killed then would send it after all. */
static void a_call_whose_end_cannot_be_kept_waits_on(void **state)
{
	struct disk disk;

	(void)state;
	disk_begin(&disk);
	disk_open(&disk);
	(void)play_add(&disk.queue, CPE, "Reboot", "{}");
	disk.queue.keeper = &(const struct task_keeper){ .update = refuse_to_keep };
	assert_string_equal(withdraw(&disk.queue, 1), "the disk is full");
	assert_int_equal(nth(&disk.queue, 1)->state, TASK_QUEUED);
	assert_int_equal(task_queue_waiting(&disk.queue, CPE), 1);
	disk_close(&disk);
	disk_end(&disk);
}

static void a_call_that_cannot_be_kept_is_not_taken(void **state)
{
	struct disk disk;

	(void)state;
	disk_begin(&disk);
	disk_open(&disk);
	(void)play_add(&disk.queue, CPE, "Reboot", "{}");
	disk.queue.last_id = 0; /* a number that is in the file already */
	assert_string_not_equal(play_add(&disk.queue, CPE, "Reboot", "{}"), "");
	assert_int_equal(disk.queue.n_waiting, 1);
	assert_int_equal(nth(&disk.queue, 1)->state, TASK_QUEUED);
	disk_close(&disk);
	disk_end(&disk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(killed_behind_each_step_the_queue_is_as_it_was),
		cmocka_unit_test(a_result_is_kept_whole),
		cmocka_unit_test(no_password_stays_of_a_call_that_is_over),
		cmocka_unit_test(a_call_whose_end_cannot_be_kept_waits_on),
		cmocka_unit_test(a_call_that_cannot_be_kept_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
