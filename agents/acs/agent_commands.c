/* What an ACS can be asked: its devices, their tags, calls of them. RPCs to them: agent_tasks.c. */
#include "agents/acs/agent_policy.h"
#include "agents/acs/agent_tasks.h"

#include "lib/base/json.h"

#include <errno.h>
#include <stdlib.h>

/* ---- status ------------------------------------------------------------------------ */

static int page_status(void *user, struct answer *answer, struct error *err)
{
	struct acs_agent *agent = user;
	struct json *json = answer->json;
	struct device_cursor *cursor = answer->state;
	char since[CLOCK_ISO8601_MAX];

	json_object_begin(json, "status");
	if (!cursor) {
		cursor = answer->state = calloc(1, sizeof(*cursor));
		if (!cursor)
			return error_set(err, -ENOMEM, "no memory");
		device_cursor_open(cursor, &agent->devices);
		json_uint(json, "sessions", agent->counts->sessions);
		json_uint(json, "failed", agent->counts->failed);
		json_uint(json, "running", agent->counts->running);
		json_uint(json, "shed", agent->counts->shed);
		json_text(json, "since",
		    clock_iso8601((clock_ns)agent->counts->since, 9, since));
		json_uint(json, "tasks", agent->tasks.n_waiting);
		json_uint(json, "connections",
		    agent->door ? acs_door_connections(agent->door) : 0);
	}
	json_array_begin(json, "devices");
	while (device_cursor_has_next(cursor) && !answer_is_full(answer))
		device_write(device_cursor_next(cursor), json, PAGE_ITEM_BYTES_MAX);
	json_array_end(json);
	json_object_end(json);
	return device_cursor_has_next(cursor) ? ANSWER_MORE : ANSWER_WHOLE;
}

static void end_status(void *user, struct answer *answer)
{
	(void)user;
	if (answer->state)
		device_cursor_close(answer->state);
	free(answer->state);
}

/* ---- one device --------------------------------------------------------------------- */

static const struct conf_row device_rows[] = {
	{ .key = "device",
	    .type = CONF_STR,
	    .offset = 0,
	    .is_required = true,
	    .min = 1,
	    .max = DEVICE_ID_MAX,
	    .help = "its id, or its serial number" },
	{ NULL },
};

static int page_device(void *user, struct answer *answer, struct error *err)
{
	struct acs_agent *agent = user;
	const char *const *name = answer->arguments;
	const struct device *device = agent_find_device(agent, *name, err);

	if (!device)
		return ERR_USAGE;
	json_array_begin(answer->json, "devices");
	device_write(device, answer->json, PAGE_ITEM_BYTES_MAX);
	json_array_end(answer->json);
	return ANSWER_WHOLE;
}

/* ---- tags -------------------------------------------------------------------------- */

struct tag_arguments {
	const char *device;
	struct conf_strings add, remove;
};

#define TAG(member, key_, kind, help_)                                               \
	.key = key_, .type = kind, .offset = offsetof(struct tag_arguments, member), \
	.help = help_

static const struct conf_row tag_rows[] = {
	{ TAG(device, "device", CONF_STR, "its id, or its serial number"),
	    .is_required = true, .min = 1, .max = DEVICE_ID_MAX },
	{ TAG(add, "add", CONF_STRINGS, "tags to put on it"), .max = DEVICE_TAGS_MAX },
	{ TAG(remove, "remove", CONF_STRINGS, "tags to take"), .max = DEVICE_TAGS_MAX },
	{ NULL },
};

static int check_tags(const struct conf_strings *tags, struct error *err)
{
	for (size_t i = 0; i < tags->len; i++) {
		if (!policy_is_tag(str_of(tags->items[i])))
			return error_set(err, ERR_USAGE,
			    "a tag has 1 to %d characters, no blank and none of ,*?{}",
			    POLICY_TAG_MAX);
	}
	return 0;
}

static int page_tag(void *user, struct answer *answer, struct error *err)
{
	struct acs_agent *agent = user;
	const struct tag_arguments *wish = answer->arguments;
	struct device *device = agent_find_device(agent, wish->device, err);
	bool has_changed = false;
	struct str rest;
	int r;

	if (!device)
		return ERR_USAGE;
	r = check_tags(&wish->add, err);
	if (r == 0)
		r = check_tags(&wish->remove, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < wish->remove.len; i++)
		has_changed |= device_tag(device, str_of(wish->remove.items[i]), false);
	for (size_t i = 0; i < wish->add.len; i++)
		has_changed |= device_tag(device, str_of(wish->add.items[i]), true);
	if (has_changed)
		agent_save(agent, device);
	rest = str_of(device->tags);
	json_array_begin(answer->json, "tags");
	while (rest.len > 0)
		json_str(answer->json, NULL, str_cut(rest, ',', &rest));
	json_array_end(answer->json);
	return ANSWER_WHOLE;
}

