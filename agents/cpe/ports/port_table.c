#include "agents/cpe/ports/port_table.h"

#include "agents/cpe/ports/vlan_link.h"
#include "lib/base/compiler.h"
#include "lib/base/siphash.h"
#include "lib/console/vlan/vlan_table.h"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>

enum {
	TICKS_PER_S =
	    100 /* of ndm_updated: USER_HZ, which is 100 wherever Linux runs */
};

/* ---- attributes ------------------------------------------------------------------------ */

/* Lengths are the sender's word: an attribute is taken only where the whole of it, and as much
 * as its kind has, is inside the message. */
static const struct rtattr *find(const struct rtattr *first, size_t len,
    unsigned short type, size_t least)
{
	const char *at = (const char *)first;

	while (len >= sizeof(struct rtattr)) {
		const struct rtattr *attribute = (const void *)at;
		size_t step = RTA_ALIGN(attribute->rta_len);

		if (attribute->rta_len < sizeof(*attribute) || attribute->rta_len > len)
			return NULL;
		if ((attribute->rta_type & NLA_TYPE_MASK) == type &&
		    attribute->rta_len >= RTA_LENGTH(least))
			return attribute;
		if (step >= len)
			return NULL;
		at += step;
		len -= step;
	}
	return NULL;
}

static const void *data_of(const struct rtattr *attribute)
{
	return (const char *)attribute + RTA_LENGTH(0);
}

static bool read_u32(const struct rtattr *first, size_t len, unsigned short type,
    uint32_t *ret)
{
	const struct rtattr *attribute = find(first, len, type, sizeof(*ret));

	if (attribute)
		memcpy(ret, data_of(attribute), sizeof(*ret));
	return attribute;
}

static bool read_mac(const struct rtattr *first, size_t len, unsigned short type,
    uint8_t ret[6])
{
	const struct rtattr *attribute = find(first, len, type, 6);

	if (attribute)
		memcpy(ret, data_of(attribute), 6);
	return attribute;
}

/* ---- ports ----------------------------------------------------------------------------- */

const struct port *port_table_at(const struct port_table *table, uint32_t number)
{
	return number > 0 && number <= table->n_ports ? &table->ports[number - 1]
						      : NULL;
}

uint32_t port_table_number(const struct port_table *table, int ifindex)
{
	for (unsigned i = 0; i < table->n_ports; i++) {
		if (table->ports[i].ifindex == ifindex)
			return i + 1;
	}
	return 0;
}

void port_table_begin_links(struct port_table *table)
{
	for (unsigned i = 0; i < table->n_ports; i++)
		table->ports[i].is_there = table->ports[i].has_link = false;
	table->n_without = 0;
}

static struct port *find_or_add(struct port_table *table, int ifindex)
{
	uint32_t number = port_table_number(table, ifindex);

	if (number == 0 && table->n_ports == PORTS_MAX) {
		table->n_without++;
		return NULL;
	}
	if (number == 0) {
		number = ++table->n_ports;
		table->ports[number - 1] = (struct port){ .ifindex = ifindex };
	}
	return &table->ports[number - 1];
}

static void read_name(struct port *port, const struct rtattr *first, size_t len)
{
	const struct rtattr *attribute = find(first, len, IFLA_IFNAME, 1);
	size_t n;

	if (!attribute)
		return;
	n = MIN(attribute->rta_len - RTA_LENGTH(0), (size_t)PORT_NAME_MAX - 1);
	memset(port->name, 0, sizeof(port->name));
	memcpy(port->name, data_of(attribute), n);
}

static void read_counts(struct port *port, const struct rtattr *first, size_t len)
{
	/* The first members are those of every kernel that has the attribute. */
	const struct rtattr *attribute = find(first, len, IFLA_STATS64,
	    offsetof(struct rtnl_link_stats64, collisions));
	struct rtnl_link_stats64 stats = { .rx_packets = 0 };

	if (!attribute)
		return;
	memcpy(&stats, data_of(attribute),
	    MIN(attribute->rta_len - RTA_LENGTH(0), sizeof(stats)));
	port->in = (struct port_counts){ stats.rx_packets, stats.rx_bytes,
		stats.rx_errors, stats.rx_dropped };
	port->out = (struct port_counts){ stats.tx_packets, stats.tx_bytes,
		stats.tx_errors, stats.tx_dropped };
	port->multicasts_in = stats.multicast;
}

/* A link that left the bridge, or the machine, was a port. */
static bool lose_port(struct port_table *table, int ifindex)
{
	uint32_t number = port_table_number(table, ifindex);

	if (number == 0 || !table->ports[number - 1].is_there)
		return false;
	table->ports[number - 1].is_there = false;
	table->ports[number - 1].has_link = false;
	return true;
}

