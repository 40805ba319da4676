#include "agents/common/control.h"

#include "lib/base/clock.h"
#include "lib/base/compiler.h"
#include "lib/program/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	LAST_WORDS_MS = 1000 /* how long closing waits for a slow reader */
};

struct control {
	uv_prepare_t prepare; /* flushes before the loop sleeps */
	uv_signal_t sigint, sigterm;
	uv_poll_t poll;
	int fd;
	bool is_channel; /* fd is a socket that commands come from */
	bool is_stopping, is_closed;
	bool is_alone;   /* the other end of the channel is gone */
	int polled;      /* UV_READABLE, UV_WRITABLE: what is waited for */
	unsigned n_open; /* handles whose close is still to come */
	const char *node;
	void (*stop)(void *user);
	void *user;
	struct line_reader in;
	struct line_writer out;
	struct command *table; /* owned: "stop" and the agent's own */
	struct commands commands;
	bool is_leaving_out; /* the event that is being written */
	uint64_t n_lost;     /* events that were left out since the last "lost" */
};

static void ask_to_stop(struct control *control)
{
	if (control->is_stopping)
		return;
	control->is_stopping = true;
	control->stop(control->user);
}

/* ---- writing ------------------------------------------------------------------------ */

static size_t waiting(const struct control *control)
{
	return line_writer_waiting(&control->out).len;
}

/* Writes as much as goes. 0, or 1 when the reader has to catch up first. */
static int write_some(struct control *control)
{
	struct str bytes;

	while ((bytes = line_writer_waiting(&control->out)).len > 0) {
		ssize_t n = write(control->fd, bytes.p, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return 1;
		if (n >= 0) {
			line_writer_sent(&control->out, (size_t)n);
			continue;
		}
		/* Nobody reads any more. By hand that is a full disk, say: standard output
		 * gets the rest, so that the program tells at its end what is lost. */
		if (!control->is_channel)
			(void)fwrite(bytes.p, 1, bytes.len, stdout);
		line_writer_sent(&control->out, bytes.len);
		ask_to_stop(control);
		return 0;
	}
	return 0;
}

static void on_poll(uv_poll_t *poll, int status, int events);

/* Commands are not read while their answers find no reader. */
static void poll_as_needed(struct control *control)
{
	size_t n = waiting(control);
	int events =
	    (n > 0 ? UV_WRITABLE : 0) | (n <= CONTROL_QUEUE_MAX ? UV_READABLE : 0);

	if (!control->is_channel || control->is_closed || control->is_alone ||
	    control->polled == events)
		return;
	control->polled = events;
	(void)uv_poll_start(&control->poll, events, on_poll);
}

static void tell_lost(struct control *control)
{
	uint64_t n = control->n_lost;

	if (n == 0 || waiting(control) > CONTROL_QUEUE_MAX / 2)
		return;
	control->n_lost = 0;
	json_uint(control_event(control, "lost"), "events", n);
	control_event_end(control);
	log_warn("%llu events were left out: the control channel was not read",
	    (unsigned long long)n);
}

static void flush(struct control *control)
{
	int r = write_some(control);

	if (control->n_lost > 0 && !control->is_closed) {
		tell_lost(control);
		if (r == 0)
			(void)write_some(control);
	}
	poll_as_needed(control);
}

static void on_prepare(uv_prepare_t *prepare)
{
	flush(container_of(prepare, struct control, prepare));
}

struct json *control_event_of(struct control *control, const char *node,
    const char *event)
{
	struct json *json;

	control->is_leaving_out = waiting(control) > CONTROL_QUEUE_MAX;
	json = line_writer_begin(&control->out);
	json_int(json, "time", clock_wall());
	json_text(json, "node", node);
	json_text(json, "event", event);
	return json;
}

struct json *control_event(struct control *control, const char *event)
{
	return control_event_of(control, control->node, event);
}

void control_event_end(struct control *control)
{
	if (control->is_leaving_out)
		line_writer_cancel(&control->out);
	if (control->is_leaving_out || line_writer_end(&control->out) < 0)
		control->n_lost++;
}

/* ---- commands ----------------------------------------------------------------------- */

static int page_stop(void *user, struct answer *answer, struct error *err)
{
	(void)user;
	(void)answer;
	(void)err;
	return ANSWER_WHOLE;
}

/* The answer is written: only now, for stopping may write, too. */
static void end_stop(void *user, struct answer *answer)
{
	(void)user;
	ask_to_stop(container_of(answer->commands, struct control, commands));
}

static const struct command stop_command = {
	.name = "stop",
	.help = "ends the agent in an orderly way",
	.page = page_stop,
	.end = end_stop,
};

/* "stop" and the agent's own in one table; null without memory. */
static struct command *join_tables(const struct command *own)
{
	struct command *table;
	size_t n = 0;

	while (own && own[n].name)
		n++;
	table = calloc(n + 2, sizeof(*table));
	if (!table)
		return NULL;
	table[0] = stop_command;
	if (n > 0)
		memcpy(table + 1, own, n * sizeof(*table));
	return table;
}

static void obey_lines(struct control *control)
{
	struct str line;
	int r;

	while (
	    !control->is_closed && (r = line_reader_next(&control->in, &line)) != 0) {
		if (r == 1)
			commands_take(&control->commands, line);
		else
			commands_skip(&control->commands);
	}
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct control *control = container_of(poll, struct control, poll);
	uint8_t *room;
	ssize_t n;

	if (status < 0) {
		control->is_alone = true;
		ask_to_stop(control);
		return;
	}
	if (events & UV_WRITABLE)
		flush(control);
	if (!(events & UV_READABLE) || control->is_closed)
		return;
	room = line_reader_room(&control->in);
	n = room ? read(control->fd, room, LINE_READ_BYTES) : 0;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) { /* whoever started us is gone */
		control->is_alone = true;
		(void)uv_poll_stop(poll);
		ask_to_stop(control);
		return;
	}
	line_reader_add(&control->in, (size_t)n);
	obey_lines(control);
}

