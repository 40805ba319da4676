/* The lines of lists: headings, cells side by side, and lines in another order than that of
 * the capture. */
#include "lab/browse/browse_internal.h"

#include "lib/base/utf8.h"

#include <stdlib.h>

void browse_put_column(struct buf *out, struct str s, size_t width)
{
	size_t used = 0;

	while (s.len > 0 && used < width) {
		s = str_from(s, utf8_put_shown(out, s));
		used++;
	}
	for (; used < width; used++)
		buf_append_char(out, ' ');
}

/* ---- lines --------------------------------------------------------------------------- */

/* A cell of the last column is as wide as its text. */
static void put_cell(struct buf *out, const struct browse_column *column,
    struct str text, bool is_first)
{
	size_t used = utf8_length(text);

	if (!is_first)
		buf_append_text(out, column->width > 0 ? " " : "  ");
	if (column->is_right && used < column->width)
		buf_printf(out, "%*s", (int)(column->width - used), "");
	if (column->is_right || column->width == 0)
		buf_append_str(out, text);
	else
		browse_put_column(out, text, column->width);
}

void browse_put_heading(const struct browse *browse, enum browse_page page,
    struct buf *out)
{
	size_t n;
	const struct browse_column *columns = browse_columns(page, &n);

	for (size_t i = 0; i < n; i++) {
		bool is_number = page == BROWSE_FINDINGS && i == 0;

		put_cell(out, &columns[i],
		    str_of(is_number && browse->analysis->counts.text
			       ? "message"
			       : columns[i].name),
		    i == 0);
	}
	if (page == BROWSE_LADDER)
		buf_append_str(out, browse->heading);
}

static void put_all(const struct browse *browse, struct buf *out)
{
	const struct analysis *analysis = browse->analysis;

	buf_printf(out, "all %zu session%s of %zu device%s, %zu finding%s",
	    analysis->n_sessions, analysis->n_sessions == 1 ? "" : "s",
	    analysis->n_devices, analysis->n_devices == 1 ? "" : "s",
	    analysis->n_findings, analysis->n_findings == 1 ? "" : "s");
	if (analysis->n_failures > 0)
		buf_printf(out, ", %zu failure%s", analysis->n_failures,
		    analysis->n_failures == 1 ? "" : "s");
}

static enum browse_style style_of(const struct browse *browse, enum browse_page page,
    size_t item)
{
	const struct analysis *analysis = browse->analysis;
	const struct analysis_session *session;

	if (page == BROWSE_DEVICES)
		return analysis->devices[item - 1].n_findings > 0 ||
			       (browse->failed && browse->failed[item - 1] > 0)
			   ? BROWSE_BAD
			   : BROWSE_PLAIN;
	if (page == BROWSE_FINDINGS)
		return browse->finds[item].failure ||
			       browse->finds[item].finding->severity == RULE_MUST
			   ? BROWSE_BAD
			   : BROWSE_ODD;
	session = &analysis->sessions[browse_session(browse, item)];
	return session->ok           ? BROWSE_PLAIN
	       : session->not_judged ? BROWSE_FAINT
				     : BROWSE_BAD;
}

static void put_item(const struct browse *browse, enum browse_page page, size_t item,
    struct buf *out, enum browse_style *ret_style)
{
	size_t n;
	const struct browse_column *columns = browse_columns(page, &n);

	if (page == BROWSE_DEVICES && item == 0) {
		put_all(browse, out);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		auto_buf text = BUF_NULL;

		columns[i].put(browse, item, &text);
		put_cell(out, &columns[i], buf_str(&text), i == 0);
	}
	*ret_style = style_of(browse, page, item);
}

static void put_line(const struct browse *browse, size_t i, struct buf *out,
    enum browse_style *ret_style)
{
	static const enum browse_style styles[] = {
		[LADDER_PLAIN] = BROWSE_PLAIN,
		[LADDER_FAINT] = BROWSE_FAINT,
		[LADDER_BAD] = BROWSE_BAD,
		[LADDER_ODD] = BROWSE_ODD,
	};
	const struct ladder_line *line = &browse->ladder[i];
	bool is_marked =
	    line->message && line->message == browse->marked && !line->finding;

	/* The first column of a ladder is a blank, but for numbers of steps. */
	buf_append_text(out, is_marked ? "*" : "");
	buf_append_str(out, is_marked ? str_from(line->text, 1) : line->text);
	*ret_style = styles[line->tone];
}

void browse_put_row(const struct browse *browse, enum browse_page page, size_t i,
    struct buf *out, enum browse_style *ret_style)
{
	*ret_style = BROWSE_PLAIN;
	switch (page) {
	case BROWSE_DEVICES:
	case BROWSE_SESSIONS:
	case BROWSE_FINDINGS:
		put_item(browse, page, browse_item(browse, page, i), out, ret_style);
		return;
	case BROWSE_LADDER:
		put_line(browse, i, out, ret_style);
		return;
	case BROWSE_MESSAGE:
		buf_append_str(out, browse->lines[i]);
		return;
	case BROWSE_COMPARE:
		buf_append_str(out, browse->pairs[i].left);
		buf_append_char(out, ' ');
		buf_append_str(out, browse->pairs[i].right);
		*ret_style = browse->pairs[i].is_same ? BROWSE_FAINT : BROWSE_ODD;
		return;
	case BROWSE_HELP:
		buf_append_text(out, browse_help[i]);
		return;
	}
}

