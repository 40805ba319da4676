/* The carrier of impaired links (agents/link/linkd.h): one process for those of a lab that are made
 * in user space. It opens packet sockets at their inner ends, which are in the namespaces of
 * switches. */
#include "lab/launch/launch_internal.h"

#include "lib/base/compiler.h"
#include "lib/base/json.h"
#include "lib/link/impair_value.h"

static void put_end(struct json *json, const struct launch_context *context,
    const char *key, uint32_t ns, const char *interface)
{
	char path[LAUNCH_PATH_MAX];

	json_object_begin(json, key);
	json_text(json, "netns",
	    launch_netns(fabric_ns(context->fabric, ns), path, sizeof(path)));
	json_text(json, "interface", interface);
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
	const struct attach_link *attach = &link->attach->link;
	auto_buf words = BUF_NULL;

	impair_write(&words, &attach->value);
	json_object_begin(json, NULL);
	json_text(json, "name", link->name);
	put_end(json, context, "node", link->ns, link->node_end.name);
	put_end(json, context, "switch", link->ns, link->net_end.name);
	json_str(json, "set", buf_str(&words));
	put_schedule(json, attach);
	json_object_end(json);
}

static bool leaves(const struct launch_context *context, uint32_t ns, uint32_t ifindex)
{
	return context->leaves && context->leaves(context->user, ns, ifindex);
}

static bool is_carried(const struct launch_context *context,
    const struct plan_link *link)
{
	return !link->is_netem && !leaves(context, link->ns, link->node_end.ifindex) &&
	       !leaves(context, link->ns, link->net_end.ifindex);
}

/* A port or an end that leaves a lab which changes is not opened any more. */
static void put_trunk(struct json *json, const struct launch_context *context,
    const struct plan_trunk *trunk)
{
	json_object_begin(json, NULL);
	json_text(json, "name", trunk->name);
	put_end(json, context, "port", trunk->ns, trunk->port);
	if (trunk->native > 0)
		json_uint(json, "native", trunk->native);
	json_array_begin(json, "vlans");
	for (size_t i = 0; i < trunk->n_ends; i++) {
		if (leaves(context, trunk->ns, trunk->ends[i].ifindex))
			continue;
		json_object_begin(json, NULL);
		json_uint(json, "vlan", trunk->ends[i].vlan);
		json_text(json, "interface", trunk->ends[i].name);
		json_object_end(json);
	}
	json_array_end(json);
	json_object_end(json);
}

bool launch_wants_carrier(const struct plan *plan)
{
	if (plan->n_trunks > 0)
		return true;
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
	json_array_begin(&json, "trunks");
	for (size_t i = 0; i < plan->n_trunks; i++) {
		if (!leaves(context, plan->trunks[i].ns, plan->trunks[i].ifindex))
			put_trunk(&json, context, &plan->trunks[i]);
	}
	json_array_end(&json);
	json_object_end(&json);
	return launch_check(launch, err);
}
