#include "agents/cpe/ports/bridge.h"
#include "agents/cpe/ports/bridge_internal.h"

#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/compiler.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum {
	MESSAGES_BYTES = 32768, /* the kernel makes parts of a dump no larger */
	/* The kernel serves one caller at a time, and for a while nobody while namespaces
	 * of some lab are removed. */
	ANSWER_WAIT_MS = 10000
};

union messages {
	struct nlmsghdr header;
	char bytes[MESSAGES_BYTES];
};

static int fail(struct error *err, const char *what, int code)
{
	return error_set(err, code, "%s: %s", what, error_name(code));
}

static int open_socket(const struct cpe_place *place, unsigned groups,
    struct error *err)
{
	const struct sockaddr_nl own = { .nl_family = AF_NETLINK, .nl_groups = groups };
	auto_fd fd =
	    cpe_place_make_socket(place, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, err);

	if (fd < 0)
		return fd;
	if (bind(fd, (const struct sockaddr *)&own, sizeof(own)) < 0)
		return fail(err, "netlink socket", -errno);
	return steal_fd(&fd);
}

int bridge_listen(const struct cpe_place *place, struct error *err)
{
	return open_socket(place, RTMGRP_LINK | RTMGRP_NEIGH, err);
}

/* ---- one request, and its answers ------------------------------------------------------ */

/* The message that begins at *at, which is then behind it; null: there is no whole one more. */
static const struct nlmsghdr *next_message(const union messages *messages, size_t n,
    size_t *at)
{
	const struct nlmsghdr *message = (const void *)(messages->bytes + *at);

	if (n < *at + sizeof(*message) || message->nlmsg_len < sizeof(*message) ||
	    message->nlmsg_len > n - *at)
		return NULL;
	*at += NLMSG_ALIGN(message->nlmsg_len);
	return message;
}

/* The messages that are there now; how many bytes. */
static ssize_t receive(int fd, union messages *messages)
{
	ssize_t n;

	do
		n = recv(fd, messages, sizeof(*messages), 0);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

static ssize_t wait_for_messages(int fd, union messages *messages)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	int r;

	do
		r = poll(&wait, 1, ANSWER_WAIT_MS);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return -errno;
	return r == 0 ? -ETIMEDOUT : receive(fd, messages);
}

/* The end of an answer: 0, or what the kernel says is wrong; 1: it goes on. */
static int look_for_end(const struct nlmsghdr *message)
{
	const struct nlmsgerr *ack;

	if (message->nlmsg_type == NLMSG_DONE)
		return 0;
	if (message->nlmsg_type != NLMSG_ERROR)
		return 1;
	if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*ack)))
		return -EBADMSG;
	ack = (const void *)((const char *)message + NLMSG_HDRLEN);
	return ack->error;
}

static int take_answers(int fd, bridge_taker *take, void *user)
{
	union messages messages;

	for (;;) {
		ssize_t n = wait_for_messages(fd, &messages);
		const struct nlmsghdr *message;
		size_t at = 0;

		if (n < 0)
			return (int)n;
		while ((message = next_message(&messages, (size_t)n, &at))) {
			int r = look_for_end(message);

			if (r <= 0)
				return r;
			if (take)
				take(user, message);
		}
	}
}

int bridge_ask(const struct cpe_place *place, const struct nlmsghdr *request,
    bridge_taker *take, void *user)
{
	auto_fd fd = open_socket(place, 0, NULL);
	ssize_t n;

	if (fd < 0)
		return fd;
	do
		n = send(fd, request, request->nlmsg_len, 0);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : take_answers(fd, take, user);
}

/* ---- reading --------------------------------------------------------------------------- */

int bridge_dump_links(const struct cpe_place *place, bridge_taker *take, void *user)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg link;
	} request = {
		.header = { .nlmsg_len = sizeof(request),
		    .nlmsg_type = RTM_GETLINK,
		    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.link = { .ifi_family = AF_UNSPEC },
	};

	return bridge_ask(place, &request.header, take, user);
}

static void take_message(void *user, const struct nlmsghdr *message)
{
	(void)port_table_take(user, message);
}

