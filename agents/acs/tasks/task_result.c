#include "agents/acs/tasks/task_result.h"

#include "agents/acs/tasks/task_queue.h"
#include "lib/base/json.h"
#include "lib/base/secret.h"
#include "lib/program/lines.h"

enum {
	ACCESS_LIST_TOLD_MAX = 64,
	FIELDS_TOLD_MAX = 16, /* of an item */
	FIELD_TOLD_MAX = 1024,
	FAULTS_TOLD_MAX = 16 /* parameters of one fault */
};

const char *task_result_list(enum cwmp_method method)
{
	static const struct {
		enum cwmp_method method;
		const char *key;
	} rows[] = {
		{ CWMP_GET_RPC_METHODS, "methods" },
		{ CWMP_GET_PARAMETER_VALUES, "values" },
		{ CWMP_GET_PARAMETER_NAMES, "names" },
		{ CWMP_GET_PARAMETER_ATTRIBUTES, "attributes" },
		{ CWMP_GET_QUEUED_TRANSFERS, "transfers" },
		{ CWMP_GET_ALL_QUEUED_TRANSFERS, "transfers" },
		{ CWMP_GET_OPTIONS, "options" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].method == method)
			return rows[i].key;
	}
	return NULL;
}

static void put_members(struct json *json, const struct cwmp_msg *answer)
{
	const struct cwmp_args *args = &answer->args;

	if (args->has_status)
		json_uint(json, "status", args->status);
	if (args->has_instance_number)
		json_uint(json, "instance", args->instance_number);
	if (args->start_time.p)
		json_str(json, "start-time", args->start_time);
	if (args->complete_time.p)
		json_str(json, "complete-time", args->complete_time);
}

/* Of SetParameterValues: what was wrong with which. */
static void put_faults(struct json *json, const struct cwmp_fault *fault)
{
	if (fault->n_params == 0)
		return;
	json->text_max = FIELD_TOLD_MAX;
	json_array_begin(json, "parameters");
	for (size_t i = 0; i < fault->n_params && i < FAULTS_TOLD_MAX; i++) {
		json_object_begin(json, NULL);
		json_str(json, "name", fault->params[i].name);
		json_uint(json, "fault", fault->params[i].code);
		json_str(json, "text", fault->params[i].text);
		json_object_end(json);
	}
	json_array_end(json);
}

void task_result_put_param(struct json *json, const struct cwmp_param *param)
{
	auto_buf shown = BUF_NULL;

	secret_put(&shown, param->value);
	json_object_begin(json, NULL);
	json_str(json, "name", param->name);
	if (secret_is_name(param->name) && param->value.len > 0)
		json_text(json, "value", "***");
	else
		json_str(json, "value", buf_str(&shown));
	if (param->type.len > 0)
		json_str(json, "type", param->type);
	json_object_end(json);
}

static void put_name(struct json *json, const struct cwmp_param_info *info)
{
	json_object_begin(json, NULL);
	json_str(json, "name", info->name);
	json_bool(json, "writable", info->writable);
	json_object_end(json);
}

static void put_attribute(struct json *json, const struct cwmp_param_info *info)
{
	json_object_begin(json, NULL);
	json_str(json, "name", info->name);
	json_uint(json, "notification", info->notification);
	json_array_begin(json, "access-list");
	for (size_t i = 0; i < info->access_list.len && i < ACCESS_LIST_TOLD_MAX; i++)
		json_str(json, NULL, info->access_list.items[i]);
	json_array_end(json);
	json_object_end(json);
}

static void put_item(struct json *json, const struct cwmp_item *item)
{
	json->text_max = FIELD_TOLD_MAX;
	json_object_begin(json, NULL);
	for (size_t i = 0; i < item->len && i < FIELDS_TOLD_MAX; i++) {
		auto_buf key = BUF_NULL;

		buf_append_str(&key, item->fields[i].name);
		json_str(json, buf_cstr(&key), item->fields[i].value);
	}
	json_object_end(json);
}

static size_t count_items(const struct cwmp_msg *answer, const char *list)
{
	const struct cwmp_args *args = &answer->args;

	if (strcmp(list, "methods") == 0)
		return args->names.len;
	if (strcmp(list, "values") == 0)
		return args->params.len;
	if (strcmp(list, "names") == 0 || strcmp(list, "attributes") == 0)
		return args->n_infos;
	return args->n_items;
}

static void put_nth(struct json *json, const struct cwmp_msg *answer, size_t i)
{
	const struct cwmp_args *args = &answer->args;

	if (answer->method == CWMP_GET_RPC_METHODS)
		json_str(json, NULL, args->names.items[i]);
	else if (answer->method == CWMP_GET_PARAMETER_VALUES)
		task_result_put_param(json, &args->params.items[i]);
	else if (answer->method == CWMP_GET_PARAMETER_NAMES)
		put_name(json, &args->infos[i]);
	else if (answer->method == CWMP_GET_PARAMETER_ATTRIBUTES)
		put_attribute(json, &args->infos[i]);
	else
		put_item(json, &args->items[i]);
}

void task_result_write(const struct cwmp_msg *answer, struct buf *members,
    struct buf *items, const char **ret_list)
{
	const char *list = task_result_list(answer->method);
	struct json json = json_writer(members, 0);

	json.text_max = LINE_TEXT_MAX;
	*ret_list = answer->kind == CWMP_RESPONSE ? list : NULL;
	if (answer->kind == CWMP_FAULT)
		put_faults(&json, &answer->fault);
	if (answer->kind != CWMP_RESPONSE)
		return;
	put_members(&json, answer);
	for (size_t i = 0; list && i < count_items(answer, list); i++) {
		struct json line = json_writer(items, 0);

		line.text_max = LINE_TEXT_MAX;
		put_nth(&line, answer, i);
		buf_append_char(items, '\n');
	}
}

void task_result_put_end(struct json *json, const struct task *task)
{
	bool has_code = task->state == TASK_FAULT && task->fault > 0;

	if (has_code)
		json_uint(json, "fault", task->fault);
	if (task->text)
		json_text(json, has_code ? "text" : "why", task->text);
}
