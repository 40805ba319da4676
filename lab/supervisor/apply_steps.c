/* The phases of a change: who is stopped, told and started. */
#include "lab/supervisor/apply.h"

#include "lab/supervisor/files.h"
#include "lab/supervisor/proc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ASK_S = 30, /* how long an agent may take to open and close ports */
	LOOK_MS = 30
};

static size_t append_name(char *text, size_t size, size_t n, const char *name)
{
	size_t len = strlen(text);

	if (n < 8)
		(void)snprintf(text + len, size - len, "%s%s", n ? ", " : "", name);
	else if (n == 8)
		(void)snprintf(text + len, size - len, " ...");
	return n + 1;
}

/* ---- ends --------------------------------------------------------------------------------- */

static bool stops(const struct apply *apply, const struct service *service)
{
	return service->node && apply->set->stops[service->node->number - 1];
}

static void begin_stop(struct supervisor *supervisor, struct apply *apply,
    enum stage stage)
{
	apply->is_entered = true;
	apply->deadline = clock_monotonic() + SUPERVISOR_STOP_S * NS_PER_S;
	for (size_t i = 0; i < supervisor->n_services; i++) {
		struct service *service = supervisor->services[i];

		if (service->stage != stage || !stops(apply, service))
			continue;
		service->start_at = 0;
		service->is_due = true;
		service_stop(service);
	}
}

/* Whether all have ended; those that have not in time are killed. */
static bool have_ended(struct supervisor *supervisor, struct apply *apply,
    enum stage stage)
{
	bool is_late = clock_monotonic() > apply->deadline, have_ended = true;

	for (size_t i = 0; i < supervisor->n_services; i++) {
		struct service *service = supervisor->services[i];

		if (service->stage != stage || !stops(apply, service) ||
		    service->pid == 0)
			continue;
		have_ended = false;
		if (is_late)
			service_kill(service);
	}
	if (is_late && !have_ended)
		apply->deadline = clock_monotonic() + NS_PER_S;
	return have_ended;
}

bool apply_stop(struct supervisor *supervisor, struct apply *apply, enum stage stage)
{
	char names[200] = "";
	size_t n = 0;

	if (!apply->is_entered)
		begin_stop(supervisor, apply, stage);
	if (!have_ended(supervisor, apply, stage))
		return false;
	if (stage == STAGE_CLIENTS)
		return true;
	for (size_t i = 0; i < supervisor->n_services; i++) {
		struct service *service = supervisor->services[i];

		if (stops(apply, service) && service->is_gone)
			n = append_name(names, sizeof(names), n, service->name);
	}
	if (n > 0)
		apply_say(apply, "stopped", "%s", names);
	return true;
}

/* ---- those who look into namespaces of others ---------------------------------------------- */

static struct launch_context context_of(const struct supervisor *supervisor,
    char out[64])
{
	(void)snprintf(out, 64, "/proc/1/fd/%d", supervisor->options->out->fd);
	return (struct launch_context){
		.plan = supervisor->options->plan,
		.fabric = supervisor->fabric,
		.captures = supervisor->options->captures,
		.seed = supervisor->options->seed,
		.tls = SUPERVISOR_TLS_FOLDER,
		.out = out,
	};
}

static struct service *find(const struct supervisor *supervisor, enum stage stage)
{
	for (size_t i = 0; i < supervisor->n_services; i++) {
		if (supervisor->services[i]->stage == stage)
			return supervisor->services[i];
	}
	return NULL;
}

/* Has the recorder read its configuration again, which is written before. */
static int ask_to_reload(struct supervisor *supervisor, struct apply *apply,
    struct service *service, const struct launch *launch, struct error *err)
{
	char line[64];

	if (files_write(launch, err) < 0)
		return err->code;
	apply->asked = service;
	apply->asked_pid = service->pid;
	apply->asked_id = ++supervisor->n_questions;
	apply->is_answered = apply->is_refused = false;
	apply->deadline = clock_monotonic() + ASK_S * NS_PER_S;
	(void)snprintf(line, sizeof(line), "{\"id\":%llu,\"cmd\":\"reload\"}",
	    (unsigned long long)apply->asked_id);
	if (service_send(service, str_of(line)) < 0)
		return error_set(err, ERR_MACHINE, "it does not listen any more");
	return 0;
}

