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

struct tls_config {
	bool is_server;
	const char *certificate; /* server: PEM chain */
	const char *key;         /* server: PEM */
	const char *trust;       /* client: PEM of CAs; null: none, all are refused */
	enum tls_protocol min, max;
	const char *keylog; /* NSS key log to append to, or null */
};

struct tls_ctx {
	struct ssl_ctx_st *ssl_ctx;
	int keylog_fd; /* -1: none */
};

/* ERR_TLS with OpenSSL's words and the file; -errno for the key log, -ENOMEM. The
 * caller frees *ret, after all streams that use it. */
int tls_ctx_new(struct tls_ctx **ret, const struct tls_config *config,
    struct error *err);
void tls_ctx_free(struct tls_ctx *ctx);
DEFINE_CLEANUP(struct tls_ctx *, tls_ctx_free)

/* The oldest words in OpenSSL's queue of this thread, which is emptied; "" when empty. */
void tls_error_text(char *text, size_t size);
