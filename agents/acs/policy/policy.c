#include "agents/acs/policy/policy_internal.h"

/* ---- rules ------------------------------------------------------------------------- */

static int check_events(const struct conf_doc *doc, const struct conf_node *node,
    const struct policy_rule *rule, struct error *err)
{
	const char *names[CWMP_EVENT_CODES + 1];
	int worst = 0, r;
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
		r = conf_fail(doc, at,
		    conf_suggest(code, names, ARRAY_LEN(names), hint, sizeof(hint)),
		    err, "\"%.*s\" is no event code", STR_ARG(code));
		if (!conf_go_on(doc, r, &worst))
			return r;
	}
	return worst;
}

static int finish_rule(struct policy_reader *reader, const struct conf_node *node,
    struct policy_rule *rule, struct error *err)
{
	struct conf_doc *doc = reader->policy->doc;
	struct policy_steps steps = { rule->steps.items, rule->steps.len };
	int worst = 0, r = 0;

	if (conf_get(node, "on"))
		r = check_events(doc, conf_get(node, "on"), rule, err);
	if (conf_go_on(doc, r, &worst))
		r = policy_read_conditions(reader, rule->when_at, &rule->when, err);
	if (conf_go_on(doc, r, &worst))
		r = policy_read_conditions(reader, rule->unless_at, &rule->unless, err);
	if (conf_go_on(doc, r, &worst))
		r = policy_finish_steps(reader, conf_get(node, "steps"), &steps,
		    (struct policy_place){ 0, false }, err);
	return r < 0 ? r : worst;
}

/* What rows cannot say. Where a list is not whole, since it is no list of mappings, there is
 * nothing more to look at. */
static int finish_rules(struct policy_reader *reader, struct error *err)
{
	struct policy *policy = reader->policy;
	const struct conf_node *rules = conf_get(policy->doc->root, "rules");
	struct policy_rule *items = policy->rules.items;
	int worst = 0;

	for (size_t i = 0; items && i < policy->rules.len; i++) {
		int r = finish_rule(reader, rules->items[i], &items[i], err);

		if (!conf_go_on(policy->doc, r, &worst))
			return r;
	}
	return worst;
}

static int bind(struct policy *policy, struct error *err)
{
	struct policy_reader reader = { .policy = policy };
	struct conf_doc *doc = policy->doc;
	int worst = 0, r = conf_bind(doc, doc->root, policy_rows, policy, err);

	if (conf_go_on(doc, r, &worst))
		r = finish_rules(&reader, err);
	return r < 0 ? r : worst;
}

static int finish(struct policy *policy, struct conf_mistakes *mistakes, int r,
    struct error *err)
{
	if (r < 0)
		return r;
	policy->doc->mistakes = mistakes;
	r = bind(policy, err);
	if (r == 0 && mistakes)
		r = conf_mistakes_fail(mistakes, err);
	policy->doc->mistakes = NULL;
	if (r < 0)
		policy_free(policy);
	return r;
}

int policy_load(struct policy *policy, const char *path, struct conf_mistakes *mistakes,
    struct error *err)
{
	*policy = (struct policy)POLICY_NULL;
	return finish(policy, mistakes,
	    mistakes ? conf_load_all(path, mistakes, &policy->doc, err)
		     : conf_load(path, &policy->doc, err),
	    err);
}

int policy_parse(struct policy *policy, const char *name, struct str text,
    struct conf_mistakes *mistakes, struct error *err)
{
	*policy = (struct policy)POLICY_NULL;
	return finish(policy, mistakes,
	    mistakes ? conf_parse_all(name, text, mistakes, &policy->doc, err)
		     : conf_parse(name, text, &policy->doc, err),
	    err);
}

void policy_free(struct policy *policy)
{
	conf_free(policy->doc);
	*policy = (struct policy)POLICY_NULL;
}

/* ---- questions --------------------------------------------------------------------- */

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

bool policy_wants(const struct policy *policy, struct str name)
{
	size_t root = str_find_char(name, '.') + 1;

	for (size_t i = 0; i < policy->n_wanted; i++) {
		if (condition_matches(policy->wanted[i], name) ||
		    condition_matches(policy->wanted[i], str_from(name, root)))
			return true;
	}
	return false;
}
