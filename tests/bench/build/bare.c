#include "tests/bench/build/bare.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct request {
	union {
		struct nlmsghdr header;
		char bytes[1024];
	};
};

static void check(int ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(1);
}

static void *put_room(struct request *request, size_t n)
{
	char *at = request->bytes + NLMSG_ALIGN(request->header.nlmsg_len);

	request->header.nlmsg_len =
	    NLMSG_ALIGN(request->header.nlmsg_len) + (unsigned)n;
	return at;
}

static struct rtattr *put(struct request *request, unsigned short type,
    const void *data, size_t n)
{
	struct rtattr *attr = put_room(request, RTA_LENGTH(n));

	attr->rta_type = type;
	attr->rta_len = (unsigned short)RTA_LENGTH(n);
	if (n > 0)
		memcpy(RTA_DATA(attr), data, n);
	return attr;
}

static void end(struct request *request, struct rtattr *nest)
{
	nest->rta_len =
	    (unsigned short)(request->bytes + request->header.nlmsg_len - (char *)nest);
}

static void begin(struct request *request, int index, unsigned up, unsigned flags)
{
	struct ifinfomsg *info;

	memset(request, 0, sizeof(*request));
	request->header.nlmsg_len = NLMSG_HDRLEN;
	request->header.nlmsg_type = RTM_NEWLINK;
	request->header.nlmsg_flags =
	    (unsigned short)(NLM_F_REQUEST | NLM_F_ACK | flags);
	info = put_room(request, sizeof(*info));
	info->ifi_index = index;
	info->ifi_flags = info->ifi_change = up;
}

static void call(int sock, struct request *request)
{
	union {
		struct nlmsghdr header;
		char bytes[4096];
	} answer;
	struct nlmsgerr *ack;

	check(send(sock, request, request->header.nlmsg_len, 0) > 0, "send");
	check(recv(sock, &answer, sizeof(answer), 0) > 0, "recv");
	ack = NLMSG_DATA(&answer.header);
	if (ack->error) {
		(void)fprintf(stderr, "netlink: %s\n", strerror(-ack->error));
		exit(1);
	}
}

static int open_route(void)
{
	int sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	check(sock >= 0, "netlink");
	return sock;
}

static int new_namespace(void)
{
	int fd;

	check(unshare(CLONE_NEWNET) == 0, "unshare");
	fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	check(fd >= 0, "namespace");
	return fd;
}

static void switch_on(const char *setting)
{
	int fd = open(setting, O_WRONLY);

	if (fd < 0)
		return;
	check(write(fd, "1", 1) == 1, setting);
	(void)close(fd);
}

static void without_ipv6(void)
{
	switch_on("/proc/sys/net/ipv6/conf/all/disable_ipv6");
}

static void add_bridge(int sock)
{
	struct request request;
	struct rtattr *info;

	begin(&request, 2, IFF_UP, NLM_F_CREATE | NLM_F_EXCL);
	put(&request, IFLA_IFNAME, "br0", 4);
	info = put(&request, IFLA_LINKINFO, NULL, 0);
	put(&request, IFLA_INFO_KIND, "bridge", 6);
	end(&request, info);
	call(sock, &request);
}

static void add_pair(int sock, int index, int peer_ns, const char *peer)
{
	struct ifinfomsg *peer_info;
	struct request request;
	struct rtattr *info, *data, *nest;
	char name[16];
	int master = 2;

	begin(&request, index, IFF_UP, NLM_F_CREATE | NLM_F_EXCL);
	put(&request, IFLA_IFNAME, name,
	    (size_t)snprintf(name, sizeof(name), "p%d", index) + 1);
	put(&request, IFLA_MASTER, &master, sizeof(master));
	info = put(&request, IFLA_LINKINFO, NULL, 0);
	put(&request, IFLA_INFO_KIND, "veth", 4);
	data = put(&request, IFLA_INFO_DATA, NULL, 0);
	nest = put(&request, VETH_INFO_PEER, NULL, 0);
	peer_info = put_room(&request, sizeof(*peer_info));
	memset(peer_info, 0, sizeof(*peer_info));
	peer_info->ifi_index = index;
	put(&request, IFLA_IFNAME, peer, strlen(peer) + 1);
	put(&request, IFLA_NET_NS_FD, &peer_ns, sizeof(peer_ns));
	end(&request, nest);
	end(&request, data);
	end(&request, info);
	call(sock, &request);
}

static void raise_link(int sock, int index, int master)
{
	struct request request;

	begin(&request, index, IFF_UP, 0);
	if (master)
		put(&request, IFLA_MASTER, &master, sizeof(master));
	call(sock, &request);
}

/* As in the lab, no address of its own: else this would measure IPv6. */
static void raise_node(int sock, int index)
{
	struct request request;
	struct rtattr *spec, *inet6;
	unsigned char none = IN6_ADDR_GEN_MODE_NONE;

	begin(&request, index, 0, 0);
	spec = put(&request, IFLA_AF_SPEC, NULL, 0);
	inet6 = put(&request, AF_INET6, NULL, 0);
	put(&request, IFLA_INET6_ADDR_GEN_MODE, &none, 1);
	end(&request, inet6);
	end(&request, spec);
	call(sock, &request);
	raise_link(sock, index, 0);
}

