/* Shared by cpe_session.c and cpe_session_http.c. */
#pragma once

#include "agents/cpe/session/cpe_session.h"

/* Takes the body of a 200 response. */
enum session_next cpe_session_take_envelope(struct cpe_session *session,
    struct str body);

/* Takes an empty response. */
enum session_next cpe_session_take_nothing(struct cpe_session *session);

/* Moves on; an event that the state does not know ends the session. */
enum session_next cpe_session_enter(struct cpe_session *session,
    enum session_event event);

/* cpe_session_fail() with words, and SESSION_ABORT. */
enum session_next cpe_session_abort(struct cpe_session *session,
    enum failure_layer layer, const char *fmt, ...) ATTR_PRINTF(3, 4);

/* ---- cpe_session_show.c: who looks on ----------------------------------------------------- */

/* Tells the witness, if there is one, of a message; null: an empty one. */
void cpe_session_show(const struct cpe_session *session, bool from_acs,
    const struct cwmp_msg *msg);

/* Tells it of the request that goes out now, unless it has gone out before. */
void cpe_session_show_sent(struct cpe_session *session);

/* Forgets what one ACS alone may see again: its cookies and its challenge. */
void cpe_session_forget_peer(struct cpe_session *session);
