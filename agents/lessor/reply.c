#include "agents/lessor/reply.h"

#include "lib/base/compiler.h"
#include "lib/base/text.h"
#include "lib/base/wire.h"

enum {
	IP_AND_UDP_BYTES = 28,
	DATAGRAM_MIN = 576, /* what every client takes (RFC 2132 9.10) */
};

/* Option 57 counts the IP and UDP headers. */
static size_t max_bytes(const struct dhcp_packet *request)
{
	struct str value = dhcp_option(request, DHCP_OPTION_MAX_SIZE);
	size_t max = DATAGRAM_MIN;

	if (value.len == 2)
		max = MAX(get_u16((const uint8_t *)value.p), DATAGRAM_MIN);
	return max - IP_AND_UDP_BYTES;
}

/* Where the reply goes (RFC 2131 4.1). */
static void address_reply(struct dhcp_reply *reply, const struct dhcp_packet *request,
    uint32_t yiaddr)
{
	reply->port = DHCP_CLIENT_PORT;
	reply->address = UINT32_MAX;
	reply->way = REPLY_BROADCAST;
	memcpy(reply->mac, request->chaddr, 6);
	if (request->giaddr != 0) {
		reply->way = REPLY_TO_SENDER;
		reply->address = request->giaddr;
		reply->port = DHCP_SERVER_PORT;
	} else if (reply->type == DHCP_NAK) {
		return;
	} else if (request->ciaddr != 0) {
		reply->way = REPLY_TO_SENDER;
		reply->address = request->ciaddr;
	} else if (!(request->flags & DHCP_BROADCAST_FLAG) && request->hlen == 6 &&
		   yiaddr != 0) {
		reply->way = REPLY_TO_CHADDR;
		reply->address = yiaddr;
	}
}

static void start(struct dhcp_reply *reply, enum dhcp_message type,
    const struct dhcp_packet *request, uint32_t yiaddr)
{
	struct dhcp_packet header;

	/* The fixed part only: dhcp_build() reads no options. */
	memset(&header, 0, offsetof(struct dhcp_packet, options));
	header.op = 2;
	header.htype = request->htype;
	header.hlen = request->hlen;
	header.xid = request->xid;
	header.flags = request->flags;
	header.giaddr = request->giaddr;
	header.yiaddr = yiaddr;
	memcpy(header.chaddr, request->chaddr, sizeof(header.chaddr));
	if (type == DHCP_ACK)
		header.ciaddr = request->ciaddr;
	if (type == DHCP_NAK && request->giaddr != 0)
		header.flags |= DHCP_BROADCAST_FLAG; /* RFC 2131 4.3.2 */
	reply->type = type;
	reply->lease = yiaddr;
	dhcp_build(&reply->message, &header, type, max_bytes(request));
	address_reply(reply, request, yiaddr);
}

/* What goes back as it came: the client identifier (RFC 6842 3) and, last of all, the
 * relay's option (RFC 3046 2.2). */
static int finish(struct dhcp_reply *reply, const struct dhcp_packet *request)
{
	struct str id = dhcp_option(request, DHCP_OPTION_CLIENT_ID);

	if (id.p)
		dhcp_build_option(&reply->message, DHCP_OPTION_CLIENT_ID, id);
	return dhcp_build_end_with(&reply->message, DHCP_OPTION_RELAY_AGENT,
	    dhcp_option(request, DHCP_OPTION_RELAY_AGENT));
}

/* Whether the client wants the option: it says so, or says nothing at all. */
static bool wants(const struct dhcp_packet *request, uint8_t option)
{
	struct str list = dhcp_option(request, DHCP_OPTION_PARAMETER_LIST);

	return !list.p || memchr(list.p, option, list.len);
}

/* A CPE names the forum in its vendor class, of either kind (TR-069 A6 3.1). */
static bool is_cpe(const struct dhcp_packet *request)
{
	return str_find(dhcp_option(request, DHCP_OPTION_VENDOR_CLASS),
		   STR("dslforum.org"), NULL) ||
	       str_find(dhcp_option(request, DHCP_OPTION_VI_VENDOR_CLASS),
		   STR("dslforum.org"), NULL);
}