static int add_switch(int *ret_ns)
{
	int sock;

	*ret_ns = new_namespace();
	without_ipv6();
	sock = open_route();
	add_bridge(sock);
	return sock;
}

void bare_build(size_t n, size_t ports)
{
	int core_ns, access_ns = -1, access = -1;
	int core = add_switch(&core_ns);

	for (size_t i = 0; i < n; i++) {
		int node_ns, sock, index = (int)(10 + i);

		if (i % ports == 0) {
			access = add_switch(&access_ns);
			add_pair(core, index, access_ns, "up");
			raise_link(access, index, 2);
		}
		index += (int)n; /* ports towards the core are numbered apart */
		node_ns = new_namespace();
		add_pair(access, index, node_ns, "eth0");
		sock = open_route();
		raise_node(sock, index);
		raise_link(sock, 1, 0); /* lo */
		(void)close(sock);
	}
}

/* ---- behind routers ----------------------------------------------------------------- */

static void begin_other(struct request *request, int type, const void *body, size_t n)
{
	memset(request, 0, sizeof(*request));
	request->header.nlmsg_len = NLMSG_HDRLEN;
	request->header.nlmsg_type = (unsigned short)type;
	request->header.nlmsg_flags =
	    NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
	memcpy(put_room(request, n), body, n);
}

static void add_address(int sock, int index, uint32_t address, unsigned char prefix)
{
	const struct ifaddrmsg body = { .ifa_family = AF_INET,
		.ifa_prefixlen = prefix,
		.ifa_index = (unsigned)index };
	const uint32_t on_wire = htonl(address);
	struct request request;

	begin_other(&request, RTM_NEWADDR, &body, sizeof(body));
	put(&request, IFA_LOCAL, &on_wire, sizeof(on_wire));
	put(&request, IFA_ADDRESS, &on_wire, sizeof(on_wire));
	call(sock, &request);
}

/* Prefix 0: the default route. */
static void add_route(int sock, uint32_t to, unsigned char prefix, uint32_t via)
{
	const struct rtmsg body = { .rtm_family = AF_INET,
		.rtm_dst_len = prefix,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_STATIC,
		.rtm_type = RTN_UNICAST };
	const uint32_t to_on_wire = htonl(to), via_on_wire = htonl(via);
	struct request request;

	begin_other(&request, RTM_NEWROUTE, &body, sizeof(body));
	if (prefix > 0)
		put(&request, RTA_DST, &to_on_wire, sizeof(to_on_wire));
	put(&request, RTA_GATEWAY, &via_on_wire, sizeof(via_on_wire));
	call(sock, &request);
}

/* One that forwards, or a server; its interfaces are made at switches. */
static int add_host(bool forwards, int *ret_ns)
{
	int sock;

	*ret_ns = new_namespace();
	if (forwards)
		switch_on("/proc/sys/net/ipv4/ip_forward");
	sock = open_route();
	raise_link(sock, 1, 0);
	return sock;
}

static void plug(int at, int index, int host, int host_ns, const char *name,
    uint32_t address, unsigned char prefix)
{
	add_pair(at, index, host_ns, name);
	raise_node(host, index);
	add_address(host, index, address, prefix);
}

static void add_home(int at, int index)
{
	int ns = new_namespace(), sock;

	add_pair(at, index, ns, "eth0");
	sock = open_route();
	raise_node(sock, index);
	raise_link(sock, 1, 0);
	(void)close(sock);
}

static void add_street(int core, size_t i, size_t homes)
{
	int access_ns, router_ns, index = (int)(100 + i), port = 10;
	uint32_t network = BARE_STREET + ((uint32_t)i << 16);
	int access = add_switch(&access_ns);
	int router = add_host(true, &router_ns);

	plug(access, port++, router, router_ns, "eth0", network + 1,
	    BARE_STREET_PREFIX);
	plug(core, index, router, router_ns, "eth1", BARE_CORE + (uint32_t)i + 1, 24);
	add_route(router, 0, 0, BARE_CORE + 254);
	(void)close(router);
	for (size_t k = 0; k < homes; k++)
		add_home(access, port++);
	(void)close(access);
}

static void add_server(int far, int index, uint32_t address)
{
	int ns, sock = add_host(false, &ns);

	plug(far, index, sock, ns, "eth0", address, 24);
	add_route(sock, 0, 0, BARE_FAR + 1);
	(void)close(sock);
}

void bare_build_streets(size_t streets, size_t homes)
{
	int ns, core = add_switch(&ns), far = add_switch(&ns);
	int border = add_host(true, &ns);

	plug(core, 10, border, ns, "eth0", BARE_CORE + 254, 24);
	plug(far, 11, border, ns, "eth1", BARE_FAR + 1, 24);
	add_server(far, 12, BARE_FAR + 2);
	add_server(far, 13, BARE_FAR + 11);
	for (size_t i = 0; i < streets; i++) {
		add_route(border, BARE_STREET + ((uint32_t)i << 16), BARE_STREET_PREFIX,
		    BARE_CORE + (uint32_t)i + 1);
		add_street(core, i, homes);
	}
}
