/* Broadcasts in a VLAN and notes whose broadcasts it hears, and knows nothing of VLANs but the numbers
 * that it is told.
 *
 *     vlan_meter VLAN ID PEERS COUNT SECONDS FOLDER
 *
 * Makes FOLDER/ready.ID and waits for FOLDER/start. Then it sends COUNT numbered broadcasts at eth0, a
 * few at a time: the next ones go once each of its PEERS, who are of the same VLAN and do the same, has
 * told that it heard all. With all sent and heard it makes FOLDER/done.ID, and goes on to hear until
 * there is FOLDER/stop. Then it prints one line: heard (of its VLAN), other (of others), tagged (that had
 * a tag), late (behind one that was sent later: processors share the work). Exit 1 after SECONDS. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	ETHERTYPE = 0x88b5, /* of local experiments, IEEE 802 9.2.4 */
	IDS_MAX = 64,
	WINDOW = 32,
	WORD_BROADCAST = 1,
	WORD_HEARD = 2
};

struct frame {
	uint8_t to[6], from[6];
	uint16_t type;
	uint16_t word, vlan, id;
	uint32_t number; /* of a broadcast; of what was heard, how many */
	uint8_t padding[36];
} __attribute__((packed));

struct meter {
	int fd;
	uint16_t vlan, id;
	unsigned n_peers;
	uint32_t count, sent;
	uint32_t heard_by[IDS_MAX]; /* how many of ours, by the peer that told */
	uint32_t heard_of[IDS_MAX]; /* how many of each peer's */
	unsigned long heard, other, tagged, late;
	uint8_t mac[6];
};

static int open_port(struct meter *m)
{
	static const int on = 1;
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex("eth0") };
	socklen_t len = sizeof(at);
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0);

	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) < 0 ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		return -1;
	memcpy(m->mac, at.sll_addr, 6);
	m->fd = fd;
	return 0;
}

static void send_frame(const struct meter *m, const uint8_t to[6], uint16_t word,
    uint32_t number)
{
	struct frame frame = { .type = htons(ETHERTYPE),
		.word = htons(word),
		.vlan = htons(m->vlan),
		.id = htons(m->id),
		.number = htonl(number) };

	memcpy(frame.to, to, 6);
	memcpy(frame.from, m->mac, 6);
	(void)!send(m->fd, &frame, sizeof(frame), 0);
}

static bool has_tag(struct msghdr *message)
{
	struct tpacket_auxdata aux = { 0 };
	struct cmsghdr *header = CMSG_FIRSTHDR(message);

	if (header && header->cmsg_level == SOL_PACKET)
		memcpy(&aux, CMSG_DATA(header), sizeof(aux));
	return aux.tp_status & TP_STATUS_VLAN_VALID;
}

static void take_broadcast(struct meter *m, const struct frame *frame, unsigned id)
{
	uint32_t number = ntohl(frame->number);

	if (ntohs(frame->vlan) != m->vlan) {
		m->other++;
		return;
	}
	m->heard++;
	if (number < m->heard_of[id]) {
		m->late++;
		return;
	}
	m->heard_of[id] = number + 1;
	if (m->heard_of[id] % WINDOW == 0 || m->heard_of[id] == m->count)
		send_frame(m, frame->from, WORD_HEARD, m->heard_of[id]);
}

/* False: there is none. */
static bool take_frame(struct meter *m)
{
	struct frame frame;
	struct sockaddr_ll from;
	char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct iovec part = { &frame, sizeof(frame) };
	struct msghdr message = { .msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(m->fd, &message, 0);
	unsigned id;

	if (n < 0)
		return errno == EINTR;
	if (from.sll_pkttype == PACKET_OUTGOING)
		return true;
	if (has_tag(&message)) {
		m->tagged++;
		return true;
	}
	id = n < (ssize_t)sizeof(frame) ? IDS_MAX : ntohs(frame.id);
	if (id >= IDS_MAX || frame.type != htons(ETHERTYPE))
		return true;
	if (frame.word == htons(WORD_BROADCAST))
		take_broadcast(m, &frame, id);
	else if (ntohs(frame.vlan) == m->vlan && memcmp(frame.to, m->mac, 6) == 0)
		m->heard_by[id] = ntohl(frame.number);
	return true;
}

static unsigned count_up_to(const uint32_t numbers[IDS_MAX], uint32_t least)
{
	unsigned n = 0;

	for (int i = 0; i < IDS_MAX; i++)
		n += numbers[i] >= least;
	return n;
}

static void send_some(struct meter *m)
{
	static const uint8_t all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	if (m->sent > 0 && count_up_to(m->heard_by, m->sent) < m->n_peers)
		return;
	for (int i = 0; i < WINDOW && m->sent < m->count; i++)
		send_frame(m, all, WORD_BROADCAST, m->sent++);
}

static bool make_file(const struct meter *m, const char *folder, const char *name)
{
	char path[512];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s.%u", folder, name, m->id);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	return fd >= 0 && close(fd) == 0;
}

static bool wait_for(const char *folder, const char *name, time_t end)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	while (access(path, F_OK) < 0) {
		if (time(NULL) >= end)
			return false;
		(void)poll(NULL, 0, 5);
	}
	return true;
}

static bool is_done(const struct meter *m)
{
	return m->sent == m->count &&
	       count_up_to(m->heard_by, m->count) >= m->n_peers &&
	       count_up_to(m->heard_of, m->count) >= m->n_peers;
}

/* Until all was heard, or the file is there. */
static bool go_on(struct meter *m, const char *stop, time_t end)
{
	struct pollfd wait = { .fd = m->fd, .events = POLLIN };

	while (time(NULL) < end) {
		if (stop ? access(stop, F_OK) == 0 : is_done(m))
			return true;
		send_some(m);
		(void)poll(&wait, 1, 20);
		while (take_frame(m))
			;
	}
	fprintf(stderr, "vlan %u id %u: sent %u, heard by %u, of %u peers\n", m->vlan,
	    m->id, m->sent, count_up_to(m->heard_by, m->sent),
	    count_up_to(m->heard_of, m->count));
	return false;
}

int main(int argc, char **argv)
{
	struct meter m = { .fd = -1 };
	char stop[512];
	time_t end;

	if (argc != 7)
		return 2;
	m.vlan = (uint16_t)atoi(argv[1]);
	m.id = (uint16_t)atoi(argv[2]);
	m.n_peers = (unsigned)atoi(argv[3]);
	m.count = (uint32_t)atoi(argv[4]);
	end = time(NULL) + atoi(argv[5]);
	(void)snprintf(stop, sizeof(stop), "%s/stop", argv[6]);
	if (open_port(&m) < 0) {
		perror("vlan_meter");
		return 1;
	}
	if (!make_file(&m, argv[6], "ready") || !wait_for(argv[6], "start", end) ||
	    !go_on(&m, NULL, end))
		return 1;
	if (!make_file(&m, argv[6], "done") || !go_on(&m, stop, end))
		return 1;
	printf("heard=%lu other=%lu tagged=%lu late=%lu\n", m.heard, m.other, m.tagged,
	    m.late);
	return 0;
}
