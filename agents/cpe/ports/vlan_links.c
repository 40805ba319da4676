#include "agents/cpe/ports/vlan_links.h"

#include "agents/common/route/route_request.h"
#include "agents/cpe/ports/bridge_internal.h"
#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/veth.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* Above all numbers that a kernel gives by itself. */
	BRIDGE_FIRST = 1 << 20,
	NEAR_FIRST = 2 << 20,
	FAR_FIRST = 3 << 20,
	VLANS = VLAN_MAX + 2
};

int vlan_ifindex(const struct cpe_place *place, enum vlan_link link, unsigned number,
    unsigned vlan)
{
	int at = (int)(number * VLANS + vlan);

	if (link == VLAN_LINK_BRIDGE)
		return vlan == VLAN_DEFAULT ? place->ifindex : BRIDGE_FIRST + at;
	return (link == VLAN_LINK_NEAR ? NEAR_FIRST : FAR_FIRST) + at;
}

/* ---- requests ----------------------------------------------------------------------------- */

static void init(struct route_request *request, int type, int flags, int ifindex,
    unsigned set, unsigned changed)
{
	struct ifinfomsg link = { .ifi_family = AF_UNSPEC,
		.ifi_index = ifindex,
		.ifi_flags = set,
		.ifi_change = changed };

	route_request_init(request, type, NLM_F_ACK | flags, &link, sizeof(link));
}

static int ask_for(const struct cpe_place *place, const struct route_request *request,
    const char *what, struct error *err)
{
	int r = bridge_ask(place, &request->header, NULL, NULL);

	return r < 0 ? error_set(err, r, "%s: %s", what, error_name(r)) : 0;
}

/* ---- what is there -------------------------------------------------------------------------- */

static uint32_t read_u32(const struct rtattr *attribute)
{
	uint32_t value = 0;

	if (attribute)
		memcpy(&value, RTA_DATA(attribute), sizeof(value));
	return value;
}

/* How the switch's own bridge is set. */
static void read_bridge(struct vlan_rows *rows, const struct rtattr *first, size_t len)
{
	const struct rtattr *mac =
	    route_attribute(first, len, IFLA_ADDRESS, sizeof(rows->mac));
	const struct rtattr *info = route_attribute(first, len, IFLA_LINKINFO, 0),
			    *data;

	if (mac)
		memcpy(rows->mac, RTA_DATA(mac), sizeof(rows->mac));
	data =
	    info ? route_attribute(RTA_DATA(info), RTA_PAYLOAD(info), IFLA_INFO_DATA, 0)
		 : NULL;
	if (!data)
		return;
	first = RTA_DATA(data);
	len = RTA_PAYLOAD(data);
	rows->stp =
	    read_u32(route_attribute(first, len, IFLA_BR_STP_STATE, sizeof(uint32_t)));
	rows->forward_delay = read_u32(
	    route_attribute(first, len, IFLA_BR_FORWARD_DELAY, sizeof(uint32_t)));
}

static void take_link(void *user, const struct nlmsghdr *message)
{
	const struct ifinfomsg *link = NLMSG_DATA(message);
	struct vlan_rows *rows = user;
	const struct rtattr *first, *name;
	struct vlan_row row = { .link = VLAN_LINK_NONE };
	char text[VLAN_LINK_NAME_MAX] = "";
	size_t len;

	if (message->nlmsg_type != RTM_NEWLINK ||
	    message->nlmsg_len < NLMSG_LENGTH(sizeof(*link)))
		return;
	first = IFLA_RTA(link);
	len = IFLA_PAYLOAD(message);
	name = route_attribute(first, len, IFLA_IFNAME, 1);
	if (name)
		memcpy(text, RTA_DATA(name), MIN(RTA_PAYLOAD(name), sizeof(text) - 1));
	row.ifindex = link->ifi_index;
	row.flags = link->ifi_flags;
	row.master =
	    (int)read_u32(route_attribute(first, len, IFLA_MASTER, sizeof(uint32_t)));
	row.link = vlan_link_read(text, &row.number, &row.vlan);
	if (row.ifindex == rows->bridge)
		read_bridge(rows, first, len);
	if (rows->n == rows->room) {
		size_t room = rows->room ? 2 * rows->room : 64;
		struct vlan_row *more = realloc(rows->items, room * sizeof(*more));

		if (!more) {
			rows->error = -ENOMEM;
			return;
		}
		rows->items = more;
		rows->room = room;
	}
	rows->items[rows->n++] = row;
}

int vlan_rows_read(struct vlan_rows *rows, const struct cpe_place *place,
    struct error *err)
{
	int r;

	memset(rows, 0, sizeof(*rows));
	rows->bridge = place->ifindex;
	r = bridge_dump_links(place, take_link, rows);
	r = r == 0 ? rows->error : r;
	return r < 0 ? error_set(err, r, "links of the switch: %s", error_name(r)) : 0;
}

