/* What route netlink says of a bridge and its ports, made byte for byte as the kernel makes it, and a
 * table that takes it. */
#pragma once

#include "tests/unit/unit.h"

#include "agents/cpe/ports/bridge.h"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum {
	BRIDGE = 2,
	FIRST = 3 /* ifindex of the first port */
};

static struct port_table table; /* zero at the start of each test */

static inline int clear(void **state)
{
	(void)state;
	memset(&table, 0, sizeof(table));
	table.bridge = BRIDGE;
	return 0;
}

/* ---- messages --------------------------------------------------------------------------- */

struct message {
	union {
		struct nlmsghdr header;
		char bytes[1024];
	};
};

static inline void *begin(struct message *message, int type, size_t body)
{
	memset(message, 0, sizeof(*message));
	message->header.nlmsg_type = (uint16_t)type;
	message->header.nlmsg_len = (uint32_t)NLMSG_LENGTH(body);
	return message->bytes + NLMSG_HDRLEN;
}

static inline void put(struct message *message, int type, const void *data, size_t len)
{
	struct rtattr *attribute =
	    (void *)(message->bytes + NLMSG_ALIGN(message->header.nlmsg_len));

	attribute->rta_type = (uint16_t)type;
	attribute->rta_len = (uint16_t)RTA_LENGTH(len);
	memcpy((char *)attribute + RTA_LENGTH(0), data, len);
	message->header.nlmsg_len = (uint32_t)(NLMSG_ALIGN(message->header.nlmsg_len) +
					       RTA_ALIGN(attribute->rta_len));
}

static inline struct message link_message(int type, int ifindex, uint32_t master,
    unsigned flags)
{
	const uint8_t mac[6] = { 6, 0, 0, 0, 0, (uint8_t)ifindex };
	struct rtnl_link_stats64 stats = { .rx_packets = 7,
		.tx_bytes = UINT64_C(5000000000),
		.multicast = 2 };
	uint32_t mtu = 1500;
	struct message message;
	struct ifinfomsg *link = begin(&message, type, sizeof(*link));
	char name[16];

	link->ifi_index = ifindex;
	link->ifi_flags = flags;
	(void)snprintf(name, sizeof(name), "p%d", ifindex);
	put(&message, IFLA_IFNAME, name, strlen(name) + 1);
	put(&message, IFLA_ADDRESS, mac, sizeof(mac));
	put(&message, IFLA_MTU, &mtu, sizeof(mtu));
	put(&message, IFLA_STATS64, &stats, sizeof(stats));
	if (master)
		put(&message, IFLA_MASTER, &master, sizeof(master));
	return message;
}

static inline struct message mac_message(int type, int ifindex, uint32_t last,
    int state)
{
	const uint8_t mac[6] = { 2, 0, 0, (uint8_t)(last >> 16), (uint8_t)(last >> 8),
		(uint8_t)last };
	const struct nda_cacheinfo cache = { .ndm_updated = 1234 };
	struct message message;
	struct ndmsg *neighbour = begin(&message, type, sizeof(*neighbour));

	neighbour->ndm_family = AF_BRIDGE;
	neighbour->ndm_ifindex = ifindex;
	neighbour->ndm_state = (uint16_t)state;
	put(&message, NDA_LLADDR, mac, sizeof(mac));
	put(&message, NDA_CACHEINFO, &cache, sizeof(cache));
	return message;
}

static inline bool take(struct message message)
{
	return port_table_take(&table, &message.header);
}

static inline bool take_port(int ifindex, unsigned flags)
{
	return take(link_message(RTM_NEWLINK, ifindex, BRIDGE, flags));
}