static void add_times(struct dhcp_builder *b, const struct pool_config *pool)
{
	uint64_t lease = pool->lease_s;
	uint32_t t1 = pool->t1_s ? pool->t1_s : (uint32_t)(lease / 2);
	uint32_t t2 = pool->t2_s ? pool->t2_s : (uint32_t)(lease * 7 / 8);

	dhcp_build_u32(b, DHCP_OPTION_LEASE_TIME, pool->lease_s);
	if (pool->lease_s == UINT32_MAX)
		return;
	dhcp_build_u32(b, DHCP_OPTION_RENEWAL_TIME, t1);
	dhcp_build_u32(b, DHCP_OPTION_REBINDING_TIME, t2);
}

static void add_addresses(struct dhcp_builder *b, uint8_t option,
    const uint32_t *addresses, size_t n)
{
	uint8_t bytes[4 * MAX(POOL_DNS_MAX, POOL_ROUTERS_MAX)];

	for (size_t i = 0; i < n; i++)
		put_u32(bytes + 4 * i, addresses[i]);
	if (n > 0)
		dhcp_build_option(b, option, str_make(bytes, 4 * n));
}

static void add_routers(struct dhcp_builder *b, const struct pool_config *pool)
{
	uint32_t all[POOL_ROUTERS_MAX] = { pool->router };

	for (size_t i = 0; i < pool->n_more_routers; i++)
		all[i + 1] = pool->more_routers[i];
	add_addresses(b, DHCP_OPTION_ROUTER, all, 1 + pool->n_more_routers);
}

static void add_network(struct dhcp_builder *b, const struct dhcp_packet *request,
    const struct pool_config *pool)
{
	dhcp_build_u32(b, DHCP_OPTION_SUBNET_MASK, ipv4_mask(pool->prefix));
	if (pool->router && wants(request, DHCP_OPTION_ROUTER))
		add_routers(b, pool);
	if (wants(request, DHCP_OPTION_DNS))
		add_addresses(b, DHCP_OPTION_DNS, pool->dns, pool->n_dns);
	if (pool->domain && wants(request, DHCP_OPTION_DOMAIN_NAME))
		dhcp_build_option(b, DHCP_OPTION_DOMAIN_NAME, str_of(pool->domain));
}

/* Sent unasked: CPEs that do not list 43 in option 55 still want it. */
static void add_acs(struct dhcp_builder *b, const struct dhcp_packet *request,
    const struct pool_config *pool)
{
	if (pool->option_43.p && (pool->is_option_43_for_all || is_cpe(request)))
		dhcp_build_option(b, DHCP_OPTION_VENDOR, pool->option_43);
}

int reply_grant(struct dhcp_reply *reply, enum dhcp_message type,
    const struct dhcp_packet *request, const struct server_config *config,
    const struct pool_config *pool, const struct slot *slot)
{
	struct dhcp_builder *b = &reply->message;

	start(reply, type, request, slot ? slot->address : 0);
	dhcp_build_u32(b, DHCP_OPTION_SERVER_ID, config->address);
	/* Option 43 is the longest, so it goes in while there is most room; the shorter
	 * ones find theirs in the fields file and sname. */
	add_acs(b, request, pool);
	if (slot)
		add_times(b, pool);
	add_network(b, request, pool);
	if (slot && slot->reservation && slot->reservation->name)
		dhcp_build_option(b, DHCP_OPTION_HOST_NAME,
		    str_of(slot->reservation->name));
	return finish(reply, request);
}

int reply_nak(struct dhcp_reply *reply, const struct dhcp_packet *request,
    const struct server_config *config, const char *words)
{
	start(reply, DHCP_NAK, request, 0);
	dhcp_build_u32(&reply->message, DHCP_OPTION_SERVER_ID, config->address);
	dhcp_build_option(&reply->message, DHCP_OPTION_MESSAGE, str_of(words));
	return finish(reply, request);
}
