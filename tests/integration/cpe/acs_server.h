/* What tests of a CPE's process share: a server of its requests on loopback, which says what
 * the test wants, and the program with a model of the test's own. */
#pragma once

#include "tests/unit/unit.h"

#include "lib/base/clock.h"
#include "lib/base/compiler.h"
#include "lib/cwmp/cwmp.h"
#include "lib/proto/http.h"
#include "tests/support/background.h"
#include "tests/support/labrun.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	ACS_CONNS_MAX = 8
};

struct acs_conn {
	int fd; /* -1: none */
	struct buf bytes;
};

struct acs_server {
	int listener;
	uint16_t port;
	struct acs_conn conns[ACS_CONNS_MAX];
	/* A whole request. */
	void (*serve)(void *user, struct acs_conn *conn, const struct http_head *head,
	    struct str body);
	void *user;
	bool is_over; /* nothing more is served */
};

static inline void acs_server_open(struct acs_server *server)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);

	for (size_t i = 0; i < ACS_CONNS_MAX; i++)
		server->conns[i].fd = -1;
	server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(server->listener, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(server->listener, 64), 0);
	assert_int_equal(getsockname(server->listener, (struct sockaddr *)&at, &len),
	    0);
	server->port = ntohs(at.sin_port);
}

static inline void acs_hang_up(struct acs_conn *conn)
{
	if (conn->fd >= 0)
		(void)close(conn->fd);
	conn->fd = -1;
	buf_free(&conn->bytes);
}

static inline void acs_server_hang_up(struct acs_server *server)
{
	for (size_t i = 0; i < ACS_CONNS_MAX; i++)
		acs_hang_up(&server->conns[i]);
}

static inline void acs_respond(struct acs_conn *conn, const char *status,
    struct str body)
{
	auto_buf bytes = BUF_NULL;

	buf_printf(&bytes, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n", status,
	    body.len, body.len > 0 ? "Content-Type: text/xml\r\n" : "");
	buf_append_str(&bytes, body);
	(void)!send(conn->fd, bytes.data, bytes.len, MSG_NOSIGNAL);
}

static inline void acs_say(struct acs_conn *conn, const struct cwmp_msg *msg)
{
	auto_buf body = BUF_NULL;
	struct error err = ERROR_NULL;

	if (cwmp_write(&body, msg, &err) < 0)
		fail_msg("%s", err.text);
	acs_respond(conn, "200 OK", buf_str(&body));
}

/* Answers a request of the CPE's with a response without arguments, or that of Inform. */
static inline void acs_confirm(struct acs_conn *conn, const struct cwmp_msg *msg,
    bool holds)
{
	struct cwmp_msg reply = { .kind = CWMP_RESPONSE,
		.method = msg->method,
		.ns = CWMP_NS_1_2,
		.header = { .has_id = msg->header.has_id,
		    .id = msg->header.id,
		    .has_hold_requests = holds,
		    .hold_requests = holds } };

	reply.args.max_envelopes = 1;
	acs_say(conn, &reply);
}

static inline void acs_take_bytes(struct acs_server *server, struct acs_conn *conn)
{
	char bytes[65536];
	ssize_t n = recv(conn->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	struct http_head head;
	int len;

	if (n <= 0) {
		acs_hang_up(conn);
		return;
	}
	buf_append(&conn->bytes, bytes, (size_t)n);
	len =
	    http_head_parse(&head, true, conn->bytes.data, conn->bytes.len, NULL, NULL);
	if (len <= 0 || conn->bytes.len < (size_t)len + head.content_length)
		return;
	server->serve(server->user, conn, &head,
	    str_make(conn->bytes.data + len, (size_t)head.content_length));
	buf_reset(&conn->bytes);
}

static inline void acs_take_connection(struct acs_server *server)
{
	int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);

	for (size_t i = 0; i < ACS_CONNS_MAX && fd >= 0; i++) {
		if (server->conns[i].fd < 0) {
			server->conns[i].fd = fd;
			return;
		}
	}
	fail_msg("more connections than one CPE opens");
}

/* Waits 10 ms for requests and serves them. False when nothing came. */
static inline bool acs_server_turn(struct acs_server *server)
{
	struct pollfd fds[ACS_CONNS_MAX + 1] = { { .fd = server->listener,
	    .events = POLLIN } };

	for (size_t i = 0; i < ACS_CONNS_MAX; i++)
		fds[i + 1] =
		    (struct pollfd){ .fd = server->conns[i].fd, .events = POLLIN };
	if (poll(fds, ARRAY_LEN(fds), 10) <= 0)
		return false;
	if (fds[0].revents)
		acs_take_connection(server);
	for (size_t i = 0; i < ACS_CONNS_MAX && !server->is_over; i++) {
		if (server->conns[i].fd >= 0 && fds[i + 1].revents)
			acs_take_bytes(server, &server->conns[i]);
	}
	return true;
}

/* ---- the CPE ------------------------------------------------------------------------ */

/* FOLDER/model.yaml: the model hp5920 with lines more. */
static inline void write_model(const char *folder, const char *lines)
{
	auto_buf from = BUF_NULL, to = BUF_NULL;
	char line[1024];
	FILE *in, *out;

	buf_printf(&from, "%s/topologies/models/hp5920.yaml", labrun_source());
	buf_printf(&to, "%s/model.yaml", folder);
	in = fopen(buf_cstr(&from), "r");
	out = fopen(buf_cstr(&to), "w");
	assert_true(in && out);
	assert_true(fputs(lines, out) >= 0);
	while (fgets(line, sizeof(line), in))
		assert_true(fputs(line, out) >= 0);
	assert_int_equal(fclose(in), 0);
	assert_int_equal(fclose(out), 0);
}

/* With that model, a state in the folder, and an option more (null: none). */
static inline void start_cpe(struct background *cpe, uint16_t port, const char *folder,
    const char *option, const char *value)
{
	char url[64], model[80], state[80];
	const char *const argv[] = { labrun_program(), "cpe", "--acs-url", url,
		"--model", model, "--state", state, option, value, NULL };

	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/cwmp", port);
	(void)snprintf(model, sizeof(model), "%s/model.yaml", folder);
	(void)snprintf(state, sizeof(state), "%s/state", folder);
	background_start(cpe, argv, labrun_source());
}
