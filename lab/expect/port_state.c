#include "lab/expect/port_state.h"

#include "agents/common/route/route_request.h"
#include "lab/channel/labsock.h"
#include "lab/kernel/namespace.h"
#include "lab/supervisor/supervisor.h"
#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

enum {
	ANSWER_MAX = 32768,
	ANSWER_S = 5
};

struct answer {   /* of the process that was in the node */
	int code; /* 0 or -errno */
	struct port_state state;
};

const char *port_state_stp(const struct port_state *state)
{
	static const char *const names[] = { "disabled", "listening", "learning",
		"forwarding", "blocking" };

	return state->has_stp && state->stp < ARRAY_LEN(names) ? names[state->stp]
							       : "no port of a bridge";
}

/* ---- in the node ----------------------------------------------------------------------- */

static const struct rtattr *inside(const struct rtattr *nest, int type, size_t least)
{
	return nest ? route_attribute(RTA_DATA(nest), RTA_PAYLOAD(nest), type, least)
		    : NULL;
}

/* What a master keeps of a port stands in the link's own answer. */
static void take(const struct nlmsghdr *message, struct port_state *ret)
{
	const struct ifinfomsg *link = NLMSG_DATA(message);
	size_t len = message->nlmsg_len - NLMSG_LENGTH(sizeof(*link));
	const struct rtattr *info =
	    route_attribute(IFLA_RTA(link), len, IFLA_LINKINFO, 0);
	const struct rtattr *stp =
	    inside(inside(info, IFLA_INFO_SLAVE_DATA, 0), IFLA_BRPORT_STATE, 1);

	ret->is_up = (link->ifi_flags & IFF_UP) && (link->ifi_flags & IFF_RUNNING);
	ret->has_stp = stp;
	if (stp)
		ret->stp = *(const uint8_t *)RTA_DATA(stp);
}

static int ask(int fd, const char *port, struct port_state *ret)
{
	static _Alignas(struct nlmsghdr) char bytes[ANSWER_MAX];
	const struct ifinfomsg body = { .ifi_family = AF_UNSPEC };
	const struct nlmsghdr *message = (const void *)bytes;
	struct route_request request;
	ssize_t n;

	route_request_init(&request, RTM_GETLINK, 0, &body, sizeof(body));
	route_request_put_text(&request, IFLA_IFNAME, port);
	if (send(fd, &request.header, request.header.nlmsg_len, 0) < 0)
		return -errno;
	n = recv(fd, bytes, sizeof(bytes), 0);
	if (n < 0)
		return -errno;
	if (!NLMSG_OK(message, (size_t)n))
		return -EPROTO;
	if (message->nlmsg_type == NLMSG_ERROR)
		return ((const struct nlmsgerr *)NLMSG_DATA(message))->error;
	if (message->nlmsg_type != RTM_NEWLINK ||
	    message->nlmsg_len < NLMSG_LENGTH(sizeof(struct ifinfomsg)))
		return -EPROTO;
	take(message, ret);
	return 0;
}

static int look(const int *fds, const char *port, struct port_state *ret)
{
	const struct timeval wait = { .tv_sec = ANSWER_S };
	auto_fd fd = -1;

	if (!namespace_is_own(fds[SUPERVISOR_FD_USER], "/proc/self/ns/user") &&
	    setns(fds[SUPERVISOR_FD_USER], CLONE_NEWUSER) < 0)
		return -errno;
	if (setns(fds[SUPERVISOR_FD_NET], CLONE_NEWNET) < 0)
		return -errno;
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) < 0)
		return -errno;
	return ask(fd, port, ret);
}

/* ---- outside --------------------------------------------------------------------------- */

/* A child enters the namespaces, so that this process stays where it is. */
static int send_child(const int *fds, const char *port, struct answer *ret,
    struct error *err)
{
	int ends[2];
	pid_t pid;
	ssize_t n;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(err, -errno, "pipe: %s", error_name(-errno));
	pid = fork();
	if (pid == 0) {
		struct answer answer = { .code = 0 };

		answer.code = look(fds, port, &answer.state);
		_exit(
		    write(ends[1], &answer, sizeof(answer)) == sizeof(answer) ? 0 : 1);
	}
	(void)close(ends[1]);
	if (pid < 0) {
		(void)close(ends[0]);
		return error_set(err, -errno, "fork: %s", error_name(-errno));
	}
	n = read(ends[0], ret, sizeof(*ret));
	(void)close(ends[0]);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return n == sizeof(*ret)
		   ? 0
		   : error_set(err, ERR_MACHINE, "the process in the node was ended");
}

int port_state_read(const char *lab, const char *node, const char *port,
    struct port_state *ret, struct error *err)
{
	int fds[CHANNEL_FDS_MAX];
	struct answer answer;
	auto_fd fd = -1;
	json_t *page;
	pid_t pid;
	int r;

	if (labsock_connect(lab, &fd, &pid, err) < 0 ||
	    labsock_ask(fd, "enter", node, &page, fds, err) < 0)
		return err->code;
	json_decref(page);
	r = send_child(fds, port, &answer, err);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		if (fds[i] >= 0)
			(void)close(fds[i]);
	}
	if (r < 0)
		return r;
	if (answer.code == -ENODEV)
		return error_set(err, ERR_USAGE, "%s has no port %s", node, port);
	if (answer.code < 0)
		return error_set(err, answer.code, "port %s of %s: %s", port, node,
		    error_name(answer.code));
	*ret = answer.state;
	return 0;
}
