/* What a TLS client keeps of a server, to resume the session with it on the next connection
 * (RFC 8446 2.2, RFC 5077): the last ticket, good for the same server alone. */
#pragma once

struct ssl_session_st;
struct tls_ticket;

struct tls_memory {                /* zeroed at first */
	struct tls_ticket *ticket; /* owned; null: none */
};

/* Forgets all. Safe to repeat. */
void tls_memory_forget(struct tls_memory *memory);

/* The session that is kept of this server, for SSL_SESSION_free(); null: none is. It has no
 * certificate. */
struct ssl_session_st *tls_memory_session(const struct tls_memory *memory,
    const char *name);

/* Keeps a session that is for this server, in as few bytes as it has, and frees it; without memory
 * none is kept. */
void tls_memory_take(struct tls_memory *memory, const char *name,
    struct ssl_session_st *session);
