#include "agents/common/frames/frame_port.h"

#include "agents/common/netns.h"
#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

/* Linux 4.20. */
#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

enum {
	TAG = 4,
	MACS = 12,
	ROOM = PORT_FRAME_MAX - TAG
};

union frame_control {
	struct cmsghdr header;
	uint8_t bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
};

struct frame_reader {
	struct mmsghdr messages[PORT_BATCH];
	struct iovec parts[PORT_BATCH][2];
	struct virtio_net_hdr offloads[PORT_BATCH];
	union frame_control controls[PORT_BATCH];
	uint8_t bytes[PORT_BATCH][TAG + ROOM];
};

struct frame_reader *frame_reader_new(void)
{
	struct frame_reader *reader = calloc(1, sizeof(*reader));

	for (size_t i = 0; reader && i < PORT_BATCH; i++) {
		reader->parts[i][0] =
		    (struct iovec){ &reader->offloads[i], sizeof(reader->offloads[i]) };
		/* A tag that was taken out goes before what is read. */
		reader->parts[i][1] = (struct iovec){ reader->bytes[i] + TAG, ROOM };
	}
	return reader;
}

void frame_reader_free(struct frame_reader *reader)
{
	free(reader);
}

/* ---- open and close ------------------------------------------------------------------- */

static int set_up(int fd, int ifindex, const char *interface, struct error *err)
{
	static const int on = 1, receive = PORT_RECEIVE_BYTES, send = PORT_SEND_BYTES;
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = ifindex,
	};

	if (setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) < 0)
		return error_set(err, ERR_MACHINE,
		    "packet socket at %s: %s: links in user space need Linux 4.20",
		    interface, error_name(-errno));
	/* Root may have more than the machine's limit; others get what that is. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &receive, sizeof(receive)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive, sizeof(receive));
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &send, sizeof(send)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send, sizeof(send));
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		return error_set(err, -errno, "packet socket at %s: %s", interface,
		    error_name(-errno));
	return 0;
}

int frame_port_take(struct frame_port *port, int fd, int ifindex, const char *interface,
    struct error *err)
{
	int r = set_up(fd, ifindex, interface, err);

	port->fd = r < 0 ? -1 : fd;
	port->ifindex = ifindex;
	return r;
}

static int hear(int fd, bool hears)
{
	static const int none = 0;
	struct sock_filter nothing[] = { BPF_STMT(BPF_RET | BPF_K, 0) };
	const struct sock_fprog filter = { ARRAY_LEN(nothing), nothing };
	int r;

	r = hears
		? setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &none, sizeof(none))
		: setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter));
	if (r < 0 && hears && errno == ENOENT) /* it does */
		return 0;
	return r < 0 ? -errno : 0;
}

int frame_port_hear(struct frame_port *port, bool hears)
{
	return hear(port->fd, hears);
}

static int open_here(struct frame_port *port, const char *interface, bool hears,
    struct error *err)
{
	/* Protocol 0: nothing comes before bind() has chosen the interface. */
	auto_fd fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int ifindex = (int)if_nametoindex(interface), r;

	if (ifindex == 0)
		return error_set(err, -errno, "interface %s: %s", interface,
		    error_name(-errno));
	if (fd < 0)
		return error_set(err, -errno, "packet socket: %s", error_name(-errno));
	r = hears ? 0 : hear(fd, false);
	if (r < 0)
		return error_set(err, r, "packet socket: %s", error_name(r));
	if (frame_port_take(port, fd, ifindex, interface, err) < 0)
		return err->code;
	(void)steal_fd(&fd);
	return 0;
}

int frame_port_open(struct frame_port *port, const char *netns, const char *interface,
    bool hears, struct error *err)
{
	int home, r = netns_visit(netns, &home, err);

	port->fd = -1;
	if (r < 0)
		return r;
	r = open_here(port, interface, hears, err);
	netns_leave(home);
	return r;
}

void frame_port_close(struct frame_port *port)
{
	if (port->fd < 0)
		return;
	poll_item_leave(&port->poll);
	(void)close(port->fd);
	port->fd = -1;
}

int frame_port_give_up(struct frame_port *port)
{
	int fd = port->fd;

	if (fd >= 0)
		poll_item_detach(&port->poll);
	port->fd = -1;
	return fd;
}

uint64_t frame_port_missed(struct frame_port *port)
{
	struct tpacket_stats stats = { 0 };
	socklen_t size = sizeof(stats);

	if (port->fd < 0 ||
	    getsockopt(port->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size) < 0)
		return 0;
	return stats.tp_drops;
}

/* ---- reading -------------------------------------------------------------------------- */

static const struct tpacket_auxdata *auxdata_of(struct msghdr *message)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);

	for (; header; header = CMSG_NXTHDR(message, header)) {
		if (header->cmsg_level == SOL_PACKET &&
		    header->cmsg_type == PACKET_AUXDATA)
			return (const void *)CMSG_DATA(header);
	}
	return NULL;
}

