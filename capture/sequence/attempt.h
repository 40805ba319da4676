/* One attempt at a sequence: where the walk along the records of a CPE stands, and what it
 * does at each kind of step. sequence_check.c walks; attempt_lease.c, attempt_tcp.c,
 * attempt_message.c and attempt_session.c look for steps; attempt_why.c explains those that
 * failed. */
#pragma once

#include "capture/facts/rule.h"
#include "capture/sequence/sequence_check.h"

struct url;
struct why;

enum {
	/* One a step at most ("as: NAME"), and $acs_url and $session_url. */
	ATTEMPT_VARS_MAX = SEQUENCE_STEPS_MAX + 2
};

/* What all attempts remember of their searches for one step, so that a later attempt does not
 * search again where an earlier one found nothing. */
struct attempt_search {
	/* For each connection the first one from there on that may hold the step; owned;
	 * null: not made yet. */
	uint32_t *next;
	/* Whether a search found that no session to missed_to fits, from connection
	 * missed_from on and after frame missed_at. */
	bool has_missed;
	size_t missed_from;
	uint64_t missed_at;
	struct str missed_to;
};

struct attempt {
	struct observer *observer;
	const struct cpe_record *cpe;
	size_t conn_index; /* of conn in the CPE's; where the next open is looked for */
	const struct conn_record *conn; /* null: none yet */
	size_t message;                 /* of conn: the next to be looked at */
	size_t call_index;              /* where the next call is looked for */
	struct frame_ref at;            /* of the last step that held; number 0: none */
	struct attempt_var {
		const char *name;
		struct str value;
	} vars[ATTEMPT_VARS_MAX];
	size_t n_vars;
	struct step_result *result;    /* of the present step */
	struct attempt_search *search; /* of the present step */
	const char *not_judged; /* why this step cannot be judged; null: it can */
};

/* ---- values and results (attempt.c) ------------------------------------------------ */

/* Keeps value as "$name", in place of what was kept so before; both must live as long
 * as the attempt. */
void attempt_keep(struct attempt *attempt, const char *name, struct str value);

/* What "$name", or plain text, stands for; a null view while it is not known. */
struct str attempt_value(const struct attempt *attempt, const char *text);

/* The URL of the step's "to", which borrows from what is kept; false while it is not
 * known, or where it is no URL. */
bool attempt_target(const struct attempt *attempt, const struct sequence_step *step,
    struct url *url);

/* Notes that the present step holds and was seen on these frames, or that it does not
 * apply; why is kept as it is, no copy of it. Both return true. */
bool attempt_pass(struct attempt *attempt, struct frame_ref first,
    struct frame_ref last);
bool attempt_skip(struct attempt *attempt, const char *why);

/* The CPE's last look-up of host before that frame, else its first one; null: none. Of
 * addresses of that family or, for ADDRESS_NONE, of either; then a look-up with an answer is
 * preferred to one of the other family without. */
const struct dns_exchange *attempt_find_look_up(const struct attempt *attempt,
    struct str host, enum address_family family, uint64_t before);

/* ---- steps: true when the step holds; else it has failed with a reason, or not_judged
 * says why nobody can tell ------------------------------------------------------------- */

bool attempt_see_lease(struct attempt *attempt, const struct sequence_step *step);
bool attempt_see_look_up(struct attempt *attempt, const struct sequence_step *step);
bool attempt_see_open(struct attempt *attempt, const struct sequence_step *step);
bool attempt_see_tls(struct attempt *attempt, const struct sequence_step *step);
bool attempt_see_close(struct attempt *attempt, const struct sequence_step *step);
bool attempt_see_message(struct attempt *attempt, const struct sequence_step *step);

bool attempt_see_session(struct attempt *attempt, const struct sequence_step *step);
bool attempt_see_call(struct attempt *attempt, const struct sequence_step *step);
bool attempt_see_transfer(struct attempt *attempt, const struct sequence_step *step);

/* Whether what must never be is seen after frame from and before frame to; then the step has
 * failed. */
bool attempt_sees_never(struct attempt *attempt, const struct sequence_step *step,
    uint64_t from, uint64_t to);

/* ---- shared by steps ----------------------------------------------------------------- */

/* Whether the connection goes where the URL says, as far as the capture tells. */
bool attempt_leads_to(const struct attempt *attempt, const struct conn_record *conn,
    const struct url *url);
/* Whether the Inform has all events that the step asks for. */
bool attempt_has_events(const struct sequence_step *step,
    const struct http_record *message);
/* Whether it is the envelope of that name or, for "empty", a request, or a response 200
 * or 204, without a body. */
bool attempt_is_message(const struct http_record *message, const char *wanted);
/* Whether the message has what else the step asks for: events, parameter, Status. Else
 * the step has failed with the reason. Keeps the parameter's value under the step's
 * "as". */
bool attempt_check_message(struct attempt *attempt, const struct sequence_step *step,
    const struct http_record *message);
/* Keeps, as "$session_url", where this request goes. */
void attempt_keep_url(struct attempt *attempt, const struct http_record *request);

/* ---- reasons (attempt_why.c) -------------------------------------------------------- */

/* Notes that the present step has failed at frame; the text, of which secrets are taken
 * out and 399 bytes are kept, says why. layer is kept as it is, no copy of it. */
void attempt_fail(struct attempt *attempt, const char *layer, struct frame_ref frame,
    const char *fmt, ...) ATTR_PRINTF(4, 5);

/* The same, with the layer, frame and text of a failure. */
void attempt_fail_as(struct attempt *attempt, const struct why *why);

/* The same, with the reason why the CPE's request or the ACS's response did not come. */
void attempt_fail_missing(struct attempt *attempt, const char *wanted, bool from_acs);

/* The same, with the reason why the TLS handshake of the connection was not completed. */
void attempt_fail_tls(struct attempt *attempt);

/* The same, with the reason why the TCP connection did not open. */
void attempt_fail_open(struct attempt *attempt);

/* The same where the response itself is the reason: its status, a body that is cut, or no
 * SOAP. False, and nothing is noted, when the response is as it should be. */
bool attempt_fail_response(struct attempt *attempt, const struct http_record *response);
