/* Jobs as lines that outlive the process:
 *
 *     job 7 download waiting later 0 4096 DUE STARTED COMPLETED FAULT 0 0 key 1%20Firm...
 *     operation 7 0 1 UNIT ...    of the job 7, behind it, in their order */
#include "agents/cpe/jobs/jobs.h"

#include "agents/cpe/store/words.h"

#include <errno.h>

static const char *const kind_names[JOB_KINDS] = {
#define XX(symbol, name, method, event, m_event) name,
	JOB_KIND_MAP(XX)
#undef XX
};

static const char *const stage_names[JOB_STAGES] = {
#define XX(symbol, name) name,
	JOB_STAGE_MAP(XX)
#undef XX
};

static void save_operation(const struct job *job, const struct job_operation *operation,
    struct buf *out)
{
	buf_append_text(out, "operation");
	word_put_int(out, job->id);
	word_put_int(out, (int64_t)operation->kind);
	word_put_int(out, operation->is_done);
	word_put_int(out, operation->is_resolved);
	word_put_int(out, operation->unit);
	word_put_int(out, operation->started_at);
	word_put_int(out, operation->completed_at);
	word_put_int(out, operation->fault);
	for (size_t i = 0; i < JOB_OPERATION_TEXTS; i++)
		word_put(out,
		    job_operation_text(operation, (enum job_operation_text)i));
	buf_append_char(out, '\n');
}

/* What is to be told within a session is told later, when that session is over with the process.
 * A transfer goes with it, too, and begins anew. */
static void save_job(const struct job *job, struct buf *out)
{
	enum job_stage stage = job->stage == JOB_RUNNING ? JOB_WAITING : job->stage;

	buf_append_text(out, "job");
	word_put_int(out, job->id);
	word_put(out, str_of(kind_names[job->kind]));
	word_put(out, str_of(stage_names[stage]));
	word_put_int(out, job->is_upgrade);
	word_put_int(out, job->file_size);
	word_put_int(out, job->due);
	word_put_int(out, job->started_at);
	word_put_int(out, job->completed_at);
	word_put_int(out, job->fault);
	word_put_int(out, job->window);
	word_put_int(out, job->n_tries);
	for (size_t i = 0; i < JOB_TEXTS; i++)
		word_put(out, job_text(job, (enum job_text)i));
	word_put_int(out, job->n_windows);
	for (size_t i = 0; i < job->n_windows; i++) {
		word_put_int(out, job->windows[i].start);
		word_put_int(out, job->windows[i].end);
		word_put_int(out, (int64_t)job->windows[i].mode);
		word_put_int(out, job->windows[i].retries);
	}
	buf_append_char(out, '\n');
	for (uint32_t i = 0; i < job->n_operations; i++)
		save_operation(job, &job->operations[i], out);
}

void jobs_save(const struct jobs *jobs, struct buf *out)
{
	buf_append_text(out, "jobs");
	word_put_int(out, jobs->last_id);
	buf_append_char(out, '\n');
	for (uint32_t i = 0; i < jobs->len; i++) {
		if (jobs->items[i]->way != JOB_BY_RESPONSE)
			save_job(jobs->items[i], out);
	}
}

/* ---- reading ------------------------------------------------------------------------ */

struct reader {
	struct str line;
	struct arena *arena;
	bool has_failed;
};

static int64_t take_int(struct reader *reader, int64_t min, int64_t max)
{
	int64_t n = 0;

	if (!word_take_int(&reader->line, min, max, &n))
		reader->has_failed = true;
	return n;
}

static struct str take(struct reader *reader)
{
	struct str text = STR_NULL;

	if (!word_take(&reader->line, reader->arena, &text))
		reader->has_failed = true;
	return text;
}

static int take_name(struct reader *reader, const char *const *names, int n)
{
	struct str name = take(reader);

	for (int i = 0; i < n; i++) {
		if (str_is(name, names[i]))
			return i;
	}
	reader->has_failed = true;
	return 0;
}

struct saved { /* what an order has not */
	uint32_t id, fault;
	enum job_stage stage;
	clock_ns due, started_at, completed_at;
	uint8_t window;
	int32_t n_tries;
};

