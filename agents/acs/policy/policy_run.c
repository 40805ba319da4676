#include "agents/acs/policy/policy_run.h"

#include "agents/acs/policy/loop.h"
#include "agents/acs/policy/placeholder.h"
#include "lib/base/buf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	FRAMES_MAX = 2 * POLICY_DEPTH_MAX,
	LIMIT_TEXT_MAX = 96
};

/* A list of steps at work; of a loop its list again and again. */
struct frame {
	struct policy_steps steps;
	size_t next;
	struct loop *loop; /* null: no loop */
	struct str each;   /* of the turn, or of the loop around; null view: none */
};

struct policy_run {
	const struct policy *policy;
	struct policy_world world;
	struct arena arena; /* of the run */
	const struct policy_rule **rules;
	size_t n_rules, next_rule;
	struct frame frames[FRAMES_MAX];
	size_t n_frames;
	const struct policy_step *asked; /* whose request is out; null: none */
	struct loop *finding; /* the loop whose names it asks for; null: none */
	unsigned n_requests;
	uint32_t fault; /* of the last response */
	bool url_is_mine, is_over, is_limit_told;
	struct str *events;
	size_t n_events;
	struct cwmp_param *values;
	size_t n_values;
	char limit[LIMIT_TEXT_MAX];
};

static void reach_limit(struct policy_run *run, const char *words)
{
	if (run->limit[0] == '\0')
		(void)snprintf(run->limit, sizeof(run->limit), "%s", words);
}

static void end(struct policy_run *run)
{
	run->is_over = true;
	run->n_frames = 0;
	run->finding = NULL;
}

/* ---- values ------------------------------------------------------------------------ */

static struct cwmp_param *find_value(const struct policy_run *run, struct str name)
{
	for (size_t i = 0; i < run->n_values; i++) {
		if (str_eq(run->values[i].name, name))
			return &run->values[i];
	}
	return NULL;
}

static void keep_value(struct policy_run *run, const struct cwmp_param *param)
{
	struct cwmp_param *slot = find_value(run, param->name);
	struct str value;

	if (slot && str_eq(slot->value, param->value))
		return;
	if (!run->values)
		run->values =
		    arena_array(&run->arena, POLICY_VALUES_MAX, sizeof(*run->values));
	if (!run->values || (!slot && run->n_values == POLICY_VALUES_MAX)) {
		reach_limit(run, "more values than a policy compares in one session");
		return;
	}
	value = arena_str(&run->arena, param->value);
	if (!slot && value.p) {
		slot = &run->values[run->n_values];
		slot->name = arena_str(&run->arena, param->name);
		run->n_values += slot->name.p != NULL;
	}
	if (!value.p || !slot->name.p)
		reach_limit(run, "no memory for a value that the policy compares");
	else
		slot->value = value;
}

static void take_values(struct policy_run *run, const struct cwmp_params *params,
    bool is_read)
{
	for (size_t i = 0; i < params->len; i++) {
		const struct cwmp_param *param = &params->items[i];

		if (is_read && str_ends(param->name, STR("ManagementServer.URL")))
			run->url_is_mine = str_is(param->value, run->world.url);
		if (policy_wants(run->policy, param->name))
			keep_value(run, param);
	}
}

/* ---- texts ------------------------------------------------------------------------- */

/* The number in "a.b.3." or "a.b.3.c": the last part that is digits. */
static struct str instance_of(struct str path)
{
	struct str found = STR("");
	uint64_t number;

	while (path.len > 0) {
		struct str part = str_cut(path, '.', &path);

		if (str_to_u64(part, UINT32_MAX, &number) == 0)
			found = part;
	}
	return found;
}

static struct str present_each(const struct policy_run *run)
{
	return run->n_frames > 0 ? run->frames[run->n_frames - 1].each : STR_NULL;
}

static struct str expand(void *user, struct str text, struct arena *arena)
{
	const struct policy_run *run = user;
	struct str each = present_each(run);
	const struct str values[PLACEHOLDERS] = {
		[PLACEHOLDER_EACH] = each,
		[PLACEHOLDER_INSTANCE] = instance_of(each),
		[PLACEHOLDER_I] = STR("{i}"),
		[PLACEHOLDER_SERIAL] = run->world.serial,
		[PLACEHOLDER_OUI] = run->world.oui,
		[PLACEHOLDER_PRODUCT_CLASS] = run->world.product_class,
		[PLACEHOLDER_MANUFACTURER] = run->world.manufacturer,
		[PLACEHOLDER_CPE] = str_of(run->world.id),
		[PLACEHOLDER_ADDRESS] = str_of(run->world.address),
		[PLACEHOLDER_URL] = str_of(run->world.url),
	};
	auto_buf out = BUF_NULL;

	if (str_find_char(text, '{') == text.len)
		return text.p ? text : STR("");
	placeholder_expand(&out, text, values);
	return out.error ? STR_NULL : arena_str(arena, buf_str(&out));
}

