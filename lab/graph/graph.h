/* A topology drawn: as a tree of text, for graphviz, as a page's picture. All are pure. */
#pragma once

#include "lab/topology/topology.h"

struct buf;

/* A tree from the first switch of each segment, one line a node; is_utf8 draws lines, else
 * ASCII. */
void graph_text(struct buf *out, const struct topology *t, bool is_utf8);

/* DOT, for "dot -Tsvg" and others. */
void graph_dot(struct buf *out, const struct topology *t);

/* One <svg> element that needs nothing from outside, light and dark. Returns 0 or the
 * buffer's error. */
int graph_svg(struct buf *out, const struct topology *t);

/* "1 switch, dns, dhcp, 2 ACS, 3 CPE" */
void graph_summary(struct buf *out, const struct topology *t);

/* The words beside a node's name: its address, or how many CPEs of which model. text has
 * room for GRAPH_LABEL_MAX and is returned. */
enum {
	GRAPH_LABEL_MAX = 160
};
char *graph_label(const struct node *node, char *text);
