/* One connection request by HTTP from the ACS's side (TR-069 A6 3.2.2.2), without sockets or
 * clock: a GET, a GET that answers the digest challenge, and what the CPE says to them. */
#pragma once

#include "agents/acs/reach/call_why.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/proto/http.h"
#include "lib/proto/http_auth.h"
#include "lib/proto/url.h"

enum {
	CALL_STALE_MAX = 2, /* fresh nonces that are taken after the first */
	CALL_CHALLENGE_MAX = 1024
};

enum call_next {
	CALL_SEND, /* acs_call_request() again, on this connection if it is still open */
	CALL_WAIT, /* accepted: a session is to come */
	CALL_FAIL  /* call->outcome and call->detail say why */
};

struct acs_call {
	enum call_outcome outcome; /* of CALL_FAIL */
	char detail[CALL_DETAIL_MAX];
	unsigned status; /* of the last response */
	struct url url;  /* views into url_text */
	/* the rest is private */
	char *url_text;  /* owned */
	char *challenge; /* owned: WWW-Authenticate of the last 401; null: none yet */
	char *authorization; /* owned: that went with the last request; null: none */
	const char *username, *password; /* borrowed; null: none */
	uint32_t nc;
	unsigned n_stale;
	auth_hash_fn *hash;
};

/* url is the ConnectionRequestURL, copied; username and password are borrowed for the
 * call's life, null: none are set. CALL_SEND, or CALL_FAIL for a URL that cannot be
 * called. The caller ends it with acs_call_end() in any case. */
enum call_next acs_call_begin(struct acs_call *call, struct str url,
    const char *username, const char *password, auth_hash_fn *hash);

/* Appends the next request. cnonce is fresh random text, for a digest. CALL_SEND, or
 * CALL_FAIL where the challenge cannot be answered. */
enum call_next acs_call_request(struct acs_call *call, struct str cnonce,
    struct buf *out);

/* Takes the response to it. */
enum call_next acs_call_response(struct acs_call *call, const struct http_head *head);

/* Safe to repeat. */
void acs_call_end(struct acs_call *call);
