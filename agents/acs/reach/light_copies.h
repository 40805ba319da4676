/* Which lightweight notifications an ACS has heard already: a network may bring a
 * datagram twice, and whoever has recorded one can send it again. Values only. */
#pragma once

#include "lib/cwmp/lightweight.h"

enum {
	LIGHT_COPIES_MAX =
	    4096 /* that are remembered; one more takes the oldest's place */
};

struct light_copies {
	uint64_t seed; /* that no peer knows; the rest is zeroed at first */
	uint64_t heard[LIGHT_COPIES_MAX];
	size_t len, next;
};

/* Whether one of the same device, TS and CN (TR-069 A6 Annex M) was heard before; it is
 * from now on. */
bool light_copies_note(struct light_copies *copies,
    const struct lightweight *notification);
