#include "lab/web/decoder.h"

#include "lib/base/buf.h"
#include "lib/base/compiler.h"
#include "lib/base/shown.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	READ_BYTES = 64 << 10,
	WORDS_MAX = 8 + 2 * WEB_DECODER_PORTS_MAX,
	SAID_MAX = 160 /* of a line of what it says to people */
};

struct web_decoder {
	struct web_decoder_handlers handlers;
	void *user;
	uv_process_t process;
	uv_pipe_t pipe, errors;
	int n_handles;
	struct buf in; /* of a line that is not whole */
	bool is_skipping, is_closing, has_ended;
	struct {
		char now[SAID_MAX], last[SAID_MAX]; /* a line that is not whole; one */
		size_t len;
		bool is_counted; /* what comes then is no reason */
	} said;
	char room[READ_BYTES];
};

/* ---- lines ---------------------------------------------------------------------------------- */

static void end_line(struct web_decoder *decoder)
{
	if (!decoder->is_skipping && decoder->in.len > 0)
		decoder->handlers.line(decoder->user, buf_str(&decoder->in));
	decoder->is_skipping = false;
	buf_reset(&decoder->in);
}

static void take(struct web_decoder *decoder, struct str bytes)
{
	while (bytes.len > 0) {
		size_t n = str_find_char(bytes, '\n');

		if (!decoder->is_skipping)
			buf_append(&decoder->in, bytes.p, n);
		if (decoder->in.error) {
			buf_reset(&decoder->in);
			decoder->is_skipping = true;
		}
		if (n == bytes.len)
			return;
		end_line(decoder);
		bytes = str_from(bytes, n + 1);
	}
}

/* ---- what it says to people --------------------------------------------------------------- */

/* It says that it captures, then what happens to its ports, last why it ends; and then how much it has
 * captured (lab/look/look_live.c). */
static void end_words(struct web_decoder *decoder)
{
	struct str words = str_make(decoder->said.now, decoder->said.len);

	decoder->said.len = 0;
	if (str_starts(words, STR("capturing at ")))
		decoder->handlers.started(decoder->user);
	else if (str_starts(words, STR("captured ")))
		decoder->said.is_counted = true;
	else if (!decoder->said.is_counted && words.len > 0)
		(void)shown_snprintf(decoder->said.last, SAID_MAX, "%.*s",
		    STR_ARG(words));
}

static void hear(struct web_decoder *decoder, struct str bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		if (bytes.p[i] == '\n')
			end_words(decoder);
		else if (decoder->said.len < SAID_MAX)
			decoder->said.now[decoder->said.len++] = bytes.p[i];
	}
}

/* What it said last is there when it is known to have ended, and has yet to be read. */
static void hear_rest(struct web_decoder *decoder)
{
	uv_os_fd_t fd;
	ssize_t n;

	if (uv_fileno((const uv_handle_t *)&decoder->errors, &fd) < 0)
		return;
	while ((n = read(fd, decoder->room, READ_BYTES)) > 0)
		hear(decoder, str_make(decoder->room, (size_t)n));
	end_words(decoder);
}

/* ---- the child -------------------------------------------------------------------------------- */

static void end(struct web_decoder *decoder, int status, int number)
{
	char why[WEB_DECODER_WHY_MAX];
	const char *last = decoder->said.last;

	if (decoder->has_ended || decoder->is_closing)
		return;
	decoder->has_ended = true;
	if (number)
		(void)snprintf(why, sizeof(why), "was ended by signal %d (%s)", number,
		    strsignal(number));
	else
		(void)snprintf(why, sizeof(why), "ended with status %d%s%s", status,
		    *last ? ": " : "", last);
	decoder->handlers.ended(decoder->user, why);
}

static void on_room(uv_handle_t *handle, size_t wish, uv_buf_t *ret)
{
	struct web_decoder *decoder = handle->data;

	(void)wish;
	*ret = uv_buf_init(decoder->room, READ_BYTES);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *bytes)
{
	struct web_decoder *decoder = stream->data;

	if (n > 0)
		take(decoder, str_make(bytes->base, (size_t)n));
	else if (n < 0)
		(void)uv_read_stop(stream);
}