/* ---- links that are no ports ------------------------------------------------------------- */

static int find_bridge(const struct port_table *table, int ifindex)
{
	for (unsigned i = 0; i < table->n_bridges; i++) {
		if (table->bridges[i].ifindex == ifindex)
			return (int)i;
	}
	return -1;
}

static int find_pair(const struct port_table *table, int ifindex)
{
	for (unsigned i = 0; i < table->n_pairs; i++) {
		if (table->pairs[i].ifindex == ifindex)
			return (int)i;
	}
	return -1;
}

static void keep_bridge(struct port_table *table, int ifindex, unsigned vlan,
    bool is_there)
{
	int i = find_bridge(table, ifindex);

	if (i >= 0 && !is_there)
		table->bridges[i] = table->bridges[--table->n_bridges];
	if (i >= 0 || !is_there || table->n_bridges == PORT_BRIDGES_MAX)
		return;
	table->bridges[table->n_bridges].ifindex = ifindex;
	table->bridges[table->n_bridges++].vlan = (uint16_t)vlan;
}

static void keep_pair(struct port_table *table, int ifindex, unsigned number,
    unsigned vlan, bool is_there)
{
	int i = find_pair(table, ifindex);

	if (i >= 0 && !is_there)
		table->pairs[i] = table->pairs[--table->n_pairs];
	if (i >= 0 || !is_there || table->n_pairs == PORT_PAIRS_MAX)
		return;
	table->pairs[table->n_pairs].ifindex = ifindex;
	table->pairs[table->n_pairs].number = (uint16_t)number;
	table->pairs[table->n_pairs++].vlan = vlan == VLAN_DEFAULT ? 0 : (uint16_t)vlan;
}

/* Whether the link is one of those: no port of a file has a name like theirs. */
static bool take_own(struct port_table *table, const struct nlmsghdr *message,
    const struct ifinfomsg *link)
{
	const struct rtattr *first =
	    (const void *)((const char *)link + NLMSG_ALIGN(sizeof(*link)));
	size_t len = message->nlmsg_len - NLMSG_LENGTH(sizeof(*link));
	bool is_there = message->nlmsg_type == RTM_NEWLINK;
	struct port named = { .ifindex = 0 };
	unsigned number, vlan;

	read_name(&named, first, len);
	switch (vlan_link_read(named.name, &number, &vlan)) {
	case VLAN_LINK_BRIDGE:
		keep_bridge(table, link->ifi_index, vlan, is_there);
		return true;
	case VLAN_LINK_NEAR:
		keep_pair(table, link->ifi_index, number, vlan, is_there);
		return true;
	case VLAN_LINK_FAR:
		return true;
	case VLAN_LINK_NONE:
		break;
	}
	return false;
}

void port_table_take_bridge(struct port_table *table, const struct nlmsghdr *message)
{
	const void *body = (const char *)message + NLMSG_HDRLEN;

	if (message->nlmsg_type == RTM_NEWLINK &&
	    message->nlmsg_len >= NLMSG_LENGTH(sizeof(struct ifinfomsg)))
		(void)take_own(table, message, body);
}

/* ---- a link ------------------------------------------------------------------------------ */

/* Whether a port has that master, and in which VLAN it is then. */
static bool is_master(const struct port_table *table, uint32_t master,
    uint16_t *ret_vlan)
{
	int i = find_bridge(table, (int)master);

	*ret_vlan = i < 0 ? 0 : table->bridges[i].vlan;
	return master == (uint32_t)table->bridge || i >= 0;
}

static bool take_link(struct port_table *table, const struct nlmsghdr *message,
    const struct ifinfomsg *link)
{
	const struct rtattr *first =
	    (const void *)((const char *)link + NLMSG_ALIGN(sizeof(*link)));
	size_t len = message->nlmsg_len - NLMSG_LENGTH(sizeof(*link));
	uint32_t master = 0, mtu;
	struct port *port;
	uint16_t vlan;

	/* Of itself a bridge says (AF_BRIDGE) that it is its own master. */
	if (link->ifi_index == table->bridge || take_own(table, message, link))
		return false;
	(void)read_u32(first, len, IFLA_MASTER, &master);
	if (message->nlmsg_type == RTM_DELLINK || !is_master(table, master, &vlan))
		return lose_port(table, link->ifi_index);
	port = find_or_add(table, link->ifi_index);
	if (!port)
		return false;
	port->is_there = true;
	port->vlan = vlan;
	port->is_enabled = link->ifi_flags & IFF_UP;
	port->has_link = port->is_enabled && (link->ifi_flags & IFF_RUNNING);
	read_name(port, first, len);
	(void)read_mac(first, len, IFLA_ADDRESS, port->mac);
	if (read_u32(first, len, IFLA_MTU, &mtu))
		port->mtu = mtu;
	read_counts(port, first, len);
	return true;
}

