/* Shared by session.c and session_http.c. */
#pragma once

#include "agents/cpe/session/session.h"

/* Takes the body of a 200 response. */
enum session_next cpe_session_take_envelope(struct session *session, struct str body);

/* Takes an empty response. */
enum session_next cpe_session_take_nothing(struct session *session);

/* Moves on; an event that the state does not know ends the session. */
enum session_next cpe_session_enter(struct session *session, enum session_event event);

/* cpe_session_fail() with words, and SESSION_ABORT. */
enum session_next cpe_session_abort(struct session *session, enum failure_layer layer,
    const char *fmt, ...) ATTR_PRINTF(3, 4);
