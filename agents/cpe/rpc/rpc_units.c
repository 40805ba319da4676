/* Ordering changes of deployment units (TR-069 A6 A.4.1.10). What is ordered becomes a job; what
 * is wrong with a single operation is told by its result (A.4.2.3), not by a fault. */
#include "agents/cpe/rpc/rpc_internal.h"

#include "lib/base/utf8.h"

#include <errno.h>

/* The longest that a member of an operation goes (cwmp-1-2.xsd). */
static uint32_t check_lengths(struct rpc_call *call, const struct cwmp_item *item)
{
	static const struct {
		const char *name;
		size_t max; /* characters */
	} rows[] = {
		{ "URL", 1024 },
		{ "Version", 32 },
		{ "Username", 256 },
		{ "Password", 256 },
		{ "ExecutionEnvRef", 256 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t n = utf8_length(cwmp_item_text(item, rows[i].name));

		if (n > rows[i].max)
			return rpc_fault(call, 9003,
			    "%s has %zu characters, at most %zu go", rows[i].name, n,
			    rows[i].max);
	}
	return 0;
}

static uint32_t check_operation(struct rpc_call *call, const struct cwmp_item *item,
    enum job_operation_kind *ret)
{
	static const char *const needed[JOB_OPERATION_KINDS] = { [JOB_INSTALL] = "URL",
		[JOB_UPDATE] = NULL,
		[JOB_UNINSTALL] = "UUID" };

	if (!job_operation_kind_of(item, ret))
		return rpc_fault(call, 9003, "an operation is of the type \"%.*s\"",
		    STR_ARG(item->type));
	if (needed[*ret] && cwmp_item_text(item, needed[*ret]).len == 0)
		return rpc_fault(call, 9003, "an operation has no %s", needed[*ret]);
	return check_lengths(call, item);
}

static uint32_t add_operation(struct rpc_call *call, struct job *job,
    const struct cwmp_item *item)
{
	struct job_operation operation = { .is_done = false };
	enum job_operation_kind kind;
	uint32_t fault = check_operation(call, item, &kind);
	int r;

	if (fault != 0)
		return fault;
	r = job_operation_read(&operation, kind, item);
	if (r == 0)
		r = job_add_operation(job, job->n_operations, &operation);
	job_operation_free(&operation);
	return r < 0 ? 9002 : 0;
}

uint32_t rpc_change_du_state(struct rpc_call *call)
{
	const struct rpc_device *device = &call->rpc->device;
	const struct job_order order = {
		.kind = JOB_CHANGE,
		.due = device->wall(device->arg),
		.texts = { [JOB_COMMAND_KEY] = call->in->command_key },
	};
	size_t n = call->in->n_items;
	uint32_t fault = 0;
	struct job *job;
	int r;

	if (n == 0)
		return rpc_fault(call, 9003, "there is no operation");
	if (n > JOB_OPERATIONS_MAX)
		return rpc_fault(call, 9004, "%zu operations, at most %d go", n,
		    JOB_OPERATIONS_MAX);
	r = jobs_add(call->rpc->jobs, &order, &job);
	if (r < 0)
		return r == ERR_LIMIT ? rpc_fault(call, 9004,
					    "%d jobs are queued already", JOBS_MAX)
				      : 9002;
	for (size_t i = 0; i < n && fault == 0; i++)
		fault = add_operation(call, job, &call->in->items[i]);
	if (fault != 0)
		jobs_remove(call->rpc->jobs, job->id);
	return fault;
}
