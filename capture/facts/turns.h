/* A session as turns: in each the CPE sends one POST and the ACS one answer. */
#pragma once

#include "capture/facts/rule.h"

/* The ACS's request that the POST of turn i has to answer: the answer of the turn before, if
 * it is a request; else null. */
static inline const struct http_record *turn_pending(const struct session_record
							 *session,
    size_t i)
{
	const struct http_record *answer = i > 0 ? session->turns[i - 1].answer : NULL;

	return answer && answer->on == ON_ACS_REQUEST ? answer : NULL;
}

/* What a rule makes of one turn: asked as of turn_pending(), the CPE's post, and the ACS's
 * answer to it, or null. */
typedef enum rule_verdict turn_check_fn(struct whole *view,
    const struct http_record *asked, const struct http_record *post,
    const struct http_record *answer);

/* Asks check of every turn of view->session: BROKEN where one breaks the rule, else the last
 * verdict that is not SILENT. */
enum rule_verdict turns_judge(struct whole *view, turn_check_fn *check);

/* Whether the Inform is of an older CWMP than its InformResponse. An ACS of an older version
 * answers in the namespace that it knows; one newer than the CPE's the CPE need not know, unless
 * it has offered versions (TR-069 A6 3.5, SupportedCWMPVersions). */
bool inform_is_too_old(const struct http_record *response);

static inline const struct turn *turn_last(const struct session_record *session)
{
	return session->n_turns > 0 ? &session->turns[session->n_turns - 1] : NULL;
}

/* A session has one connection at least. */
static inline const struct conn_record *session_last_conn(
    const struct session_record *session)
{
	return session->conns.items[session->conns.len - 1];
}

/* The frame by which the CPE closed the session's last connection, FIN or RST; number 0 where
 * the capture shows none. */
static inline struct frame_ref session_cpe_closed(const struct session_record *session)
{
	const struct conn_record *conn = session_last_conn(session);

	if (conn->tcp.rst.number > 0 && conn->tcp.rst_from == FROM_CLIENT &&
	    conn->tcp.client_fin.number == 0)
		return conn->tcp.rst;
	return conn->tcp.client_fin;
}

/* The same of the ACS. */
static inline struct frame_ref session_acs_closed(const struct session_record *session)
{
	const struct conn_record *conn = session_last_conn(session);

	if (conn->tcp.rst.number > 0 && conn->tcp.rst_from == FROM_SERVER &&
	    conn->tcp.server_fin.number == 0)
		return conn->tcp.rst;
	return conn->tcp.server_fin;
}

/* Whether the ACS was the first to close the session's last connection. */
static inline bool session_acs_closed_first(const struct session_record *session)
{
	unsigned flags = session_last_conn(session)->flags;
	struct frame_ref cpe = session_cpe_closed(session);
	struct frame_ref acs = session_acs_closed(session);

	if (flags & (CONN_CLIENT_FIN_MISSED | CONN_SERVER_FIN_MISSED))
		return flags & CONN_SERVER_FIN_MISSED;
	return acs.number > 0 && (cpe.number == 0 || acs.number < cpe.number);
}
