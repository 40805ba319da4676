/* A plan taken apart: whose steps are whose. */
#include "lab/change/change_internal.h"

#include "lib/base/compiler.h"

#include <errno.h>
#include <stdlib.h>

int change_fail_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "no memory to compare the labs");
}

static bool is_switch(const struct change_side *side, uint32_t ns)
{
	return side->plan->instances[ns].node->kind == NODE_SWITCH;
}

static struct str key_of(const uint32_t end[2])
{
	return str_make(end, 2 * sizeof(end[0]));
}

uint32_t change_side_find(const struct change_side *side, const char *instance)
{
	const struct plan_instance *found = map_get(&side->names, str_of(instance));

	return found ? (uint32_t)(found - side->plan->instances) : FABRIC_NEW;
}

uint32_t change_side_find_link(const struct change_side *side,
    const struct plan_link *link)
{
	struct str name = str_of(link->name);
	const struct plan_instance *found =
	    map_get(&side->names, str_make(name.p, str_find_char(name, ':')));

	return found ? (uint32_t)(found - side->plan->instances) : FABRIC_NEW;
}

struct change_cable *change_side_end(const struct change_side *side, uint32_t ns,
    uint32_t ifindex)
{
	const uint32_t end[2] = { ns, ifindex };

	return map_get(&side->ends, key_of(end));
}

struct change_cable *change_side_owner(const struct change_side *side,
    const struct plan_step *step)
{
	uint32_t ifindex = plan_step_ifindex(step);

	return is_switch(side, step->ns) && ifindex > PLAN_IFINDEX_BRIDGE
		   ? change_side_end(side, step->ns, ifindex)
		   : NULL;
}

/* What a schedule does, which a plan only counts. */
static void put_schedule(struct buf *out, const struct plan_link *link)
{
	const struct attach_link *attach = &link->attach->link;

	for (size_t i = 0; i < attach->n_steps; i++)
		buf_printf(out, "at %lld for %lld %s\n", (long long)attach->steps[i].at,
		    (long long)attach->steps[i].length, attach->step_words[i]);
}

/* What is the same in both plans is so in these words, or it differs. */
static int write_text(struct change_side *side, size_t at, struct arena *arena)
{
	auto_buf text = BUF_NULL;

	const struct plan_step *step = &side->plan->steps[at];

	plan_step_text(&text, side->plan, step);
	if (step->op == PLAN_IMPAIR)
		put_schedule(&text, &side->plan->links[step->impair.link]);
	side->texts[at] = text.error ? NULL : arena_strdup(arena, buf_str(&text));
	return side->texts[at] ? 0 : -ENOMEM;
}

static int add_cable(struct change_side *side, size_t at)
{
	const struct plan_step *step = &side->plan->steps[at];
	struct change_cable *cable = &side->cables[side->n_cables++];

	*cable = (struct change_cable){
		.step = step,
		.near = { step->ns, plan_step_ifindex(step) },
		.peer = { step->ns, plan_step_ifindex(step) },
		.text = side->texts[at],
	};
	if (step->op == PLAN_VETH) {
		cable->peer[0] = step->veth.peer_ns;
		cable->peer[1] = step->veth.peer.ifindex;
	}
	return map_put(&side->ends, key_of(cable->near), cable) < 0 ||
		       map_put(&side->ends, key_of(cable->peer), cable) < 0
		   ? -ENOMEM
		   : 0;
}

static int join_text(struct change_cable *cable, const char *more, struct arena *arena)
{
	auto_buf text = BUF_NULL;

	buf_printf(&text, "%s%s", cable->text, more);
	cable->text = text.error ? NULL : arena_strdup(arena, buf_str(&text));
	return cable->text ? 0 : -ENOMEM;
}

static void append(struct change_side *side, size_t at)
{
	uint32_t ns = side->plan->steps[at].ns;

	if (side->first[ns] == SIZE_MAX)
		side->first[ns] = at;
	else
		side->next[side->last[ns]] = at;
	side->last[ns] = at;
}

/* A cable that the kernel impairs is another one than a plain one, whatever it does. */
static int join_means(struct change_side *side, const struct plan_link *link,
    struct arena *arena)
{
	struct change_cable *cable =
	    link->is_netem ? change_side_end(side, link->up_ns, link->up_ifindex)
			   : NULL;

	return cable ? join_text(cable, "impaired by netem\n", arena) : 0;
}

static bool is_cable(const struct change_side *side, const struct plan_step *step)
{
	return step->op == PLAN_VETH ||
	       (step->op == PLAN_BRIDGE && is_switch(side, step->ns) &&
		   step->bridge.ifindex > PLAN_IFINDEX_BRIDGE);
}

/* To whom a step belongs that makes no cable. */
static int add_step(struct change_side *side, size_t at, struct arena *arena)
{
	const struct plan_step *step = &side->plan->steps[at];
	struct change_cable *cable = change_side_owner(side, step);

	if (step->op == PLAN_IMPAIR)
		return join_means(side, &side->plan->links[step->impair.link], arena);
	/* A carrier compares its own by itself. */
	if (is_cable(side, step) || step->op == PLAN_START ||
	    step->op == PLAN_NAMESPACE || step->op == PLAN_TRUNK)
		return 0;
	if (cable)
		return join_text(cable, side->texts[at], arena);
	append(side, at);
	return 0;
}

static int make_room(struct change_side *side, struct arena *arena)
{
	const struct plan *plan = side->plan;
	size_t n = plan->n_instances + 1, n_steps = plan->n_steps + 1;

	side->texts = arena_array(arena, n_steps, sizeof(*side->texts));
	side->next = arena_array(arena, n_steps, sizeof(*side->next));
	side->cables = arena_array(arena, n_steps, sizeof(*side->cables));
	side->first = arena_array(arena, n, sizeof(*side->first));
	side->last = arena_array(arena, n, sizeof(*side->last));
	if (!side->texts || !side->next || !side->cables || !side->first || !side->last)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		side->first[i] = SIZE_MAX;
	for (size_t i = 0; i < n_steps; i++)
		side->next[i] = SIZE_MAX;
	return 0;
}

static int read_steps(struct change_side *side, struct arena *arena)
{
	const struct plan *plan = side->plan;
	int r = 0;

	for (size_t i = 0; i < plan->n_instances && r == 0; i++)
		r = map_put(&side->names, str_of(plan->instances[i].name),
		    &plan->instances[i]);
	for (size_t i = 0; i < plan->n_steps && r == 0; i++) {
		r = write_text(side, i, arena);
		if (r == 0 && is_cable(side, &plan->steps[i]))
			r = add_cable(side, i);
	}
	for (size_t i = 0; i < plan->n_steps && r == 0; i++)
		r = add_step(side, i, arena);
	return r;
}

int change_side_read(struct change_side *side, const struct plan *plan,
    struct arena *arena, struct error *err)
{
	int r;

	side->plan = plan;
	r = make_room(side, arena);
	if (r == 0)
		r = read_steps(side, arena);
	return r < 0 ? change_fail_memory(err) : 0;
}

void change_side_free(struct change_side *side)
{
	map_free(&side->names);
	map_free(&side->ends);
}
