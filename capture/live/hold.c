#include "capture/live/hold.h"

#include "lib/base/error.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool is_before(const struct frame *a, const struct frame *b)
{
	return a->time != b->time ? a->time < b->time : a->number < b->number;
}

static void swap(struct frame *a, struct frame *b)
{
	struct frame c = *a;

	*a = *b;
	*b = c;
}

static int grow(struct record_hold *hold)
{
	size_t cap = hold->cap ? hold->cap * 2 : 256;
	struct frame *more;

	if (hold->len < hold->cap)
		return 0;
	more = realloc(hold->frames, cap * sizeof(*more));
	if (!more)
		return -ENOMEM;
	hold->frames = more;
	hold->cap = cap;
	return 0;
}

int record_hold_put(struct record_hold *hold, const struct frame *frame)
{
	uint8_t *copy;
	size_t i;

	if (hold->bytes + frame->caplen > RECORD_HOLD_BYTES_MAX)
		return ERR_LIMIT;
	copy = malloc(frame->caplen ? frame->caplen : 1);
	if (!copy || grow(hold) < 0) {
		free(copy);
		return -ENOMEM;
	}
	memcpy(copy, frame->bytes, frame->caplen);
	i = hold->len++;
	hold->frames[i] = *frame;
	hold->frames[i].bytes = copy;
	hold->frames[i].number = ++hold->arrivals;
	hold->bytes += frame->caplen;
	while (i > 0 && is_before(&hold->frames[i], &hold->frames[(i - 1) / 2])) {
		swap(&hold->frames[i], &hold->frames[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	return 0;
}

const struct frame *record_hold_first(const struct record_hold *hold)
{
	return hold->len ? &hold->frames[0] : NULL;
}

void record_hold_drop_first(struct record_hold *hold)
{
	size_t i = 0;

	hold->bytes -= hold->frames[0].caplen;
	free((void *)hold->frames[0].bytes);
	hold->frames[0] = hold->frames[--hold->len];
	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= hold->len)
			return;
		if (child + 1 < hold->len &&
		    is_before(&hold->frames[child + 1], &hold->frames[child]))
			child++;
		if (!is_before(&hold->frames[child], &hold->frames[i]))
			return;
		swap(&hold->frames[child], &hold->frames[i]);
		i = child;
	}
}

void record_hold_free(struct record_hold *hold)
{
	while (hold->len > 0)
		record_hold_drop_first(hold);
	free(hold->frames);
	*hold = (struct record_hold){ 0 };
}
