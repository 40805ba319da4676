#include "agents/link/shortcut.h"

#include "agents/common/netns.h"
#include "agents/common/route/route_request.h"
#include "lib/base/cleanup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/pkt_cls.h>
#include <linux/tc_act/tc_mirred.h>
#include <string.h>
#include <sys/socket.h>

enum {
	ANSWER_BYTES = 8192, /* of what the kernel says of one interface */
	PRIORITY = 1
};

#define INGRESS_HANDLE 0xffff0000u
/* The first of the first table, which u32 gives it as well if it is asked for none.
 * With it a filter takes the place of the one that was there, without a moment in which
 * there is none. */
#define FILTER_HANDLE 0x80000800u

union answer {
	struct nlmsghdr header;
	char bytes[ANSWER_BYTES];
};

/* ---- requests ------------------------------------------------------------------------- */

static struct route_request request_of(int type, int flags, const void *body,
    size_t len)
{
	struct route_request request;

	route_request_init(&request, type, flags, body, len);
	return request;
}

static struct route_request queue_request(int type, int flags, int ifindex)
{
	const struct tcmsg tc = { .tcm_family = AF_UNSPEC,
		.tcm_ifindex = ifindex,
		.tcm_parent = TC_H_INGRESS,
		.tcm_handle = INGRESS_HANDLE };
	struct route_request request =
	    request_of(type, NLM_F_ACK | flags, &tc, sizeof(tc));

	route_request_put(&request, TCA_KIND, "ingress", sizeof("ingress"));
	return request;
}

/* Handle 0: all that there are. */
static struct route_request filter_request(int type, int flags, int ifindex,
    uint32_t handle)
{
	const struct tcmsg tc = { .tcm_family = AF_UNSPEC,
		.tcm_ifindex = ifindex,
		.tcm_handle = handle,
		.tcm_parent = INGRESS_HANDLE,
		.tcm_info = TC_H_MAKE(PRIORITY << 16, htons(ETH_P_ALL)) };
	struct route_request request =
	    request_of(type, NLM_F_ACK | flags, &tc, sizeof(tc));

	route_request_put(&request, TCA_KIND, "u32", sizeof("u32"));
	return request;
}

static void put_mirred(struct route_request *request, int to)
{
	const struct tc_mirred mirred = { .action = TC_ACT_STOLEN,
		.eaction = TCA_EGRESS_REDIR,
		.ifindex = (uint32_t)to };
	struct rtattr *action = route_request_begin(request, 1 /* the first of them */),
		      *options;

	route_request_put(request, TCA_ACT_KIND, "mirred", sizeof("mirred"));
	options = route_request_begin(request, TCA_ACT_OPTIONS);
	route_request_put(request, TCA_MIRRED_PARMS, &mirred, sizeof(mirred));
	route_request_end(request, options);
	route_request_end(request, action);
}

/* All frames: a selector without a key, whatever their length. */
static void put_filter(struct route_request *request, int to)
{
	const struct tc_u32_sel all = { .flags = TC_U32_TERMINAL };
	struct rtattr *options = route_request_begin(request, TCA_OPTIONS), *actions;

	route_request_put(request, TCA_U32_SEL, &all, sizeof(all));
	actions = route_request_begin(request, TCA_U32_ACT);
	put_mirred(request, to);
	route_request_end(request, actions);
	route_request_end(request, options);
}

/* The kernel has answered when send() comes back. Bytes of the answer, or -errno. */
static ssize_t ask(int netlink, const struct route_request *request,
    union answer *answer)
{
	ssize_t n = send(netlink, request, request->header.nlmsg_len, 0);
	struct nlmsgerr said;

	if (n >= 0)
		n = recv(netlink, answer, sizeof(*answer), MSG_DONTWAIT);
	if (n < 0)
		return -errno;
	if ((size_t)n < sizeof(answer->header) || answer->header.nlmsg_len > (size_t)n)
		return -EBADMSG;
	if (answer->header.nlmsg_type != NLMSG_ERROR)
		return n;
	if (answer->header.nlmsg_len < NLMSG_LENGTH(sizeof(said)))
		return -EBADMSG;
	memcpy(&said, answer->bytes + NLMSG_HDRLEN, sizeof(said));
	return said.error;
}

static int tell(int netlink, const struct route_request *request)
{
	union answer answer;
	ssize_t n = ask(netlink, request, &answer);

	return n < 0 ? (int)n : 0;
}

/* ---- sockets -------------------------------------------------------------------------- */

