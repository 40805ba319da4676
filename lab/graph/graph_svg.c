/* Switches in rows, what is plugged into each below it, a counted node as one stack. */
#include "lab/graph/graph_internal.h"
#include "lib/base/buf.h"
#include "lib/base/secret.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

enum {
	BOX_WIDTH = 204,
	BOX_HEIGHT = 62,
	GAP_X = 22,
	GAP_Y = 54,
	GAP_ROW = 18, /* between the rows of one switch's leaves */
	MARGIN = 20,
	COLUMNS_MAX = 6, /* leaves side by side below one switch */
	TEXT_MAX = 29    /* characters of a line in a box */
};

struct box {       /* one a node */
	int x, y;  /* top left */
	int width; /* of the whole branch */
};

struct drawing {
	struct buf *out;
	const struct topology *t;
	struct layout layout;
	struct box *boxes;
	size_t *order; /* parents before children */
	int width, height;
};

/* Plain colours, no variables: not every viewer of SVG is a browser. */
static const char css[] =
    ".tp text{font:13px system-ui,sans-serif;fill:#0f172a}"
    ".tp .d{fill:#64748b;font-size:11px}"
    ".tp .k{font-size:10px;font-weight:600}"
    ".tp .n{font-weight:600}"
    ".tp .b{fill:#fff;stroke:#94a3b8}"
    ".tp .l{fill:none;stroke:#94a3b8;stroke-width:1.5}"
    ".tp .x{stroke-dasharray:4 4}"
    "@media(prefers-color-scheme:dark){.tp text{fill:#e2e8f0}.tp .d{fill:#94a3b8}"
    ".tp .b{fill:#1e293b;stroke:#64748b}.tp .l{stroke:#64748b}}";

/* ---- places ------------------------------------------------------------------------ */

static int columns_of(const struct place *place)
{
	return (int)MIN(place->n_leaves, (size_t)COLUMNS_MAX);
}

static int leaves_width(const struct place *place)
{
	int n = columns_of(place);

	return n > 0 ? n * (BOX_WIDTH + GAP_X) - GAP_X : 0;
}

/* Parents before children, so that widths add up backwards and places go forwards. */
static void find_order(struct drawing *d)
{
	const struct layout *layout = &d->layout;
	size_t n = 0;

	for (size_t i = 0; i < layout->n_places; i++) {
		if (layout->places[i].parent == LAYOUT_NONE)
			d->order[n++] = i;
	}
	for (size_t i = 0; i < n; i++) {
		const struct place *place = &layout->places[d->order[i]];

		for (size_t k = 0; k < place->n_children; k++)
			d->order[n++] = layout->children[place->first_child + k];
	}
}

static void find_width(struct drawing *d, size_t at)
{
	const struct place *place = &d->layout.places[at];
	int width = leaves_width(place);

	for (size_t i = place->n_leaves; i < place->n_children; i++)
		width += (width ? GAP_X : 0) +
			 d->boxes[d->layout.children[place->first_child + i]].width;
	d->boxes[at].width = MAX(width, (int)BOX_WIDTH);
}

/* x of a box stands for the left edge of its branch until its own turn comes. */
static void put_children(struct drawing *d, size_t at)
{
	const struct place *place = &d->layout.places[at];
	const size_t *children = &d->layout.children[place->first_child];
	struct box *box = &d->boxes[at];
	int x = box->x, y = box->y + BOX_HEIGHT + GAP_Y;

	for (size_t i = 0; i < place->n_leaves; i++) {
		struct box *leaf = &d->boxes[children[i]];

		leaf->x = x + (int)(i % COLUMNS_MAX) * (BOX_WIDTH + GAP_X);
		leaf->y = y + (int)(i / COLUMNS_MAX) * (BOX_HEIGHT + GAP_ROW);
	}
	x += place->n_leaves ? leaves_width(place) + GAP_X : 0;
	for (size_t i = place->n_leaves; i < place->n_children; i++) {
		struct box *branch = &d->boxes[children[i]];

		branch->x = x;
		branch->y = y;
		x += branch->width + GAP_X;
	}
	box->x += (box->width - BOX_WIDTH) / 2;
}

