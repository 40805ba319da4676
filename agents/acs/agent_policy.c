/* A policy that takes the place of another while the ACS runs. */
#include "agents/acs/agent_policy.h"

#include "lib/base/json.h"
#include "lib/program/log.h"

#include <errno.h>
#include <stdlib.h>

struct swapped { /* of the agent's list: the newest, which holds, is the last */
	struct list link;
	struct policy policy;
};

#define ROW(member, key_, help_)                            \
	.key = key_, .type = CONF_STR, .is_required = true, \
	.offset = offsetof(struct agent_policy_arguments, member), .help = help_

const struct conf_row agent_policy_rows[] = {
	{ ROW(name, "name", "what mistakes call it"), .min = 1, .max = 4096 },
	{ ROW(text, "text", "the whole file") },
	{ NULL },
};

static int take(struct acs_agent *agent, const struct agent_policy_arguments *wish,
    struct swapped **ret, struct error *err)
{
	struct swapped *swapped = calloc(1, sizeof(*swapped));
	int r;

	if (!swapped)
		return error_set(err, -ENOMEM, "no memory for a policy");
	list_init(&swapped->link);
	r = policy_parse(&swapped->policy, wish->name, str_of(wish->text), NULL, err);
	if (r < 0) {
		free(swapped);
		return r;
	}
	list_append(&agent->swapped, &swapped->link);
	acs_service_set_policy(agent->service, &swapped->policy);
	agent_policies_sweep(agent);
	*ret = swapped;
	return 0;
}

int agent_page_policy(void *user, struct answer *answer, struct error *err)
{
	struct acs_agent *agent = user;
	const struct agent_policy_arguments *wish = answer->arguments;
	struct swapped *swapped = NULL;
	int r = take(agent, wish, &swapped, err);

	if (r < 0)
		return r;
	answer->at = 1;
	json_uint(answer->json, "rules", swapped->policy.rules.len);
	return ANSWER_WHOLE;
}

void agent_end_policy(void *user, struct answer *answer)
{
	struct acs_agent *agent = user;
	const struct agent_policy_arguments *wish = answer->arguments;
	struct json *json;

	if (!answer->at)
		return;
	log_info("the policy is that of %s now", wish->name);
	json = control_event(agent->control, "policy-loaded");
	json_text(json, "file", wish->name);
	control_event_end(agent->control);
}

static void forget(struct swapped *swapped)
{
	list_remove(&swapped->link);
	policy_free(&swapped->policy);
	free(swapped);
}

void agent_policies_sweep(struct acs_agent *agent)
{
	LIST_FOREACH_SAFE (item, &agent->swapped) {
		struct swapped *swapped = list_entry(item, struct swapped, link);

		if (item != agent->swapped.prev &&
		    !acs_service_goes_by(agent->service, &swapped->policy))
			forget(swapped);
	}
}

void agent_policies_free(struct acs_agent *agent)
{
	while (!list_empty(&agent->swapped))
		forget(list_first(&agent->swapped, struct swapped, link));
}