void vlan_rows_free(struct vlan_rows *rows)
{
	free(rows->items);
	rows->items = NULL;
}

const struct vlan_row *vlan_rows_find(const struct vlan_rows *rows, int ifindex)
{
	for (size_t i = 0; i < rows->n; i++) {
		if (rows->items[i].ifindex == ifindex)
			return &rows->items[i];
	}
	return NULL;
}

/* ---- links ---------------------------------------------------------------------------------- */

int vlan_links_add_bridge(const struct cpe_place *place, const struct vlan_rows *like,
    unsigned vlan, bool is_routed, struct error *err)
{
	unsigned flags = (vlan == VLAN_SINK ? 0 : IFF_UP) | (is_routed ? 0 : IFF_NOARP);
	char name[VLAN_LINK_NAME_MAX];
	struct rtattr *info, *data;
	struct route_request request;
	static const uint8_t no_mac[6] = { 0 };
	uint8_t no_snooping = 0;

	init(&request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
	    vlan_ifindex(place, VLAN_LINK_BRIDGE, 0, vlan), flags, IFF_UP | IFF_NOARP);
	route_request_put_text(&request, IFLA_IFNAME,
	    vlan_link_name(VLAN_LINK_BRIDGE, 0, vlan, name));
	/* Without one it has an address of its own, and then its first port's. */
	if (memcmp(like->mac, no_mac, sizeof(no_mac)) != 0)
		route_request_put(&request, IFLA_ADDRESS, like->mac, sizeof(like->mac));
	info = route_request_begin(&request, IFLA_LINKINFO);
	route_request_put_text(&request, IFLA_INFO_KIND, "bridge");
	data = route_request_begin(&request, IFLA_INFO_DATA);
	if (vlan != VLAN_SINK && like->stp) {
		route_request_put_u32(&request, IFLA_BR_FORWARD_DELAY,
		    like->forward_delay);
		route_request_put_u32(&request, IFLA_BR_STP_STATE, like->stp);
	}
	route_request_put(&request, IFLA_BR_MCAST_SNOOPING, &no_snooping,
	    sizeof(no_snooping));
	route_request_end(&request, data);
	route_request_end(&request, info);
	return ask_for(place, &request, name, err);
}

static int add_veth(const struct cpe_place *place, unsigned number, unsigned vlan,
    struct error *err)
{
	struct ifinfomsg far = { .ifi_index =
				     vlan_ifindex(place, VLAN_LINK_FAR, number, vlan) };
	char near_name[VLAN_LINK_NAME_MAX], far_name[VLAN_LINK_NAME_MAX];
	struct rtattr *info, *data, *peer;
	struct route_request request;

	init(&request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
	    vlan_ifindex(place, VLAN_LINK_NEAR, number, vlan), IFF_UP, IFF_UP);
	route_request_put_text(&request, IFLA_IFNAME,
	    vlan_link_name(VLAN_LINK_NEAR, number, vlan, near_name));
	route_request_put_u32(&request, IFLA_MASTER,
	    (uint32_t)vlan_ifindex(place, VLAN_LINK_BRIDGE, 0, vlan));
	info = route_request_begin(&request, IFLA_LINKINFO);
	route_request_put_text(&request, IFLA_INFO_KIND, "veth");
	data = route_request_begin(&request, IFLA_INFO_DATA);
	peer = route_request_begin(&request, VETH_INFO_PEER);
	route_request_put_struct(&request, &far, sizeof(far));
	route_request_put_text(&request, IFLA_IFNAME,
	    vlan_link_name(VLAN_LINK_FAR, number, vlan, far_name));
	route_request_end(&request, peer);
	route_request_end(&request, data);
	route_request_end(&request, info);
	return ask_for(place, &request, near_name, err);
}

int vlan_links_add_pair(const struct cpe_place *place, unsigned number, unsigned vlan,
    struct error *err)
{
	int sink = vlan_ifindex(place, VLAN_LINK_BRIDGE, 0, VLAN_SINK);
	struct route_request request;
	int r = add_veth(place, number, vlan, err);

	if (r < 0)
		return r;
	/* A peer cannot be up before both are there. */
	init(&request, RTM_NEWLINK, 0, vlan_ifindex(place, VLAN_LINK_FAR, number, vlan),
	    IFF_UP, IFF_UP);
	route_request_put_u32(&request, IFLA_MASTER, (uint32_t)sink);
	return ask_for(place, &request, "the far end of a VLAN", err);
}

int vlan_links_remove(const struct cpe_place *place, int ifindex)
{
	struct route_request request;

	init(&request, RTM_DELLINK, 0, ifindex, 0, 0);
	return bridge_ask(place, &request.header, NULL, NULL);
}

int vlan_links_set_master(const struct cpe_place *place, int ifindex, int master,
    struct error *err)
{
	struct route_request request;

	init(&request, RTM_NEWLINK, 0, ifindex, 0, 0);
	route_request_put_u32(&request, IFLA_MASTER, (uint32_t)master);
	return ask_for(place, &request, "the bridge of a port", err);
}

