/* What a TLS client keeps of a server, to resume the session with it on the next connection
 * (RFC 8446 2.2, RFC 5077): the last ticket, good for the same server alone. */
#pragma once

struct ssl_session_st;

struct tls_memory {                     /* zeroed at first */
	struct ssl_session_st *session; /* owned; null: none */
	char *name;                     /* owned: of the server that it is for */
};

/* Forgets all. Safe to repeat. */
void tls_memory_forget(struct tls_memory *memory);

/* Takes a session that is for this server; it is the memory's from now on, also when there is
 * no memory for its name. */
void tls_memory_take(struct tls_memory *memory, const char *name,
    struct ssl_session_st *session);
