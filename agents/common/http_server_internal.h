/* What http_server.c and http_conn.c share: a server's connections and listeners. */
#pragma once

#include "agents/common/crowd.h"
#include "agents/common/hoard.h"
#include "agents/common/http_server.h"
#include "agents/common/stream.h"
#include "lib/base/list.h"
#include "lib/proto/http_reader.h"

enum conn_state {
	CONN_READING,
	CONN_JUDGING,   /* the owner looks at the head */
	CONN_ANSWERING, /* the owner has the request */
	CONN_SENDING,   /* the peer does not read the answer as fast as it came */
	CONN_FLOWING,   /* the answer goes on (http_conn_begin()) */
	CONN_CLOSING,
};

struct server_conn {
	struct http_conn public_;
	struct list link; /* of the server */
	struct http_server *server;
	struct http_listener
	    *listener; /* null: it is gone, as the connection will be */
	struct stream *stream;
	enum conn_state state;
	struct crowd_member member;
	struct hoarder hoarder;
	struct http_reader reader;
	struct buf in;    /* bytes behind the request that is being answered */
	bool is_answered; /* by its head: what comes of the body is dropped */
	bool wants_close;
	bool has_peer_ended;
	bool is_reading;        /* read_requests() is at work further up, */
	clock_ns reading_since; /* which looks at the clock once */
	int file;               /* what of it is still to be sent; -1: none */
	uint64_t file_at, file_left;
	size_t progress; /* bytes of a body that were taken since its time began */
};

struct http_listener {
	struct list link; /* of the server; in no list once it closes */
	struct http_server *server;
	uv_poll_t poll;
	int fd;
	void *tag;
};

struct http_server {
	/* A connection has gone, and its memory with it. */
	void (*gone)(struct http_server *server);
	/* A connection may give way, where no other could before. */
	void (*yields)(struct http_server *server);
	struct http_server_config config;
	struct http_reader_config reading;
	struct http_server_handlers handlers;
	uv_loop_t *loop;
	struct poll_set *sockets; /* kept between connections; null: it is not */
	struct list listeners;
	uv_timer_t sweep;
	int n_handles;
	bool is_closing, is_paused;
	bool is_starving; /* paused for want of a descriptor */
	struct list conns;
	size_t n_conns; /* with those that the loop still has to let go of */
	struct crowd crowd;
	struct hoard hoard;
	unsigned n_logged, n_unlogged; /* since the last sweep */
	clock_ns starved;              /* when no descriptor was left; 0: never */
};

/* Takes fd, a connection from this peer that was accepted from the listener, as one of its
 * server's; owns fd from now on. False when no memory is left or no stream can be made of it. */
bool server_conn_take(struct http_listener *listener, int fd,
    const struct sockaddr_storage *peer);

/* Tells the owner that the connection is gone, and lets its stream say what it still has
 * to. Once only: a later call does nothing. */
void server_conn_close(struct server_conn *conn);

/* Ends the connection at once, because its descriptor or memory is wanted. A peer that
 * waits for an answer gets a 503. */
void server_conn_give_way(struct server_conn *conn);

/* Ends the connection; a peer that waits for an answer gets this status, and the owner is
 * told why. */
void server_conn_refuse(struct server_conn *conn, unsigned status, const char *why);

/* Ends the stream of a connection that was closed and whose peer still sends. */
void server_conn_abort(struct server_conn *conn);

/* How connections of this server read requests, by its configuration and handlers. */
void server_conn_set_reading(struct http_server *server);

/* Whether one more line about a connection may be logged before the next sweep: a crowd
 * that is refused shall not fill the disk. */
bool http_server_may_log(struct http_server *server);
