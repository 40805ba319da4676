/* Ordering transfers of files, and asking for them (TR-069 A6 A.3.2.8, A.4.1.5, A.4.1.7 to
 * A.4.1.9). What is ordered becomes a job, which is carried out when its time has come. */
#include "agents/cpe/rpc/rpc_internal.h"

#include "lib/proto/url.h"

#include <errno.h>

#define FIRMWARE "1 Firmware Upgrade Image"

static bool is_one_of(struct str text, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (str_is(text, names[i]))
			return true;
	}
	return false;
}

/* "X <OUI or VENDOR> <what>" (cwmp-1-2.xsd). */
static bool is_vendors(struct str type)
{
	struct str rest;

	if (!str_starts(type, STR("X ")))
		return false;
	return str_cut(str_from(type, 2), ' ', &rest).len > 0 && rest.len > 0;
}

static bool is_download_type(struct str type)
{
	static const char *const names[] = { FIRMWARE, "2 Web Content",
		"3 Vendor Configuration File", "4 Tone File", "5 Ringer File",
		"6 Stored Firmware Image" };

	return is_one_of(type, names, ARRAY_LEN(names)) || is_vendors(type);
}

/* Types 3 and 4 end in the number of an instance. */
static bool is_upload_type(struct str type)
{
	static const char *const names[] = { "1 Vendor Configuration File",
		"2 Vendor Log File" };
	static const struct str numbered[] = { STR("3 Vendor Configuration File "),
		STR("4 Vendor Log File ") };
	uint64_t n;

	for (size_t i = 0; i < ARRAY_LEN(numbered); i++) {
		if (str_starts(type, numbered[i]) &&
		    str_to_u64(str_from(type, numbered[i].len), UINT32_MAX, &n) == 0)
			return n > 0;
	}
	return is_one_of(type, names, ARRAY_LEN(names)) || is_vendors(type);
}

static uint32_t check_url(struct rpc_call *call)
{
	struct error err = ERROR_NULL;
	struct url url;
	int r = url_parse(&url, call->in->url, &err);

	if (r < 0)
		return rpc_fault(call, r == ERR_UNSUPPORTED ? 9013 : 9003, "URL: %s",
		    err.text);
	return 0;
}

static uint32_t check_size(struct rpc_call *call)
{
	uint64_t max = call->rpc->values->model->conduct.transfers.max_size;

	if (call->in->file_size <= max)
		return 0;
	return rpc_fault(call, 9004, "FileSize %u is more than there is room for",
	    call->in->file_size);
}

static uint32_t check_type(struct rpc_call *call, bool is_known)
{
	if (is_known)
		return 0;
	return rpc_fault(call, 9003, "FileType \"%.*s\"", STR_ARG(call->in->file_type));
}

static enum job_way way_of(const struct rpc_call *call, bool is_upgrade)
{
	static const enum job_way ways[] = {
		[MODEL_TOLD_LATER] = JOB_LATER,
		[MODEL_TOLD_IN_SESSION] = JOB_IN_SESSION,
		[MODEL_TOLD_BY_RESPONSE] = JOB_BY_RESPONSE,
	};

	/* An image is applied by a reboot, which no session outlives; and what has to wait
	 * waits for the end of the session. */
	if (is_upgrade || call->in->delay_seconds > 0)
		return JOB_LATER;
	return ways[call->rpc->values->model->conduct.transfers.told];
}

static struct job_order order_of(const struct rpc_call *call, enum job_kind kind)
{
	const struct cwmp_args *in = call->in;
	const struct rpc_device *device = &call->rpc->device;
	struct job_order order = {
		.kind = kind,
		.is_upgrade =
		    kind != JOB_UPLOAD && str_is(in->file_type, FIRMWARE),
		.file_size = in->file_size,
		.due = device->wall(device->arg) +
		       (clock_ns)in->delay_seconds * NS_PER_S,
		.texts = {
			[JOB_COMMAND_KEY] = in->command_key,
			[JOB_FILE_TYPE] = in->file_type,
			[JOB_URL] = in->url,
			[JOB_USERNAME] = in->username,
			[JOB_PASSWORD] = in->password,
			[JOB_TARGET] = in->target_file_name,
		},
	};

	order.way = way_of(call, order.is_upgrade);
	return order;
}

/* Adds the job; the response says Status 1, or waits for it. */
static uint32_t add(struct rpc_call *call, const struct job_order *order)
{
	struct job *job;
	int r = jobs_add(call->rpc->jobs, order, &job);

	if (r < 0)
		return r == ERR_LIMIT ? rpc_fault(call, 9004,
					    "%d transfers are queued already", JOBS_MAX)
				      : 9002;
	if (order->way == JOB_BY_RESPONSE)
		call->awaited_job = job->id;
	if (order->kind == JOB_SCHEDULED_DOWNLOAD)
		return 0;
	call->out->args.status = 1;
	call->out->args.start_time = job_time(0, call->arena);
	call->out->args.complete_time = job_time(0, call->arena);
	return 0;
}

