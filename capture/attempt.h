/* One attempt at a sequence: where the walk along the records of a CPE stands. Shared by
 * sequence_check.c and sequence_why.c. */
#pragma once

#include "capture/sequence_check.h"

enum {
	ATTEMPT_VARS_MAX = 16
};

struct attempt {
	struct observer *observer;
	const struct cpe_record *cpe;
	size_t conn_index; /* of conn in the CPE's; where the next open is looked for */
	const struct conn_record *conn; /* null: none yet */
	size_t message;                 /* of conn: the next to be looked at */
	struct attempt_var {
		const char *name;
		struct str value;
	} vars[ATTEMPT_VARS_MAX];
	size_t n_vars;
	struct step_result *result; /* of the present step */
	const char
	    *not_judged; /* why the present step cannot be judged; null: it can */
};

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
