/* The keys of a policy, and their schema. */
#include "agents/acs/policy/policy_internal.h"

#include "lib/base/json.h"

#define STEP(member, key_, kind, help_)                                            \
	.key = key_, .type = kind, .offset = offsetof(struct policy_step, member), \
	.help = help_
#define RULE(member, key_, kind, help_)                                            \
	.key = key_, .type = kind, .offset = offsetof(struct policy_rule, member), \
	.help = help_

_Static_assert(offsetof(struct policy_step, args) == 0, "rows of struct acs_rpc_args");

static void put_steps_ref(struct json *json)
{
	json_text(json, "$ref", "#/properties/rules/items/properties/steps");
}

static void steps_schema(struct json *json, const char *key)
{
	json_object_begin(json, key);
	put_steps_ref(json);
	json_object_end(json);
}

static void on_fault_schema(struct json *json, const char *key)
{
	json_object_begin(json, key);
	json_text(json, "description",
	    "what to do when the RPC is answered with a fault: a word, or other steps");
	json_array_begin(json, "anyOf");
	json_object_begin(json, NULL);
	json_array_begin(json, "enum");
	json_text(json, NULL, "continue");
	json_text(json, NULL, "skip");
	json_text(json, NULL, "stop");
	json_array_end(json);
	json_object_end(json);
	json_object_begin(json, NULL);
	put_steps_ref(json);
	json_object_end(json);
	json_array_end(json);
	json_text(json, "default", "continue");
	json_object_end(json);
}

const struct conf_row policy_step_rows[] = {
	{ STEP(when_at, "when", CONF_NODE, "only if this holds (when of a rule)"),
	    .schema = conditions_schema_ref },
	{ STEP(unless_at, "unless", CONF_NODE, "only if this does not hold"),
	    .schema = conditions_schema_ref },
	{ STEP(get, "get", CONF_STRINGS, "parameters to read"), .min = 1,
	    .max = RPC_NAMES_MAX },
	{ STEP(set, "set", CONF_NODE, "parameters to set, with values"),
	    .schema = acs_rpc_values_schema },
	{ STEP(rpc_node, "rpc", CONF_NODE,
	      "any RPC by its name; its arguments stand beside it"),
	    .schema = acs_rpc_name_schema },
	RPC_ARG_ROWS,
	{ STEP(for_each, "for-each", CONF_STR,
	      "do steps for each object or parameter of this path, {each} in them: all "
	      "instances where it has {i}, else what stands directly below it"),
	    .min = 1, .max = CWMP_NAME_MAX,
	    .node_offset = 1 + offsetof(struct policy_step, for_each_at) },
	{ STEP(down, "down", CONF_BOOL,
	    "for each parameter below the path instead, at any depth") },
	{ STEP(max, "max", CONF_UINT, "turns of the loop"), .min = 1,
	    .max = POLICY_EACH_MAX, .dflt = "64" },
	{ STEP(steps_at, "steps", CONF_NODE, "of the loop"), .schema = steps_schema },
	{ STEP(tag, "tag", CONF_STRINGS, "put these tags on the CPE"), .min = 1,
	    .max = 16 },
	{ STEP(untag, "untag", CONF_STRINGS, "take these tags from the CPE"), .min = 1,
	    .max = 16 },
	{ STEP(on_fault_at, "on-fault", CONF_NODE,
	      "continue (with the next step), skip (the rest of these steps), stop "
	      "(for this session), or other steps"),
	    .schema = on_fault_schema },
	{ NULL },
};

static const struct conf_row rule_rows[] = {
	{ RULE(on, "on", CONF_STRINGS, "event codes, or any"), .is_required = true },
	{ RULE(when_at, "when", CONF_NODE,
	      "only if this holds when the rule's turn has come: always, url-is-mine, "
	      "a condition, or a list of them that all have to hold"),
	    .schema = conditions_schema, .rows = condition_rows },
	{ RULE(unless_at, "unless", CONF_NODE, "only if this does not hold"),
	    .schema = conditions_schema_ref },
	{ RULE(steps, "steps", CONF_OBJECTS, "what to do, in order"),
	    .rows = policy_step_rows, .item_size = sizeof(struct policy_step),
	    .is_required = true },
	{ NULL },
};

const struct conf_row policy_rows[] = {
	{ .key = "rules",
	    .type = CONF_OBJECTS,
	    .offset = offsetof(struct policy, rules),
	    .help = "the first ones come first",
	    .rows = rule_rows,
	    .item_size = sizeof(struct policy_rule),
	    .is_required = true },
	{ .key = "hold-requests",
	    .type = CONF_BOOL,
	    .offset = offsetof(struct policy, holds_requests),
	    .help =
		"CPEs keep requests of their own until the ACS has sent all of its, by "
		"HoldRequests, which TR-069 A6 deprecates and CPEs have to obey" },
	{ NULL },
};