/* ---- connection requests ------------------------------------------------------------ */

struct reach_arguments {
	const char *device; /* null: all that are known */
	int by;             /* enum call_way */
};

static const char *const way_names[] = { "http", "udp", NULL };

static const struct conf_row reach_rows[] = {
	{ .key = "device",
	    .type = CONF_STR,
	    .offset = offsetof(struct reach_arguments, device),
	    .help = "as \"status\" names it; without it all are called" },
	{ .key = "by",
	    .type = CONF_ENUM,
	    .names = way_names,
	    .dflt = "http",
	    .offset = offsetof(struct reach_arguments, by),
	    .help = "how" },
	{ NULL },
};

/* The calls begin when this is written (end_reach()); how they end is told by events, since
 * they may take longer than an answer. */
static int page_reach(void *user, struct answer *answer, struct error *err)
{
	struct acs_agent *agent = user;
	const struct reach_arguments *arguments = answer->arguments;

	if (arguments->device && !device_list_find(&agent->devices, arguments->device))
		return error_set(err, ERR_USAGE, "no device of that name has informed");
	if (!arguments->device && reaching_is_sweeping(agent->reaching))
		return error_set(err, ERR_USAGE, "a sweep is under way");
	json_uint(answer->json, "calls",
	    arguments->device ? 1 : agent->devices.by_id.len);
	answer->at = 1;
	return ANSWER_WHOLE;
}

static void end_reach(void *user, struct answer *answer)
{
	const struct acs_agent *agent = user;
	const struct reach_arguments *arguments = answer->arguments;

	if (!answer->at || !agent->reaching)
		return;
	if (arguments->device)
		reaching_call(agent->reaching, arguments->device,
		    (enum call_way)arguments->by);
	else
		reaching_sweep(agent->reaching, (enum call_way)arguments->by);
}

/* ---- its store ------------------------------------------------------------------------ */

struct outage_arguments {
	clock_ns lasts;
};

static const struct conf_row outage_rows[] = {
	{ .key = "for",
	    .type = CONF_DURATION,
	    .is_required = true,
	    .max = 86400 * (uint64_t)NS_PER_S,
	    .offset = offsetof(struct outage_arguments, lasts),
	    .help = "how long; 0 ends one that lasts" },
	{ NULL },
};

static int page_outage(void *user, struct answer *answer, struct error *err)
{
	struct acs_agent *agent = user;
	const struct outage_arguments *arguments = answer->arguments;

	(void)err;
	acs_service_outage(agent->service, clock_monotonic() + arguments->lasts);
	return ANSWER_WHOLE;
}

const struct command agent_commands[] = {
	{ .name = "status",
	    .help = "sessions so far, and the devices that it knows",
	    .page = page_status,
	    .end = end_status },
	{ .name = "device",
	    .help = "a device that it knows",
	    .rows = device_rows,
	    .size = sizeof(const char *),
	    .page = page_device },
	{ .name = "reach",
	    .help = "sends a connection request to a device, or to all of them",
	    .rows = reach_rows,
	    .size = sizeof(struct reach_arguments),
	    .page = page_reach,
	    .end = end_reach },
	{ .name = "rpc",
	    .help = "queue an RPC for a CPE's next session",
	    .rows = agent_rpc_rows,
	    .size = sizeof(struct agent_rpc_arguments),
	    .page = agent_page_rpc,
	    .end = agent_end_wait },
	{ .name = "tasks",
	    .help = "RPCs that are queued, and those that are over",
	    .rows = agent_tasks_rows,
	    .size = sizeof(struct agent_tasks_arguments),
	    .page = agent_page_tasks,
	    .end = agent_end_wait },
	{ .name = "withdraw",
	    .help = "takes an RPC back that is queued and was not sent",
	    .rows = agent_withdraw_rows,
	    .size = sizeof(struct agent_withdraw_arguments),
	    .page = agent_page_withdraw,
	    .end = agent_end_withdraw },
	{ .name = "policy",
	    .help = "go by another policy",
	    .rows = agent_policy_rows,
	    .size = sizeof(struct agent_policy_arguments),
	    .page = agent_page_policy,
	    .end = agent_end_policy },
	{ .name = "tag",
	    .help = "put tags on a CPE, or take them",
	    .rows = tag_rows,
	    .size = sizeof(struct tag_arguments),
	    .page = page_tag },
	{ .name = "outage",
	    .help = "as if its store could not be reached for a while",
	    .rows = outage_rows,
	    .size = sizeof(struct outage_arguments),
	    .page = page_outage },
	{ NULL },
};
