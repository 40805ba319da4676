#include "agents/cpe/dhcp/dhcp_io.h"

#include "agents/common/dhcp_filter.h"
#include "agents/common/netns.h"
#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"
#include "lib/proto/dhcp_frame.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum {
	RECEIVES_MAX = 16 /* frames skipped in one call before others get a turn */
};

static const uint8_t BROADCAST_MAC[6] = { 255, 255, 255, 255, 255, 255 };

/* What the state needs open. */
static bool needs_packet_socket(enum dhcp_client_state state)
{
	switch (state) {
	case DHCP_CLIENT_SELECTING:
	case DHCP_CLIENT_REQUESTING:
	case DHCP_CLIENT_PROBING:
	case DHCP_CLIENT_RENEWING:
	case DHCP_CLIENT_REBINDING:
		return true;
	case DHCP_CLIENT_STOPPED:
	case DHCP_CLIENT_BOUND:
	case DHCP_CLIENT_WAITING:
	case DHCP_CLIENT_STATES:
		break;
	}
	return false;
}

static bool needs_udp_socket(enum dhcp_client_state state)
{
	return state == DHCP_CLIENT_RENEWING || state == DHCP_CLIENT_REBINDING;
}

static int fail(const struct dhcp_io *io, const char *what, struct error *err)
{
	return error_set(err, -errno, "%s on %s: %s", what, io->place->interface,
	    strerror(errno));
}

/* The MAC of the interface, where the client has none of its own. */
static int read_mac(struct dhcp_io *io, struct error *err)
{
	struct ifreq request = { 0 };
	auto_fd fd = cpe_place_socket(io->place, SOCK_DGRAM, 0, err);

	if (fd < 0)
		return fd;
	(void)snprintf(request.ifr_name, sizeof(request.ifr_name), "%s",
	    io->place->interface);
	if (ioctl(fd, SIOCGIFHWADDR, &request) < 0)
		return fail(io, "read the MAC", err);
	memcpy(io->mac, request.ifr_hwaddr.sa_data, 6);
	return 0;
}

int dhcp_io_init(struct dhcp_io *io, const struct cpe_place *place, const uint8_t *mac,
    struct error *err)
{
	*io = (struct dhcp_io)DHCP_IO_NULL;
	io->place = place;
	if (!mac)
		return read_mac(io, err);
	memcpy(io->mac, mac, 6);
	return 0;
}

/* ---- sockets ------------------------------------------------------------------------ */

/* Points the packet socket at DHCP replies, or at ARP for the address that is probed, by
 * its filter alone: to bind it again would cost a grace period of the kernel (10 ms). */
static int aim(struct dhcp_io *io, int fd, uint32_t probing, struct error *err)
{
	int r = probing ? dhcp_filter_conflicts(fd, io->mac, probing)
			: dhcp_filter_replies(fd, io->mac);

	if (r < 0)
		return error_set(err, r, "packet filter on %s: %s",
		    io->place->interface, strerror(-r));
	io->probing = probing;
	return 0;
}

/* A socket has the protocol 0 until its filter is in place, so that nothing slips in. */
static int bind_packet_socket(const struct dhcp_io *io, int fd, struct error *err)
{
	const struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = io->place->ifindex,
	};

	return bind(fd, (const struct sockaddr *)&to, sizeof(to)) < 0
		   ? fail(io, "bind the packet socket", err)
		   : 0;
}

static int open_packet_socket(struct dhcp_io *io, struct error *err)
{
	auto_fd fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1, r;

	if (fd < 0)
		return fail(io, "open a packet socket", err);
	/* Old kernels know no PACKET_IGNORE_OUTGOING: the filters refuse our own too. */
	(void)setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
	(void)setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on));
	r = aim(io, fd, 0, err);
	if (r == 0)
		r = bind_packet_socket(io, fd, err);
	if (r == 0)
		io->fd = steal_fd(&fd);
	return r;
}

/* Port 68 of the lease's address. Replies are read from the packet socket, which sees them
 * too; this socket only keeps the kernel from answering them with "port unreachable". */
