/* Tasks that are queued for a CPE: sent in its sessions (acs_play.h), kept on disk. */
#include "tests/unit/acs/acs_play.h"

#include "agents/acs/device_store.h"
#include "agents/acs/task_result.h"
#include "agents/acs/task_store.h"
#include "lib/base/json.h"
#include "tests/support/guard.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define CPE "0000E2-5920-S1"

static const struct task *nth(const struct task_queue *queue, uint64_t id)
{
	const struct task *task = task_queue_find(queue, id);

	assert_non_null(task);
	return task;
}

/* ---- in sessions --------------------------------------------------------------------- */

static void calls_go_out_in_order_after_the_policy(void **state)
{
	static const char policy[] = "rules:\n  - {on: any, steps: [{get: P}]}\n";
	const struct task *task;
	struct acs_play play;

	(void)state;
	play_begin(&play, policy);
	play_start(&play);
	assert_string_equal(play_add(&play.tasks, CPE, "GetParameterValues",
				"{\"names\":[\"A\"]}"),
	    "");
	assert_string_equal(play_add(&play.tasks, "other", "Reboot", "{}"), "");
	assert_string_equal(play_add(&play.tasks, CPE, "Reboot",
				"{\"command-key\":\"7\"}"),
	    "");
	(void)play_turn(&play, "|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "cookie|"),
	    "200 GetParameterValues Device.P");
	assert_string_equal(play_turn(&play, "cookie|values Device.P=1"),
	    "200 GetParameterValues Device.A");
	/* One that comes meanwhile has its turn, too. */
	assert_string_equal(play_add(&play.tasks, CPE, "FactoryReset", "{}"), "");
	assert_string_equal(play_turn(&play,
				"cookie|values Device.A=x<y,Device.Password=p"),
	    "200 Reboot key 7");
	assert_string_equal(play_turn(&play, "cookie|fault 9001"), "200 FactoryReset");
	assert_string_equal(play_turn(&play, "cookie|did FactoryReset"), "204");

	task = nth(&play.tasks, 1);
	assert_int_equal(task->state, TASK_DONE);
	assert_string_equal(task->list, "values");
	assert_string_equal(task->items,
	    "{\"name\":\"Device.A\",\"value\":\"x<y\",\"type\":\"string\"}\n"
	    "{\"name\":\"Device.Password\",\"value\":\"***\",\"type\":\"string\"}\n");
	assert_null(task->arguments);
	task = nth(&play.tasks, 3);
	assert_int_equal(task->state, TASK_FAULT);
	assert_int_equal(task->fault, 9001);
	assert_int_equal(nth(&play.tasks, 2)->state, TASK_QUEUED);
	assert_int_equal(nth(&play.tasks, 4)->state, TASK_DONE);
	assert_int_equal(task_queue_waiting(&play.tasks, CPE), 0);
	play_end(&play);
}