static void find_places(struct drawing *d)
{
	size_t n = d->layout.n_places;
	int x = MARGIN;

	find_order(d);
	for (size_t i = n; i-- > 0;)
		find_width(d, d->order[i]);
	for (size_t i = 0; i < n; i++) {
		struct box *box = &d->boxes[d->order[i]];

		if (d->layout.places[d->order[i]].parent == LAYOUT_NONE) {
			box->x = x;
			box->y = MARGIN;
			x += box->width + 2 * GAP_X;
		}
		put_children(d, d->order[i]);
	}
	for (size_t i = 0; i < n; i++) {
		d->width = MAX(d->width, d->boxes[i].x + BOX_WIDTH + MARGIN);
		d->height = MAX(d->height, d->boxes[i].y + BOX_HEIGHT + MARGIN);
	}
}

/* ---- ink --------------------------------------------------------------------------- */

/* The first TEXT_MAX characters, with an ellipsis where more follow. */
static void put_short(struct buf *out, const char *text)
{
	struct str rest = str_of(text);
	size_t n = 0, len = 0;

	while (len < rest.len && n < TEXT_MAX) {
		size_t m = utf8_char(str_from(rest, len));

		len += m ? m : 1;
		n++;
	}
	markup_append(out, str_make(rest.p, len));
	if (len < rest.len)
		buf_append_text(out, "\xe2\x80\xa6");
}

static void put_line(struct buf *out, const char *class, int x, int y, const char *text)
{
	auto_buf shown = BUF_NULL;

	secret_put(&shown, str_of(text));
	buf_printf(out, "<text class=\"%s\" x=\"%d\" y=\"%d\">", class, x, y);
	put_short(out, buf_cstr(&shown));
	buf_append_text(out, "</text>");
}

static void put_facts(struct buf *out, const struct node *node, uint64_t n_ports, int x,
    int y)
{
	struct graph_facts facts = { .lines = { NULL } };

	graph_kind(node->kind)->facts(node, n_ports, &facts);
	if (facts.six[0]) { /* three lines, closer together */
		y -= 3;
		put_line(out, "d", x, y + 12, facts.six);
	}
	for (int i = 0; i < 2; i++) {
		if (facts.lines[i])
			put_line(out, "d", x, y + (facts.six[0] ? 24 : 15) * i,
			    facts.lines[i]);
	}
}

static void put_rect(struct buf *out, int x, int y)
{
	buf_printf(out,
	    "<rect class=\"b\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"7\"/>",
	    x, y, BOX_WIDTH, BOX_HEIGHT);
}

static uint64_t count_ports(const struct drawing *d, size_t at)
{
	const struct place *place = &d->layout.places[at];
	uint64_t n = place->parent == LAYOUT_NONE ? 0 : 1;

	for (size_t i = 0; i < place->n_children; i++)
		n += node_count(
		    d->layout.places[d->layout.children[place->first_child + i]].node);
	for (size_t i = 0; i < d->layout.n_extra; i++)
		n += d->layout.extra[i].from == place->node ||
		     d->layout.extra[i].to == place->node;
	return n;
}

static void put_box(const struct drawing *d, size_t at)
{
	const struct node *node = d->layout.places[at].node;
	const struct graph_kind *kind = graph_kind(node->kind);
	int x = d->boxes[at].x, y = d->boxes[at].y;
	struct buf *out = d->out;
	char name[TOPOLOGY_NAME_MAX + 24];

	(void)snprintf(name, sizeof(name), "%s", node->name);
	buf_append_text(out, "<g><title>");
	markup_append(out, str_of(node->name));
	buf_append_text(out, "</title>");
	if (node_count(node) > 1) {
		(void)snprintf(name, sizeof(name), "%s \xc3\x97 %" PRIu64, node->name,
		    node_count(node));
		put_rect(out, x + 8, y + 8);
		put_rect(out, x + 4, y + 4);
	}
	put_rect(out, x, y);
	buf_printf(out,
	    "<rect x=\"%d\" y=\"%d\" width=\"5\" height=\"%d\" rx=\"2.5\" fill=\"%s\"/>",
	    x + 6, y + 8, BOX_HEIGHT - 16, kind->color);
	put_line(out, "n", x + 19, y + 22, name);
	buf_printf(out,
	    "<text class=\"k k%d\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
	    (int)node->kind, x + BOX_WIDTH - 9, y + 17, kind->word);
	put_facts(out, node, count_ports(d, at), x + 19, y + 38);
	buf_append_text(out, "</g>\n");
}