/* The tag goes behind the addresses; what the offload counts from the start of the frame moves. */
static void move_offload(struct port_frame *frame, int by)
{
	if (frame->offload.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
		frame->offload.csum_start = (uint16_t)(frame->offload.csum_start + by);
	if (frame->offload.hdr_len > 0)
		frame->offload.hdr_len = (uint16_t)(frame->offload.hdr_len + by);
}

void port_frame_tag(struct port_frame *frame, uint16_t type, uint16_t tci)
{
	uint8_t *bytes = frame->bytes - TAG;

	memmove(bytes, frame->bytes, MACS);
	bytes[12] = (uint8_t)(type >> 8);
	bytes[13] = (uint8_t)type;
	bytes[14] = (uint8_t)(tci >> 8);
	bytes[15] = (uint8_t)tci;
	frame->bytes = bytes;
	frame->len += TAG;
	move_offload(frame, TAG);
}

static unsigned type_of(const struct port_frame *frame)
{
	return frame->len < ETH_HLEN
		   ? 0
		   : (unsigned)frame->bytes[12] << 8 | frame->bytes[13];
}

bool port_frame_is_tagged(const struct port_frame *frame)
{
	return type_of(frame) == ETH_P_8021Q || type_of(frame) == ETH_P_8021AD;
}

int port_frame_untag(struct port_frame *frame)
{
	int vlan;

	if (type_of(frame) != ETH_P_8021Q || frame->len < ETH_HLEN + TAG)
		return -1;
	vlan = (frame->bytes[14] << 8 | frame->bytes[15]) & 0xfff;
	memmove(frame->bytes + TAG, frame->bytes, MACS);
	frame->bytes += TAG;
	frame->len -= TAG;
	move_offload(frame, -TAG);
	return vlan;
}

static void put_tag_back(struct port_frame *frame, const struct tpacket_auxdata *aux)
{
	port_frame_tag(frame,
	    aux->tp_status & TP_STATUS_VLAN_TPID_VALID ? aux->tp_vlan_tpid
						       : ETH_P_8021Q,
	    aux->tp_vlan_tci);
}

static bool take_frame(struct frame_reader *reader, size_t i, struct port_frame *ret)
{
	struct mmsghdr *message = &reader->messages[i];
	const struct tpacket_auxdata *aux = auxdata_of(&message->msg_hdr);

	if (message->msg_len < sizeof(reader->offloads[i]) + ETH_HLEN ||
	    message->msg_hdr.msg_flags & MSG_TRUNC)
		return false;
	*ret = (struct port_frame){
		.offload = reader->offloads[i],
		.bytes = reader->bytes[i] + TAG,
		.len = message->msg_len - sizeof(reader->offloads[i]),
	};
	/* That the kernel has looked at its checksum is of no interest to a receiver. */
	ret->offload.flags &= VIRTIO_NET_HDR_F_NEEDS_CSUM;
	if (aux && aux->tp_status & TP_STATUS_VLAN_VALID)
		put_tag_back(ret, aux);
	return true;
}

/* Whether frames may stand behind what recvmmsg() stopped at. ENETDOWN is told once; the socket
 * stays where it is. */
static bool goes_on(struct frame_port *port, int n)
{
	if (n >= 0)
		return n > 0;
	if (errno == EINVAL) /* a frame cut in a way that its header has no word for */
		port->refused++;
	return errno == EINTR || errno == ENETDOWN || errno == EINVAL;
}

int frame_port_read(struct frame_port *port, struct frame_reader *reader,
    struct port_frame frames[PORT_BATCH])
{
	int n, taken = 0;

	do { /* a batch of none that can be used is no end of them */
		for (size_t i = 0; i < PORT_BATCH; i++)
			reader->messages[i].msg_hdr = (struct msghdr){
				.msg_iov = reader->parts[i],
				.msg_iovlen = 2,
				.msg_control = &reader->controls[i],
				.msg_controllen = sizeof(reader->controls[i]),
			};
		n = recvmmsg(port->fd, reader->messages, PORT_BATCH, 0, NULL);
		for (int i = 0; i < n; i++)
			taken += take_frame(reader, (size_t)i, &frames[taken]);
	} while (taken == 0 && goes_on(port, n));
	return taken;
}

/* ---- sending -------------------------------------------------------------------------- */

static void prepare(struct mmsghdr *message, struct iovec parts[2],
    struct port_frame *frame)
{
	parts[0] = (struct iovec){ &frame->offload, sizeof(frame->offload) };
	parts[1] = (struct iovec){ frame->bytes, frame->len };
	*message = (struct mmsghdr){ .msg_hdr = { .msg_iov = parts, .msg_iovlen = 2 } };
}

void frame_port_send(struct frame_port *port, struct port_frame *frames, unsigned n)
{
	struct mmsghdr messages[PORT_BATCH];
	struct iovec parts[PORT_BATCH][2];
	unsigned at = 0;

	while (at < n) {
		unsigned batch = MIN(n - at, (unsigned)PORT_BATCH);
		int sent;

		for (unsigned i = 0; i < batch; i++)
			prepare(&messages[i], parts[i], &frames[at + i]);
		sent = sendmmsg(port->fd, messages, batch, 0);
		if (sent > 0) {
			at += (unsigned)sent;
		} else if (errno != EINTR) {
			port->refused++; /* the first of the batch */
			at++;
		}
	}
}
