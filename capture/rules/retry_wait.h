/* How long a CPE waits before it tries a failed session again (TR-069 A6 3.2.1.1, table 3). */
#pragma once

#include "capture/rules/rule.h"

enum {
	RETRY_CAP = 10, /* from this retry on the wait grows no more */
	RETRY_TOLERANCE_PERCENT =
	    10, /* clocks of CPEs, and what the capture cannot time */
};

struct retry_wait {
	clock_ns min, max;
};

/* m * (k/1000)^(n-1) to m * (k/1000)^n seconds for retry n, counted from 1; m and k as the ACS
 * set them, else as the lease says, else 5 and 2000. */
struct retry_wait retry_wait_of(const struct whole *view, uint32_t n);

/* Whether the retries from number from + 1 to the RetryCount of the session's Inform fit into
 * the time since last: of attempts that never came to an Inform a capture need not show a
 * frame. */
bool retry_fits_unseen(const struct whole *view, const struct past_session *last,
    uint32_t from);