static void on_words(uv_stream_t *stream, ssize_t n, const uv_buf_t *bytes)
{
	struct web_decoder *decoder = stream->data;

	if (n > 0)
		hear(decoder, str_make(bytes->base, (size_t)n));
	else if (n < 0)
		(void)uv_read_stop(stream);
}

static void on_gone(uv_process_t *process, int64_t status, int number)
{
	struct web_decoder *decoder = process->data;

	if (!decoder->is_closing)
		hear_rest(decoder);
	end(decoder, (int)status, number);
}

static int spawn(struct web_decoder *decoder, uv_loop_t *loop, char *const *ports,
    size_t n)
{
	/* libuv takes words that it does not change. */
	static char program[] = "cwmplab", verb[] = "decode", format[] = "--format",
		    ndjson[] = "ndjson", interface[] = "--interface";
	char *words[WORDS_MAX] = { program, verb, format, ndjson };
	uv_stdio_container_t stdio[3] = {
		{ .flags = UV_IGNORE },
		{ .flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
		    .data.stream = (uv_stream_t *)&decoder->pipe },
		{ .flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
		    .data.stream = (uv_stream_t *)&decoder->errors },
	};
	uv_process_options_t options = { .file = "/proc/self/exe",
		.args = words,
		.exit_cb = on_gone,
		.stdio = stdio,
		.stdio_count = ARRAY_LEN(stdio) };
	size_t at = 4;

	for (size_t i = 0; i < n && i < WEB_DECODER_PORTS_MAX; i++) {
		words[at++] = interface;
		words[at++] = ports[i];
	}
	words[at] = NULL;
	return uv_spawn(loop, &decoder->process, &options);
}

static void on_closed(uv_handle_t *handle)
{
	struct web_decoder *decoder = handle->data;

	if (--decoder->n_handles > 0)
		return;
	buf_free(&decoder->in);
	free(decoder);
}

static void close_handles(struct web_decoder *decoder)
{
	decoder->is_closing = true;
	uv_close((uv_handle_t *)&decoder->process, on_closed);
	uv_close((uv_handle_t *)&decoder->pipe, on_closed);
	uv_close((uv_handle_t *)&decoder->errors, on_closed);
}

int web_decoder_open(struct web_decoder **ret, uv_loop_t *loop, char *const *ports,
    size_t n, const struct web_decoder_handlers *handlers, void *user,
    struct error *err)
{
	struct web_decoder *decoder = calloc(1, sizeof(*decoder));
	int r;

	if (!decoder)
		return error_set(err, -ENOMEM, "out of memory");
	decoder->handlers = *handlers;
	decoder->user = user;
	decoder->in = (struct buf)BUF_MAX(WEB_DECODER_LINE_MAX);
	decoder->n_handles = 3;
	decoder->process.data = decoder->pipe.data = decoder->errors.data = decoder;
	(void)uv_pipe_init(loop, &decoder->pipe, 0);
	(void)uv_pipe_init(loop, &decoder->errors, 0);
	/* Also after a failure the process is a handle of the loop. */
	r = spawn(decoder, loop, ports, n);
	if (r < 0) {
		close_handles(decoder);
		return error_set(err, r, "decode: %s", uv_strerror(r));
	}
	(void)uv_read_start((uv_stream_t *)&decoder->pipe, on_room, on_read);
	(void)uv_read_start((uv_stream_t *)&decoder->errors, on_room, on_words);
	*ret = decoder;
	return 0;
}

void web_decoder_close(struct web_decoder *decoder)
{
	if (!decoder || decoder->is_closing)
		return;
	if (!decoder->has_ended)
		(void)uv_process_kill(&decoder->process, SIGTERM);
	close_handles(decoder);
}

unsigned web_decoder_pause_s(unsigned n_ended)
{
	unsigned pause = 1;

	while (--n_ended > 0 && pause < WEB_DECODER_PAUSE_MAX_S)
		pause *= 2;
	return MIN(pause, (unsigned)WEB_DECODER_PAUSE_MAX_S);
}
