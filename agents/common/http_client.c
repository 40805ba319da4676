#include "agents/common/http_client.h"

#include "lib/base/cleanup.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>

struct http_client {
	struct stream *stream;
	int fd; /* the stream's, to ask about */
	bool is_open, is_awaiting, must_close;
	struct http_body state; /* of the body that comes in */
	struct buf in;          /* all bytes of this response */
	struct buf body;        /* what its framing wraps */
	size_t head_len;        /* 0: not whole yet */
	size_t eaten;           /* of in, head included */
	uint64_t body_max;
	const struct http_client_handlers *handlers;
	void *user;
	void (*done)(void *user);
};

static void fail(struct http_client *client, const char *why)
{
	client->is_awaiting = false;
	client->must_close = true;
	client->handlers->failed(client->user, HTTP_CLIENT_HTTP, why);
}

/* The last act of a turn. */
static void finish(struct http_client *client, const struct http_head *head)
{
	client->is_awaiting = false;
	client->must_close = head->wants_close ||
			     client->state.framing == HTTP_UNTIL_CLOSE ||
			     client->eaten < client->in.len;
	client->handlers->responded(client->user, head, buf_str(&client->body));
}

static void forget_response(struct http_client *client)
{
	buf_free(&client->in);
	buf_free(&client->body);
	client->head_len = client->eaten = 0;
}

/* 1 when a head stands at client->in, 0 when more bytes are needed. Interim responses are
 * skipped (RFC 9110 15.2). */
static int read_head(struct http_client *client, struct http_head *head,
    struct error *err)
{
	for (;;) {
		int n = http_head_parse(head, false, client->in.data, client->in.len,
		    NULL, err);

		if (n <= 0)
			return n;
		if (head->status / 100 == 1) {
			buf_consume(&client->in, (size_t)n);
			continue;
		}
		if (client->head_len == 0) {
			client->head_len = client->eaten = (size_t)n;
			http_body_start(&client->state,
			    http_response_framing(head, STR("POST")),
			    head->content_length, client->body_max);
		}
		return 1;
	}
}

/* 1 when the body is whole. */
static int read_body(struct http_client *client, struct error *err)
{
	while (!client->state.is_done) {
		struct str payload = STR_NULL;
		int n = http_body_feed(&client->state, client->in.data + client->eaten,
		    client->in.len - client->eaten, &payload, err);

		if (n < 0)
			return n;
		buf_append_str(&client->body, payload);
		if (client->body.error < 0)
			return error_set(err, client->body.error, "%s",
			    error_name(client->body.error));
		client->eaten += (size_t)n;
		if (n == 0 && payload.len == 0)
			return client->state.is_done;
	}
	return 1;
}

static void on_received(void *user, struct str bytes)
{
	struct http_client *client = user;
	struct error err = ERROR_NULL;
	struct http_head head;
	int r;

	if (!client->is_awaiting) {
		fail(client, "bytes come that answer no request");
		return;
	}
	buf_append_str(&client->in, bytes);
	if (client->in.error < 0) {
		fail(client, "the response is too long");
		return;
	}
	if (client->head_len > 0) { /* parse the head again only when all is here */
		r = read_body(client, &err);
		if (r > 0)
			r = read_head(client, &head, &err);
	} else {
		r = read_head(client, &head, &err);
		if (r > 0)
			r = read_body(client, &err);
	}
	if (r < 0)
		fail(client, err.text);
	else if (r > 0)
		finish(client, &head);
}

static void on_opened(void *user)
{
	struct http_client *client = user;

	client->is_open = true;
	client->handlers->opened(client->user);
}

static void on_ended_inside(struct http_client *client)
{
	struct http_head head;
	char why[160];

	if (client->head_len > 0 && http_body_finish(&client->state) == 0 &&
	    read_head(client, &head, NULL) > 0) {
		finish(client, &head);
		return;
	}
	if (client->head_len == 0)
		(void)snprintf(why, sizeof(why),
		    "the connection ended inside the response's head");
	else if (client->state.framing == HTTP_LENGTH)
		(void)snprintf(why, sizeof(why),
		    "the connection ended after %" PRIu64 " of %" PRIu64
		    " bytes of the body",
		    client->state.total, client->state.total + client->state.left);
	else
		(void)snprintf(why, sizeof(why),
		    "the connection ended after %" PRIu64
		    " bytes of a chunked body that goes on",
		    client->state.total);
	fail(client, why);
}

static void on_ended(void *user)
{
	struct http_client *client = user;

	client->must_close = true;
	if (client->is_awaiting && client->in.len > 0)
		on_ended_inside(client);
	else
		client->handlers->ended(client->user, client->is_awaiting);
}

static void on_failed(void *user, enum stream_layer layer, const char *why)
{
	struct http_client *client = user;

	client->must_close = true;
	client->handlers->failed(client->user,
	    layer == STREAM_TLS ? HTTP_CLIENT_TLS : HTTP_CLIENT_TCP, why);
}

static const struct stream_handlers stream_handlers = {
	.opened = on_opened,
	.received = on_received,
	.ended = on_ended,
	.failed = on_failed,
};

static void free_client(struct http_client *client)
{
	buf_free(&client->in);
	buf_free(&client->body);
	free(client);
}

int http_client_open(struct http_client **ret, uv_loop_t *loop, int fd,
    const struct sockaddr *to, socklen_t to_len, const struct stream_tls *tls,
    uint64_t body_max, const struct http_client_handlers *handlers, void *user,
    struct error *err)
{
	struct http_client *client = calloc(1, sizeof(*client));
	int r;

	if (!client) {
		(void)close(fd);
		return error_set(err, -ENOMEM, "no memory for a connection");
	}
	client->fd = fd;
	client->body_max = body_max;
	client->in.max = (size_t)body_max * 2 + HTTP_HEAD_BYTES_MAX;
	client->body.max = (size_t)body_max;
	client->handlers = handlers;
	client->user = user;
	r = stream_connect(&client->stream, loop, fd, to, to_len, tls, &stream_handlers,
	    client, err);
	if (r < 0) {
		free_client(client);
		return r;
	}
	*ret = client;
	return 0;
}

int http_client_send(struct http_client *client, struct str request)
{
	forget_response(client);
	client->is_awaiting = true;
	return stream_write(client->stream, request);
}

bool http_client_is_open(const struct http_client *client)
{
	return client->is_open && !client->must_close;
}

enum http_client_layer http_client_waits_for(const struct http_client *client)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	if (client->is_open)
		return HTTP_CLIENT_HTTP;
	if (getsockopt(client->fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 &&
	    info.tcpi_state == TCP_ESTABLISHED)
		return HTTP_CLIENT_TLS;
	return HTTP_CLIENT_TCP;
}

static void on_closed(void *user)
{
	struct http_client *client = user;
	void (*done)(void *user) = client->done;

	user = client->user;
	free_client(client);
	if (done)
		done(user);
}

void http_client_close(struct http_client *client, void (*done)(void *user))
{
	client->done = done;
	buf_free(&client->in);
	buf_free(&client->body);
	stream_close(client->stream, on_closed);
}
