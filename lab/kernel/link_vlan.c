#include "lab/kernel/link.h"
#include "lab/kernel/link_internal.h"

#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

/* ---- an interface of one VLAN ---------------------------------------------------------- */

static int put_vlan(struct nl_msg *msg, const struct plan_vlan *vlan)
{
	struct nlattr *info, *data;

	if (link_put_end(msg, &vlan->end) < 0 ||
	    nla_put_u32(msg, IFLA_LINK, vlan->parent) < 0)
		return -1;
	info = nla_nest_start(msg, IFLA_LINKINFO);
	if (!info || nla_put_string(msg, IFLA_INFO_KIND, "vlan") < 0)
		return -1;
	data = nla_nest_start(msg, IFLA_INFO_DATA);
	if (!data || nla_put_u16(msg, IFLA_VLAN_ID, (uint16_t)vlan->vlan) < 0)
		return -1;
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	return 0;
}

int link_vlan_add(struct nlsock *sock, const struct plan_vlan *vlan, struct error *err)
{
	struct nl_msg *msg =
	    link_request(vlan->end.ifindex, 0, NLM_F_CREATE | NLM_F_EXCL);
	int put = msg ? put_vlan(msg, vlan) : 0;

	if (link_send(sock, msg, put, err) == 0)
		return 0;
	return error_prefix(err, "interface %s", vlan->end.name);
}

/* ---- a port of a bridge ---------------------------------------------------------------- */

static struct nl_msg *port_request(int type, uint32_t ifindex)
{
	struct ifinfomsg info = { .ifi_family = AF_BRIDGE, .ifi_index = (int)ifindex };
	struct nl_msg *msg = nlsock_request(type, 0);

	if (msg && nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO) < 0) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static int put_member(struct nl_msg *msg, uint64_t vlan, bool is_untagged)
{
	struct bridge_vlan_info info = {
		.flags =
		    is_untagged ? BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED : 0,
		.vid = (uint16_t)vlan,
	};

	return nla_put(msg, IFLA_BRIDGE_VLAN_INFO, sizeof(info), &info);
}

static int put_members(struct nl_msg *msg, const struct attach *attach)
{
	struct nlattr *spec = nla_nest_start(msg, IFLA_AF_SPEC);
	uint32_t untagged = attach_untagged(attach);

	if (!spec || (untagged > 0 && put_member(msg, untagged, true) < 0))
		return -1;
	for (size_t i = 0; i < attach->n_trunk; i++) {
		if (attach->trunk[i].vlan != untagged &&
		    put_member(msg, attach->trunk[i].vlan, false) < 0)
			return -1;
	}
	nla_nest_end(msg, spec);
	return 0;
}

static int put_default(struct nl_msg *msg)
{
	struct nlattr *spec = nla_nest_start(msg, IFLA_AF_SPEC);

	if (!spec || put_member(msg, VLAN_UNTAGGED, false) < 0)
		return -1;
	nla_nest_end(msg, spec);
	return 0;
}

/* A port begins in VLAN 1, which it leaves first. */
int link_port_vlans(struct nlsock *sock, const struct plan_port_vlans *port,
    struct error *err)
{
	struct nl_msg *msg = port_request(RTM_DELLINK, port->ifindex);
	int put = msg ? put_default(msg) : 0;
	int r = link_send(sock, msg, put, err);

	if (r == 0) {
		msg = port_request(RTM_SETLINK, port->ifindex);
		put = msg ? put_members(msg, port->attach) : 0;
		r = link_send(sock, msg, put, err);
	}
	return r < 0 ? error_prefix(err, "VLANs of port %s", port->name) : 0;
}
