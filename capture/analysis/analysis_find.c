/* What is known of an analysis by its number. */
#include "capture/analysis/analysis_internal.h"

#include <stdlib.h>

const struct analysis_session *analysis_find_session(const struct analysis *analysis,
    uint64_t id)
{
	size_t low = 0, high = analysis->n_sessions;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (analysis->sessions[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < analysis->n_sessions && analysis->sessions[low].id == id
		   ? &analysis->sessions[low]
		   : NULL;
}

static int by_place(const void *a, const void *b)
{
	const struct analysis_device *left = a, *right = b;

	return left->place < right->place ? -1 : left->place > right->place;
}

void analysis_sort_devices(struct analysis *analysis)
{
	if (analysis->n_devices > 0)
		qsort(analysis->devices, analysis->n_devices,
		    sizeof(*analysis->devices), by_place);
}

struct analysis_device *analysis_find_device(const struct analysis *analysis,
    size_t place)
{
	const struct analysis_device wanted = { .place = place };

	return analysis->n_devices > 0
		   ? bsearch(&wanted, analysis->devices, analysis->n_devices,
			 sizeof(*analysis->devices), by_place)
		   : NULL;
}
