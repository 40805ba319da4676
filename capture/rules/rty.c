/* Rules of the session retry policy (TR-069 A6 3.2.1.1, table 3). */
#include "capture/facts/history.h"
#include "capture/facts/news.h"
#include "capture/facts/retry_wait.h"
#include "capture/rules/catalogue.h"

enum {
	FLEET_MIN = 5,       /* retries that tell whether waits are random */
	FLEET_ALIKE_MS = 50, /* waits that differ less are one */
	NOTICE_S = 30, /* a CPE may notice a failure this late: no answer for 30 s */
};

/* Whether it is too late for the retry; a CPE that was switched off in between has no wait,
 * and a RetryCount that did not grow may be that of another cause. */
static bool is_late(const struct whole *view, const struct retry *retry, clock_ns wait)
{
	clock_ns most = retry_wait_of(view, retry->most).max;

	return wait >
		   most + most * RETRY_TOLERANCE_PERCENT / 100 + NOTICE_S * NS_PER_S &&
	       view->session->inform->inform.retry_count == retry->count &&
	       boot_since(view, retry->last) == BOOT_NONE;
}

static enum rule_verdict check_due(struct whole *view, const struct retry *retry)
{
	clock_ns wait = view->session->start.time - retry->last->end.time;
	struct retry_wait least = retry_wait_of(view, retry->least);
	struct retry_wait most = retry_wait_of(view, retry->most);
	bool is_early = wait < least.min - least.min * RETRY_TOLERANCE_PERCENT / 100;

	/* A new event brings the retry forward. */
	if (is_early && has_news(view, retry->last))
		return RULE_SILENT;
	if (!is_early && !is_late(view, retry, wait))
		return RULE_KEPT;
	return rule_broken_at(view, RULE_BY_CPE, view->session->start,
	    "retry %u comes %.1f s after the session failed; %.0f s to %.0f s are expected",
	    retry->count, seconds_of(wait), seconds_of(least.min),
	    seconds_of(most.max));
}

/* ---- RTY-01 ---------------------------------------------------------------------- */

static enum rule_verdict check_wait(struct whole *view)
{
	struct retry retry = retry_of(view);

	if (!retry.last || retry.is_anew || retry.count > RETRY_CAP)
		return RULE_SILENT;
	return check_due(view, &retry);
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
	struct retry retry = retry_of(view);

	if (!retry.last || retry.is_anew || retry.count <= RETRY_CAP)
		return RULE_SILENT;
	return check_due(view, &retry);
}

/* ---- RTY-04 ---------------------------------------------------------------------- */

/* A start alone is no success (TR-069 A6 A.3.3.1, RetryCount). */
static enum rule_verdict check_start(struct whole *view,
    const struct past_session *last)
{
	const struct http_record *inform = view->session->inform;

	if (!past_failed(last) || boot_since(view, last) != BOOT_SURE ||
	    (inform->inform.event_bits & EVENT_BIT(BOOTSTRAP)))
		return RULE_SILENT;
	if (inform->inform.retry_count > 0)
		return RULE_KEPT;
	return rule_broken(view, inform,
	    "RetryCount is 0 after a start, though the session of frame %llu failed",
	    (unsigned long long)last->inform);
}

static enum rule_verdict check_reset(struct whole *view)
{
	const struct past_session *last = past_last(view->device);
	const struct http_record *inform = view->session->inform;

	if (!last || !inform)
		return RULE_SILENT;
	if (last->outcome != SESSION_COMPLETE)
		return check_start(view, last);
	if (last->retry_count == 0)
		return RULE_SILENT;
	if (!inform->inform.has_retry_count)
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

static enum rule_verdict check_bands(struct whole *view)
{
	struct retry retry = retry_of(view);

	return retry.last && retry.is_anew ? check_due(view, &retry) : RULE_SILENT;
}

static const struct rule_check bands_anew[] = {
	{ .scope = WHOLE_DEVICE, .needs = SHOWN_START, .check = check_bands },
	{ .check = NULL },
};

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
	    .basis = "TR-069 A6 3.2.1.1; A.3.3.1, RetryCount",
	    .text = "RetryCount is 0 again after a session that succeeded, not after a "
		    "start alone; waits begin anew after either.",
	    .example = "A retry with RetryCount 2 succeeds; the next Inform carries "
		       "RetryCount 3.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_reset,
	    .more = bands_anew },
	{ .id = NULL },
};
