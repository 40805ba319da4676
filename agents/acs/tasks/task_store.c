#include "agents/acs/tasks/task_store.h"

#include "agents/acs/tasks/task_result.h"
#include "lib/program/log.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>

enum {
	BUSY_MS = 2000
};

enum statement {
	ADD,
	UPDATE,
	FORGET,
	STATEMENTS
};

/* What is over keeps no arguments: there may be passwords in them. */
static const char *const statement_texts[STATEMENTS] = {
	[ADD] = "INSERT INTO tasks VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)",
	[UPDATE] =
	    "UPDATE tasks SET arguments = ?4, state = ?5, sent = ?6, queued = ?7,"
	    " over = ?8, fault = ?9, text = ?10, members = ?11, items = ?12"
	    " WHERE id = ?1 AND cpe = ?2 AND method = ?3",
	[FORGET] = "DELETE FROM tasks WHERE id = ?1",
};

static const char setup[] =
    "PRAGMA synchronous = NORMAL;"
    "PRAGMA secure_delete = ON;"
    "CREATE TABLE IF NOT EXISTS tasks (id INTEGER PRIMARY KEY, cpe TEXT, method TEXT,"
    " arguments TEXT, state INTEGER, sent INTEGER, queued INTEGER, over INTEGER,"
    " fault INTEGER, text TEXT, members TEXT, items TEXT);";

struct task_store {
	sqlite3 *db;
	sqlite3_stmt *statements[STATEMENTS];
	char *path;
	struct task_queue *queue;
	struct task_keeper keeper;
};

static int fail(const struct task_store *store, struct error *err)
{
	int code = sqlite3_errcode(store->db);
	bool is_foreign = code == SQLITE_NOTADB || code == SQLITE_CORRUPT;

	return error_set(err, is_foreign ? ERR_MALFORMED : -EIO, "%s: %s", store->path,
	    sqlite3_errmsg(store->db));
}

/* ---- writing ----------------------------------------------------------------------- */

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	if (text)
		(void)sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
	else
		(void)sqlite3_bind_null(statement, at);
}

static void bind_task(sqlite3_stmt *statement, const struct task *task)
{
	(void)sqlite3_bind_int64(statement, 1, (sqlite3_int64)task->id);
	bind_text(statement, 2, task->cpe);
	bind_text(statement, 3, cwmp_method_name(task->rpc->method));
	bind_text(statement, 4, task->arguments);
	(void)sqlite3_bind_int(statement, 5, (int)task->state);
	(void)sqlite3_bind_int(statement, 6, (int)task->n_sent);
	(void)sqlite3_bind_int64(statement, 7, task->queued);
	(void)sqlite3_bind_int64(statement, 8, task->over);
	(void)sqlite3_bind_int64(statement, 9, task->fault);
	bind_text(statement, 10, task->text);
	bind_text(statement, 11, task->members);
	bind_text(statement, 12, task->items);
}

/* A statement is a transaction of its own: it is in the file's log when this returns. */
static int run(struct task_store *store, enum statement which, struct error *err)
{
	sqlite3_stmt *statement = store->statements[which];
	int r = sqlite3_step(statement);
	int result = r == SQLITE_DONE ? 0 : fail(store, err);

	(void)sqlite3_reset(statement);
	(void)sqlite3_clear_bindings(statement);
	return result;
}

static int add(void *user, const struct task *task, struct error *err)
{
	struct task_store *store = user;

	bind_task(store->statements[ADD], task);
	return run(store, ADD, err);
}

static int update(void *user, const struct task *task, struct error *err)
{
	struct task_store *store = user;

	bind_task(store->statements[UPDATE], task);
	return run(store, UPDATE, err);
}

static int forget(void *user, const struct task *task, struct error *err)
{
	struct task_store *store = user;

	(void)sqlite3_bind_int64(store->statements[FORGET], 1, (sqlite3_int64)task->id);
	return run(store, FORGET, err);
}