/* ---- MAC addresses --------------------------------------------------------------------- */

void port_table_begin_macs(struct port_table *table)
{
	table->n_macs = table->n_more_macs = 0;
	memset(table->chains, 0, sizeof(table->chains));
}

unsigned port_table_count_macs(const struct port_table *table, uint32_t number)
{
	unsigned n = 0;

	for (unsigned i = 0; i < table->n_macs; i++)
		n += table->macs[i].number == number;
	return n;
}

/* What leads to the row of that address, in the table or in a row before it: 0, at the end of
 * its chain, where there is none. */
static uint16_t *find_mac(struct port_table *table, const struct port_mac *like)
{
	uint8_t key[8];
	uint16_t *at;

	memcpy(key, like->mac, 6);
	memcpy(key + 6, &like->vlan, 2);
	at = &table->chains[siphash13(table->seed, 0, key, sizeof(key)) %
			    PORT_MAC_CHAINS];
	while (*at > 0) {
		struct port_mac *row = &table->macs[*at - 1];

		if (row->vlan == like->vlan && memcmp(row->mac, like->mac, 6) == 0)
			break;
		at = &row->next;
	}
	return at;
}

static void keep_mac(struct port_table *table, struct port_mac mac, uint16_t *at)
{
	if (*at == 0 && table->n_macs == PORT_MACS_MAX) {
		table->n_more_macs++;
		return;
	}
	if (*at == 0)
		*at = (uint16_t)++table->n_macs;
	else
		mac.next = table->macs[*at - 1].next;
	table->macs[*at - 1] = mac;
}

/* The last row takes its place. */
static void drop_mac(struct port_table *table, uint16_t *at)
{
	uint16_t place = *at;
	const struct port_mac *last;

	if (place == 0)
		return;
	*at = table->macs[place - 1].next;
	last = &table->macs[--table->n_macs];
	if (place - 1u == table->n_macs)
		return;
	*find_mac(table, last) = place;
	table->macs[place - 1] = *last;
}

static void read_idle(struct port_mac *row, const struct rtattr *first, size_t len)
{
	struct nda_cacheinfo cache;
	const struct rtattr *attribute = find(first, len, NDA_CACHEINFO, sizeof(cache));

	if (!attribute)
		return;
	memcpy(&cache, data_of(attribute), sizeof(cache));
	row->idle_s = cache.ndm_updated / TICKS_PER_S;
}

/* Behind which port it is, and in which VLAN. */
static void read_place(const struct port_table *table, int ifindex,
    struct port_mac *row)
{
	uint32_t number = port_table_number(table, ifindex);
	int pair = find_pair(table, ifindex);

	row->number = pair >= 0 ? table->pairs[pair].number : (uint16_t)number;
	if (pair >= 0)
		row->vlan = table->pairs[pair].vlan;
	else if (number > 0)
		row->vlan = table->ports[number - 1].vlan;
}

/* What is permanent is the bridge's own, and its ports'. */
static bool take_mac(struct port_table *table, const struct nlmsghdr *message,
    const struct ndmsg *neighbour)
{
	const struct rtattr *first =
	    (const void *)((const char *)neighbour + NLMSG_ALIGN(sizeof(*neighbour)));
	size_t len = message->nlmsg_len - NLMSG_LENGTH(sizeof(*neighbour));
	const struct rtattr *vlan = find(first, len, NDA_VLAN, sizeof(uint16_t));
	struct port_mac row = { .number = 0 };
	uint16_t *at;

	read_place(table, neighbour->ndm_ifindex, &row);

	if (neighbour->ndm_family != AF_BRIDGE || row.number == 0 ||
	    (neighbour->ndm_state & NUD_PERMANENT) ||
	    (neighbour->ndm_flags & NTF_SELF) ||
	    !read_mac(first, len, NDA_LLADDR, row.mac))
		return false;
	if (vlan)
		memcpy(&row.vlan, data_of(vlan), sizeof(row.vlan));
	row.is_static = neighbour->ndm_state & NUD_NOARP;
	read_idle(&row, first, len);
	at = find_mac(table, &row);
	if (message->nlmsg_type == RTM_DELNEIGH)
		drop_mac(table, at);
	else
		keep_mac(table, row, at);
	return true;
}

bool port_table_take(struct port_table *table, const struct nlmsghdr *message)
{
	const void *body = (const char *)message + NLMSG_HDRLEN;

	switch (message->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		return message->nlmsg_len >= NLMSG_LENGTH(sizeof(struct ifinfomsg)) &&
		       take_link(table, message, body);
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		return message->nlmsg_len >= NLMSG_LENGTH(sizeof(struct ndmsg)) &&
		       take_mac(table, message, body);
	default:
		return false;
	}
}