static void on_signal(uv_signal_t *handle, int number)
{
	(void)number;
	ask_to_stop(handle->data);
}

/* ---- life --------------------------------------------------------------------------- */

static void start_signal(struct control *control, uv_loop_t *loop, uv_signal_t *handle,
    int number)
{
	(void)uv_signal_init(loop, handle);
	handle->data = control;
	(void)uv_signal_start(handle, on_signal, number);
	uv_unref((uv_handle_t *)handle);
	control->n_open++;
}

static int start_channel(struct control *control, uv_loop_t *loop, int fd,
    struct error *err)
{
	int flags = fcntl(fd, F_GETFL), r;

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return error_set(err, -errno, "control descriptor %d: %s", fd,
		    strerror(errno));
	r = uv_poll_init(loop, &control->poll, fd);
	if (r < 0)
		return error_set(err, r, "control descriptor %d: %s", fd,
		    uv_strerror(r));
	control->n_open++;
	control->is_channel = true;
	control->fd = fd;
	poll_as_needed(control);
	return 0;
}

static void control_free(struct control *control)
{
	if (control->is_channel)
		(void)close(control->fd);
	line_reader_free(&control->in);
	line_writer_free(&control->out);
	free(control->table);
	free(control);
}

int control_open(struct control **ret, uv_loop_t *loop, int fd, const char *node,
    const struct control_handlers *handlers, void *user, struct error *err)
{
	struct control *control = calloc(1, sizeof(*control));
	int r = 0;

	if (!control)
		return error_set(err, -ENOMEM, "no memory");
	control->fd = STDOUT_FILENO;
	control->node = node;
	control->stop = handlers->stop;
	control->user = user;
	control->table = join_tables(handlers->commands);
	if (!control->table)
		r = error_set(err, -ENOMEM, "no memory");
	commands_init(&control->commands, control->table, user, &control->out);
	if (r == 0 && fd >= 0)
		r = start_channel(control, loop, fd, err);
	if (r < 0) {
		control_free(control);
		return r;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	(void)uv_prepare_init(loop, &control->prepare);
	(void)uv_prepare_start(&control->prepare, on_prepare);
	uv_unref((uv_handle_t *)&control->prepare);
	control->n_open++;
	start_signal(control, loop, &control->sigint, SIGINT);
	start_signal(control, loop, &control->sigterm, SIGTERM);
	*ret = control;
	return 0;
}

static void free_when_closed(struct control *control)
{
	if (--control->n_open == 0)
		control_free(control);
}

static void on_prepare_closed(uv_handle_t *handle)
{
	free_when_closed(container_of((uv_prepare_t *)handle, struct control, prepare));
}

static void on_poll_closed(uv_handle_t *handle)
{
	free_when_closed(container_of((uv_poll_t *)handle, struct control, poll));
}

static void on_signal_closed(uv_handle_t *handle)
{
	free_when_closed(handle->data);
}

void control_close(struct control *control)
{
	struct pollfd pollfd;

	if (!control)
		return;
	control->is_stopping = control->is_closed = true;
	commands_close(&control->commands);
	pollfd = (struct pollfd){ control->fd, POLLOUT, 0 };
	while (write_some(control) > 0 && poll(&pollfd, 1, LAST_WORDS_MS) > 0)
		;
	uv_close((uv_handle_t *)&control->prepare, on_prepare_closed);
	uv_close((uv_handle_t *)&control->sigint, on_signal_closed);
	uv_close((uv_handle_t *)&control->sigterm, on_signal_closed);
	if (control->is_channel)
		uv_close((uv_handle_t *)&control->poll, on_poll_closed);
}
