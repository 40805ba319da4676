/* What a session waits for, and whether anything else of it can come. */
#include "capture/observe/observe_internal.h"

const struct http_record *session_last(const struct session_record *session)
{
	return session->messages.len > 0
		   ? session->messages.items[session->messages.len - 1]
		   : NULL;
}

/* Whether the answer leaves the CPE something to do: TR-069 A6 3.4.6 and 3.7.2.1 end a session
 * with any other status than success, a challenge or a redirect. */
static bool invites(const struct session_record *session,
    const struct http_record *answer)
{
	bool has_begun =
	    session->has_inform_response || !(session->shown & SHOWN_START);

	switch (answer->on) {
	case ON_ACS_CHALLENGE:
	case ON_ACS_REDIRECT:
	case ON_INFORM_RESPONSE:
	case ON_ACS_REQUEST:
	case ON_ACS_RESPONSE:
		return true;
	case ON_ACS_FAULT:
		return has_begun || answer->envelope.fault_code == 8005;
	case ON_ACS_EMPTY:
		return has_begun;
	default:
		return answer->body.is_soap_like || answer->body.is_cut;
	}
}

/* The request that is still to be answered, or null. Interim answers (1xx) are none. */
static const struct http_record *unanswered(const struct http_record *last)
{
	if (last->is_request)
		return last;
	return last->head.status / 100 == 1 ? last->links.answers : NULL;
}

bool session_is_probe(const struct session_record *session)
{
	const struct http_record *first =
	    session->messages.len > 0 ? session->messages.items[0] : NULL;
	const struct http_record *last = session_last(session);

	return first && first->on == ON_CPE_EMPTY && !first->head.cookie &&
	       session->n_envelopes == 0 && last->on == ON_ACS_CHALLENGE;
}

bool session_may_go_on(const struct session_record *session)
{
	const struct http_record *last = session_last(session), *asked;

	if (session->outcome == SESSION_COMPLETE)
		return false;
	if (session->n_envelopes == 0)
		return session_is_probe(session);
	/* It has given up this one where it informed anew. */
	if (session->device && session->device->latest &&
	    session->device->latest != session)
		return false;
	if (!(session->shown & SHOWN_WHOLE) || !last)
		return true;
	asked = unanswered(last);
	/* An HTTP client may send once more what a connection that was kept open lost, but an
	 * Inform that comes again is that of another session. */
	return asked ? asked->on != ON_INFORM : invites(session, last);
}

struct str cookie_key(char room[COOKIE_KEY_MAX], const struct address *client,
    struct str pair)
{
	pair = str_trim(pair);
	/* A value that was starred before it was pasted tells nothing apart. */
	if (pair.len == 0 || str_ends(pair, STR("=***")) ||
	    pair.len > COOKIE_KEY_MAX - sizeof(client->bytes))
		return STR_NULL;
	memcpy(room, client->bytes, sizeof(client->bytes));
	memcpy(room + sizeof(client->bytes), pair.p, pair.len);
	return str_make(room, sizeof(client->bytes) + pair.len);
}

struct session_record *session_of_cookie(const struct conn_state *state,
    struct str pair)
{
	char room[COOKIE_KEY_MAX];
	struct str key = cookie_key(room, &state->conn->client, pair);

	return key.len > 0 ? map_get(&state->observer->index.by_cookie, key) : NULL;
}

static struct str next_cookie(struct str *list)
{
	return str_trim(str_cut(*list, ';', list));
}

static bool has_cookie(struct str list, struct str pair)
{
	while (list.len > 0) {
		if (str_eq(next_cookie(&list), pair))
			return true;
	}
	return false;
}

const struct session_record *cookie_owner(const struct conn_state *state,
    const char *cookies)
{
	struct str list = str_of(cookies);

	while (list.len > 0) {
		const struct session_record *session =
		    session_of_cookie(state, next_cookie(&list));

		if (session && !session->shares_cookie)
			return session;
	}
	return NULL;
}

bool cookies_lack(const struct conn_state *state, const char *had, const char *has,
    const struct session_record *front)
{
	struct str list = str_of(had);

	while (list.len > 0) {
		struct str pair = next_cookie(&list);
		const struct session_record *session =
		    has_cookie(str_of(has), pair) ? NULL
						  : session_of_cookie(state, pair);

		if (session && (!front || session->relay_of != front->start.number))
			return true;
	}
	return false;
}
