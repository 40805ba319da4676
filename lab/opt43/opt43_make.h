/* What somebody wants in an option 43, and the bytes of it. */
#pragma once

#include "lib/proto/opt43.h"

enum {
	OPT43_PXE_MAX = 16,
	OPT43_LAYOUTS_MAX = 2
};

struct opt43_request {
	struct opt43 acs; /* its layout is not looked at */
	uint32_t pxe[OPT43_PXE_MAX];
	size_t n_pxe;
	enum opt43_layout layouts[OPT43_LAYOUTS_MAX];
	size_t n_layouts;
};

#define OPT43_REQUEST_NULL                                   \
	{                                                    \
		.layouts = { OPT43_COMWARE }, .n_layouts = 1 \
	}

/* Takes "comware", "tr069", "bbf", which is the same, or "both". ERR_USAGE with words. */
int opt43_request_choose_layout(struct opt43_request *request, const char *name,
    struct error *err);

/* Appends the bytes in one layout. ERR_USAGE with words that say what cannot be made: a text that
 * has no place in it, a URL that is none, more bytes than an option has. */
int opt43_request_make(const struct opt43_request *request, enum opt43_layout layout,
    struct buf *out, struct error *err);
