#include "lab/channel/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

enum {
	READ_SIZE = 16 << 10
};

void channel_open(struct channel *channel, int fd)
{
	*channel = (struct channel){
		.fd = fd,
		.in = BUF_MAX(CHANNEL_LINE_MAX + READ_SIZE),
		.out = BUF_MAX(CHANNEL_QUEUE_MAX),
	};
	(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

void channel_close(struct channel *channel)
{
	if (channel->fd >= 0)
		(void)close(channel->fd);
	channel->fd = -1;
	buf_free(&channel->in);
	buf_free(&channel->out);
}

/* Hands out the whole lines of channel->in. */
static int take_lines(struct channel *channel, channel_line_fn *on_line, void *user)
{
	struct str rest = buf_str(&channel->in);

	for (;;) {
		size_t at = str_find_char(rest, '\n');

		if (at > CHANNEL_LINE_MAX)
			return ERR_LIMIT;
		if (at == rest.len)
			break;
		on_line(user, str_make(rest.p, at));
		rest = str_from(rest, at + 1);
	}
	buf_consume(&channel->in, channel->in.len - rest.len);
	return 0;
}

int channel_read(struct channel *channel, channel_line_fn *on_line, void *user)
{
	for (;;) {
		uint8_t *at = buf_reserve(&channel->in, READ_SIZE);
		ssize_t n;
		int r;

		if (!at)
			return channel->in.error;
		n = recv(channel->fd, at, READ_SIZE, MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : -errno;
		if (n == 0)
			return ERR_CLOSED;
		channel->in.len += (size_t)n;
		r = take_lines(channel, on_line, user);
		if (r < 0)
			return r;
	}
}

int channel_flush(struct channel *channel)
{
	while (channel->out.len > 0) {
		ssize_t n = send(channel->fd, channel->out.data, channel->out.len,
		    MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n < 0)
			return errno == EPIPE ? ERR_CLOSED : -errno;
		buf_consume(&channel->out, (size_t)n);
	}
	return 0;
}

int channel_send(struct channel *channel, struct str line)
{
	if (channel->fd < 0)
		return ERR_CLOSED;
	buf_append_str(&channel->out, line);
	buf_append_char(&channel->out, '\n');
	if (channel->out.error)
		return channel->out.error;
	return channel_flush(channel);
}

bool channel_is_waiting(const struct channel *channel)
{
	return channel->out.len > 0;
}

int channel_send_fds(int fd, struct str line, const int *fds, size_t n)
{
	struct iovec parts[2] = {
		{ .iov_base = (void *)(uintptr_t)line.p, .iov_len = line.len },
		{ .iov_base = "\n", .iov_len = 1 },
	};
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(CHANNEL_FDS_MAX * sizeof(int))];
	} control = { 0 };
	struct msghdr msg = { .msg_iov = parts, .msg_iovlen = 2 };
	struct cmsghdr *rights;
	ssize_t sent;

	if (n > 0) {
		msg.msg_control = control.bytes;
		msg.msg_controllen = CMSG_SPACE(n * sizeof(int));
		rights = CMSG_FIRSTHDR(&msg);
		rights->cmsg_level = SOL_SOCKET;
		rights->cmsg_type = SCM_RIGHTS;
		rights->cmsg_len = CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(rights), fds, n * sizeof(int));
	}
	sent = sendmsg(fd, &msg, MSG_NOSIGNAL);
	if (sent < 0)
		return -errno;
	return (size_t)sent == line.len + 1 ? 0 : -EIO;
}

static int take_fds(struct msghdr *msg, int *fds, int n)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		size_t here;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		here = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < here; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
			if (n < CHANNEL_FDS_MAX)
				fds[n++] = fd;
			else
				(void)close(fd);
		}
	}
	return n;
}

int channel_receive(int fd, struct buf *line, int *ret_fds)
{
	int n_fds = 0;

	for (;;) {
		union {
			struct cmsghdr align;
			char bytes[CMSG_SPACE(CHANNEL_FDS_MAX * sizeof(int))];
		} control;
		uint8_t *at = buf_reserve(line, READ_SIZE);
		struct iovec part = { .iov_base = at, .iov_len = READ_SIZE };
		struct msghdr msg = {
			.msg_iov = &part,
			.msg_iovlen = 1,
			.msg_control = control.bytes,
			.msg_controllen = sizeof(control.bytes),
		};
		ssize_t n;

		if (!at)
			return line->error;
		n = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		n_fds = take_fds(&msg, ret_fds, n_fds);
		line->len += (size_t)n;
		if (line->len > 0 && line->data[line->len - 1] == '\n') {
			line->len--;
			return n_fds;
		}
		if (n == 0)
			return ERR_CLOSED;
	}
}
