#include "agents/cpe/jobs/jobs.h"

#include "lib/base/cleanup.h"

#include <errno.h>

static const struct {
	enum cwmp_method method;
	enum cwmp_event_code event, m_event;
} kinds[JOB_KINDS] = {
#define XX(symbol, name, method, event, m_event) \
	[JOB_##symbol] = { CWMP_##method, CWMP_EVENT_##event, CWMP_EVENT_##m_event },
	JOB_KIND_MAP(XX)
#undef XX
};

/* ---- the queue ---------------------------------------------------------------------- */

static void job_free(struct job *job)
{
	for (size_t i = 0; i < JOB_TEXTS; i++)
		free(job->texts[i]);
	for (uint32_t i = 0; i < job->n_operations; i++)
		job_operation_free(&job->operations[i]);
	free(job->operations);
	free(job);
}
DEFINE_CLEANUP(struct job *, job_free)

struct str job_text(const struct job *job, enum job_text text)
{
	return str_of(job->texts[text] ? job->texts[text] : "");
}

int job_set_text(struct job *job, enum job_text text, struct str value)
{
	return job_keep_text(&job->texts[text], value);
}

static int append(struct jobs *jobs, struct job *job)
{
	struct job **items;

	if (jobs->len >= JOBS_MAX)
		return ERR_LIMIT;
	items = realloc(jobs->items, (jobs->len + 1) * sizeof(struct job *));
	if (!items)
		return -ENOMEM;
	jobs->items = items;
	jobs->items[jobs->len++] = job;
	return 0;
}

int jobs_add(struct jobs *jobs, const struct job_order *order, struct job **ret)
{
	auto_cleanup(job_free) struct job *job = calloc(1, sizeof(*job));
	int r = job ? 0 : -ENOMEM;

	for (size_t i = 0; i < JOB_TEXTS && r == 0; i++)
		r = job_set_text(job, (enum job_text)i, order->texts[i]);
	if (r < 0)
		return r;
	job->id = ++jobs->last_id;
	job->kind = order->kind;
	job->way = order->way;
	job->is_upgrade = order->is_upgrade;
	job->file_size = order->file_size;
	job->due = order->due;
	job->n_windows = order->n_windows;
	for (size_t i = 0; i < order->n_windows; i++)
		job->windows[i] = order->windows[i];
	if (job->n_windows > 0)
		job->due = job->windows[0].start;
	if (job_is_question(job))
		job->stage = JOB_DONE;
	r = append(jobs, job);
	if (r < 0)
		return r;
	if (ret)
		*ret = job;
	(void)steal_ptr(&job);
	return 0;
}

struct job *jobs_get(const struct jobs *jobs, uint32_t id)
{
	for (uint32_t i = 0; i < jobs->len; i++) {
		if (jobs->items[i]->id == id)
			return jobs->items[i];
	}
	return NULL;
}

void jobs_remove(struct jobs *jobs, uint32_t id)
{
	for (uint32_t i = 0; i < jobs->len; i++) {
		if (jobs->items[i]->id != id)
			continue;
		job_free(jobs->items[i]);
		jobs->len--;
		memmove(&jobs->items[i], &jobs->items[i + 1],
		    (jobs->len - i) * sizeof(struct job *));
		break;
	}
	if (jobs->len == 0)
		free(steal_ptr(&jobs->items));
}

void jobs_free(struct jobs *jobs)
{
	while (jobs->len > 0)
		jobs_remove(jobs, jobs->items[0]->id);
}

bool job_is_question(const struct job *job)
{
	return job->kind == JOB_ASK_METHODS || job->kind == JOB_ASK_DOWNLOAD;
}

bool job_is_change(const struct job *job)
{
	return job->kind == JOB_CHANGE || job->kind == JOB_OWN_CHANGE;
}

bool job_is_transfer(const struct job *job)
{
	return !job_is_question(job) && !job_is_change(job);
}

bool job_is_own(const struct job *job)
{
	return job->kind == JOB_OWN_TRANSFER || job->kind == JOB_OWN_UPLOAD ||
	       job->kind == JOB_OWN_CHANGE;
}

bool job_is_download(const struct job *job)
{
	return !job_is_question(job) && job->kind != JOB_UPLOAD &&
	       job->kind != JOB_OWN_UPLOAD;
}

enum cwmp_event_code job_event(const struct job *job)
{
	return kinds[job->kind].event;
}

enum cwmp_event_code job_m_event(const struct job *job)
{
	return kinds[job->kind].m_event;
}

/* ---- running ------------------------------------------------------------------------ */

static const struct job_window *window_of(const struct job *job)
{
	return job->n_windows > 0 ? &job->windows[job->window] : NULL;
}

static bool has_next_window(const struct job *job)
{
	return job->window + 1U < job->n_windows;
}

static void enter_next_window(struct job *job)
{
	job->window++;
	job->n_tries = 0;
	job->due = job->windows[job->window].start;
	job->stage = JOB_WAITING;
}

static void end(struct job *job, clock_ns wall)
{
	job->stage = JOB_DONE;
	job->completed_at = wall;
}

/* A window is over, and the job was not done in it. */
static void leave_window(struct job *job, clock_ns wall)
{
	if (has_next_window(job)) {
		enter_next_window(job);
		return;
	}
	if (job->fault == 0) {
		job->fault = 9020;
		(void)job_set_text(job, JOB_FAULT, str_of(cwmp_fault_text(9020)));
	}
	end(job, wall);
}

struct job *jobs_tick(struct jobs *jobs, clock_ns wall)
{
	for (uint32_t i = 0; i < jobs->len; i++) {
		struct job *job = jobs->items[i];

		while (job->stage == JOB_WAITING && window_of(job) &&
		       wall >= window_of(job)->end) {
			leave_window(job, wall);
			if (job->stage == JOB_DONE)
				return job;
		}
	}
	return NULL;
}

static bool can_start(const struct job *job)
{
	const struct job_window *window = window_of(job);

	return job->stage == JOB_WAITING && (!window || window->mode != JOB_CONFIRMED);
}

bool jobs_are_busy(const struct jobs *jobs)
{
	for (uint32_t i = 0; i < jobs->len; i++) {
		if (jobs->items[i]->stage == JOB_RUNNING ||
		    jobs->items[i]->stage == JOB_APPLYING)
			return true;
	}
	return false;
}

struct job *jobs_next(const struct jobs *jobs, clock_ns wall, bool is_in_session)
{
	if (jobs_are_busy(jobs))
		return NULL;
	for (uint32_t i = 0; i < jobs->len; i++) {
		struct job *job = jobs->items[i];

		if (can_start(job) && wall >= job->due &&
		    (!is_in_session || job->way != JOB_LATER))
			return job;
	}
	return NULL;
}

clock_ns jobs_due(const struct jobs *jobs)
{
	clock_ns at = INT64_MAX;
	bool busy = jobs_are_busy(jobs);

	for (uint32_t i = 0; i < jobs->len; i++) {
		const struct job *job = jobs->items[i];

		if (job->stage != JOB_WAITING)
			continue;
		if (!busy && can_start(job))
			at = MIN(at, job->due);
		if (window_of(job))
			at = MIN(at, window_of(job)->end);
	}
	return at;
}

void job_start(struct job *job, clock_ns wall)
{
	job->stage = JOB_RUNNING;
	job->started_at = wall;
}

clock_ns job_deadline(const struct job *job)
{
	return window_of(job) ? window_of(job)->end : INT64_MAX;
}

static bool may_try_again(const struct job *job, clock_ns wall)
{
	const struct job_window *window = window_of(job);

	return window && wall + JOB_RETRY_S * NS_PER_S < window->end &&
	       (window->retries < 0 || job->n_tries <= window->retries);
}

void job_finish(struct job *job, clock_ns wall, uint32_t fault, struct str words)
{
	job->fault = fault;
	(void)job_set_text(job, JOB_FAULT,
	    fault != 0 && words.len == 0 ? str_of(cwmp_fault_text(fault)) : words);
	if (fault == 0) {
		end(job, wall);
		return;
	}
	job->n_tries++;
	if (may_try_again(job, wall)) {
		job->stage = JOB_WAITING;
		job->due = wall + JOB_RETRY_S * NS_PER_S;
	} else if (has_next_window(job)) {
		enter_next_window(job);
	} else {
		end(job, wall);
	}
}

/* ---- operations --------------------------------------------------------------------- */

int job_add_operation(struct job *job, uint32_t at, struct job_operation *operation)
{
	struct job_operation *operations;

	if (job->n_operations >= JOB_RESULTS_MAX)
		return ERR_LIMIT;
	operations =
	    realloc(job->operations, (job->n_operations + 1) * sizeof(*operations));
	if (!operations)
		return -ENOMEM;
	job->operations = operations;
	memmove(&operations[at + 1], &operations[at],
	    (job->n_operations - at) * sizeof(*operations));
	operations[at] = *operation;
	*operation = (struct job_operation){ .is_done = false };
	job->n_operations++;
	return 0;
}

void job_drop_operation(struct job *job, uint32_t at)
{
	job_operation_free(&job->operations[at]);
	job->n_operations--;
	memmove(&job->operations[at], &job->operations[at + 1],
	    (job->n_operations - at) * sizeof(*job->operations));
}

struct job_operation *job_next_operation(const struct job *job)
{
	for (uint32_t i = 0; i < job->n_operations; i++) {
		if (!job->operations[i].is_done)
			return &job->operations[i];
	}
	return NULL;
}

/* ---- telling ------------------------------------------------------------------------ */

struct job *jobs_to_tell(const struct jobs *jobs)
{
	for (uint32_t i = 0; i < jobs->len; i++) {
		struct job *job = jobs->items[i];

		if (job->stage != JOB_DONE || job->way == JOB_BY_RESPONSE)
			continue;
		if (job->is_announced || job->way == JOB_IN_SESSION ||
		    job_event(job) == CWMP_EVENT_CODES)
			return job;
	}
	return NULL;
}

bool jobs_are_awaited(const struct jobs *jobs)
{
	for (uint32_t i = 0; i < jobs->len; i++) {
		if (jobs->items[i]->way == JOB_IN_SESSION &&
		    jobs->items[i]->stage != JOB_DONE)
			return true;
	}
	return false;
}

static int fill_times(const struct job *job, struct arena *arena,
    struct cwmp_args *args)
{
	args->start_time = job_time(job->started_at, arena);
	args->complete_time = job_time(job->completed_at, arena);
	return args->start_time.p && args->complete_time.p ? 0 : -ENOMEM;
}

static int fill_results(const struct job *job, struct arena *arena,
    struct cwmp_args *args)
{
	int r = 0;

	args->items = arena_array(arena, job->n_operations + 1, sizeof(*args->items));
	if (!args->items)
		return -ENOMEM;
	for (uint32_t i = 0; i < job->n_operations && r == 0; i++)
		r = job_operation_fill(&job->operations[i], job->kind == JOB_OWN_CHANGE,
		    arena, &args->items[args->n_items++]);
	return r;
}

enum cwmp_method job_method(const struct job *job)
{
	return kinds[job->kind].method;
}

int job_fill_request(const struct job *job, struct arena *arena, struct cwmp_msg *ret)
{
	struct cwmp_args *args = &ret->args;

	*ret = (struct cwmp_msg){
		.kind = CWMP_REQUEST,
		.method = job_method(job),
	};
	args->command_key = job_text(job, JOB_COMMAND_KEY);
	args->file_type = job_text(job, JOB_FILE_TYPE);
	args->announce_url = job_text(job, JOB_ANNOUNCE_URL);
	args->transfer_url = job_text(job, JOB_URL);
	args->target_file_name = job_text(job, JOB_TARGET);
	args->is_download = job_is_download(job);
	args->file_size = job->file_size;
	args->fault_code = job->fault;
	args->fault_text = job_text(job, JOB_FAULT);
	return job_is_change(job) ? fill_results(job, arena, args)
				  : fill_times(job, arena, args);
}

int job_fill_response(const struct job *job, struct arena *arena, struct cwmp_msg *ret)
{
	*ret = (struct cwmp_msg){
		.kind = CWMP_RESPONSE,
		.method = job->kind == JOB_UPLOAD ? CWMP_UPLOAD : CWMP_DOWNLOAD,
	};
	if (job->fault == 0)
		return fill_times(job, arena, &ret->args);
	ret->kind = CWMP_FAULT;
	ret->fault = (struct cwmp_fault){
		.code = job->fault,
		.text = job_text(job, JOB_FAULT),
		.soap_code = str_of(cwmp_fault_soap_code(job->fault)),
		.soap_string = STR("CWMP fault"),
	};
	return 0;
}

static struct str number(struct arena *arena, uint64_t n)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
	return arena_str(arena, str_of(text));
}

