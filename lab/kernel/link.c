#include "lab/kernel/link.h"

#include "lab/kernel/link_internal.h"
#include "lib/base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

struct nl_msg *link_request(uint32_t ifindex, unsigned flags, int nl_flags)
{
	struct ifinfomsg info = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = (int)ifindex,
		.ifi_flags = flags,
		.ifi_change = flags,
	};
	struct nl_msg *msg = nlsock_request(RTM_NEWLINK, nl_flags);

	if (msg && nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO) < 0) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

int link_put_end(struct nl_msg *msg, const struct plan_end *end)
{
	int put = nla_put_string(msg, IFLA_IFNAME, end->name);

	return put < 0 ? put : nla_put(msg, IFLA_ADDRESS, sizeof(end->mac), end->mac);
}

int link_send(struct nlsock *sock, struct nl_msg *msg, int put, struct error *err)
{
	if (put < 0) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return nlsock_call(sock, msg, err);
}

/* Without a link-local address there is no duplicate address detection and no multicast
 * report: at thousands of links that noise doubles the time it takes to build them. */
static int link_without_ipv6(struct nlsock *sock, uint32_t ifindex, struct error *err)
{
	struct nl_msg *msg = link_request(ifindex, 0, 0);
	struct nlattr *spec, *inet6;

	if (!msg)
		return nlsock_call(sock, NULL, err);
	spec = nla_nest_start(msg, IFLA_AF_SPEC);
	inet6 = spec ? nla_nest_start(msg, AF_INET6) : NULL;
	if (!inet6 ||
	    nla_put_u8(msg, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE) < 0)
		return link_send(sock, msg, -1, err);
	nla_nest_end(msg, inet6);
	nla_nest_end(msg, spec);
	return nlsock_call(sock, msg, err);
}

int link_up(struct nlsock *sock, const struct plan_up *up, struct error *err)
{
	struct nl_msg *msg;
	int put = 0;
	int r = 0;

	if (up->ifindex != PLAN_IFINDEX_LO && !up->has_ipv6)
		r = link_without_ipv6(sock, up->ifindex, err);
	/* A kernel without IPv6 has nothing to switch off. */
	if (r < 0 && r != -EAFNOSUPPORT && r != -EOPNOTSUPP)
		return error_prefix(err, "link %s", up->name);
	msg = link_request(up->ifindex, IFF_UP | (up->is_inner ? IFF_NOARP : 0), 0);
	if (msg && up->master)
		put = nla_put_u32(msg, IFLA_MASTER, up->master);
	r = link_send(sock, msg, put, err);
	return r < 0 ? error_prefix(err, "link %s", up->name) : 0;
}

/* Of use at once: nobody has it twice, which was checked. */
static int add_address6(struct nlsock *sock, const struct plan_address *address,
    struct error *err)
{
	const struct conf_ipv6_net *net = &address->net6;
	struct ifaddrmsg info = {
		.ifa_family = AF_INET6,
		.ifa_prefixlen = net->prefix,
		.ifa_index = address->ifindex,
		.ifa_flags = IFA_F_NODAD,
	};
	struct nl_msg *msg = nlsock_request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
	char text[IPV6_TEXT_MAX];
	int put = -1;

	if (msg && nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO) == 0)
		put = nla_put(msg, IFA_LOCAL, 16, net->address);
	if (put == 0)
		put = nla_put(msg, IFA_ADDRESS, 16, net->address);
	if (link_send(sock, msg, msg ? put : 0, err) == 0)
		return 0;
	return error_prefix(err, "address %s/%u", ipv6_text(net->address, text),
	    net->prefix);
}

static int add_address4(struct nlsock *sock, const struct plan_address *address,
    struct error *err)
{
	const struct conf_ipv4_net *net = &address->net;
	struct ifaddrmsg info = {
		.ifa_family = AF_INET,
		.ifa_prefixlen = net->prefix,
		.ifa_index = address->ifindex,
	};
	struct nl_msg *msg = nlsock_request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
	uint32_t local = htonl(net->address);
	uint32_t broadcast = local | htonl(~ipv4_mask(net->prefix));
	char text[IPV4_TEXT_MAX];
	int put = -1;

	if (msg && nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO) == 0 &&
	    nla_put_u32(msg, IFA_LOCAL, local) == 0)
		put = nla_put_u32(msg, IFA_ADDRESS, local);
	if (put == 0 && net->prefix < 31)
		put = nla_put_u32(msg, IFA_BROADCAST, broadcast);
	if (link_send(sock, msg, msg ? put : 0, err) == 0)
		return 0;
	return error_prefix(err, "address %s/%u", ipv4_text(net->address, text),
	    net->prefix);
}

int link_address_add(struct nlsock *sock, const struct plan_address *address,
    struct error *err)
{
	return address->net.prefix > 0 ? add_address4(sock, address, err)
				       : add_address6(sock, address, err);
}

/* The requests of that type that name the route; attributes did not fit where *ret_put is negative.
 * Null without memory. */
static struct nl_msg *route_request6(const struct plan_route *route, int type,
    int flags, int *ret_put)
{
	struct rtmsg info = {
		.rtm_family = AF_INET6,
		.rtm_dst_len = route->net6.prefix,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_STATIC,
		.rtm_scope = RT_SCOPE_UNIVERSE,
		.rtm_type = RTN_UNICAST,
	};
	struct nl_msg *msg = nlsock_request(type, flags);
	int put = -1;

	if (msg && nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO) == 0)
		put = nla_put_u32(msg, RTA_OIF, route->ifindex);
	if (put == 0)
		put = nla_put(msg, RTA_GATEWAY, 16, route->via6);
	if (put == 0 && route->net6.prefix > 0)
		put = nla_put(msg, RTA_DST, 16, route->net6.address);
	*ret_put = msg ? put : 0;
	return msg;
}

