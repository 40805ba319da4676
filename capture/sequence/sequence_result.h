/* What came of a sequence: which steps a CPE took, and on which frames. */
#pragma once

#include "lib/base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct step_result {
	unsigned step; /* number in the sequence; DHCP and DNS steps are 0 */
	const char *what;
	bool ok;
	/* It is optional and not there, does not apply (TLS on http), or was to be
	 * "never" before a step that failed. */
	bool is_skipped;
	uint64_t frame, last_frame; /* 0: none */
	clock_ns time;
	/* Of a failure: DHCP, DNS, TCP, TLS, HTTP, SOAP or CWMP, or "time" of a step
	 * that came too early or too late, and the reason; or null. Of a step that was
	 * skipped or not reached why says so alone. */
	const char *layer, *why;
};

struct sequence_result {
	const char *cpe; /* address, or MAC when it never got one */
	const char *mac;
	size_t device; /* index into the devices of the analysis; SIZE_MAX: none */
	/* Who that is; null where none is known. Another may have the same address. */
	const char *oui, *product_class, *serial;
	bool shares_address;
	const char *name; /* of the sequence */
	bool ok;
	/* Why it cannot be judged: then ok is false, and no step is called failed. Or null. */
	const char *not_judged;
	struct step_result *steps;
	size_t n_steps;
	clock_ns boot; /* first frame of this CPE: zero of its relative times */
};
