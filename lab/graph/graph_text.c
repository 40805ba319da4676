#include "lab/graph/graph_internal.h"
#include "lib/base/buf.h"
#include "lib/base/shown.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct strokes {
	const char *fork;
	const char *last;
	const char *bar;
	const char *none;
} strokes[] = {
	{ "|- ", "`- ", "|  ", "   " },
	{ "\xe2\x94\x9c\xe2\x94\x80 ", "\xe2\x94\x94\xe2\x94\x80 ", "\xe2\x94\x82  ",
	    "   " },
};

enum {
	INDENT = 3, /* columns of a stroke */
	NAME_COLUMNS = 20,
	LINK_SHOWN_MAX = 55 /* bytes of what a link does */
};

/* Which of several it is: "eth1: ", or "to sw2: ". */
static void put_cable_name(const struct node *node, size_t k,
    const struct attach *attach, struct buf *out)
{
	if (node->n_ports > 0)
		shown_printf(out, "eth%zu: ", k);
	else if (attach != &node->attach)
		shown_printf(out, "to %s: ", attach->switch_name);
}

void graph_vlans(struct buf *out, const struct attach *attach)
{
	if (!attach_is_trunk(attach)) {
		shown_printf(out, "VLAN %" PRIu32, attach_untagged(attach));
		return;
	}
	buf_append_text(out, "trunk");
	for (size_t i = 0; i < attach->n_trunk; i++)
		shown_printf(out, "%s%" PRIu64 "%s", i > 0 ? "," : " ",
		    attach->trunk[i].vlan,
		    attach->trunk[i].vlan == attach->native ? "*" : "");
}

/* What a link does, and which VLANs it is of, as much of it as a drawing has room for. */
static void put_link(const struct node *node, size_t k, const struct attach *attach,
    char *text)
{
	size_t n = strlen(text);
	auto_buf words = BUF_NULL;

	if (!attach->link.is_set && !attach_has_vlans(attach))
		return;
	put_cable_name(node, k, attach, &words);
	if (attach_has_vlans(attach))
		graph_vlans(&words, attach);
	if (attach_has_vlans(attach) && attach->link.is_set)
		buf_append_text(&words, "; ");
	if (attach->link.is_set)
		impair_write(&words, &attach->link.value);
	(void)snprintf(text + n, GRAPH_LABEL_MAX - n, "%s[%.*s%s%s]", n > 0 ? "  " : "",
	    (int)MIN(words.len, (size_t)LINK_SHOWN_MAX), buf_cstr(&words),
	    words.len > LINK_SHOWN_MAX ? "..." : "",
	    attach->link.n_steps > 0 ? ", scheduled" : "");
}

char *graph_label(const struct node *node, char *text)
{
	const struct attach *attach;

	text[0] = '\0';
	graph_kind(node->kind)->label(node, text);
	for (size_t k = 0; (attach = node_cable(node, k)); k++)
		put_link(node, k, attach, text);
	return text;
}

void graph_managed(struct buf *out, const struct topology *t)
{
	uint64_t n = 0;

	for (size_t i = 0; i < t->n_nodes; i++)
		n += t->nodes[i].kind == NODE_SWITCH && t->nodes[i].sw.is_managed;
	if (n > 0)
		shown_printf(out, " (%" PRIu64 " managed)", n);
}

void graph_summary(struct buf *out, const struct topology *t)
{
	const char *comma = "";

	for (int kind = 0; kind < NODE_KINDS; kind++) {
		const struct node_kind_facts *facts =
		    node_kind_facts((enum node_kind)kind);
		uint64_t n = 0;

		for (size_t i = 0; i < t->n_nodes; i++)
			n += (int)t->nodes[i].kind == kind ? node_count(&t->nodes[i])
							   : 0;
		if (n == 0)
			continue;
		if (n == 1 && (kind == NODE_DNS || kind == NODE_DHCP))
			shown_printf(out, "%s%s", comma, facts->word);
		else
			shown_printf(out, "%s%" PRIu64 " %s", comma, n,
			    n == 1 ? facts->word : facts->words);
		if (kind == NODE_SWITCH)
			graph_managed(out, t);
		comma = ", ";
	}
}

struct tree {
	struct buf *out;
	const struct layout *layout;
	const struct strokes *strokes;
};

/* indent: columns of the line that are taken already. */
static void put_node(const struct tree *tree, const struct node *node, int indent)
{
	char label[GRAPH_LABEL_MAX], name[TOPOLOGY_NAME_MAX + 24];

	if (node_count(node) > 1)
		(void)snprintf(name, sizeof(name), "%s x %" PRIu64, node->name,
		    node_count(node));
	else
		(void)snprintf(name, sizeof(name), "%s", node->name);
	(void)graph_label(node, label);
	shown_printf(tree->out, "%-*s %-6s%s%s\n", MAX(NAME_COLUMNS - indent, 1), name,
	    node_kind_name(node->kind), label[0] ? "  " : "", label);
}

/* prefix is what each line of this branch begins with; it is longer by one stroke a
 * level, and levels are as many as switches in a row. */
static void put_branch(const struct tree *tree, size_t at, struct buf *prefix,
    int indent)
{
	const struct layout *layout = tree->layout;
	size_t n = layout->places[at].n_children,
	       first = layout->places[at].first_child;
	size_t len = prefix->len;

	for (size_t i = 0; i < n; i++) {
		bool is_last = i == n - 1;
		size_t child = layout->children[first + i];

		buf_append_str(tree->out, buf_str(prefix));
		buf_append_text(tree->out,
		    is_last ? tree->strokes->last : tree->strokes->fork);
		put_node(tree, layout->places[child].node, indent);
		buf_append_text(prefix,
		    is_last ? tree->strokes->none : tree->strokes->bar);
		put_branch(tree, child, prefix, indent + INDENT);
		prefix->len = len;
	}
}

/* A cable between switches may stand here, too, because the tree came to both over routers. */
static void put_extra(struct buf *out, const struct layout_cable *cable)
{
	bool is_closed = cable->from->kind == NODE_SWITCH && cable->from->sw.stp &&
			 cable->to->sw.stp;

	shown_printf(out, "also: %s -- %s%s\n", cable->from->name, cable->to->name,
	    is_closed ? " (closed by STP)" : "");
}

void graph_text(struct buf *out, const struct topology *t, bool is_utf8)
{
	struct layout layout;
	struct tree tree = { out, &layout, &strokes[is_utf8] };
	auto_buf prefix = BUF_NULL;

	if (layout_make(t, &layout) < 0) {
		out->error = out->error ? out->error : layout.error;
		return;
	}
	for (size_t i = 0; i < layout.n_places; i++) {
		if (layout.places[i].parent != LAYOUT_NONE)
			continue;
		put_node(&tree, layout.places[i].node, 0);
		put_branch(&tree, i, &prefix, INDENT);
	}
	for (size_t i = 0; i < layout.n_extra; i++)
		put_extra(out, &layout.extra[i]);
	layout_free(&layout);
}
