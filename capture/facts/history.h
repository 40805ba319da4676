/* Questions about a device's history that several rules ask. */
#pragma once

#include "capture/facts/rule.h"

#define EVENT_BIT(symbol) (1u << CWMP_EVENT_##symbol)

/* A message is compared with so many before it and no more, so that the work for a session
 * grows with its messages, not with their square. */
enum {
	RULE_LOOK_BACK = 1024
};

/* The index of the first of n messages (or turns) that is still compared. */
static inline size_t rule_oldest(size_t n)
{
	return n > RULE_LOOK_BACK ? n - RULE_LOOK_BACK : 0;
}

/* The session of the device before this one; null where the capture shows none. */
static inline const struct past_session *past_last(const struct device_record *device)
{
	return device && device->past.len > 0
		   ? &device->past.items[device->past.len - 1]
		   : NULL;
}

/* Whether the session failed in full sight: the capture shows all of it, and its Inform was
 * never answered. */
static inline bool past_failed(const struct past_session *past)
{
	return past->outcome == SESSION_BROKEN && past->shown == SHOWN_ALL &&
	       !past->has_inform_response && past->inform != 0;
}

/* The session of the view's device that runs, or one at its address that no Inform names yet
 * and that so may be its own; or null. */
static inline const struct session_record *view_running(const struct whole *view)
{
	const struct session_record *at_host = view->host ? view->host->running : NULL;

	if (view->device && view->device->latest)
		return view->device->latest;
	return at_host && (!at_host->device || at_host->device == view->device)
		   ? at_host
		   : NULL;
}

/* Whether the Inform of the device's last session, which failed, had that event with
 * that CommandKey (null: none). Of its events with a CommandKey the first
 * DEVICE_LATER_MAX are kept: for those behind them the answer is false, too. */
static inline bool past_has_key(const struct device_record *device,
    const struct past_session *last, enum cwmp_event_code code, const char *key)
{
	const struct device_more *more = device->more;

	for (size_t i = 0; more && more->keyed_session == last->id &&
			   i < MIN(more->n_keyed, (size_t)DEVICE_LATER_MAX);
	     i++) {
		const char *known = more->keyed[i].key ? more->keyed[i].key : "";

		if (more->keyed[i].code == code && strcmp(known, key ? key : "") == 0)
			return true;
	}
	return false;
}

static inline bool view_has_event(const struct whole *view, unsigned bit)
{
	return view->session->inform &&
	       (view->session->inform->inform.event_bits & bit);
}

/* The CommandKey of the Inform's event of this code: key, which is not null, if one of
 * several events has it, else that of the last of them; null where there is no such
 * event. Borrowed. */
const char *inform_key(const struct http_record *inform, enum cwmp_event_code code,
    const char *key);

static inline double seconds_of(clock_ns ns)
{
	return (double)ns / (double)NS_PER_S;
}

/* Whether both URLs name the same ACS (url_is_same()); false where either is null. */
bool rule_same_url(const char *a, const char *b);

/* Whether the CPE sent DHCPDISCOVER after frame, and so has started again, or its link. */
static inline bool view_restarted_since(const struct whole *view, uint64_t frame)
{
	return view->host && view->host->discover > frame;
}

/* Whether the capture lost TCP segments among the last 1,000 frames. Then it may have lost
 * datagrams, too, which nothing acknowledges and whose absence so proves nothing. */
static inline bool rule_loses_frames(const struct whole *view)
{
	static const uint64_t shortly = 1000; /* frames */

	return view->fleet && view->fleet->last_gap > 0 &&
	       view->now.number - view->fleet->last_gap < shortly;
}

/* Whether the CPE has tried to reach the ACS since that frame: by a SYN, a connection
 * of which bytes are missing, a look-up of its name, an ARP request for the address in
 * its URL. Then it may not be the CPE's fault that no session came. acs_url may be
 * null: then look-ups and ARP do not count. */
bool rule_is_trying(const struct whole *view, const char *acs_url, uint64_t frame);
