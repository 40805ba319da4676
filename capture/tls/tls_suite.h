/* The cipher suites whose records can be decrypted. */
#pragma once

#include <stdint.h>

enum tls_cipher_kind {
	TLS_AEAD_EXPLICIT, /* GCM, CCM of TLS 1.2: 8 bytes of nonce in each record */
	TLS_AEAD_COUNTER, /* ChaCha20 and all of TLS 1.3: nonce from the sequence number */
	TLS_CBC,
};

enum tls_algorithm {
	TLS_AES_128_GCM,
	TLS_AES_256_GCM,
	TLS_CHACHA20,
	TLS_AES_128_CCM,
	TLS_AES_256_CCM,
	TLS_AES_128_CBC,
	TLS_AES_256_CBC,
	TLS_3DES_CBC,
	TLS_ALGORITHMS
};

struct tls_suite {
	uint16_t id;
	const char *name; /* as IANA, without TLS_ */
	enum tls_cipher_kind kind;
	enum tls_algorithm algorithm;
	uint8_t tag_len;    /* AEAD */
	const char *mac;    /* CBC: digest of its HMAC; else null */
	const char *digest; /* of PRF (TLS 1.2) or HKDF */
};

/* Null when the suite is not known. */
const struct tls_suite *tls_suite_find(uint16_t id);
