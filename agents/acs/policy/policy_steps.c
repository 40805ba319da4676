/* The steps of a policy: what rows cannot say of them. */
#include "agents/acs/policy/policy_internal.h"

#include "agents/acs/policy/placeholder.h"
#include "lib/base/buf.h"

#include <errno.h>
#include <stdio.h>

static int no_memory(const struct conf_doc *doc, struct error *err)
{
	return error_set(err, -ENOMEM, "%s: not enough memory", doc->name);
}

/* ---- conditions -------------------------------------------------------------------- */

/* What stands for something may be anything. */
static int note_wanted(struct policy_reader *reader, const char *name,
    struct error *err)
{
	struct policy *policy = reader->policy;
	struct arena *arena = &policy->doc->arena;
	auto_buf pattern = BUF_NULL;

	placeholder_pattern(&pattern, str_of(name));
	if (policy->n_wanted == reader->wanted_cap) {
		size_t cap = reader->wanted_cap ? 2 * reader->wanted_cap : 8;
		struct str *wanted = arena_array(arena, cap, sizeof(*wanted));

		if (!wanted)
			return no_memory(policy->doc, err);
		if (policy->n_wanted > 0)
			memcpy(wanted, policy->wanted,
			    policy->n_wanted * sizeof(*wanted));
		policy->wanted = wanted;
		reader->wanted_cap = cap;
	}
	policy->wanted[policy->n_wanted] = arena_str(arena, buf_str(&pattern));
	if (!policy->wanted[policy->n_wanted].p || pattern.error)
		return no_memory(policy->doc, err);
	policy->n_wanted++;
	return 0;
}

int policy_read_conditions(struct policy_reader *reader, const struct conf_node *node,
    struct conditions *ret, struct error *err)
{
	int r = conditions_read(reader->policy->doc, node, ret, err);

	for (size_t i = 0; r == 0 && i < ret->len; i++) {
		if (ret->items[i].value)
			r = note_wanted(reader, ret->items[i].value, err);
	}
	return r;
}

/* ---- what stands for something ----------------------------------------------------- */

static int check_placeholder(const struct conf_doc *doc, const struct conf_node *node,
    bool is_in_loop, bool is_path, struct error *err)
{
	struct str text = node->text, word;

	while (placeholder_next(&text, &word)) {
		enum placeholder which = placeholder_of(word);
		char hint[160];

		if (which == PLACEHOLDERS)
			return conf_fail(doc, node,
			    placeholder_hint(word, hint, sizeof(hint)), err,
			    "nothing is named {%.*s}", STR_ARG(word));
		if (which == PLACEHOLDER_I && !is_path)
			return conf_fail(doc, node, "{each} stands for what was found",
			    err, "{i} stands for instances in a for-each alone");
		if (!is_in_loop && placeholder_is_of_loop(which))
			return conf_fail(doc, node, "within the steps of a for-each",
			    err, "{%.*s} stands for something in a loop alone",
			    STR_ARG(word));
	}
	return 0;
}

static bool is_list_of_steps(struct str key)
{
	return str_is(key, "steps") || str_is(key, "on-fault");
}

/* Of all texts of a step, but for those of the steps within it. */
static int check_placeholders(const struct conf_doc *doc, const struct conf_node *node,
    bool is_in_loop, struct error *err)
{
	int worst = 0, r = 0;

	if (node->kind == CONF_SCALAR)
		return check_placeholder(doc, node, is_in_loop, false, err);
	for (size_t i = 0; i < node->len; i++) {
		const struct conf_pair *pair = node->pairs ? &node->pairs[i] : NULL;

		if (!pair) {
			r = check_placeholders(doc, node->items[i], is_in_loop, err);
		} else if (str_is(pair->key->text, "for-each")) {
			r = check_placeholder(doc, pair->value, is_in_loop, true, err);
		} else if (!is_list_of_steps(pair->key->text)) {
			r = check_placeholder(doc, pair->key, is_in_loop, false, err);
			if (conf_go_on(doc, r, &worst))
				r = check_placeholders(doc, pair->value, is_in_loop,
				    err);
		}
		if (!conf_go_on(doc, r, &worst))
			return r;
	}
	return worst;
}

/* ---- one step ---------------------------------------------------------------------- */

/* Reads a list of steps that stands in a step. */
static int read_list(struct policy_reader *reader, const struct conf_node *node,
    struct policy_steps *ret, struct policy_place place, struct error *err)
{
	struct conf_doc *doc = reader->policy->doc;
	struct policy_steps steps = { NULL, node->len };
	int worst = 0, r;

