#include "agents/acs/order/order_door.h"

#include "lib/base/cleanup.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct visitor {
	struct list link; /* of the door's; in none once it is hung up on */
	struct order_door *door;
	uv_pipe_t pipe;
	uv_write_t write;
	struct buf sending; /* what write sends; empty: nothing is under way */
	struct line_reader in;
	struct line_writer out;
	struct commands commands;
	bool is_leaving; /* it asks for nothing more, but may still listen */
	bool is_closed;
};

struct order_door {
	uv_pipe_t pipe;     /* listens */
	uv_prepare_t flush; /* sends what was answered before the loop sleeps */
	const struct command *table;
	void *user;
	struct list visitors;
	size_t n_visitors;
	char *path;      /* owned */
	unsigned n_open; /* handles of its own that the loop holds, and visitors */
};

/* ---- the end ---------------------------------------------------------------------------- */

static void release(struct order_door *door)
{
	if (--door->n_open > 0)
		return;
	free(door->path);
	free(door);
}

static void on_visitor_closed(uv_handle_t *handle)
{
	struct visitor *visitor = handle->data;
	struct order_door *door = visitor->door;

	buf_free(&visitor->sending);
	line_reader_free(&visitor->in);
	line_writer_free(&visitor->out);
	free(visitor);
	release(door);
}

static void hang_up(struct visitor *visitor)
{
	if (visitor->is_closed)
		return;
	visitor->is_closed = true;
	list_remove(&visitor->link);
	visitor->door->n_visitors--;
	commands_close(&visitor->commands);
	uv_close((uv_handle_t *)&visitor->pipe, on_visitor_closed);
}

/* Whether the other end is closed both ways: a visitor that only asks for nothing more still
 * listens. */
static bool is_gone(const struct visitor *visitor)
{
	struct pollfd at = { .events = 0 };

	return uv_fileno((const uv_handle_t *)&visitor->pipe, &at.fd) < 0 ||
	       (poll(&at, 1, 0) > 0 && (at.revents & (POLLHUP | POLLERR)));
}

/* ---- answers ---------------------------------------------------------------------------- */

static void on_written(uv_write_t *write, int status)
{
	struct visitor *visitor = write->data;

	buf_reset(&visitor->sending);
	if (status < 0)
		hang_up(visitor);
}

static void send_waiting(struct visitor *visitor)
{
	struct str waiting = line_writer_waiting(&visitor->out);
	uv_buf_t bytes;

	if (waiting.len == 0)
		return;
	buf_append_str(&visitor->sending, waiting);
	line_writer_sent(&visitor->out, waiting.len);
	bytes =
	    uv_buf_init((char *)visitor->sending.data, (unsigned)visitor->sending.len);
	if (visitor->sending.error ||
	    uv_write(&visitor->write, (uv_stream_t *)&visitor->pipe, &bytes, 1,
		on_written) < 0)
		hang_up(visitor);
}

/* Who is leaving cannot ask for the next page, and is given it when the last one is sent. */
static void serve_out(struct visitor *visitor)
{
	if (line_writer_waiting(&visitor->out).len == 0)
		commands_go_on(&visitor->commands);
	if (is_gone(visitor) || (line_writer_waiting(&visitor->out).len == 0 &&
				    visitor->commands.n_answers == 0))
		hang_up(visitor);
}

static void flush(struct visitor *visitor)
{
	if (visitor->sending.len > 0)
		return;
	if (visitor->is_leaving)
		serve_out(visitor);
	if (!visitor->is_closed)
		send_waiting(visitor);
}

static void on_flush(uv_prepare_t *prepare)
{
	struct order_door *door = prepare->data;

	LIST_FOREACH_SAFE (item, &door->visitors)
		flush(list_entry(item, struct visitor, link));
}

/* ---- commands --------------------------------------------------------------------------- */

static void on_room(uv_handle_t *handle, size_t size, uv_buf_t *ret)
{
	struct visitor *visitor = handle->data;
	uint8_t *room = line_reader_room(&visitor->in);

	(void)size;
	*ret = uv_buf_init((char *)room, room ? LINE_READ_BYTES : 0);
}

