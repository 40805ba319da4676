#include "capture/analysis/analysis_internal.h"

#include <stdlib.h>

static int by_frame(const void *a, const void *b)
{
	const struct finding *left = a, *right = b;

	if (left->frame != right->frame)
		return left->frame < right->frame ? -1 : 1;
	return strcmp(left->rule, right->rule);
}

void analysis_sort_findings(struct finding *findings, size_t n)
{
	if (n > 0)
		qsort(findings, n, sizeof(*findings), by_frame);
}
