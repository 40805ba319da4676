#include "lab/graph/graph_internal.h"
#include "lib/base/buf.h"
#include "lib/base/shown.h"

#include <inttypes.h>

static void put_text(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_append_char(out, '\\');
		buf_append_char(out, *text);
	}
}

static void put_node(struct buf *out, const struct node *node)
{
	const struct graph_kind *kind = graph_kind(node->kind);
	char label[GRAPH_LABEL_MAX];

	shown_printf(out, "\t\"%s\" [shape=%s fillcolor=\"%s\" label=\"%s", node->name,
	    kind->shape, kind->fill, node->name);
	if (node_count(node) > 1)
		shown_printf(out, " x %" PRIu64, node_count(node));
	shown_printf(out, "\\n%s\\n", node_kind_name(node->kind));
	put_text(out, graph_label(node, label));
	buf_append_text(out, "\"];\n");
}

static void put_edges(struct buf *out, const struct node *node)
{
	const struct attach *attach;
	bool is_linked;

	for (size_t i = 0; (attach = node_cable(node, i)); i++) {
		is_linked = node->kind == NODE_SWITCH && attach != &node->attach;
		shown_printf(out, "\t\"%s\" -- \"%s\"",
		    is_linked ? node->name : attach->to->name,
		    is_linked ? attach->to->name : node->name);
		if (is_linked)
			buf_append_text(out, " [penwidth=2]");
		if (attach_has_vlans(attach)) {
			buf_append_text(out, " [label=\"");
			graph_vlans(out, attach);
			buf_append_text(out, "\"]");
		}
		buf_append_text(out, ";\n");
	}
}

void graph_dot(struct buf *out, const struct topology *t)
{
	shown_printf(out,
	    "graph \"%s\" {\n"
	    "\tnode [style=filled fontname=\"sans-serif\" fontsize=11];\n",
	    t->name);
	for (size_t i = 0; i < t->n_nodes; i++)
		put_node(out, &t->nodes[i]);
	for (size_t i = 0; i < t->n_nodes; i++)
		put_edges(out, &t->nodes[i]);
	buf_append_text(out, "}\n");
}