/* ---- conditions -------------------------------------------------------------------- */

struct asker {
	struct policy_run *run;
	struct arena *arena; /* of the message: what is made there is gone with it */
};

static struct str value_of(void *user, const char *name)
{
	const struct asker *asker = user;
	struct str text = expand(asker->run, str_of(name), asker->arena);
	const struct cwmp_param *found = find_value(asker->run,
	    acs_rpc_full_name(text, asker->run->world.root, asker->arena));

	/* A value that is there and empty is no null view. */
	return !found ? STR_NULL : found->value.len > 0 ? found->value : STR("");
}

static bool has_tag(void *user, struct str pattern)
{
	const struct policy_world *world = &((const struct asker *)user)->run->world;

	return world->has_tag && world->has_tag(world->user, pattern);
}

static bool is_due(struct policy_run *run, const struct conditions *when,
    const struct conditions *unless, struct arena *arena)
{
	struct asker asker = { run, arena };
	const struct condition_view view = {
		.user = &asker,
		.value = value_of,
		.has_tag = has_tag,
		.events = run->events,
		.n_events = run->n_events,
		.oui = run->world.oui,
		.product_class = run->world.product_class,
		.serial = run->world.serial,
		.manufacturer = run->world.manufacturer,
		.url_is_mine = run->url_is_mine,
		.fault = run->fault,
	};

	return conditions_hold(when, &view) &&
	       (unless->len == 0 || !conditions_hold(unless, &view));
}

/* ---- life -------------------------------------------------------------------------- */

static int collect(struct policy_run *run, const struct cwmp_inform *inform)
{
	const struct policy_rule *rules = run->policy->rules.items;
	size_t n = run->policy->rules.len;

	run->rules = arena_array(&run->arena, n, sizeof(*run->rules));
	run->events = arena_array(&run->arena, MAX(inform->n_events, (size_t)1),
	    sizeof(struct str));
	if (!run->rules || !run->events)
		return -ENOMEM;
	for (size_t i = 0; i < inform->n_events; i++) {
		run->events[i] = arena_str(&run->arena, inform->events[i].code);
		if (!run->events[i].p)
			return -ENOMEM;
	}
	run->n_events = inform->n_events;
	for (size_t i = 0; i < n; i++) {
		if (policy_rule_matches(&rules[i], run->events, run->n_events))
			run->rules[run->n_rules++] = &rules[i];
	}
	return 0;
}

static bool speaks_of(const struct policy *policy, const struct cwmp_inform *inform)
{
	const struct policy_rule *rules = policy->rules.items;

	for (size_t i = 0; i < policy->rules.len; i++) {
		if (policy_rule_matches(&rules[i], NULL, 0))
			return true;
		for (size_t j = 0; j < inform->n_events; j++) {
			if (policy_rule_matches(&rules[i], &inform->events[j].code, 1))
				return true;
		}
	}
	return false;
}

int policy_run_new(struct policy_run **ret, const struct policy *policy,
    const struct policy_world *world, const struct cwmp_inform *inform)
{
	struct policy_run *run;

	*ret = NULL;
	if (!speaks_of(policy, inform))
		return 0;
	run = calloc(1, sizeof(*run));
	if (!run)
		return -ENOMEM;
	run->policy = policy;
	run->world = *world;
	run->arena.max = POLICY_RUN_BYTES_MAX;
	if (collect(run, inform) < 0) {
		policy_run_free(run);
		return -ENOMEM;
	}
	take_values(run, &inform->params, false);
	*ret = run;
	return 0;
}

void policy_run_free(struct policy_run *run)
{
	if (!run)
		return;
	arena_free(&run->arena);
	free(run);
}

const char *policy_run_limit(struct policy_run *run)
{
	if (!run || run->limit[0] == '\0' || run->is_limit_told)
		return NULL;
	run->is_limit_told = true;
	return run->limit;
}

/* ---- what comes next --------------------------------------------------------------- */

static bool push(struct policy_run *run, struct policy_steps steps, struct loop *loop,
    struct str each)
{
	if (run->n_frames == FRAMES_MAX) {
		reach_limit(run, "more lists of steps within one another than go");
		end(run);
		return false;
	}
	run->frames[run->n_frames++] = (struct frame){ steps, 0, loop, each };
	return true;
}

/* Begins the next rule that is due. False: there is none. */
static bool begin_rule(struct policy_run *run, struct arena *arena)
{
	while (run->next_rule < run->n_rules) {
		const struct policy_rule *rule = run->rules[run->next_rule++];
		const struct policy_steps steps = { rule->steps.items,
			rule->steps.len };

		if (is_due(run, &rule->when, &rule->unless, arena))
			return push(run, steps, NULL, STR_NULL);
	}
	return false;
}

/* The list is through: the next turn of its loop, or the list around it. */
static void end_list(struct policy_run *run)
{
	struct frame *frame = &run->frames[run->n_frames - 1];

	frame->next = 0;
	if (!frame->loop || !loop_next(frame->loop, &frame->each))
		run->n_frames--;
}

