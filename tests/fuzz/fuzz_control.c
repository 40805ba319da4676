/* Bytes on an agent's control channel: whatever comes, each line gets one answer, a line
 * over the limit or the end of the stream asks the agent to stop, once. */
#include "agents/common/control.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_stop(void *user)
{
	++*(int *)user;
}

static void on_status(void *user, struct json *status)
{
	json_int(status, "stops", *(int *)user);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct control_handlers handlers = { on_stop, on_status };
	struct control *control;
	char answers[4096];
	uv_loop_t loop;
	int fds[2], stops = 0;

	if (size > 100000 || socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0)
		return 0;
	if (uv_loop_init(&loop) < 0 ||
	    control_open(&control, &loop, fds[0], "fuzz", &handlers, &stops, NULL) < 0)
		abort();
	for (size_t at = 0; at < size;) {
		ssize_t n =
		    send(fds[1], data + at, size - at, MSG_DONTWAIT | MSG_NOSIGNAL);

		at += n > 0 ? (size_t)n : 0;
		(void)uv_run(&loop, UV_RUN_NOWAIT);
		while (recv(fds[1], answers, sizeof(answers), MSG_DONTWAIT) > 0)
			;
		if (stops > 0)
			break;
	}
	(void)shutdown(fds[1], SHUT_WR);
	for (int i = 0; i < 100 && stops == 0; i++)
		(void)uv_run(&loop, UV_RUN_NOWAIT);
	if (stops != 1)
		abort();
	control_close(control);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	if (uv_loop_close(&loop) < 0)
		abort();
	(void)close(fds[1]);
	return 0;
}
