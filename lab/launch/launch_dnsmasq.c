/* dnsmasq in place of the built-in DHCP server. */
#include "lab/launch/launch_internal.h"

#include "lib/base/clock.h"
#include "lib/base/text.h"

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
	buf_printf(conf, "dhcp-range=set:pool%zu,%s,%s,%s,%lld\n", number,
	    ipv4_text(pool->range.first, first), ipv4_text(pool->range.last, last),
	    ipv4_text(ipv4_mask(node->address.prefix), mask),
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

int launch_dhcp_dnsmasq(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	const struct dhcp_pool *pools = node->dhcp.pools.items;
	struct buf *conf = &launch->conf;

	(void)context;
	launch_dnsmasq(launch, node, DHCP_SERVER_PORT);
	/* No ping: it would hold back each offer by up to three seconds. */
	buf_printf(conf,
	    "port=0\ninterface=eth0\ndhcp-authoritative\nno-ping\n"
	    "dhcp-lease-max=100000\ndhcp-leasefile=/run/%s.leases\n"
	    "dhcp-vendorclass=set:cpe," CPE_CLASS "\n",
	    node->name);
	for (size_t i = 0; i < node->dhcp.pools.len; i++) {
		if (put_pool(conf, node, i + 1, &pools[i], err) < 0)
			return err->code;
	}
	return 0;
}
