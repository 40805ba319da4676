/* Memory that peers make a program hold, all of them together: messages whose rest is still
 * to come, answers that nobody reads. It has a bound, and who holds most gives way, so that
 * a peer with a small message is not the one who pays for the others. */
#pragma once

#include "lib/base/list.h"

#include <stddef.h>

enum {
	HOARD_CLASSES = 65
};

struct hoarder {
	struct list
	    link; /* of those that hold about as much, the longest there first */
	size_t bytes;
};

struct hoard {
	size_t bytes, max;
	struct list by_size[HOARD_CLASSES]; /* hoarders of 2^(i-1) bytes and more */
};

void hoard_init(struct hoard *hoard, size_t max);
void hoarder_init(struct hoarder *hoarder);

/* hoarder, which is borrowed while bytes is not 0, holds so many bytes now. */
void hoard_note(struct hoard *hoard, struct hoarder *hoarder, size_t bytes);

/* Who has to give way: one that holds at least half as much as whoever holds most. Null
 * while all is within the bound. The caller frees what it holds and notes that before it
 * asks again. */
struct hoarder *hoard_excess(struct hoard *hoard);
