#include "lab/kernel/link.h"
#include "lab/kernel/link_internal.h"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

static int put_peer(struct nl_msg *msg, const struct plan_end *peer, int ns_fd)
{
	struct ifinfomsg info = { .ifi_index = (int)peer->ifindex };
	struct nlattr *nest = nla_nest_start(msg, VETH_INFO_PEER);

	if (!nest || nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
	    link_put_end(msg, peer) < 0 ||
	    nla_put_u32(msg, IFLA_NET_NS_FD, (uint32_t)ns_fd) < 0)
		return -1;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_pair(struct nl_msg *msg, const struct plan_veth *veth, int peer_ns_fd)
{
	struct nlattr *info, *data;

	if (link_put_end(msg, &veth->near) < 0)
		return -1;
	if (veth->master && nla_put_u32(msg, IFLA_MASTER, veth->master) < 0)
		return -1;
	info = nla_nest_start(msg, IFLA_LINKINFO);
	if (!info || nla_put_string(msg, IFLA_INFO_KIND, "veth") < 0)
		return -1;
	data = nla_nest_start(msg, IFLA_INFO_DATA);
	if (!data || put_peer(msg, &veth->peer, peer_ns_fd) < 0)
		return -1;
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	return 0;
}

int link_veth_add(struct nlsock *sock, const struct plan_veth *veth, int peer_ns_fd,
    struct error *err)
{
	unsigned flags =
	    (veth->is_near_down ? 0 : IFF_UP) | (veth->near.is_inner ? IFF_NOARP : 0);
	struct nl_msg *msg =
	    link_request(veth->near.ifindex, flags, NLM_F_CREATE | NLM_F_EXCL);
	int put = msg ? put_pair(msg, veth, peer_ns_fd) : 0;

	if (link_send(sock, msg, put, err) == 0)
		return 0;
	return error_prefix(err, "link %s - %s", veth->near.name, veth->peer.name);
}
