/* What an ACS can be asked to do with RPCs that are queued for CPEs. */
#include "agents/acs/agent_tasks.h"

#include "agents/acs/tasks/task_result.h"
#include "lib/base/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	WAIT_DEFAULT_S = 60
};

/* ---- which device a command means ------------------------------------------------------ */

/* The device of that id; or the only one whose serial number it is. */
struct device *agent_find_device(struct acs_agent *agent, const char *name,
    struct error *err)
{
	struct device *device = map_get(&agent->devices.by_id, str_of(name)),
		      *found = NULL;
	size_t n = 0;

	if (device)
		return device;
	LIST_FOREACH (item, &agent->devices.by_birth) {
		device = list_entry(item, struct device, birth);
		if (strcmp(device->text.serial_number, name) != 0)
			continue;
		found = device;
		n++;
	}
	if (n == 1)
		return found;
	(void)error_set(err, ERR_USAGE,
	    n == 0 ? "no CPE has informed here as \"%s\": name it by "
		     "OUI-ProductClass-SerialNumber, or by its serial number"
		   : "several CPEs have the serial number \"%s\": name it by "
		     "OUI-ProductClass-SerialNumber",
	    name);
	return NULL;
}

/* ---- tasks ------------------------------------------------------------------------- */

/* How the connection request went that was to bring the session that a task waits for. */
static void put_call(struct json *json, const struct acs_agent *agent,
    const struct task *task)
{
	const struct device *device = device_list_find(&agent->devices, task->cpe);

	if (task->state != TASK_QUEUED || !device || !device->call ||
	    device->call->time < task->queued)
		return;
	json_object_begin(json, "call");
	json_text(json, "outcome", device->call->outcome);
	json_text(json, "why", device->call->why);
	json_object_end(json);
}

/* The head of a task, and of its result what is no list. */
static void put_task(struct json *json, const struct acs_agent *agent,
    const struct task *task)
{
	char time[CLOCK_ISO8601_MAX];

	json_uint(json, "task", task->id);
	json_text(json, "cpe", task->cpe);
	json_text(json, "method", cwmp_method_name(task->rpc->method));
	json_text(json, "state", task_state_name(task->state));
	json_uint(json, "sent", task->n_sent);
	json_text(json, "queued", clock_iso8601(task->queued, 3, time));
	if (task->state != TASK_QUEUED)
		json_text(json, "over", clock_iso8601(task->over, 3, time));
	task_result_put_end(json, task);
	if (task->members && task->members[0]) {
		auto_buf object = BUF_NULL;

		buf_printf(&object, "{%s}", task->members);
		json_raw(json, "result", buf_str(&object));
	}
	put_call(json, agent, task);
}

/* A page of a task whose list goes on at byte answer->at of its items. */
static int put_page(const struct acs_agent *agent, struct answer *answer,
    const struct task *task)
{
	struct json *json = answer->json;
	struct str items = str_from(str_of(task->items), answer->at);

	json_object_begin(json, "task");
	if (answer->n_pages == 0)
		put_task(json, agent, task);
	if (task->list) {
		json_array_begin(json, task->list);
		while (items.len > 0 && !answer_is_full(answer)) {
			struct str item = str_cut(items, '\n', &items);

			json_raw(json, NULL, item);
			answer->at += item.len + 1;
		}
		json_array_end(json);
	}
	json_object_end(json);
	return items.len > 0 ? ANSWER_MORE : ANSWER_WHOLE;
}

/* A command that waits for a task, or pages through its result. */
struct task_wait {
	struct list link; /* of the agent's waits; in none once the task is over */
	uint64_t task;
	struct answer *answer;
	clock_ns until;
};

#define RPC(member, key_, kind, help_) \
	.key = key_, .type = kind,     \
	.offset = offsetof(struct agent_rpc_arguments, member), .help = help_

const struct conf_row agent_rpc_rows[] = {
	{ RPC(device, "device", CONF_STR, "its id, or its serial number"),
	    .is_required = true, .min = 1, .max = DEVICE_ID_MAX },
	{ RPC(method, "method", CONF_NODE, "name of the RPC"), .is_required = true },
	{ RPC(arguments, "arguments", CONF_NODE, "as the keys of a policy's step") },
	{ RPC(wait, "wait", CONF_BOOL, "answer when it is over") },
	{ RPC(call, "call", CONF_BOOL, "send the CPE a connection request for it") },
	{ RPC(timeout, "timeout", CONF_DURATION, "or after so long"),
	    .min = (uint64_t)NS_PER_MS, .max = 86400 * (uint64_t)NS_PER_S },
	{ NULL },
};

static int queue_task(struct acs_agent *agent, struct answer *answer,
    const struct task **ret, struct error *err)
{
	const struct agent_rpc_arguments *wish = answer->arguments;
	struct device *device = agent_find_device(agent, wish->device, err);
	struct task *task;
	int r;

	if (!device)
		return ERR_USAGE;
	if (wish->method->kind != CONF_SCALAR)
		return error_set(err, ERR_USAGE, "\"method\" wants a name");
	r = task_queue_add(&agent->tasks, device->id, answer->doc, wish->method,
	    wish->arguments, clock_wall(), &task, err);
	if (r == 0)
		*ret = task;
	return r;
}

static int begin_wait(struct acs_agent *agent, struct answer *answer,
    const struct task *task, clock_ns timeout, struct error *err)
{
	struct task_wait *wait = calloc(1, sizeof(*wait));

	if (!wait)
		return error_set(err, -ENOMEM, "no memory to wait; the task is queued");
	list_init(&wait->link);
	wait->task = task->id;
	wait->answer = answer;
	wait->until =
	    clock_monotonic() + (timeout ? timeout : WAIT_DEFAULT_S * NS_PER_S);
	list_append(&agent->waits, &wait->link);
	answer->state = wait;
	return ANSWER_LATER;
}

