/* How long a CPE waits before it tries a failed session again (TR-069 A6 3.2.1.1, table 3). */
#pragma once

#include "capture/facts/rule.h"

enum {
	RETRY_CAP = 10,               /* from this retry on the wait grows no more */
	RETRY_TOLERANCE_PERCENT = 10, /* the clock of a CPE may be so far off */
};

struct retry_wait {
	clock_ns min, max;
};

/* The wait before retry n, counted from 1: m * (k/1000)^(n-1) to m * (k/1000)^n
 * seconds. m and k are as the ACS set them, else as the lease says, else 5 and 2000; where the
 * lease came behind the ACS's word either may hold. No tolerance is in it. view->device must
 * be known. */
struct retry_wait retry_wait_of(const struct whole *view, uint32_t n);

/* The session of the view as the retry of one that failed. */
struct retry {
	const struct past_session
	    *last;      /* the one that failed; null: it is no retry of one
					    that the capture shows whole */
	uint32_t count; /* the RetryCount that it has to carry */
	/* The number of its wait, from 1: the bands begin anew when the CPE starts. They are
	 * two where it may have. */
	uint32_t least, most;
	bool
	    is_anew; /* it did, or the bands began anew by a success, among the sessions
			 that are known */
};

/* view->session must have ended, and view->device be as it was before it. */
struct retry retry_of(const struct whole *view);

/* Whether the time since last is long enough for the retries from + 1 to the RetryCount of
 * the session's Inform, which is above from, less the tolerance; the last of them may have
 * come early where the Inform tells of a connection request. If so, they may have failed
 * before their Inform, without a frame in the capture. */
bool retry_fits_unseen(const struct whole *view, const struct past_session *last,
    uint32_t from);
