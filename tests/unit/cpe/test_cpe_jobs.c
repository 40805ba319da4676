/* agents/cpe/jobs: jobs as stories of one line each. What happens:
 *
 *   AT tick             jobs_tick() at that second        AT next       the job that is due starts
 *   AT ok, AT 9010      the try that runs ends            AT saved      all of it is written and read
 *
 * What is then told is the stage of the job, with its fault, window and tries. */
#include "tests/unit/cases.h"

#include "agents/cpe/jobs/jobs.h"

#include <stdio.h>

enum {
	ROWS_MAX = 12
};

static const char *const stages[JOB_STAGES] = {
#define XX(symbol, name) name,
	JOB_STAGE_MAP(XX)
#undef XX
};

static void save_and_restore(struct jobs *jobs)
{
	struct jobs copy = { NULL, 0, 0 };
	auto_buf text = BUF_NULL, again = BUF_NULL;
	struct str rest;

	jobs_save(jobs, &text);
	rest = buf_str(&text);
	while (rest.len > 0)
		assert_true(jobs_restore(&copy, str_cut(rest, '\n', &rest)));
	jobs_save(&copy, &again);
	jobs_free(jobs);
	*jobs = copy;
	assert_string_equal(buf_cstr(&text), buf_cstr(&again));
}

static void happen(struct jobs *jobs, const char *what)
{
	struct str verb, at = str_cut(str_of(what), ' ', &verb);
	struct job *job;
	uint64_t n, fault = 0;
	clock_ns wall;

	assert_int_equal(str_to_u64(at, 100000, &n), 0);
	wall = (clock_ns)n * NS_PER_S;
	if (str_is(verb, "tick")) {
		(void)jobs_tick(jobs, wall);
	} else if (str_is(verb, "saved")) {
		save_and_restore(jobs);
	} else if (str_is(verb, "next")) {
		job = jobs_next(jobs, wall, false);
		if (job)
			job_start(job, wall);
	} else {
		if (!str_is(verb, "ok"))
			assert_int_equal(str_to_u64(verb, 9999, &fault), 0);
		job_finish(jobs->items[0], wall, (uint32_t)fault, STR_NULL);
	}
}

static void tell(const struct jobs *jobs, struct buf *out)
{
	const struct job *job = jobs->items[0];
	clock_ns due = jobs_due(jobs);

	buf_reset(out);
	buf_printf(out, "%s", stages[job->stage]);
	if (job->n_windows > 0)
		buf_printf(out, " window %u", job->window);
	if (job->fault)
		buf_printf(out, " fault %u", job->fault);
	if (due != INT64_MAX)
		buf_printf(out, " due %d", (int)(due / NS_PER_S));
}

