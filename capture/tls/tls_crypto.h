/* The arithmetic of TLS for somebody who listens and has the secrets: key derivation of
 * TLS 1.0-1.2 (RFC 5246 5, 6.3) and 1.3 (RFC 8446 7.1-7.3), and opening of records. */
#pragma once

#include "capture/tls/tls_suite.h"
#include "lib/base/str.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>

enum {
	TLS_1_0 = 0x0301,
	TLS_1_1 = 0x0302,
	TLS_1_2 = 0x0303,
	TLS_1_3 = 0x0304,
	TLS_RECORD_MAX = (1 << 14) + 2048, /* body of a record, RFC 5246 6.2.3 */
	TLS_SECRET_MAX = 48,
	TLS_MAC_MAX = 48,
};

/* OpenSSL's algorithms; fetching them is slow, so each is fetched once, when it is
 * first needed. All null at first. */
struct tls_crypto {
	EVP_KDF *prf;
	EVP_MAC *hmac;
	EVP_CIPHER *ciphers[TLS_ALGORITHMS];
};

void tls_crypto_free(struct tls_crypto *crypto);

/* One direction under one key. Whoever makes the keys sets suite, version and is_etm
 * before; the rest is zero at first. */
struct tls_cipher {
	const struct tls_suite *suite;
	uint16_t version;
	bool is_etm;         /* RFC 7366: encrypt, then MAC */
	EVP_CIPHER_CTX *ctx; /* owned; null: no keys */
	EVP_MAC_CTX *mac;    /* owned; of CBC alone: keyed for the next record */
	uint64_t seq;        /* of the next record */
	uint8_t key[32], iv[16], mac_key[TLS_MAC_MAX];
	uint8_t secret[TLS_SECRET_MAX]; /* TLS 1.3: for key updates */
	uint8_t secret_len;
};

struct tls_randoms {
	uint8_t client[32], server[32];
};

/* Makes the keys of one direction from the master secret of TLS 1.2 and before. 0 or
 * ERR_TLS. */
int tls_cipher_from_master(struct tls_cipher *cipher, struct tls_crypto *crypto,
    const uint8_t master[48], const struct tls_randoms *randoms, bool is_client);

/* Keys from a traffic secret of TLS 1.3. 0 or ERR_TLS (also when its length does not fit
 * the suite). */
int tls_cipher_from_secret(struct tls_cipher *cipher, struct tls_crypto *crypto,
    const uint8_t *secret, size_t len);

/* Goes on to the next traffic secret (RFC 8446 7.2). 0 or ERR_TLS. */
int tls_cipher_update(struct tls_cipher *cipher, struct tls_crypto *crypto);

struct tls_record {
	uint8_t type;
	uint16_t version;
	const uint8_t *body;
	size_t len;
};

/* Decrypts a record with the number cipher->seq, which moves on. out has room for
 * TLS_RECORD_MAX bytes. *ret describes the plaintext in out (with its inner type in TLS
 * 1.3). ERR_TLS when key, number and bytes do not belong together: then the number has
 * not moved, but out may have been written to; or when a record of TLS 1.3 opens but
 * holds no type. */
int tls_cipher_open(struct tls_cipher *cipher, const struct tls_record *record,
    uint8_t *out, struct tls_record *ret);

/* Frees and overwrites all of it, suite and version too: it is all zero again. Safe to
 * repeat. */
void tls_cipher_clear(struct tls_cipher *cipher);
