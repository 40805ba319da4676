/* Queued tasks on disk (SQLite), so that a killed ACS loses none that it took, and sends none
 * again whose answer it had. */
#pragma once

#include "agents/acs/tasks/task_queue.h"
#include "lib/base/cleanup.h"

struct task_store;

/* Opens the file, which device_store_open() has made or taken before, gives queue the tasks in
 * it and becomes its keeper. The queue goes first. ERR_MALFORMED, -ENOMEM, -EIO with
 * words. */
int task_store_open(struct task_store **ret, const char *path, struct task_queue *queue,
    struct error *err);

/* Null is fine. */
void task_store_free(struct task_store *store);
DEFINE_CLEANUP(struct task_store *, task_store_free)
