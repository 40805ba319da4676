#include "lab/web/child.h"

#include "lib/base/buf.h"
#include "lib/base/compiler.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>

enum {
	PARTS = 2, /* standard output and standard error */
	READ_BYTES = 16 << 10
};

struct part {
	struct web_child *child;
	uv_pipe_t pipe;
	struct buf said;
};

struct web_child {
	web_child_fn *done;
	void *user;
	uv_process_t process;
	uv_timer_t timer;
	struct part parts[PARTS];
	int n_open;    /* the process, and the pipes that have not ended */
	int n_handles; /* that are not closed */
	int status;
	bool is_gone, is_done, is_closing;
	char room[READ_BYTES];
};

static void tell(struct web_child *child, int status, struct str errors)
{
	if (child->is_done || child->is_closing)
		return;
	child->is_done = true;
	child->done(child->user, status, buf_str(&child->parts[0].said), errors);
}

static void end_one(struct web_child *child)
{
	if (--child->n_open == 0)
		tell(child, child->status, buf_str(&child->parts[1].said));
}

/* What it has started itself may hold its outputs for longer than it lives: those are not waited
 * for. */
static void on_late(uv_timer_t *timer)
{
	struct web_child *child = timer->data;

	if (!child->is_gone)
		(void)uv_process_kill(&child->process, SIGKILL);
	tell(child, -1, STR("it has not ended in its time, and was killed"));
}

static void on_room(uv_handle_t *handle, size_t wish, uv_buf_t *ret)
{
	const struct part *part = handle->data;

	(void)wish;
	*ret = uv_buf_init(part->child->room, READ_BYTES);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *bytes)
{
	struct part *part = stream->data;

	if (n > 0) {
		buf_append(&part->said, bytes->base, (size_t)n);
	} else if (n < 0) {
		(void)uv_read_stop(stream);
		end_one(part->child);
	}
}

static void on_gone(uv_process_t *process, int64_t status, int number)
{
	struct web_child *child = process->data;

	child->is_gone = true;
	child->status = number ? 128 + number : (int)status;
	end_one(child);
}

static int spawn(struct web_child *child, uv_loop_t *loop, const char *const *words)
{
	/* libuv takes words that it does not change. */
	static char program[] = "cwmplab";
	char *all[WEB_CHILD_WORDS + 2] = { program };
	uv_stdio_container_t stdio[1 + PARTS] = { { .flags = UV_IGNORE } };
	uv_process_options_t options = { .file = "/proc/self/exe",
		.args = all,
		.exit_cb = on_gone,
		.stdio = stdio,
		.stdio_count = ARRAY_LEN(stdio) };

	for (size_t i = 0; words[i] && i < WEB_CHILD_WORDS; i++)
		all[i + 1] = (char *)(uintptr_t)words[i];
	for (size_t i = 0; i < PARTS; i++) {
		stdio[i + 1].flags =
		    (uv_stdio_flags)(UV_CREATE_PIPE | UV_WRITABLE_PIPE);
		stdio[i + 1].data.stream = (uv_stream_t *)&child->parts[i].pipe;
	}
	return uv_spawn(loop, &child->process, &options);
}

static void on_closed(uv_handle_t *handle)
{
	struct web_child *child = handle->type == UV_NAMED_PIPE
				      ? ((struct part *)handle->data)->child
				      : handle->data;

	if (--child->n_handles > 0)
		return;
	for (size_t i = 0; i < PARTS; i++)
		buf_free(&child->parts[i].said);
	free(child);
}

static void close_handles(struct web_child *child)
{
	child->is_closing = true;
	uv_close((uv_handle_t *)&child->process, on_closed);
	uv_close((uv_handle_t *)&child->timer, on_closed);
	for (size_t i = 0; i < PARTS; i++)
		uv_close((uv_handle_t *)&child->parts[i].pipe, on_closed);
}

static void init_handles(struct web_child *child, uv_loop_t *loop)
{
	child->process.data = child->timer.data = child;
	child->n_open = 1 + PARTS;
	child->n_handles = 2 + PARTS;
	(void)uv_timer_init(loop, &child->timer);
	for (size_t i = 0; i < PARTS; i++) {
		child->parts[i] =
		    (struct part){ .child = child, .said = BUF_MAX(WEB_CHILD_BYTES) };
		(void)uv_pipe_init(loop, &child->parts[i].pipe, 0);
		child->parts[i].pipe.data = &child->parts[i];
	}
}

int web_child_start(struct web_child **ret, uv_loop_t *loop,
    const struct web_child_call *call, struct error *err)
{
	struct web_child *child = calloc(1, sizeof(*child));
	int r;

	if (!child)
		return error_set(err, -ENOMEM, "out of memory");
	child->done = call->done;
	child->user = call->user;
	init_handles(child, loop);
	/* Also after a failure the process is a handle of the loop. */
	r = spawn(child, loop, call->words);
	if (r < 0) {
		child->is_gone = true;
		close_handles(child);
		return error_set(err, r, "cwmplab: %s", uv_strerror(r));
	}
	(void)uv_timer_start(&child->timer, on_late, call->longest_ms, 0);
	for (size_t i = 0; i < PARTS; i++)
		(void)uv_read_start((uv_stream_t *)&child->parts[i].pipe, on_room,
		    on_read);
	*ret = child;
	return 0;
}

void web_child_close(struct web_child *child)
{
	if (!child || child->is_closing)
		return;
	if (!child->is_gone)
		(void)uv_process_kill(&child->process, SIGTERM);
	close_handles(child);
}
