#include "agents/common/http_client.h"

#include "lib/base/cleanup.h"
#include "lib/proto/http_reader.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>

struct http_client {
	struct stream *stream;
	int fd; /* the stream's, to ask about */
	bool is_open, is_awaiting, must_close;
	bool is_answered; /* by a whole response, and nothing came behind it */
	struct http_reader_config reading;
	struct http_reader reader;
	struct hoard *hoard;
	struct hoarder hoarder;
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

/* What was read of a response goes. */
static void drop_read(struct http_client *client)
{
	http_reader_reset(&client->reader);
	hoard_note(client->hoard, &client->hoarder, 0);
}

/* The last act of a turn: it may be client that has to go. */
static void weigh(struct http_client *client)
{
	struct hoarder *largest;

	hoard_note(client->hoard, &client->hoarder, http_reader_bytes(&client->reader));
	while ((largest = hoard_excess(client->hoard))) {
		client = container_of(largest, struct http_client, hoarder);
		drop_read(client);
		fail(client,
		    "the responses under way take too much memory, and this one "
		    "the most");
	}
}

/* The last act of a turn. */
static void finish(struct http_client *client, const struct http_message *message,
    bool has_more)
{
	client->is_awaiting = false;
	client->is_answered = !has_more;
	client->must_close = message->head->wants_close ||
			     client->reader.framing.framing == HTTP_UNTIL_CLOSE ||
			     has_more;
	hoard_note(client->hoard, &client->hoarder, 0);
	client->handlers->responded(client->user, message->head, message->body);
}

/* The step that ends bytes, or the response. Interim responses are skipped (RFC 9110
 * 15.2). */
static int read_response(struct http_client *client, struct str *bytes,
    struct http_message *message, struct error *err)
{
	for (;;) {
		int step = http_reader_feed(&client->reader, bytes, message, err);
		bool is_interim =
		    step == HTTP_READ_WHOLE && message->head->status / 100 == 1;

		if (step != HTTP_READ_HEAD && !is_interim)
			return step;
	}
}

static void on_received(void *user, struct str bytes)
{
	struct http_client *client = user;
	struct error err = ERROR_NULL;
	struct http_message message;
	int step;

	if (!client->is_awaiting) {
		client->is_answered = false;
		fail(client, "bytes come that answer no request");
		return;
	}
	message.request_method = STR("POST");
	step = read_response(client, &bytes, &message, &err);
	if (step < 0)
		fail(client, err.text);
	else if (step == HTTP_READ_WHOLE)
		finish(client, &message, bytes.len > 0);
	else
		weigh(client);
}

static void on_connected(void *user)
{
	struct http_client *client = user;

	if (client->handlers->connected)
		client->handlers->connected(client->user);
}

static void on_opened(void *user)
{
	struct http_client *client = user;

	client->is_open = true;
	client->handlers->opened(client->user);
}

static void on_ended_inside(struct http_client *client)
{
	const struct http_body *body = &client->reader.framing;
	struct http_message message;
	char why[160];

	if (http_reader_finish(&client->reader, &message) == HTTP_READ_WHOLE) {
		finish(client, &message, false);
		return;
	}
	if (!message.head)
		(void)snprintf(why, sizeof(why),
		    "the connection ended inside the response's head");
	else if (body->framing == HTTP_LENGTH)
		(void)snprintf(why, sizeof(why),
		    "the connection ended after %" PRIu64 " of %" PRIu64
		    " bytes of the body",
		    body->total, body->total + body->left);
	else
		(void)snprintf(why, sizeof(why),
		    "the connection ended after %" PRIu64
		    " bytes of a chunked body that goes on",
		    body->total);
	fail(client, why);
}

static void on_ended(void *user)
{
	struct http_client *client = user;

	client->must_close = true;
	if (client->is_awaiting && !http_reader_is_idle(&client->reader))
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
	.connected = on_connected,
	.opened = on_opened,
	.received = on_received,
	.ended = on_ended,
	.failed = on_failed,
};

static void free_client(struct http_client *client)
{
	drop_read(client);
	free(client);
}

int http_client_open(struct http_client **ret, uv_loop_t *loop, int fd,
    const struct sockaddr *to, socklen_t to_len, const struct stream_tls *tls,
    uint64_t body_max, struct hoard *hoard, const struct http_client_handlers *handlers,
    void *user, struct error *err)
{
	struct http_client *client = calloc(1, sizeof(*client));
	int r;

	if (!client) {
		(void)close(fd);
		return error_set(err, -ENOMEM, "no memory for a connection");
	}
	client->fd = fd;
	client->hoard = hoard;
	hoarder_init(&client->hoarder);
	client->reading.limits.body_bytes = body_max;
	http_reader_init(&client->reader, &client->reading);
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
	http_reader_reset(&client->reader);
	client->is_awaiting = true;
	client->is_answered = false;
	return stream_write(client->stream, request);
}

bool http_client_is_open(const struct http_client *client)
{
	return client->is_open && !client->must_close;
}

void http_client_freeze(struct http_client *client)
{
	stream_freeze(client->stream);
}

void http_client_read_slowly(struct http_client *client, size_t bytes, uint64_t ms)
{
	stream_read_slowly(client->stream, bytes, ms);
}

bool http_client_is_resumed(const struct http_client *client)
{
	return stream_is_resumed(client->stream);
}

int http_client_errno(const struct http_client *client)
{
	return stream_errno(client->stream);
}

bool http_client_is_answered(const struct http_client *client)
{
	return client->is_awaiting && !http_reader_is_idle(&client->reader);
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

void http_client_hand_over(struct http_client *client,
    const struct http_client_handlers *handlers, void *user)
{
	client->handlers = handlers;
	client->user = user;
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
	drop_read(client);
	if (client->is_answered)
		stream_hang_up(client->stream, on_closed);
	else
		stream_close(client->stream, on_closed);
}
