#include "agents/relay/relay_socket.h"

#include "lib/base/cleanup.h"
#include "lib/proto/dhcp_frame.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum {
	ROOM_BYTES = 4 << 20 /* asked for, so that a burst of clients waits unharmed */
};

struct relay_socket {
	const struct relay *relay;
	int udp;
	int packets;
	struct {
		int ifindex;
		uint8_t mac[6];
	} ports[RELAY_PORTS_MAX];
	uint8_t bytes[DHCP_MAX_BYTES + 1];
};

static int fail(const char *what, struct error *err)
{
	if (errno == EPERM || errno == EACCES)
		return error_set(err, ERR_MACHINE,
		    "%s: %s: a relay needs CAP_NET_RAW and CAP_NET_BIND_SERVICE; be "
		    "root, or give the program the capabilities",
		    what, strerror(errno));
	if (errno == EADDRINUSE)
		return error_set(err, -EADDRINUSE,
		    "UDP port 67 is taken: a DHCP server or another relay runs here");
	return error_set(err, -errno, "%s: %s", what, strerror(errno));
}

static int open_udp(struct relay_socket *s, struct error *err)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(DHCP_SERVER_PORT) };
	int on = 1, room = ROOM_BYTES;

	s->udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->udp < 0 ||
	    setsockopt(s->udp, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) < 0)
		return fail("open a UDP socket", err);
	(void)setsockopt(s->udp, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	if (bind(s->udp, (struct sockaddr *)&at, sizeof(at)) < 0)
		return fail("bind UDP port 67", err);
	return 0;
}

static int look_up(struct relay_socket *s, size_t i, struct error *err)
{
	struct ifreq request = { 0 };

	(void)snprintf(request.ifr_name, sizeof(request.ifr_name), "%s",
	    s->relay->ports[i].name);
	if (ioctl(s->udp, SIOCGIFINDEX, &request) < 0)
		return fail(s->relay->ports[i].name, err);
	s->ports[i].ifindex = request.ifr_ifindex;
	if (ioctl(s->udp, SIOCGIFHWADDR, &request) < 0)
		return fail(s->relay->ports[i].name, err);
	memcpy(s->ports[i].mac, request.ifr_hwaddr.sa_data, 6);
	return 0;
}

/* Of no protocol: it only sends. */
static int open_packets(struct relay_socket *s, struct error *err)
{
	s->packets = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return s->packets < 0 ? fail("open a packet socket", err) : 0;
}

int relay_socket_open(struct relay_socket **ret, const struct relay *relay,
    struct error *err)
{
	struct relay_socket *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return error_set(err, -ENOMEM, "no memory");
	s->relay = relay;
	s->packets = -1;
	r = open_udp(s, err);
	for (size_t i = 0; r == 0 && i < relay->n_ports; i++)
		r = look_up(s, i, err);
	if (r == 0)
		r = open_packets(s, err);
	if (r < 0)
		relay_socket_free(s);
	else
		*ret = s;
	return r;
}

void relay_socket_free(struct relay_socket *s)
{
	if (!s)
		return;
	if (s->udp >= 0)
		(void)close(s->udp);
	if (s->packets >= 0)
		(void)close(s->packets);
	free(s);
}

int relay_socket_fd(const struct relay_socket *s)
{
	return s->udp;
}

int relay_socket_ifindex(const struct relay_socket *s, size_t port)
{
	return s->ports[port].ifindex;
}

/* ---- receiving ------------------------------------------------------------------------ */

static int port_of(const struct relay_socket *s, struct msghdr *message)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c;
	     c = CMSG_NXTHDR(message, c)) {
		struct in_pktinfo info;

		if (c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_PKTINFO)
			continue;
		memcpy(&info, CMSG_DATA(c), sizeof(info));
		for (size_t i = 0; i < s->relay->n_ports; i++) {
			if (s->ports[i].ifindex == info.ipi_ifindex)
				return (int)i;
		}
	}
	return RELAY_ANY_PORT;
}

int relay_socket_receive(struct relay_socket *s, struct str *ret, int *ret_port)
{
	union { /* aligned for a control message */
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(struct in_pktinfo))];
	} control;
	struct iovec piece = { s->bytes, sizeof(s->bytes) };
	struct msghdr message = { .msg_iov = &piece,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	ssize_t n;

	do {
		n = recvmsg(s->udp, &message, 0);
	} while (n < 0 && (errno == EINTR || errno == ECONNREFUSED));
	if (n < 0)
		return 0;
	*ret = str_make(s->bytes, (size_t)n);
	*ret_port = port_of(s, &message);
	return 1;
}

/* ---- sending -------------------------------------------------------------------------- */

static bool send_to_servers(struct relay_socket *s, const struct relay_out *out)
{
	bool is_sent = true;

	for (size_t i = 0; i < out->n_servers; i++) {
		struct sockaddr_in to = { .sin_family = AF_INET,
			.sin_port = htons(DHCP_SERVER_PORT),
			.sin_addr.s_addr = htonl(out->servers[i]) };

		if (sendto(s->udp, out->bytes, out->len, 0, (struct sockaddr *)&to,
			sizeof(to)) < 0)
			is_sent = false;
	}
	return is_sent;
}

static bool send_to_client(struct relay_socket *s, const struct relay_out *out)
{
	struct dhcp_frame frame = {
		.to_mac = { 255, 255, 255, 255, 255, 255 },
		.from = s->relay->ports[out->port].address,
		.to = out->is_broadcast ? UINT32_MAX : out->address,
		.from_port = DHCP_SERVER_PORT,
		.to_port = DHCP_CLIENT_PORT,
		.payload = str_make(out->bytes, out->len),
	};
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
		.sll_protocol = htons(ETHERTYPE_IP),
		.sll_ifindex = s->ports[out->port].ifindex,
		.sll_halen = 6 };
	uint8_t bytes[DHCP_FRAME_MAX_BYTES];
	int n;

	memcpy(frame.from_mac, s->ports[out->port].mac, 6);
	if (!out->is_broadcast)
		memcpy(frame.to_mac, out->client, 6);
	memcpy(to.sll_addr, frame.to_mac, 6);
	n = dhcp_frame_write(&frame, bytes, sizeof(bytes));
	return n > 0 && sendto(s->packets, bytes, (size_t)n, 0, (struct sockaddr *)&to,
			    sizeof(to)) == n;
}

bool relay_socket_send(struct relay_socket *s, const struct relay_out *out)
{
	return out->n_servers > 0 ? send_to_servers(s, out) : send_to_client(s, out);
}
