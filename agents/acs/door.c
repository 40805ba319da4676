#include "agents/acs/door.h"

#include "agents/acs/gate/forwarded.h"
#include "lib/base/buf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct acs_door {
	struct acs_door_config config;
	struct http_server *server;
	struct buf out; /* the response at hand */
};

struct visitor { /* a connection */
	struct acs_peer peer;
	struct files_upload *upload; /* null: none is under way */
};

/* ---- what it does wrong ------------------------------------------------------------ */

/* What the lab's author asked for, to teach what goes wrong. */
static void misbehave(struct acs_door *door, struct http_conn *conn)
{
	bool is_cut;

	buf_reset(&door->out);
	quirk_answer(door->config.conduct, &door->out, &is_cut);
	if (is_cut)
		http_conn_abort(conn, buf_str(&door->out));
	else if (door->out.len > 0)
		http_conn_reply(conn, buf_str(&door->out), false);
}

static struct visitor *visitor_of(struct http_conn *conn)
{
	struct visitor *visitor = conn->user;

	if (visitor)
		return visitor;
	visitor = calloc(1, sizeof(*visitor));
	if (!visitor)
		return NULL;
	memcpy(visitor->peer.address, conn->peer, sizeof(visitor->peer.address));
	visitor->peer.is_tls = conn->is_tls;
	http_conn_certificate(conn, visitor->peer.certificate,
	    sizeof(visitor->peer.certificate));
	conn->user = visitor;
	return visitor;
}

static void reply(struct acs_door *door, struct http_conn *conn, bool and_close)
{
	if (door->out.error)
		http_conn_abort(conn, STR_NULL);
	else
		http_conn_reply(conn, buf_str(&door->out), and_close);
}

/* ---- files ------------------------------------------------------------------------- */

static bool is_for_files(const struct acs_door *door, const struct http_head *head)
{
	return door->config.files && files_is_target(head->target);
}

static void tell_file(const struct acs_door *door, const struct http_conn *conn,
    const struct http_head *head, const struct files_reply *answer, uint64_t bytes)
{
	const struct acs_door_config *config = &door->config;

	if (!answer->why && config->served)
		config->served(config->user,
		    &(struct acs_served){ .address = conn->peer,
			.method = head->method,
			.target = head->target,
			.status = answer->status,
			.bytes = bytes });
	if (answer->why && config->refused &&
	    (config->tells_all || !answer->is_challenge))
		config->refused(config->user,
		    &(struct acs_refusal){ .address = conn->peer,
			.status = answer->status,
			.why = answer->why,
			.target = head->target,
			.is_challenge = answer->is_challenge });
}

/* Answers by the head alone what is refused; a file that is written begins here. */
static void judge_file(struct acs_door *door, struct http_conn *conn,
    const struct http_head *head)
{
	struct visitor *visitor = conn->user;
	struct files_reply answer = { .fd = -1 };

	if (files_refuses(door->config.files, head, door->config.server.now(),
		&door->out, &answer)) {
		tell_file(door, conn, head, &answer, 0);
		reply(door, conn, answer.is_close);
		return;
	}
	if (files_body_max(door->config.files, head) == 0)
		return;
	visitor->upload = files_put(door->config.files, head, &door->out, &answer);
	if (visitor->upload)
		return;
	tell_file(door, conn, head, &answer, 0);
	reply(door, conn, answer.is_close);
}

static void finish_upload(struct acs_door *door, struct http_conn *conn,
    const struct http_head *head, struct str body)
{
	struct visitor *visitor = conn->user;
	struct files_reply answer = { .fd = -1 };
	uint64_t bytes;

	files_upload_write(visitor->upload, body);
	bytes = files_upload_bytes(visitor->upload);
	files_upload_end(visitor->upload, &door->out, &answer);
	visitor->upload = NULL;
	tell_file(door, conn, head, &answer, bytes);
	reply(door, conn, answer.is_close);
}