static void take_bridge(void *user, const struct nlmsghdr *message)
{
	port_table_take_bridge(user, message);
}

/* Which bridges of VLANs there are has to be known before a port of one can be told. */
static int read_links(const struct cpe_place *place, struct port_table *table)
{
	int r = table->n_ports == 0 ? bridge_dump_links(place, take_bridge, table) : 0;

	if (r < 0)
		return r;
	port_table_begin_links(table);
	return bridge_dump_links(place, take_message, table);
}

static int read_macs(const struct cpe_place *place, struct port_table *table)
{
	struct {
		struct nlmsghdr header;
		struct ndmsg neighbour;
	} request = {
		.header = { .nlmsg_len = sizeof(request),
		    .nlmsg_type = RTM_GETNEIGH,
		    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.neighbour = { .ndm_family = AF_BRIDGE },
	};

	port_table_begin_macs(table);
	return bridge_ask(place, &request.header, take_message, table);
}

/* What ethtool(8) shows; netlink does not tell it with the link. */
static unsigned read_speed(int fd, const char *name)
{
	struct ethtool_cmd command = { .cmd = ETHTOOL_GSET };
	struct ifreq request = { .ifr_flags = 0 };
	uint32_t speed;

	(void)snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	request.ifr_data = (char *)&command;
	if (ioctl(fd, SIOCETHTOOL, &request) < 0)
		return 0;
	speed = ethtool_cmd_speed(&command);
	return speed == (uint32_t)SPEED_UNKNOWN ? 0 : speed;
}

static void read_speeds(const struct cpe_place *place, struct port_table *table)
{
	auto_fd fd = cpe_place_make_socket(place, AF_INET, SOCK_DGRAM, 0, NULL);

	for (unsigned i = 0; fd >= 0 && i < table->n_ports; i++) {
		struct port *port = &table->ports[i];

		port->speed_mbps = port->is_there ? read_speed(fd, port->name) : 0;
	}
}

int bridge_read(const struct cpe_place *place, struct port_table *table,
    struct error *err)
{
	int r;

	table->bridge = place->ifindex;
	r = read_links(place, table);
	if (r == 0)
		r = read_macs(place, table);
	if (r < 0)
		return fail(err, "ports of the bridge", r);
	read_speeds(place, table);
	return 0;
}

/* ---- setting ---------------------------------------------------------------------------- */

int bridge_enable(const struct cpe_place *place, const struct port_table *table,
    uint32_t number, bool is_enabled, struct error *err)
{
	const struct port *port = port_table_at(table, number);
	struct {
		struct nlmsghdr header;
		struct ifinfomsg link;
	} request = {
		.header = { .nlmsg_len = sizeof(request),
		    .nlmsg_type = RTM_NEWLINK,
		    .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK },
		.link = { .ifi_family = AF_UNSPEC,
		    .ifi_flags = is_enabled ? IFF_UP : 0,
		    .ifi_change = IFF_UP },
	};
	int r;

	if (!port || !port->is_there)
		return error_set(err, ERR_NOT_FOUND, "there is no port %u",
		    (unsigned)number);
	request.link.ifi_index = port->ifindex;
	r = bridge_ask(place, &request.header, NULL, NULL);
	return r < 0 ? fail(err, port->name, r) : 0;
}

/* ---- listening ------------------------------------------------------------------------- */

unsigned bridge_hear(int fd, struct port_table *table)
{
	union messages messages;
	unsigned news = BRIDGE_NO_NEWS;

	for (unsigned i = 0; i < BRIDGE_HEAR_MAX; i++) {
		ssize_t n = receive(fd, &messages);
		const struct nlmsghdr *message;
		size_t at = 0;

		if (n == -ENOBUFS) {
			news |= BRIDGE_LOST;
			continue;
		}
		if (n <= 0)
			return news;
		while ((message = next_message(&messages, (size_t)n, &at))) {
			if (port_table_take(table, message))
				news |= BRIDGE_NEWS;
		}
	}
	return news | BRIDGE_MORE;
}
