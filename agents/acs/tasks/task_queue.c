#include "agents/acs/tasks/task_queue.h"

#include "agents/acs/tasks/task_result.h"
#include "lib/base/json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	/* And the queue of its CPE, its place, and what malloc() adds. */
	TASK_BYTES = sizeof(struct task) + 272
};

#define WITHDRAWN "it was withdrawn before it was sent"

struct cpe_tasks { /* those of a CPE that are not over */
	char *cpe;
	struct list tasks; /* oldest first */
	size_t n;
};

void task_queue_init(struct task_queue *queue, uint64_t hash_seed)
{
	*queue = (struct task_queue){ .by_cpe.seed = hash_seed };
	list_init(&queue->waiting);
	list_init(&queue->over);
}

const char *task_state_name(enum task_state state)
{
	static const char *const names[] = { [TASK_QUEUED] = "queued",
		[TASK_DONE] = "done",
		[TASK_FAULT] = "fault",
		[TASK_FAILED] = "failed",
		[TASK_WITHDRAWN] = "withdrawn" };

	return names[state];
}

/* ---- memory ------------------------------------------------------------------------ */

static void task_free(struct task *task)
{
	if (!task)
		return;
	free(task->cpe);
	free(task->arguments);
	free(task->text);
	free(task->members);
	free(task->items);
	free(task);
}
DEFINE_CLEANUP(struct task *, task_free)

static size_t length_of(const char *text)
{
	return text ? strlen(text) : 0;
}

static void let_go(struct task *task)
{
	if (task->holder)
		*task->holder = NULL;
	task->holder = NULL;
}

static void leave_cpe(struct task_queue *queue, struct task *task)
{
	struct cpe_tasks *owner = task->owner;

	if (!owner)
		return;
	list_remove(&task->of_cpe);
	task->owner = NULL;
	if (--owner->n > 0)
		return;
	(void)map_remove(&queue->by_cpe, str_of(owner->cpe));
	free(owner->cpe);
	free(owner);
}

static int join_cpe(struct task_queue *queue, struct task *task)
{
	struct cpe_tasks *owner = map_get(&queue->by_cpe, str_of(task->cpe));

	if (!owner) {
		owner = calloc(1, sizeof(*owner));
		if (!owner)
			return -ENOMEM;
		list_init(&owner->tasks);
		owner->cpe = str_dup(str_of(task->cpe));
		if (!owner->cpe ||
		    map_put(&queue->by_cpe, str_of(owner->cpe), owner) < 0) {
			free(owner->cpe);
			free(owner);
			return -ENOMEM;
		}
	}
	task->owner = owner;
	list_append(&owner->tasks, &task->of_cpe);
	owner->n++;
	return 0;
}

void task_queue_free(struct task_queue *queue)
{
	struct list *lists[] = { &queue->waiting, &queue->over };

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		LIST_FOREACH_SAFE (item, lists[i]) {
			struct task *task = list_entry(item, struct task, link);

			let_go(task);
			leave_cpe(queue, task);
			list_remove(&task->link);
			task_free(task);
		}
	}
	map_free(&queue->by_cpe);
	task_places_free(&queue->places);
}

/* ---- arguments --------------------------------------------------------------------- */

static char *json_of(const struct conf_node *node)
{
	auto_buf text = BUF_NULL;
	struct json json = json_writer(&text, 0);

	if (!node)
		return str_dup(STR("{}"));
	conf_put_json(&json, NULL, node);
	return text.error ? NULL : str_dup(buf_str(&text));
}

/* The caller frees *ret_doc, also after a failure. */
static int read_arguments(const struct acs_rpc *rpc, const char *text,
    struct conf_doc **ret_doc, struct acs_rpc_args *ret, struct error *err)
{
	int r = conf_parse("arguments", str_of(text), ret_doc, err);

