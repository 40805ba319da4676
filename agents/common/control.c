#include "agents/common/control.h"

#include "lib/base/clock.h"
#include "lib/base/compiler.h"
#include "lib/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	READ_BYTES = 4096,
	LAST_WORDS_MS = 1000 /* how long closing waits for a slow reader */
};

struct control {
	uv_prepare_t prepare; /* flushes before the loop sleeps */
	uv_signal_t sigint, sigterm;
	uv_poll_t poll;
	int fd;
	bool is_channel; /* fd is a socket that commands come from */
	bool is_polling_write, is_stopping;
	unsigned n_open; /* handles whose close is still to come */
	const char *node;
	struct control_handlers handlers;
	void *user;
	struct buf out, in;
	struct json json; /* of the event that is being written */
};

static void ask_to_stop(struct control *control)
{
	if (control->is_stopping)
		return;
	control->is_stopping = true;
	control->handlers.stop(control->user);
}

/* ---- writing ------------------------------------------------------------------------ */

/* Writes as much as goes. 0, or 1 when the reader has to catch up first. */
static int write_some(struct control *control)
{
	while (control->out.len > 0) {
		ssize_t n = write(control->fd, control->out.data, control->out.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return 1;
		if (n < 0) {
			buf_reset(&control->out); /* nobody reads any more */
			if (control->is_channel)
				ask_to_stop(control);
			return 0;
		}
		buf_consume(&control->out, (size_t)n);
	}
	return 0;
}

static void on_poll(uv_poll_t *poll, int status, int events);

static void set_polling(struct control *control, bool wants_write)
{
	if (!control->is_channel || control->is_polling_write == wants_write)
		return;
	control->is_polling_write = wants_write;
	(void)uv_poll_start(&control->poll,
	    UV_READABLE | (wants_write ? UV_WRITABLE : 0), on_poll);
}

static void flush(struct control *control)
{
	bool is_full = control->out.error != 0;

	set_polling(control, write_some(control) > 0);
	if (is_full) {
		log_error("the control channel is not read; giving up");
		control->out.error = 0;
		ask_to_stop(control);
	}
}

static void on_prepare(uv_prepare_t *prepare)
{
	flush(container_of(prepare, struct control, prepare));
}

struct json *control_event_of(struct control *control, const char *node,
    const char *event)
{
	control->json = json_writer(&control->out, 0);
	json_object_begin(&control->json, NULL);
	json_int(&control->json, "time", clock_wall());
	json_text(&control->json, "node", node);
	json_text(&control->json, "event", event);
	return &control->json;
}

struct json *control_event(struct control *control, const char *event)
{
	return control_event_of(control, control->node, event);
}

void control_event_end(struct control *control)
{
	json_object_end(&control->json);
	buf_append_char(&control->out, '\n');
}

void control_failed(struct control *control, const char *why)
{
	json_text(control_event(control, "failed"), "why", why);
	control_event_end(control);
	flush(control);
}

/* ---- commands ----------------------------------------------------------------------- */

static void answer(struct control *control, json_t *command, const char *why,
    bool has_status)
{
	struct json json = json_writer(&control->out, 0);
	json_t *id = json_object_get(command, "id");

	json_object_begin(&json, NULL);
	json_int(&json, "re", id ? json_integer_value(id) : 0);
	json_bool(&json, "ok", !why);
	if (why)
		json_text(&json, "why", why);
	if (has_status) {
		json_object_begin(&json, "status");
		control->handlers.status(control->user, &json);
		json_object_end(&json);
	}
	json_object_end(&json);
	buf_append_char(&control->out, '\n');
}

static void obey(struct control *control, struct str line)
{
	json_t *command = json_loadb(line.p, line.len, JSON_REJECT_DUPLICATES, NULL);
	const char *verb = json_string_value(json_object_get(command, "cmd"));

	if (!verb) {
		answer(control, command, "no command was understood", false);
	} else if (strcmp(verb, "stop") == 0) {
		answer(control, command, NULL, false);
		ask_to_stop(control);
	} else if (strcmp(verb, "status") == 0 && control->handlers.status) {
		answer(control, command, NULL, true);
	} else {
		answer(control, command, "no such command", false);
	}
	json_decref(command);
}

static void obey_lines(struct control *control)
{
	struct str rest = buf_str(&control->in);
	size_t end;

	while ((end = str_find_char(rest, '\n')) < rest.len) {
		obey(control, str_make(rest.p, end));
		rest = str_from(rest, end + 1);
	}
	buf_consume(&control->in, control->in.len - rest.len);
	if (control->in.len >= CONTROL_LINE_MAX) {
		log_error("a command of more than %d bytes", CONTROL_LINE_MAX);
		ask_to_stop(control);
	}
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct control *control = container_of(poll, struct control, poll);
	uint8_t *room;
	ssize_t n;

	if (status < 0) {
		ask_to_stop(control);
		return;
	}
	if (events & UV_WRITABLE)
		flush(control);
	if (!(events & UV_READABLE))
		return;
	room = buf_reserve(&control->in, READ_BYTES);
	n = room ? read(control->fd, room, READ_BYTES) : 0;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) { /* whoever started us is gone */
		(void)uv_poll_stop(poll);
		ask_to_stop(control);
		return;
	}
	control->in.len += (size_t)n;
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
	(void)uv_poll_start(&control->poll, UV_READABLE, on_poll);
	return 0;
}

int control_open(struct control **ret, uv_loop_t *loop, int fd, const char *node,
    const struct control_handlers *handlers, void *user, struct error *err)
{
	struct control *control = calloc(1, sizeof(*control));
	int r;

	if (!control)
		return error_set(err, -ENOMEM, "no memory");
	control->fd = STDOUT_FILENO;
	control->node = node;
	control->handlers = *handlers;
	control->user = user;
	control->out.max = CONTROL_QUEUE_MAX;
	control->in.max = CONTROL_LINE_MAX + READ_BYTES;
	if (fd >= 0) {
		r = start_channel(control, loop, fd, err);
		if (r < 0) {
			free(control);
			return r;
		}
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
	if (--control->n_open > 0)
		return;
	if (control->is_channel)
		(void)close(control->fd);
	buf_free(&control->out);
	buf_free(&control->in);
	free(control);
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
	control->is_stopping = true;
	pollfd = (struct pollfd){ control->fd, POLLOUT, 0 };
	while (write_some(control) > 0 && poll(&pollfd, 1, LAST_WORDS_MS) > 0)
		;
	uv_close((uv_handle_t *)&control->prepare, on_prepare_closed);
	uv_close((uv_handle_t *)&control->sigint, on_signal_closed);
	uv_close((uv_handle_t *)&control->sigterm, on_signal_closed);
	if (control->is_channel)
		uv_close((uv_handle_t *)&control->poll, on_poll_closed);
}
