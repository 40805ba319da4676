/* What a CPE makes of an option 43, and whether it would take it: for people and as JSON. */
#pragma once

#include "lib/program/screen.h"
#include "lib/proto/opt43.h"

enum {
	OPT43_READ_MAX =
	    4096 /* bytes that are looked at: options may be split and joined */
};

struct opt43_reading {
	struct str bytes; /* borrowed, as the views of acs */
	struct opt43 acs; /* read leniently */
	bool is_refused;  /* by a CPE that is strict; else it may still name no ACS */
	char why[256];    /* it is; "" else */
};

/* Reads at most OPT43_READ_MAX bytes. The URL must be one of CWMP, unless sub-options are there with which a
 * server means something else than an ACS. */
void opt43_reading_make(struct opt43_reading *ret, struct str bytes);

/* The i-th address of the PXE servers, host order; false past the last. */
bool opt43_reading_pxe(const struct opt43_reading *reading, size_t i, uint32_t *ret);

/* Appends a table of it with a last line that says whether it is well, or JSON. A password,
 * and one in a URL, is "***" unless shows_secrets. */
void opt43_reading_put(struct buf *out, const struct opt43_reading *reading,
    const struct screen *screen, bool shows_secrets);
void opt43_reading_put_json(struct buf *out, const struct opt43_reading *reading,
    bool shows_secrets);

/* "FAILED  a CPE would refuse it: ..." or "ok  comware, 38 bytes: the ACS is ...". */
void opt43_reading_put_verdict(struct buf *out, const struct opt43_reading *reading,
    const struct screen *screen, bool shows_secrets);
