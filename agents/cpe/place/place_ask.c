#include "agents/cpe/place/place_ask.h"

#include "lib/base/cleanup.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

int place_netlink(const struct cpe_place *place, unsigned groups, struct error *err)
{
	const struct sockaddr_nl at = { .nl_family = AF_NETLINK, .nl_groups = groups };
	auto_fd fd =
	    cpe_place_make_socket(place, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, err);

	if (fd < 0)
		return fd;
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		return error_set(err, -errno, "netlink: %s", strerror(errno));
	return steal_fd(&fd);
}

int place_ask(const struct cpe_place *place, const struct route_request *request,
    struct error *err)
{
	union {
		struct nlmsghdr header;
		char bytes[1024];
	} answer = { .bytes = { 0 } };
	const struct nlmsgerr *result = NLMSG_DATA(&answer.header);
	auto_fd fd = place_netlink(place, 0, err);

	if (fd < 0)
		return fd;
	errno = 0;
	if (send(fd, request->bytes, request->header.nlmsg_len, 0) < 0 ||
	    recv(fd, answer.bytes, sizeof(answer.bytes), 0) <
		(ssize_t)NLMSG_LENGTH(sizeof(*result)))
		return error_set(err, errno ? -errno : -EIO, "netlink: %s",
		    strerror(errno ? errno : EIO));
	return result->error;
}
