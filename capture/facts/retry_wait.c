#include "capture/facts/retry_wait.h"

#include "capture/facts/history.h"

enum {
	MIN_WAIT = 5, /* seconds; what CPEs do where nobody set it */
	MULTIPLIER = 2000,
};

static const double WAIT_MAX = 1e9; /* seconds */

static uint32_t first_known(uint32_t set, uint32_t leased, uint32_t otherwise)
{
	if (set > 0)
		return set;
	return leased > 0 ? leased : otherwise;
}

struct retry_wait retry_wait_of(const struct whole *view, uint32_t n)
{
	const struct lease_record *lease = view->host ? view->host->lease : NULL;
	const struct device_record *device = view->device;
	double m = first_known(device->settings.retry_min_wait,
	    lease ? lease->retry_min_wait : 0, MIN_WAIT);
	double k = first_known(device->settings.retry_multiplier,
		       lease ? lease->retry_multiplier : 0, MULTIPLIER) /
		   1000.0;
	double low = m;

	for (uint32_t i = 1; i < MIN(n, (uint32_t)RETRY_CAP); i++)
		low = MIN(low * k, WAIT_MAX);
	return (struct retry_wait){ (clock_ns)(low * (double)NS_PER_S),
		(clock_ns)(MIN(low * k, WAIT_MAX) * (double)NS_PER_S) };
}

bool retry_fits_unseen(const struct whole *view, const struct past_session *last,
    uint32_t from)
{
	double left = seconds_of(view->session->start.time - last->end.time);
	double tolerance = 1 - RETRY_TOLERANCE_PERCENT / 100.0;
	uint32_t count = view->session->inform->inform.retry_count, retry = from + 1;

	for (; retry <= count && retry < RETRY_CAP; retry++)
		left -= seconds_of(retry_wait_of(view, retry).min) * tolerance;
	if (retry <= count)
		left -= seconds_of(retry_wait_of(view, RETRY_CAP).min) * tolerance *
			((double)(count - retry) + 1);
	return left >= 0;
}