	if (node->kind != CONF_SEQUENCE || node->len == 0)
		return conf_fail(doc, node, "- get: [...]", err,
		    "a list of steps is wanted here");
	if (place.depth > POLICY_DEPTH_MAX)
		return conf_fail(doc, node, NULL, err,
		    "more than %d lists of steps "
		    "within one another",
		    POLICY_DEPTH_MAX);
	steps.items = arena_array(&doc->arena, steps.len, sizeof(*steps.items));
	if (!steps.items)
		return no_memory(doc, err);
	for (size_t i = 0; i < steps.len; i++) {
		r = conf_bind(doc, node->items[i], policy_step_rows, &steps.items[i],
		    err);
		if (!conf_go_on(doc, r, &worst))
			return r;
	}
	r = policy_finish_steps(reader, node, &steps, place, err);
	if (r == 0 && worst == 0)
		*ret = steps;
	return r < 0 ? r : worst;
}

/* get and set are RPCs, too, and have no arguments of others. */
static int check_short(const struct conf_doc *doc, const struct conf_node *node,
    const struct policy_step *step, struct error *err)
{
	int worst = 0, r = 0;

	for (size_t i = 0; i < node->len; i++) {
		const struct conf_node *key = node->pairs[i].key;

		if (!acs_rpc_is_key(key->text) ||
		    (step->set && str_is(key->text, "parameter-key")))
			continue;
		r = conf_fail(doc, key, "\"rpc\" names any RPC with its arguments", err,
		    "%s takes no \"%.*s\"", step->set ? "set" : "get",
		    STR_ARG(key->text));
		if (!conf_go_on(doc, r, &worst))
			return r;
	}
	if (step->set)
		r = acs_rpc_check_values(doc, step->set, err);
	return r < 0 ? r : worst;
}

static int finish_short(const struct conf_doc *doc, const struct conf_node *node,
    struct policy_step *step, struct error *err)
{
	if (step->set) {
		step->rpc = acs_rpc_of(STR("SetParameterValues"));
		step->args.values = step->set;
	} else {
		step->rpc = acs_rpc_of(STR("GetParameterValues"));
		step->args.names = step->get;
	}
	return check_short(doc, node, step, err);
}

static int finish_rpc(const struct conf_doc *doc, const struct conf_node *node,
    struct policy_step *step, struct error *err)
{
	if (step->rpc_node->kind != CONF_SCALAR)
		return conf_fail(doc, step->rpc_node, "such as rpc: Reboot", err,
		    "\"rpc\" wants a name");
	step->rpc = acs_rpc_find(doc, step->rpc_node, err);
	return step->rpc ? acs_rpc_check(doc, node, step->rpc, &step->args, err)
			 : ERR_CONFIG;
}

/* Tags are kept with commas between them, and named by patterns. */
bool policy_is_tag(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if ((unsigned char)text.p[i] <= ' ' || strchr(",*?{}", text.p[i]))
			return false;
	}
	return text.len > 0 && text.len <= POLICY_TAG_MAX;
}

static int check_tags(const struct conf_doc *doc, const struct conf_node *node,
    const struct conf_strings *tags, struct error *err)
{
	for (size_t i = 0; i < tags->len; i++) {
		if (!policy_is_tag(str_of(tags->items[i])))
			return conf_fail(doc, node, NULL, err,
			    "a tag has 1 to %d characters, no blank and none of ,*?{}",
			    POLICY_TAG_MAX);
	}
	return 0;
}

static int check_no_arguments(const struct conf_doc *doc, const struct conf_node *node,
    const char *what, struct error *err)
{
	for (size_t i = 0; i < node->len; i++) {
		if (acs_rpc_is_key(node->pairs[i].key->text))
			return conf_fail(doc, node->pairs[i].key,
			    "it is an argument of an rpc", err, "%s takes no \"%.*s\"",
			    what, STR_ARG(node->pairs[i].key->text));
	}
	return 0;
}

/* Whether each {i} is a whole part of the path. */
static bool are_instances_parts(struct str path)
{
	size_t at;

	while (str_find(path, STR("{i}"), &at)) {
		if (at == 0 || path.p[at - 1] != '.' || at + 3 >= path.len ||
		    path.p[at + 3] != '.')
			return false;
		path = str_from(path, at + 3);
	}
	return true;
}

