/* HTTP/1.1 connections of a server (RFC 9112): one request at a time, each answered by
 * the owner, now or later. The server itself answers what is no HTTP (400), comes too
 * slowly (408), does not say how long it is (411) or is too large (413, 431), and closes
 * the connection. Pipelined requests wait until those before them are answered and the
 * answers are on their way.
 *
 * However many peers there are and whatever they do, descriptors and memory have a bound.
 * When connections are as many as may be, or no descriptor is left, a connection gives way
 * to the next, in the order that crowd.h says. When unfinished requests and unread answers
 * take more memory than they may, the largest is refused (503). */
#pragma once

#include "agents/common/tls_ctx.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/proto/http.h"

#include <netinet/in.h>
#include <uv.h>

struct http_listener;
struct http_server;

/* One connection. user is the owner's own. */
struct http_conn {
	void *user;
	void *
	    tag; /* of the listener that it came on (http_server_listen()); else null */
	char peer[INET6_ADDRSTRLEN];
	bool is_tls;
};

struct http_server_handlers {
	void *user;
	/* A whole request; head and body are borrowed during the call. To be answered
	 * by http_conn_reply(), or refused by http_conn_abort(). May be called from
	 * inside the reply to the request before it. */
	void (*request)(void *user, struct http_conn *conn,
	    const struct http_head *head, struct str body);
	/* The connection is gone, and conn with it after this call. Told once for each
	 * connection, also for one that made no request, and perhaps from inside
	 * http_conn_reply(), http_conn_abort() and http_server_close(). */
	void (*closed)(void *user, struct http_conn *conn);
	/* May be null. A whole head, borrowed during the call, before its body is read. An
	 * answer to it, by http_conn_reply() or http_conn_abort() from inside, is final:
	 * the body is dropped as it comes, and request() is not called. */
	void (*head)(void *user, struct http_conn *conn, const struct http_head *head);
	/* May be null. The most bytes of body that the request of this head may have; 0: those
	 * of the configuration. Asked before head(). */
	uint64_t (*body_max)(void *user, struct http_conn *conn,
	    const struct http_head *head);
	/* May be null. Bytes of a body that goes on in later ones. True: the owner has taken
	 * them, and request() is called without them; a body that comes in one go comes
	 * with request() whole, and not here. */
	bool (*piece)(void *user, struct http_conn *conn, const struct http_head *head,
	    struct str bytes);
	/* May be null. The peer has read all of an answer that goes on (http_conn_begin()). */
	void (*flowing)(void *user, struct http_conn *conn);
	/* May be null. The server itself has refused a request, and why; status 0: it was
	 * TLS that failed, before any request or after. */
	void (*refused)(void *user, struct http_conn *conn, unsigned status,
	    const char *why);
};

struct http_server_config {
	struct tls_ctx *tls; /* null: http */
	/* At most as http_server_room() says, so that crowds leave the process its descriptors.
	 * 0: that many; 3072 with TLS. */
	size_t connections_max;
	uint64_t body_max; /* 0: 4 MiB */
	size_t memory_max; /* 0: 64 MiB; of requests and answers under way */
	clock_ns
	    idle_timeout; /* 0: 60 s; for the next request, and for the owner's reply */
	clock_ns
	    head_timeout; /* 0: 30 s; from the start, or the first byte, of a request */
	clock_ns
	    body_timeout; /* 0: 60 s; from the head, and for the peer to read a reply */
	clock_ns (*now)(void); /* null: clock_monotonic() */
};

/* How many connections a process takes that may have so many descriptors: 16384 at most,
 * and some descriptors stay for all else. */
size_t http_server_room(uint64_t descriptors);

/* Listens on fd, a bound and listening TCP socket, which is owned from now on, also
 * after a failure; -1: on none yet. config and handlers are copied. -errno or -ENOMEM with
 * words. */
int http_server_new(struct http_server **ret, uv_loop_t *loop, int fd,
    const struct http_server_config *config,
    const struct http_server_handlers *handlers, struct error *err);

/* Listens on another socket as well; fd and errors as above. Its connections have the tag.
 * *ret (may be null) lives until http_listener_close() or http_server_close(). */
int http_server_listen(struct http_server *server, int fd, void *tag,
    struct http_listener **ret, struct error *err);

/* Stops listening there and closes the connections that came on it, so that nobody hands
 * out the tag any more. */
void http_listener_close(struct http_listener *listener);

/* Stops listening and closes all connections; frees when the loop has let go, which takes
 * STREAM_LINGER_MS at most. */
void http_server_close(struct http_server *server);

/* Closes the connections whose time is over; a timer of the server's does so each
 * second. */
void http_server_sweep(struct http_server *server);

size_t http_server_connections(const struct http_server *server);

/* The common name of the certificate that the peer has shown; "" where it has shown none
 * (tls_peer_common_name()). */
void http_conn_certificate(struct http_conn *conn, char *text, size_t size);

/* Sends response, a whole message, and then reads on, or closes when the request or
 * and_close wants it. */
void http_conn_reply(struct http_conn *conn, struct str response, bool and_close);

/* The same for a response whose body is length bytes of the file fd, from offset on:
 * response ends with the head. They are sent as the peer reads them, so that they take
 * little memory. Owns fd from now on. Not for head(): there it closes fd and answers
 * nothing. */
void http_conn_reply_file(struct http_conn *conn, struct str response, int fd,
    uint64_t offset, uint64_t length, bool and_close);

/* Begins an answer that goes on: response is its head, without a length, with "Connection:
 * close". The owner adds to it until http_conn_abort(), or until the peer goes (closed()). What
 * the peer sends meanwhile is dropped. It has to be added to in each idle_timeout, and to be read
 * in each body_timeout, or the connection is closed. Not for head(). */
void http_conn_begin(struct http_conn *conn, struct str response);

/* Whether an answer goes on and all of it so far has been read: flowing() tells when it has. */
bool http_conn_is_flowing(const struct http_conn *conn);

/* Adds to it, where http_conn_is_flowing(); else nothing: so a slow peer holds one piece and no
 * more. The connection may be gone afterwards. */
void http_conn_add(struct http_conn *conn, struct str bytes);

/* Sends bytes, then breaks off: for servers that misbehave on purpose. */
void http_conn_abort(struct http_conn *conn, struct str bytes);