int shortcut_socket(const char *netns, struct error *err)
{
	int home, made, r = netns_visit(netns, &home, err);

	if (r < 0)
		return r;
	made = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	r = made < 0 ? -errno : made;
	netns_leave(home);
	return r < 0 ? error_set(err, r, "netlink socket: %s", error_name(r)) : r;
}

/* ---- counts --------------------------------------------------------------------------- */

static const struct rtattr *stats_of(const union answer *answer, size_t least)
{
	size_t skip = NLMSG_SPACE(sizeof(struct ifinfomsg));
	size_t len = answer->header.nlmsg_len;

	return len < skip ? NULL
			  : route_attribute((const void *)(answer->bytes + skip),
				len - skip, IFLA_STATS64, least);
}

/* What has come at the interface, and since the call before. */
static void look(struct shortcut *shortcut, uint64_t *packets, uint64_t *bytes)
{
	const struct ifinfomsg link = { .ifi_family = AF_UNSPEC,
		.ifi_index = shortcut->from };
	struct route_request request = request_of(RTM_GETLINK, 0, &link, sizeof(link));
	struct rtnl_link_stats64 stats;
	union answer answer;
	const struct rtattr *found;

	*packets = *bytes = 0;
	if (ask(shortcut->netlink, &request, &answer) <= 0)
		return;
	found = stats_of(&answer, offsetof(struct rtnl_link_stats64, rx_errors));
	if (!found)
		return;
	memset(&stats, 0, sizeof(stats));
	memcpy(&stats, (const char *)found + RTA_LENGTH(0),
	    offsetof(struct rtnl_link_stats64, rx_errors));
	*packets = stats.rx_packets - shortcut->packets_before;
	*bytes = stats.rx_bytes - shortcut->bytes_before;
	shortcut->packets_before = stats.rx_packets;
	shortcut->bytes_before = stats.rx_bytes;
}

static void count(struct shortcut *shortcut)
{
	uint64_t packets, bytes;

	look(shortcut, &packets, &bytes);
	shortcut->packets += packets;
	shortcut->bytes += bytes;
}

void shortcut_take_count(struct shortcut *shortcut)
{
	if (!shortcut->is_open || !shortcut->is_seen || shortcut->is_changed)
		return;
	shortcut->packets += shortcut->seen_packets - shortcut->packets_before;
	shortcut->bytes += shortcut->seen_bytes - shortcut->bytes_before;
	shortcut->packets_before = shortcut->seen_packets;
	shortcut->bytes_before = shortcut->seen_bytes;
}

/* ---- open and close ------------------------------------------------------------------- */

void shortcut_forget(int netlink, int ifindex)
{
	struct route_request request = filter_request(RTM_DELTFILTER, 0, ifindex, 0);

	(void)tell(netlink, &request); /* mostly there is none */
}

bool shortcut_make(struct shortcut *shortcut, int netlink, int from, int to)
{
	struct route_request request =
	    queue_request(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, from);
	int r = tell(netlink, &request);

	*shortcut = (struct shortcut){ .netlink = -1, .from = from, .to = to };
	if (r < 0 && r != -EEXIST)
		return false;
	shortcut->netlink = netlink;
	return true;
}

void shortcut_unmake(struct shortcut *shortcut)
{
	struct route_request request = queue_request(RTM_DELQDISC, 0, shortcut->from);

	if (shortcut->netlink < 0)
		return;
	(void)tell(shortcut->netlink, &request);
	shortcut->netlink = -1;
	shortcut->is_open = false;
}

int shortcut_open(struct shortcut *shortcut)
{
	struct route_request request =
	    filter_request(RTM_NEWTFILTER, NLM_F_CREATE, shortcut->from, FILTER_HANDLE);
	uint64_t packets, bytes;
	int r;

	if (shortcut->netlink < 0)
		return -EOPNOTSUPP;
	if (shortcut->is_open)
		return 0;
	put_filter(&request, shortcut->to);
	look(shortcut, &packets, &bytes);
	r = tell(shortcut->netlink, &request);
	shortcut->is_open = r == 0;
	shortcut->is_changed = true;
	return r;
}

int shortcut_close(struct shortcut *shortcut)
{
	struct route_request request =
	    filter_request(RTM_DELTFILTER, 0, shortcut->from, 0);
	int r;

	if (!shortcut->is_open)
		return 0;
	r = tell(shortcut->netlink, &request);
	if (r < 0)
		return r;
	count(shortcut);
	shortcut->is_open = false;
	shortcut->is_changed = true;
	return 0;
}