static void take_lines(struct visitor *visitor)
{
	struct str line;
	int r;

	while (
	    !visitor->is_closed && (r = line_reader_next(&visitor->in, &line)) != 0) {
		if (r == 1)
			commands_take(&visitor->commands, line);
		else
			commands_skip(&visitor->commands);
	}
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *bytes)
{
	struct visitor *visitor = stream->data;

	(void)bytes;
	if (n == UV_EOF && !is_gone(visitor)) {
		line_reader_end(&visitor->in);
		take_lines(visitor);
		visitor->is_leaving = true;
		return;
	}
	if (n < 0) {
		hang_up(visitor);
		return;
	}
	line_reader_add(&visitor->in, (size_t)n);
	take_lines(visitor);
}

static void on_visit(uv_stream_t *listener, int status)
{
	struct order_door *door = listener->data;
	struct visitor *visitor = status < 0 ? NULL : calloc(1, sizeof(*visitor));

	if (!visitor)
		return;
	(void)uv_pipe_init(listener->loop, &visitor->pipe, 0);
	visitor->pipe.data = visitor->write.data = visitor;
	visitor->door = door;
	door->n_open++;
	list_append(&door->visitors, &visitor->link);
	door->n_visitors++;
	commands_init(&visitor->commands, door->table, door->user, &visitor->out);
	if (uv_accept(listener, (uv_stream_t *)&visitor->pipe) < 0 ||
	    door->n_visitors > ORDER_VISITORS_MAX ||
	    uv_read_start((uv_stream_t *)&visitor->pipe, on_room, on_read) < 0)
		hang_up(visitor);
}

/* ---- life ------------------------------------------------------------------------------- */

/* A socket of ours at which nobody listens is left of a program that was killed. */
static bool remove_left(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	auto_fd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct stat st;

	if (fd < 0 || lstat(path, &st) < 0 || !S_ISSOCK(st.st_mode) ||
	    st.st_uid != geteuid())
		return false;
	(void)snprintf(to.sun_path, sizeof(to.sun_path), "%s", path);
	return connect(fd, (const struct sockaddr *)&to, sizeof(to)) < 0 &&
	       errno == ECONNREFUSED && unlink(path) == 0;
}

static int listen_at(struct order_door *door, struct error *err)
{
	mode_t before = umask(0177);
	int r = uv_pipe_bind(&door->pipe, door->path);

	if (r == UV_EADDRINUSE && remove_left(door->path))
		r = uv_pipe_bind(&door->pipe, door->path);
	(void)umask(before);
	if (r == 0)
		r = uv_listen((uv_stream_t *)&door->pipe, ORDER_VISITORS_MAX, on_visit);
	if (r == UV_EADDRINUSE)
		return error_set(err, ERR_USAGE,
		    "%s is there already: another program's", door->path);
	return r < 0 ? error_set(err, r, "%s: %s", door->path, uv_strerror(r)) : 0;
}

int order_door_open(struct order_door **ret, uv_loop_t *loop, const char *path,
    const struct command *table, void *user, struct error *err)
{
	struct order_door *door = calloc(1, sizeof(*door));
	int r;

	if (!door)
		return error_set(err, -ENOMEM, "no memory for %s", path);
	door->table = table;
	door->user = user;
	list_init(&door->visitors);
	(void)uv_pipe_init(loop, &door->pipe, 0);
	(void)uv_prepare_init(loop, &door->flush);
	door->pipe.data = door->flush.data = door;
	door->n_open = 2;
	door->path = str_dup(str_of(path));
	if (!door->path)
		r = error_set(err, -ENOMEM, "no memory for %s", path);
	else if (strlen(path) >= sizeof(((struct sockaddr_un *)NULL)->sun_path))
		r = error_set(err, ERR_USAGE,
		    "%s: the path of a socket has at most %zu "
		    "characters",
		    path, sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1);
	else
		r = listen_at(door, err);
	if (r < 0) {
		order_door_close(door);
		return r;
	}
	(void)uv_prepare_start(&door->flush, on_flush);
	*ret = door;
	return 0;
}

static void on_closed(uv_handle_t *handle)
{
	release(handle->data);
}

/* libuv removes the socket that it has bound. */
void order_door_close(struct order_door *door)
{
	if (!door)
		return;
	LIST_FOREACH_SAFE (item, &door->visitors)
		hang_up(list_entry(item, struct visitor, link));
	uv_close((uv_handle_t *)&door->pipe, on_closed);
	uv_close((uv_handle_t *)&door->flush, on_closed);
}
