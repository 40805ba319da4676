/* The tree that drawings share: from one switch of each segment down. */
#pragma once

#include "lab/graph/graph.h"

#define LAYOUT_NONE SIZE_MAX

struct place { /* one a node, in the order of the file */
	const struct node *node;
	size_t parent;                  /* index of the switch above, or LAYOUT_NONE */
	size_t first_child, n_children; /* in layout.children: leaves before switches */
	size_t n_leaves;                /* of the children: all but switches */
	bool is_placed;
};

struct layout_cable { /* between two switches */
	const struct node *from;
	const struct node *to;
};

struct layout {
	struct place *places;
	size_t n_places;
	size_t *children;
	struct layout_cable *cables; /* all */
	size_t n_cables;
	struct layout_cable *extra; /* those that the tree leaves out */
	size_t n_extra;
	struct arena arena; /* of all the above */
	int error;          /* what layout_make() returned */
};

enum {
	GRAPH_LOAD_MAX = 64
};

/* What a load test is shown as: the file of its profile, or how many CPEs it has where that stands
 * in the topology; then in text, which has room for GRAPH_LOAD_MAX bytes. */
const char *graph_load(const struct node *node, char *text);

/* Lays out a topology that was checked; it is borrowed until layout_free(). 0, or -ENOMEM
 * with nothing to free. */
int layout_make(const struct topology *t, struct layout *layout);
void layout_free(struct layout *layout);