static int name_route6(const struct plan_route *route, struct error *err)
{
	char text[IPV6_TEXT_MAX], via[IPV6_TEXT_MAX];

	(void)ipv6_text(route->via6, via);
	if (route->net6.prefix > 0)
		return error_prefix(err, "route to %s/%u via %s",
		    ipv6_text(route->net6.address, text), route->net6.prefix, via);
	return error_prefix(err, "default route via %s", via);
}

static struct nl_msg *route_request4(const struct plan_route *route, int type,
    int flags, int *ret_put)
{
	bool is_local = route->is_local;
	struct rtmsg info = {
		.rtm_family = AF_INET,
		.rtm_dst_len = route->net.prefix,
		.rtm_table = is_local ? RT_TABLE_LOCAL : RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_STATIC,
		.rtm_scope = is_local ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE,
		.rtm_type = is_local ? RTN_LOCAL : RTN_UNICAST,
	};
	struct nl_msg *msg = nlsock_request(type, flags);
	int put = -1;

	if (msg && nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO) == 0)
		put = nla_put_u32(msg, RTA_OIF, route->ifindex);
	if (put == 0 && !is_local)
		put = nla_put_u32(msg, RTA_GATEWAY, htonl(route->via));
	if (put == 0 && route->net.prefix > 0)
		put = nla_put_u32(msg, RTA_DST,
		    htonl(route->net.address & ipv4_mask(route->net.prefix)));
	*ret_put = msg ? put : 0;
	return msg;
}

static int name_route4(const struct plan_route *route, struct error *err)
{
	char text[IPV4_TEXT_MAX], via[IPV4_TEXT_MAX];

	if (route->is_local)
		return error_prefix(err, "local route to %s/%u",
		    ipv4_text(route->net.address, text), route->net.prefix);
	if (route->net.prefix > 0)
		return error_prefix(err, "route to %s/%u via %s",
		    ipv4_text(route->net.address, text), route->net.prefix,
		    ipv4_text(route->via, via));
	return error_prefix(err, "default route via %s", ipv4_text(route->via, via));
}

static struct nl_msg *route_request(const struct plan_route *route, int type, int flags,
    int *ret_put)
{
	return ipv6_is_set(route->via6) ? route_request6(route, type, flags, ret_put)
					: route_request4(route, type, flags, ret_put);
}

static int name_route(const struct plan_route *route, struct error *err)
{
	return ipv6_is_set(route->via6) ? name_route6(route, err)
					: name_route4(route, err);
}

int link_route_add(struct nlsock *sock, const struct plan_route *route,
    struct error *err)
{
	int put;
	struct nl_msg *msg =
	    route_request(route, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &put);

	return link_send(sock, msg, put, err) == 0 ? 0 : name_route(route, err);
}

int link_route_remove(struct nlsock *sock, const struct plan_route *route,
    struct error *err)
{
	int put;
	struct nl_msg *msg = route_request(route, RTM_DELROUTE, 0, &put);
	int r = link_send(sock, msg, put, err);

	return r == 0 || r == -ESRCH ? 0 : name_route(route, err);
}

int link_remove(struct nlsock *sock, uint32_t ifindex, struct error *err)
{
	struct ifinfomsg info = { .ifi_family = AF_UNSPEC, .ifi_index = (int)ifindex };
	struct nl_msg *msg = nlsock_request(RTM_DELLINK, 0);
	int put = msg ? nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO) : 0;
	int r = link_send(sock, msg, put, err);

	return r == 0 || r == -ENODEV
		   ? 0
		   : error_prefix(err, "interface %" PRIu32, ifindex);
}

int link_neighbour6_add(struct nlsock *sock, uint32_t ifindex,
    const uint8_t address[16], const uint8_t mac[6], struct error *err)
{
	struct ndmsg info = {
		.ndm_family = AF_INET6,
		.ndm_ifindex = (int)ifindex,
		.ndm_state = NUD_PERMANENT,
	};
	struct nl_msg *msg = nlsock_request(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE);
	char text[IPV6_TEXT_MAX];
	int put = -1;
	int r;

	if (msg && nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO) == 0 &&
	    nla_put(msg, NDA_DST, 16, address) == 0)
		put = nla_put(msg, NDA_LLADDR, 6, mac);
	r = link_send(sock, msg, msg ? put : 0, err);
	if (r < 0)
		(void)error_prefix(err, "neighbour %s", ipv6_text(address, text));
	return r;
}

int link_neighbour_add(struct nlsock *sock, uint32_t ifindex, uint32_t address,
    const uint8_t mac[6], struct error *err)
{
	struct ndmsg info = {
		.ndm_family = AF_INET,
		.ndm_ifindex = (int)ifindex,
		.ndm_state = NUD_PERMANENT,
	};
	struct nl_msg *msg = nlsock_request(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE);
	char text[IPV4_TEXT_MAX];
	int put = -1;
	int r;

	if (msg && nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO) == 0 &&
	    nla_put_u32(msg, NDA_DST, htonl(address)) == 0)
		put = nla_put(msg, NDA_LLADDR, 6, mac);
	r = link_send(sock, msg, msg ? put : 0, err);
	if (r < 0)
		(void)error_prefix(err, "neighbour %s", ipv4_text(address, text));
	return r;
}