/* Over once it has answered. One that was killed and started again was told what to do then. */
static bool is_answered(struct apply *apply)
{
	const struct service *service = apply->asked;

	if (apply->is_answered && apply->is_refused)
		apply_fail(apply, service->name,
		    apply->answered ? apply->answered : "it refuses");
	else if (!apply->is_answered && service->pid &&
		 service->pid != apply->asked_pid)
		apply->is_answered = true;
	else if (!apply->is_answered && service->is_gone)
		apply_fail(apply, service->name, "it has ended");
	else if (!apply->is_answered && clock_monotonic() > apply->deadline)
		apply_fail(apply, service->name, "it does not answer");
	else if (!apply->is_answered)
		return false;
	free(apply->answered);
	apply->answered = NULL;
	apply->asked = NULL;
	return true;
}

static bool leaves(const void *set, uint32_t ns, uint32_t ifindex)
{
	return change_leaves(set, ns, ifindex);
}

/* The recorder or the carrier, with what is left of the lab, or all of it. */
static bool tell(struct supervisor *supervisor, struct apply *apply,
    struct service *service, bool is_leaving)
{
	struct error err = ERROR_NULL;
	struct launch_context context;
	struct launch launch;
	char out[64];
	int r;

	if (apply->is_entered)
		return is_answered(apply);
	apply->is_entered = true;
	if (!service || service->pid == 0)
		return true;
	context = context_of(supervisor, out);
	if (is_leaving) {
		context.leaves = leaves;
		context.user = apply->set;
	}
	r = service->stage == STAGE_LINKS
		? launch_carrier(&context, &launch, &err)
		: launch_program(&context, NULL, &launch, &err);
	if (r == 0)
		r = ask_to_reload(supervisor, apply, service, &launch, &err);
	launch_free(&launch);
	if (r < 0)
		apply_fail(apply, service->name, err.text);
	return r < 0;
}

bool apply_leave(struct supervisor *supervisor, struct apply *apply)
{
	return tell(supervisor, apply, find(supervisor, STAGE_RECORDER), true);
}

bool apply_join(struct supervisor *supervisor, struct apply *apply)
{
	return tell(supervisor, apply, find(supervisor, STAGE_RECORDER), false);
}

/* ---- the carrier of links ------------------------------------------------------------------- */

static bool is_told_alike(const struct launch_context *a,
    const struct launch_context *b)
{
	struct launch one, other;
	bool is_same = launch_carrier(a, &one, NULL) == 0;

	is_same = launch_carrier(b, &other, NULL) == 0 && is_same &&
		  str_eq(buf_str(&one.conf), buf_str(&other.conf));
	launch_free(&one);
	launch_free(&other);
	return is_same;
}

/* Whether it carries the same links in both labs, and none of them gets other ends. */
static bool carries_the_same(const struct supervisor *supervisor,
    const struct apply *apply)
{
	char out[64];
	struct launch_context from = context_of(supervisor, out), left = from,
			      to = from;

	left.leaves = leaves;
	left.user = apply->set;
	to.plan = apply->plan;
	to.fabric = apply->set->next;
	return is_told_alike(&from, &left) && is_told_alike(&from, &to);
}

static void stop_carrier(struct apply *apply, struct service *carrier)
{
	carrier->is_due = true;
	apply->is_entered = true;
	apply->deadline = clock_monotonic() + SUPERVISOR_STOP_S * NS_PER_S;
	service_stop(carrier);
}

/* One that has nothing to carry ends. */
bool apply_uncarry(struct supervisor *supervisor, struct apply *apply)
{
	struct service *carrier = find(supervisor, STAGE_LINKS);

	if (!carrier || carrier->pid == 0)
		return true;
	if (!apply->is_entered) {
		apply->recarries = !carries_the_same(supervisor, apply);
		if (!launch_wants_carrier(apply->plan))
			stop_carrier(apply, carrier);
	}
	if (carrier->is_due && clock_monotonic() > apply->deadline)
		service_kill(carrier);
	if (carrier->is_due)
		return false;
	return !apply->recarries || tell(supervisor, apply, carrier, true);
}

/* ---- starts -------------------------------------------------------------------------------- */

