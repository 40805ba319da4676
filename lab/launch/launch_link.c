/* The carrier of impaired links (agents/link/linkd.h): one process for those of a lab that are made
 * in user space. It opens packet sockets at their inner ends, which are in the namespaces of
 * switches. */
#include "lab/launch/launch_internal.h"

#include "lib/base/compiler.h"
#include "lib/base/json.h"
#include "lib/link/impair_value.h"

static void put_end(struct json *json, const struct launch_context *context,
    const char *key, const struct plan_link *link, const struct plan_end *end)
{
	char path[LAUNCH_PATH_MAX];

	json_object_begin(json, key);
	json_text(json, "netns",
	    launch_netns(fabric_ns(context->fabric, link->ns), path, sizeof(path)));
	json_text(json, "interface", end->name);
	json_object_end(json);
}

/* To the microsecond, as schedules have it. */
static void put_time(struct json *json, const char *key, clock_ns value)
{
	auto_buf text = BUF_NULL;

	impair_time_write(&text, value);
	json_str(json, key, buf_str(&text));
}

static void put_schedule(struct json *json, const struct attach_link *link)
{
	json_array_begin(json, "schedule");
	for (size_t i = 0; i < link->n_steps; i++) {
		json_object_begin(json, NULL);
		put_time(json, "at", link->steps[i].at);
		if (link->steps[i].length < INT64_MAX)
			put_time(json, "for", link->steps[i].length);
		json_text(json, "set", link->step_words[i]);
		json_object_end(json);
	}
	json_array_end(json);
}

static void put_link(struct json *json, const struct launch_context *context,
    const struct plan_link *link)
{
	const struct attach_link *attach = &link->node->attach.link;
	auto_buf words = BUF_NULL;

	impair_write(&words, &attach->value);
	json_object_begin(json, NULL);
	json_text(json, "name", link->name);
	put_end(json, context, "node", link, &link->node_end);
	put_end(json, context, "switch", link, &link->net_end);
	json_str(json, "set", buf_str(&words));
	put_schedule(json, attach);
	json_object_end(json);
}

static bool is_carried(const struct launch_context *context,
    const struct plan_link *link)
{
	if (link->is_netem)
		return false;
	return !context->leaves ||
	       (!context->leaves(context->user, link->ns, link->node_end.ifindex) &&
		   !context->leaves(context->user, link->ns, link->net_end.ifindex));
}

bool launch_wants_carrier(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_impaired; i++) {
		if (!plan->links[i].is_netem)
			return true;
	}
	return false;
}

int launch_carrier(const struct launch_context *context, struct launch *launch,
    struct error *err)
{
	const struct plan *plan = context->plan;
	struct json json;

	*launch = (struct launch){ .stage = STAGE_LINKS };
	json = json_writer(&launch->conf, 1);
	launch->is_agent = true;
	(void)snprintf(launch->conf_path, sizeof(launch->conf_path), "/run/%s.conf",
	    LAUNCH_CARRIER);
	launch_arg(launch, "cwmplab");
	launch_arg(launch, "linkd");
	launch_arg(launch, "--config");
	launch_arg(launch, "%s", launch->conf_path);
	launch_arg(launch, "--control");
	launch_arg(launch, "%d", LAUNCH_CONTROL_FD);
	json_object_begin(&json, NULL);
	json_text(&json, "node", LAUNCH_CARRIER);
	json_uint(&json, "seed", context->seed);
	put_time(&json, "elapsed", context->elapsed / NS_PER_US * NS_PER_US);
	json_array_begin(&json, "links");
	for (size_t i = 0; i < plan->n_impaired; i++) {
		if (is_carried(context, &plan->links[i]))
			put_link(&json, context, &plan->links[i]);
	}
	json_array_end(&json);
	json_object_end(&json);
	return launch_check(launch, err);
}