/* ---- order --------------------------------------------------------------------------- */

/* Of devices the first line stands for all of them, whatever the order. */
static size_t first_of(enum browse_page page)
{
	return page == BROWSE_DEVICES ? 1 : 0;
}

struct sort_key {
	size_t item;
	int64_t number;
	struct str text;
	bool is_falling;
};

static int compare(struct str a, struct str b)
{
	size_t n = MIN(a.len, b.len);
	int order = n > 0 ? memcmp(a.p, b.p, n) : 0;

	return order != 0 || a.len == b.len ? order : a.len < b.len ? -1 : 1;
}

/* Equals stay in the order of the capture. */
static int by_key(const void *a, const void *b)
{
	const struct sort_key *x = a, *y = b;
	int order = x->number != y->number ? (x->number < y->number ? -1 : 1)
					   : compare(x->text, y->text);

	if (order != 0)
		return x->is_falling ? -order : order;
	return x->item < y->item ? -1 : 1;
}

static bool make_keys(const struct browse *browse, enum browse_page page,
    struct arena *arena, struct sort_key *keys)
{
	const struct browse_list *list = &browse->lists[page];
	size_t n;
	const struct browse_column *column =
	    &browse_columns(page, &n)[list->column - 1];

	for (size_t i = first_of(page); i < list->len; i++) {
		auto_buf text = BUF_NULL;

		if (!column->number)
			column->put(browse, i, &text);
		keys[i] = (struct sort_key){ i,
			column->number ? column->number(browse, i) : 0,
			arena_str(arena, buf_str(&text)),
			column->is_falling != list->is_reversed };
		if (!keys[i].text.p)
			return false;
	}
	return true;
}

static void sort(struct browse *browse, enum browse_page page)
{
	struct browse_list *list = &browse->lists[page];
	size_t first = first_of(page);
	auto_arena arena = ARENA_MAX(1 << 30);
	struct sort_key *keys = arena_array(&arena, list->len, sizeof(*keys));
	size_t *order = calloc(list->len, sizeof(*order));

	if (!keys || !order || !make_keys(browse, page, &arena, keys)) {
		free(order); /* it stays in the order of the capture */
		return;
	}
	qsort(keys + first, list->len - first, sizeof(*keys), by_key);
	for (size_t i = first; i < list->len; i++)
		order[i] = keys[i].item;
	list->order = order;
}

void browse_sort(struct browse *browse, enum browse_page page)
{
	struct browse_list *list = &browse->lists[page];
	size_t item =
	    list->at < list->len ? browse_item(browse, page, list->at) : SIZE_MAX;

	free(list->order);
	list->order = NULL;
	if (list->column > 0 && list->len > first_of(page))
		sort(browse, page);
	if (item != SIZE_MAX)
		list->at = browse_line_of(browse, page, item);
	browse_settle(browse, list);
}

void browse_sort_next(struct browse *browse)
{
	enum browse_page page = browse_page_of(browse);
	struct browse_list *list = &browse->lists[page];
	size_t n;

	if (!browse_columns(page, &n)) {
		buf_append_text(&browse->notice, "only lists can be sorted");
		return;
	}
	list->column = (list->column + 1) % (n + 1);
	list->is_reversed = false;
	browse_sort(browse, page);
}

void browse_sort_reverse(struct browse *browse)
{
	enum browse_page page = browse_page_of(browse);
	struct browse_list *list = &browse->lists[page];

	if (list->column == 0) {
		buf_append_text(&browse->notice,
		    "it is in the order of the capture: s sorts it");
		return;
	}
	list->is_reversed = !list->is_reversed;
	browse_sort(browse, page);
}

const char *browse_sorted_by(const struct browse *browse, enum browse_page page)
{
	const struct browse_list *list = &browse->lists[page];
	size_t n;
	const struct browse_column *columns = browse_columns(page, &n);

	return columns && list->column > 0 ? columns[list->column - 1].name : NULL;
}

/* Lines of other items: sorted as before, with the cursor on the first. */
static void refill(struct browse *browse, enum browse_page page, size_t len)
{
	struct browse_list *list = &browse->lists[page];

	list->len = len;
	free(list->order);
	list->order = NULL;
	browse_sort(browse, page);
	list->at = list->top = 0;
}

void browse_list_sessions(struct browse *browse, size_t device)
{
	browse->device = device;
	refill(browse, BROWSE_SESSIONS,
	    device == SIZE_MAX ? browse->analysis->n_sessions
			       : browse->analysis->devices[device].n_sessions);
}
