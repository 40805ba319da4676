/* hold [CERTIFICATE KEY]: an ACS that takes requests and never answers one, on a port of
 * 127.0.0.1 that the kernel picks, with TLS where it is given a certificate. Prints
 * "port N", and after each request that began how many connections wait: "held N". */
#include "agents/common/stream.h"

#include "lib/base/compiler.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

struct hold {
	uv_loop_t loop;
	uv_poll_t accepting;
	struct tls_ctx *tls; /* null: plain */
	unsigned long n_held;
};

struct held { /* one connection; it lives as long as the process */
	struct hold *hold;
	struct stream *stream;
	bool has_asked;
};

static void on_opened(void *user)
{
	(void)user;
}

static void on_received(void *user, struct str bytes)
{
	struct held *held = user;

	(void)bytes;
	if (held->has_asked)
		return;
	held->has_asked = true;
	(void)printf("held %lu\n", ++held->hold->n_held);
	(void)fflush(stdout);
}

static void on_ended(void *user)
{
	struct held *held = user;

	stream_close(held->stream, NULL);
}

static void on_failed(void *user, enum stream_layer layer, const char *why)
{
	(void)layer;
	(void)fprintf(stderr, "%s\n", why);
	on_ended(user);
}

static const struct stream_handlers handlers = {
	.opened = on_opened,
	.received = on_received,
	.ended = on_ended,
	.failed = on_failed,
};

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct hold *hold = poll->data;
	uv_os_fd_t fd;
	int accepted;

	(void)events;
	if (status < 0 || uv_fileno((uv_handle_t *)poll, &fd) < 0)
		return;
	while (
	    (accepted = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
		struct held *held = calloc(1, sizeof(*held));
		struct error err = ERROR_NULL;

		if (!held)
			abort();
		held->hold = hold;
		if (stream_accept(&held->stream, &hold->loop, accepted, hold->tls,
			&handlers, held, &err) < 0)
			(void)fprintf(stderr, "%s\n", err.text);
	}
}

static int listen_somewhere(void)
{
	struct sockaddr_in self = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(self);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&self, sizeof(self)) < 0 ||
	    listen(fd, 4096) < 0 ||
	    getsockname(fd, (struct sockaddr *)&self, &len) < 0) {
		perror("hold");
		exit(3);
	}
	(void)printf("port %u\n", ntohs(self.sin_port));
	(void)fflush(stdout);
	return fd;
}

int main(int argc, char **argv)
{
	struct hold hold = { .tls = NULL };
	struct error err = ERROR_NULL;

	(void)signal(SIGPIPE, SIG_IGN);
	if (argc == 3) {
		const struct tls_config config = { .is_server = true,
			.certificate = argv[1],
			.key = argv[2],
			.min = TLS_PROTOCOL_1_2,
			.max = TLS_PROTOCOL_1_3 };

		if (tls_ctx_new(&hold.tls, &config, &err) < 0) {
			(void)fprintf(stderr, "%s\n", err.text);
			return 3;
		}
	}
	(void)uv_loop_init(&hold.loop);
	(void)uv_poll_init(&hold.loop, &hold.accepting, listen_somewhere());
	hold.accepting.data = &hold;
	(void)uv_poll_start(&hold.accepting, UV_READABLE, on_readable);
	return uv_run(&hold.loop, UV_RUN_DEFAULT);
}
