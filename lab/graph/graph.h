/* A topology drawn: as a tree of text, for graphviz, as a page's picture. All are pure, and
 * append to out, which notes when memory runs out. */
#pragma once

#include "lab/topology/topology.h"

struct buf;

/* A tree from the switch with the most cables of each segment, one line a node; below it
 * the cables that the tree leaves out. is_utf8 draws lines, else ASCII. */
void graph_text(struct buf *out, const struct topology *t, bool is_utf8);

/* DOT, for "dot -Tsvg" and others. */
void graph_dot(struct buf *out, const struct topology *t);

/* One <svg> element that needs nothing from outside, light and dark. Returns 0, -ENOMEM, or
 * the buffer's error. */
int graph_svg(struct buf *out, const struct topology *t);

/* "2 switches (1 managed), dns, dhcp, 2 ACS, 3 CPE" */
void graph_summary(struct buf *out, const struct topology *t);

/* Behind the count of switches: " (1 managed)", those that inform an ACS as CPEs do; nothing
 * where none does. */
void graph_managed(struct buf *out, const struct topology *t);

/* The VLANs of a cable that says of some: "VLAN 10", or "trunk 10,20,30*" whose native one has the
 * asterisk. */
void graph_vlans(struct buf *out, const struct attach *attach);

/* The words beside a node's name: its address, with the URL of an ACS or the command of
 * a host; the model of CPEs; "STP" or nothing for a switch; and in brackets the VLANs of
 * its cables and what their links do to packets. text has room for GRAPH_LABEL_MAX and is returned. */
enum {
	GRAPH_LABEL_MAX = 256
};
char *graph_label(const struct node *node, char *text);
