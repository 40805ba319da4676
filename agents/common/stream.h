/* A byte stream over TCP, with TLS where it is given a context: both ends of every HTTP
 * connection. Its owner ends it by stream_close(): from then on no handler is called, and
 * the stream frees itself once the loop has closed its handles. */
#pragma once

#include "agents/common/tls_ctx.h"
#include "lib/base/error.h"
#include "lib/base/str.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <uv.h>

enum stream_layer {
	STREAM_TCP,
	STREAM_TLS
};

enum {
	STREAM_OUT_MAX = 32 << 20, /* bytes queued for a peer that does not read */
	STREAM_WHY_MAX = 256,
	STREAM_LINGER_MS = 2000, /* how long a close waits for a peer that is silent, */
	STREAM_LINGER_MAX_MS = 30000, /* and for one that is not */
};

struct stream_handlers {
	/* May be null. TCP stands, and TLS is to follow; opened() comes without it where there
	 * is no TLS. It must not close the stream. */
	void (*connected)(void *user);
	void (*opened)(void *user); /* TCP stands, and TLS where there is one */
	void (*received)(void *user, struct str bytes); /* borrowed during the call */
	void (*ended)(void *user); /* the peer sends no more: FIN */
	/* Nothing goes any more; the owner calls stream_close(). why is one line. */
	void (*failed)(void *user, enum stream_layer layer, const char *why);
	/* May be null. What was queued is with the kernel now. */
	void (*drained)(void *user);
};

struct stream;
struct tls_memory;

struct stream_tls {
	struct tls_ctx *ctx; /* null: plain TCP */
	/* Of a client: the server's name or address, for SNI and the check of its
	 * certificate (RFC 6125). */
	const char *name;
	struct tls_memory
	    *memory; /* of a client that resumes; outlives it. Null: none */
	/* Of a client: the common name of the certificate that it shows where the server
	 * asks for one (tls_own_find()); may be null. */
	const char *identity;
};

/* Connects fd, a fresh TCP socket that does not block, made by the caller in whatever namespace;
 * the stream owns it from now on, also on failure. handlers are borrowed. -errno, or ERR_TLS
 * when tls has a name that cannot be asked for, with words. */
int stream_connect(struct stream **ret, uv_loop_t *loop, int fd,
    const struct sockaddr *to, socklen_t to_len, const struct stream_tls *tls,
    const struct stream_handlers *handlers, void *user, struct error *err);

/* Takes over an accepted connection that does not block, also on failure. It has the options of
 * TCP that its listener had: TCP_NODELAY belongs to them, or each answer's last segment waits for
 * an ACK. Without tls opened() is called from inside, when *ret is set. */
int stream_accept(struct stream **ret, uv_loop_t *loop, int fd, struct tls_ctx *tls,
    const struct stream_handlers *handlers, void *user, struct error *err);

/* Sends, or queues a copy. 0; ERR_BAD_STATE before opened(), after a failure or a
 * close; ERR_LIMIT when the queue is full, or -ENOMEM: a part of the bytes may be gone
 * then, so the stream is good only for closing, and each later call says the same and
 * sends nothing. Failures of the connection are told by failed(), later. */
int stream_write(struct stream *stream, struct str bytes);

/* Bytes that wait for the peer to read. */
size_t stream_queued(const struct stream *stream);

/* Sends what is queued, then FIN (close_notify before it with TLS), and frees once the
 * peer's FIN has come. Until then what it sends is read and dropped: a close over bytes
 * that nobody read is an RST, which can destroy the last answer on its way. A peer that
 * neither reads nor sends for STREAM_LINGER_MS is not waited for, nor is any client for
 * longer than STREAM_LINGER_MAX_MS, nor any server for longer than STREAM_LINGER_MS.
 * done (may be null) is called with user, never from inside this call, when the socket
 * is closed. */
void stream_close(struct stream *stream, void (*done)(void *user));

/* As stream_close(), by an owner who has read all that it asked for. Over plain TCP, where nothing
 * is queued, it does not wait for the peer's FIN: the kernel sends this end's and takes the
 * other. */
void stream_hang_up(struct stream *stream, void (*done)(void *user));

/* Neither reads nor writes any more, as if the wire were cut: no handler is called, and the peer
 * hears nothing, until it is closed. */
void stream_freeze(struct stream *stream);

/* From now on reads so many bytes at a time, above 0, and rests so long behind them, until it is
 * closed. */
void stream_read_slowly(struct stream *stream, size_t bytes, uint64_t ms);

/* Ends it at once, whatever is queued; also one that stream_close() is closing, and then
 * done is that call's unless this one gives another. */
void stream_abort(struct stream *stream, void (*done)(void *user));

/* The errno that made it fail while it connected or read; 0 where the system did not. */
int stream_errno(const struct stream *stream);

/* Whether the peer has sent nothing in the handshake of TLS: it may have only looked whether
 * somebody listens. False where there is no TLS. */
bool stream_is_unspoken(const struct stream *stream);

/* Whether TLS has resumed an earlier session. */
bool stream_is_resumed(const struct stream *stream);

/* The common name of the certificate that the peer has shown (tls_peer_common_name()); "" where it
 * has shown none, or there is no TLS. */
void stream_certificate(const struct stream *stream, char *text, size_t size);

/* The address of a peer as text, "10.0.0.100", empty where it has none; room for
 * INET6_ADDRSTRLEN. */
void stream_peer_text(const struct sockaddr_storage *peer, char *text);
