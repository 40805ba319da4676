#include "lab/run/run_live.h"

#include "lab/expect/expect_live.h"
#include "lab/run/judgement.h"
#include "lab/supervisor/supervisor.h"
#include "lab/term/cmd.h"
#include "lib/sequence/sequence.h"

#include <errno.h>
#include <jansson.h>

enum {
	WITHIN_DEFAULT_S = 30, /* of a lab that expects nothing */
	SHOW_MS = 100
};

static clock_ns longest_wait(const struct topology *topology)
{
	const struct expectation *expect = topology->expect.items;
	clock_ns longest = 0;

	for (size_t i = 0; i < topology->expect.len; i++)
		longest = MAX(longest, expect[i].within);
	return longest ? longest : WITHIN_DEFAULT_S * NS_PER_S;
}

static void stop(struct run *run)
{
	if (run->is_stopping)
		return;
	run->is_stopping = true;
	if (run->live)
		expect_live_end(run->live);
	run->deadline = clock_monotonic() + SUPERVISOR_END_S * NS_PER_S;
	lab_stop(run->lab);
}

static void note_failure(struct run *run, int exit, const char *why)
{
	if (run->exit)
		return; /* the first failure caused the others */
	run->exit = exit;
	(void)snprintf(run->why, sizeof(run->why), "%s", why);
	stop(run);
}

/* "leases 3/3   at acs1 3/3   at acs2 1/3   failing 2: DNS: ..." */
static const char *fleet_text(const struct run *run, char *text, size_t size)
{
	const struct fleet_counts *counts = fleet_counts(run->fleet);
	const char *why = fleet_why(run->fleet);
	int n = 0;

	text[0] = '\0';
	if (counts->leases)
		n = snprintf(text, size, "leases %zu/%zu", counts->leased,
		    counts->cpes);
	for (size_t i = 0;
	     i < counts->n_acs && counts->cpes > 0 && n >= 0 && (size_t)n < size; i++)
		n += snprintf(text + n, size - (size_t)n, "%sat %s %zu/%zu",
		    n ? "   " : "", counts->acs[i]->name, counts->at[i], counts->cpes);
	if (counts->failing && n >= 0 && (size_t)n < size)
		(void)snprintf(text + n, size - (size_t)n, "   failing %zu%s%s",
		    counts->failing, why ? ": " : "", why ? why : "");
	return text;
}

/* The CPEs of the lab, and behind them its load tests. */
static const char *running_text(const struct run *run, char *text, size_t size)
{
	auto_buf loads = BUF_NULL;
	size_t n = strlen(fleet_text(run, text, size));

	loads_put_progress(&loads, run->loads);
	if (loads.len > 0)
		(void)snprintf(text + n, size - n, "%s%s", n > 0 ? "   " : "",
		    buf_cstr(&loads));
	return text;
}

static void show(struct run *run)
{
	char text[PROGRESS_TEXT_MAX];

	if (run->is_up && !run->is_stopping)
		progress_show(run->progress, "running",
		    running_text(run, text, sizeof(text)),
		    clock_monotonic() - run->up_at);
}

static void started_text(const struct run *run, char *text, size_t size)
{
	const struct topology *topology = run->lab->topology;
	int n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < topology->n_nodes && n >= 0 && (size_t)n < size; i++) {
		const struct node *node = &topology->nodes[i];

		if (!node_runs(node))
			continue;
		n += snprintf(text + n, size - (size_t)n, "%s%s", n ? ", " : "",
		    node->name);
		if (node->kind == NODE_CPE && n >= 0 && (size_t)n < size)
			n += snprintf(text + n, size - (size_t)n, " (%llu)",
			    (unsigned long long)node_count(node));
	}
}

static void on_built(struct run *run, const json_t *event)
{
	char text[PROGRESS_TEXT_MAX];

	(void)snprintf(text, sizeof(text),
	    "%" JSON_INTEGER_FORMAT " namespaces, %" JSON_INTEGER_FORMAT " links",
	    json_integer_value(json_object_get(event, "namespaces")),
	    json_integer_value(json_object_get(event, "links")));
	progress_done(run->progress, "built", text,
	    json_integer_value(json_object_get(event, "took_ns")));
}

/* A load test ends by itself, and until then nobody's time is up. */
static void set_deadline(struct run *run)
{
	if (!run->is_stopping && run->is_up && loads_are_over(run->loads))
		run->deadline = MAX(clock_monotonic(),
		    run->up_at + longest_wait(run->lab->topology));
}

static void on_up(struct run *run, const json_t *event)
{
	char text[PROGRESS_TEXT_MAX];

	started_text(run, text, sizeof(text));
	progress_done(run->progress, "started", text,
	    json_integer_value(json_object_get(event, "took_ns")));
	run->is_up = true;
	run->up_at = clock_monotonic();
	run->up_wall = clock_wall();
	set_deadline(run);
}

/* Of the supervisor only: an agent's own "failed" has no exit status in it and is followed
 * by its end. */
static void on_failed(struct run *run, const json_t *event)
{
	const char *why = json_string_value(json_object_get(event, "why"));
	const json_t *exit = json_object_get(event, "exit");

	if (exit)
		note_failure(run, (int)json_integer_value(exit),
		    why ? why : "the lab failed");
}

static void on_exited(struct run *run, const json_t *event)
{
	const char *node = json_string_value(json_object_get(event, "node"));
	const char *text = json_string_value(json_object_get(event, "text"));
	const char *why = json_string_value(json_object_get(event, "why"));
	char words[PROGRESS_TEXT_MAX];

	set_deadline(run);
	if (json_is_true(json_object_get(event, "expected")) || run->is_stopping ||
	    !run->is_up) /* before, the supervisor says more */
		return;
	(void)snprintf(words, sizeof(words),
	    "%s ended too early: %s%s%s (%s/logs/%s.log)", node ? node : "?",
	    text ? text : "", why ? ": " : "", why ? why : "", run->lab->out.path,
	    node ? node : "");
	note_failure(run, EXIT_MACHINE, words);
}