	if (r < 0)
		return r;
	(*ret_doc)->has_no_text = true;
	*ret = (struct acs_rpc_args){ .values = NULL };
	r = conf_bind(*ret_doc, (*ret_doc)->root, acs_rpc_rows, ret, err);
	return r < 0 ? r : acs_rpc_check(*ret_doc, (*ret_doc)->root, rpc, ret, err);
}

static int check_arguments(const struct acs_rpc *rpc, const char *text,
    struct error *err)
{
	struct conf_doc *doc = NULL;
	struct acs_rpc_args args;
	int r = read_arguments(rpc, text, &doc, &args, err);

	conf_free(doc);
	return r;
}

int task_arguments(const struct task *task, struct conf_doc **ret_doc,
    struct acs_rpc_args *ret, struct error *err)
{
	*ret_doc = NULL;
	return read_arguments(task->rpc, task->arguments, ret_doc, ret, err);
}

/* ---- in ---------------------------------------------------------------------------- */

/* Its CPE chooses its name, which stands in the queue of the CPE as well. */
static size_t bytes_of(const struct task *task)
{
	return TASK_BYTES + 2 * length_of(task->cpe) + length_of(task->arguments) +
	       length_of(task->text) + length_of(task->members) +
	       length_of(task->items);
}

static struct task *task_new(const char *cpe, const struct acs_rpc *rpc,
    char *arguments)
{
	struct task *task = calloc(1, sizeof(*task));

	if (!task) {
		free(arguments);
		return NULL;
	}
	list_init(&task->link);
	list_init(&task->of_cpe);
	task->rpc = rpc;
	task->arguments = arguments;
	task->cpe = str_dup(str_of(cpe));
	task->bytes = bytes_of(task);
	if (task->cpe && task->arguments)
		return task;
	task_free(task);
	return NULL;
}

static int check_room(const struct task_queue *queue, const char *cpe,
    struct error *err)
{
	if (queue->n_waiting >= TASKS_MAX)
		return error_set(err, ERR_LIMIT, "%d tasks wait already", TASKS_MAX);
	if (queue->waiting_bytes >= TASKS_BYTES_MAX)
		return error_set(err, ERR_LIMIT,
		    "%zu tasks wait already, which are %d MB with their arguments",
		    queue->n_waiting, TASKS_BYTES_MAX >> 20);
	if (task_queue_waiting(queue, cpe) >= TASKS_OF_CPE_MAX)
		return error_set(err, ERR_LIMIT, "%d tasks wait for %s already",
		    TASKS_OF_CPE_MAX, cpe);
	return 0;
}

static int make(const char *cpe, const struct conf_doc *doc,
    const struct conf_node *method, const struct conf_node *arguments,
    struct task **ret, struct error *err)
{
	const struct acs_rpc *rpc = acs_rpc_find(doc, method, err);
	int r;

	if (!rpc)
		return ERR_CONFIG;
	if (arguments && arguments->kind != CONF_MAPPING)
		return conf_fail(doc, arguments, NULL, err,
		    "\"arguments\" wants keys with values");
	*ret = task_new(cpe, rpc, json_of(arguments));
	if (!*ret)
		return error_set(err, -ENOMEM, "no memory for a task");
	if (strlen((*ret)->arguments) > TASK_ARGUMENTS_MAX)
		r = error_set(err, ERR_LIMIT,
		    "the arguments have %zu bytes, at most %d "
		    "go",
		    strlen((*ret)->arguments), TASK_ARGUMENTS_MAX);
	else
		r = check_arguments(rpc, (*ret)->arguments, err);
	return r;
}

static int take_in(struct task_queue *queue, struct task *task)
{
	if (task_places_take(&queue->places, task->id, task) < 0)
		return -ENOMEM;
	if (join_cpe(queue, task) == 0)
		return 0;
	task_places_leave(&queue->places, task->id);
	return -ENOMEM;
}

static void wait_in(struct task_queue *queue, struct task *task)
{
	list_append(&queue->waiting, &task->link);
	queue->n_waiting++;
	queue->waiting_bytes += task->bytes;
}