static const struct story {
	const char *name;
	struct job_order order;
	struct {
		const char *happens, *told;
	} rows[ROWS_MAX];
} stories[] = {
#define S(n) ((n)*NS_PER_S)
	{ "a download", { .kind = JOB_DOWNLOAD, .due = S(10) },
	    { { "9 next", "waiting due 10" }, { "10 next", "running" },
		{ "20 ok", "done" } } },
	{ "one that fails", { .kind = JOB_UPLOAD, .due = S(10) },
	    { { "10 next", "running" }, { "12 9011", "done fault 9011" },
		{ "12 saved", "done fault 9011" } } },
	{ "one that is killed", { .kind = JOB_DOWNLOAD, .due = S(10) },
	    { { "10 next", "running" }, { "11 saved", "waiting due 10" },
		{ "12 next", "running" }, { "13 ok", "done" } } },
	{ "a window",
	    { .kind = JOB_SCHEDULED_DOWNLOAD,
		.windows = { { S(10), S(20), JOB_ANY_TIME, 0 } },
		.n_windows = 1 },
	    { { "9 next", "waiting window 0 due 10" },
		{ "10 saved", "waiting window 0 due 10" },
		{ "10 next", "running window 0" }, { "19 ok", "done window 0" } } },
	{ "a window that goes by",
	    { .kind = JOB_SCHEDULED_DOWNLOAD,
		.windows = { { S(10), S(20), JOB_ANY_TIME, 0 } },
		.n_windows = 1 },
	    { { "19 tick", "waiting window 0 due 10" },
		{ "20 tick", "done window 0 fault 9020" } } },
	{ "nobody confirms it",
	    { .kind = JOB_SCHEDULED_DOWNLOAD,
		.windows = { { S(10), S(20), JOB_CONFIRMED, 0 } },
		.n_windows = 1 },
	    { { "10 next", "waiting window 0 due 20" },
		{ "20 tick", "done window 0 fault 9020" } } },
	{ "nobody confirms the first, and the second needs nobody",
	    { .kind = JOB_SCHEDULED_DOWNLOAD,
		.windows = { { S(10), S(20), JOB_CONFIRMED, 0 },
		    { S(30), S(40), JOB_IMMEDIATELY, 0 } },
		.n_windows = 2 },
	    { { "20 tick", "waiting window 1 due 30" },
		{ "29 next", "waiting window 1 due 30" },
		{ "30 next", "running window 1" }, { "31 ok", "done window 1" } } },
	{ "a try more within a window",
	    { .kind = JOB_SCHEDULED_DOWNLOAD,
		.windows = { { S(10), S(30), JOB_ANY_TIME, 1 } },
		.n_windows = 1 },
	    { { "10 next", "running window 0" },
		{ "11 9015", "waiting window 0 fault 9015 due 16" },
		{ "15 next", "waiting window 0 fault 9015 due 16" },
		{ "16 saved", "waiting window 0 fault 9015 due 16" },
		{ "16 next", "running window 0 fault 9015" },
		{ "17 9016", "done window 0 fault 9016" } } },
	{ "as many as there is time for",
	    { .kind = JOB_SCHEDULED_DOWNLOAD,
		.windows = { { S(10), S(22), JOB_ANY_TIME, -1 } },
		.n_windows = 1 },
	    { { "10 next", "running window 0" },
		{ "11 9015", "waiting window 0 fault 9015 due 16" },
		{ "16 next", "running window 0 fault 9015" },
		/* 17 + 5 s is the end of the window. */
		{ "17 9015", "done window 0 fault 9015" } } },
	{ "the second window is a new beginning",
	    { .kind = JOB_SCHEDULED_DOWNLOAD,
		.windows = { { S(10), S(20), JOB_ANY_TIME, 0 },
		    { S(20), S(30), JOB_WHEN_IDLE, 1 } },
		.n_windows = 2 },
	    { { "10 next", "running window 0" },
		{ "11 9015", "waiting window 1 fault 9015 due 20" },
		{ "20 next", "running window 1 fault 9015" },
		{ "21 9015", "waiting window 1 fault 9015 due 26" },
		{ "30 tick", "done window 1 fault 9015" } } },
	{ "what is asked is done at once", { .kind = JOB_ASK_METHODS },
	    { { "1 tick", "done" }, { "1 saved", "done" } } },
};

static void a_story_goes_as_told(void **state)
{
	const struct story *story = *state;
	struct jobs jobs = { NULL, 0, 0 };
	auto_buf told = BUF_NULL;

	assert_int_equal(jobs_add(&jobs, &story->order, NULL), 0);
	for (size_t j = 0; j < ROWS_MAX && story->rows[j].happens; j++) {
		happen(&jobs, story->rows[j].happens);
		tell(&jobs, &told);
		if (strcmp(buf_cstr(&told), story->rows[j].told) != 0)
			fail_msg("%s: after \"%s\": %s", story->name,
			    story->rows[j].happens, buf_cstr(&told));
	}
	jobs_free(&jobs);
}

static struct job *add(struct jobs *jobs, enum job_way way, const char *key)
{
	const struct job_order order = { .kind = JOB_DOWNLOAD,
		.way = way,
		.texts = { [JOB_COMMAND_KEY] = str_of(key) } };
	struct job *job;

	assert_int_equal(jobs_add(jobs, &order, &job), 0);
	return job;
}

static void test_a_cpe_does_one_thing_at_a_time(void **state)
{
	struct jobs jobs = { NULL, 0, 0 };
	struct job *a = add(&jobs, JOB_LATER, "a");
	const struct job *b = add(&jobs, JOB_LATER, "b");

	(void)state;
	assert_ptr_equal(jobs_next(&jobs, 1, false), a);
	job_start(a, 1);
	assert_null(jobs_next(&jobs, 1, false));
	assert_true(jobs_are_busy(&jobs));
	a->stage = JOB_APPLYING;
	assert_null(jobs_next(&jobs, 1, false));
	job_finish(a, 2, 0, STR_NULL);
	assert_ptr_equal(jobs_next(&jobs, 2, false), b);
	jobs_free(&jobs);
}

static void test_a_session_runs_what_it_waits_for(void **state)
{
	struct jobs jobs = { NULL, 0, 0 };
	struct job *b;

	(void)state;
	(void)add(&jobs, JOB_LATER, "a");
	assert_null(jobs_next(&jobs, 1, true));
	assert_false(jobs_are_awaited(&jobs));
	b = add(&jobs, JOB_IN_SESSION, "b");
	assert_ptr_equal(jobs_next(&jobs, 1, true), b);
	assert_true(jobs_are_awaited(&jobs));
	assert_null(jobs_to_tell(&jobs));
	job_finish(b, 2, 0, STR_NULL);
	assert_false(jobs_are_awaited(&jobs));
	assert_ptr_equal(jobs_to_tell(&jobs), b);
	jobs_free(&jobs);
}

