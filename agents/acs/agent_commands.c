/* What an ACS can be asked: its devices, and RPCs to them. */
#include "agents/acs/agent_internal.h"

#include "lib/base/json.h"

#include <errno.h>
#include <stdlib.h>

enum {
	WAIT_DEFAULT_S = 60,
	ID_MAX = 320
};

/* ---- status ------------------------------------------------------------------------ */

static int page_status(void *user, struct answer *answer, struct error *err)
{
	struct acs_agent *agent = user;
	struct json *json = answer->json;
	struct device_cursor *cursor = answer->state;

	json_object_begin(json, "status");
	if (!cursor) {
		cursor = answer->state = calloc(1, sizeof(*cursor));
		if (!cursor)
			return error_set(err, -ENOMEM, "no memory");
		device_cursor_open(cursor, &agent->devices);
		json_uint(json, "sessions", agent->n_sessions);
		json_uint(json, "failed", agent->n_failed);
		json_uint(json, "running", acs_service_sessions(agent->service));
		json_uint(json, "tasks", agent->tasks.n_waiting);
		json_uint(json, "connections",
		    agent->door ? acs_door_connections(agent->door) : 0);
	}
	json_array_begin(json, "devices");
	while (device_cursor_has_next(cursor) && !answer_is_full(answer))
		device_write(device_cursor_next(cursor), json, PAGE_ITEM_BYTES_MAX);
	json_array_end(json);
	json_object_end(json);
	return device_cursor_has_next(cursor) ? ANSWER_MORE : ANSWER_WHOLE;
}

static void end_status(void *user, struct answer *answer)
{
	(void)user;
	if (answer->state)
		device_cursor_close(answer->state);
	free(answer->state);
}

/* ---- devices by name --------------------------------------------------------------- */

/* The device of that id; or the only one whose serial number it is. */
static struct device *find_device(struct acs_agent *agent, const char *name,
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

/* The head of a task, and of its result what is no list. */
static void put_task(struct json *json, const struct task *task)
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
	if (task->state == TASK_FAULT)
		json_uint(json, "fault", task->fault);
	if (task->text)
		json_text(json, task->state == TASK_FAULT ? "text" : "why", task->text);
	if (task->members && task->members[0]) {
		auto_buf object = BUF_NULL;

		buf_printf(&object, "{%s}", task->members);
		json_raw(json, "result", buf_str(&object));
	}
}

