/* What CPEs say besides CWMP sessions, by other annexes of TR-069: it is counted, so that
 * nobody takes it for judged. */
#include "capture/observe/observe_internal.h"

enum {
	XMPP_TLS_PORT = 5223 /* XEP-0368; 5222 begins in plain text (RFC 6120 5) */
};

/* RFC 6120 4.7: the client opens a stream of "jabber:client". */
static bool opens_xmpp(struct str bytes)
{
	return bytes.len > 0 && bytes.p[0] == '<' &&
	       (str_find(bytes, STR("jabber:client"), NULL) ||
		   str_find(bytes, STR("http://etherx.jabber.org/streams"), NULL));
}

void adjacent_note_data(struct conn_state *state, struct str bytes)
{
	if (!state->has_begun && opens_xmpp(bytes))
		state->observer->counts.adjacent.xmpp++;
	state->has_begun = true;
}

bool adjacent_note_no_secrets(struct conn_state *state)
{
	if (state->record->server_port != XMPP_TLS_PORT)
		return false;
	state->observer->counts.adjacent.xmpp++;
	return true;
}

bool adjacent_note_request(struct conn_state *state, const struct http_head *head)
{
	if (!http_header(head, "BBF-Report-Format").p)
		return false;
	state->observer->counts.adjacent.bulk_data++;
	return true;
}

void adjacent_note_datagram(struct observer *observer, struct str payload)
{
	if (str_find(payload, STR("urn:broadband-forum-org:cwmp:lwnotif-"), NULL))
		observer->counts.adjacent.lightweight++;
}
