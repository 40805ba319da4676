#include "agents/cpe/dhcp/dhcp_lease.h"

#include "lib/base/text.h"
#include "lib/base/wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static bool is_host_address(uint32_t address)
{
	return address >> 24 != 0 && address >> 24 != 127 && address < 0xe0000000;
}

/* The bits of option 1, or those of the address's class (RFC 2131 leaves it to the client)
 * where the option is absent or no mask. */
static uint8_t prefix_of(const struct dhcp_packet *ack)
{
	uint32_t mask;

	if (dhcp_option_u32(ack, DHCP_OPTION_SUBNET_MASK, &mask))
		for (uint8_t bits = 1; bits <= 32; bits++)
			if (mask == ipv4_mask(bits))
				return bits;
	if (ack->yiaddr < 0x80000000)
		return 8;
	return ack->yiaddr < 0xc0000000 ? 16 : 24;
}

const char *dhcp_lease_unfit(const struct dhcp_packet *packet)
{
	uint8_t prefix = prefix_of(packet);
	uint32_t hosts = ~ipv4_mask(prefix), lease_s;

	if (!dhcp_option_u32(packet, DHCP_OPTION_LEASE_TIME, &lease_s))
		return "it has no lease time";
	if (lease_s == 0)
		return "its lease time is 0 s";
	if (!is_host_address(packet->yiaddr))
		return "no host can have the address";
	if (prefix >= 31)
		return NULL;
	if ((packet->yiaddr & hosts) == 0)
		return "it is the network address of its subnet";
	if ((packet->yiaddr & hosts) == hosts)
		return "it is the broadcast address of its subnet";
	return NULL;
}

/* Up to max addresses of an option; leftover bytes are ignored. */
static uint8_t read_addresses(const struct dhcp_packet *ack, uint8_t option,
    uint32_t *ret, uint8_t max)
{
	struct str value = dhcp_option(ack, option);
	uint8_t n = 0;

	for (; value.len >= 4 && n < max; value = str_from(value, 4))
		ret[n++] = get_u32((const uint8_t *)value.p);
	return n;
}

static clock_ns later(clock_ns from, uint32_t seconds)
{
	return seconds == DHCP_LEASE_FOREVER ? INT64_MAX : from + seconds * NS_PER_S;
}

/* T1 and T2 that make no sense fall back to the defaults (RFC 2131 4.4.5). */
static void read_times(struct dhcp_lease *lease, const struct dhcp_packet *ack,
    clock_ns sent_at)
{
	uint32_t t1 = 0, t2 = 0;

	(void)dhcp_option_u32(ack, DHCP_OPTION_RENEWAL_TIME, &t1);
	(void)dhcp_option_u32(ack, DHCP_OPTION_REBINDING_TIME, &t2);
	if (lease->lease_s == DHCP_LEASE_FOREVER) {
		t1 = t2 = DHCP_LEASE_FOREVER;
	} else {
		if (t2 == 0 || t2 >= lease->lease_s)
			t2 = (uint32_t)((uint64_t)lease->lease_s * 7 / 8);
		if (t1 == 0 || t1 >= t2)
			t1 = MIN(lease->lease_s / 2, t2);
	}
	lease->t1_s = t1;
	lease->t2_s = t2;
	lease->renew_at = later(sent_at, t1);
	lease->rebind_at = later(sent_at, t2);
	lease->expires_at = later(sent_at, lease->lease_s);
}

/* Copies an option behind *at in bytes. */
static struct str keep(struct dhcp_lease *lease, const struct dhcp_packet *ack,
    uint8_t option, size_t *at)
{
	struct str value = dhcp_option(ack, option);
	struct str kept = str_make(lease->bytes + *at, value.len);

	if (!value.p)
		return STR_NULL;
	memcpy(lease->bytes + *at, value.p, value.len);
	*at += value.len;
	return kept;
}

