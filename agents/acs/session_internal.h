/* The parts of a session. */
#pragma once

#include "agents/acs/session.h"

/* ---- session_base.c ------------------------------------------------------------------ */

extern const struct acs_answer acs_bad_request, acs_envelope, acs_nothing;
extern const struct acs_answer
    acs_released; /* nothing, and the session goes on behind it */

/* HoldRequests of an envelope that goes out, where the policy wants it. */
void acs_session_hold(const struct acs_session *session,
    struct cwmp_soap_header *header);

/* The session has failed: why, and the answer to that. */
struct acs_answer acs_session_fail(struct acs_session *session, const char *fmt, ...)
    ATTR_PRINTF(2, 3);

/* Moves it on; false, and nothing is done, where that is not allowed. */
bool acs_session_move(struct acs_session *session, enum acs_session_event event);

void acs_session_note(struct acs_session *session, const struct acs_note *note);

/* Tells the script, if there is one, of a message of the session's device. */
void acs_session_show(struct acs_session *session, bool from_acs,
    const struct cwmp_msg *msg);

/* Tells the owner of the session (config.changed) that its device has changed. */
void acs_session_changed(struct acs_session *session);

/* Whether the device of the Inform may be who has shown the certificate, if one was
 * shown. A certificate of another device is noted, whether it is refused or not. False:
 * the Inform is to be refused, the session has failed, and session->why says why. */
bool acs_session_takes_certificate(struct acs_session *session,
    const struct cwmp_msg *inform);

/* Notes what a request that goes out sets of how the CPE is called, and drops what was noted
 * before. */
void acs_session_ask_calls(struct acs_session *session, const struct cwmp_msg *request);

/* The answer has come: what was noted holds for the device from now on, unless it is a fault. */
void acs_session_take_calls(struct acs_session *session, const struct cwmp_msg *answer);

/* What a CPE says as it may be shown and kept: "***" where the words of a fault, or of a transfer
 * that failed, quote a secret that was sent to it. */
void acs_session_hide_secrets(const struct acs_session *session, struct cwmp_msg *msg);

/* Safe to repeat. */
void acs_session_forget_calls(struct acs_session *session);

/* ---- session_asks.c: our own requests ---------------------------------------------- */

/* Begins the rules that speak of the Inform. False: no memory. */
bool acs_session_begin_policy(struct acs_session *session,
    const struct cwmp_inform *inform);

/* The next request, or the empty answer that ends the session. */
struct acs_answer acs_session_go_on(struct acs_session *session, clock_ns now,
    struct buf *out);

/* The same on another connection than that of the request, which was a task's: it goes
 * out again. */
struct acs_answer acs_session_repeat(struct acs_session *session, clock_ns now,
    struct buf *out);

/* The CPE has sent an empty POST instead of the response: what is next goes out. */
struct acs_answer acs_session_pass_over(struct acs_session *session, clock_ns now,
    struct buf *out);

/* A response or a fault of the CPE, whose words are changed where they quote a secret. */
struct acs_answer acs_session_respond(struct acs_session *session, struct cwmp_msg *msg,
    clock_ns now, struct buf *out);
