/* Shared by the files of the TLS session. */
#pragma once

#include "capture/tls/tls_session.h"

enum tls_record_type {
	TLS_CHANGE_CIPHER_SPEC = 20,
	TLS_ALERT_RECORD = 21,
	TLS_HANDSHAKE_RECORD = 22,
	TLS_APPLICATION_DATA = 23,
};

struct tls_call { /* a session and what it may use */
	struct tls_session *s;
	const struct tls_context *x;
};

static inline void tls_tell(const struct tls_call *c, enum direction from,
    struct tls_event event)
{
	c->x->sink->event(c->x->sink->user, &event, from);
}

/* Takes handshake bytes, plain or decrypted, and acts on the messages that are whole. */
void tls_handshake_bytes(const struct tls_call *c, enum direction from,
    struct str bytes);

/* The direction enters an epoch: its keys come into force, or TLS_NO_SECRETS is told. */
void tls_enter(const struct tls_call *c, enum direction from, enum tls_epoch epoch);
