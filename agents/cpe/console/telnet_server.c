#include "agents/cpe/console/telnet_server.h"

#include "lib/program/log.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct telnet_server {
	struct telnet_terms terms;
	uv_tcp_t listener;
	uv_timer_t timer;
	struct list lines; /* struct telnet_line, also those that are refused */
	size_t n_lines, n_refused;
	size_t n_handles; /* that the loop still has: listener, timer */
	bool is_closing;
	bool is_full; /* and it was said */
	bool owes;    /* a connection was left waiting for memory */
};

/* ---- end of life ------------------------------------------------------------------------- */

static void free_unused(struct telnet_server *server)
{
	if (server->n_handles == 0 && list_empty(&server->lines))
		free(server);
}

static void on_handle_closed(uv_handle_t *handle)
{
	struct telnet_server *server = handle->data;

	server->n_handles--;
	free_unused(server);
}

static void on_line_closed(struct telnet_line *line)
{
	struct telnet_server *server = line->owner;

	list_remove(&line->link);
	if (line->is_refused) {
		server->n_refused--;
	} else {
		server->n_lines--;
		server->is_full = false;
	}
	if (list_empty(&server->lines) && !server->is_closing && !server->owes)
		(void)uv_timer_stop(&server->timer);
	if (server->is_closing)
		free_unused(server);
}

void telnet_server_close(struct telnet_server *server)
{
	if (!server || server->is_closing)
		return;
	server->is_closing = true;
	LIST_FOREACH (item, &server->lines)
		telnet_line_abort(list_entry(item, struct telnet_line, link));
	uv_close((uv_handle_t *)&server->listener, on_handle_closed);
	uv_close((uv_handle_t *)&server->timer, on_handle_closed);
}

/* ---- lines ------------------------------------------------------------------------------- */

static void on_connection(uv_stream_t *listener, int status);

static void on_tick(uv_timer_t *timer)
{
	struct telnet_server *server = timer->data;

	if (server->owes)
		on_connection((uv_stream_t *)&server->listener, 0);
	LIST_FOREACH (item, &server->lines)
		telnet_line_tick(list_entry(item, struct telnet_line, link));
}

/* Owned by the server from now on, whatever becomes of it. */
static struct telnet_line *add_line(struct telnet_server *server)
{
	struct telnet_line *line =
	    telnet_line_new(server->timer.loop, &server->terms, on_line_closed, server);

	if (!line)
		return NULL;
	if (list_empty(&server->lines))
		(void)uv_timer_start(&server->timer, on_tick, TELNET_TICK_MS,
		    TELNET_TICK_MS);
	list_append(&server->lines, &line->link);
	/* Until it is known what it is, it counts for none that may come. */
	line->is_refused = true;
	server->n_refused++;
	return line;
}

static bool is_off(const struct telnet_server *server)
{
	return server->terms.booted(server->terms.user) == INT64_MAX;
}

/* The lowest number that none of the lines has. */
static unsigned free_number(const struct telnet_server *server)
{
	uint32_t taken = 0;
	unsigned number = 0;

	LIST_FOREACH (item, &server->lines) {
		const struct telnet_line *line =
		    list_entry(item, struct telnet_line, link);

		if (!line->is_refused)
			taken |= 1u << line->number;
	}
	while (taken & 1u << number)
		number++;
	return number;
}

static void admit(struct telnet_server *server, struct telnet_line *line)
{
	if (is_off(server)) {
		telnet_line_abort(line);
		return;
	}
	if (server->n_lines < TELNET_LINES_MAX) {
		line->number = free_number(server);
		line->is_refused = false;
		server->n_refused--;
		server->n_lines++;
		telnet_line_begin(line);
		return;
	}
	if (!server->is_full)
		log_warn("%s: all %d lines of its console are taken",
		    server->terms.name, TELNET_LINES_MAX);
	server->is_full = true;
	if (server->n_refused > TELNET_REFUSED_MAX)
		telnet_line_abort(line);
	else
		telnet_line_refuse(line);
}

static void on_connection(uv_stream_t *listener, int status)
{
	struct telnet_server *server = listener->data;
	struct telnet_line *line;

	if (status < 0 || server->is_closing)
		return;
	line = add_line(server);
	server->owes = !line;
	if (!line) {
		/* Until this one is taken the loop tells of no other. */
		(void)uv_timer_start(&server->timer, on_tick, TELNET_TICK_MS,
		    TELNET_TICK_MS);
		log_error("%s: no memory for a line of its console",
		    server->terms.name);
		return;
	}
	if (uv_accept(listener, (uv_stream_t *)&line->tcp) < 0)
		telnet_line_abort(line);
	else
		admit(server, line);
}

int telnet_server_adopt(struct telnet_server *server, int fd)
{
	struct telnet_line *line = add_line(server);
	int r = line ? uv_tcp_open(&line->tcp, fd) : -ENOMEM;

	if (r < 0) {
		(void)close(fd);
		if (line)
			telnet_line_abort(line);
		return r;
	}
	admit(server, line);
	return 0;
}

bool telnet_server_say(struct telnet_server *server, bool is_debug, struct str text)
{
	bool is_watched = false;

	LIST_FOREACH (item, &server->lines)
		is_watched |=
		    telnet_line_say(list_entry(item, struct telnet_line, link),
			is_debug, text);
	return is_watched;
}

void telnet_server_show(struct telnet_server *server)
{
	LIST_FOREACH (item, &server->lines)
		telnet_line_show(list_entry(item, struct telnet_line, link));
}

size_t telnet_server_lines(const struct telnet_server *server)
{
	return server->n_lines;
}

/* ---- beginning ---------------------------------------------------------------------------- */

int telnet_server_open(struct telnet_server **ret, uv_loop_t *loop,
    const struct telnet_terms *terms)
{
	struct telnet_server *server = calloc(1, sizeof(*server));

	if (!server)
		return -ENOMEM;
	server->terms = *terms;
	list_init(&server->lines);
	(void)uv_timer_init(loop, &server->timer);
	(void)uv_tcp_init(loop, &server->listener);
	server->timer.data = server->listener.data = server;
	server->n_handles = 2;
	*ret = server;
	return 0;
}

int telnet_server_listen(struct telnet_server *server, int fd, struct error *err)
{
	int r = uv_tcp_open(&server->listener, fd);

	if (r < 0) {
		(void)close(fd);
		return error_set(err, r, "%s", uv_strerror(r));
	}
	r = uv_listen((uv_stream_t *)&server->listener, TELNET_BACKLOG, on_connection);
	return r < 0 ? error_set(err, r, "listen: %s", uv_strerror(r)) : 0;
}
