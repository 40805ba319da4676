/* One connection of an HTTP/1.1 client: a request out, its whole response in, one at a
 * time. No redirect, no authentication, no retry: those are the caller's decisions.
 *
 * Each handler is the last thing that the client does in a turn of the loop, so it may
 * send or close. After ended() and failed() the owner still has to close. After a close
 * no handler is called any more. */
#pragma once

#include "agents/common/hoard.h"
#include "agents/common/stream.h"
#include "lib/proto/http.h"

enum http_client_layer {
	HTTP_CLIENT_TCP,
	HTTP_CLIENT_TLS,
	HTTP_CLIENT_HTTP
};

struct http_client_handlers {
	/* May be null: as of struct stream_handlers. */
	void (*connected)(void *user);
	void (*opened)(void *user); /* the first request may go */
	/* head and body are borrowed during the call. */
	void (*responded)(void *user, const struct http_head *head, struct str body);
	/* The peer closed while no byte of a response had come. is_awaiting: a request
	 * was under way, perhaps crossing the FIN. */
	void (*ended)(void *user, bool is_awaiting);
	void (*failed)(void *user, enum http_client_layer layer, const char *why);
};

struct http_client;

/* fd and errors as in stream_connect(). body_max: bytes of one response body, over
 * which failed() is called. hoard: of all clients of the process, borrowed; when
 * responses that are not whole yet take more memory than it may hold, failed() is
 * called of the largest, perhaps while another one's owner is at work. handlers are
 * borrowed. The caller ends *ret with http_client_close(). */
int http_client_open(struct http_client **ret, uv_loop_t *loop, int fd,
    const struct sockaddr *to, socklen_t to_len, const struct stream_tls *tls,
    uint64_t body_max, struct hoard *hoard, const struct http_client_handlers *handlers,
    void *user, struct error *err);

/* Sends one whole request, a POST or GET (the response to a HEAD would be misread), while no
 * other waits for its response. As stream_write(). */
int http_client_send(struct http_client *client, struct str request);

/* Whether the last response left the connection open for another request. */
bool http_client_is_open(const struct http_client *client);

/* What a silent connection waits for: TCP's handshake, TLS's, or a response. */
enum http_client_layer http_client_waits_for(const struct http_client *client);

/* As stream_freeze(). */
void http_client_freeze(struct http_client *client);

/* As stream_read_slowly(). */
void http_client_read_slowly(struct http_client *client, size_t bytes, uint64_t ms);

/* As stream_is_resumed(). */
bool http_client_is_resumed(const struct http_client *client);

/* As stream_errno(), for failed() to ask. */
int http_client_errno(const struct http_client *client);

/* Whether a part of the response that is waited for has come. */
bool http_client_is_answered(const struct http_client *client);

/* What it tells is somebody else's from now on; a close is told to user, too. */
void http_client_hand_over(struct http_client *client,
    const struct http_client_handlers *handlers, void *user);

/* Ends it as stream_hang_up() where the last response has come whole and nothing behind it, else
 * as stream_close(). done (may be null) is called with user, never from inside this call, when
 * the socket is closed and the client freed. */
void http_client_close(struct http_client *client, void (*done)(void *user));
