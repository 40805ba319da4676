#include "agents/cpe/dhcp6/ears.h"

#include "agents/cpe/dhcp6/dhcp6_io.h"
#include "agents/cpe/place/place6.h"
#include "lib/base/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

void ears_init(struct ears *ears, uv_loop_t *loop,
    void (*readable)(void *user, enum ear ear), void (*closed)(void *user), void *user)
{
	*ears = (struct ears){ .loop = loop,
		.readable = readable,
		.closed = closed,
		.user = user };
	for (size_t i = 0; i < EARS; i++)
		ears->fds[i] = -1;
}

static void on_poll_closed(uv_handle_t *handle)
{
	struct ears *ears = handle->data;

	free(handle);
	ears->n_polls--;
	ears->closed(ears->user);
}

void ears_close(struct ears *ears, enum ear ear)
{
	if (ears->polls[ear])
		uv_close((uv_handle_t *)steal_ptr(&ears->polls[ear]), on_poll_closed);
	if (ears->fds[ear] >= 0)
		(void)close(ears->fds[ear]);
	ears->fds[ear] = -1;
}

void ears_drain(struct ears *ears, enum ear ear)
{
	char bytes[4096];
	int i = 0;

	while (i < EAR_READS_MAX &&
	       recv(ears->fds[ear], bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		i++;
}

static int open_socket(enum ear ear, const struct cpe_place *place, struct error *err)
{
	switch (ear) {
	case EAR_ROUTER:
		return dhcp6_io_open_router(place, err);
	case EAR_ADDRESSES:
		return place6_doorbell(place, err);
	case EAR_SERVER:
		return dhcp6_io_open(place, err);
	case EARS:
		break;
	}
	return -1;
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct ears *ears = poll->data;

	(void)events;
	/* libuv stops at an error, which is what a link that went down looks like. */
	if (status < 0)
		(void)uv_poll_start(poll, UV_READABLE, on_readable);
	for (size_t i = 0; i < EARS; i++)
		if (poll == ears->polls[i]) {
			ears->readable(ears->user, (enum ear)i);
			return;
		}
}

int ears_open(struct ears *ears, enum ear ear, const struct cpe_place *place,
    struct error *err)
{
	uv_poll_t *poll;
	int fd;

	if (ears->fds[ear] >= 0)
		return 0;
	fd = open_socket(ear, place, err);
	if (fd < 0)
		return fd;
	poll = calloc(1, sizeof(*poll));
	if (!poll || uv_poll_init(ears->loop, poll, fd) < 0) {
		free(poll);
		(void)close(fd);
		return error_set(err, -ENOMEM, "no memory for a socket");
	}
	poll->data = ears;
	ears->fds[ear] = fd;
	ears->polls[ear] = poll;
	ears->n_polls++;
	(void)uv_poll_start(poll, UV_READABLE, on_readable);
	return 0;
}