int vlan_links_set_routed(const struct cpe_place *place, int ifindex, bool is_routed,
    struct error *err)
{
	struct route_request request;

	init(&request, RTM_NEWLINK, 0, ifindex, is_routed ? 0 : IFF_NOARP, IFF_NOARP);
	return ask_for(place, &request, "the interface of a VLAN", err);
}

/* ---- addresses -------------------------------------------------------------------------------- */

struct addresses {
	const struct vlan_address *wanted;
	uint32_t n_wanted;
	bool is_there[VLAN_ADDRESSES_MAX];
	/* That are to go; if there are more than so many, some in the next round. */
	struct vlan_address others[32];
	unsigned n_others;
};

/* The VLAN whose bridge has that number; 0: it is none of ours. */
static unsigned vlan_of_bridge(uint32_t ifindex)
{
	return ifindex > BRIDGE_FIRST && ifindex <= BRIDGE_FIRST + VLAN_MAX
		   ? ifindex - BRIDGE_FIRST
		   : 0;
}

static void take_address(void *user, const struct nlmsghdr *message)
{
	const struct ifaddrmsg *body = NLMSG_DATA(message);
	struct addresses *addresses = user;
	const struct rtattr *local;
	struct vlan_address found;
	uint32_t i = 0;

	if (message->nlmsg_type != RTM_NEWADDR ||
	    message->nlmsg_len < NLMSG_LENGTH(sizeof(*body)))
		return;
	local = route_attribute(IFA_RTA(body), IFA_PAYLOAD(message), IFA_LOCAL,
	    sizeof(uint32_t));
	found = (struct vlan_address){ vlan_of_bridge(body->ifa_index),
		ntohl(read_u32(local)), body->ifa_prefixlen };
	if (!local || found.vlan == 0)
		return;
	while (i < addresses->n_wanted &&
	       memcmp(&addresses->wanted[i], &found, sizeof(found)) != 0)
		i++;
	if (i < addresses->n_wanted)
		addresses->is_there[i] = true;
	else if (addresses->n_others < ARRAY_LEN(addresses->others))
		addresses->others[addresses->n_others++] = found;
}

static int read_addresses(const struct cpe_place *place, struct addresses *addresses)
{
	struct {
		struct nlmsghdr header;
		struct ifaddrmsg body;
	} request = {
		.header = { .nlmsg_len = sizeof(request),
		    .nlmsg_type = RTM_GETADDR,
		    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.body = { .ifa_family = AF_INET },
	};

	addresses->n_others = 0;
	memset(addresses->is_there, 0, sizeof(addresses->is_there));
	return bridge_ask(place, &request.header, take_address, addresses);
}

static int change_address(const struct cpe_place *place, int type,
    const struct vlan_address *address)
{
	struct ifaddrmsg body = { .ifa_family = AF_INET,
		.ifa_prefixlen = (uint8_t)address->prefix,
		.ifa_index =
		    (unsigned)vlan_ifindex(place, VLAN_LINK_BRIDGE, 0, address->vlan) };
	int flags = type == RTM_NEWADDR ? NLM_F_CREATE | NLM_F_REPLACE : 0;
	struct route_request request;

	route_request_init(&request, type, NLM_F_ACK | flags, &body, sizeof(body));
	route_request_put_u32(&request, IFA_LOCAL, htonl(address->address));
	/* One that is to go may have another end, put there by hand. */
	if (type == RTM_NEWADDR)
		route_request_put_u32(&request, IFA_ADDRESS, htonl(address->address));
	if (type == RTM_NEWADDR && address->prefix < 31)
		route_request_put_u32(&request, IFA_BROADCAST,
		    htonl(
			address->address | (uint32_t)(UINT32_MAX >> address->prefix)));
	return bridge_ask(place, &request.header, NULL, NULL);
}

/* With an address others of its network may go, too, wanted or not: what is there is read anew. */
static int remove_others(const struct cpe_place *place, struct addresses *addresses)
{
	int r = read_addresses(place, addresses);

	while (r == 0 && addresses->n_others > 0) {
		for (unsigned i = 0; i < addresses->n_others && r == 0; i++) {
			r = change_address(place, RTM_DELADDR, &addresses->others[i]);
			r = r == -EADDRNOTAVAIL ? 0 : r;
		}
		if (r == 0)
			r = read_addresses(place, addresses);
	}
	return r;
}

int vlan_links_set_addresses(const struct cpe_place *place,
    const struct vlan_address *wanted, uint32_t n, struct error *err)
{
	struct addresses there = { .wanted = wanted, .n_wanted = n };
	int r = remove_others(place, &there);

	for (uint32_t i = 0; i < n && r == 0; i++) {
		if (wanted[i].address && !there.is_there[i])
			r = change_address(place, RTM_NEWADDR, &wanted[i]);
	}
	return r < 0 ? error_set(err, r, "addresses of VLANs: %s", error_name(r)) : 0;
}
