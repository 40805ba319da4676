/* TLS settings that many connections share. Verification is on unless there is nothing to
 * verify with; then every certificate is refused, never accepted. */
#pragma once

#include "lib/base/cleanup.h"
#include "lib/base/error.h"

#include <stdbool.h>

struct ssl_ctx_st;

enum tls_protocol {
	TLS_PROTOCOL_1_2,
	TLS_PROTOCOL_1_3
};

enum tls_asks { /* whether a server asks its clients for a certificate */
	TLS_ASKS_NOBODY,
	TLS_ASKS_REQUEST, /* who sends none is let in, who sends a bad one is not */
	TLS_ASKS_REQUIRE
};

struct tls_config {
	bool is_server;
	/* Server: PEM chain. Client: its own certificates (tls_own.h); null: it has none. */
	const char *certificate;
	const char *key; /* PEM, of the same */
	/* PEM of CAs, or "system" for those of OpenSSL's default paths; null: none, all are
	 * refused. Of a server only where it asks: those of its clients. */
	const char *trust;
	/* PEM of CRLs, one of each CA of a chain; null: none. As trust. */
	const char *crl;
	enum tls_asks asks; /* server */
	/* Client: takes the common name of a certificate without DNS names, with a warning
	 * (RFC 6125 6.4.4); else it counts for nothing (RFC 9525 6.3). */
	bool takes_common_name;
	/* Server: hands out tickets. Client: keeps them where a stream has a tls_memory. */
	bool resumes;
	enum tls_protocol min, max;
	const char *keylog; /* NSS key log to append to, or null */
};

struct tls_own;

struct tls_ctx {
	struct ssl_ctx_st *ssl_ctx;
	struct tls_own *own; /* owned: a client's; null: it has no certificate */
	enum tls_asks asks;
	int keylog_fd; /* -1: none */
	bool takes_common_name;
	bool has_warned; /* that one was taken; said once */
};

/* The key log, open to append to; ERR_USAGE or ERR_MACHINE with the words of why it cannot be
 * written. */
int tls_keylog_open(const char *path, struct error *err);

/* ERR_TLS with OpenSSL's words and the file, for a CRL also when it has expired or
 * comes from no trusted CA; for the key log as tls_keylog_open(); -ENOMEM. The caller
 * frees *ret, after all streams that use it. */
int tls_ctx_new(struct tls_ctx **ret, const struct tls_config *config,
    struct error *err);
void tls_ctx_free(struct tls_ctx *ctx);
DEFINE_CLEANUP(struct tls_ctx *, tls_ctx_free)
