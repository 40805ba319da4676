/* Rules of the session retry policy (TR-069 A6 3.2.1.1, table 3). */
#include "capture/facts/history.h"
#include "capture/facts/retry_wait.h"
#include "capture/rules/catalogue.h"

enum {
	FLEET_MIN = 5,       /* retries that tell whether waits are random */
	FLEET_ALIKE_MS = 50, /* waits that differ less are one */
	NOTICE_S = 30,       /* a CPE may notice a failure this late */
};

/* This session is the retry of the one before, which failed in full sight. */
static const struct past_session *retried(const struct whole *view)
{
	const struct past_session *last = past_last(view->device);
	const struct http_record *inform = view->session->inform;

	if (!last || !inform || last->outcome != SESSION_BROKEN ||
	    last->shown != SHOWN_ALL ||
	    inform->inform.retry_count != last->retry_count + 1 ||
	    view_restarted_since(view, last->end.number))
		return NULL;
	return last;
}

static enum rule_verdict check_due(struct whole *view, const struct past_session *last)
{
	const struct http_record *inform = view->session->inform;
	struct retry_wait due = retry_wait_of(view, inform->inform.retry_count);
	clock_ns wait = view->session->start.time - last->end.time;
	bool is_early = wait < due.min - due.min * RETRY_TOLERANCE_PERCENT / 100;
	bool is_late = wait > due.max + due.max * RETRY_TOLERANCE_PERCENT / 100 +
				  NOTICE_S * NS_PER_S;

	/* A new event brings the retry forward. */
	if (is_early && (inform->inform.event_bits & ~last->event_bits))
		return RULE_SILENT;
	if (!is_early && !is_late)
		return RULE_KEPT;
	return rule_broken_at(view, RULE_BY_CPE, view->session->start,
	    "retry %u comes %.1f s after the session failed; %.0f s to %.0f s are expected",
	    inform->inform.retry_count, seconds_of(wait), seconds_of(due.min),
	    seconds_of(due.max));
}

/* ---- RTY-01 ---------------------------------------------------------------------- */

static enum rule_verdict check_wait(struct whole *view)
{
	const struct past_session *last = retried(view);

	if (!last || view->session->inform->inform.retry_count > RETRY_CAP)
		return RULE_SILENT;
	return check_due(view, last);
}

/* ---- RTY-02 ---------------------------------------------------------------------- */

static enum rule_verdict check_random(struct whole *view)
{
	const struct fleet_record *fleet = view->fleet;

	/* Asked once for each device, answered for one. */
	if (fleet->last != view->device)
		return RULE_SILENT;
	if (fleet->n_first_retries < FLEET_MIN)
		return rule_not_judged(view, "too few CPEs retry in this capture");
	if (fleet->max_wait - fleet->min_wait > FLEET_ALIKE_MS * NS_PER_MS)
		return RULE_KEPT;
	return rule_broken_at(view, RULE_BY_CPE, fleet->last_retry,
	    "%llu first retries all come %.2f s after the failure: the wait is not random",
	    (unsigned long long)fleet->n_first_retries, seconds_of(fleet->min_wait));
}

/* ---- RTY-03 ---------------------------------------------------------------------- */

static enum rule_verdict check_cap(struct whole *view)
{
	const struct past_session *last = retried(view);

	if (!last || view->session->inform->inform.retry_count <= RETRY_CAP)
		return RULE_SILENT;
	return check_due(view, last);
}

/* ---- RTY-04 ---------------------------------------------------------------------- */

static enum rule_verdict check_reset(struct whole *view)
{
	const struct past_session *last = past_last(view->device);
	const struct http_record *inform = view->session->inform;

	if (!last || !inform || last->outcome != SESSION_COMPLETE ||
	    last->retry_count == 0)
		return RULE_SILENT;
	if (inform->inform.retry_count == 0)
		return RULE_KEPT;
	if (retry_fits_unseen(view, last, 0))
		return rule_not_judged(view,
		    "attempts may have failed where the capture shows nothing");
	return rule_broken(view, inform,
	    "RetryCount is %u after the session of frame %llu succeeded",
	    inform->inform.retry_count, (unsigned long long)last->inform);
}

/* ---- table ----------------------------------------------------------------------- */

const struct rule rules_rty[] = {
	{ .id = "RTY-01",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.2.1.1",
	    .text =
		"A CPE waits before retry n between m (k/1000)^(n-1) and m (k/1000)^n "
		"seconds, unless a new event comes first; m is 5 and k 2000 where "
		"nobody set them.",
	    .example =
		"A session fails; the CPE tries again after 1 s with RetryCount 1 "
		"and the same events.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_wait },
	{ .id = "RTY-02",
	    .who = RULE_BY_CPE,
	    .severity = RULE_SHOULD,
	    .basis = "TR-069 A6 3.2.1.1",
	    .text =
		"Waits before a retry are random, so that CPEs do not all come back at "
		"once.",
	    .example = "Five CPEs retry exactly 7.00 s after their sessions failed.",
	    .scope = WHOLE_END,
	    .check = check_random },
	{ .id = "RTY-03",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.2.1.1",
	    .text = "From the tenth retry on the wait does not grow any further.",
	    .example =
		"Retry 11 comes 8,000 s after the tenth failed; 5,120 s is the most.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_cap },
	{ .id = "RTY-04",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.2.1.1",
	    .text = "RetryCount is 0 again after a session that succeeded.",
	    .example = "A retry with RetryCount 2 succeeds; the next Inform carries "
		       "RetryCount 3.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_reset },
	{ .id = NULL },
};