static int open_udp_socket(struct dhcp_io *io, uint32_t address, struct error *err)
{
	struct sockaddr_in from = {
		.sin_family = AF_INET,
		.sin_port = htons(DHCP_CLIENT_PORT),
		.sin_addr.s_addr = htonl(address),
	};
	auto_fd fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int r;

	if (fd < 0)
		return fail(io, "open a UDP socket", err);
	r = dhcp_filter_nothing(fd);
	if (r < 0)
		return error_set(err, r, "packet filter on %s: %s",
		    io->place->interface, strerror(-r));
	if (bind(fd, (struct sockaddr *)&from, sizeof(from)) < 0)
		return fail(io, "bind UDP port 68", err);
	io->udp = steal_fd(&fd);
	return 0;
}

static void close_packet_socket(struct dhcp_io *io)
{
	if (io->fd >= 0 && io->close_packet)
		io->close_packet(io->user, steal_fd(&io->fd));
	else if (io->fd >= 0)
		(void)close(steal_fd(&io->fd));
	io->probing = 0;
}

static void close_one(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

void dhcp_io_close(struct dhcp_io *io)
{
	close_packet_socket(io);
	close_one(&io->udp);
}

bool dhcp_io_will_close(const struct dhcp_io *io, const struct dhcp_client *client)
{
	return io->fd >= 0 && !needs_packet_socket(client->state);
}

/* ---- sending ------------------------------------------------------------------------ */

static int send_frame(struct dhcp_io *io, const void *bytes, size_t len,
    struct error *err)
{
	return send(io->fd, bytes, len, 0) < 0 ? fail(io, "send", err) : 0;
}

static int send_broadcast(struct dhcp_io *io, const struct dhcp_client_action *action,
    const struct dhcp_builder *message, struct error *err)
{
	struct dhcp_frame frame = {
		.from = action->address,
		.to = action->server,
		.from_port = DHCP_CLIENT_PORT,
		.to_port = DHCP_SERVER_PORT,
		.payload = str_make(message->bytes, message->len),
	};
	uint8_t bytes[DHCP_FRAME_MAX_BYTES];
	int n;

	memcpy(frame.from_mac, io->mac, 6);
	memcpy(frame.to_mac, BROADCAST_MAC, 6);
	n = dhcp_frame_write(&frame, bytes, sizeof(bytes));
	if (n < 0)
		return error_set(err, n, "the message does not fit a frame");
	return send_frame(io, bytes, (size_t)n, err);
}

static int send_udp(struct dhcp_io *io, const struct dhcp_client_action *action,
    const struct dhcp_builder *message, struct error *err)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(DHCP_SERVER_PORT),
		.sin_addr.s_addr = htonl(action->server),
	};

	if (sendto(io->udp, message->bytes, message->len, 0, (struct sockaddr *)&to,
		sizeof(to)) < 0)
		return fail(io, "send to the server", err);
	return 0;
}

static int send_probe(struct dhcp_io *io, uint32_t address, struct error *err)
{
	struct arp_frame arp = { .operation = 1, .target = address };
	uint8_t bytes[ARP_FRAME_BYTES];

	memcpy(arp.sender_mac, io->mac, 6);
	arp_frame_write(&arp, bytes);
	return send_frame(io, bytes, sizeof(bytes), err);
}

static int do_action(struct dhcp_io *io, const struct dhcp_client_action *action,
    const struct dhcp_builder *message, struct error *err)
{
	int r = 0;

	switch (action->what) {
	case DHCP_CLIENT_BROADCAST:
		if (io->fd < 0)
			r = open_packet_socket(io, err);
		return r < 0 ? r : send_broadcast(io, action, message, err);
	case DHCP_CLIENT_UNICAST:
		if (io->udp < 0)
			r = open_udp_socket(io, action->address, err);
		return r < 0 ? r : send_udp(io, action, message, err);
	case DHCP_CLIENT_PROBE:
		if (io->fd < 0)
			r = open_packet_socket(io, err);
		if (r == 0 && io->probing != action->address)
			r = aim(io, io->fd, action->address, err);
		return r < 0 ? r : send_probe(io, action->address, err);
	case DHCP_CLIENT_CONFIGURE:
	case DHCP_CLIENT_LOST:
	case DHCP_CLIENT_NAKED:
	case DHCP_CLIENT_DECLINED:
	case DHCP_CLIENT_IGNORED:
		break;
	}
	return 0;
}