/* What was sent and not answered is sent again in the next session, so many times. */
static void a_call_without_an_answer_is_sent_again(void **state)
{
	struct acs_play play;

	(void)state;
	play_begin(&play, NULL);
	play_start(&play);
	(void)play_add(&play.tasks, CPE, "Reboot", "{}");
	(void)play_add(&play.tasks, CPE, "FactoryReset", "{}");
	for (int i = 0; i < TASK_SENDS_MAX; i++) {
		(void)play_turn(&play, "new|inform 1 BOOT");
		assert_string_equal(play_turn(&play, "cookie|"), "200 Reboot");
	}
	(void)play_turn(&play, "new|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "cookie|"), "200 FactoryReset");
	assert_int_equal(nth(&play.tasks, 1)->state, TASK_FAILED);
	assert_string_equal(nth(&play.tasks, 1)->text,
	    "sent 3 times, and never answered");
	play_end(&play);
}

static void a_call_that_is_passed_over_holds_none_back(void **state)
{
	struct acs_play play;

	(void)state;
	play_begin(&play, NULL);
	play_start(&play);
	(void)play_add(&play.tasks, CPE, "Reboot", "{}");
	(void)play_add(&play.tasks, CPE, "FactoryReset", "{}");
	(void)play_turn(&play, "|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "cookie|"), "200 Reboot");
	assert_string_equal(play_turn(&play, "cookie|"), "200 FactoryReset");
	assert_int_equal(nth(&play.tasks, 1)->state, TASK_FAILED);
	assert_string_equal(nth(&play.tasks, 1)->text,
	    "the CPE answered with an empty POST");
	/* The answer that comes after all is not the one that is due. */
	assert_string_equal(play_turn(&play, "cookie|did Reboot"), "400 close");
	(void)play_turn(&play, "new|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "cookie|"), "200 FactoryReset");
	assert_string_equal(play_turn(&play, "cookie|did FactoryReset"), "204");
	assert_int_equal(nth(&play.tasks, 2)->state, TASK_DONE);
	play_end(&play);
}

/* The CPE may have answered on the connection that is gone. */
static void a_call_goes_out_again_on_another_connection(void **state)
{
	struct acs_play play;

	(void)state;
	play_begin(&play, NULL);
	play_start(&play);
	(void)play_add(&play.tasks, CPE, "Reboot", "{}");
	(void)play_add(&play.tasks, CPE, "FactoryReset", "{}");
	(void)play_turn(&play, "|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "cookie|"), "200 Reboot");
	assert_string_equal(play_turn(&play, "new cookie|"), "200 Reboot");
	assert_string_equal(play_turn(&play, "cookie|did Reboot"), "200 FactoryReset");
	assert_int_equal(nth(&play.tasks, 1)->state, TASK_DONE);
	assert_int_equal(nth(&play.tasks, 1)->n_sent, 2);

	/* Who never answers is not asked for ever, nor on the same connection again. */
	assert_string_equal(play_turn(&play, "new cookie|"), "200 FactoryReset");
	assert_string_equal(play_turn(&play, "new cookie|"), "200 FactoryReset");
	assert_string_equal(play_turn(&play, "new cookie|"), "204");
	assert_int_equal(nth(&play.tasks, 2)->state, TASK_FAILED);
	assert_string_equal(nth(&play.tasks, 2)->text,
	    "sent 3 times, and never answered");
	play_end(&play);
}

/* What is asked on another connection is answered there, or not at all. */
static void a_call_that_is_passed_over_there_is_over(void **state)
{
	struct acs_play play;

	(void)state;
	play_begin(&play, NULL);
	play_start(&play);
	(void)play_add(&play.tasks, CPE, "Reboot", "{}");
	(void)play_turn(&play, "|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "new cookie|"), "200 Reboot");
	assert_string_equal(play_turn(&play, "cookie|"), "204");
	assert_int_equal(nth(&play.tasks, 1)->state, TASK_FAILED);
	assert_string_equal(nth(&play.tasks, 1)->text,
	    "the CPE answered with an empty POST");
	play_end(&play);
}

/* A proxy may bring the POSTs of several CPEs on one connection. */
static void a_call_that_is_passed_over_behind_a_proxy_is_over(void **state)
{
	struct acs_play play;
	char cookie[sizeof(play.cookie)];

	(void)state;
	play_begin(&play, NULL);
	play_start(&play);
	(void)play_add(&play.tasks, CPE, "Reboot", "{}");
	(void)play_turn(&play, "|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "cookie|"), "200 Reboot");
	memcpy(cookie, play.cookie, sizeof(cookie));
	(void)play_turn(&play, "|other 2 PERIODIC");
	memcpy(play.cookie, cookie, sizeof(cookie));
	assert_string_equal(play_turn(&play, "cookie|"), "204");
	assert_int_equal(nth(&play.tasks, 1)->state, TASK_FAILED);
	play_end(&play);
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

static void a_call_goes_out_again_after_a_second_inform(void **state)
{
	struct acs_play play;

	(void)state;
	play_begin(&play, NULL);
	play_start(&play);
	(void)play_add(&play.tasks, CPE, "Reboot", "{}");
	(void)play_turn(&play, "|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "cookie|"), "200 Reboot");
	assert_string_equal(play_turn(&play, "cookie|inform 1 BOOT"),
	    "200 InformResponse #c");
	assert_string_equal(play_turn(&play, "cookie|"), "200 Reboot");
	assert_string_equal(play_turn(&play, "cookie|did Reboot"), "204");
	assert_int_equal(nth(&play.tasks, 1)->state, TASK_DONE);
	play_end(&play);
}

#define SOAP_FAULT(parts)                                                           \
	"cookie|<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" " \
	"xmlns:c=\"urn:dslforum-org:cwmp-1-0\"><e:Body><e:Fault>" parts             \
	"</e:Fault></e:Body></e:Envelope>"
#define DETAIL                                         \
	"<detail><c:Fault><FaultCode>9005</FaultCode>" \
	"<FaultString>Invalid parameter name</FaultString></c:Fault></detail>"

static void what_soap_says_stands_in_for_a_fault_code(void **state)
{
	static const struct {
		const char *fault, *text;
		uint32_t code;
	} rows[] = {
		{ SOAP_FAULT("<faultcode>e:Server</faultcode><faultstring>Busy"
			     "</faultstring>"),
		    "the fault has no FaultCode: Server, Busy", 0 },
		{ SOAP_FAULT("<faultcode>Client</faultcode><faultstring/>"),
		    "the fault has no FaultCode: Client", 0 },
		{ SOAP_FAULT("<faultcode>Client</faultcode><faultstring>" DETAIL
			     "</faultstring>"),
		    "Invalid parameter name", 9005 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct acs_play play;
		const struct task *task;

		play_begin(&play, NULL);
		play_start(&play);
		(void)play_add(&play.tasks, CPE, "Reboot", "{}");
		(void)play_turn(&play, "|inform 1 BOOT");
		(void)play_turn(&play, "cookie|");
		assert_string_equal(play_turn(&play, rows[i].fault), "204");
		task = nth(&play.tasks, 1);
		assert_int_equal(task->state, TASK_FAULT);
		assert_int_equal(task->fault, rows[i].code);
		assert_string_equal(task->text, rows[i].text);
		play_end(&play);
	}
}

/* A session that is dead for the CPE, and not yet for the ACS, holds no task back. */
static void the_newer_session_has_the_call(void **state)
{
	struct acs_play play;
	char old[128];

	(void)state;
	play_begin(&play, NULL);
	play_start(&play);
	(void)play_add(&play.tasks, CPE, "Reboot", "{}");
	(void)play_turn(&play, "|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "cookie|"), "200 Reboot");
	(void)snprintf(old, sizeof(old), "Cookie:%s|did Reboot", play.cookie);
	(void)play_turn(&play, "new|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "cookie|"), "200 Reboot");
	assert_string_equal(play_turn(&play, "cookie|did Reboot"), "204");
	assert_int_equal(nth(&play.tasks, 1)->state, TASK_DONE);
	/* What the old one says then is nothing to anybody. */
	(void)snprintf(play.id, sizeof(play.id), "acs-1");
	assert_string_equal(play_turn(&play, old), "204");
	play_end(&play);
}

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

/* ---- withdrawn ----------------------------------------------------------------------- */

static const char *withdraw(struct task_queue *queue, uint64_t id)
{
	static struct error err;
	const struct task *task = NULL;

	err = (struct error)ERROR_NULL;
	if (task_queue_withdraw(queue, id, 9 * NS_PER_S, &task, &err) == 0)
		assert_int_equal(task->id, id);
	return err.text;
}

/* What is behind it goes out as if it had never been there; from the first byte of it on the
 * CPE may have it, and then it is asked for an answer as ever. */
static void a_call_is_withdrawn_until_it_is_sent(void **state)
{
	const struct task *task;
	struct acs_play play;

	(void)state;
	play_begin(&play, NULL);
	play_start(&play);
	(void)play_add(&play.tasks, CPE, "Reboot", "{\"command-key\":\"secret\"}");
	(void)play_add(&play.tasks, CPE, "FactoryReset", "{}");
	assert_string_equal(withdraw(&play.tasks, 3), "there is no task 3");
	assert_string_equal(withdraw(&play.tasks, 1), "");
	assert_int_equal(task_queue_waiting(&play.tasks, CPE), 1);
	task = nth(&play.tasks, 1);
	assert_int_equal(task->state, TASK_WITHDRAWN);
	assert_string_equal(task_state_name(task->state), "withdrawn");
	assert_string_equal(task->text, "it was withdrawn before it was sent");
	assert_int_equal(task->over, 9 * NS_PER_S);
	assert_null(task->arguments);
	assert_string_equal(withdraw(&play.tasks, 1), "task 1 is over: withdrawn");

	(void)play_turn(&play, "|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "cookie|"), "200 FactoryReset");
	assert_string_equal(withdraw(&play.tasks, 2),
	    "task 2 was sent to " CPE ", which may have done it");
	assert_string_equal(play_turn(&play, "cookie|did FactoryReset"), "204");
	assert_string_equal(withdraw(&play.tasks, 2), "task 2 is over: done");
	play_end(&play);
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

/* ---- on disk ------------------------------------------------------------------------- */

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
	disk_close(&disk);
	disk_end(&disk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_go_out_in_order_after_the_policy),
		cmocka_unit_test(a_call_without_an_answer_is_sent_again),
		cmocka_unit_test(a_call_that_is_passed_over_holds_none_back),
		cmocka_unit_test(a_call_goes_out_again_on_another_connection),
		cmocka_unit_test(a_call_that_is_passed_over_there_is_over),
		cmocka_unit_test(a_call_that_is_passed_over_behind_a_proxy_is_over),
		cmocka_unit_test(a_fault_without_a_code_is_told_by_its_words),
		cmocka_unit_test(a_call_goes_out_again_after_a_second_inform),
		cmocka_unit_test(what_soap_says_stands_in_for_a_fault_code),
		cmocka_unit_test(the_newer_session_has_the_call),
		cmocka_unit_test(what_cannot_be_a_call_is_refused),
		cmocka_unit_test(a_cpe_has_so_many_calls_and_no_more),
		cmocka_unit_test(a_call_is_withdrawn_until_it_is_sent),
		cmocka_unit_test(withdrawn_calls_give_way_as_others_do),
		cmocka_unit_test(the_oldest_results_give_way),
		cmocka_unit_test(killed_behind_each_step_the_queue_is_as_it_was),
		cmocka_unit_test(a_result_is_kept_whole),
		cmocka_unit_test(no_password_stays_of_a_call_that_is_over),
		cmocka_unit_test(a_call_whose_end_cannot_be_kept_waits_on),
		cmocka_unit_test(a_call_that_cannot_be_kept_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
