#include "lab/kernel/nl.h"

#include <errno.h>
#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>
#include <sys/socket.h>

enum {
	ANSWER_MAX = 8192,
	/* The kernel answers one caller at a time, and not while it removes the namespaces of
	 * some lab that has ended, which on a busy machine takes long. */
	ANSWER_WAIT_S = 120,
};

struct nlsock {
	int fd;
	uint32_t seq;
};

static int sock_failed(struct error *err, const char *what)
{
	int code = -errno;

	return error_set(err, code, "%s: %s", what, error_name(code));
}

int nlsock_open(struct nlsock **ret, struct error *err)
{
	struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	struct timeval wait = { .tv_sec = ANSWER_WAIT_S };
	auto_cleanup(nlsock_close) struct nlsock *sock = calloc(1, sizeof(*sock));
	const int on = 1;

	if (!sock)
		return error_set(err, -ENOMEM, "out of memory");
	sock->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (sock->fd < 0)
		return sock_failed(err, "netlink socket");
	/* Old kernels know neither option; then there is only the number of the error. */
	(void)setsockopt(sock->fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	(void)setsockopt(sock->fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	if (setsockopt(sock->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) < 0 ||
	    bind(sock->fd, (struct sockaddr *)&any, sizeof(any)) < 0)
		return sock_failed(err, "netlink socket");
	*ret = steal_ptr(&sock);
	return 0;
}

void nlsock_close(struct nlsock *sock)
{
	if (!sock)
		return;
	if (sock->fd >= 0)
		(void)close(sock->fd);
	free(sock);
}

struct nl_msg *nlsock_request(int type, int flags)
{
	return nlmsg_alloc_simple(type, flags | NLM_F_REQUEST | NLM_F_ACK);
}

/* The text attribute of an extended acknowledgement, or null. It follows the header of the
 * request, which NETLINK_CAP_ACK keeps from being followed by the request itself. */
static const char *ack_reason(struct nlmsghdr *header)
{
	size_t fixed = sizeof(struct nlmsgerr);
	struct nlmsgerr *ack = nlmsg_data(header);
	struct nlattr *attr;

	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS))
		return NULL;
	if (!(header->nlmsg_flags & NLM_F_CAPPED))
		fixed += ack->msg.nlmsg_len - sizeof(ack->msg);
	if ((size_t)nlmsg_datalen(header) <= fixed)
		return NULL;
	attr = nla_find((struct nlattr *)(void *)((char *)ack + NLMSG_ALIGN(fixed)),
	    nlmsg_datalen(header) - (int)NLMSG_ALIGN(fixed), NLMSGERR_ATTR_MSG);
	return attr ? nla_data(attr) : NULL;
}

static int take_ack(struct nlmsghdr *header, struct error *err)
{
	const struct nlmsgerr *ack = nlmsg_data(header);
	const char *reason;

	if (ack->error == 0)
		return 0;
	reason = ack_reason(header);
	if (reason)
		return error_set(err, ack->error, "kernel says \"%s\" (%s)", reason,
		    error_name(ack->error));
	return error_set(err, ack->error, "%s", error_name(ack->error));
}

/* Answers to earlier requests that timed out are passed over by their number. */
static int wait_ack(struct nlsock *sock, struct error *err)
{
	union {
		struct nlmsghdr header;
		char bytes[ANSWER_MAX];
	} answer;

	for (;;) {
		ssize_t n = recv(sock->fd, &answer, sizeof(answer), 0);
		struct nlmsghdr *header = &answer.header;
		int left = (int)n;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return error_set(err, -ETIMEDOUT,
			    "no answer from the kernel in %d s", ANSWER_WAIT_S);
		if (n < 0)
			return sock_failed(err, "netlink answer");
		for (; nlmsg_ok(header, left); header = nlmsg_next(header, &left)) {
			if (header->nlmsg_seq == sock->seq &&
			    header->nlmsg_type == NLMSG_ERROR)
				return take_ack(header, err);
		}
	}
}

int nlsock_call(struct nlsock *sock, struct nl_msg *msg, struct error *err)
{
	struct nlmsghdr *header;
	ssize_t n;

	if (!msg)
		return error_set(err, -ENOMEM, "out of memory");
	header = nlmsg_hdr(msg);
	header->nlmsg_seq = ++sock->seq;
	do
		n = send(sock->fd, header, header->nlmsg_len, 0);
	while (n < 0 && errno == EINTR);
	nlmsg_free(msg);
	if (n < 0)
		return sock_failed(err, "netlink request");
	return wait_ack(sock, err);
}