static void test_what_no_inform_announced_is_not_told(void **state)
{
	struct jobs jobs = { NULL, 0, 0 };
	struct job *a = add(&jobs, JOB_LATER, "a");

	(void)state;
	job_finish(a, 1, 0, STR_NULL);
	assert_null(jobs_to_tell(&jobs));
	a->is_announced = true;
	assert_ptr_equal(jobs_to_tell(&jobs), a);
	jobs_free(&jobs);
}

static void test_numbers_are_not_used_again(void **state)
{
	struct jobs jobs = { NULL, 0, 0 };

	(void)state;
	assert_int_equal(add(&jobs, JOB_LATER, "a")->id, 1);
	jobs_remove(&jobs, 1);
	assert_null(jobs.items);
	save_and_restore(&jobs);
	assert_int_equal(add(&jobs, JOB_LATER, "a")->id, 2);
	assert_null(jobs_get(&jobs, 1));
	jobs_free(&jobs);
}

static void test_a_response_that_never_went_out_is_not_kept(void **state)
{
	struct jobs jobs = { NULL, 0, 0 };

	(void)state;
	(void)add(&jobs, JOB_BY_RESPONSE, "a");
	(void)add(&jobs, JOB_IN_SESSION, "b");
	save_and_restore(&jobs);
	assert_int_equal(jobs.len, 1);
	assert_true(str_is(job_text(jobs.items[0], JOB_COMMAND_KEY), "b"));
	assert_int_equal(jobs.items[0]->way, JOB_LATER);
	jobs_free(&jobs);
}

/* Each text of a job comes back as it was, whatever its bytes. */
static void test_texts_come_back_as_they_were(void **state)
{
	static const char *const texts[] = { "", " ", "~", "%", "a b", "\xc3\xa9\n\t",
		"%20", "~a" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct jobs jobs = { NULL, 0, 0 };
		struct job *job = add(&jobs, JOB_LATER, texts[i]);

		for (int text = 0; text < JOB_TEXTS; text++)
			assert_int_equal(job_set_text(job, (enum job_text)text,
					     str_of(texts[i])),
			    0);
		save_and_restore(&jobs);
		for (int text = 0; text < JOB_TEXTS; text++)
			assert_true(str_is(job_text(jobs.items[0], (enum job_text)text),
			    texts[i]));
		jobs_free(&jobs);
	}
}

static void test_lines_that_are_none_are_refused(void **state)
{
	static const char *const lines[] = { "", "job", "job 1", "jobs", "jobs -1",
		"jobs x", "job 1 download waiting",
		"job 0 download waiting 0 0 0 0 0 0",
		"job 1 nothing waiting 0 0 0 0 0 0 0 0 % % % % % % % % % 0",
		"job 1 download nowhere 0 0 0 0 0 0 0 0 % % % % % % % % % 0",
		"job 1 download waiting 0 0 0 0 0 0 1 0 % % % % % % % % % 0",
		"job 1 download waiting 0 0 0 0 0 0 0 0 % % % % % % % % % 3",
		"job 1 download waiting 0 0 0 0 0 0 0 0 % % % % % % % % %x 0" };
	struct jobs jobs = { NULL, 0, 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		if (jobs_restore(&jobs, str_of(lines[i])))
			fail_msg("\"%s\" is read", lines[i]);
	}
	assert_int_equal(jobs.len, 0);
	assert_true(jobs_restore(&jobs,
	    STR("job 1 download waiting 0 0 0 0 0 0 0 0 % % % % % % % % % 0")));
	/* The same number twice. */
	assert_false(jobs_restore(&jobs,
	    STR("job 1 download waiting 0 0 0 0 0 0 0 0 % % % % % % % % % 0")));
	jobs_free(&jobs);
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add_rows(&cases, a_story_goes_as_told, stories);
	cases_add(&cases, test_a_cpe_does_one_thing_at_a_time);
	cases_add(&cases, test_a_session_runs_what_it_waits_for);
	cases_add(&cases, test_what_no_inform_announced_is_not_told);
	cases_add(&cases, test_numbers_are_not_used_again);
	cases_add(&cases, test_a_response_that_never_went_out_is_not_kept);
	cases_add(&cases, test_texts_come_back_as_they_were);
	cases_add(&cases, test_lines_that_are_none_are_refused);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