static void serve_file(struct acs_door *door, struct http_conn *conn,
    const struct http_head *head, struct str body)
{
	struct visitor *visitor = conn->user;
	struct files_reply answer = { .fd = -1 };

	if (visitor->upload) {
		finish_upload(door, conn, head, body);
		return;
	}
	files_get(door->config.files, head, &door->out, &answer);
	tell_file(door, conn, head, &answer, answer.length);
	if (answer.fd >= 0 && !door->out.error)
		http_conn_reply_file(conn, buf_str(&door->out), answer.fd,
		    answer.offset, answer.length, answer.is_close);
	else
		reply(door, conn, answer.is_close);
}

static bool on_piece(void *user, struct http_conn *conn, const struct http_head *head,
    struct str bytes)
{
	struct visitor *visitor = conn->user;

	(void)user;
	(void)head;
	if (!visitor || !visitor->upload)
		return false;
	files_upload_write(visitor->upload, bytes);
	return true;
}

static uint64_t on_body_max(void *user, struct http_conn *conn,
    const struct http_head *head)
{
	const struct acs_door *door = user;

	(void)conn;
	return is_for_files(door, head) ? files_body_max(door->config.files, head) : 0;
}

/* ---- requests ---------------------------------------------------------------------- */

/* Who has no password yet, or is wrong here, need not make us keep a body. */
/* A connection of a proxy brings one CPE after another. */
static void take_forwarded(const struct acs_door *door, const struct http_conn *conn,
    const struct http_head *head, struct acs_peer *peer)
{
	const struct conf_strings *proxies = door->config.proxies;

	if (proxies && !forwarded_client(proxies, conn->peer, head, peer->address))
		memcpy(peer->address, conn->peer, sizeof(peer->address));
}

static void on_head(void *user, struct http_conn *conn, const struct http_head *head)
{
	struct acs_door *door = user;
	struct visitor *visitor;
	bool and_close;

	if (door->config.conduct & QUIRK_ANSWERS)
		return;
	visitor = visitor_of(conn);
	if (!visitor) {
		http_conn_abort(conn, STR_NULL);
		return;
	}
	take_forwarded(door, conn, head, &visitor->peer);
	buf_reset(&door->out);
	if (is_for_files(door, head)) {
		judge_file(door, conn, head);
		return;
	}
	if (acs_service_refuses(door->config.service, &visitor->peer, head,
		door->config.server.now(), &door->out, &and_close))
		reply(door, conn, and_close);
}

static void on_request(void *user, struct http_conn *conn, const struct http_head *head,
    struct str body)
{
	struct acs_door *door = user;
	struct visitor *visitor = conn->user;
	bool and_close;

	if (door->config.conduct & QUIRK_ANSWERS) {
		misbehave(door, conn);
		return;
	}
	buf_reset(&door->out);
	if (is_for_files(door, head)) {
		serve_file(door, conn, head, body);
		return;
	}
	and_close = acs_service_request(door->config.service, &visitor->peer, head,
	    body, door->config.server.now(), door->config.wall(), &door->out);
	reply(door, conn, and_close);
}

static void on_closed(void *user, struct http_conn *conn)
{
	struct acs_door *door = user;
	struct visitor *visitor = conn->user;

	if (visitor) {
		files_upload_drop(visitor->upload);
		acs_service_gone(door->config.service, &visitor->peer);
	}
	free(visitor);
	conn->user = NULL;
}

static void on_refused(void *user, struct http_conn *conn, unsigned status,
    const char *why)
{
	const struct acs_door *door = user;

	if (door->config.refused)
		door->config.refused(door->config.user,
		    &(struct acs_refusal){ .address = conn->peer,
			.status = status,
			.why = why });
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
	    &(const struct http_server_handlers){ .user = door,
		.request = on_request,
		.closed = on_closed,
		.head = on_head,
		.body_max = on_body_max,
		.piece = on_piece,
		.refused = on_refused },
	    err);
	if (r < 0) {
		door_free(door);
		return r;
	}
	*ret = door;
	return 0;
}

int acs_door_listen(struct acs_door *door, int fd, struct error *err)
{
	return http_server_listen(door->server, fd, NULL, NULL, err);
}

/* http_server_close() tells closed() of every connection, so nothing comes after it. */
void acs_door_close(struct acs_door *door)
{
	door->config.refused = NULL;
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
