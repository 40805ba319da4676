/* Any bytes of a client, in any pieces, over a pair of sockets: as lines of a console with its login,
 * editor, screens and dialogues. The first byte says which login; then pieces follow, a byte of
 * length before each, whose top bit says that the client reads nothing before the next one.
 * What waits for it is bounded, and all of it ends when the client goes. */
#include "tests/unit/console/cli_stub.h"

#include "agents/cpe/console/telnet_line.h"
#include "lib/program/log.h"

#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum {
	PIECE = 0x7f,
	RESTS = 0x80,
	ANSWER_MAX =
	    4 << 20 /* of one command of so small a device, also of 1,000 repeated */
};

static clock_ns booted(void *user)
{
	(void)user;
	return 1;
}

static void on_closed(struct telnet_line *line)
{
	*(bool *)line->owner = true;
}

static void drain(int fd)
{
	char bytes[4096];

	while (recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
}

/* News of what goes on, if anything does, and now and then its end. */
static void tell(struct cli_stub *stub, uint8_t head)
{
	if (stub->pinging && head & 1)
		cli_live_late(stub->pinging);
	else if (stub->pinging)
		cli_stub_end(stub, NULL);
}

static void play(uv_loop_t *loop, struct cli_stub *stub, const struct telnet_line *line,
    int fd, const bool *is_closed, struct str bytes)
{
	while (bytes.len > 1 && !*is_closed) {
		uint8_t head = (uint8_t)bytes.p[0];
		size_t n = MIN((size_t)(head & PIECE), bytes.len - 1);

		(void)send(fd, bytes.p + 1, n, MSG_DONTWAIT | MSG_NOSIGNAL);
		bytes = str_from(bytes, n + 1);
		(void)uv_run(loop, UV_RUN_NOWAIT);
		tell(stub, head);
		if (!*is_closed &&
		    line->out.len + line->sending.len > TELNET_OUT_MAX + ANSWER_MAX)
			__builtin_trap();
		if (!(head & RESTS))
			drain(fd);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const struct cli_user user = { "a", "b", CLI_LEVEL_MONITOR };
	static struct cli_stub stub;
	struct telnet_terms terms = { .device = &stub.device,
		.name = "fuzzed",
		.booted = booted };
	struct telnet_line *line;
	bool is_closed = false;
	uv_loop_t loop;
	int fds[2];

	if (len < 1 || len > 1 << 14 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return 0;
	terms.gate = (struct cli_gate){ .login = bytes[0] % 3,
		.password = "b",
		.users = &user,
		.n_users = 1 };
	log_setup("fuzz", LOG_ERROR_);
	cli_stub_open(&stub, bytes[0] & 4 ? "vrp" : "comware7");
	(void)uv_loop_init(&loop);
	line = telnet_line_new(&loop, &terms, on_closed, &is_closed);
	if (!line || uv_tcp_open(&line->tcp, fds[1]) < 0)
		__builtin_trap();
	telnet_line_begin(line);
	play(&loop, &stub, line, fds[0], &is_closed, str_make(bytes + 1, len - 1));
	(void)close(fds[0]);
	if (!is_closed)
		telnet_line_abort(line);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	if (!is_closed || uv_loop_close(&loop) != 0)
		__builtin_trap();
	cli_stub_close(&stub);
	return 0;
}