/* ---- reading ----------------------------------------------------------------------- */

static char *column(sqlite3_stmt *row, int at)
{
	/* The queue copies what it is given. */
	union {
		const unsigned char *text;
		char *kept;
	} column = { .text = sqlite3_column_text(row, at) };

	return column.kept;
}

static void take_task(struct task_store *store, sqlite3_stmt *row)
{
	const char *method = column(row, 2);
	int state = sqlite3_column_int(row, 4);
	struct task task = {
		.id = (uint64_t)sqlite3_column_int64(row, 0),
		.cpe = column(row, 1),
		.rpc = method ? acs_rpc_of(str_of(method)) : NULL,
		.arguments = column(row, 3),
		.state = (enum task_state)state,
		.n_sent = (unsigned)sqlite3_column_int(row, 5),
		.queued = sqlite3_column_int64(row, 6),
		.over = sqlite3_column_int64(row, 7),
		.fault = (uint32_t)sqlite3_column_int64(row, 8),
		.text = column(row, 9),
		.members = column(row, 10),
		.items = column(row, 11),
	};
	struct error err = ERROR_NULL;

	if (!task.cpe || !task.rpc || state < TASK_QUEUED || state > TASK_WITHDRAWN ||
	    (state == TASK_QUEUED && !task.arguments)) {
		log_warn("%s: task %llu cannot be read, and is left out", store->path,
		    (unsigned long long)task.id);
		return;
	}
	if (task.items)
		task.list = task_result_list(task.rpc->method);
	if (task_queue_restore(store->queue, &task, &err) < 0)
		log_warn("%s: task %llu is left out: %s", store->path,
		    (unsigned long long)task.id, err.text);
}

static int read_tasks(struct task_store *store, struct error *err)
{
	sqlite3_stmt *row = NULL;
	int r;

	if (sqlite3_prepare_v2(store->db, "SELECT * FROM tasks ORDER BY id", -1, &row,
		NULL) != SQLITE_OK)
		return fail(store, err);
	while ((r = sqlite3_step(row)) == SQLITE_ROW)
		take_task(store, row);
	(void)sqlite3_finalize(row);
	return r == SQLITE_DONE ? 0 : fail(store, err);
}

/* ---- life -------------------------------------------------------------------------- */

static int start(struct task_store *store, struct error *err)
{
	if (sqlite3_exec(store->db, setup, NULL, NULL, NULL) != SQLITE_OK)
		return fail(store, err);
	for (size_t i = 0; i < STATEMENTS; i++) {
		if (sqlite3_prepare_v2(store->db, statement_texts[i], -1,
			&store->statements[i], NULL) != SQLITE_OK)
			return fail(store, err);
	}
	return read_tasks(store, err);
}

int task_store_open(struct task_store **ret, const char *path, struct task_queue *queue,
    struct error *err)
{
	auto_cleanup(task_store_free) struct task_store *store =
	    calloc(1, sizeof(*store));
	int r;

	if (!store)
		return error_set(err, -ENOMEM, "no memory");
	store->path = str_dup(str_of(path));
	store->queue = queue;
	if (!store->path)
		return error_set(err, -ENOMEM, "no memory");
	if (sqlite3_open(path, &store->db) != SQLITE_OK)
		return fail(store, err);
	(void)sqlite3_busy_timeout(store->db, BUSY_MS);
	r = start(store, err);
	if (r < 0)
		return r;
	store->keeper = (struct task_keeper){ add, update, forget, store };
	queue->keeper = &store->keeper;
	*ret = steal_ptr(&store);
	return 0;
}

void task_store_free(struct task_store *store)
{
	if (!store)
		return;
	for (size_t i = 0; i < STATEMENTS; i++)
		(void)sqlite3_finalize(store->statements[i]);
	(void)sqlite3_close(store->db);
	free(store->path);
	free(store);
}
