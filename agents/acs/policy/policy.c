#include "agents/acs/policy/policy.h"

#include "lib/cwmp/cwmp.h"

#define ROW(type_, member, key_, kind, help_) \
	.key = key_, .type = kind, .offset = offsetof(type_, member), .help = help_

static const char *const when_names[] = { "always", "url-is-mine", NULL };

static const struct conf_row step_rows[] = {
	{ ROW(struct policy_step, when, "when", CONF_ENUM,
	      "a condition on what was read"),
	    .names = when_names, .dflt = "always" },
	{ ROW(struct policy_step, get, "get", CONF_STRINGS, "parameters to read") },
	{ ROW(struct policy_step, set, "set", CONF_NODE,
	    "parameters to set, with values") },
	{ ROW(struct policy_step, parameter_key, "parameter-key", CONF_STR,
	      "ParameterKey of a set"),
	    .max = 32, .dflt = "" },
	{ ROW(struct policy_step, rpc, "rpc", CONF_STR,
	    "Reboot, FactoryReset or GetRPCMethods") },
	{ ROW(struct policy_step, command_key, "command-key", CONF_STR,
	      "CommandKey of a Reboot"),
	    .max = 32, .dflt = "" },
	{ NULL },
};

static const struct conf_row rule_rows[] = {
	{ ROW(struct policy_rule, on, "on", CONF_STRINGS, "event codes, or any"),
	    .is_required = true },
	{ ROW(struct policy_rule, steps, "steps", CONF_OBJECTS, "what to do, in order"),
	    .rows = step_rows, .item_size = sizeof(struct policy_step),
	    .is_required = true },
	{ NULL },
};

const struct conf_row policy_rows[] = {
	{ ROW(struct policy, rules, "rules", CONF_OBJECTS, "the first ones come first"),
	    .rows = rule_rows, .item_size = sizeof(struct policy_rule),
	    .is_required = true },
	{ NULL },
};

static bool is_typed(const struct conf_node *node)
{
	const struct conf_node *type = conf_get(node, "type"),
			       *value = conf_get(node, "value");

	return node->kind == CONF_MAPPING && node->len == 2 && type && value &&
	       type->kind == CONF_SCALAR && value->kind == CONF_SCALAR;
}

static int check_set(const struct conf_doc *doc, const struct conf_node *set,
    struct error *err)
{
	if (set->kind != CONF_MAPPING || set->len == 0)
		return conf_fail(doc, set, "set: {ManagementServer.URL: \"...\"}", err,
		    "set wants names with values");
	for (size_t i = 0; i < set->len; i++) {
		const struct conf_node *value = set->pairs[i].value;

		if (value->kind != CONF_SCALAR && !is_typed(value))
			return conf_fail(doc, value, "or {type: ..., value: ...}", err,
			    "a parameter has one value");
	}
	return 0;
}

static int check_rpc(const struct conf_doc *doc, const struct conf_node *node,
    struct error *err)
{
	static const char *const names[] = { "Reboot", "FactoryReset",
		"GetRPCMethods" };
	char hint[128];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (str_is(node->text, names[i]))
			return 0;
	}
	return conf_fail(doc, node,
	    conf_suggest(node->text, names, ARRAY_LEN(names), hint, sizeof(hint)), err,
	    "a policy cannot send \"%.*s\"", STR_ARG(node->text));
}

static int check_step(const struct conf_doc *doc, const struct conf_node *node,
    const struct policy_step *step, struct error *err)
{
	int n = (step->get.len > 0) + (step->set != NULL) + (step->rpc != NULL);

	if (n != 1)
		return conf_fail(doc, node, "give one step for each RPC", err,
		    "a step has one of get, set and rpc");
	if (step->set)
		return check_set(doc, step->set, err);
	return step->rpc ? check_rpc(doc, conf_get(node, "rpc"), err) : 0;
}

