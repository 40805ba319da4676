#include "lab/channel/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

void channel_open(struct channel *channel, int fd)
{
	*channel = (struct channel){ .fd = fd };
	(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static void drop_fds(struct channel *channel)
{
	for (size_t i = 0; i < channel->n_fds; i++)
		(void)close(channel->fds[i]);
	channel->n_fds = 0;
}

void channel_close(struct channel *channel)
{
	if (channel->fd >= 0)
		(void)close(channel->fd);
	channel->fd = -1;
	drop_fds(channel);
	line_reader_free(&channel->in);
	line_writer_free(&channel->out);
}

static void hand_out(struct channel *channel, const struct channel_sink *sink,
    void *user)
{
	struct str line;
	int r;

	while ((r = line_reader_next(&channel->in, &line)) != 0) {
		if (r == 1)
			sink->line(user, line);
		else if (sink->too_long)
			sink->too_long(user);
	}
}

int channel_read(struct channel *channel, const struct channel_sink *sink, void *user)
{
	for (;;) {
		uint8_t *at = line_reader_room(&channel->in);
		ssize_t n;

		if (!at)
			return -ENOMEM;
		n = recv(channel->fd, at, LINE_READ_BYTES, MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : -errno;
		if (n == 0)
			return ERR_CLOSED;
		line_reader_add(&channel->in, (size_t)n);
		hand_out(channel, sink, user);
	}
}

/* ---- sending ------------------------------------------------------------------------ */

int channel_attach(struct channel *channel, const int *fds, size_t n)
{
	size_t before = channel->out.begin - channel->out.sent;

	if (channel->n_fds > 0 || n > CHANNEL_FDS_MAX)
		return ERR_LIMIT;
	for (size_t i = 0; i < n; i++) {
		int copy = fcntl(fds[i], F_DUPFD_CLOEXEC, 0);

		if (copy < 0) {
			drop_fds(channel);
			return -errno;
		}
		channel->fds[channel->n_fds++] = copy;
	}
	channel->fds_at = before;
	return 0;
}

/* Sends a part of what waits: up to the line that has descriptors, or from there on with
 * them. */
static ssize_t send_part(struct channel *channel)
{
	struct str bytes = line_writer_waiting(&channel->out);
	struct iovec part = { (void *)(uintptr_t)bytes.p, bytes.len };
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(CHANNEL_FDS_MAX * sizeof(int))];
	} control = { 0 };
	struct msghdr msg = { .msg_iov = &part, .msg_iovlen = 1 };
	size_t size = channel->n_fds * sizeof(int);

	if (channel->n_fds > 0 && channel->fds_at > 0) {
		part.iov_len = channel->fds_at;
	} else if (channel->n_fds > 0) {
		struct cmsghdr *rights;

		msg.msg_control = control.bytes;
		msg.msg_controllen = CMSG_SPACE(size);
		rights = CMSG_FIRSTHDR(&msg);
		rights->cmsg_level = SOL_SOCKET;
		rights->cmsg_type = SCM_RIGHTS;
		rights->cmsg_len = CMSG_LEN(size);
		memcpy(CMSG_DATA(rights), channel->fds, size);
	}
	return sendmsg(channel->fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
}

int channel_flush(struct channel *channel)
{
	while (channel_is_waiting(channel)) {
		ssize_t n = send_part(channel);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n < 0)
			return errno == EPIPE ? ERR_CLOSED : -errno;
		if (channel->fds_at > 0)
			channel->fds_at -= MIN(channel->fds_at, (size_t)n);
		else
			drop_fds(channel);
		line_writer_sent(&channel->out, (size_t)n);
	}
	return 0;
}

int channel_send(struct channel *channel, struct str line)
{
	int r;

	if (channel->fd < 0)
		return ERR_CLOSED;
	if (line_writer_waiting(&channel->out).len > CHANNEL_QUEUE_MAX)
		return ERR_LIMIT;
	r = line_writer_put(&channel->out, line, STR_NULL);
	return r < 0 ? r : channel_flush(channel);
}

bool channel_is_waiting(const struct channel *channel)
{
	return line_writer_waiting(&channel->out).len > 0;
}
