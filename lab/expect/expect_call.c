/* What became of connection requests, CPE by CPE. */
#include "lab/expect/expect_internal.h"

#include "capture/analysis/analysis.h"

#include <errno.h>
#include <stdlib.h>

/* The rule that says of each call by TCP whether its CPE was reached. */
static const char reached[] = "CR-11";
static const char event[] = "6 CONNECTION REQUEST";

/* The rule that is about each call by UDP, whose CPE nobody knows behind a NAT. */
static const char called_by_udp[] = "UDP-01";

struct calls {                     /* to one CPE */
	uint64_t called, answered; /* frames of a call by HTTP; 0: none */
	uint64_t came;             /* of the first Inform with the event */
	const struct finding *missed;
};

static const char *serial_of(const struct analysis *analysis,
    const struct analysis_host *host)
{
	return host->device < analysis->n_devices
		   ? analysis->devices[host->device].serial
		   : NULL;
}

static void note_host(struct calls *calls, const struct analysis_host *host)
{
	for (size_t i = 0; i < host->n_messages; i++) {
		const struct analysis_message *message = &host->messages[i];

		if (message->kind != MESSAGE_HTTP)
			continue;
		if (strcmp(message->name, "connection request") == 0)
			calls->called = message->frame;
		else if (message->http_status / 100 == 2 && !calls->answered)
			calls->answered = message->frame;
	}
}

static void note_session(struct calls *calls, const struct analysis_session *session)
{
	for (size_t i = 0; i < session->n_events && !calls->came; i++) {
		if (strcmp(session->events[i], event) == 0)
			calls->came =
			    session->n_messages ? session->messages[0].frame : 0;
	}
}

static void collect(const struct expect_facts *facts, const struct expect_who *who,
    struct calls *calls)
{
	const struct analysis *analysis = facts->analysis;

	for (size_t i = 0; i < analysis->n_hosts; i++) {
		const struct analysis_host *host = &analysis->hosts[i];
		int64_t at = expect_who_find(who, host->mac, serial_of(analysis, host));

		if (at >= 0)
			note_host(&calls[at], host);
	}
	for (size_t i = 0; i < analysis->n_sessions; i++) {
		const struct analysis_session *session = &analysis->sessions[i];
		int64_t at = expect_who_find(who, session->mac, session->serial);

		if (at >= 0)
			note_session(&calls[at], session);
	}
	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct finding *finding = &analysis->findings[i];
		int64_t at = strcmp(finding->rule, reached) == 0
				 ? expect_who_find(who, finding->mac, finding->serial)
				 : -1;

		if (at >= 0 && !calls[at].missed)
			calls[at].missed = finding;
	}
}

/* The answer of the CPE decides, not whether it comes. */
static int judge_tcp(const struct calls *calls, const char *name, bool fails,
    struct expect_result *ret)
{
	if (calls->answered)
		return expect_say(ret, fails ? EXPECT_BROKEN : EXPECT_HELD,
		    calls->answered, "%s answers the call", name);
	if (calls->missed)
		return expect_say(ret, fails ? EXPECT_HELD : EXPECT_BROKEN,
		    calls->missed->frame, "%s: %s", name, calls->missed->text);
	if (calls->called)
		return expect_say(ret, fails ? EXPECT_HELD : EXPECT_BROKEN,
		    calls->called, "%s does not say 200 or 204 to the call", name);
	return expect_say(ret, EXPECT_NOT_JUDGED, 0,
	    "the capture shows no call by TCP to %s: is the port of the ACS recorded?",
	    name);
}

static bool has_udp(const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->n_rules; i++) {
		const struct rule_count *count = &analysis->rules[i];

		if (strcmp(count->rule, called_by_udp) == 0)
			return count->kept + count->broken + count->not_judged > 0;
	}
	return false;
}

static int judge_udp(const struct calls *calls, const char *name, bool fails,
    bool is_called, struct expect_result *ret)
{
	bool works = calls->came && !calls->answered;

	if (works)
		return expect_say(ret, fails ? EXPECT_BROKEN : EXPECT_HELD, calls->came,
		    "%s comes with %s, and no call by TCP was answered", name, event);
	if (calls->came)
		return expect_say(ret, fails ? EXPECT_HELD : EXPECT_BROKEN,
		    calls->answered, "%s was called by TCP", name);
	if (fails && !is_called)
		return expect_say(ret, EXPECT_NOT_JUDGED, 0,
		    "the capture shows no call by UDP: is the port of the ACS recorded?");
	return expect_say(ret, fails ? EXPECT_HELD : EXPECT_BROKEN, 0,
	    "%s never comes with %s", name, event);
}

/* The first that is otherwise, or else the last. */
static void judge(const struct expect_facts *facts, const struct expectation *expect,
    const struct calls *calls, struct expect_result *ret)
{
	for (size_t i = 0; i < facts->plan->n_instances; i++) {
		const struct plan_instance *instance = &facts->plan->instances[i];

		if (!expectation_is_on(expect, instance->node))
			continue;
		if (expect->call.is_udp)
			(void)judge_udp(&calls[i], instance->name, expect->call.fails,
			    has_udp(facts->analysis), ret);
		else
			(void)judge_tcp(&calls[i], instance->name, expect->call.fails,
			    ret);
		if (ret->outcome != EXPECT_HELD)
			return;
	}
}

int expect_judge_call(const struct expect_facts *facts, const struct expect_who *who,
    const struct expectation *expect, struct expect_result *ret)
{
	struct calls *calls = calloc(facts->plan->n_instances + 1, sizeof(*calls));

	if (!calls)
		return -ENOMEM;
	collect(facts, who, calls);
	judge(facts, expect, calls, ret);
	free(calls);
	return 0;
}
