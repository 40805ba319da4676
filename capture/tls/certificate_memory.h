/* What certificates say that were seen lately. An ACS shows the same one in each handshake, and to
 * read it takes longer than all else that is looked at in one. */
#pragma once

#include "lib/base/str.h"

#include <stdint.h>

enum {
	CERTIFICATES_REMEMBERED = 16,
	CERTIFICATE_REMEMBERED_MAX = 8192, /* bytes; a longer one is read each time */
	CERTIFICATE_TEXT_MAX = 256
};

/* All zero but for the seed: empty. */
struct certificate_memory {
	uint64_t seed; /* of the places, which a server could fill on purpose else */
	struct certificate_remembered {
		void *der; /* owned; null: the place is free */
		size_t len;
		char text[CERTIFICATE_TEXT_MAX];
	} places[CERTIFICATES_REMEMBERED];
};

/* What certificate_text() says of der, until the next call; null where it is no X.509. */
const char *certificate_recall(struct certificate_memory *memory, struct str der);

void certificate_memory_free(struct certificate_memory *memory);
