/* Which namespaces and cables stay, and which steps of the new plan are carried out. */
#include "lab/change/change_internal.h"

#include "lib/base/compiler.h"

#include <errno.h>
#include <string.h>

static const struct plan_instance *to_instance(const struct change_finder *f, size_t i)
{
	return &f->to->plan->instances[i];
}

static bool is_switch(const struct change_finder *f, size_t i)
{
	return to_instance(f, i)->node->kind == NODE_SWITCH;
}

/* Whether it goes on with its namespace, as far as is known. */
static bool stays(const struct change_finder *f, size_t i)
{
	return f->set->fabric.origin[i] != FABRIC_NEW;
}

/* Why is the arena's or a constant. */
static void rebuild(struct change_finder *f, size_t i, const char *why)
{
	f->set->fabric.origin[i] = FABRIC_NEW;
	f->set->built[i] = why;
}

/* ---- what an instance has of its own ----------------------------------------------------- */

/* These are taken away from a namespace that stays, and put there. */
static bool is_changed_in_place(const struct change_side *side, size_t at)
{
	enum plan_op op = side->plan->steps[at].op;

	return op == PLAN_ROUTE || op == PLAN_RULES;
}

static size_t skip_changeable(const struct change_side *side, size_t at)
{
	while (at != SIZE_MAX && is_changed_in_place(side, at))
		at = side->next[at];
	return at;
}

static bool has_rules(const struct change_side *side, size_t i)
{
	for (size_t at = side->first[i]; at != SIZE_MAX; at = side->next[at]) {
		if (side->plan->steps[at].op == PLAN_RULES)
			return true;
	}
	return false;
}

static bool is_same(const struct change_finder *f, size_t to, size_t from)
{
	size_t a = skip_changeable(f->to, f->to->first[to]);
	size_t b = skip_changeable(f->from, f->from->first[from]);

	while (a != SIZE_MAX && b != SIZE_MAX &&
	       strcmp(f->to->texts[a], f->from->texts[b]) == 0) {
		a = skip_changeable(f->to, f->to->next[a]);
		b = skip_changeable(f->from, f->from->next[b]);
	}
	return a == SIZE_MAX && b == SIZE_MAX &&
	       has_rules(f->to, to) == has_rules(f->from, from);
}

/* By names: an instance of the old lab is the one that is called so, if it is of that kind. */
static void match(struct change_finder *f)
{
	uint32_t *origin = f->set->fabric.origin;

	for (size_t i = 0; i < f->to->plan->n_instances; i++) {
		const struct plan_instance *instance = to_instance(f, i);
		uint32_t was = change_side_find(f->from, instance->name);

		origin[i] = was;
		if (was == FABRIC_NEW)
			continue;
		if (f->from->plan->instances[was].node->kind != instance->node->kind)
			rebuild(f, i, "");
		else if (f->sides->is_broken && f->sides->is_broken[was])
			rebuild(f, i, "it is not whole");
		else if (!is_same(f, i, was))
			rebuild(f, i, "");
	}
}

/* ---- cables ------------------------------------------------------------------------------ */

static int match_cables(struct change_finder *f)
{
	struct map texts = MAP_NULL;
	int r = 0;

	for (size_t i = 0; i < f->from->n_cables && r == 0; i++)
		r = map_put(&texts, str_of(f->from->cables[i].text),
		    &f->from->cables[i]);
	for (size_t i = 0; i < f->to->n_cables && r == 0; i++) {
		struct change_cable *cable = &f->to->cables[i];

		cable->same = map_get(&texts, str_of(cable->text));
		if (cable->same)
			cable->same->same = cable;
	}
	map_free(&texts);
	return r;
}

static const char *with_switch(struct change_finder *f, size_t i)
{
	auto_buf text = BUF_NULL;
	const char *why;

	buf_printf(&text, "with %s", to_instance(f, i)->name);
	why = arena_strdup(&f->set->arena, buf_str(&text));
	return why ? why : "";
}

/* An instance whose cable goes loses what it has there: it is built anew. A switch has others. */
static bool rebuild_end(struct change_finder *f, size_t i, const char *why)
{
	if (is_switch(f, i) || !stays(f, i))
		return false;
	rebuild(f, i, why);
	return true;
}

static bool rebuild_ends(struct change_finder *f, const struct change_cable *cable)
{
	bool near = cable && rebuild_end(f, cable->near[0], "");
	bool peer = cable && rebuild_end(f, cable->peer[0], "");

	return near || peer;
}

