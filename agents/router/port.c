#include "agents/router/port.h"

#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/text.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	DATAGRAMS_IN_A_ROW = 64,
	DATAGRAM_MAX = 1500,
	DNS_INTERVALS = 3 /* for which servers are told, RFC 8106 5.1 */
};

#define ALL_WAIT (3 * NS_PER_S) /* MIN_DELAY_BETWEEN_RAS, RFC 4861 10 */

/* ---- sending -------------------------------------------------------------------------- */

/* A neighbour that cannot be asked for now will ask again. */
static bool send_to(struct router_port *port, const struct in6_addr *to)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6,
		.sin6_addr = *to,
		.sin6_scope_id = if_nametoindex(port->conf->interface) };
	uint8_t bytes[ADVERT_MAX];
	size_t n = advert_write(&port->advert, bytes);

	if (sendto(port->fd, bytes, n, MSG_DONTWAIT, (struct sockaddr *)&at,
		sizeof(at)) == (ssize_t)n)
		return true;
	port->unsent++;
	return false;
}

static const struct in6_addr all_nodes = { .s6_addr = { 0xff, 2, [15] = 1 } };

static void on_time(uv_timer_t *timer)
{
	struct router_port *port = timer->data;

	port->all_told_at = clock_monotonic();
	port->sent += send_to(port, &all_nodes);
}

/* ---- those who ask ---------------------------------------------------------------------- */

static int hops_of(struct msghdr *header)
{
	int hops = -1;

	for (struct cmsghdr *part = CMSG_FIRSTHDR(header); part;
	     part = CMSG_NXTHDR(header, part)) {
		if (part->cmsg_level == IPPROTO_IPV6 &&
		    part->cmsg_type == IPV6_HOPLIMIT)
			memcpy(&hops, CMSG_DATA(part), sizeof(hops));
	}
	return hops;
}

/* Whoever has no address yet is told together with all, who are not to hear it as often as somebody
 * likes to ask (RFC 4861 6.2.6). */
static bool tell_all(struct router_port *port)
{
	clock_ns since = clock_monotonic() - port->all_told_at;
	uint64_t every = (uint64_t)(port->conf->interval / NS_PER_MS);

	if (since < ALL_WAIT) {
		(void)uv_timer_start(&port->timer, on_time,
		    (uint64_t)((ALL_WAIT - since) / NS_PER_MS) + 1, every);
		return false;
	}
	port->all_told_at = clock_monotonic();
	return send_to(port, &all_nodes);
}

