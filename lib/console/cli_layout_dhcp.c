/* Layouts of the DHCP server. */
#include "lib/console/cli_display.h"

#include "lib/base/text.h"

#include <inttypes.h>
#include <time.h>

enum {
	CLIENT_BYTES = 10 /* of an identifier, that stand on a line */
};

/* ---- pools ----------------------------------------------------------------------------- */

static void put_network(struct buf *out, const struct cli_pool *pool)
{
	char network[IPV4_TEXT_MAX], mask[IPV4_TEXT_MAX];

	buf_printf(out, "Pool name: %s\n", pool->name);
	if (pool->prefix > 0)
		buf_printf(out, "  Network: %s mask %s\n",
		    ipv4_text(pool->network, network),
		    ipv4_text(ipv4_mask(pool->prefix), mask));
}

static void put_list(struct buf *out, const char *words,
    const struct cli_addresses *addresses)
{
	char text[IPV4_TEXT_MAX];

	if (addresses->n == 0)
		return;
	buf_printf(out, "    %s", words);
	for (size_t i = 0; i < addresses->n; i++)
		buf_printf(out, " %s", ipv4_text(addresses->items[i], text));
	buf_append_char(out, '\n');
}

/* Days, hours, minutes, seconds. */
static void put_term(struct buf *out, const struct cli_pool *pool)
{
	uint32_t s = pool->expired ? pool->expired : CLI_EXPIRED;

	if (s == UINT32_MAX)
		buf_append_text(out, "    expired unlimited\n");
	else
		buf_printf(out,
		    "    expired %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 "\n",
		    s / 86400, s / 3600 % 24, s / 60 % 60, s % 60);
}

static void put_bind(struct buf *out, const struct cli_pool *pool,
    const struct cli_bind *bind)
{
	uint32_t prefix = bind->prefix ? bind->prefix : pool->prefix;
	char address[IPV4_TEXT_MAX], mask[IPV4_TEXT_MAX];

	buf_printf(out, "      ip-address %s", ipv4_text(bind->address, address));
	if (prefix > 0)
		buf_printf(out, " mask %s", ipv4_text(ipv4_mask(prefix), mask));
	buf_printf(out, "\n        %s ",
	    bind->n_client ? "client-identifier" : "hardware-address");
	if (bind->n_client)
		cli_put_groups(out, bind->client, bind->n_client);
	else
		cli_put_groups(out, bind->mac, sizeof(bind->mac));
	buf_append_text(out, bind->n_client ? "\n" : " ethernet\n");
}

void cli_put_dhcp_pool(struct buf *out, const struct cli_dhcp *dhcp,
    const struct cli_pool *pool)
{
	bool has_bind = false;

	put_network(out, pool);
	put_list(out, "gateway-list", &pool->gateways);
	put_list(out, "dns-list", &pool->dns);
	if (pool->domain[0])
		buf_printf(out, "    domain-name %s\n", pool->domain);
	if (pool->option_43[0])
		buf_printf(out, "    option 43 hex %s\n", pool->option_43);
	put_term(out, pool);
	for (size_t i = 0; i < dhcp->n_binds; i++) {
		if (&dhcp->pools[dhcp->binds[i].pool] != pool)
			continue;
		if (!has_bind)
			buf_append_text(out, "    static bindings:\n");
		has_bind = true;
		put_bind(out, pool, &dhcp->binds[i]);
	}
}

/* ---- addresses in use -------------------------------------------------------------------- */

/* The pool that the address is of: by its network, or because it is bound there. */
static const struct cli_pool *pool_of(const struct cli_dhcp *dhcp, uint32_t address)
{
	for (size_t i = 0; i < dhcp->n_binds; i++) {
		if (dhcp->binds[i].address == address)
			return &dhcp->pools[dhcp->binds[i].pool];
	}
	for (size_t i = 0; i < dhcp->n_pools; i++) {
		const struct cli_pool *pool = &dhcp->pools[i];

		if (pool->prefix &&
		    (address & ipv4_mask(pool->prefix)) == pool->network)
			return pool;
	}
	return NULL;
}

static const struct cli_bind *bind_of(const struct cli_dhcp *dhcp, uint32_t address)
{
	for (size_t i = 0; i < dhcp->n_binds; i++) {
		if (dhcp->binds[i].address == address)
			return &dhcp->binds[i];
	}
	return NULL;
}

static const char *end_text(const struct cli_lease *lease, char text[32])
{
	time_t at;
	struct tm tm = { 0 };

	if (lease->ends_at == INT64_MAX)
		return "Unlimited";
	at = (time_t)(lease->ends_at / NS_PER_S);
	(void)gmtime_r(&at, &tm);
	(void)strftime(text, 32, "%b %e %H:%M:%S %Y", &tm);
	return text;
}