/* What is proved from the packets needs all of them. */
static void on_port_ended(struct run *run, const json_t *event)
{
	const char *why = json_string_value(json_object_get(event, "why"));
	char words[PROGRESS_TEXT_MAX];

	if (run->is_stopping)
		return;
	(void)snprintf(words, sizeof(words), "the recording is not whole: %s",
	    why ? why : "a port ended");
	note_failure(run, EXIT_MACHINE, words);
}

static const struct run_handler {
	const char *event;
	void (*take)(struct run *run, const json_t *event);
} handlers[] = {
	{ "built", on_built },
	{ "up", on_up },
	{ "failed", on_failed },
	{ "exited", on_exited },
	{ "port_ended", on_port_ended },
};

static void on_event(void *user, json_t *event, struct str line)
{
	struct run *run = user;
	const char *kind = json_string_value(json_object_get(event, "event"));

	(void)line;
	loads_event(run->loads, event);
	expect_live_event(run->live, event);
	for (size_t i = 0; kind && i < ARRAY_LEN(handlers); i++) {
		if (strcmp(handlers[i].event, kind) == 0)
			handlers[i].take(run, event);
	}
	fleet_event(run->fleet, event, clock_monotonic());
}

/* It is our own child: nobody else will ask why it says nothing. */
static void on_stopped(struct run *run)
{
	char words[PROGRESS_TEXT_MAX];

	if (run->is_stopping) { /* and does not go on for the end, either */
		lab_kill(run->lab);
		return;
	}
	(void)snprintf(words, sizeof(words),
	    "the lab's first process (%d) was stopped: it goes on, to end the lab",
	    (int)run->lab->pid);
	note_failure(run, EXIT_MACHINE, words);
}

/* A second Ctrl-C: the user does not want to wait for the orderly end. */
static void on_interrupt(struct run *run)
{
	if (run->is_interrupted)
		lab_kill(run->lab);
	run->is_interrupted = true;
	stop(run);
}

static void check_time(struct run *run)
{
	clock_ns now = clock_monotonic();

	if (run->is_up && !run->is_stopping)
		expect_live_look(run->live, run->up_at, now);
	if (!run->is_stopping && run->is_up && loads_are_over(run->loads) &&
	    fleet_is_settled(run->fleet) && !fleet_waits(run->fleet, run->up_at) &&
	    !expect_live_waits(run->live, run->up_at, now)) {
		stop(run);
	} else if (run->deadline && now >= run->deadline) {
		if (run->is_stopping)
			lab_kill(run->lab);
		run->is_late |= !run->is_stopping;
		stop(run);
	}
}

static clock_ns next_look(const struct run *run)
{
	clock_ns now = clock_monotonic(), show_at = now + SHOW_MS * NS_PER_MS;

	if (run->is_up && !run->is_stopping &&
	    (run->progress->is_terminal ||
		expect_live_waits(run->live, run->up_at, now)))
		return run->deadline && run->deadline < show_at ? run->deadline
								: show_at;
	return run->deadline;
}

/* What they want beside the CPEs' rest. A sequence that cannot be read is told when the run is
 * judged. */
static int expect_sequences(struct run *run)
{
	const struct conf_list *expect = &run->lab->topology->expect;
	const struct expectation *items = expect->items;
	int r = 0;

	run->sequences = calloc(expect->len + 1, sizeof(struct sequence *));
	if (!run->sequences)
		return -ENOMEM;
	for (size_t i = 0; i < expect->len && r == 0; i++) {
		struct error err = ERROR_NULL;

		if (items[i].sequence &&
		    sequence_find(items[i].sequence, &run->sequences[i], &err) == 0)
			r = fleet_expect(run->fleet, &items[i], run->sequences[i]);
	}
	return r;
}

int run_live(struct run *run, struct lab *lab, struct progress *progress,
    struct error *err)
{
	char text[PROGRESS_TEXT_MAX];
	int r = 0;

	*run = (struct run){ .lab = lab, .progress = progress, .began = clock_wall() };
	run->fleet = fleet_new(lab->plan);
	run->loads = loads_new(lab->topology);
	run->live = expect_live_new(lab->plan);
	if (!run->fleet || !run->loads || !run->live || expect_sequences(run) < 0)
		return error_set(err, -ENOMEM, "out of memory");
	while (r != ERR_CLOSED) {
		r = lab_wait(lab, next_look(run), on_event, run);
		if (r == -EINTR)
			on_interrupt(run);
		if (r == ERR_MACHINE)
			on_stopped(run);
		check_time(run);
		show(run);
	}
	run->ended = clock_wall();
	if (!run->is_stopping)
		note_failure(run, EXIT_MACHINE, "the lab's first process was killed");
	if (run->is_up)
		progress_done(progress, "running",
		    running_text(run, text, sizeof(text)),
		    clock_monotonic() - run->up_at);
	return 0;
}

void run_free(struct run *run)
{
	fleet_free(run->fleet);
	run->fleet = NULL;
	loads_free(run->loads);
	run->loads = NULL;
	expect_live_free(run->live);
	run->live = NULL;
	for (size_t i = 0;
	     run->sequences && run->lab && i < run->lab->topology->expect.len; i++)
		sequence_free(run->sequences[i]);
	free(run->sequences);
	run->sequences = NULL;
}