/* The cable between two nodes, whichever of them has it in the file. */
static const struct attach *cable_between(const struct node *a, const struct node *b)
{
	const struct attach *attach;

	for (size_t k = 0; (attach = node_cable(a, k)); k++) {
		if (attach->to == b)
			return attach;
	}
	for (size_t k = 0; (attach = node_cable(b, k)); k++) {
		if (attach->to == a)
			return attach;
	}
	return NULL;
}

/* Beside the wire, where it comes to the child. */
static void put_vlans(const struct drawing *d, size_t parent, size_t at)
{
	const struct attach *attach =
	    cable_between(d->layout.places[at].node, d->layout.places[parent].node);
	auto_buf words = BUF_NULL;

	if (!attach || !attach_has_vlans(attach))
		return;
	graph_vlans(&words, attach);
	put_line(d->out, "d", d->boxes[at].x + BOX_WIDTH / 2 + 5, d->boxes[at].y - 6,
	    buf_cstr(&words));
}

/* Down from the switch, along, down to the child. */
static void put_wire(const struct drawing *d, size_t at)
{
	size_t parent = d->layout.places[at].parent;
	const struct box *from, *to = &d->boxes[at];

	if (parent == LAYOUT_NONE)
		return;
	from = &d->boxes[parent];
	buf_printf(d->out, "<path class=\"l\" d=\"M%d %dv%dH%dV%d\"/>\n",
	    from->x + BOX_WIDTH / 2, from->y + BOX_HEIGHT, GAP_Y / 2,
	    to->x + BOX_WIDTH / 2, to->y);
	put_vlans(d, parent, at);
}

/* A cable that the tree leaves out: an arc between the sides of two boxes. */
static void put_extra(const struct drawing *d, const struct layout_cable *cable)
{
	const struct box *a = &d->boxes[cable->from->number - 1];
	const struct box *b = &d->boxes[cable->to->number - 1];
	int ax = a->x + BOX_WIDTH / 2, bx = b->x + BOX_WIDTH / 2;
	int top = MIN(a->y, b->y) - 14;

	buf_printf(d->out, "<path class=\"l x\" d=\"M%d %dC%d %d %d %d %d %d\"/>\n", ax,
	    a->y, ax, top, bx, top, bx, b->y);
}

static void put_word_colours(struct buf *out)
{
	for (int kind = 0; kind < NODE_KINDS; kind++)
		buf_printf(out, ".tp .k%d{fill:%s}", kind,
		    graph_kind((enum node_kind)kind)->color);
	buf_append_text(out, "@media(prefers-color-scheme:dark){");
	for (int kind = 0; kind < NODE_KINDS; kind++)
		buf_printf(out, ".tp .k%d{fill:%s}", kind,
		    graph_kind((enum node_kind)kind)->dark);
	buf_append_char(out, '}');
}

static void draw(const struct drawing *d)
{
	struct buf *out = d->out;
	size_t n = d->layout.n_places;

	buf_printf(out,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"tp\" width=\"%d\" "
	    "height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" "
	    "style=\"max-width:100%%;height:auto\">\n<title>",
	    d->width, d->height, d->width, d->height);
	markup_append(out, str_of(d->t->name));
	buf_printf(out, "</title>\n<style>%s", css);
	put_word_colours(out);
	buf_append_text(out, "</style>\n");
	for (size_t i = 0; i < n; i++)
		put_wire(d, i);
	for (size_t i = 0; i < d->layout.n_extra; i++)
		put_extra(d, &d->layout.extra[i]);
	for (size_t i = 0; i < n; i++)
		put_box(d, i);
	buf_append_text(out, "</svg>\n");
}

int graph_svg(struct buf *out, const struct topology *t)
{
	struct drawing d = { .out = out, .t = t };
	int r = layout_make(t, &d.layout);

	if (r < 0)
		return r;
	d.boxes = arena_array(&d.layout.arena, t->n_nodes, sizeof(*d.boxes));
	d.order = arena_array(&d.layout.arena, t->n_nodes, sizeof(*d.order));
	r = -ENOMEM;
	if (d.boxes && d.order) {
		find_places(&d);
		draw(&d);
		r = out->error;
	}
	layout_free(&d.layout);
	return r;
}
