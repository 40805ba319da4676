#include "agents/common/resolve/resolver_socket.h"

#include "agents/common/netns.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

static ares_socket_t open_socket(int family, int type, int protocol, void *user)
{
	const struct resolver_from *place = user;
	const struct sockaddr_in from = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(place->address),
	};
	int home, fd;

	if (netns_enter(place->netns, &home, NULL) < 0)
		return ARES_SOCKET_BAD;
	fd = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
	netns_leave(home);
	if (fd < 0 || family != AF_INET || !from.sin_addr.s_addr ||
	    bind(fd, (const struct sockaddr *)&from, sizeof(from)) == 0)
		return fd;
	(void)close(fd);
	return ARES_SOCKET_BAD;
}

static int shut_socket(ares_socket_t fd, void *user)
{
	(void)user;
	return close(fd);
}

static int connect_socket(ares_socket_t fd, const struct sockaddr *to,
    ares_socklen_t len, void *user)
{
	(void)user;
	return connect(fd, to, len);
}

static ares_ssize_t receive(ares_socket_t fd, void *bytes, size_t len, int flags,
    struct sockaddr *from, ares_socklen_t *from_len, void *user)
{
	(void)user;
	return recvfrom(fd, bytes, len, flags, from, from_len);
}

static ares_ssize_t send_pieces(ares_socket_t fd, const struct iovec *pieces, int n,
    void *user)
{
	const struct msghdr message = {
		.msg_iov = (struct iovec *)(uintptr_t)pieces,
		.msg_iovlen = (size_t)n,
	};

	(void)user;
	return sendmsg(fd, &message, MSG_NOSIGNAL);
}

const struct ares_socket_functions resolver_sockets = {
	open_socket,
	shut_socket,
	connect_socket,
	receive,
	send_pieces,
};