static void put_tags(struct policy_run *run, const struct policy_step *step)
{
	const struct policy_world *world = &run->world;

	for (size_t i = 0; world->set_tag && i < step->tag.len; i++)
		world->set_tag(world->user, step->tag.items[i], true);
	for (size_t i = 0; world->set_tag && i < step->untag.len; i++)
		world->set_tag(world->user, step->untag.items[i], false);
}

static struct str file_url(void *user, struct str file, struct arena *arena,
    uint32_t *ret_size)
{
	const struct policy_world *world = &((const struct policy_run *)user)->world;

	return world->file_url ? world->file_url(world->user, file, arena, ret_size)
			       : STR_NULL;
}

static int fill(struct policy_run *run, const struct acs_rpc *rpc,
    const struct acs_rpc_args *args, struct arena *arena, struct cwmp_msg *request,
    struct error *err)
{
	const struct acs_rpc_context context = { .arena = arena,
		.root = run->world.root,
		.expand = expand,
		.file_url = file_url,
		.user = run };
	int r;

	if (run->n_requests == POLICY_REQUESTS_MAX) {
		reach_limit(run, "more requests than a policy may send in one session");
		end(run);
		return 0;
	}
	run->n_requests++;
	r = acs_rpc_fill(rpc, args, &context, request, err);
	if (r < 0) {
		end(run);
		return r;
	}
	return 1;
}

/* Asks for the next names of a loop, or begins its first turn once they are all there: 0
 * then. */
static int find_names(struct policy_run *run, struct arena *arena,
    struct cwmp_msg *request, struct error *err)
{
	struct acs_rpc_args args = { .next_level = true };
	struct loop *loop = run->finding;
	struct str each;

	args.path = loop_asks(loop);
	if (args.path)
		return fill(run, acs_rpc_of(STR("GetParameterNames")), &args, arena,
		    request, err);
	run->finding = NULL;
	run->asked = NULL;
	if (loop_was_cut(loop))
		reach_limit(run, "a loop of the policy found more than its max");
	if (loop_next(loop, &each))
		(void)push(run, loop_step(loop)->steps, loop, each);
	return 0;
}

static int begin_loop(struct policy_run *run, const struct policy_step *step,
    struct arena *arena, struct cwmp_msg *request, struct error *err)
{
	struct str path = acs_rpc_full_name(expand(run, str_of(step->for_each), arena),
	    run->world.root, arena);

	run->finding = loop_new(&run->arena, step, path);
	if (!run->finding) {
		end(run);
		return error_set(err, ERR_LIMIT, "no memory for a loop of the policy");
	}
	run->asked = step;
	return find_names(run, arena, request, err);
}

static int do_step(struct policy_run *run, const struct policy_step *step,
    struct arena *arena, struct cwmp_msg *request, struct error *err)
{
	if (!is_due(run, &step->when, &step->unless, arena))
		return 0;
	if (step->for_each)
		return begin_loop(run, step, arena, request, err);
	if (!step->rpc) {
		put_tags(run, step);
		return 0;
	}
	run->asked = step;
	return fill(run, step->rpc, &step->args, arena, request, err);
}

int policy_run_next(struct policy_run *run, struct arena *arena,
    struct cwmp_msg *request, struct error *err)
{
	int r = 0;

	while (run && r == 0 && !run->is_over) {
		struct frame *frame;

		if (run->finding) {
			r = find_names(run, arena, request, err);
			continue;
		}
		if (run->n_frames == 0) {
			if (!begin_rule(run, arena))
				return 0;
			continue;
		}
		frame = &run->frames[run->n_frames - 1];
		if (frame->next == frame->steps.len)
			end_list(run);
		else
			r = do_step(run, &frame->steps.items[frame->next++], arena,
			    request, err);
	}
	return r;
}

/* ---- answers ----------------------------------------------------------------------- */

static void took_fault(struct policy_run *run, const struct policy_step *step)
{
	run->finding = NULL;
	switch (step->on_fault) {
	case POLICY_CONTINUE:
		return;
	case POLICY_SKIP:
		if (run->n_frames > 0)
			run->frames[run->n_frames - 1].next =
			    run->frames[run->n_frames - 1].steps.len;
		return;
	case POLICY_STOP:
		end(run);
		return;
	case POLICY_STEPS:
		(void)push(run, step->fault_steps, NULL, present_each(run));
		return;
	}
}

void policy_run_took(struct policy_run *run, const struct cwmp_msg *response)
{
	const struct policy_step *step = run->asked;

	if (response->kind == CWMP_FAULT) {
		run->fault = response->fault.code ? response->fault.code : 9002;
		if (step)
			took_fault(run, step);
		return;
	}
	run->fault = 0;
	if (response->method == CWMP_GET_PARAMETER_VALUES)
		take_values(run, &response->args.params, true);
	if (run->finding)
		loop_take(run->finding, &response->args);
}
