/* One TLS connection as somebody who listens follows it: records, handshake, keys as they
 * come into force, plaintext. The only thing outside that it asks is the key log.
 *
 * TLS 1.2:  plain --ChangeCipherSpec--> protected            (per direction)
 * TLS 1.3:  plain --ServerHello--> [early] handshake --Finished--> traffic --KeyUpdate-->
 *
 * Without a secret it passes through the same states, as far as they can be seen from
 * outside. After a gap a direction finds the next record by its header; with keys it then
 * tries which record number it has. */
#pragma once

#include "capture/stream/conn.h"
#include "capture/tls/keylog.h"
#include "capture/tls/tls_crypto.h"
#include "lib/base/buf.h"

enum tls_epoch {
	TLS_PLAIN,
	TLS_EARLY,     /* 1.3: early data of the client */
	TLS_HANDSHAKE, /* 1.3 */
	TLS_TRAFFIC,   /* 1.3: application traffic; 1.2: after ChangeCipherSpec */
};

/* What the session tells the stage above: events, plaintext, and how many bytes could
 * not be read, because they are missing or stay encrypted. No function may be null. */
struct tls_sink {
	void *user;
	void (*event)(void *user, const struct tls_event *event, enum direction from);
	void (*data)(void *user, enum direction from, struct str bytes);
	void (*unread)(void *user, enum direction from, uint64_t bytes);
};

struct tls_half {
	struct buf in;        /* a record that is not complete */
	struct buf handshake; /* a message that is not complete */
	enum tls_epoch epoch;
	struct tls_cipher cipher;
	bool has_keys; /* of the epoch */
	/* The keys are those of TLS_TRAFFIC, as the secret of the handshake is missing;
	 * records that they do not open are of the handshake and are left out. */
	bool is_trial;
	bool is_lost;   /* where records begin is not known */
	bool is_broken; /* what comes is not TLS any more, which was told */
	bool had_gap;
	bool finished_told;
	uint64_t skip;   /* bytes still to come of a record that a gap has cut */
	uint32_t unsure; /* how many records may be missing before the next */
};

struct tls_session {
	struct tls_half half[2]; /* by enum direction */
	bool has_client_hello, has_server_hello;
	bool offers_early_data, is_etm;
	bool has_early_answer;  /* the server said whether it takes early data */
	bool is_early_rejected; /* it does not: what the client sent early is void */
	bool no_secrets_told;
	bool has_certificate; /* the server showed one in this handshake */
	uint16_t version, suite_id;
	const struct tls_suite *suite;
	struct tls_randoms randoms;
};

/* What a session borrows for the time of a call. */
struct tls_context {
	struct tls_crypto *crypto;
	struct keylog *keylog;
	uint8_t *scratch; /* TLS_RECORD_MAX bytes for plaintext */
	const struct tls_sink *sink;
};

/* Null without memory. The caller frees it with tls_session_free(). */
struct tls_session *tls_session_new(void);
void tls_session_free(struct tls_session *session);

/* The next bytes of one direction. */
void tls_session_data(struct tls_session *session, const struct tls_context *context,
    enum direction from, struct str bytes);

/* So many bytes of one direction are missing here. */
void tls_session_gap(struct tls_session *session, const struct tls_context *context,
    enum direction from, uint64_t bytes);
