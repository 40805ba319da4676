/* Where the browser stands, and what the items of its lists are. */
#include "lab/browse/browse_internal.h"

enum browse_page browse_page_of(const struct browse *browse)
{
	return browse->pages[browse->depth - 1];
}

struct browse_list *browse_list_of(struct browse *browse)
{
	return &browse->lists[browse_page_of(browse)];
}

void browse_settle(const struct browse *browse, struct browse_list *list)
{
	size_t height = MAX(browse->height, 1u);

	if (list->at >= list->len)
		list->at = list->len > 0 ? list->len - 1 : 0;
	if (list->at < list->top)
		list->top = list->at;
	if (list->at >= list->top + height)
		list->top = list->at + 1 - height;
}

void browse_show(struct browse *browse, enum browse_page page)
{
	browse->shift = 0;
	if (browse->depth < BROWSE_DEPTH_MAX)
		browse->pages[browse->depth++] = page;
}

void browse_leave(struct browse *browse)
{
	browse->shift = 0;
	if (browse->depth > 1)
		browse->depth--;
	else
		browse->is_done = true;
}

/* ---- items ---------------------------------------------------------------------------- */

size_t browse_item(const struct browse *browse, enum browse_page page, size_t i)
{
	return browse->lists[page].order ? browse->lists[page].order[i] : i;
}

size_t browse_line_of(const struct browse *browse, enum browse_page page, size_t item)
{
	size_t i = 0;

	while (i + 1 < browse->lists[page].len && browse_item(browse, page, i) != item)
		i++;
	return i;
}

size_t browse_session(const struct browse *browse, size_t item)
{
	return browse->device == SIZE_MAX
		   ? item
		   : browse->analysis->devices[browse->device].sessions[item];
}

uint64_t browse_find_frame(const struct browse_find *find)
{
	return find->finding ? find->finding->frame : find->failure->frame;
}

uint64_t browse_find_session(const struct browse_find *find)
{
	return find->finding ? find->finding->session : find->failure->session;
}

const char *browse_or_dash(const char *text)
{
	return text && text[0] ? text : "-";
}
