/* The page with a ladder. */
#include "lab/browse/browse_internal.h"

void browse_build_ladder(struct browse *browse)
{
	const struct ladder_options options = { .width = (unsigned)(browse->width +
								    browse->shift),
		.is_utf8 = browse->is_utf8 };
	size_t n = 0;

	/* Only pages above this one have lines of their own, and they are closed. */
	arena_reset(&browse->arena);
	browse->ladder = NULL;
	if (browse->ladders || ladders_new(browse->analysis, &browse->ladders) == 0)
		browse->ladder = ladders_lines(browse->ladders, &browse->whose,
		    &options, &browse->arena, &browse->heading, &n);
	browse->lists[BROWSE_LADDER] = (struct browse_list){ .len = n };
	browse->ladder_width = options.width;
	browse->is_ladder_utf8 = browse->is_utf8;
}

void browse_fit_ladder(struct browse *browse)
{
	struct browse_list *list = &browse->lists[BROWSE_LADDER];
	struct ladder_line line = { .finding = NULL };
	size_t was = list->at, at = was;

	if (browse_page_of(browse) != BROWSE_LADDER ||
	    (browse->ladder_width == browse->width + browse->shift &&
		browse->is_ladder_utf8 == browse->is_utf8))
		return;
	if (list->len > 0)
		line = browse->ladder[at];
	/* Of the lines that show one thing the first, since there may be fewer now. */
	browse_build_ladder(browse);
	for (size_t i = 0; i < list->len && line.message; i++) {
		if (browse->ladder[i].message == line.message &&
		    browse->ladder[i].finding == line.finding) {
			at = i;
			break;
		}
	}
	if (browse->find_line == was)
		browse->find_line = at;
	list->at = at;
	browse_settle(browse, list);
}
