#include "agents/relay/relay_neighbour.h"

#include "agents/common/route/route_request.h"
#include "lib/base/text.h"
#include "lib/proto/dhcp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/neighbour.h>
#include <sys/socket.h>

int relay_neighbour_open(struct error *err)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	return fd < 0 ? error_set(err, -errno, "netlink socket: %s", error_name(-errno))
		      : fd;
}

static bool is_beside(const struct relay_port *port, uint32_t address)
{
	uint32_t mask = ipv4_mask(port->prefix);

	return (address & mask) == (port->address & mask) && address != port->address;
}

bool relay_neighbour_is(const struct relay_out *reply, const struct relay_port *port)
{
	struct dhcp_packet packet;

	return is_beside(port, reply->address) &&
	       dhcp_parse(&packet, reply->bytes, reply->len, NULL) == 0 &&
	       packet.message_type == DHCP_ACK && packet.yiaddr != 0;
}

/* The kernel is not asked for an answer: nothing could be done about it. */
void relay_neighbour_add(int netlink, int ifindex, const struct relay_out *reply)
{
	const struct ndmsg neighbour = { .ndm_family = AF_INET,
		.ndm_ifindex = ifindex,
		.ndm_state = NUD_PERMANENT };
	const uint32_t address = htonl(reply->address);
	struct route_request request;

	route_request_init(&request, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE,
	    &neighbour, sizeof(neighbour));
	route_request_put(&request, NDA_DST, &address, sizeof(address));
	route_request_put(&request, NDA_LLADDR, reply->client, sizeof(reply->client));
	(void)send(netlink, &request, request.header.nlmsg_len, MSG_DONTWAIT);
}