int task_queue_add(struct task_queue *queue, const char *cpe,
    const struct conf_doc *doc, const struct conf_node *method,
    const struct conf_node *arguments, clock_ns now, struct task **ret,
    struct error *err)
{
	auto_cleanup(task_free) struct task *task = NULL;
	int r = check_room(queue, cpe, err);

	if (r == 0)
		r = make(cpe, doc, method, arguments, &task, err);
	if (r < 0)
		return r;
	task->id = ++queue->last_id;
	task->queued = now;
	if (queue->keeper)
		r = queue->keeper->add(queue->keeper->user, task, err);
	if (r < 0)
		return r;
	if (take_in(queue, task) < 0) {
		if (queue->keeper)
			(void)queue->keeper->forget(queue->keeper->user, task, NULL);
		return error_set(err, -ENOMEM, "no memory for a task");
	}
	wait_in(queue, task);
	*ret = steal_ptr(&task);
	return 0;
}

/* ---- over -------------------------------------------------------------------------- */

/* The oldest that are over make room for newer ones. */
static void forget_old(struct task_queue *queue)
{
	while (queue->n_over > TASKS_OVER_MAX ||
	       (queue->over_bytes > TASKS_OVER_BYTES_MAX && queue->n_over > 1)) {
		struct task *task = list_first(&queue->over, struct task, link);

		if (queue->keeper)
			(void)queue->keeper->forget(queue->keeper->user, task, NULL);
		list_remove(&task->link);
		queue->n_over--;
		queue->over_bytes -= task->bytes;
		task_places_leave(&queue->places, task->id);
		task_free(task);
	}
}

static void move_over(struct task_queue *queue, struct task *task)
{
	let_go(task);
	leave_cpe(queue, task);
	list_remove(&task->link);
	list_append(&queue->over, &task->link);
	free(task->arguments);
	task->arguments = NULL;
	task->bytes = bytes_of(task);
	queue->n_over++;
	queue->over_bytes += task->bytes;
}

static void end(struct task_queue *queue, struct task *task, enum task_state state,
    clock_ns now)
{
	task->state = state;
	task->over = now;
	queue->n_waiting--;
	queue->waiting_bytes -= task->bytes;
	move_over(queue, task);
}

static int finish(struct task_queue *queue, struct task *task, enum task_state state,
    clock_ns now, struct error *err)
{
	int r = 0;

	end(queue, task, state, now);
	if (queue->keeper)
		r = queue->keeper->update(queue->keeper->user, task, err);
	if (queue->ended)
		queue->ended(queue->user, task);
	forget_old(queue);
	return r;
}

void task_queue_fail(struct task_queue *queue, struct task *task, const char *why,
    clock_ns now)
{
	task->text = str_dup(str_of(why));
	(void)finish(queue, task, TASK_FAILED, now, NULL);
}

/* Unlike an answer, which is there whoever keeps it, this counts only once it is kept: a killed
 * ACS would send the task after all. */
static int keep_withdrawn(const struct task_queue *queue, const struct task *task,
    clock_ns now, struct error *err)
{
	struct task as_kept = *task;
	char why[] = WITHDRAWN;

	as_kept.text = why;
	as_kept.state = TASK_WITHDRAWN;
	as_kept.over = now;
	as_kept.arguments = NULL;
	return queue->keeper ? queue->keeper->update(queue->keeper->user, &as_kept, err)
			     : 0;
}

int task_queue_withdraw(struct task_queue *queue, uint64_t id, clock_ns now,
    const struct task **ret, struct error *err)
{
	unsigned long long number = id;
	struct task *task = task_places_find(&queue->places, id);
	int r;

	if (!task)
		return error_set(err, ERR_USAGE, "there is no task %llu", number);
	if (task->state != TASK_QUEUED)
		return error_set(err, ERR_USAGE, "task %llu is over: %s", number,
		    task_state_name(task->state));
	if (task->n_sent > 0)
		return error_set(err, ERR_USAGE,
		    "task %llu was sent to %s, which may have done it", number,
		    task->cpe);
	r = keep_withdrawn(queue, task, now, err);
	if (r < 0)
		return r;
	task->text = str_dup(STR(WITHDRAWN));
	end(queue, task, TASK_WITHDRAWN, now);
	forget_old(queue);
	*ret = task;
	return 0;
}

