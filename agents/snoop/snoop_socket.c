#include "agents/snoop/snoop_socket.h"

#include "agents/common/dhcp_filter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct snoop_socket {
	const char *bridge;
	int fd;
	struct {
		int ifindex;
		char name[SNOOP_PORT_NAME_MAX];
	} ports[SNOOP_PORTS_MAX];
	size_t n_ports;
	uint8_t bytes[DHCP_FRAME_MAX_BYTES + 1];
};

static int fail(const char *what, struct error *err)
{
	return error_set(err, errno == EPERM ? ERR_MACHINE : -errno, "%s: %s", what,
	    strerror(errno));
}

int snoop_socket_open(struct snoop_socket **ret, const char *bridge, struct error *err)
{
	struct snoop_socket *s = calloc(1, sizeof(*s));
	/* Those who hear one protocol alone come after the bridge, which takes all frames. */
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL) };
	int on = 1, r;

	if (!s)
		return error_set(err, -ENOMEM, "no memory");
	s->bridge = bridge;
	s->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd < 0 || dhcp_filter_messages(s->fd) < 0 ||
	    setsockopt(s->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) <
		0 ||
	    bind(s->fd, (struct sockaddr *)&at, sizeof(at)) < 0) {
		r = fail("open a packet socket", err);
		snoop_socket_free(s);
		return r;
	}
	*ret = s;
	return 0;
}

void snoop_socket_free(struct snoop_socket *s)
{
	if (!s)
		return;
	if (s->fd >= 0)
		(void)close(s->fd);
	free(s);
}

int snoop_socket_fd(const struct snoop_socket *s)
{
	return s->fd;
}

/* ---- ports ---------------------------------------------------------------------------- */

/* The inner ends of a link in user space stand beside the ports, and have "~" in their names. */
static bool is_port(const struct snoop_socket *s, const char *name)
{
	return strcmp(name, s->bridge) != 0 && strcmp(name, "lo") != 0 &&
	       !strchr(name, '~');
}

size_t snoop_socket_ports(struct snoop_socket *s, const char *names[SNOOP_PORTS_MAX])
{
	struct if_nameindex *all = if_nameindex();

	s->n_ports = 0;
	for (struct if_nameindex *at = all; at && at->if_index; at++) {
		if (!is_port(s, at->if_name) || s->n_ports == SNOOP_PORTS_MAX)
			continue;
		s->ports[s->n_ports].ifindex = (int)at->if_index;
		(void)snprintf(s->ports[s->n_ports].name, SNOOP_PORT_NAME_MAX, "%s",
		    at->if_name);
		names[s->n_ports] = s->ports[s->n_ports].name;
		s->n_ports++;
	}
	if (all)
		if_freenameindex(all);
	return s->n_ports;
}

bool snoop_socket_find(const struct snoop_socket *s, int ifindex, size_t *ret)
{
	for (*ret = 0; *ret < s->n_ports; (*ret)++) {
		if (s->ports[*ret].ifindex == ifindex)
			return true;
	}
	return false;
}

/* ---- frames --------------------------------------------------------------------------- */

int snoop_socket_receive(struct snoop_socket *s, struct dhcp_frame *ret,
    int *ret_ifindex)
{
	struct sockaddr_ll from = { 0 };
	socklen_t size;
	ssize_t n;

	for (int i = 0; i < SNOOP_READS_MAX; i++) {
		size = sizeof(from);
		n = recvfrom(s->fd, s->bytes, sizeof(s->bytes), 0,
		    (struct sockaddr *)&from, &size);
		if (n < 0 && (errno == EINTR || errno == ENETDOWN))
			continue;
		if (n < 0)
			return 0;
		*ret_ifindex = from.sll_ifindex;
		/* Frames from this host's other namespaces have no checksum yet. */
		if (dhcp_frame_parse(ret, s->bytes, (size_t)n, false) == 0)
			return 1;
	}
	return 0;
}

bool snoop_socket_send(struct snoop_socket *s, const struct dhcp_frame *frame,
    size_t port)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
		.sll_protocol = htons(ETHERTYPE_IP),
		.sll_ifindex = s->ports[port].ifindex,
		.sll_halen = 6 };
	uint8_t bytes[DHCP_FRAME_MAX_BYTES];
	int n = dhcp_frame_write(frame, bytes, sizeof(bytes));

	memcpy(to.sll_addr, frame->to_mac, 6);
	return n > 0 && sendto(s->fd, bytes, (size_t)n, 0, (struct sockaddr *)&to,
			    sizeof(to)) == n;
}
