/* RPCs that people have queued for a CPE: sent in its next session, in their order, once its
 * policy has no more to say. A task is over when it was answered, well or by a fault; while
 * it was only sent it is sent again in the next session, or in the same one on another
 * connection, TASK_SENDS_MAX times at most.
 *
 *   queued --sent--> queued --answered--> done, or fault
 *             |  ^                  |
 *             +--+ no answer        +-- not sendable, or never answered --> failed
 *
 * One that was never sent can be withdrawn: nobody waits for it any more, and no CPE gets it.
 *
 * What is over is kept with its result until newer ones need the room. Each step is told to a
 * keeper (task_store.h) before it counts, so that it outlives the process. */
#pragma once

#include "agents/acs/policy/rpc.h"
#include "agents/acs/tasks/task_places.h"
#include "lib/base/clock.h"
#include "lib/base/list.h"
#include "lib/base/map.h"

enum {
	TASKS_MAX = 1000000, /* not over, of all CPEs: as many as devices (device.h) */
	TASKS_BYTES_MAX = 256 << 20, /* of these, with what malloc() adds */
	TASKS_OF_CPE_MAX = 256,      /* not over, of one */
	TASKS_OVER_MAX = 4096,       /* over, of all */
	TASKS_OVER_BYTES_MAX = 64 << 20,
	TASK_SENDS_MAX = 3,
	TASK_ARGUMENTS_MAX = 48 << 10 /* bytes of JSON */
};

enum task_state {
	TASK_QUEUED,
	TASK_DONE,
	TASK_FAULT,
	TASK_FAILED,
	TASK_WITHDRAWN
};

struct task {
	struct list link; /* of the queue: those that are not over, or those that are */
	struct list of_cpe; /* of those of its CPE that are not over */
	uint64_t id;
	char *cpe; /* OUI-ProductClass-SerialNumber */
	const struct acs_rpc *rpc;
	char *
	    arguments; /* JSON; dropped once it is over, for there may be passwords in it */
	enum task_state state;
	unsigned n_sent;
	clock_ns queued, over; /* wall clock */
	uint32_t fault;
	char *text; /* of the fault, or why it failed; may be null */
	/* The result: members of an object, as JSON without its braces, "" at least once it is
	 * over; and the items of its list, one a line. Null: none. */
	char *members, *items;
	const char *list; /* key of the list; null: there is none */
	/* private */
	struct task **holder; /* the session that has it out; null: none has */
	struct cpe_tasks *owner;
	size_t bytes;
};

/* What keeps tasks beyond the process; each returns 0 or a failure with words, and the step is
 * not done then. */
struct task_keeper {
	int (*add)(void *user, const struct task *task, struct error *err);
	int (*update)(void *user, const struct task *task, struct error *err);
	int (*forget)(void *user, const struct task *task, struct error *err);
	void *user;
};

struct task_queue {
	struct map by_cpe;
	struct list waiting, over; /* oldest first */
	size_t n_waiting, n_over, waiting_bytes, over_bytes;
	struct task_places places; /* of both */
	uint64_t last_id;
	const struct task_keeper *keeper; /* null: none */
	/* Told of a task that is over. May be null. */
	void (*ended)(void *user, const struct task *task);
	void *user;
};

/* hash_seed: as map.h says. keeper is borrowed. */
void task_queue_init(struct task_queue *queue, uint64_t hash_seed);
void task_queue_free(struct task_queue *queue);

/* The arguments of a task that is not over; they live in *ret_doc, which the caller
 * frees, also after a failure. ERR_CONFIG or -ENOMEM. */
int task_arguments(const struct task *task, struct conf_doc **ret_doc,
    struct acs_rpc_args *ret, struct error *err);

/* Queues the RPC of that name, with the arguments of the mapping node (null: none),
 * which is copied as JSON. *ret is the queue's. ERR_CONFIG with words for what is wrong
 * with it; ERR_LIMIT where the queue is full, or the arguments are longer than
 * TASK_ARGUMENTS_MAX; -ENOMEM; what the keeper returns. */
int task_queue_add(struct task_queue *queue, const char *cpe,
    const struct conf_doc *doc, const struct conf_node *method,
    const struct conf_node *arguments, clock_ns now, struct task **ret,
    struct error *err);

/* Takes back a task that is as it was kept: all members but the private ones are those of
 * kept, and copied. ERR_CONFIG, ERR_LIMIT, -ENOMEM. */
int task_queue_restore(struct task_queue *queue, const struct task *kept,
    struct error *err);

/* The CPE's oldest task that is not over, or null. One that has been sent too often fails at
 * now, and the one behind it is returned. */
struct task *task_queue_next(struct task_queue *queue, const char *cpe, clock_ns now);

/* The task goes out; *holder becomes it, and null when it is over, or when another holder has
 * it. A failure: it must not go out. */
int task_queue_send(struct task_queue *queue, struct task *task, struct task **holder,
    struct error *err);

/* The task was answered by a response or a fault. A failure: the keeper did not take it; the
 * task is over all the same. */
int task_queue_answer(struct task_queue *queue, struct task *task,
    const struct cwmp_msg *answer, clock_ns now, struct error *err);

/* The task cannot be sent. */
void task_queue_fail(struct task_queue *queue, struct task *task, const char *why,
    clock_ns now);

/* Takes a task back that has not gone out yet; *ret is the queue's. Who waits for it is not told:
 * queue->ended is the caller's to call. ERR_USAGE with words where there is none of that number,
 * it is over, or a CPE may have it already; what the keeper returns, and then it waits as
 * before. */
int task_queue_withdraw(struct task_queue *queue, uint64_t id, clock_ns now,
    const struct task **ret, struct error *err);

/* The task of that number, or null. */
const struct task *task_queue_find(const struct task_queue *queue, uint64_t id);

/* The next one behind that number, of those that wait and those that are over, or null. */
const struct task *task_queue_after(const struct task_queue *queue, uint64_t id);

/* How many tasks of that CPE are not over. */
size_t task_queue_waiting(const struct task_queue *queue, const char *cpe);

/* "queued", "done", "fault", "failed", "withdrawn". */
const char *task_state_name(enum task_state state);
