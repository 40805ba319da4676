#include "capture/facts/delivery.h"

#include "capture/facts/history.h"

#define BIT(code) (UINT32_C(1) << CWMP_EVENT_##code)

const struct delivery deliveries[] = {
	{ CWMP_TRANSFER_COMPLETE,
	    BIT(TRANSFER_COMPLETE) | BIT(M_DOWNLOAD) | BIT(M_UPLOAD) |
		BIT(M_SCHEDULE_DOWNLOAD),
	    true, { CWMP_DOWNLOAD, CWMP_UPLOAD, CWMP_SCHEDULE_DOWNLOAD } },
	{ CWMP_DU_STATE_CHANGE_COMPLETE,
	    BIT(DU_STATE_CHANGE_COMPLETE) | BIT(M_CHANGE_DU_STATE), true,
	    { CWMP_CHANGE_DU_STATE } },
	{ CWMP_AUTONOMOUS_TRANSFER_COMPLETE, BIT(AUTONOMOUS_TRANSFER_COMPLETE), false,
	    { CWMP_UNKNOWN_METHOD } },
	{ CWMP_AUTONOMOUS_DU_STATE_CHANGE_COMPLETE,
	    BIT(AUTONOMOUS_DU_STATE_CHANGE_COMPLETE), false, { CWMP_UNKNOWN_METHOD } },
	{ CWMP_UNKNOWN_METHOD, 0, false, { CWMP_UNKNOWN_METHOD } },
};

/* Whether the session has such a message, from the one at that index on. */
static bool has_from(const struct session_record *session, size_t from, unsigned on,
    enum cwmp_method method)
{
	for (size_t i = from; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];

		if (http->on == on && http->envelope.rpc == method)
			return true;
	}
	return false;
}

bool session_has(const struct session_record *session, unsigned on,
    enum cwmp_method method)
{
	return has_from(session, 0, on, method);
}

enum delivery_asked delivery_was_asked(const struct session_record *session,
    const struct delivery *delivery)
{
	size_t oldest = rule_oldest(session->messages.len);

	for (size_t i = 0; i < ARRAY_LEN(delivery->requests); i++) {
		if (delivery->requests[i] != CWMP_UNKNOWN_METHOD &&
		    has_from(session, oldest, ON_ACS_REQUEST, delivery->requests[i]))
			return DELIVERY_ASKED;
	}
	return oldest > 0 ? DELIVERY_UNKNOWN : DELIVERY_UNASKED;
}

const char *delivery_event(const struct http_record *inform,
    const struct delivery *delivery)
{
	for (size_t i = 0; i < inform->inform.n_events; i++) {
		enum cwmp_event_code code =
		    cwmp_event_of(str_of(inform->inform.events[i]));

		if (delivery->events & UINT32_C(1) << code)
			return inform->inform.events[i];
	}
	return NULL;
}

bool session_was_held(const struct session_record *session)
{
	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];

		if (http->envelope.holds_requests)
			return true;
	}
	return false;
}