/* The end at a node of a link whose inner ends are at a switch. */
static bool rebuild_behind(struct change_finder *f, const struct change_cable *cable)
{
	const struct plan *plan = f->to->plan;

	for (size_t i = 0; i < plan->n_impaired; i++) {
		const struct plan_link *link = &plan->links[i];
		struct change_cable *one, *other;

		if (link->is_netem || link->ns != cable->near[0])
			continue;
		one = change_side_end(f->to, link->ns, link->node_end.ifindex);
		other = change_side_end(f->to, link->ns, link->net_end.ifindex);
		if (one == cable || other == cable)
			return rebuild_ends(f, one == cable ? other : one);
	}
	return false;
}

static bool is_inner(const struct change_cable *cable)
{
	const struct plan_step *step = cable->step;

	return step->op == PLAN_VETH &&
	       (step->veth.near.is_inner || step->veth.peer.is_inner);
}

/* Whether somebody has to be built anew for it who was to stay. */
static bool spread_cable(struct change_finder *f, struct change_cable *cable)
{
	uint32_t near = cable->near[0], peer = cable->peer[0];
	bool is_near = is_switch(f, near) && !stays(f, near);
	bool is_peer = is_switch(f, peer) && !stays(f, peer);
	bool spreads = false;

	cable->stays = cable->same && stays(f, near) && stays(f, peer);
	if (cable->stays)
		return false;
	if (stays(f, near))
		spreads |= rebuild_end(f, near, is_peer ? with_switch(f, peer) : "");
	if (stays(f, peer))
		spreads |= rebuild_end(f, peer, is_near ? with_switch(f, near) : "");
	if (is_inner(cable))
		spreads |= rebuild_behind(f, cable);
	return spreads;
}

/* A node that has a cable less. */
static bool spread_gone(struct change_finder *f, const struct change_cable *cable)
{
	const struct plan_instance *instances = f->from->plan->instances;
	uint32_t near, peer;
	bool spreads = false;

	if (cable->same)
		return false;
	near = change_side_find(f->to, instances[cable->near[0]].name);
	peer = change_side_find(f->to, instances[cable->peer[0]].name);
	if (near != FABRIC_NEW)
		spreads |= rebuild_end(f, near, "");
	if (peer != FABRIC_NEW)
		spreads |= rebuild_end(f, peer, "");
	return spreads;
}

static void spread(struct change_finder *f)
{
	bool spreads = true;

	while (spreads) {
		spreads = false;
		for (size_t i = 0; i < f->to->n_cables; i++)
			spreads |= spread_cable(f, &f->to->cables[i]);
		for (size_t i = 0; i < f->from->n_cables; i++)
			spreads |= spread_gone(f, &f->from->cables[i]);
	}
	for (size_t i = 0; i < f->from->n_cables; i++) {
		struct change_cable *cable = &f->from->cables[i];

		cable->stays = cable->same && cable->same->stays;
	}
}

/* ---- what is done ------------------------------------------------------------------------ */

static bool has_text(const struct change_side *side, size_t instance, const char *text)
{
	for (size_t at = side->first[instance]; at != SIZE_MAX; at = side->next[at]) {
		if (strcmp(side->texts[at], text) == 0)
			return true;
	}
	return false;
}

static bool is_due(const struct change_finder *f, size_t at)
{
	const struct plan_step *step = &f->to->plan->steps[at];
	const struct change_cable *cable;

	if (step->op == PLAN_START || step->op == PLAN_IMPAIR || step->op == PLAN_TRUNK)
		return false;
	cable = step->op == PLAN_VETH
		    ? change_side_end(f->to, step->ns, step->veth.near.ifindex)
		    : change_side_owner(f->to, step);
	if (cable)
		return !cable->stays;
	if (!stays(f, step->ns))
		return true;
	return is_changed_in_place(f->to, at) &&
	       !has_text(f->from, f->set->fabric.origin[step->ns], f->to->texts[at]);
}

static void note_due(struct change_finder *f)
{
	bool *due = f->set->fabric.is_due;

	for (size_t i = 0; i < f->to->plan->n_steps; i++) {
		uint32_t ns = f->to->plan->steps[i].ns;

		due[i] = is_due(f, i);
		if (due[i] && stays(f, ns) && is_changed_in_place(f->to, i))
			f->is_changed[ns] = true;
	}
}

/* Of one of the VLANs of a trunk (plan.h). */
static bool is_of_trunk(const struct change_cable *cable)
{
	const struct plan_step *step = cable->step;

	return step->op == PLAN_VETH && step->veth.near.is_inner &&
	       step->veth.peer.is_inner;
}

/* A cable between switches is told of the one whose keys name the other, and a VLAN of a trunk of the
 * switch that it is at. */
