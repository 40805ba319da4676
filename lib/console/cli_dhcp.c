#include "lib/console/cli_dhcp.h"

#include "lib/base/compiler.h"
#include "lib/base/text.h"
#include "lib/console/cli_text.h"
#include "lib/proto/opt43.h"

#include <inttypes.h>

bool cli_dhcp_is_host(uint32_t address, uint32_t prefix)
{
	uint32_t hosts = prefix ? ~ipv4_mask(prefix) : 0;
	uint32_t host = address & hosts, class = address >> 24;

	/* Classes A to C, but for loopback. */
	if (class == 0 || class == 127 || class >= 224)
		return false;
	return !prefix || (host != 0 && host != hosts);
}

const struct cli_pool *cli_dhcp_pool(const struct cli_dhcp *dhcp, struct str name)
{
	for (size_t i = 0; i < dhcp->n_pools; i++) {
		if (str_eq_nocase(name, str_of(dhcp->pools[i].name)))
			return &dhcp->pools[i];
	}
	return NULL;
}

/* ---- ranges --------------------------------------------------------------------------- */

/* The forbidden range that the address is in; null: none. */
static const struct cli_range *find_forbidden(const struct cli_dhcp *dhcp,
    uint32_t address)
{
	for (size_t i = 0; i < dhcp->n_forbidden; i++) {
		const struct cli_range *range = &dhcp->forbidden[i];

		if (address >= range->first && address <= range->last)
			return range;
	}
	return NULL;
}

bool cli_dhcp_range(const struct cli_dhcp *dhcp, const struct cli_pool *pool,
    uint32_t own, uint32_t from, struct cli_range *ret)
{
	uint32_t hosts = ~ipv4_mask(pool->prefix);
	uint32_t last = pool->network + hosts - 1;
	const struct cli_range *forbidden;

	if (pool->prefix == 0)
		return false;
	ret->first = MAX(from, pool->network + 1);
	while ((forbidden = find_forbidden(dhcp, ret->first)) || ret->first == own) {
		if (forbidden && forbidden->last >= last)
			return false;
		ret->first = (forbidden ? forbidden->last : own) + 1;
	}
	if (ret->first > last)
		return false;
	ret->last = last;
	for (size_t i = 0; i < dhcp->n_forbidden; i++) {
		if (dhcp->forbidden[i].first > ret->first)
			ret->last = MIN(ret->last, dhcp->forbidden[i].first - 1);
	}
	if (own > ret->first)
		ret->last = MIN(ret->last, own - 1);
	return true;
}

/* ---- option 43 ------------------------------------------------------------------------ */

size_t cli_dhcp_option_43(const struct cli_pool *pool, uint8_t *ret)
{
	size_t n_digits = strlen(pool->option_43);

	for (size_t i = 0; i < n_digits; i++) {
		unsigned digit = (unsigned)hex_digit(pool->option_43[i]);

		if (i % 2 == 0)
			ret[i / 2] = (uint8_t)(digit << 4);
		else
			ret[i / 2] |= (uint8_t)digit;
	}
	return (n_digits + 1) / 2;
}

void cli_dhcp_option_43_note(struct buf *out, const struct cli_pool *pool)
{
	uint8_t bytes[CLI_OPTION_MAX / 2];
	size_t n = cli_dhcp_option_43(pool, bytes), n_digits = strlen(pool->option_43);
	struct opt43_sub sub;
	size_t at = 0;

	if (n_digits % 2 != 0) {
		buf_printf(out,
		    "option 43 has an odd number of hex digits (%zu): the last byte "
		    "goes out as 0x%02x",
		    n_digits, bytes[n - 1]);
		return;
	}
	while (opt43_next(str_make(bytes, n), &at, &sub) && sub.type != OPT43_SUB_END) {
		if (sub.type == OPT43_SUB_PAD)
			continue;
		if (!sub.has_length) {
			buf_printf(out,
			    "option 43 ends in 0x%02x, a sub-option without a length",
			    sub.type);
			return;
		}
		if (sub.length > sub.value.len) {
			buf_printf(out,
			    "option 43: the length of sub-option 0x%02x says 0x%02x "
			    "(%u bytes), but 0x%02zx (%zu) follow; CPEs that are strict "
			    "pass over it",
			    sub.type, sub.length, sub.length, sub.value.len,
			    sub.value.len);
			return;
		}
	}
}

