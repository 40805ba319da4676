/* Hashes of HTTP authentication on OpenSSL, and the nonces that a server handed out. */
#pragma once

#include "lib/base/clock.h"
#include "lib/base/list.h"
#include "lib/base/map.h"
#include "lib/proto/http_auth.h"
#include "lib/proto/stun.h"

/* An auth_hash_fn. */
int digest_hash(enum auth_algorithm algorithm, const void *bytes, size_t len,
    char hex[AUTH_HASH_HEX_MAX]);

/* An hmac_sha1_fn. */
int digest_hmac_sha1(struct str key, const void *bytes, size_t len,
    uint8_t ret[STUN_SHA1_BYTES]);

/* SHA-1, for names that are made of it (RFC 4122 4.3). 0, or ERR_UNSUPPORTED where this machine
 * has no such hash. */
int digest_sha1(const void *bytes, size_t len, uint8_t ret[STUN_SHA1_BYTES]);

/* SHA-256 of bytes that come in pieces. */
struct digest;

/* Null without memory, or where this machine has no such hash. */
struct digest *digest_begin(void);
void digest_add(struct digest *digest, const void *bytes, size_t len);
/* Writes it in lower-case hex, terminated; "" where the hash has failed. No byte may be
 * added after it. */
void digest_end(struct digest *digest, char hex[AUTH_HASH_HEX_MAX]);
/* Null is fine. */
void digest_free(struct digest *digest);

enum {
	NONCE_LEN = 32,
	NONCES_MAX = 65536
};

/* n random bytes (64 at most) as 2n hex digits, terminated: text has room for 2n + 1
 * bytes. For nonces, cnonces and cookies. Ends the process when there is no
 * randomness. */
void digest_random_hex(char *text, size_t n);

enum {
	DIGEST_DRAWN_BYTES = 1024
};

/* Random bytes that were drawn for many at once, since asking for a few costs as much. Zero is
 * one that is empty. Nothing of it is handed out twice; a process that forks must not go on with
 * one on both sides. */
struct digest_chance {
	uint8_t bytes[DIGEST_DRAWN_BYTES];
	size_t left;
};

/* The same as digest_random_hex(), for who asks often. */
void digest_chance_hex(struct digest_chance *chance, char *text, size_t n);

struct nonce {
	struct list link; /* oldest first */
	char text[NONCE_LEN + 1];
	clock_ns issued;
	uint32_t last_nc; /* 0: not used yet */
};

/* Nonces outlive connections, since some CPEs open a new one after the 401. */
struct nonce_store {
	struct map by_text; /* the server draws the nonces, so it needs no seed */
	struct list by_age;
	clock_ns lifetime;
};

enum nonce_verdict {
	NONCE_GOOD,
	NONCE_STALE, /* unknown or too old: a new challenge with stale=true */
	NONCE_REPLAYED, /* nc did not grow (RFC 7616 3.4), or a nonce without nc came again */
};

void nonce_store_init(struct nonce_store *store, clock_ns lifetime);
void nonce_store_free(struct nonce_store *store);

/* A fresh one, owned by the store and valid until the next call. Forgets those that are
 * too old, and the oldest when NONCES_MAX are there. Null without memory. */
const char *nonce_issue(struct nonce_store *store, clock_ns now);

/* The same with randomness of the caller's: NONCE_LEN characters that no other has. */
const char *nonce_add(struct nonce_store *store, struct str text, clock_ns now);

/* nc is the client's count, which has to be greater than that of the last call that was
 * good. An empty one (a digest without qop) is good once, for a nonce that no call was good
 * for before: such a digest covers neither a count nor the body, so whoever saw it could
 * send it again with a body of his own. Only for credentials that prove the password: a
 * stranger could use up the counts. */
enum nonce_verdict nonce_check(struct nonce_store *store, struct str nonce,
    struct str nc, clock_ns now);
