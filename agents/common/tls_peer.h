/* The TLS side of one stream: the check of the peer's name and certificate, and why it
 * failed in words that a person can act on. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct ssl_st;
struct stream_tls;
struct tls_memory;
struct tls_own_certificate;

enum {
	TLS_PEER_WHY_MAX = 200,
	TLS_PEER_NAME_MAX = 256
};

struct tls_peer {
	char name[TLS_PEER_NAME_MAX]; /* of a client: the server's; else "" */
	char why[TLS_PEER_WHY_MAX];   /* the verdict on the certificate; "": none yet */
	bool is_address;              /* the name is one */
	bool takes_common_name;       /* of a certificate without DNS names */
	bool is_asked;                /* a client, by its server, for a certificate */
	struct tls_memory *memory;    /* of a client that resumes; null: it does not */
	const struct tls_own_certificate *own; /* of a client; null: it has none */
};

/* A session on fd, which stays the caller's; its app data is peer, which must outlive
 * it, as must what tls points to but for its strings. Of a server tls has the context alone.
 * Null without memory or when the name in it cannot be used. The caller frees it with
 * SSL_free(). */
struct ssl_st *tls_peer_new(struct tls_peer *peer, const struct stream_tls *tls, int fd,
    bool is_server);

/* The common name of the certificate that the other end has shown, as UTF-8 in text (of size); "?"
 * where it has none, or one that is no text or does not fit; "" where none was shown. */
void tls_peer_common_name(const struct ssl_st *ssl, char *text, size_t size);

/* Why the handshake or the stream failed; empties OpenSSL's error queue. */
void tls_peer_why(const struct tls_peer *peer, char *why, size_t size);
