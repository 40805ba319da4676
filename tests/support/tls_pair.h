/* A TLS connection of OpenSSL with itself in memory: how both ends are set up, what they
 * say, and every byte that went over the wire, in order, for a listener. */
#pragma once

#include "capture/stream/conn.h"
#include "lib/base/buf.h"

#include <openssl/ssl.h>

enum {
	TLS_CHUNKS_MAX = 512
};

struct tls_chunk { /* what one end wrote at a time */
	bool from_client;
	size_t at, len; /* in bytes */
};

struct tls_wire {
	SSL *client, *server; /* while they talk */
	struct buf bytes;
	struct tls_chunk chunks[TLS_CHUNKS_MAX];
	size_t n_chunks;
	struct buf keys;    /* NSS key log */
	struct buf sent[2]; /* plaintext that counts, by enum direction */
};

struct tls_script { /* how both ends are set up and what they say */
	const char *name;
	int version;         /* of both; 0: TLS 1.3 */
	const char *ciphers; /* of 1.2 and before, or of 1.3 */
	uint64_t options;    /* of both ends */
	uint64_t without;    /* the same, cleared */
	bool is_rsa;
	bool wants_certificate; /* of the client */
	const char *server_groups;
	long fragment; /* largest record of both, 0: as large as can be */
	void (*talk)(struct tls_wire *wire);
	bool resumes;        /* a connection before this one gave a session */
	bool has_early_data; /* the request comes before the handshake is over */
	bool rejects;        /* but the server does not take it */
	const char *suite;   /* as the listener must name it */
};

/* What the ends may say (talk of struct tls_script). */

/* A request and its answer. */
void tls_ask_and_answer(struct tls_wire *wire);

/* A request, an answer of 40,000 bytes, and another request. */
void tls_answer_at_length(struct tls_wire *wire);

/* Three requests with their answers; before the second the client renegotiates, before the
 * third the server does (TLS 1.2). */
void tls_renegotiate(struct tls_wire *wire);

/* The same with key updates (TLS 1.3). */
void tls_update_keys(struct tls_wire *wire);

/* Makes the connection of a script, from its first byte to its last; where the script
 * resumes, it is the second of two. Asserts (cmocka) that OpenSSL does what the script says.
 * The caller frees the result; its client and server are gone already. */
struct tls_wire *tls_wire_record(const struct tls_script *script);
void tls_wire_free(struct tls_wire *wire);
