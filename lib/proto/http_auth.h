/* Basic and Digest authentication (RFC 7617; RFC 7616 and 2617: MD5, MD5-sess, SHA-256,
 * qop=auth) as values. Hashes come in as a function, so that no cryptography library is
 * linked here; randomness comes in as text. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/str.h"
#include "lib/proto/http.h"

#include <stdbool.h>
#include <stdint.h>

enum auth_scheme {
	AUTH_NONE,
	AUTH_BASIC,
	AUTH_DIGEST
};
enum auth_algorithm {
	AUTH_MD5,
	AUTH_MD5_SESS,
	AUTH_SHA256,
	AUTH_SHA256_SESS
};
enum {
	AUTH_HASH_HEX_MAX = 65,
	AUTH_BASIC_BYTES_MAX =
	    1024 /* of Basic credentials that are looked at, decoded */
};

/* Writes the lower-case hex digest of bytes, terminated. 0, or ERR_UNSUPPORTED where this
 * machine has no such hash (a FIPS provider has no MD5); hex is not to be read then. */
typedef int auth_hash_fn(enum auth_algorithm algorithm, const void *bytes, size_t len,
    char hex[AUTH_HASH_HEX_MAX]);

struct auth_challenge { /* WWW-Authenticate */
	enum auth_scheme scheme;
	struct str realm, nonce, opaque;
	enum auth_algorithm algorithm;
	bool has_algorithm;
	bool has_qop;      /* the challenge lists qop */
	bool has_qop_auth; /* and "auth" is among them */
	bool is_stale;
};

struct auth_credentials { /* Authorization */
	enum auth_scheme scheme;
	struct str username; /* quoted-pairs are left as written */
	struct str realm, nonce, uri, response, cnonce, nc, qop, opaque;
	enum auth_algorithm algorithm;
	bool has_algorithm;
	struct str basic; /* Basic: the base64 text */
};

/* The n-th challenge of a response, from 0: a header may hold several with commas between
 * them, and there may be several headers (RFC 9110 11.6.1). False when there are no more. */
bool auth_challenge_nth(const struct http_head *head, size_t n, struct str *ret);

/* The views point into value. ERR_UNSUPPORTED for other schemes and algorithms,
 * ERR_MALFORMED with the offset otherwise. */
int auth_challenge_parse(struct auth_challenge *out, struct str value,
    struct error *err);
int auth_credentials_parse(struct auth_credentials *out, struct str value,
    struct error *err);

/* Appends the value of an Authorization header that answers the challenge. qop and nc
 * are sent only when the challenge offered qop (RFC 7616 3.4), cnonce also for a -sess
 * algorithm. nc counts from 1 for each nonce. ERR_UNSUPPORTED when the challenge wants
 * a qop other than "auth" or a hash that this machine has not, ERR_MALFORMED for a
 * username that cannot stand in quotes. */
int auth_answer(struct buf *out, const struct auth_challenge *challenge,
    struct str username, struct str password, struct str method, struct str uri,
    uint32_t nc, struct str cnonce, auth_hash_fn *hash, struct error *err);

/* Appends the value of a WWW-Authenticate header. */
void auth_challenge_write(struct buf *out, const struct auth_challenge *challenge);

/* The response that credentials of a digest with these fields should have. 0, or
 * ERR_UNSUPPORTED where this machine has not the hash. */
int auth_response(const struct auth_credentials *credentials, struct str password,
    struct str method, auth_hash_fn *hash, char hex[AUTH_HASH_HEX_MAX]);

/* "SHA-256-sess". */
const char *auth_algorithm_name(enum auth_algorithm algorithm);

/* Whether the credentials prove the password, by the algorithm and the qop that they
 * name. Whether these, realm, nonce, nc and uri are those of the challenge and the
 * request is for the caller to check. False where this machine has not the hash. Constant
 * time in the secret's bytes. */
bool auth_verify(const struct auth_credentials *credentials, struct str username,
    struct str password, struct str method, auth_hash_fn *hash);
