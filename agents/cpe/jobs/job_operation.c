#include "agents/cpe/jobs/job_operation.h"

#include "lib/base/compiler.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define UNKNOWN_TIME STR("0001-01-01T00:00:00Z")

enum {
	FIELDS_MAX = 12 /* of a result */
};

static const struct {
	const char *name, *type;
} kinds[JOB_OPERATION_KINDS] = {
#define XX(symbol, name, type) [JOB_##symbol] = { name, type },
	JOB_OPERATION_MAP(XX)
#undef XX
};

static const char *const text_names[JOB_OPERATION_TEXTS] = {
#define XX(symbol, name) [JOB_##symbol] = name,
	JOB_OPERATION_TEXT_MAP(XX)
#undef XX
};

int job_keep_text(char **text, struct str value)
{
	char *copy = value.len > 0 ? str_dup(value) : NULL;

	if (value.len > 0 && !copy)
		return -ENOMEM;
	free(*text);
	*text = copy;
	return 0;
}

struct str job_time(clock_ns wall, struct arena *arena)
{
	char text[CLOCK_ISO8601_MAX];

	if (wall == 0)
		return UNKNOWN_TIME;
	return arena_str(arena, str_of(clock_iso8601(wall, 0, text)));
}

struct str job_operation_text(const struct job_operation *operation,
    enum job_operation_text text)
{
	return str_of(operation->texts[text] ? operation->texts[text] : "");
}

int job_operation_set_text(struct job_operation *operation,
    enum job_operation_text text, struct str value)
{
	return job_keep_text(&operation->texts[text], value);
}

void job_operation_free(struct job_operation *operation)
{
	for (size_t i = 0; i < JOB_OPERATION_TEXTS; i++) {
		free(operation->texts[i]);
		operation->texts[i] = NULL;
	}
}

bool job_operation_kind_of(const struct cwmp_item *item, enum job_operation_kind *ret)
{
	for (size_t i = 0; i < JOB_OPERATION_KINDS; i++) {
		if (str_is(item->type, kinds[i].type)) {
			*ret = (enum job_operation_kind)i;
			return true;
		}
	}
	return false;
}

int job_operation_read(struct job_operation *ret, enum job_operation_kind kind,
    const struct cwmp_item *item)
{
	int r = 0;

	*ret = (struct job_operation){ .kind = kind };
	for (size_t i = 0; i < JOB_IS_UUID && r == 0; i++)
		r = job_operation_set_text(ret, (enum job_operation_text)i,
		    cwmp_item_text(item, text_names[i]));
	return r;
}

/* ---- results ------------------------------------------------------------------------ */

static void put(struct cwmp_item *item, const char *name, struct str value)
{
	item->fields[item->len++] =
	    (struct cwmp_param){ .name = str_of(name), .value = value };
}

int job_operation_fill(const struct job_operation *operation, bool is_autonomous,
    struct arena *arena, struct cwmp_item *ret)
{
	struct str started = job_time(operation->started_at, arena);
	struct str completed = job_time(operation->completed_at, arena);
	char text[16];
	struct str code;

	(void)snprintf(text, sizeof(text), "%u", operation->fault);
	code = arena_str(arena, str_of(text));
	*ret = (struct cwmp_item){
		.fields = arena_array(arena, FIELDS_MAX, sizeof(*ret->fields)),
	};
	if (!ret->fields || !started.p || !completed.p || !code.p)
		return -ENOMEM;
	for (size_t i = JOB_IS_UUID; i < JOB_IS_FAULT; i++)
		put(ret, text_names[i],
		    job_operation_text(operation, (enum job_operation_text)i));
	put(ret, "Resolved", operation->is_resolved ? STR("1") : STR("0"));
	put(ret, "StartTime", started);
	put(ret, "CompleteTime", completed);
	put(ret, "FaultCode", code);
	put(ret, "FaultString", job_operation_text(operation, JOB_IS_FAULT));
	if (is_autonomous)
		put(ret, "OperationPerformed", str_of(kinds[operation->kind].name));
	return 0;
}