/* A page of a task whose list goes on at byte answer->at of its items. */
static int put_page(struct answer *answer, const struct task *task)
{
	struct json *json = answer->json;
	struct str items = str_from(str_of(task->items), answer->at);

	json_object_begin(json, "task");
	if (answer->n_pages == 0)
		put_task(json, task);
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

struct rpc_arguments {
	const char *device;
	const struct conf_node *method, *arguments;
	bool wait;
	clock_ns timeout;
};

#define RPC(member, key_, kind, help_)                                               \
	.key = key_, .type = kind, .offset = offsetof(struct rpc_arguments, member), \
	.help = help_

static const struct conf_row rpc_arguments_rows[] = {
	{ RPC(device, "device", CONF_STR, "its id, or its serial number"),
	    .is_required = true, .min = 1, .max = ID_MAX },
	{ RPC(method, "method", CONF_NODE, "name of the RPC"), .is_required = true },
	{ RPC(arguments, "arguments", CONF_NODE, "as the keys of a policy's step") },
	{ RPC(wait, "wait", CONF_BOOL, "answer when it is over") },
	{ RPC(timeout, "timeout", CONF_DURATION, "or after so long"),
	    .min = (uint64_t)NS_PER_MS, .max = 86400 * (uint64_t)NS_PER_S },
	{ NULL },
};

static int queue_task(struct acs_agent *agent, struct answer *answer,
    const struct task **ret, struct error *err)
{
	const struct rpc_arguments *wish = answer->arguments;
	struct device *device = find_device(agent, wish->device, err);
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
    const struct task *task, struct error *err)
{
	const struct rpc_arguments *wish = answer->arguments;
	struct task_wait *wait = calloc(1, sizeof(*wait));

	if (!wait)
		return error_set(err, -ENOMEM, "no memory to wait; the task is queued");
	list_init(&wait->link);
	wait->task = task->id;
	wait->answer = answer;
	wait->until = clock_monotonic() +
		      (wish->timeout ? wish->timeout : WAIT_DEFAULT_S * NS_PER_S);
	list_append(&agent->waits, &wait->link);
	answer->state = wait;
	return ANSWER_LATER;
}

static int page_rpc(void *user, struct answer *answer, struct error *err)
{
	struct acs_agent *agent = user;
	const struct rpc_arguments *wish = answer->arguments;
	const struct task_wait *wait = answer->state;
	const struct task *task = NULL;
	int r;

	if (!wait) {
		r = queue_task(agent, answer, &task, err);
		if (r < 0)
			return r;
		if (wish->wait)
			return begin_wait(agent, answer, task, err);
	} else {
		task = task_queue_find(&agent->tasks, wait->task);
	}
	if (!task)
		return error_set(err, ERR_USAGE, "the task is over, and forgotten");
	return put_page(answer, task);
}

static void end_rpc(void *user, struct answer *answer)
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

struct tasks_arguments {
	const char *device; /* null: of all */
	uint64_t task;      /* 0: all */
};

#define TASKS(member, key_, kind, help_)                                               \
	.key = key_, .type = kind, .offset = offsetof(struct tasks_arguments, member), \
	.help = help_

static const struct conf_row tasks_rows[] = {
	{ TASKS(device, "device", CONF_STR, "of one CPE alone"), .min = 1,
	    .max = ID_MAX },
	{ TASKS(task, "task", CONF_UINT, "one alone, with all of its result"),
	    .min = 1 },
	{ NULL },
};

/* The task behind that number, of those that wait or of those that are over; they may come
 * and go between pages. */
static const struct task *task_after(const struct task_queue *queue, uint64_t id,
    const char *cpe)
{
	const struct list *lists[] = { &queue->over, &queue->waiting };
	const struct task *found = NULL;

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		LIST_FOREACH (item, lists[i]) {
			const struct task *task = list_entry(item, struct task, link);

			if (task->id > id && (!found || task->id < found->id) &&
			    (!cpe || strcmp(task->cpe, cpe) == 0))
				found = task;
		}
	}
	return found;
}

static int page_list(struct acs_agent *agent, struct answer *answer, const char *cpe)
{
	struct json *json = answer->json;
	const struct task *task = task_after(&agent->tasks, answer->at, cpe);

	json_array_begin(json, "tasks");
	while (task && !answer_is_full(answer)) {
		json_object_begin(json, NULL);
		put_task(json, task);
		json_object_end(json);
		answer->at = (size_t)task->id;
		task = task_after(&agent->tasks, task->id, cpe);
	}
	json_array_end(json);
	return task ? ANSWER_MORE : ANSWER_WHOLE;
}

static int page_tasks(void *user, struct answer *answer, struct error *err)
{
	struct acs_agent *agent = user;
	const struct tasks_arguments *wish = answer->arguments;
	const struct task *task;
	const struct device *device = NULL;

	if (wish->task > 0) {
		task = task_queue_find(&agent->tasks, wish->task);
		if (!task)
			return error_set(err, ERR_USAGE, "there is no task %llu",
			    (unsigned long long)wish->task);
		return put_page(answer, task);
	}
	if (wish->device) {
		device = find_device(agent, wish->device, err);
		if (!device)
			return ERR_USAGE;
	}
	return page_list(agent, answer, device ? device->id : NULL);
}

/* ---- tags -------------------------------------------------------------------------- */

struct tag_arguments {
	const char *device;
	struct conf_strings add, remove;
};

#define TAG(member, key_, kind, help_)                                               \
	.key = key_, .type = kind, .offset = offsetof(struct tag_arguments, member), \
	.help = help_

static const struct conf_row tag_rows[] = {
	{ TAG(device, "device", CONF_STR, "its id, or its serial number"),
	    .is_required = true, .min = 1, .max = ID_MAX },
	{ TAG(add, "add", CONF_STRINGS, "tags to put on it"), .max = DEVICE_TAGS_MAX },
	{ TAG(remove, "remove", CONF_STRINGS, "tags to take"), .max = DEVICE_TAGS_MAX },
	{ NULL },
};

