/* dnsmasq in place of the built-in DHCP server, and for DHCPv6. */
#include "lab/launch/launch_internal.h"

#include "lib/base/clock.h"
#include "lib/base/text.h"
#include "lib/proto/dhcp6.h"

enum {
	LEASE_LEAST_S = 120 /* dnsmasq raises shorter ones without a word */
};

static void put_number(struct buf *conf, size_t pool, unsigned option, clock_ns value)
{
	if (value > 0)
		buf_printf(conf, "dhcp-option=tag:pool%zu,%u,%lld\n", pool, option,
		    (long long)(value / NS_PER_S));
}

static void put_addresses(struct buf *conf, size_t pool, unsigned option,
    const uint32_t *list, size_t n)
{
	char ip[IPV4_TEXT_MAX];

	if (n == 0)
		return;
	buf_printf(conf, "dhcp-option=tag:pool%zu,%u", pool, option);
	for (size_t i = 0; i < n; i++)
		buf_printf(conf, ",%s", ipv4_text(list[i], ip));
	buf_append_char(conf, '\n');
}

static int put_acs(struct buf *conf, size_t number, const struct dhcp_pool *pool,
    struct error *err)
{
	auto_buf bytes = BUF_NULL;

	if (launch_option43(pool, &bytes, err) < 0)
		return err->code;
	if (bytes.len == 0)
		return 0;
	/* Colons make it bytes rather than text; forced, because the class decides and not
	 * the list of options that the client asks for. */
	buf_printf(conf, "dhcp-option-force=%stag:pool%zu,43",
	    pool->acs.always ? "" : "tag:cpe,", number);
	for (size_t i = 0; i < bytes.len; i++)
		buf_printf(conf, "%c%02x", i ? ':' : ',', bytes.data[i]);
	buf_append_char(conf, '\n');
	return 0;
}

/* As bytes: what looks like them would be taken for them, and a comma ends a text. */
static void put_agent(struct buf *conf, const char *key, char letter, size_t number,
    const char *text)
{
	if (!text)
		return;
	buf_printf(conf, "dhcp-%s=set:%c%zu,", key, letter, number);
	for (size_t i = 0; text[i]; i++)
		buf_printf(conf, "%s%02x", i ? ":" : "", (unsigned char)text[i]);
	buf_append_char(conf, '\n');
}

/* The tags of a pool's clients, and a range that wants them all. */
static void put_who(struct buf *conf, size_t number, const struct pool_who *who)
{
	put_agent(conf, "circuitid", 'c', number, who->circuit_id);
	put_agent(conf, "remoteid", 'r', number, who->remote_id);
	if (who->vendor_class)
		buf_printf(conf, "dhcp-vendorclass=set:v%zu,%s\n", number,
		    who->vendor_class);
	buf_append_text(conf, "dhcp-range=");
	if (who->circuit_id)
		buf_printf(conf, "tag:c%zu,", number);
	if (who->remote_id)
		buf_printf(conf, "tag:r%zu,", number);
	if (who->vendor_class)
		buf_printf(conf, "tag:v%zu,", number);
}

static int put_pool(struct buf *conf, const struct node *node, size_t number,
    const struct dhcp_pool *pool, struct error *err)
{
	const struct pool_reservation *reserved = pool->reservations.items;
	char first[IPV4_TEXT_MAX], last[IPV4_TEXT_MAX], mask[IPV4_TEXT_MAX];
	char mac[MAC_TEXT_MAX];

	if (pool->lease < LEASE_LEAST_S * NS_PER_S)
		return error_set(err, ERR_USAGE,
		    "%s: engine dnsmasq gives no lease under %d s", node->name,
		    LEASE_LEAST_S);
	put_who(conf, number, &pool->who);
	buf_printf(conf, "set:pool%zu,%s,%s,%s,%lld\n", number,
	    ipv4_text(pool->range.first, first), ipv4_text(pool->range.last, last),
	    ipv4_text(ipv4_mask(pool->subnet.prefix), mask),
	    (long long)(pool->lease / NS_PER_S));
	/* Without a value: not sent. dnsmasq would name itself otherwise. */
	if (pool->router)
		put_addresses(conf, number, 3, &pool->router, 1);
	else
		buf_printf(conf, "dhcp-option=tag:pool%zu,3\n", number);
	if (pool->dns.len == 0)
		buf_printf(conf, "dhcp-option=tag:pool%zu,6\n", number);
	put_addresses(conf, number, 6, pool->dns_addresses, pool->dns.len);
	if (pool->domain)
		buf_printf(conf, "dhcp-option=tag:pool%zu,15,%s\n", number,
		    pool->domain);
	put_number(conf, number, 58, pool->t1);
	put_number(conf, number, 59, pool->t2);
	for (size_t i = 0; i < pool->reservations.len; i++)
		buf_printf(conf, "dhcp-host=%s,%s%s%s\n",
		    mac_text(reserved[i].mac, mac),
		    ipv4_text(reserved[i].address, first), reserved[i].name ? "," : "",
		    reserved[i].name ? reserved[i].name : "");
	return put_acs(conf, number, pool, err);
}