static int check_events(const struct conf_doc *doc, const struct conf_node *node,
    const struct policy_rule *rule, struct error *err)
{
	const char *names[CWMP_EVENT_CODES + 1];
	char hint[128];

	for (int i = 0; i < CWMP_EVENT_CODES; i++)
		names[i] = cwmp_event_text((enum cwmp_event_code)i);
	names[CWMP_EVENT_CODES] = "any";
	for (size_t i = 0; i < rule->on.len; i++) {
		struct str code = str_of(rule->on.items[i]);
		const struct conf_node *at =
		    node->kind == CONF_SEQUENCE ? node->items[i] : node;

		/* Vendors' own events are "X <OUI> <event>" (TR-069 A6 table 8). */
		if (str_is(code, "any") || cwmp_event_of(code) != CWMP_EVENT_CODES ||
		    str_starts(code, STR("X ")) || str_starts(code, STR("M X_")))
			continue;
		return conf_fail(doc, at,
		    conf_suggest(code, names, ARRAY_LEN(names), hint, sizeof(hint)),
		    err, "\"%.*s\" is no event code", STR_ARG(code));
	}
	return 0;
}

static int check_rule(const struct conf_doc *doc, const struct conf_node *node,
    const struct policy_rule *rule, struct error *err)
{
	const struct conf_node *steps = conf_get(node, "steps");
	const struct policy_step *items = rule->steps.items;
	int r = check_events(doc, conf_get(node, "on"), rule, err);

	if (r < 0)
		return r;
	if (rule->steps.len > POLICY_STEPS_MAX)
		return conf_fail(doc, steps, NULL, err, "more than %d steps",
		    POLICY_STEPS_MAX);
	for (size_t i = 0; i < rule->steps.len; i++) {
		r = check_step(doc, steps->items[i], &items[i], err);
		if (r < 0)
			return r;
	}
	return 0;
}

static int bind(struct policy *policy, struct error *err)
{
	const struct conf_node *root = policy->doc->root;
	const struct conf_node *rules = conf_get(root, "rules");
	const struct policy_rule *items;
	int r = conf_bind(policy->doc, root, policy_rows, policy, err);

	items = policy->rules.items;
	for (size_t i = 0; r == 0 && i < policy->rules.len; i++)
		r = check_rule(policy->doc, rules->items[i], &items[i], err);
	return r;
}

static int finish(struct policy *policy, int r, struct error *err)
{
	if (r < 0)
		return r;
	r = bind(policy, err);
	if (r < 0)
		policy_free(policy);
	return r;
}

int policy_load(struct policy *policy, const char *path, struct error *err)
{
	*policy = (struct policy)POLICY_NULL;
	return finish(policy, conf_load(path, &policy->doc, err), err);
}

int policy_parse(struct policy *policy, const char *name, struct str text,
    struct error *err)
{
	*policy = (struct policy)POLICY_NULL;
	return finish(policy, conf_parse(name, text, &policy->doc, err), err);
}

void policy_free(struct policy *policy)
{
	conf_free(policy->doc);
	*policy = (struct policy)POLICY_NULL;
}

bool policy_rule_matches(const struct policy_rule *rule, const struct str *events,
    size_t n)
{
	for (size_t i = 0; i < rule->on.len; i++) {
		if (strcmp(rule->on.items[i], "any") == 0)
			return true;
		for (size_t j = 0; j < n; j++) {
			if (str_is(events[j], rule->on.items[i]))
				return true;
		}
	}
	return false;
}

static struct str plain_type(const struct conf_node *value)
{
	uint64_t number;

	if (!value->is_quoted &&
	    (str_is(value->text, "true") || str_is(value->text, "false")))
		return STR("boolean");
	if (!value->is_quoted && str_to_u64(value->text, UINT32_MAX, &number) == 0)
		return STR("unsignedInt");
	return STR("string");
}

void policy_value(const struct conf_node *node, struct str *ret_value,
    struct str *ret_type)
{
	const struct conf_node *type = conf_get(node, "type");

	*ret_value = type ? conf_get(node, "value")->text : node->text;
	*ret_type = type ? type->text : plain_type(node);
}
