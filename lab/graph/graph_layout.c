#include "lab/graph/graph_internal.h"

#include <errno.h>

struct walk {
	struct layout *layout;
	size_t *
	    first; /* of a switch's cables in "at", by node index; one more at the end */
	size_t *at; /* indices of cables */
	size_t *queue;
	size_t *zones; /* by node index: another of the same zone, or itself */
	bool *is_used; /* by cable */
	size_t n_children;
};

static size_t index_of(const struct node *node)
{
	return node->number - 1;
}

static void add_cable(struct layout *layout, const struct node *from,
    const struct node *to)
{
	layout->cables[layout->n_cables++] = (struct layout_cable){ from, to };
}

/* Whether nothing hangs on it. */
static bool is_leaf(const struct node *node)
{
	return node->kind != NODE_SWITCH && node->n_ports == 0;
}

static size_t count_links(const struct node *node)
{
	return node->kind == NODE_SWITCH ? node->sw.n_links : 0;
}

static void collect_cables(const struct topology *t, struct layout *layout)
{
	const struct attach *attach;

	for (size_t i = 0; i < t->n_nodes; i++) {
		const struct node *node = &t->nodes[i];

		if (is_leaf(node))
			continue;
		for (size_t k = 0; (attach = node_cable(node, k)); k++)
			add_cable(layout, node, attach->to);
	}
}

/* Which cables each switch has, as one array cut into runs. */
static void index_cables(struct walk *walk)
{
	const struct layout *layout = walk->layout;

	for (size_t i = 0; i < layout->n_cables; i++) {
		walk->first[index_of(layout->cables[i].from) + 1]++;
		walk->first[index_of(layout->cables[i].to) + 1]++;
	}
	for (size_t i = 0; i < layout->n_places; i++)
		walk->first[i + 1] += walk->first[i];
	for (size_t i = layout->n_cables; i-- > 0;) {
		walk->at[--walk->first[index_of(layout->cables[i].from) + 1]] = i;
		walk->at[--walk->first[index_of(layout->cables[i].to) + 1]] = i;
	}
	/* Each run's start has moved one place up; move it back. */
	for (size_t i = 0; i < layout->n_places; i++)
		walk->first[i] = walk->first[i + 1];
	walk->first[layout->n_places] = 2 * layout->n_cables;
}

static void adopt(struct walk *walk, size_t parent, size_t child)
{
	struct layout *layout = walk->layout;

	layout->places[child].parent = parent;
	layout->places[child].is_placed = true;
	layout->children[walk->n_children++] = child;
	layout->places[parent].n_children++;
}

/* The switches and routers that hang on one that is placed already; they go into the queue. */
static size_t adopt_switches(struct walk *walk, size_t parent, size_t tail)
{
	const struct layout *layout = walk->layout;

	for (size_t i = walk->first[parent]; i < walk->first[parent + 1]; i++) {
		const struct layout_cable *cable = &layout->cables[walk->at[i]];
		size_t from = index_of(cable->from), to = index_of(cable->to);
		size_t other = from == parent ? to : from;

		if (layout->places[other].is_placed)
			continue;
		walk->is_used[walk->at[i]] = true;
		adopt(walk, parent, other);
		walk->queue[tail++] = other;
	}
	return tail;
}

/* leaves: indices of those on which nothing hangs, sorted by their switch. */
static void grow_tree(struct walk *walk, size_t root, const size_t *leaf_first,
    const size_t *leaves)
{
	size_t head = 0, tail = 0;

	walk->layout->places[root].is_placed = true;
	walk->queue[tail++] = root;
	while (head < tail) {
		size_t at = walk->queue[head++];
		struct place *place = &walk->layout->places[at];

		place->first_child = walk->n_children;
		for (size_t i = leaf_first[at]; i < leaf_first[at + 1]; i++)
			adopt(walk, at, leaves[i]);
		place->n_leaves = place->n_children;
		tail = adopt_switches(walk, at, tail);
	}
}

