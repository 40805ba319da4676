/* Who is asked of a storm that is an operator's doing, and when. */
#include "agents/cpe/load/load_internal.h"

#include <errno.h>
#include <stdlib.h>

enum {
	ABOUTS = 4 /* choices of one CPE that lib/load/load_fault.c tells apart */
};

bool load_storm_hits(const struct load_storm *storm, uint64_t cpes, uint64_t number)
{
	uint64_t first = (uint64_t)storm->first_ppm * cpes / 1000000;

	return (number + cpes - first) % cpes * 1000000 < (uint64_t)storm->ppm * cpes;
}

static int compare(const void *a, const void *b)
{
	const struct order *x = a, *y = b;

	return x->due != y->due ? (x->due < y->due ? -1 : 1)
				: (x->at > y->at) - (x->at < y->at);
}

int order_list_make(struct order_list *list, struct load *load,
    const struct load_storm *storm, clock_ns now)
{
	uint64_t nth = (uint64_t)(storm - load->file->storms);
	uint64_t seed = load->config->seed + nth;

	*list = (struct order_list){ .storm = storm,
		.items = calloc(load->n_cpes + 1, sizeof(*list->items)) };
	if (!list->items)
		return -ENOMEM;
	for (uint64_t i = 0; i < load->n_cpes; i++) {
		uint64_t number = load_number(load, i);

		if (!load_storm_hits(storm, load->file->cpes, number))
			continue;
		list->items[list->len++] = (struct order){ .load = load,
			.list = list,
			.at = i,
			.is_lost = arrival_is_hit(load->config->seed, number,
			    nth * ABOUTS, storm->lost_ppm),
			.due = now + arrival_boot_within(seed, number, storm->within) };
	}
	if (list->len > 0)
		qsort(list->items, list->len, sizeof(*list->items), compare);
	return 0;
}

void order_list_free(struct order_list *list)
{
	free(list->items);
	list->items = NULL;
}

struct order *order_list_next(struct order_list *list, clock_ns now)
{
	uint64_t parallel = list->storm->parallel;

	if (list->next == list->len || list->items[list->next].due > now ||
	    (parallel > 0 && list->n_open >= parallel))
		return NULL;
	return &list->items[list->next++];
}