/* State (cwmp-1-2.xsd): 1 not yet started, 2 in progress, 3 completed and being finished. */
static struct str state_of(const struct job *job)
{
	static const char *const states[JOB_STAGES] = { "1", "2", "3", "3" };

	return str_of(states[job->stage]);
}

static int fill_item(const struct job *job, bool is_all, struct arena *arena,
    struct cwmp_item *ret)
{
	const struct cwmp_param fields[] = {
		{ STR("CommandKey"), job_text(job, JOB_COMMAND_KEY), STR_NULL },
		{ STR("State"), state_of(job), STR_NULL },
		{ STR("IsDownload"), job_is_download(job) ? STR("1") : STR("0"),
		    STR_NULL },
		{ STR("FileType"), job_text(job, JOB_FILE_TYPE), STR_NULL },
		{ STR("FileSize"), number(arena, job->file_size), STR_NULL },
		{ STR("TargetFileName"), job_text(job, JOB_TARGET), STR_NULL },
	};

	ret->len = is_all ? ARRAY_LEN(fields) : 2;
	ret->fields = arena_array(arena, ARRAY_LEN(fields), sizeof(*ret->fields));
	if (!ret->fields || !fields[4].value.p)
		return -ENOMEM;
	memcpy(ret->fields, fields, sizeof(fields));
	return 0;
}

