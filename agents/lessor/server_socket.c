#include "agents/lessor/server_socket.h"

#include "agents/common/dhcp_filter.h"
#include "lib/base/cleanup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

enum {
	RING_FRAME_BYTES = 2048,
	RING_FRAMES = 1024, /* a burst of that many clients waits unharmed */
	RING_BLOCK_BYTES = 1 << 16,
};

struct server_socket {
	int fd;
	int udp; /* holds port 67, so that the kernel does not call it unreachable */
	uint32_t address;
	uint8_t mac[6];
	uint8_t *ring;             /* RING_FRAMES of RING_FRAME_BYTES */
	size_t next;               /* frame to look at */
	struct tpacket2_hdr *held; /* given back at the next receive */
	uint64_t drops;
	size_t n_replies;
	struct mmsghdr messages[SERVER_SOCKET_BATCH];
	struct iovec pieces[SERVER_SOCKET_BATCH];
	uint8_t frames[SERVER_SOCKET_BATCH][DHCP_FRAME_MAX_BYTES];
};

static int fail(const char *interface, const char *what, struct error *err)
{
	if (errno == EPERM || errno == EACCES)
		return error_set(err, ERR_MACHINE,
		    "%s on %s: %s: packet sockets need CAP_NET_RAW; be root, or give the "
		    "program the capability",
		    what, interface, strerror(errno));
	return error_set(err, -errno, "%s on %s: %s", what, interface, strerror(errno));
}

/* ---- opening ------------------------------------------------------------------------ */

static int open_udp(struct server_socket *s, const char *interface, struct error *err)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(DHCP_SERVER_PORT) };

	s->udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->udp < 0 || dhcp_filter_nothing(s->udp) < 0 ||
	    setsockopt(s->udp, SOL_SOCKET, SO_BINDTODEVICE, interface,
		(socklen_t)strlen(interface) + 1) < 0)
		return fail(interface, "open a UDP socket", err);
	if (bind(s->udp, (struct sockaddr *)&at, sizeof(at)) == 0)
		return 0;
	if (errno == EADDRINUSE)
		return error_set(err, -EADDRINUSE,
		    "UDP port 67 on %s is taken: another DHCP server runs here",
		    interface);
	return fail(interface, "bind UDP port 67", err);
}

static int look_up(struct server_socket *s, const char *interface, int *ret_ifindex,
    struct error *err)
{
	struct ifreq request = { 0 };

	(void)snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", interface);
	if (ioctl(s->udp, SIOCGIFINDEX, &request) < 0)
		return fail(interface, "look up the interface", err);
	*ret_ifindex = request.ifr_ifindex;
	if (ioctl(s->udp, SIOCGIFHWADDR, &request) < 0)
		return fail(interface, "read the MAC", err);
	memcpy(s->mac, request.ifr_hwaddr.sa_data, 6);
	return 0;
}

static int open_ring(struct server_socket *s, const char *interface, struct error *err)
{
	struct tpacket_req ring = {
		.tp_block_size = RING_BLOCK_BYTES,
		.tp_block_nr = RING_FRAMES * RING_FRAME_BYTES / RING_BLOCK_BYTES,
		.tp_frame_size = RING_FRAME_BYTES,
		.tp_frame_nr = RING_FRAMES,
	};
	int version = TPACKET_V2, on = 1;
	void *at;

	s->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd < 0 || dhcp_filter_requests(s->fd) < 0 ||
	    setsockopt(s->fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) <
		0 ||
	    setsockopt(s->fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring)) < 0)
		return fail(interface, "open a packet socket", err);
	(void)setsockopt(s->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
	at = mmap(NULL, (size_t)RING_FRAMES * RING_FRAME_BYTES, PROT_READ | PROT_WRITE,
	    MAP_SHARED, s->fd, 0);
	if (at == MAP_FAILED)
		return fail(interface, "map the packet ring", err);
	s->ring = at;
	return 0;
}

