#include "capture/facts/news.h"

#include "capture/facts/history.h"

/* No CPE starts and reaches its ACS in less: a choice of this program. */
static const clock_ns fast_boot = 10 * NS_PER_S;

/* What clocks of CPEs and the way through the network may take. */
static const clock_ns slack = 2 * NS_PER_S;

/* The least PeriodicInformInterval that is used where nobody told it: that of Comware (HP 5920
 * guide, cwmp cpe inform interval). */
static const clock_ns least_interval = 10 * NS_PER_S;

/* ---- a start ----------------------------------------------------------------------- */

/* Whether the CPE's lease is known, and DHCP has been silent since that frame: it asks its
 * server for the address, whatever it remembers, when it starts (RFC 2131 3.2). */
static bool is_dhcp_silent(const struct cpe_record *host, uint64_t frame)
{
	return host && host->leased > 0 && host->leased < frame &&
	       host->discover < frame && !host->doubts_lease;
}

enum boot boot_between(const struct whole *view, const struct past_session *before,
    uint32_t event_bits, clock_ns start)
{
	if (!(event_bits & EVENT_BIT(BOOT)))
		return BOOT_NONE;
	if (!(before->event_bits & EVENT_BIT(BOOT)))
		return BOOT_SURE;
	return start - before->end.time <= fast_boot ||
		       is_dhcp_silent(view->host, before->end.number)
		   ? BOOT_NONE
		   : BOOT_MAYBE;
}

enum boot boot_since(const struct whole *view, const struct past_session *before)
{
	return boot_between(view, before, view->session->inform->inform.event_bits,
	    view->session->start.time);
}

/* ---- events ------------------------------------------------------------------------ */

/* The least interval that the CPE's sessions leave possible: no tick came in the longest time
 * without one. */
static clock_ns least_period(const struct device_record *device)
{
	clock_ns least = least_interval;

	if (device->settings.periodic_interval > 0)
		return (clock_ns)device->settings.periodic_interval * NS_PER_S;
	for (size_t i = 1; i < device->past.len; i++)
		least = MAX(least, device->past.items[i].start.time -
				       device->past.items[i - 1].start.time);
	return least;
}

/* The first of the sessions up to the last that try to tell of the same tick. */
static const struct past_session *first_try(const struct device_past *past)
{
	size_t i = past->len - 1;

	while (i > 0 && (past->items[i - 1].event_bits & EVENT_BIT(PERIODIC)) &&
	       past->items[i - 1].outcome != SESSION_COMPLETE)
		i--;
	return &past->items[i];
}

/* Whether the periodic timer may have come round again just before the session. */
static bool may_have_ticked(const struct whole *view)
{
	const struct device_record *device = view->device;
	clock_ns interval = least_period(device);
	clock_ns since =
	    view->session->start.time - first_try(&device->past)->start.time;

	if (device->settings.periodic_interval == 0)
		return since >= interval;
	return (since + slack) / interval > 0 &&
	       (since + slack) % interval <= 2 * slack;
}

/* Whether the Inform has an event with a CommandKey that the last one did not have. */
static bool has_other_key(const struct whole *view, const struct past_session *last)
{
	const struct inform_facts *inform = &view->session->inform->inform;

	for (size_t i = 0; i < inform->n_events; i++) {
		enum cwmp_event_code code = cwmp_event_of(str_of(inform->events[i]));

		if (cwmp_event_repeats(code) &&
		    !past_has_key(view->device, last, code, inform->event_keys[i]))
			return true;
	}
	return false;
}

bool has_news(const struct whole *view, const struct past_session *last)
{
	const struct http_record *inform = view->session->inform;
	const struct device_more *more = view->device->more;
	uint32_t events = inform->inform.event_bits;

	return (events & ~last->event_bits) || has_other_key(view, last) ||
	       ((events & EVENT_BIT(PERIODIC)) && may_have_ticked(view)) ||
	       ((events & EVENT_BIT(VALUE_CHANGE)) &&
		   inform->inform.list_digest != view->device->informed.list_digest) ||
	       ((events & EVENT_BIT(CONNECTION_REQUEST)) && more &&
		   more->last_call.number > last->start.number);
}
