/* One attempt at a sequence: where the walk along the records of a CPE stands, and what it
 * does at each kind of step. sequence_check.c walks; attempt_udp.c, attempt_tcp.c and
 * attempt_message.c look for steps; attempt_why.c explains those that failed. */
#pragma once

#include "capture/rules/rule.h"
#include "capture/sequence/sequence_check.h"

struct url;

enum {
	ATTEMPT_VARS_MAX = 16
};

/* What all attempts share of one step: what one looked for in vain need no other look for. */
struct attempt_search {
	uint32_t
	    *next; /* owned; by connection the first from there on that may hold the
			   step; null: not made yet */
	bool has_missed; /* no session fits from that connection on, */
	size_t missed_from;
	uint64_t missed_at;   /* after that frame, */
	struct str missed_to; /* that leads there */
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

/* Keeps value (which must live as long as the observer) as "$name". */
void attempt_keep(struct attempt *attempt, const char *name, struct str value);

/* What "$name", or plain text, stands for; a null view while it is not known. */
struct str attempt_value(const struct attempt *attempt, const char *text);

/* Whether both are the same text or the same URL: "http://a/x" is "http://A:80/x". */
bool attempt_same(struct str a, struct str b);

/* The URL of the step's "to"; false while it is not known. */
bool attempt_target(const struct attempt *attempt, const struct sequence_step *step,
    struct url *url);

/* The present step holds, seen on these frames; or does not apply. Both return true. */
bool attempt_pass(struct attempt *attempt, struct frame_ref first,
    struct frame_ref last);
bool attempt_skip(struct attempt *attempt, const char *why);

/* The last look-up of host before frame, or the first one at all; null: none. Of its
 * addresses of that family or, for ADDRESS_NONE, of both: then one that has no answer does
 * not hide the one of the other family that has. */
const struct dns_exchange *attempt_find_look_up(const struct attempt *attempt,
    struct str host, enum address_family family, uint64_t before);

/* ---- steps: true when they hold, otherwise failed with a reason, or not judged ------ */

bool attempt_see_lease(struct attempt *attempt, const struct sequence_step *step);
bool attempt_see_look_up(struct attempt *attempt, const struct sequence_step *step);
bool attempt_see_open(struct attempt *attempt, const struct sequence_step *step);
bool attempt_see_tls(struct attempt *attempt, const struct sequence_step *step);
bool attempt_see_close(struct attempt *attempt, const struct sequence_step *step);
bool attempt_see_message(struct attempt *attempt, const struct sequence_step *step);

bool attempt_see_session(struct attempt *attempt, const struct sequence_step *step);
bool attempt_see_call(struct attempt *attempt, const struct sequence_step *step);
bool attempt_see_transfer(struct attempt *attempt, const struct sequence_step *step);

/* Whether what the step says is seen between the frames, both left out; then it fails. */
bool attempt_sees_never(struct attempt *attempt, const struct sequence_step *step,
    uint64_t from, uint64_t to);

/* ---- shared by steps ----------------------------------------------------------------- */

/* Whether the connection goes where the URL says, as far as the capture tells. */
bool attempt_leads_to(const struct attempt *attempt, const struct conn_record *conn,
    const struct url *url);
bool attempt_has_events(const struct sequence_step *step,
    const struct http_record *message);
bool attempt_is_message(const struct http_record *message, const char *wanted);
/* Events, parameter, Status: what else the step asks of the message; fails with why. */
bool attempt_check_message(struct attempt *attempt, const struct sequence_step *step,
    const struct http_record *message);
/* "$session_url" is where this request goes. */
void attempt_keep_url(struct attempt *attempt, const struct http_record *request);

/* ---- reasons (attempt_why.c) -------------------------------------------------------- */

/* Fails the present step at frame. */
void attempt_fail(struct attempt *attempt, const char *layer, struct frame_ref frame,
    const char *fmt, ...) ATTR_PRINTF(4, 5);

/* Why the CPE's request, or the ACS's response, that was due did not come. */
void attempt_fail_missing(struct attempt *attempt, const char *wanted, bool from_acs);

/* Why the TLS handshake of the connection did not come to its end. */
void attempt_fail_tls(struct attempt *attempt);

/* Why the TCP connection did not open. */
void attempt_fail_open(struct attempt *attempt);

/* Why the response is none that goes on: a status, half a body, no SOAP. False when the
 * response is well in itself. */
bool attempt_fail_response(struct attempt *attempt, const struct http_record *response);