static const char *log_of(const struct supervisor *supervisor,
    const struct service *service, char *text, size_t size)
{
	(void)snprintf(text, size, "%s/logs/%s.log", supervisor->options->out->path,
	    service->name);
	return text;
}

static void start_one(struct supervisor *supervisor, struct apply *apply,
    struct service *service)
{
	struct error err = ERROR_NULL;

	if (supervisor_launch(supervisor, service, &err) < 0)
		apply_fail(apply, service->name, err.text);
	else
		service->is_awaited = true;
}

/* Whether nothing is to be waited for: it serves, or it never will, which is told. */
static bool is_settled(const struct supervisor *supervisor, struct apply *apply,
    struct service *service)
{
	char why[600], status[80], log[512];
	clock_ns deadline = service->deadline ? service->deadline : apply->deadline;

	if (!service->is_awaited)
		return true;
	service_probe(service);
	if (service->is_ready) {
		service->is_awaited = false;
		return true;
	}
	if (!service->is_gone && clock_monotonic() < deadline)
		return false;
	(void)log_of(supervisor, service, log, sizeof(log));
	if (service->is_gone)
		(void)snprintf(why, sizeof(why), "it did not start: %.200s (%.300s)",
		    service->why[0]
			? service->why
			: proc_status_text(service->status, status, sizeof(status)),
		    log);
	else
		(void)snprintf(why, sizeof(why), "it did not become ready (%.300s)",
		    log);
	apply_fail(apply, service->name, why);
	service->is_awaited = false;
	return true;
}

/* The next look is soon where ports have to show that somebody serves. */
static bool are_settled(const struct supervisor *supervisor, struct apply *apply,
    enum stage stage)
{
	bool are_settled = true;

	for (size_t i = 0; i < supervisor->n_services; i++) {
		struct service *service = supervisor->services[i];

		if (service->stage == stage && !is_settled(supervisor, apply, service))
			are_settled = false;
	}
	return are_settled;
}

bool apply_carry(struct supervisor *supervisor, struct apply *apply)
{
	struct service *carrier = find(supervisor, STAGE_LINKS);

	if (carrier && carrier->pid && apply->recarries)
		return tell(supervisor, apply, carrier, false);
	if (!apply->is_entered) {
		apply->is_entered = true;
		apply->deadline = clock_monotonic() + SUPERVISOR_START_S * NS_PER_S;
		if (carrier && carrier->pid == 0)
			start_one(supervisor, apply, carrier);
	}
	return are_settled(supervisor, apply, STAGE_LINKS);
}

static bool starts(const struct supervisor *supervisor, const struct apply *apply,
    const struct service *service)
{
	const struct plan *plan = supervisor->options->plan;
	int64_t i;

	if (!service->node || !apply->set->starts[service->node->number - 1])
		return false;
	i = plan_find(plan, str_of(service->node->name));
	for (uint64_t k = 0; supervisor->is_broken && k < node_count(service->node);
	     k++) {
		if (i >= 0 && supervisor->is_broken[(size_t)i + k])
			return false;
	}
	return true;
}

static void tell_started(const struct supervisor *supervisor, struct apply *apply)
{
	char names[200] = "";
	size_t n = 0;

	for (size_t i = 0; i < supervisor->n_services; i++) {
		const struct service *service = supervisor->services[i];

		if (starts(supervisor, apply, service) && service->pid &&
		    service->is_ready)
			n = append_name(names, sizeof(names), n, service->name);
	}
	if (n > 0)
		apply_say(apply, "started", "%s", names);
}

bool apply_start(struct supervisor *supervisor, struct apply *apply, enum stage stage)
{
	if (!apply->is_entered) {
		apply->is_entered = true;
		apply->deadline = clock_monotonic() + SUPERVISOR_START_S * NS_PER_S;
		for (size_t i = 0; i < supervisor->n_services; i++) {
			struct service *service = supervisor->services[i];

			if (service->stage == stage && service->pid == 0 &&
			    starts(supervisor, apply, service))
				start_one(supervisor, apply, service);
		}
	}
	if (!are_settled(supervisor, apply, stage))
		return false;
	if (stage == STAGE_CLIENTS)
		tell_started(supervisor, apply);
	return true;
}