static int open_all(struct server_socket *s, const char *interface, struct error *err)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
		.sll_protocol = htons(ETHERTYPE_IP) };
	int r = open_udp(s, interface, err);

	if (r == 0)
		r = look_up(s, interface, &at.sll_ifindex, err);
	if (r == 0)
		r = open_ring(s, interface, err);
	/* Frames come from here on, when filter and ring are in place. */
	if (r == 0 && bind(s->fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		r = fail(interface, "bind the packet socket", err);
	return r;
}

int server_socket_open(struct server_socket **ret, const char *interface,
    uint32_t address, struct error *err)
{
	struct server_socket *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return error_set(err, -ENOMEM, "no memory");
	s->fd = s->udp = -1;
	s->address = address;
	r = open_all(s, interface, err);
	if (r < 0)
		server_socket_free(s);
	else
		*ret = s;
	return r;
}

void server_socket_free(struct server_socket *s)
{
	if (!s)
		return;
	if (s->ring)
		(void)munmap(s->ring, (size_t)RING_FRAMES * RING_FRAME_BYTES);
	if (s->fd >= 0)
		(void)close(s->fd);
	if (s->udp >= 0)
		(void)close(s->udp);
	free(s);
}

int server_socket_fd(const struct server_socket *s)
{
	return s->fd;
}

void server_socket_clear_error(struct server_socket *s)
{
	socklen_t len = sizeof(int);
	int error;

	(void)getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &len);
}

/* ---- receiving ---------------------------------------------------------------------- */

static void give_back(struct server_socket *s)
{
	if (s->held)
		__atomic_store_n(&s->held->tp_status, TP_STATUS_KERNEL,
		    __ATOMIC_RELEASE);
	s->held = NULL;
}

int server_socket_receive(struct server_socket *s, struct dhcp_frame *ret)
{
	give_back(s);
	for (size_t i = 0; i < RING_FRAMES; i++) {
		struct tpacket2_hdr *header =
		    (void *)(s->ring + s->next * RING_FRAME_BYTES);
		uint32_t status = __atomic_load_n(&header->tp_status, __ATOMIC_ACQUIRE);

		if (!(status & TP_STATUS_USER))
			return 0;
		s->next = (s->next + 1) % RING_FRAMES;
		s->held = header;
		/* Frames from this host's other namespaces have no checksum yet. */
		if (dhcp_frame_parse(ret, (uint8_t *)header + header->tp_mac,
			header->tp_snaplen, !(status & TP_STATUS_CSUMNOTREADY)) == 0 &&
		    ret->to_port == DHCP_SERVER_PORT)
			return 1;
		give_back(s);
	}
	return 0;
}

uint64_t server_socket_drops(struct server_socket *s)
{
	struct tpacket_stats stats = { 0 };
	socklen_t len = sizeof(stats);

	/* Reading sets the kernel's counter to 0. */
	if (getsockopt(s->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len) == 0)
		s->drops += stats.tp_drops;
	return s->drops;
}

/* ---- sending ------------------------------------------------------------------------ */

void server_socket_reply(struct server_socket *s, const struct dhcp_frame *request,
    const struct dhcp_reply *reply)
{
	struct dhcp_frame frame = {
		.to_mac = { 255, 255, 255, 255, 255, 255 },
		.from = s->address,
		.to = reply->address,
		.from_port = DHCP_SERVER_PORT,
		.to_port = reply->port,
		.payload = str_make(reply->message.bytes, reply->message.len),
	};
	size_t i;
	int n;

	if (s->n_replies == SERVER_SOCKET_BATCH)
		server_socket_flush(s);
	i = s->n_replies;
	memcpy(frame.from_mac, s->mac, 6);
	if (reply->way == REPLY_TO_CHADDR)
		memcpy(frame.to_mac, reply->mac, 6);
	else if (reply->way == REPLY_TO_SENDER)
		memcpy(frame.to_mac, request->from_mac, 6);
	n = dhcp_frame_write(&frame, s->frames[i], sizeof(s->frames[i]));
	if (n < 0)
		return; /* dhcp_builder keeps messages below a frame's size */
	s->pieces[i] = (struct iovec){ s->frames[i], (size_t)n };
	s->messages[i] = (struct mmsghdr){ .msg_hdr = { .msg_iov = &s->pieces[i],
					       .msg_iovlen = 1 } };
	s->n_replies++;
}

void server_socket_flush(struct server_socket *s)
{
	size_t at = 0;

	while (at < s->n_replies) {
		int n =
		    sendmmsg(s->fd, s->messages + at, (unsigned)(s->n_replies - at), 0);

		if (n < 0 && errno == EINTR)
			continue;
		at += n > 0 ? (size_t)n : 1; /* the one that failed is passed over */
	}
	s->n_replies = 0;
}
