/* Who was given an address, and when. */
#include "lab/expect/expect_internal.h"

#include "capture/analysis/analysis.h"

#include <errno.h>
#include <stdlib.h>

static const struct analysis_message *first_lease(const struct analysis_host *host)
{
	for (size_t i = 0; i < host->n_messages; i++) {
		if (host->messages[i].kind == MESSAGE_DHCP &&
		    host->messages[i].lease == LEASE_GIVEN)
			return &host->messages[i];
	}
	return NULL;
}

/* A CPE has a host a MAC; of several the earliest lease counts. */
static const struct analysis_message **find_leases(const struct expect_facts *facts,
    const struct expect_who *who)
{
	const struct analysis *analysis = facts->analysis;
	const struct analysis_message **first =
	    calloc(facts->plan->n_instances + 1, sizeof(struct analysis_message *));

	for (size_t i = 0; first && i < analysis->n_hosts; i++) {
		const struct analysis_host *host = &analysis->hosts[i];
		const struct analysis_message *lease = first_lease(host);
		int64_t at = expect_who_find(who, host->mac, NULL);

		if (lease && at >= 0 && (!first[at] || lease->time < first[at]->time))
			first[at] = lease;
	}
	return first;
}

static int judge(const struct expect_facts *facts, const struct expectation *expect,
    const struct analysis_message *const *first, struct expect_result *ret)
{
	const clock_ns end = facts->up + expect->within;
	const char *name = NULL;
	uint64_t frame = 0;
	size_t n = 0;

	for (size_t i = 0; i < facts->plan->n_instances; i++) {
		const struct plan_instance *instance = &facts->plan->instances[i];
		bool has_one = first[i] && first[i]->time <= end;

		if (!expectation_is_on(expect, instance->node))
			continue;
		if (has_one == expect->no_lease)
			return expect_say(ret, EXPECT_BROKEN,
			    has_one || first[i] ? first[i]->frame : 0,
			    has_one    ? "%s was given one"
			    : first[i] ? "%s was given one too late"
				       : "%s was given none",
			    instance->name);
		if (has_one && first[i]->frame > frame) {
			frame = first[i]->frame;
			name = instance->name;
		}
		n++;
	}
	if (expect->no_lease)
		return expect_say(ret, EXPECT_HELD, 0,
		    "none of %zu CPE%s was given one", n, n == 1 ? "" : "s");
	return expect_say(ret, EXPECT_HELD, frame,
	    "%zu of %zu CPEs have one, %s the last", n, n, name ? name : "?");
}

int expect_judge_lease(const struct expect_facts *facts, const struct expect_who *who,
    const struct expectation *expect, struct expect_result *ret)
{
	const struct analysis_message **first = find_leases(facts, who);

	if (!first)
		return -ENOMEM;
	(void)judge(facts, expect, first, ret);
	free(first);
	return 0;
}
