/* What a CPE does beside and after its sessions: transfers, deployment units, and the boot with a
 * new image.
 * Each step is written down before the next one (cpe_commit()), so that a killed process goes
 * on where it was. */
#include "agents/cpe/device/cpe_fleet.h"

#include "lib/program/log.h"

#include <stdio.h>

static bool is_by(const struct job *job, enum job_way way)
{
	return job->way == way;
}

static struct job *find_stage(const struct cpe *cpe, enum job_stage stage)
{
	for (uint32_t i = 0; i < cpe->jobs.len; i++) {
		if (cpe->jobs.items[i]->stage == stage)
			return cpe->jobs.items[i];
	}
	return NULL;
}

bool cpe_wants_flash(const struct cpe *cpe)
{
	return find_stage(cpe, JOB_APPLYING);
}

/* ---- telling ------------------------------------------------------------------------ */

/* The events of what a later session tells. */
static void add_events(struct cpe *cpe, const struct job *job)
{
	if (job_event(job) != CWMP_EVENT_CODES)
		(void)event_queue_add(&cpe->events, job_event(job), STR_NULL);
	if (job_m_event(job) != CWMP_EVENT_CODES)
		(void)event_queue_add(&cpe->events, job_m_event(job),
		    job_text(job, JOB_COMMAND_KEY));
}

/* How many of those before it and itself have the same M event with the same key. */
static size_t count_alike(const struct cpe *cpe, uint32_t at)
{
	const struct job *job = cpe->jobs.items[at];
	size_t n = 0;

	for (uint32_t i = 0; i <= at; i++) {
		const struct job *other = cpe->jobs.items[i];

		n += other->is_announced && job_m_event(other) == job_m_event(job) &&
		     str_eq(job_text(other, JOB_COMMAND_KEY),
			 job_text(job, JOB_COMMAND_KEY));
	}
	return n;
}

void cpe_jobs_announce(struct cpe *cpe)
{
	for (uint32_t i = 0; i < cpe->jobs.len; i++) {
		struct job *job = cpe->jobs.items[i];
		struct str key = job_text(job, JOB_COMMAND_KEY);

		if (job->stage != JOB_DONE || !is_by(job, JOB_LATER))
			continue;
		job->is_announced = true;
		/* A BOOTSTRAP, or a session that broke off, may have left one out. */
		if (job_event(job) != CWMP_EVENT_CODES)
			(void)event_queue_add(&cpe->events, job_event(job), STR_NULL);
		if (job_m_event(job) != CWMP_EVENT_CODES &&
		    event_queue_count(&cpe->events, job_m_event(job), key) <
			count_alike(cpe, i))
			(void)event_queue_add(&cpe->events, job_m_event(job), key);
	}
}

void cpe_jobs_forget_untold(struct cpe *cpe)
{
	for (uint32_t i = cpe->jobs.len; i-- > 0;) {
		const struct job *job = cpe->jobs.items[i];

		if (job->stage == JOB_DONE && !job_is_question(job))
			jobs_remove(&cpe->jobs, job->id);
	}
}

/* The response that was to tell it cannot go out any more: it never was. */
static void forget_unanswered(struct cpe *cpe)
{
	for (uint32_t i = cpe->jobs.len; i-- > 0;) {
		const struct job *job = cpe->jobs.items[i];

		if (!is_by(job, JOB_BY_RESPONSE))
			continue;
		if (job->stage == JOB_RUNNING)
			cpe->fleet->edges->cancel(cpe);
		jobs_remove(&cpe->jobs, job->id);
	}
}

void cpe_jobs_session_over(struct cpe *cpe)
{
	forget_unanswered(cpe);
	for (uint32_t i = 0; i < cpe->jobs.len; i++) {
		struct job *job = cpe->jobs.items[i];

		job->is_announced = false;
		if (!is_by(job, JOB_IN_SESSION))
			continue;
		job->way = JOB_LATER;
		if (job->stage == JOB_DONE)
			add_events(cpe, job);
	}
}

/* ---- running ------------------------------------------------------------------------ */

/* What of the end is in memory alone; job may be gone after it. */
static void note_end(struct cpe *cpe, struct job *job)
{
	if (job_is_transfer(job))
		cpe_report_transfer(cpe, job, true);
	if (job->stage == JOB_DONE && !cpe_own_is_told(cpe, job))
		jobs_remove(&cpe->jobs, job->id);
	else if (job->stage == JOB_DONE && is_by(job, JOB_LATER))
		add_events(cpe, job);
}

static void keep_end(struct cpe *cpe)
{
	(void)cpe_commit(cpe);
	if (cpe->state == CPE_TALKING)
		cpe->fleet->edges->resume(cpe);
}

static void take_end(struct cpe *cpe, struct job *job)
{
	note_end(cpe, job);
	keep_end(cpe);
}

void cpe_jobs_run(struct cpe *cpe)
{
	clock_ns wall = cpe->fleet->edges->wall();
	struct job *job;

	if (cpe->jobs.len == 0)
		return;
	/* Those whose last window has gone by. */
	while ((job = jobs_tick(&cpe->jobs, wall)))
		take_end(cpe, job);
	job = jobs_next(&cpe->jobs, wall, cpe->state != CPE_IDLE);
	if (!job || (cpe->state != CPE_IDLE && cpe->state != CPE_TALKING))
		return;
	cpe->is_settled = false;
	job_start(job, wall);
	if (job_is_change(job)) {
		if (cpe_units_run(cpe, job))
			take_end(cpe, job);
		return;
	}
	cpe_report_transfer(cpe, job, false);
	if (cpe->fleet->edges->transfer(cpe, job) == 0)
		return;
	job_finish(job, wall, 9002, STR("no memory for a transfer"));
	take_end(cpe, job);
}