static void read_windows(struct reader *reader, struct job_order *order)
{
	order->n_windows = (uint8_t)take_int(reader, 0, JOB_WINDOWS_MAX);
	for (size_t i = 0; i < order->n_windows; i++) {
		struct job_window *window = &order->windows[i];

		window->start = take_int(reader, INT64_MIN, INT64_MAX);
		window->end = take_int(reader, INT64_MIN, INT64_MAX);
		window->mode = (enum job_mode)take_int(reader, 0, JOB_CONFIRMED);
		window->retries = (int32_t)take_int(reader, INT32_MIN, INT32_MAX);
	}
}

static void read_job(struct reader *reader, struct job_order *order,
    struct saved *saved)
{
	saved->id = (uint32_t)take_int(reader, 1, UINT32_MAX);
	order->kind = (enum job_kind)take_name(reader, kind_names, JOB_KINDS);
	saved->stage = (enum job_stage)take_name(reader, stage_names, JOB_STAGES);
	order->is_upgrade = take_int(reader, 0, 1) != 0;
	order->file_size = (uint32_t)take_int(reader, 0, UINT32_MAX);
	saved->due = take_int(reader, INT64_MIN, INT64_MAX);
	saved->started_at = take_int(reader, INT64_MIN, INT64_MAX);
	saved->completed_at = take_int(reader, INT64_MIN, INT64_MAX);
	saved->fault = (uint32_t)take_int(reader, 0, UINT32_MAX);
	saved->window = (uint8_t)take_int(reader, 0, JOB_WINDOWS_MAX - 1);
	saved->n_tries = (int32_t)take_int(reader, 0, INT32_MAX);
	for (size_t i = 0; i < JOB_TEXTS; i++)
		order->texts[i] = take(reader);
	read_windows(reader, order);
}

static bool add(struct jobs *jobs, const struct job_order *order,
    const struct saved *saved)
{
	uint32_t last_id = jobs->last_id;
	struct job *job;

	if (saved->stage == JOB_RUNNING ||
	    (saved->window > 0 && saved->window >= order->n_windows) ||
	    jobs_get(jobs, saved->id) || jobs_add(jobs, order, &job) < 0)
		return false;
	jobs->last_id = MAX(last_id, saved->id);
	job->id = saved->id;
	job->stage = saved->stage;
	job->due = saved->due;
	job->started_at = saved->started_at;
	job->completed_at = saved->completed_at;
	job->fault = saved->fault;
	job->window = saved->window;
	job->n_tries = saved->n_tries;
	return true;
}

static bool add_operation(struct jobs *jobs, struct reader *reader)
{
	struct job *job = jobs_get(jobs, (uint32_t)take_int(reader, 1, UINT32_MAX));
	struct job_operation operation = { .is_done = false };
	int r = job ? 0 : ERR_MALFORMED;

	operation.kind =
	    (enum job_operation_kind)take_int(reader, 0, JOB_OPERATION_KINDS - 1);
	operation.is_done = take_int(reader, 0, 1) != 0;
	operation.is_resolved = take_int(reader, 0, 1) != 0;
	operation.unit = (uint32_t)take_int(reader, 0, UINT32_MAX);
	operation.started_at = take_int(reader, INT64_MIN, INT64_MAX);
	operation.completed_at = take_int(reader, INT64_MIN, INT64_MAX);
	operation.fault = (uint32_t)take_int(reader, 0, UINT32_MAX);
	for (size_t i = 0; i < JOB_OPERATION_TEXTS && r == 0; i++)
		r = job_operation_set_text(&operation, (enum job_operation_text)i,
		    take(reader));
	if (r == 0 && !reader->has_failed)
		r = job_add_operation(job, job->n_operations, &operation);
	job_operation_free(&operation);
	return r == 0 && !reader->has_failed;
}

bool jobs_restore(struct jobs *jobs, struct str line)
{
	auto_arena arena = ARENA_NULL;
	struct job_order order = { .way = JOB_LATER };
	struct reader reader = { line, &arena, false };
	struct saved saved;
	struct str name = take(&reader);

	if (str_is(name, "jobs")) {
		jobs->last_id = (uint32_t)take_int(&reader, 0, UINT32_MAX);
		return !reader.has_failed;
	}
	if (str_is(name, "operation"))
		return add_operation(jobs, &reader);
	if (!str_is(name, "job"))
		return false;
	read_job(&reader, &order, &saved);
	return !reader.has_failed && add(jobs, &order, &saved);
}
