/* Datagram sockets that hear what ICMP says of their packets (IP_RECVERR, ip(7)). */
#include "agents/cpe/probe/probe_internal.h"

#include "lib/base/cleanup.h"
#include "lib/program/log.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <linux/errqueue.h>

const uint8_t probe_block[DIAG_BLOCK_MAX];

static void on_ready(uv_poll_t *poll, int status, int events);

static void watch(struct probe *probe)
{
	if (!probe->has_ended)
		(void)uv_poll_start(&probe->poll, UV_READABLE, on_ready);
}

/* An error that waits stops the watch (libuv); it begins again once that is read. */
static void on_ready(uv_poll_t *poll, int status, int events)
{
	struct probe *probe = poll->data;

	(void)events;
	if (probe->has_ended)
		return;
	probe->runner->ready(probe, clock_monotonic());
	if (status < 0)
		watch(probe);
	probe_waits(probe);
}

static void tell(const struct probe *probe, const struct error *err)
{
	log_warn("%s diagnostic: %s%s", diag_kind_name(probe->config.kind), err->text,
	    err->code == -EACCES
		? " (as root: sysctl net.ipv4.ping_group_range=\"0 2147483647\")"
		: "");
}

bool probe_open(struct probe *probe, int protocol)
{
	int on = 1, tos = (int)probe->config.args.dscp << 2;
	struct error err = ERROR_NULL;
	auto_fd fd = cpe_place_socket_of(probe->config.place, SOCK_DGRAM, protocol,
	    probe->wish.from ? probe->wish.from : probe->config.place->address, &err);

	if (fd < 0) {
		tell(probe, &err);
		probe_fail(probe, DIAG_INTERNAL);
		return false;
	}
	(void)setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
	(void)setsockopt(fd, IPPROTO_IP, IP_TOS, &tos, sizeof(tos));
	if (uv_poll_init(probe->config.loop, &probe->poll, fd) < 0) {
		probe_fail(probe, DIAG_INTERNAL);
		return false;
	}
	probe->poll.data = probe;
	probe->fd = steal_fd(&fd);
	probe->n_open++;
	watch(probe);
	return true;
}

/* ---- errors ------------------------------------------------------------------------- */

static bool take_extended(struct msghdr *message, struct probe_error *ret)
{
	for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at;
	     at = CMSG_NXTHDR(message, at)) {
		const struct sock_extended_err *error = (const void *)CMSG_DATA(at);
		const struct sockaddr_in *offender;

		if (at->cmsg_level != IPPROTO_IP || at->cmsg_type != IP_RECVERR)
			continue;
		ret->is_local = error->ee_origin != SO_EE_ORIGIN_ICMP;
		ret->type = error->ee_type;
		ret->code = error->ee_code;
		ret->number = (int)error->ee_errno;
		offender =
		    (const struct sockaddr_in *)(const void *)SO_EE_OFFENDER(error);
		ret->from = offender->sin_family == AF_INET
				? ntohl(offender->sin_addr.s_addr)
				: 0;
		return true;
	}
	return false;
}

bool probe_next_error(struct probe *probe, struct probe_error *ret)
{
	struct sockaddr_in to = { .sin_family = AF_UNSPEC };
	union {
		struct cmsghdr aligned;
		char bytes[512];
	} control;
	struct iovec piece = { ret->head, sizeof(ret->head) };
	struct msghdr message = {
		.msg_name = &to,
		.msg_namelen = sizeof(to),
		.msg_iov = &piece,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t n;

	*ret = (struct probe_error){ .is_local = false };
	n = recvmsg(probe->fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
	if (n < 0)
		return false;
	ret->n_head = (size_t)n;
	ret->port = ntohs(to.sin_port);
	return take_extended(&message, ret);
}
