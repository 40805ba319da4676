#include "lab/kernel/link.h"
#include "lab/kernel/link_internal.h"

#include <linux/if.h>
#include <linux/if_link.h>

enum {
	HUNDREDTH = NS_PER_S / 100, /* the unit of times of a bridge */
	/* 802.1D's least; a port of a lab should not wait 15 s twice. In 1/100 s. */
	FORWARD_DELAY = 200,
};

static int put_kind(struct nl_msg *msg, const struct plan_bridge *bridge)
{
	struct plan_end end = { .name = bridge->name };
	struct nlattr *info, *data;

	memcpy(end.mac, bridge->mac, sizeof(end.mac));
	if (link_put_end(msg, &end) < 0)
		return -1;
	info = nla_nest_start(msg, IFLA_LINKINFO);
	if (!info || nla_put_string(msg, IFLA_INFO_KIND, "bridge") < 0)
		return -1;
	data = nla_nest_start(msg, IFLA_INFO_DATA);
	if (!data || nla_put_u32(msg, IFLA_BR_STP_STATE, bridge->stp) < 0 ||
	    nla_put_u8(msg, IFLA_BR_MCAST_SNOOPING, 0) < 0)
		return -1;
	if (bridge->ageing > 0 && nla_put_u32(msg, IFLA_BR_AGEING_TIME,
				      (uint32_t)(bridge->ageing / HUNDREDTH)) < 0)
		return -1;
	if (bridge->keeps_vlans && nla_put_u8(msg, IFLA_BR_VLAN_FILTERING, 1) < 0)
		return -1;
	if (bridge->stp && nla_put_u32(msg, IFLA_BR_FORWARD_DELAY, FORWARD_DELAY) < 0)
		return -1;
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	return 0;
}

int link_bridge_add(struct nlsock *sock, const struct plan_bridge *bridge,
    struct error *err)
{
	struct nl_msg *msg = link_request(bridge->ifindex, bridge->is_sink ? 0 : IFF_UP,
	    NLM_F_CREATE | NLM_F_EXCL);
	int put = msg ? put_kind(msg, bridge) : 0;

	if (link_send(sock, msg, put, err) == 0)
		return 0;
	return error_prefix(err, "bridge %s", bridge->name);
}