/* False: there is nothing more. */
static bool take_one(struct router_port *port)
{
	char bytes[DATAGRAM_MAX], control[CMSG_SPACE(sizeof(int))];
	struct sockaddr_in6 from = { 0 };
	struct iovec part = { bytes, sizeof(bytes) };
	struct msghdr header = { .msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(port->fd, &header, MSG_DONTWAIT);
	bool is_unspecified = IN6_IS_ADDR_UNSPECIFIED(&from.sin6_addr);

	if (n < 0)
		return errno == EINTR;
	if (advert_is_asked(str_make(bytes, (size_t)n), hops_of(&header),
		is_unspecified))
		port->answered +=
		    is_unspecified ? tell_all(port) : send_to(port, &from.sin6_addr);
	return true;
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	(void)events;
	for (int i = 0; status == 0 && i < DATAGRAMS_IN_A_ROW; i++) {
		if (!take_one(poll->data))
			return;
	}
}

/* ---- life --------------------------------------------------------------------------- */

static int read_dns(struct router_port *port, struct conf_doc *doc, struct error *err)
{
	const struct conf_strings *dns = &port->conf->dns;

	for (size_t i = 0; i < dns->len; i++) {
		if (ipv6_parse(str_of(dns->items[i]), port->dns[i]) < 0)
			return conf_fail(doc, NULL, "such as 2001:db8::3", err,
			    "\"%.80s\" is no IPv6 address", dns->items[i]);
	}
	return 0;
}

static int set_advert(struct router_port *port, struct conf_doc *doc, struct error *err)
{
	const struct router_port_conf *conf = port->conf;
	int r = read_dns(port, doc, err);

	if (r < 0)
		return r;
	if (conf->prefix.prefix == 0)
		return conf_fail(doc, NULL, "such as 2001:db8::1/64", err,
		    "the prefix at %s is not of IPv6", conf->interface);
	port->advert = (struct advert){
		.managed = conf->managed,
		.other = conf->other,
		.slaac = conf->slaac,
		.lifetime_s = (uint16_t)(conf->lifetime / NS_PER_S),
		.prefix_len = conf->prefix.prefix,
		.dns = (const uint8_t(*)[16])port->dns,
		.n_dns = conf->dns.len,
		.dns_lifetime_s = (uint32_t)(DNS_INTERVALS * conf->interval / NS_PER_S),
	};
	ipv6_network(conf->prefix.address, conf->prefix.prefix, port->advert.prefix);
	return 0;
}

static int fail_at(const struct router_port *port, struct error *err)
{
	return error_set(err, -errno, "%s: %s", port->conf->interface,
	    error_name(-errno));
}

static int learn_mac(struct router_port *port, struct error *err)
{
	struct ifreq request = { 0 };

	(void)strncpy(request.ifr_name, port->conf->interface,
	    sizeof(request.ifr_name) - 1);
	if (ioctl(port->fd, SIOCGIFHWADDR, &request) < 0)
		return fail_at(port, err);
	memcpy(port->advert.mac, request.ifr_hwaddr.sa_data, sizeof(port->advert.mac));
	return 0;
}

/* Hears solicitations of its own interface alone, which come to all routers. */
static int set_socket(struct router_port *port, struct error *err)
{
	const char *name = port->conf->interface;
	int index = (int)if_nametoindex(name), hops = ADVERT_HOPS, one = 1, none = 0;
	struct ipv6_mreq group = { .ipv6mr_multiaddr.s6_addr = { 0xff, 2, [15] = 2 },
		.ipv6mr_interface = (unsigned)index };
	struct icmp6_filter filter;
	const struct {
		int level, name;
		const void *value;
		socklen_t len;
	} options[] = {
		{ SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name) },
		{ IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof(filter) },
		{ IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof(hops) },
		{ IPPROTO_IPV6, IPV6_UNICAST_HOPS, &hops, sizeof(hops) },
		{ IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof(index) },
		{ IPPROTO_IPV6, IPV6_MULTICAST_LOOP, &none, sizeof(none) },
		{ IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &one, sizeof(one) },
		{ IPPROTO_IPV6, IPV6_JOIN_GROUP, &group, sizeof(group) },
	};

	ICMP6_FILTER_SETBLOCKALL(&filter);
	ICMP6_FILTER_SETPASS(ND_ROUTER_SOLICIT, &filter);
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		if (setsockopt(port->fd, options[i].level, options[i].name,
			options[i].value, options[i].len) < 0)
			return fail_at(port, err);
	}
	return 0;
}

static void begin(struct router_port *port, uv_loop_t *loop)
{
	uint64_t every = (uint64_t)(port->conf->interval / NS_PER_MS);

	(void)uv_poll_init(loop, &port->poll, port->fd);
	(void)uv_timer_init(loop, &port->timer);
	port->poll.data = port->timer.data = port;
	port->is_open = true;
	(void)uv_poll_start(&port->poll, UV_READABLE, on_readable);
	(void)uv_timer_start(&port->timer, on_time, 0, every);
}

int router_port_open(struct router_port *port, uv_loop_t *loop,
    const struct router_port_conf *conf, struct conf_doc *doc, struct error *err)
{
	int r;

	*port = (struct router_port){ .conf = conf, .fd = -1 };
	r = set_advert(port, doc, err);
	if (r < 0)
		return r;
	port->fd =
	    socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMPV6);
	if (port->fd < 0)
		return fail_at(port, err);
	r = set_socket(port, err);
	if (r == 0)
		r = learn_mac(port, err);
	if (r == 0)
		begin(port, loop);
	return r;
}

static void on_closed(uv_handle_t *handle)
{
	struct router_port *port = handle->data;

	if (port->fd >= 0)
		(void)close(port->fd);
	port->fd = -1;
}

void router_port_close(struct router_port *port)
{
	if (port->is_open) {
		uv_close((uv_handle_t *)&port->timer, NULL);
		uv_close((uv_handle_t *)&port->poll, on_closed);
	} else if (port->fd >= 0) {
		(void)close(port->fd);
		port->fd = -1;
	}
	port->is_open = false;
}
