/* Who may talk to the ACS: HTTP authentication of a POST (TR-069 A6 3.4.5), without
 * sockets or clock. */
#pragma once

#include "agents/common/digest.h"
#include "lib/base/buf.h"
#include "lib/proto/http.h"

enum acs_auth_scheme {
	ACS_SCHEME_NONE,
	ACS_SCHEME_BASIC, /* without TLS against TR-069 A6 3.4.4, where it is asked for */
	ACS_SCHEME_DIGEST
};

enum {
	ACS_NONCE_LIFETIME_S = 300
};

struct acs_gate {
	enum acs_auth_scheme scheme;
	enum auth_algorithm algorithm; /* that digest challenges name */
	struct str username, password; /* borrowed */
	struct nonce_store nonces;
};

enum acs_auth_verdict {
	ACS_AUTH_GOOD,
	ACS_AUTH_MISSING, /* no credentials came */
	ACS_AUTH_STALE, /* right, but with a nonce that is too old or was used before */
	ACS_AUTH_WRONG /* another password, or another scheme, algorithm or qop than offered */
};

/* username and password are borrowed; they and algorithm count by scheme. */
void acs_gate_init(struct acs_gate *gate, enum acs_auth_scheme scheme,
    enum auth_algorithm algorithm, struct str username, struct str password);
void acs_gate_free(struct acs_gate *gate);

/* The verdict on a request of this head at now (monotonic), without side effects but
 * that a digest's count is used up. ACS_AUTH_GOOD where no scheme is set. */
enum acs_auth_verdict acs_gate_check(struct acs_gate *gate,
    const struct http_head *head, clock_ns now);

/* The same for another username and password than the gate's own. */
enum acs_auth_verdict acs_gate_check_as(struct acs_gate *gate,
    const struct http_head *head, struct str username, struct str password,
    clock_ns now);

/* Why the head was not let in, in words: verdict is what it got, not ACS_AUTH_GOOD. Credentials
 * of another scheme than the gate asks for are named as such, and a digest of another uri. */
const char *acs_gate_why(const struct acs_gate *gate, const struct http_head *head,
    enum acs_auth_verdict verdict);

/* Appends the WWW-Authenticate header that goes with a 401; that of digest has a fresh
 * nonce. */
void acs_gate_challenge(struct acs_gate *gate, bool is_stale, clock_ns now,
    struct buf *out);