int task_queue_restore(struct task_queue *queue, const struct task *kept,
    struct error *err)
{
	auto_cleanup(task_free) struct task *task = NULL;
	bool is_over = kept->state != TASK_QUEUED;
	int r = is_over ? 0 : check_arguments(kept->rpc, kept->arguments, err);

	if (r < 0)
		return r;
	task = task_new(kept->cpe, kept->rpc, str_dup(str_of(kept->arguments)));
	if (task)
		task->id = kept->id;
	if (!task || task_places_take(&queue->places, task->id, task) < 0)
		return error_set(err, -ENOMEM, "no memory for a task");
	if (!is_over && join_cpe(queue, task) < 0) {
		task_places_leave(&queue->places, task->id);
		return error_set(err, -ENOMEM, "no memory for a task");
	}
	task->state = kept->state;
	task->n_sent = kept->n_sent;
	task->queued = kept->queued;
	task->over = kept->over;
	task->fault = kept->fault;
	task->list = kept->list;
	task->text = kept->text ? str_dup(str_of(kept->text)) : NULL;
	task->members = kept->members ? str_dup(str_of(kept->members)) : NULL;
	task->items = kept->items ? str_dup(str_of(kept->items)) : NULL;
	queue->last_id = MAX(queue->last_id, kept->id);
	if (is_over) {
		move_over(queue, task);
	} else {
		wait_in(queue, task);
	}
	(void)steal_ptr(&task);
	return 0;
}

/* ---- out --------------------------------------------------------------------------- */

static struct task *oldest(const struct task_queue *queue, const char *cpe)
{
	struct cpe_tasks *owner = map_get(&queue->by_cpe, str_of(cpe));

	return owner ? list_first(&owner->tasks, struct task, of_cpe) : NULL;
}

struct task *task_queue_next(struct task_queue *queue, const char *cpe, clock_ns now)
{
	struct task *task;

	while ((task = oldest(queue, cpe)) && task->n_sent >= TASK_SENDS_MAX) {
		char why[80];

		(void)snprintf(why, sizeof(why), "sent %u times, and never answered",
		    task->n_sent);
		task_queue_fail(queue, task, why, now);
	}
	return task;
}

int task_queue_send(struct task_queue *queue, struct task *task, struct task **holder,
    struct error *err)
{
	int r = 0;

	task->n_sent++;
	if (queue->keeper)
		r = queue->keeper->update(queue->keeper->user, task, err);
	if (r < 0) {
		task->n_sent--;
		return r;
	}
	let_go(task);
	task->holder = holder;
	*holder = task;
	return 0;
}

int task_queue_answer(struct task_queue *queue, struct task *task,
    const struct cwmp_msg *answer, clock_ns now, struct error *err)
{
	auto_buf members = BUF_NULL, items = BUF_NULL;

	task_result_write(answer, &members, &items, &task->list);
	task->members = str_dup(buf_str(&members));
	if (answer->kind == CWMP_FAULT) {
		task->fault = answer->fault.code;
		task->text = str_dup(answer->fault.text);
		return finish(queue, task, TASK_FAULT, now, err);
	}
	if (task->list)
		task->items = str_dup(buf_str(&items));
	return finish(queue, task, TASK_DONE, now, err);
}

/* ---- questions --------------------------------------------------------------------- */

const struct task *task_queue_find(const struct task_queue *queue, uint64_t id)
{
	return task_places_find(&queue->places, id);
}

const struct task *task_queue_after(const struct task_queue *queue, uint64_t id)
{
	return task_places_after(&queue->places, id);
}

size_t task_queue_waiting(const struct task_queue *queue, const char *cpe)
{
	const struct cpe_tasks *owner = map_get(&queue->by_cpe, str_of(cpe));

	return owner ? owner->n : 0;
}