static void note_between(struct change_finder *f, const struct change_side *side)
{
	const struct plan_instance *instances = side->plan->instances;

	for (size_t i = 0; i < side->n_cables; i++) {
		const struct change_cable *cable = &side->cables[i];
		const struct plan_instance *near = &instances[cable->near[0]];
		uint32_t at;

		if (cable->stays || near->node->kind != NODE_SWITCH ||
		    instances[cable->peer[0]].node->kind != NODE_SWITCH ||
		    (cable->near[0] == cable->peer[0] && !is_of_trunk(cable)))
			continue;
		at = change_side_find(f->to, near->name);
		if (at != FABRIC_NEW && stays(f, at))
			f->is_changed[at] = true;
	}
}

static void note_gone(struct change_finder *f)
{
	struct fabric_change *fabric = &f->set->fabric;

	for (size_t i = 0; i < f->from->n_cables; i++) {
		const struct change_cable *cable = &f->from->cables[i];

		if (!cable->stays)
			fabric->gone[fabric->n_gone++] =
			    (struct fabric_gone){ cable->near[0], cable->near[1] };
	}
}

static void note_lost(struct change_finder *f, uint32_t to, uint32_t from)
{
	struct fabric_change *fabric = &f->set->fabric;
	const struct change_side *side = f->from;

	for (size_t at = side->first[from]; at != SIZE_MAX; at = side->next[at]) {
		const struct plan_step *step = &side->plan->steps[at];

		if (step->op != PLAN_ROUTE || has_text(f->to, to, side->texts[at]))
			continue;
		fabric->lost[fabric->n_lost++] =
		    (struct fabric_lost){ to, &step->route };
		f->is_changed[to] = true;
	}
}

static void note_link(struct change_finder *f, const struct plan_link *link)
{
	uint32_t at = change_side_find_link(f->to, link);

	if (at != FABRIC_NEW && stays(f, at))
		f->is_changed[at] = true;
}

/* Those of the kernel are set anew where their words differ; a carrier compares its own by itself. */
static int note_links(struct change_finder *f)
{
	const struct plan *to = f->to->plan, *from = f->from->plan;
	struct map before = MAP_NULL;
	int r = 0;

	for (size_t i = 0; i < from->n_steps && r == 0; i++) {
		if (from->steps[i].op == PLAN_IMPAIR)
			r = map_put(&before, str_of(f->from->texts[i]),
			    &from->links[from->steps[i].impair.link]);
	}
	for (size_t i = 0; i < to->n_steps && r == 0; i++) {
		const struct plan_link *link;
		uint32_t at;

		if (to->steps[i].op != PLAN_IMPAIR)
			continue;
		link = &to->links[to->steps[i].impair.link];
		at = change_side_find_link(f->to, link);
		if (map_remove(&before, str_of(f->to->texts[i])) &&
		    (at == FABRIC_NEW || stays(f, at)))
			continue;
		f->set->links[to->steps[i].impair.link] = true;
		note_link(f, link);
	}
	/* What is left has no impairment any more, or another one. */
	for (size_t at = 0, left = before.len; left > 0; left--)
		note_link(f, map_next(&before, &at));
	map_free(&before);
	return r;
}

static int make_room(struct change_finder *f)
{
	const struct plan *to = f->to->plan;
	struct change_set *set = f->set;
	struct arena *arena = &set->arena;
	size_t n = to->n_instances + 1;

	set->fabric.origin = arena_array(arena, n, sizeof(uint32_t));
	set->fabric.is_due = arena_array(arena, to->n_steps + 1, sizeof(bool));
	set->fabric.gone =
	    arena_array(arena, f->from->n_cables + 1, sizeof(*set->fabric.gone));
	set->fabric.lost =
	    arena_array(arena, f->from->plan->n_steps + 1, sizeof(*set->fabric.lost));
	set->built = arena_array(arena, n, sizeof(*set->built));
	set->links = arena_array(arena, to->n_impaired + 1, sizeof(*set->links));
	f->is_changed = arena_array(arena, n, sizeof(*f->is_changed));
	return set->fabric.origin && set->fabric.is_due && set->fabric.gone &&
		       set->fabric.lost && set->built && set->links && f->is_changed
		   ? 0
		   : -ENOMEM;
}

int change_find_steps(struct change_finder *f)
{
	int r = make_room(f);

	if (r == 0)
		match(f);
	if (r == 0)
		r = match_cables(f);
	if (r < 0)
		return change_fail_memory(f->err);
	spread(f);
	note_due(f);
	note_gone(f);
	note_between(f, f->from);
	note_between(f, f->to);
	for (uint32_t i = 0; i < f->to->plan->n_instances; i++) {
		if (stays(f, i))
			note_lost(f, i, f->set->fabric.origin[i]);
	}
	return note_links(f) < 0 ? change_fail_memory(f->err) : 0;
}