int agent_page_rpc(void *user, struct answer *answer, struct error *err)
{
	struct acs_agent *agent = user;
	const struct agent_rpc_arguments *wish = answer->arguments;
	const struct task_wait *wait = answer->state;
	const struct task *task = NULL;
	int r;

	if (!wait) {
		r = queue_task(agent, answer, &task, err);
		if (r < 0)
			return r;
		if (wish->call && agent->reaching)
			reaching_fetch(agent->reaching, task->cpe);
		if (wish->wait)
			return begin_wait(agent, answer, task, wish->timeout, err);
	} else {
		task = task_queue_find(&agent->tasks, wait->task);
	}
	if (!task)
		return error_set(err, ERR_USAGE, "the task is over, and forgotten");
	return put_page(agent, answer, task);
}

void agent_end_wait(void *user, struct answer *answer)
{
	struct task_wait *wait = answer->state;

	(void)user;
	if (wait)
		list_remove(&wait->link);
	free(wait);
}

static void wake(struct task_wait *wait)
{
	list_remove(&wait->link);
	answer_wake(wait->answer);
}

void agent_task_ended(void *user, const struct task *task)
{
	struct acs_agent *agent = user;

	agent_task_over(agent, task);
	LIST_FOREACH_SAFE (item, &agent->waits) {
		struct task_wait *wait = list_entry(item, struct task_wait, link);

		if (wait->task == task->id)
			wake(wait);
	}
}

void agent_commands_sweep(struct acs_agent *agent, clock_ns now)
{
	LIST_FOREACH_SAFE (item, &agent->waits) {
		struct task_wait *wait = list_entry(item, struct task_wait, link);

		if (now >= wait->until)
			wake(wait);
	}
}

/* ---- tasks: those there are -------------------------------------------------------- */

#define TASKS(member, key_, kind, help_) \
	.key = key_, .type = kind,       \
	.offset = offsetof(struct agent_tasks_arguments, member), .help = help_

const struct conf_row agent_tasks_rows[] = {
	{ TASKS(device, "device", CONF_STR, "of one CPE alone"), .min = 1,
	    .max = DEVICE_ID_MAX },
	{ TASKS(task, "task", CONF_UINT, "one alone, with all of its result"),
	    .min = 1 },
	{ TASKS(wait, "wait", CONF_DURATION,
	      "with task: answer when it is over, or after so long"),
	    .max = 86400 * (uint64_t)NS_PER_S },
	{ NULL },
};

/* The task behind that number; they may come and go between pages. */
static const struct task *task_after(const struct task_queue *queue, uint64_t id,
    const char *cpe)
{
	const struct task *task = task_queue_after(queue, id);

	while (task && cpe && strcmp(task->cpe, cpe) != 0)
		task = task_queue_after(queue, task->id);
	return task;
}

static int page_list(struct acs_agent *agent, struct answer *answer, const char *cpe)
{
	struct json *json = answer->json;
	const struct task *task = task_after(&agent->tasks, answer->at, cpe);

	json_array_begin(json, "tasks");
	while (task && !answer_is_full(answer)) {
		json_object_begin(json, NULL);
		put_task(json, agent, task);
		json_object_end(json);
		answer->at = (size_t)task->id;
		task = task_after(&agent->tasks, task->id, cpe);
	}
	json_array_end(json);
	return task ? ANSWER_MORE : ANSWER_WHOLE;
}

static int page_one(struct acs_agent *agent, struct answer *answer, struct error *err)
{
	const struct agent_tasks_arguments *wish = answer->arguments;
	const struct task *task = task_queue_find(&agent->tasks, wish->task);

	if (!task)
		return error_set(err, ERR_USAGE, "there is no task %llu",
		    (unsigned long long)wish->task);
	if (task->state == TASK_QUEUED && wish->wait > 0 && !answer->state)
		return begin_wait(agent, answer, task, wish->wait, err);
	return put_page(agent, answer, task);
}

int agent_page_tasks(void *user, struct answer *answer, struct error *err)
{
	struct acs_agent *agent = user;
	const struct agent_tasks_arguments *wish = answer->arguments;
	const struct device *device = NULL;

	if (wish->task > 0)
		return page_one(agent, answer, err);
	if (wish->device) {
		device = agent_find_device(agent, wish->device, err);
		if (!device)
			return ERR_USAGE;
	}
	return page_list(agent, answer, device ? device->id : NULL);
}

/* ---- tasks: taken back ------------------------------------------------------------- */

const struct conf_row agent_withdraw_rows[] = {
	{ .key = "task",
	    .type = CONF_UINT,
	    .offset = offsetof(struct agent_withdraw_arguments, task),
	    .is_required = true,
	    .min = 1,
	    .help = "its number" },
	{ NULL },
};

int agent_page_withdraw(void *user, struct answer *answer, struct error *err)
{
	struct acs_agent *agent = user;
	const struct agent_withdraw_arguments *wish = answer->arguments;
	const struct task *task = NULL;
	int r =
	    task_queue_withdraw(&agent->tasks, wish->task, clock_wall(), &task, err);

	if (r < 0)
		return r;
	r = put_page(agent, answer, task);
	answer->at = 1;
	return r;
}

/* Those who wait for it are answered by lines of their own, and not before this one is whole. */
void agent_end_withdraw(void *user, struct answer *answer)
{
	struct acs_agent *agent = user;
	const struct agent_withdraw_arguments *wish = answer->arguments;
	const struct task *task =
	    answer->at ? task_queue_find(&agent->tasks, wish->task) : NULL;

	if (task)
		agent_task_ended(agent, task);
}
