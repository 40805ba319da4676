#include "agents/acs/door.h"

#include "lib/base/buf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct acs_door {
	struct acs_door_config config;
	struct http_server *server;
	struct buf out; /* the response at hand */
};

/* ---- requests ---------------------------------------------------------------------- */

static const char answer_500[] = "HTTP/1.1 500 Internal Server Error\r\n"
				 "Content-Length: 0\r\n"
				 "\r\n";
static const char answer_garbage[] = "HTTP/1.1 200 OK\r\n"
				     "Content-Type: text/xml; charset=utf-8\r\n"
				     "Content-Length: 31\r\n"
				     "\r\n"
				     "<Envelope><Body>this is not XML";
static const char answer_half[] = "HTTP/1.1 200 OK\r\n"
				  "Content-Type: text/xml; charset=utf-8\r\n"
				  "Content-Length: 1000\r\n"
				  "\r\n"
				  "<soap-env:Envelope xmlns:soap-env=\"http://sche";

/* What the lab's author asked for, to teach what goes wrong. */
static void misbehave(const struct acs_door *door, struct http_conn *conn)
{
	switch (door->config.misbehave) {
	case ACS_ANSWER_500:
		http_conn_reply(conn, str_of(answer_500), false);
		return;
	case ACS_ANSWER_GARBAGE:
		http_conn_reply(conn, str_of(answer_garbage), false);
		return;
	case ACS_ANSWER_HALF_BODY:
		http_conn_abort(conn, str_of(answer_half));
		return;
	case ACS_ANSWER_NOTHING:
	case ACS_REFUSE:
	case ACS_BEHAVE:
		return;
	}
}

static struct acs_peer *peer_of(struct http_conn *conn)
{
	struct acs_peer *peer = conn->user;

	if (peer)
		return peer;
	peer = calloc(1, sizeof(*peer));
	if (!peer)
		return NULL;
	memcpy(peer->address, conn->peer, sizeof(peer->address));
	peer->is_tls = conn->is_tls;
	conn->user = peer;
	return peer;
}

static void reply(struct acs_door *door, struct http_conn *conn, bool and_close)
{
	if (door->out.error)
		http_conn_abort(conn, STR_NULL);
	else
		http_conn_reply(conn, buf_str(&door->out), and_close);
}

/* Who has no password yet, or is wrong here, need not make us keep a body. */
static void on_head(void *user, struct http_conn *conn, const struct http_head *head)
{
	struct acs_door *door = user;
	struct acs_peer *peer;
	bool and_close;

	if (door->config.misbehave != ACS_BEHAVE)
		return;
	peer = peer_of(conn);
	if (!peer) {
		http_conn_abort(conn, STR_NULL);
		return;
	}
	buf_reset(&door->out);
	if (acs_service_refuses(door->config.service, peer, head,
		door->config.server.now(), &door->out, &and_close))
		reply(door, conn, and_close);
}

static void on_request(void *user, struct http_conn *conn, const struct http_head *head,
    struct str body)
{
	struct acs_door *door = user;
	bool and_close;

	if (door->config.misbehave != ACS_BEHAVE) {
		misbehave(door, conn);
		return;
	}
	buf_reset(&door->out);
	and_close = acs_service_request(door->config.service, conn->user, head, body,
	    door->config.server.now(), door->config.wall(), &door->out);
	reply(door, conn, and_close);
}

static void on_closed(void *user, struct http_conn *conn)
{
	struct acs_door *door = user;

	if (conn->user)
		acs_service_gone(door->config.service, conn->user);
	free(conn->user);
	conn->user = NULL;
}

/* ---- life -------------------------------------------------------------------------- */

static void door_free(struct acs_door *door)
{
	buf_free(&door->out);
	free(door);
}

int acs_door_open(struct acs_door **ret, uv_loop_t *loop, int fd,
    const struct acs_door_config *config, struct error *err)
{
	struct acs_door *door = calloc(1, sizeof(*door));
	int r;

	if (!door) {
		(void)close(fd);
		return error_set(err, -ENOMEM, "no memory");
	}
	door->config = *config;
	if (!config->wall)
		door->config.wall = clock_wall;
	if (!config->server.now)
		door->config.server.now = clock_monotonic;
	r = http_server_new(&door->server, loop, fd, &door->config.server,
	    &(const struct http_server_handlers){ door, on_request, on_closed,
		on_head },
	    err);
	if (r < 0) {
		door_free(door);
		return r;
	}
	*ret = door;
	return 0;
}

/* http_server_close() tells closed() of every connection, so nothing comes after it. */
void acs_door_close(struct acs_door *door)
{
	http_server_close(door->server);
	door_free(door);
}

void acs_door_sweep(struct acs_door *door)
{
	http_server_sweep(door->server);
	acs_service_sweep(door->config.service, door->config.server.now());
}

size_t acs_door_connections(const struct acs_door *door)
{
	return http_server_connections(door->server);
}
