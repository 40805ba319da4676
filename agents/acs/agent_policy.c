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

#define ROW(member, key_, kind, help_) \
	.key = key_, .type = kind,     \
	.offset = offsetof(struct agent_policy_arguments, member), .help = help_

const struct conf_row agent_policy_rows[] = {
	{ ROW(name, "name", CONF_STR, "what mistakes call it"), .is_required = true,
	    .min = 1, .max = 4096 },
	{ ROW(text, "text", CONF_STR, "the whole file, or a part of it"),
	    .is_required = true },
	{ ROW(part, "part", CONF_UINT, "what the first part of it was answered"),
	    .min = 1 },
	{ ROW(more, "more", CONF_BOOL, "another part is to come") },
	{ NULL },
};

static int take(struct acs_agent *agent, const char *name, struct str text,
    struct swapped **ret, struct error *err)
{
	struct swapped *swapped = calloc(1, sizeof(*swapped));
	int r;

	if (!swapped)
		return error_set(err, -ENOMEM, "no memory for a policy");
	list_init(&swapped->link);
	r = policy_parse(&swapped->policy, name, text, NULL, err);
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
	struct str text = str_of(wish->text);
	struct swapped *swapped = NULL;
	auto_buf whole = BUF_NULL;
	uint64_t part = 0;
	int r = 0;

	if (wish->part > 0 || wish->more)
		r = policy_parts_add(&agent->parts, wish->part, text, clock_monotonic(),
		    &part, err);
	if (r == 0 && wish->more) {
		json_uint(answer->json, "part", part);
		return ANSWER_WHOLE;
	}
	if (r == 0 && part > 0) {
		whole = policy_parts_take(&agent->parts, part);
		text = buf_str(&whole);
	}
	if (r == 0)
		r = take(agent, wish->name, text, &swapped, err);
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
	policy_parts_sweep(&agent->parts, clock_monotonic());
	LIST_FOREACH_SAFE (item, &agent->swapped) {
		struct swapped *swapped = list_entry(item, struct swapped, link);

		if (item != agent->swapped.prev &&
		    !acs_service_goes_by(agent->service, &swapped->policy))
			forget(swapped);
	}
}

void agent_policies_free(struct acs_agent *agent)
{
	policy_parts_free(&agent->parts);
	while (!list_empty(&agent->swapped))
		forget(list_first(&agent->swapped, struct swapped, link));
}