clock_ns cpe_jobs_due(const struct cpe *cpe)
{
	clock_ns at;

	if (cpe->jobs.len == 0 || cpe->state != CPE_IDLE)
		return INT64_MAX;
	at = jobs_due(&cpe->jobs);
	if (at == INT64_MAX)
		return at;
	return cpe->fleet->edges->monotonic() +
	       MAX(at - cpe->fleet->edges->wall(), (clock_ns)0);
}

/* ---- the end of a transfer ---------------------------------------------------------- */

/* The settings of a file replace what the CPE has, as a restored backup does. */
static bool take_settings(struct cpe *cpe, struct str settings)
{
	struct model_values values = { .model = cpe->fleet->model };

	if (model_values_restore(&values, settings) < 0) {
		model_values_free(&values);
		return false;
	}
	model_values_free(&cpe->values);
	cpe->values = values;
	return true;
}

static void end_transfer(struct cpe *cpe, struct job *job, const struct cpe_file *file)
{
	const struct cpe_console *console = cpe->fleet->console;
	clock_ns wall = cpe->fleet->edges->wall();

	if (file->fault != 0)
		job_finish(job, wall, file->fault, str_of(file->why));
	else if (file->settings.p && !take_settings(cpe, file->settings))
		job_finish(job, wall, 9018, STR("the file has no settings of a CPE"));
	else
		job_finish(job, wall, 0, STR_NULL);
	note_end(cpe, job);
	/* What the commands set is written down with the end of the job: a process that is killed
	 * has both, or does both again. They may end the session that waits for the job. */
	if (file->has_commands && console)
		console->take(console->user, cpe);
	keep_end(cpe);
}

/* Down it goes, and comes up with the new image; the order of the steps is written down first,
 * so that a CPE that dies meanwhile comes up with it, too. */
static void keep_image(struct cpe *cpe, struct job *job, const char *version)
{
	if (job_set_text(job, JOB_VERSION, str_of(version)) < 0) {
		job_finish(job, cpe->fleet->edges->wall(), 9002,
		    STR("no memory for an image"));
		take_end(cpe, job);
		return;
	}
	job->stage = JOB_APPLYING;
	(void)cpe_commit(cpe);
}

void cpe_transferred(struct cpe *cpe, const struct cpe_file *file)
{
	struct job *job = find_stage(cpe, JOB_RUNNING);

	if (!job)
		return;
	if (job_is_change(job)) {
		if (cpe_units_fetched(cpe, job, file))
			take_end(cpe, job);
	} else if (file->fault == 0 && file->version) {
		keep_image(cpe, job, file->version);
	} else {
		end_transfer(cpe, job, file);
	}
	/* The session may wait for the next one. */
	if (cpe->state == CPE_TALKING)
		cpe_jobs_run(cpe);
}

/* ---- down and up -------------------------------------------------------------------- */

void cpe_jobs_interrupt(struct cpe *cpe)
{
	struct job *job = find_stage(cpe, JOB_RUNNING);

	if (!job)
		return;
	cpe->fleet->edges->cancel(cpe);
	job->stage = JOB_WAITING;
}

/* A value has changed only where the model has a parameter that tells it. */
static void run_image(struct cpe *cpe, struct job *job)
{
	struct str before = str_of(cpe->software_version);
	struct str version = job_text(job, JOB_VERSION);
	const struct model_param *param =
	    cpe->fleet->model->lives[MODEL_SOFTWARE_VERSION];
	const char *running = intern_put(&cpe->fleet->words, version);

	if (param && !before.p)
		before = str_of(param->value);
	if (param && !str_eq(before, version))
		(void)event_queue_add(&cpe->events, CWMP_EVENT_VALUE_CHANGE, STR_NULL);
	if (running) {
		intern_drop(&cpe->fleet->words, cpe->software_version);
		cpe->software_version = running;
	}
	job_finish(job, cpe->fleet->edges->wall(), 0, STR_NULL);
	take_end(cpe, job);
}

static void ask_at_boot(struct cpe *cpe, const char *method, enum job_kind kind)
{
	const struct conf_strings *asks = &cpe->fleet->model->conduct.cwmp.asks;
	const struct job_order order = {
		.kind = kind,
		.texts = { [JOB_FILE_TYPE] = STR("1 Firmware Upgrade Image") },
	};

	for (uint32_t i = 0; i < cpe->jobs.len; i++) {
		if (cpe->jobs.items[i]->kind == kind)
			return;
	}
	for (size_t i = 0; i < asks->len; i++) {
		if (str_is(str_of(asks->items[i]), method))
			(void)jobs_add(&cpe->jobs, &order, NULL);
	}
}

void cpe_jobs_boot(struct cpe *cpe)
{
	struct job *job;

	while ((job = find_stage(cpe, JOB_APPLYING)))
		run_image(cpe, job);
	ask_at_boot(cpe, "GetRPCMethods", JOB_ASK_METHODS);
	ask_at_boot(cpe, "RequestDownload", JOB_ASK_DOWNLOAD);
	cpe_own_boot(cpe);
}