/* Opens what the state needs. Runs inside the namespace. */
static int open_needed(struct dhcp_io *io, const struct dhcp_client *client,
    struct error *err)
{
	int r = 0;

	if (!needs_packet_socket(client->state))
		return 0;
	if (io->fd < 0)
		r = open_packet_socket(io, err);
	else if (io->probing && client->state != DHCP_CLIENT_PROBING)
		r = aim(io, io->fd, 0, err);
	if (r == 0 && io->udp < 0 && needs_udp_socket(client->state))
		r = open_udp_socket(io, client->lease.address, err);
	return r;
}

static bool is_idle(const struct dhcp_io *io, const struct dhcp_client *client,
    const struct dhcp_client_actions *actions)
{
	return actions->len == 0 &&
	       needs_packet_socket(client->state) == (io->fd >= 0) &&
	       needs_udp_socket(client->state) == (io->udp >= 0);
}

int dhcp_io_apply(struct dhcp_io *io, const struct dhcp_client *client,
    const struct dhcp_client_actions *actions, struct error *err)
{
	int home, r;

	if (is_idle(io, client, actions))
		return 0;
	r = netns_enter(io->place->netns, &home, err);
	if (r < 0)
		return r;
	r = open_needed(io, client, err);
	for (size_t i = 0; i < actions->len && r == 0; i++)
		r = do_action(io, &actions->items[i], &actions->message, err);
	if (!needs_packet_socket(client->state))
		close_packet_socket(io);
	if (!needs_udp_socket(client->state))
		close_one(&io->udp);
	netns_leave(home);
	return r;
}

/* ---- receiving ---------------------------------------------------------------------- */

/* Whether the UDP checksum was filled in: on virtual links the kernel leaves that out. */
static bool has_checksum(struct msghdr *message)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c;
	     c = CMSG_NXTHDR(message, c)) {
		struct tpacket_auxdata aux;

		if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA)
			continue;
		memcpy(&aux, CMSG_DATA(c), sizeof(aux));
		return !(aux.tp_status & TP_STATUS_CSUMNOTREADY);
	}
	return true;
}

static bool is_reply(const uint8_t *bytes, size_t len, bool is_summed,
    struct dhcp_packet *ret_packet)
{
	struct dhcp_frame frame;

	return dhcp_frame_parse(&frame, bytes, len, is_summed) == 0 &&
	       frame.to_port == DHCP_CLIENT_PORT &&
	       dhcp_parse(ret_packet, frame.payload.p, frame.payload.len, NULL) == 0;
}

/* The filter let it through; frames that waited since before the probe it did not see. */
static bool is_conflict(const struct dhcp_io *io, const uint8_t *bytes, size_t len)
{
	struct arp_frame arp;

	return arp_frame_parse(&arp, bytes, len) == 0 &&
	       memcmp(arp.sender_mac, io->mac, 6) != 0 &&
	       (arp.sender == io->probing ||
		   (arp.sender == 0 && arp.target == io->probing));
}

int dhcp_io_receive(struct dhcp_io *io, enum dhcp_client_event *ret_event,
    struct dhcp_packet *ret_packet)
{
	uint8_t bytes[DHCP_FRAME_MAX_BYTES];
	char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];

	for (int i = 0; i < RECEIVES_MAX && io->fd >= 0; i++) {
		struct iovec iov = { bytes, sizeof(bytes) };
		struct msghdr message = {
			.msg_iov = &iov,
			.msg_iovlen = 1,
			.msg_control = control,
			.msg_controllen = sizeof(control),
		};
		ssize_t n = recvmsg(io->fd, &message, MSG_DONTWAIT);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return 0;
		if (n < 0 && errno == ENETDOWN) /* told once; the link may come back */
			continue;
		if (n < 0)
			return -errno;
		if (io->probing) {
			if (!is_conflict(io, bytes, (size_t)n))
				continue;
			*ret_event = DHCP_CLIENT_CONFLICT;
			return 1;
		}
		if (!is_reply(bytes, (size_t)n, has_checksum(&message), ret_packet))
			continue;
		*ret_event = DHCP_CLIENT_PACKET;
		return 1;
	}
	return 0;
}
