/* Which programs are stopped and started: those that would be told something else, and those whose
 * namespaces are others. */
#include "lab/change/change_internal.h"

#include "lib/base/compiler.h"

#include <errno.h>

/* Whose namespaces, or some of them, are others. */
static void note_moved(const struct change_finder *f, bool *moved)
{
	const struct plan *plan = f->to->plan;

	for (size_t i = 0; i < plan->n_instances; i++) {
		if (f->set->fabric.origin[i] == FABRIC_NEW)
			moved[plan->instances[i].node->number - 1] = true;
	}
}

/* One that cannot be described any more, such as one whose file is gone, differs. */
static bool is_told_the_same(const struct change_finder *f, const struct node *was,
    const struct buf *now)
{
	auto_buf old = BUF_NULL;

	return launch_print(&f->sides->from, was, &old, NULL) == 0 &&
	       str_eq(buf_str(&old), buf_str(now));
}

/* Each program of the new lab is described, so that one that cannot be is told before anything is
 * done. */
static int look_at(struct change_finder *f, const struct launch_context *to,
    const struct node *node, bool has_moved)
{
	const struct node *was =
	    topology_node(f->from->plan->topology, str_of(node->name));
	auto_buf now = BUF_NULL;
	bool differs;

	if (launch_print(to, node, &now, f->err) < 0)
		return error_prefix(f->err, "%s", node->name);
	differs = !was || has_moved || node_count(was) != node_count(node) ||
		  !is_told_the_same(f, was, &now) ||
		  (f->sides->wants && f->sides->wants(f->sides->user, was, node));
	f->set->starts[node->number - 1] = differs;
	if (was)
		f->set->stops[was->number - 1] = differs;
	return 0;
}

static int look_at_all(struct change_finder *f, const bool *moved)
{
	const struct topology *from = f->from->plan->topology;
	const struct topology *to = f->to->plan->topology;
	struct launch_context context = f->sides->to;
	int r = 0;

	context.fabric = f->set->next;
	for (size_t i = 0; i < from->n_nodes; i++)
		f->set->stops[i] = true;
	for (size_t i = 0; i < to->n_nodes && r == 0; i++)
		r = look_at(f, &context, &to->nodes[i], moved[i]);
	return r;
}

int change_find_programs(struct change_finder *f)
{
	struct change_set *set = f->set;
	const struct topology *from = f->from->plan->topology;
	const struct topology *to = f->to->plan->topology;
	bool *moved = arena_array(&set->arena, to->n_nodes + 1, sizeof(*moved));

	set->starts = arena_array(&set->arena, to->n_nodes + 1, sizeof(bool));
	set->stops = arena_array(&set->arena, from->n_nodes + 1, sizeof(bool));
	if (!moved || !set->starts || !set->stops)
		return change_fail_memory(f->err);
	note_moved(f, moved);
	return fabric_follow(f->sides->from.fabric, f->to->plan, set->fabric.origin,
		   &set->next, f->err) < 0
		   ? f->err->code
		   : look_at_all(f, moved);
}
