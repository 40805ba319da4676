/* What rules about a device's history ask again and again. */
#pragma once

#include "capture/rules/rule.h"

#define EVENT_BIT(symbol) (1u << CWMP_EVENT_##symbol)

/* How many messages back a message is compared with those before it: the time of a session
 * grows with its messages, not with their square. */
enum {
	RULE_LOOK_BACK = 1024
};

/* The first of n messages (or turns) that is still looked at. */
static inline size_t rule_oldest(size_t n)
{
	return n > RULE_LOOK_BACK ? n - RULE_LOOK_BACK : 0;
}

/* The session before this one, or null. */
static inline const struct past_session *past_last(const struct device_record *device)
{
	return device && device->past.len > 0
		   ? &device->past.items[device->past.len - 1]
		   : NULL;
}

/* It ended in the middle of the capture, seen whole, and its Inform was never answered. */
static inline bool past_failed(const struct past_session *past)
{
	return past->outcome == SESSION_BROKEN && past->shown == SHOWN_ALL &&
	       !past->has_inform_response && past->inform != 0;
}

static inline bool view_has_event(const struct whole *view, unsigned bit)
{
	return view->session->inform &&
	       (view->session->inform->inform.event_bits & bit);
}

/* The CommandKey that the session's Inform has with an event of this code, or null. */
const char *inform_key(const struct http_record *inform, enum cwmp_event_code code,
    const char *key);

static inline double seconds_of(clock_ns ns)
{
	return (double)ns / (double)NS_PER_S;
}

/* Whether both name one ACS: "http://a/x" and "http://A:80/x" do. Null is no URL. */
bool rule_same_url(const char *a, const char *b);

/* Whether the CPE asked DHCP anew after frame: it started again, or its link did. */
static inline bool view_restarted_since(const struct whole *view, uint64_t frame)
{
	return view->host && view->host->discover > frame;
}

/* Whether the capture lost frames shortly before: datagrams and other frames that nobody
 * acknowledges may be among them. */
static inline bool rule_loses_frames(const struct whole *view)
{
	static const uint64_t shortly = 1000; /* frames */

	return view->fleet && view->fleet->last_gap > 0 &&
	       view->now.number - view->fleet->last_gap < shortly;
}

/* Whether the CPE has tried to reach the ACS since that frame: by a SYN, a connection of
 * which bytes are missing, a look-up of its name, an ARP request for its address. Then it may have failed for other reasons. acs_url
 * may be null. */
bool rule_is_trying(const struct whole *view, const char *acs_url, uint64_t frame);