static int keep_options(struct dhcp_lease *lease, const struct dhcp_packet *ack)
{
	size_t at = 0, len = dhcp_option(ack, DHCP_OPTION_DOMAIN_NAME).len +
			     dhcp_option(ack, DHCP_OPTION_HOST_NAME).len +
			     dhcp_option(ack, DHCP_OPTION_VENDOR).len +
			     dhcp_option(ack, DHCP_OPTION_VI_VENDOR).len;

	lease->bytes = malloc(len ? len : 1);
	if (!lease->bytes)
		return -ENOMEM;
	lease->domain = keep(lease, ack, DHCP_OPTION_DOMAIN_NAME, &at);
	lease->host_name = keep(lease, ack, DHCP_OPTION_HOST_NAME, &at);
	lease->option_43 = keep(lease, ack, DHCP_OPTION_VENDOR, &at);
	lease->option_125 = keep(lease, ack, DHCP_OPTION_VI_VENDOR, &at);
	while (lease->domain.len > 0 && lease->domain.p[lease->domain.len - 1] == '\0')
		lease->domain.len--;
	return 0;
}

/* The ACS as option 125 hands it out: the sub-options of option 43's TR-069 layout. */
static void read_acs_from_125(struct dhcp_lease *lease)
{
	const struct str *sub = lease->bbf.sub;

	if (lease->acs.url.len > 0 || !str_starts(sub[1], STR("http")))
		return;
	lease->is_acs_from_125 = true;
	opt43_from_subs(&lease->acs, sub);
}

int dhcp_lease_read(struct dhcp_lease *lease, const struct dhcp_packet *ack,
    clock_ns sent_at)
{
	int r;

	*lease = (struct dhcp_lease){ .address = ack->yiaddr };
	if (!is_host_address(ack->yiaddr) ||
	    !dhcp_option_u32(ack, DHCP_OPTION_SERVER_ID, &lease->server) ||
	    !dhcp_option_u32(ack, DHCP_OPTION_LEASE_TIME, &lease->lease_s) ||
	    lease->lease_s == 0)
		return ERR_MALFORMED;
	r = keep_options(lease, ack);
	if (r < 0)
		return r;
	lease->prefix = prefix_of(ack);
	(void)read_addresses(ack, DHCP_OPTION_ROUTER, &lease->router, 1);
	lease->n_dns =
	    read_addresses(ack, DHCP_OPTION_DNS, lease->dns, DHCP_LEASE_DNS_MAX);
	read_times(lease, ack, sent_at);
	/* Lenient parsing does not fail. */
	(void)opt43_parse(&lease->acs, lease->option_43.p, lease->option_43.len, true,
	    NULL);
	lease->is_bbf_malformed = opt125_parse(&lease->bbf, lease->option_125.p,
				      lease->option_125.len, NULL) < 0;
	read_acs_from_125(lease);
	return 0;
}

bool dhcp_lease_differs(const struct dhcp_lease *a, const struct dhcp_lease *b)
{
	return a->address != b->address || a->prefix != b->prefix ||
	       a->router != b->router || a->n_dns != b->n_dns ||
	       memcmp(a->dns, b->dns, a->n_dns * sizeof(a->dns[0])) != 0 ||
	       !str_eq(a->domain, b->domain) || !str_eq(a->option_43, b->option_43) ||
	       !str_eq(a->option_125, b->option_125);
}

void dhcp_lease_oddity(const struct dhcp_lease *lease, char *text, size_t size)
{
	const struct opt43 *acs = &lease->acs;
	unsigned lowest = acs->deviations & (~acs->deviations + 1);

	text[0] = '\0';
	if (lowest != 0)
		(void)snprintf(text, size, "%s at byte %zu",
		    opt43_deviation_name((enum opt43_deviation)lowest),
		    acs->deviation_offset);
}

void dhcp_lease_free(struct dhcp_lease *lease)
{
	free(lease->bytes);
	*lease = (struct dhcp_lease){ 0 };
}
