/* Whether a digest is what was asked for, and, where it is not, which of its fields are
 * wrong: both ends of a connection request tell it in these words. Values only. */
#pragma once

#include "lib/proto/http_auth.h"

struct digest_wanted { /* all of it borrowed */
	struct str realm, uri, method;
	struct str username, password;
	enum auth_algorithm algorithm;
	bool has_qop; /* qop "auth" was offered */
};

/* Whether the credentials are those: of the scheme, algorithm and qop that were asked for
 * (one that was not offered may be weaker, or leave the count out of the hash, RFC 7616
 * 3.4; no qop at all is RFC 2069's, and let pass), and by the one who knows the password.
 * If not, why (of size) names each wrong field with what was expected and what came. Of a
 * response it shows the first digits: all of them would be the credentials. */
bool digest_is_as_wanted(const struct digest_wanted *wanted,
    const struct auth_credentials *credentials, auth_hash_fn *hash, char *why,
    size_t size);

/* Appends "; name: expected "A", received "B"" to why where the two differ, without the
 * first "; " where why is empty. Returns whether they are the same. */
bool digest_field_is(char *why, size_t size, const char *name, struct str expected,
    struct str received);

/* "5f3a9c21...", the start of a response. */
enum {
	DIGEST_START_MAX = 12
};
char *digest_start(struct str response, char text[DIGEST_START_MAX]);
