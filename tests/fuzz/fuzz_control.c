/* Bytes on an agent's control channel: whatever comes, each line gets answers that are lines
 * of JSON within the limit, and only the end of the stream or "stop" asks the agent to stop,
 * once. */
#include "agents/common/control.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_stop(void *user)
{
	++*(int *)user;
}

/* Three pages. */
static int page_status(void *user, struct answer *answer, struct error *err)
{
	(void)err;
	json_int(answer->json, "stops", *(int *)user);
	return answer->n_pages < 2 ? ANSWER_MORE : ANSWER_WHOLE;
}

struct arguments {
	uint64_t n;
	const char *text;
};

/* An answer that may be too long for a line. */
static int page_repeat(void *user, struct answer *answer, struct error *err)
{
	const struct arguments *arguments = answer->arguments;

	(void)user;
	if (arguments->n == 7)
		return error_set(err, ERR_UNSUPPORTED, "not seven");
	json_array_begin(answer->json, "texts");
	for (uint64_t i = 0; i < arguments->n; i++)
		json_text(answer->json, NULL, arguments->text);
	json_array_end(answer->json);
	return ANSWER_WHOLE;
}

static const struct conf_row rows[] = {
	{ .key = "n",
	    .type = CONF_UINT,
	    .offset = offsetof(struct arguments, n),
	    .max = 100000,
	    .help = "how often" },
	{ .key = "text",
	    .type = CONF_STR,
	    .offset = offsetof(struct arguments, text),
	    .is_required = true,
	    .help = "what" },
	{ NULL },
};

static const struct command commands[] = {
	{ .name = "status", .help = "three pages", .page = page_status },
	{ .name = "repeat",
	    .help = "says it",
	    .rows = rows,
	    .size = sizeof(struct arguments),
	    .page = page_repeat },
	{ NULL },
};

/* Reads what the agent says; every line begins and ends as an answer does. */
static void take_answers(int fd, struct line_reader *reader)
{
	for (;;) {
		uint8_t *room = line_reader_room(reader);
		struct str line;
		ssize_t n;
		int r;

		if (!room)
			abort();
		n = recv(fd, room, LINE_READ_BYTES, MSG_DONTWAIT);
		if (n <= 0)
			return;
		line_reader_add(reader, (size_t)n);
		while ((r = line_reader_next(reader, &line)) != 0) {
			if (r < 0 || !str_starts(line, STR("{\"re\":")) ||
			    !str_ends(line, STR("}")))
				abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct control_handlers handlers = { on_stop, commands };
	struct line_reader reader = { .at = 0 };
	struct control *control;
	uv_loop_t loop;
	int fds[2], stops = 0;

	if (size > 200000 || socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0)
		return 0;
	if (uv_loop_init(&loop) < 0 ||
	    control_open(&control, &loop, fds[0], "fuzz", &handlers, &stops, NULL) < 0)
		abort();
	for (size_t at = 0; at < size && stops == 0;) {
		ssize_t n =
		    send(fds[1], data + at, size - at, MSG_DONTWAIT | MSG_NOSIGNAL);

		at += n > 0 ? (size_t)n : 0;
		(void)uv_run(&loop, UV_RUN_NOWAIT);
		take_answers(fds[1], &reader);
	}
	(void)shutdown(fds[1], SHUT_WR);
	for (int i = 0; i < 10000 && stops == 0; i++) {
		(void)uv_run(&loop, UV_RUN_NOWAIT);
		take_answers(fds[1], &reader);
	}
	if (stops != 1)
		abort();
	control_close(control);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	if (uv_loop_close(&loop) < 0)
		abort();
	line_reader_free(&reader);
	(void)close(fds[1]);
	return 0;
}