static int finish_loop(struct policy_reader *reader, const struct conf_node *node,
    struct policy_step *step, struct policy_place place, struct error *err)
{
	const struct conf_doc *doc = reader->policy->doc;
	struct str path = str_of(step->for_each);
	int r = check_no_arguments(doc, node, "a loop", err);

	if (r < 0)
		return r;
	if (!step->steps_at)
		return conf_fail(doc, node, "steps: [...]", err,
		    "a for-each wants \"steps\"");
	if (!str_find(path, STR("{i}"), NULL) && !str_ends(path, STR(".")))
		return conf_fail(doc, step->for_each_at,
		    "such as Hosts.Host.{i}. or DeviceInfo.", err,
		    "a path to look below ends in a point");
	if (!are_instances_parts(path))
		return conf_fail(doc, step->for_each_at, "such as Hosts.Host.{i}.", err,
		    "{i} stands for an instance, between two points");
	return read_list(reader, step->steps_at, &step->steps,
	    (struct policy_place){ place.depth + 1, true }, err);
}

static int finish_on_fault(struct policy_reader *reader, struct policy_step *step,
    struct policy_place place, struct error *err)
{
	static const char *const names[] = { [POLICY_CONTINUE] = "continue",
		[POLICY_SKIP] = "skip",
		[POLICY_STOP] = "stop" };
	const struct conf_node *node = step->on_fault_at;
	char hint[96];

	if (!node)
		return 0;
	step->on_fault = POLICY_STEPS;
	place.depth++;
	if (node->kind == CONF_SEQUENCE)
		return read_list(reader, node, &step->fault_steps, place, err);
	for (size_t i = 0; node->kind == CONF_SCALAR && i < ARRAY_LEN(names); i++) {
		if (!str_is(node->text, names[i]))
			continue;
		step->on_fault = (enum policy_on_fault)i;
		return 0;
	}
	if (!conf_suggest(node->text, names, ARRAY_LEN(names), hint, sizeof(hint)))
		(void)snprintf(hint, sizeof(hint), "or a list of steps");
	return conf_fail(reader->policy->doc, node, hint, err,
	    "\"on-fault\" is continue, skip, stop, or other steps");
}

/* Each but one of these would be left out. */
static int check_kind(const struct conf_doc *doc, const struct conf_node *node,
    const struct policy_step *step, struct error *err)
{
	int n = (step->get.len > 0) + (step->set != NULL) + (step->rpc_node != NULL) +
		(step->for_each != NULL) + (step->tag.len + step->untag.len > 0);

	if (n != 1)
		return conf_fail(doc, node, "give one step for each", err,
		    "a step has one of get, set, rpc, for-each and tag");
	if (!step->for_each && (step->steps_at || step->down || conf_get(node, "max")))
		return conf_fail(doc, node, "add \"for-each\"", err,
		    "\"steps\", \"down\" and \"max\" are of a loop");
	if (step->on_fault_at && step->tag.len + step->untag.len > 0)
		return conf_fail(doc, step->on_fault_at, NULL, err,
		    "a tag is put on without an RPC, which has no fault");
	return 0;
}

static int finish_kind(struct policy_reader *reader, const struct conf_node *node,
    struct policy_step *step, struct policy_place place, struct error *err)
{
	const struct conf_doc *doc = reader->policy->doc;
	int r;

	if (step->rpc_node)
		return finish_rpc(doc, node, step, err);
	if (step->for_each)
		return finish_loop(reader, node, step, place, err);
	if (step->tag.len + step->untag.len == 0)
		return finish_short(doc, node, step, err);
	r = check_tags(doc, node, &step->tag, err);
	if (r == 0)
		r = check_tags(doc, node, &step->untag, err);
	return r < 0 ? r : check_no_arguments(doc, node, "a tag", err);
}

static int finish_step(struct policy_reader *reader, const struct conf_node *node,
    struct policy_step *step, struct policy_place place, struct error *err)
{
	const struct conf_doc *doc = reader->policy->doc;
	int worst = 0, r = check_kind(doc, node, step, err);

	step->at = node;
	if (r == 0)
		r = finish_kind(reader, node, step, place, err);
	if (conf_go_on(doc, r, &worst))
		r = policy_read_conditions(reader, step->when_at, &step->when, err);
	if (conf_go_on(doc, r, &worst))
		r = policy_read_conditions(reader, step->unless_at, &step->unless, err);
	if (conf_go_on(doc, r, &worst))
		r = finish_on_fault(reader, step, place, err);
	if (conf_go_on(doc, r, &worst))
		r = check_placeholders(doc, node, place.is_in_loop, err);
	return r < 0 ? r : worst;
}