static int check_tags(const struct conf_strings *tags, struct error *err)
{
	for (size_t i = 0; i < tags->len; i++) {
		if (!policy_is_tag(str_of(tags->items[i])))
			return error_set(err, ERR_USAGE,
			    "a tag has 1 to %d characters, no blank and none of ,*?{}",
			    POLICY_TAG_MAX);
	}
	return 0;
}

static int page_tag(void *user, struct answer *answer, struct error *err)
{
	struct acs_agent *agent = user;
	const struct tag_arguments *wish = answer->arguments;
	struct device *device = find_device(agent, wish->device, err);
	struct str rest;
	int r;

	if (!device)
		return ERR_USAGE;
	r = check_tags(&wish->add, err);
	if (r == 0)
		r = check_tags(&wish->remove, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < wish->remove.len; i++)
		(void)device_tag(device, str_of(wish->remove.items[i]), false);
	for (size_t i = 0; i < wish->add.len; i++)
		(void)device_tag(device, str_of(wish->add.items[i]), true);
	agent_save(agent, device);
	rest = str_of(device->tags);
	json_array_begin(answer->json, "tags");
	while (rest.len > 0)
		json_str(answer->json, NULL, str_cut(rest, ',', &rest));
	json_array_end(answer->json);
	return ANSWER_WHOLE;
}

/* ---- connection requests ------------------------------------------------------------ */

struct reach_arguments {
	const char *device; /* null: all that are known */
	int by;             /* enum call_way */
};

static const char *const way_names[] = { "http", "udp", NULL };

static const struct conf_row reach_rows[] = {
	{ .key = "device",
	    .type = CONF_STR,
	    .offset = offsetof(struct reach_arguments, device),
	    .help = "as \"status\" names it; without it all are called" },
	{ .key = "by",
	    .type = CONF_ENUM,
	    .names = way_names,
	    .dflt = "http",
	    .offset = offsetof(struct reach_arguments, by),
	    .help = "how" },
	{ NULL },
};

/* The calls begin when this is written (end_reach()); how they end is told by events, since
 * they may take longer than an answer. */
static int page_reach(void *user, struct answer *answer, struct error *err)
{
	struct acs_agent *agent = user;
	const struct reach_arguments *arguments = answer->arguments;

	if (arguments->device && !device_list_find(&agent->devices, arguments->device))
		return error_set(err, ERR_USAGE, "no device of that name has informed");
	if (!arguments->device && reaching_is_sweeping(agent->reaching))
		return error_set(err, ERR_USAGE, "a sweep is under way");
	json_uint(answer->json, "calls",
	    arguments->device ? 1 : agent->devices.by_id.len);
	answer->at = 1;
	return ANSWER_WHOLE;
}

static void end_reach(void *user, struct answer *answer)
{
	const struct acs_agent *agent = user;
	const struct reach_arguments *arguments = answer->arguments;

	if (!answer->at || !agent->reaching)
		return;
	if (arguments->device)
		reaching_call(agent->reaching, arguments->device,
		    (enum call_way)arguments->by);
	else
		reaching_sweep(agent->reaching, (enum call_way)arguments->by);
}

const struct command agent_commands[] = {
	{ .name = "status",
	    .help = "sessions so far, and the devices that it knows",
	    .page = page_status,
	    .end = end_status },
	{ .name = "reach",
	    .help = "sends a connection request to a device, or to all of them",
	    .rows = reach_rows,
	    .size = sizeof(struct reach_arguments),
	    .page = page_reach,
	    .end = end_reach },
	{ .name = "rpc",
	    .help = "queue an RPC for a CPE's next session",
	    .rows = rpc_arguments_rows,
	    .size = sizeof(struct rpc_arguments),
	    .page = page_rpc,
	    .end = end_rpc },
	{ .name = "tasks",
	    .help = "RPCs that are queued, and those that are over",
	    .rows = tasks_rows,
	    .size = sizeof(struct tasks_arguments),
	    .page = page_tasks },
	{ .name = "tag",
	    .help = "put tags on a CPE, or take them",
	    .rows = tag_rows,
	    .size = sizeof(struct tag_arguments),
	    .page = page_tag },
	{ NULL },
};
