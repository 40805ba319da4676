#include "capture/facts/retry_wait.h"

#include "capture/facts/history.h"
#include "capture/facts/news.h"

enum {
	MIN_WAIT = 5, /* seconds; what CPEs do where nobody set it */
	MULTIPLIER = 2000,
};

static const double WAIT_MAX = 1e9; /* seconds */

struct known {
	uint32_t least, most; /* the same, but where either may hold */
};

/* A lease sets the parameters that an ACS sets as well, so the last word holds; but some CPEs
 * take an ACS's for the stronger one, as they do of its URL. */
static struct known known_of(uint32_t set, uint32_t leased, bool is_leased_last,
    uint32_t otherwise)
{
	if (set > 0 && leased > 0 && is_leased_last)
		return (struct known){ MIN(set, leased), MAX(set, leased) };
	if (set == 0)
		set = leased > 0 ? leased : otherwise;
	return (struct known){ set, set };
}

struct retry_wait retry_wait_of(const struct whole *view, uint32_t n)
{
	const struct lease_record *lease = view->host ? view->host->lease : NULL;
	const struct device_settings *settings = &view->device->settings;
	bool is_leased_last = lease && view->host->leased > settings->retry_since;
	struct known m = known_of(settings->retry_min_wait,
	    lease ? lease->retry_min_wait : 0, is_leased_last, MIN_WAIT);
	struct known k = known_of(settings->retry_multiplier,
	    lease ? lease->retry_multiplier : 0, is_leased_last, MULTIPLIER);
	double min = m.least, max = m.most;

	for (uint32_t i = 1; i < MIN(n, (uint32_t)RETRY_CAP); i++) {
		min = MIN(min * k.least / 1000.0, WAIT_MAX);
		max = MIN(max * k.most / 1000.0, WAIT_MAX);
	}
	max = MIN(max * k.most / 1000.0, WAIT_MAX);
	return (struct retry_wait){ (clock_ns)(min * (double)NS_PER_S),
		(clock_ns)(max * (double)NS_PER_S) };
}

/* How often it had been tried since past.items[i], that one included. */
static uint32_t tries_since(const struct device_past *past, size_t i, uint32_t count)
{
	return count > past->items[i].retry_count ? count - past->items[i].retry_count
						  : count;
}

/* Looks back over the sessions that failed in a row: where the CPE started again its bands
 * did, too (TR-069 A6 3.2.1.1). */
static void count_bands(const struct whole *view, struct retry *retry)
{
	const struct device_past *past = &view->device->past;
	size_t i = past->len - 1;

	for (; i > 0 && past->items[i - 1].outcome != SESSION_COMPLETE; i--) {
		enum boot boot = boot_between(view, &past->items[i - 1],
		    past->items[i].event_bits, past->items[i].start.time);

		if (boot == BOOT_NONE)
			continue;
		retry->least = MIN(retry->least, tries_since(past, i, retry->count));
		if (boot == BOOT_MAYBE)
			continue;
		retry->most = tries_since(past, i, retry->count);
		retry->is_anew = true;
		return;
	}
	if (i > 0)
		retry->is_anew = past->items[i - 1].retry_count > 0;
	else if (past->items[0].event_bits & EVENT_BIT(BOOT))
		retry->least = MIN(retry->least, tries_since(past, 0, retry->count));
}

struct retry retry_of(const struct whole *view)
{
	const struct past_session *last = past_last(view->device);
	const struct http_record *inform = view->session->inform;
	struct retry retry = { .last = NULL };

	if (!last || !inform || last->outcome != SESSION_BROKEN ||
	    last->shown != SHOWN_ALL || view_restarted_since(view, last->end.number))
		return retry;
	retry.count = last->retry_count + 1;
	retry.least = retry.most = retry.count;
	/* A RetryCount that does not grow does not make the wait shorter. */
	if (inform->inform.retry_count == retry.count ||
	    (inform->inform.retry_count < retry.count && past_failed(last)))
		retry.last = last;
	if (retry.last)
		count_bands(view, &retry);
	return retry;
}

bool retry_fits_unseen(const struct whole *view, const struct past_session *last,
    uint32_t from)
{
	double left = seconds_of(view->session->start.time - last->end.time);
	double tolerance = 1 - RETRY_TOLERANCE_PERCENT / 100.0;
	const struct inform_facts *inform = &view->session->inform->inform;
	/* A call is answered at once, whatever retry was waited for. */
	bool is_called = inform->event_bits & EVENT_BIT(CONNECTION_REQUEST);
	uint32_t count = inform->retry_count - is_called, retry = from + 1;

	for (; retry <= count && retry < RETRY_CAP; retry++)
		left -= seconds_of(retry_wait_of(view, retry).min) * tolerance;
	if (retry <= count)
		left -= seconds_of(retry_wait_of(view, RETRY_CAP).min) * tolerance *
			((double)(count - retry) + 1);
	return left >= 0;
}