uint32_t rpc_download(struct rpc_call *call)
{
	struct job_order order = order_of(call, JOB_DOWNLOAD);
	uint32_t fault = check_type(call, is_download_type(call->in->file_type));

	if (fault == 0)
		fault = check_url(call);
	if (fault == 0)
		fault = check_size(call);
	return fault != 0 ? fault : add(call, &order);
}

uint32_t rpc_upload(struct rpc_call *call)
{
	struct job_order order = order_of(call, JOB_UPLOAD);
	uint32_t fault = check_type(call, is_upload_type(call->in->file_type));

	if (fault == 0)
		fault = check_url(call);
	return fault != 0 ? fault : add(call, &order);
}

/* ---- ScheduleDownload --------------------------------------------------------------- */

static bool read_mode(struct str text, enum job_mode *ret)
{
	static const char *const names[] = {
		[JOB_ANY_TIME] = "1 At Any Time",
		[JOB_IMMEDIATELY] = "2 Immediately",
		[JOB_WHEN_IDLE] = "3 When Idle",
		[JOB_CONFIRMED] = "4 Confirmation Needed",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (str_is(text, names[i])) {
			*ret = (enum job_mode)i;
			return true;
		}
	}
	return false;
}

/* -1 (as often as the CPE likes) and up. */
static bool read_retries(struct str text, int32_t *ret)
{
	uint64_t n;

	*ret = -1;
	if (str_is(text, "-1"))
		return true;
	if (str_to_u64(text, INT32_MAX, &n) < 0)
		return false;
	*ret = (int32_t)n;
	return true;
}

static uint32_t read_window(struct rpc_call *call, const struct cwmp_item *item,
    clock_ns now, struct job_window *ret)
{
	uint64_t start, end;

	if (str_to_u64(cwmp_item_text(item, "WindowStart"), UINT32_MAX, &start) < 0 ||
	    str_to_u64(cwmp_item_text(item, "WindowEnd"), UINT32_MAX, &end) < 0 ||
	    end <= start)
		return rpc_fault(call, 9003, "a time window ends after it starts");
	if (!read_mode(cwmp_item_text(item, "WindowMode"), &ret->mode))
		return rpc_fault(call, 9003, "WindowMode \"%.*s\"",
		    STR_ARG(cwmp_item_text(item, "WindowMode")));
	if (!read_retries(cwmp_item_text(item, "MaxRetries"), &ret->retries))
		return rpc_fault(call, 9003, "MaxRetries \"%.*s\"",
		    STR_ARG(cwmp_item_text(item, "MaxRetries")));
	ret->start = now + (clock_ns)start * NS_PER_S;
	ret->end = now + (clock_ns)end * NS_PER_S;
	return 0;
}

static uint32_t read_windows(struct rpc_call *call, struct job_order *order)
{
	clock_ns now = call->rpc->device.wall(call->rpc->device.arg);
	uint32_t fault = 0;

	if (call->in->n_items == 0 || call->in->n_items > JOB_WINDOWS_MAX)
		return rpc_fault(call, 9003, "%zu time windows; one or two are allowed",
		    call->in->n_items);
	for (size_t i = 0; i < call->in->n_items && fault == 0; i++)
		fault = read_window(call, &call->in->items[i], now, &order->windows[i]);
	if (fault != 0)
		return fault;
	order->n_windows = (uint8_t)call->in->n_items;
	if (order->n_windows == 2 && order->windows[1].start < order->windows[0].end)
		return rpc_fault(call, 9003, "the time windows overlap");
	return 0;
}

uint32_t rpc_schedule_download(struct rpc_call *call)
{
	struct job_order order = order_of(call, JOB_SCHEDULED_DOWNLOAD);
	uint32_t fault = check_type(call, is_download_type(call->in->file_type));

	order.way = JOB_LATER;
	if (fault == 0)
		fault = check_url(call);
	if (fault == 0)
		fault = check_size(call);
	if (fault == 0)
		fault = read_windows(call, &order);
	return fault != 0 ? fault : add(call, &order);
}

/* ---- the queue ---------------------------------------------------------------------- */

uint32_t rpc_cancel_transfer(struct rpc_call *call)
{
	return jobs_cancel(call->rpc->jobs, call->in->command_key);
}

uint32_t rpc_get_queued_transfers(struct rpc_call *call)
{
	return jobs_fill_list(call->rpc->jobs, false, call->arena, &call->out->args) < 0
		   ? 9004
		   : 0;
}

uint32_t rpc_get_all_queued_transfers(struct rpc_call *call)
{
	return jobs_fill_list(call->rpc->jobs, true, call->arena, &call->out->args) < 0
		   ? 9004
		   : 0;
}
