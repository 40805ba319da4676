/* The answer to a task, and what it consists of, as JSON. */
#pragma once

#include "lib/base/buf.h"
#include "lib/cwmp/cwmp.h"

struct json;
struct task;

/* Appends the members of an object, without its braces, to members, and the items of
 * its list, each ended by a line feed, to items. *ret_list is the key of the list;
 * null: there is none. Values of parameters whose names say that they are secret are
 * "***", and what is too long for a line is cut. */
void task_result_write(const struct cwmp_msg *answer, struct buf *members,
    struct buf *items, const char **ret_list);

/* An item of a list: a parameter with its value, "***" where its name says that it is secret. */
void task_result_put_param(struct json *json, const struct cwmp_param *param);

/* Why a task was not done: "fault" and "text", or "why" alone where no FaultCode has come. */
void task_result_put_end(struct json *json, const struct task *task);

/* The key of the list in the answer of that method, or null. */
const char *task_result_list(enum cwmp_method method);