int jobs_fill_list(const struct jobs *jobs, bool is_all, struct arena *arena,
    struct cwmp_args *ret)
{
	ret->items = arena_array(arena, jobs->len + 1, sizeof(*ret->items));
	if (!ret->items)
		return -ENOMEM;
	for (uint32_t i = 0; i < jobs->len; i++) {
		const struct job *job = jobs->items[i];

		if (!job_is_transfer(job) || (!is_all && job_is_own(job)))
			continue;
		if (fill_item(job, is_all, arena, &ret->items[ret->n_items++]) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* One of the CPE's own has no key that an ACS could know. */
static bool has_key(const struct job *job, struct str command_key)
{
	return job_is_transfer(job) && !job_is_own(job) &&
	       str_eq(job_text(job, JOB_COMMAND_KEY), command_key);
}

uint32_t jobs_cancel(struct jobs *jobs, struct str command_key)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < jobs->len; i++) {
		const struct job *job = jobs->items[i];

		if (!has_key(job, command_key))
			continue;
		if (job->stage != JOB_WAITING)
			return 9021;
		n++;
	}
	for (uint32_t i = jobs->len; i-- > 0;) {
		const struct job *job = jobs->items[i];

		if (has_key(job, command_key))
			jobs_remove(jobs, job->id);
	}
	return n > 0 ? 0 : 9003;
}