/* An identifier goes on in the next lines, under itself. */
static void put_in_use(struct buf *out, uint32_t address, const uint8_t *client,
    size_t n, const char *end, const char *type)
{
	char text[IPV4_TEXT_MAX];

	for (size_t at = 0; at < n || at == 0; at += CLIENT_BYTES) {
		size_t len = n - at < CLIENT_BYTES ? n - at : CLIENT_BYTES;
		auto_buf part = BUF_NULL;

		cli_put_groups(&part, client + at, len);
		if (at + len < n)
			buf_append_char(&part, '-');
		if (at == 0)
			buf_printf(out, "%-17s%-26s%-22s%s\n", ipv4_text(address, text),
			    buf_cstr(&part), end, type);
		else
			buf_printf(out, "%-17s%s\n", "", buf_cstr(&part));
	}
}

static void put_lease(struct buf *out, const struct cli_dhcp *dhcp,
    const struct cli_lease *lease)
{
	char end[32];

	put_in_use(out, lease->address, lease->n_client ? lease->client : lease->mac,
	    lease->n_client ? lease->n_client : sizeof(lease->mac),
	    end_text(lease, end),
	    bind_of(dhcp, lease->address) ? "Static(C)" : "Auto(C)");
}

static void put_unused(struct buf *out, const struct cli_bind *bind)
{
	put_in_use(out, bind->address, bind->n_client ? bind->client : bind->mac,
	    bind->n_client ? bind->n_client : sizeof(bind->mac), "Not used",
	    "Static(F)");
}

/* The first lease of the address or of one behind it; leases->n: there is none. */
static size_t find_lease(const struct cli_leases *leases, uint64_t address)
{
	size_t low = 0, high = leases->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (leases->items[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_leased(const struct cli_leases *leases, uint32_t address)
{
	size_t i = find_lease(leases, address);

	return i < leases->n && leases->items[i].address == address;
}

void cli_put_dhcp_in_use(struct buf *out, const struct cli_dhcp *dhcp,
    const struct cli_pool *pool, const struct cli_leases *leases)
{
	buf_printf(out, "%-17s%-26s%-22s%s\n%-17s%s\n", "IP address",
	    "Client-identifier/", "Lease expiration", "Type", "", "Hardware address");
	for (size_t i = 0; i < leases->n; i++) {
		const struct cli_lease *lease = &leases->items[i];

		if (!pool || pool_of(dhcp, lease->address) == pool)
			put_lease(out, dhcp, lease);
	}
	for (size_t i = 0; i < dhcp->n_binds; i++) {
		const struct cli_bind *bind = &dhcp->binds[i];

		if ((!pool || &dhcp->pools[bind->pool] == pool) &&
		    !is_leased(leases, bind->address))
			put_unused(out, bind);
	}
}

/* ---- addresses that are left -------------------------------------------------------------- */

/* The first of those from `from` on that a client has, or is to have; past last: none. */
static uint64_t next_taken(const struct cli_dhcp *dhcp, const struct cli_leases *leases,
    uint64_t from, uint32_t last)
{
	uint64_t found = (uint64_t)last + 1;
	size_t at = find_lease(leases, from);

	if (at < leases->n && leases->items[at].address < found)
		found = leases->items[at].address;
	for (size_t i = 0; i < dhcp->n_binds; i++) {
		uint32_t address = dhcp->binds[i].address;

		if (address >= from && address < found)
			found = address;
	}
	return found;
}

static void put_free_range(struct buf *out, const struct cli_dhcp *dhcp,
    const struct cli_leases *leases, const struct cli_range *range)
{
	char first[IPV4_TEXT_MAX], last[IPV4_TEXT_MAX];

	for (uint64_t at = range->first; at <= range->last;) {
		uint64_t taken = next_taken(dhcp, leases, at, range->last);

		if (taken > at)
			buf_printf(out, "    IP ranges from %s to %s\n",
			    ipv4_text((uint32_t)at, first),
			    ipv4_text((uint32_t)(taken - 1), last));
		at = taken + 1;
	}
}

void cli_put_dhcp_free(struct buf *out, const struct cli_dhcp *dhcp,
    const struct cli_pool *pool, uint32_t own, const struct cli_leases *leases)
{
	struct cli_range range = { .last = 0 };

	put_network(out, pool);
	while (cli_dhcp_range(dhcp, pool, own, range.last + 1, &range))
		put_free_range(out, dhcp, leases, &range);
}