int policy_finish_steps(struct policy_reader *reader, const struct conf_node *node,
    const struct policy_steps *steps, struct policy_place place, struct error *err)
{
	const struct conf_doc *doc = reader->policy->doc;
	int worst = 0;

	reader->n_steps += steps->len;
	if (steps->len > POLICY_STEPS_MAX)
		return conf_fail(doc, node, NULL, err, "more than %d steps",
		    POLICY_STEPS_MAX);
	if (reader->n_steps > POLICY_ALL_STEPS_MAX)
		return conf_fail(doc, node, NULL, err, "more than %d steps in all",
		    POLICY_ALL_STEPS_MAX);
	for (size_t i = 0; i < steps->len; i++) {
		int r = 0;

		/* What is no mapping was told when it was bound. */
		if (node->items[i]->kind == CONF_MAPPING)
			r = finish_step(reader, node->items[i], &steps->items[i], place,
			    err);
		if (!conf_go_on(doc, r, &worst))
			return r;
	}
	return worst;
}

/* ---- names ------------------------------------------------------------------------- */

struct name_walk {
	void (*call)(void *user, const struct conf_node *at,
	    const struct conf_node *value);
	void *user;
};

/* Whether the text is a name as it stands, if of any instance. */
static bool is_name(struct str text)
{
	struct str rest = text, word;

	while (placeholder_next(&rest, &word)) {
		if (placeholder_of(word) != PLACEHOLDER_I)
			return false;
	}
	return text.len > 0;
}

static void tell_value(const struct name_walk *walk, const struct conf_node *at,
    const struct conf_node *value)
{
	if (at && at->kind == CONF_SCALAR && is_name(at->text))
		walk->call(walk->user, at, value);
}

static void tell_name(const struct name_walk *walk, const struct conf_node *at)
{
	tell_value(walk, at, NULL);
}

static void tell_names(const struct name_walk *walk, const struct conf_node *at)
{
	if (at && at->kind == CONF_SEQUENCE) {
		for (size_t i = 0; i < at->len; i++)
			tell_name(walk, at->items[i]);
	} else {
		tell_name(walk, at);
	}
}

static void tell_condition(const struct name_walk *walk, const struct conf_node *at)
{
	if (at && at->kind == CONF_SEQUENCE) {
		for (size_t i = 0; i < at->len; i++)
			tell_name(walk, conf_get(at->items[i], "value"));
	} else {
		tell_name(walk, conf_get(at, "value"));
	}
}

static void tell_steps(const struct name_walk *walk, const struct policy_steps *steps)
{
	for (size_t i = 0; i < steps->len; i++) {
		const struct policy_step *step = &steps->items[i];
		const struct conf_node *values =
		    step->set ? step->set : conf_get(step->at, "values");
		const struct conf_node *attributes = conf_get(step->at, "attributes");

		tell_condition(walk, step->when_at);
		tell_condition(walk, step->unless_at);
		tell_names(walk, conf_get(step->at, "get"));
		tell_names(walk, conf_get(step->at, "names"));
		tell_name(walk, conf_get(step->at, "path"));
		tell_name(walk, conf_get(step->at, "object"));
		tell_name(walk, step->for_each_at);
		for (size_t j = 0; values && j < values->len; j++)
			tell_value(walk, values->pairs[j].key, values->pairs[j].value);
		for (size_t j = 0; attributes && j < attributes->len; j++)
			tell_name(walk, conf_get(attributes->items[j], "name"));
		tell_steps(walk, &step->steps);
		tell_steps(walk, &step->fault_steps);
	}
}

void policy_each_name(const struct policy *policy,
    void (*call)(void *user, const struct conf_node *at, const struct conf_node *value),
    void *user)
{
	const struct name_walk walk = { call, user };
	const struct policy_rule *rules = policy->rules.items;

	for (size_t i = 0; i < policy->rules.len; i++) {
		const struct policy_steps steps = { rules[i].steps.items,
			rules[i].steps.len };

		tell_condition(&walk, rules[i].when_at);
		tell_condition(&walk, rules[i].unless_at);
		tell_steps(&walk, &steps);
	}
}
