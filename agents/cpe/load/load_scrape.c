/* Its numbers as Prometheus reads them, at a port of loopback, while it runs. */
#include "agents/cpe/load/load_internal.h"

#include "agents/common/http_server.h"
#include "lib/base/cleanup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

enum {
	SCRAPERS_MAX = 16,
	SCRAPE_BODY_MAX = 1024,
	BACKLOG = 16
};

static void put_numbers(struct buf *out, const struct load *load)
{
	const struct series *series = &load->series;
	const struct result_live live = {
		.tally = &load->tally,
		.own = &load->own,
		.now = series->len > 0 ? &series->points[series->len - 1] : NULL,
		.cpes = load->n_cpes,
		.rate_wanted = load_rate_wanted(load),
		.is_halted = load_is_halted(load),
	};

	result_put_prometheus(out, &live);
}

static void on_request(void *user, struct http_conn *conn, const struct http_head *head,
    struct str body)
{
	const struct load *load = user;
	bool is_known = str_is(head->method, "GET") && str_is(head->target, "/metrics");
	auto_buf text = BUF_NULL, reply = BUF_NULL;

	(void)body;
	if (is_known)
		put_numbers(&text, load);
	http_write_status(&reply, is_known ? 200 : 404);
	http_write_header(&reply, "Content-Type", STR("text/plain; version=0.0.4"));
	http_write_header_uint(&reply, "Content-Length", text.len);
	http_write_head_end(&reply);
	buf_append_str(&reply, buf_str(&text));
	if (reply.error)
		http_conn_abort(conn, STR_NULL);
	else
		http_conn_reply(conn, buf_str(&reply), false);
}

static void on_closed(void *user, struct http_conn *conn)
{
	(void)user;
	(void)conn;
}

static int listen_on(uint16_t port, struct error *err)
{
	const struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	auto_fd fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int one = 1;

	if (fd < 0)
		return error_set(err, -errno, "socket: %s", strerror(errno));
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0 ||
	    listen(fd, BACKLOG) < 0)
		return error_set(err, errno == EADDRINUSE ? ERR_USAGE : -errno,
		    "cannot listen on 127.0.0.1:%u for Prometheus: %s", port,
		    strerror(errno));
	return steal_fd(&fd);
}

int load_scrape_begin(struct load *load, struct error *err)
{
	const struct http_server_config config = {
		.connections_max = SCRAPERS_MAX,
		.body_max = SCRAPE_BODY_MAX,
	};
	const struct http_server_handlers handlers = {
		.user = load,
		.request = on_request,
		.closed = on_closed,
	};
	int fd;

	if (load->config->scrape_port == 0)
		return 0;
	fd = listen_on(load->config->scrape_port, err);
	return fd < 0 ? fd
		      : http_server_new(&load->scrape, load->loop, fd, &config,
			    &handlers, err);
}

void load_scrape_end(struct load *load)
{
	if (load->scrape)
		http_server_close(steal_ptr(&load->scrape));
}
