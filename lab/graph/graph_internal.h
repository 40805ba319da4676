/* The tree that drawings share: from one switch down, over routers to those of other segments. */
#pragma once

#include "lab/graph/graph.h"

#define LAYOUT_NONE SIZE_MAX

struct place { /* one a node, in the order of the file */
	const struct node *node;
	size_t parent; /* index of the switch or router above, or LAYOUT_NONE */
	size_t first_child, n_children; /* in layout.children: leaves before others */
	size_t n_leaves; /* of the children: all but switches and routers */
	bool is_placed;
};

struct layout_cable { /* between two switches, or a switch and a router */
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
	GRAPH_FACT_MAX = 80
};

struct graph_facts {          /* what stands on the second and third line of a box */
	const char *lines[2]; /* null: nothing; of the node, or of own */
	char own[2][GRAPH_FACT_MAX];
	char six
	    [GRAPH_FACT_MAX]; /* between both: its address of IPv6 beside one of IPv4 */
};

struct graph_kind {
	const char *word;         /* in the corner of a box */
	const char *color, *dark; /* of that word, on white and on a dark page */
	const char *shape, *fill; /* of graphviz */
	/* Writes what stands beside a node's name into text, of GRAPH_LABEL_MAX. */
	void (*label)(const struct node *node, char *text);
	/* n_ports: that are in use, of a switch. facts is zeroed. */
	void (*facts)(const struct node *node, uint64_t n_ports,
	    struct graph_facts *facts);
};

const struct graph_kind *graph_kind(enum node_kind kind);

/* Lays out a topology that was checked; it is borrowed until layout_free(). 0, or -ENOMEM
 * with nothing to free. */
int layout_make(const struct topology *t, struct layout *layout);
void layout_free(struct layout *layout);