/* ---- as lines ------------------------------------------------------------------------- */

void cli_put_groups(struct buf *out, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%02x", i > 0 && i % 2 == 0 ? "-" : "", bytes[i]);
}

static void put_addresses(struct buf *out, const char *words,
    const struct cli_addresses *addresses)
{
	char text[IPV4_TEXT_MAX];

	if (addresses->n == 0)
		return;
	buf_printf(out, " %s", words);
	for (size_t i = 0; i < addresses->n; i++)
		buf_printf(out, " %s", ipv4_text(addresses->items[i], text));
	buf_append_char(out, '\n');
}

/* What is zero and all behind it is left out. */
static void put_expired(struct buf *out, uint32_t seconds)
{
	static const char *const units[] = { "hour", "minute", "second" };
	uint32_t left = seconds % 86400;
	const uint32_t sizes[] = { 3600, 60, 1 };

	if (seconds == 0)
		return;
	if (seconds == UINT32_MAX) {
		buf_append_text(out, " expired unlimited\n");
		return;
	}
	buf_printf(out, " expired day %" PRIu32, seconds / 86400);
	for (size_t i = 0; i < ARRAY_LEN(units) && left > 0; i++) {
		buf_printf(out, " %s %" PRIu32, units[i], left / sizes[i]);
		left %= sizes[i];
	}
	buf_append_char(out, '\n');
}

static void put_bind(struct buf *out, const struct cli_bind *bind)
{
	char text[IPV4_TEXT_MAX];

	buf_printf(out, " static-bind ip-address %s", ipv4_text(bind->address, text));
	if (bind->prefix > 0)
		buf_printf(out, " mask %s", ipv4_text(ipv4_mask(bind->prefix), text));
	buf_append_text(out,
	    bind->n_client > 0 ? " client-identifier " : " hardware-address ");
	if (bind->n_client > 0)
		cli_put_groups(out, bind->client, bind->n_client);
	else
		cli_put_groups(out, bind->mac, sizeof(bind->mac));
	buf_append_char(out, '\n');
}

static void put_option_43(struct buf *out, const char *digits, unsigned group)
{
	if (!digits[0])
		return;
	buf_append_text(out, " option 43 hex ");
	for (size_t i = 0; digits[i]; i++) {
		if (group > 0 && i > 0 && i % group == 0)
			buf_append_char(out, ' ');
		buf_append_char(out, digits[i]);
	}
	buf_append_char(out, '\n');
}

void cli_dhcp_put_system(struct buf *out, const struct cli_dhcp *dhcp)
{
	char first[IPV4_TEXT_MAX], last[IPV4_TEXT_MAX];

	if (dhcp->is_enabled)
		buf_append_text(out, " dhcp enable\n");
	for (size_t i = 0; i < dhcp->n_forbidden; i++) {
		const struct cli_range *range = &dhcp->forbidden[i];

		buf_printf(out, " dhcp server forbidden-ip %s",
		    ipv4_text(range->first, first));
		if (range->last != range->first)
			buf_printf(out, " %s", ipv4_text(range->last, last));
		buf_append_char(out, '\n');
	}
}

void cli_dhcp_put_pool(struct buf *out, const struct cli_dhcp *dhcp,
    const struct cli_pool *pool, unsigned hex_group)
{
	char network[IPV4_TEXT_MAX], mask[IPV4_TEXT_MAX];
	auto_buf head = BUF_NULL;

	/* Its head stands without the blank that its members have. */
	cli_put_value(&head, "dhcp server ip-pool", pool->name);
	buf_append_str(out, str_from(buf_str(&head), 1));
	put_addresses(out, "gateway-list", &pool->gateways);
	if (pool->prefix > 0)
		buf_printf(out, " network %s mask %s\n",
		    ipv4_text(pool->network, network),
		    ipv4_text(ipv4_mask(pool->prefix), mask));
	put_addresses(out, "dns-list", &pool->dns);
	cli_put_value(out, "domain-name", pool->domain);
	put_expired(out, pool->expired);
	put_option_43(out, pool->option_43, hex_group);
	for (size_t i = 0; i < dhcp->n_binds; i++) {
		if (&dhcp->pools[dhcp->binds[i].pool] == pool)
			put_bind(out, &dhcp->binds[i]);
	}
}