/* ---- DHCPv6 ------------------------------------------------------------------------------ */

static void put_suboption(struct buf *out, unsigned code, struct str value)
{
	uint8_t head[4] = { 0, (uint8_t)code, (uint8_t)(value.len >> 8),
		(uint8_t)value.len };

	buf_append(out, head, sizeof(head));
	buf_append_str(out, value);
}

static void put_suboption_number(struct buf *out, unsigned code, uint64_t value)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	if (value > 0)
		put_suboption(out, code, str_of(text));
}

/* The value of option 17, TR-069 A6 3.1: numbers are text there. */
static void make_option17(const struct pool_acs *acs, struct buf *out)
{
	static const uint8_t enterprise[] = { 0, 0, 0x0d, 0xe9 }; /* 3561 */

	buf_append(out, enterprise, sizeof(enterprise));
	put_suboption(out, 1, str_of(acs->url));
	if (acs->provisioning_code)
		put_suboption(out, 2, str_of(acs->provisioning_code));
	put_suboption_number(out, 3, (uint64_t)(acs->retry_min_wait / NS_PER_S));
	put_suboption_number(out, 4, acs->retry_multiplier);
}

static int put_acs6(struct buf *conf, size_t number, const struct dhcp_pool *pool,
    struct error *err)
{
	auto_buf bytes = BUF_NULL;

	if (!pool->acs.is_set)
		return 0;
	make_option17(&pool->acs, &bytes);
	if (bytes.error)
		return error_set(err, bytes.error, "%s", error_name(bytes.error));
	buf_printf(conf, "dhcp-option-force=%stag:pool%zu,option6:17",
	    pool->acs.always ? "" : "tag:cpe,", number);
	for (size_t i = 0; i < bytes.len; i++)
		buf_printf(conf, "%c%02x", i ? ':' : ',', bytes.data[i]);
	buf_append_char(conf, '\n');
	return 0;
}

static int put_pool6(struct buf *conf, const struct node *node, size_t number,
    const struct dhcp_pool *pool, struct error *err)
{
	char first[IPV6_TEXT_MAX], last[IPV6_TEXT_MAX];

	if (pool->lease < LEASE_LEAST_S * NS_PER_S)
		return error_set(err, ERR_USAGE,
		    "%s: engine dnsmasq gives no lease under %d s", node->name,
		    LEASE_LEAST_S);
	buf_printf(conf, "dhcp-range=set:pool%zu,%s,%s,%u,%lld\n", number,
	    ipv6_text(pool->range6.first, first), ipv6_text(pool->range6.last, last),
	    pool->subnet6.prefix, (long long)(pool->lease / NS_PER_S));
	if (pool->dns.len > 0) {
		buf_printf(conf, "dhcp-option=tag:pool%zu,option6:23", number);
		for (size_t i = 0; i < pool->dns.len; i++)
			buf_printf(conf, ",[%s]",
			    ipv6_text(pool->dns_addresses6[i], first));
		buf_append_char(conf, '\n');
	}
	return put_acs6(conf, number, pool, err);
}

static bool has_four(const struct node *node)
{
	const struct dhcp_pool *pools = node->dhcp.pools.items;

	for (size_t i = 0; i < node->dhcp.pools.len; i++) {
		if (!pool_is_six(&pools[i]))
			return true;
	}
	return false;
}

int launch_dhcp_dnsmasq(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	const struct dhcp_pool *pools = node->dhcp.pools.items;
	struct buf *conf = &launch->conf;

	(void)context;
	launch_dnsmasq(launch, node,
	    has_four(node) ? DHCP_SERVER_PORT : DHCP6_SERVER_PORT);
	/* No ping: it would hold back each offer by up to three seconds. */
	buf_printf(conf,
	    "port=0\ninterface=eth0\ndhcp-authoritative\nno-ping\n"
	    "dhcp-lease-max=100000\ndhcp-leasefile=/run/%s.leases\n"
	    "dhcp-vendorclass=set:cpe," CPE_CLASS "\n",
	    node->name);
	if (node->address6.prefix > 0)
		buf_append_text(conf,
		    "dhcp-vendorclass=set:cpe,enterprise:3561," CPE_CLASS "\n");
	for (size_t i = 0; i < node->dhcp.pools.len; i++) {
		int r = pool_is_six(&pools[i])
			    ? put_pool6(conf, node, i + 1, &pools[i], err)
			    : put_pool(conf, node, i + 1, &pools[i], err);

		if (r < 0)
			return r;
	}
	return 0;
}
