/* The TLS side of one stream: the check of the peer's name and certificate, and why it
 * failed in words that a person can act on. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct ssl_st;
struct tls_ctx;
struct tls_memory;

enum {
	TLS_PEER_WHY_MAX = 200,
	TLS_PEER_NAME_MAX = 256
};

struct tls_peer {
	char name[TLS_PEER_NAME_MAX]; /* of a client: the server's; else "" */
	char why[TLS_PEER_WHY_MAX];   /* the verdict on the certificate; "": none yet */
	bool is_address;              /* the name is one */
	bool takes_common_name;       /* of a certificate without DNS names */
	struct tls_memory *memory;    /* of a client that resumes; null: it does not */
};

/* A session on fd, which stays the caller's; its app data is peer, which must outlive
 * it, as must ctx. name: of a client, the server's; a server gives null. memory may be null;
 * it must outlive the session, too. Null without
 * memory or when name cannot be used. The caller frees it with SSL_free(). */
struct ssl_st *tls_peer_new(struct tls_peer *peer, struct tls_ctx *ctx, int fd,
    bool is_server, const char *name, struct tls_memory *memory);

/* Why the handshake or the stream failed; empties OpenSSL's error queue. */
void tls_peer_why(const struct tls_peer *peer, char *why, size_t size);