static void sort_leaves(const struct topology *t, size_t *first, size_t *leaves)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n_nodes; i++) {
		if (!is_leaf(&t->nodes[i]))
			continue;
		first[index_of(t->nodes[i].attach.to) + 1]++;
		n++;
	}
	for (size_t i = 0; i < t->n_nodes; i++)
		first[i + 1] += first[i];
	for (size_t i = t->n_nodes; i-- > 0;) {
		if (is_leaf(&t->nodes[i]))
			leaves[--first[index_of(t->nodes[i].attach.to) + 1]] = i;
	}
	for (size_t i = 0; i < t->n_nodes; i++)
		first[i] = first[i + 1];
	first[t->n_nodes] = n;
}

/* What cables join is one zone. */
static size_t zone_of(size_t *zones, size_t at)
{
	while (zones[at] != at) {
		zones[at] = zones[zones[at]];
		at = zones[at];
	}
	return at;
}

static void join_zones(const struct layout *layout, size_t *zones)
{
	for (size_t i = 0; i < layout->n_places; i++)
		zones[i] = i;
	for (size_t i = 0; i < layout->n_cables; i++)
		zones[zone_of(zones, index_of(layout->cables[i].from))] =
		    zone_of(zones, index_of(layout->cables[i].to));
}

/* The switch with the most cables to others is the root of what switches and routers join: most
 * likely its core. */
static void grow_all(const struct topology *t, struct walk *walk,
    const size_t *leaf_first, const size_t *leaves, size_t *best)
{
	size_t *zones = walk->zones;

	join_zones(walk->layout, zones);
	for (size_t i = 0; i < t->n_nodes; i++) {
		size_t *root = &best[zone_of(zones, i)];
		size_t cables = walk->first[i + 1] - walk->first[i];

		if (t->nodes[i].kind == NODE_SWITCH &&
		    (*root == 0 ||
			cables > walk->first[*root] - walk->first[*root - 1]))
			*root = i + 1;
	}
	for (size_t i = 0; i < t->n_nodes; i++) {
		if (t->nodes[i].kind == NODE_SWITCH && best[zone_of(zones, i)] == i + 1)
			grow_tree(walk, i, leaf_first, leaves);
	}
}

static int fill(const struct topology *t, struct layout *layout)
{
	struct arena *arena = &layout->arena;
	struct walk walk = { .layout = layout };
	size_t n = t->n_nodes, cables = 0;
	size_t *leaf_first, *leaves, *best;

	for (size_t i = 0; i < n; i++)
		cables += count_links(&t->nodes[i]) + 1 + t->nodes[i].n_ports;
	layout->places = arena_array(arena, n, sizeof(*layout->places));
	layout->children = arena_array(arena, n, sizeof(*layout->children));
	layout->cables = arena_array(arena, cables, sizeof(*layout->cables));
	layout->extra = arena_array(arena, cables, sizeof(*layout->extra));
	walk.first = arena_array(arena, n + 1, sizeof(*walk.first));
	walk.at = arena_array(arena, 2 * cables, sizeof(*walk.at));
	walk.queue = arena_array(arena, n, sizeof(*walk.queue));
	walk.zones = arena_array(arena, n + 1, sizeof(*walk.zones));
	walk.is_used = arena_array(arena, cables, sizeof(*walk.is_used));
	leaf_first = arena_array(arena, n + 1, sizeof(*leaf_first));
	leaves = arena_array(arena, n, sizeof(*leaves));
	best = arena_array(arena, n + 1, sizeof(*best));
	if (!layout->places || !layout->children || !layout->cables || !layout->extra ||
	    !walk.first || !walk.at || !walk.queue || !walk.zones || !walk.is_used ||
	    !leaf_first || !leaves || !best)
		return -ENOMEM;
	layout->n_places = n;
	for (size_t i = 0; i < n; i++)
		layout->places[i] =
		    (struct place){ .node = &t->nodes[i], .parent = LAYOUT_NONE };
	collect_cables(t, layout);
	index_cables(&walk);
	sort_leaves(t, leaf_first, leaves);
	grow_all(t, &walk, leaf_first, leaves, best);
	for (size_t i = 0; i < layout->n_cables; i++) {
		if (!walk.is_used[i])
			layout->extra[layout->n_extra++] = layout->cables[i];
	}
	return 0;
}

int layout_make(const struct topology *t, struct layout *layout)
{
	*layout = (struct layout){ .arena = ARENA_NULL };
	layout->error = fill(t, layout);
	if (layout->error < 0)
		layout_free(layout);
	return layout->error;
}

void layout_free(struct layout *layout)
{
	arena_free(&layout->arena);
}
