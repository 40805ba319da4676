#include "agents/cpe/dhcp6/dhcp6_lease.h"

#include "lib/base/compiler.h"
#include "lib/proto/opt125.h"

#include <errno.h>
#include <stdlib.h>

enum {
	/* RFC 8415 7.6: how often what has no address is asked for anew. */
	REFRESH_DEFAULT_S = 86400,
	REFRESH_MIN_S = 600,
	PREFIX_BITS_MAX = 128
};

/* Neither a group's, nor of one link, nor of this host, nor of anybody. */
static bool is_host_address(const uint8_t *address)
{
	static const uint8_t loopback[DHCP6_ADDRESS_BYTES] = { [15] = 1 };
	static const uint8_t none[DHCP6_ADDRESS_BYTES];

	return address[0] != 0xff && !(address[0] == 0xfe && address[1] >> 6 == 2) &&
	       memcmp(address, loopback, DHCP6_ADDRESS_BYTES) != 0 &&
	       memcmp(address, none, DHCP6_ADDRESS_BYTES) != 0;
}

static const char *unfit(const struct dhcp6_ia *ia)
{
	if (ia->status != DHCP6_SUCCESS)
		return dhcp6_status_name(ia->status);
	if (!ia->address)
		return "its IA_NA has no address";
	if (ia->t1 > ia->t2 && ia->t2 > 0)
		return "its T1 is later than its T2";
	if (ia->valid == 0)
		return "its valid lifetime is 0 s";
	if (ia->preferred > ia->valid)
		return "its preferred lifetime is longer than its valid one";
	if (!is_host_address(ia->address))
		return "no host can have the address";
	return NULL;
}

const char *dhcp6_lease_unfit(const struct dhcp6_packet *packet, uint32_t iaid)
{
	struct dhcp6_ia ia;

	if (!dhcp6_ia_na(packet, iaid, &ia))
		return "it has no IA_NA of ours";
	return unfit(&ia);
}

static clock_ns later(clock_ns from, uint32_t seconds)
{
	return seconds == DHCP6_FOREVER ? INT64_MAX : from + seconds * NS_PER_S;
}

/* Times of 0 are the client's to choose: half of the preferred lifetime and four fifths of it
 * (RFC 8415 21.4); of an address that is not preferred at all those of its valid one. */
static void read_times(struct dhcp6_lease *lease, const struct dhcp6_ia *ia,
    clock_ns sent_at)
{
	uint32_t base = ia->preferred ? ia->preferred : ia->valid;
	uint32_t t1 = ia->t1, t2 = ia->t2;

	if (t1 == 0)
		t1 = base == DHCP6_FOREVER ? base : base / 2;
	if (t2 == 0)
		t2 = base == DHCP6_FOREVER ? base : (uint32_t)((uint64_t)base * 4 / 5);
	t2 = MIN(t2, ia->valid);
	t1 = MIN(t1, t2);
	lease->preferred_s = ia->preferred;
	lease->valid_s = ia->valid;
	lease->t1_s = t1;
	lease->t2_s = t2;
	lease->renew_at = later(sent_at, t1);
	lease->rebind_at = later(sent_at, t2);
	lease->expires_at = later(sent_at, ia->valid);
}

static void read_refresh(struct dhcp6_lease *lease, const struct dhcp6_packet *reply,
    clock_ns sent_at)
{
	uint32_t refresh_s = REFRESH_DEFAULT_S;

	(void)dhcp6_option_u32(reply, DHCP6_OPTION_REFRESH, &refresh_s);
	lease->refresh_at = later(sent_at, MAX(refresh_s, REFRESH_MIN_S));
	lease->renew_at = lease->rebind_at = lease->expires_at = INT64_MAX;
}

static void read_dns(struct dhcp6_lease *lease, struct str value)
{
	for (; value.len >= DHCP6_ADDRESS_BYTES && lease->n_dns < DHCP6_LEASE_DNS_MAX;
	     value = str_from(value, DHCP6_ADDRESS_BYTES))
		memcpy(lease->dns[lease->n_dns++], value.p, DHCP6_ADDRESS_BYTES);
}

static void read_prefix(struct dhcp6_lease *lease, const struct dhcp6_packet *reply)
{
	const uint8_t *prefix = dhcp6_prefix(reply, &lease->prefix_len);

	if (!prefix || lease->prefix_len > PREFIX_BITS_MAX)
		return;
	lease->has_prefix = true;
	memcpy(lease->prefix, prefix, sizeof(lease->prefix));
}

static int read_vendor(struct dhcp6_lease *lease, const struct dhcp6_packet *reply)
{
	struct str value = dhcp6_option_of(reply, DHCP6_OPTION_VENDOR, BBF_ENTERPRISE);
	struct dhcp6_vendor vendor;

	if (!value.p)
		return 0;
	lease->bytes = malloc(value.len);
	if (!lease->bytes)
		return -ENOMEM;
	memcpy(lease->bytes, value.p, value.len);
	lease->option_17 = str_make(lease->bytes, value.len);
	lease->is_vendor_malformed =
	    dhcp6_vendor_parse(&vendor, lease->option_17, NULL) < 0;
	opt43_from_subs(&lease->acs, vendor.sub);
	return 0;
}

int dhcp6_lease_read(struct dhcp6_lease *lease, const struct dhcp6_packet *reply,
    bool with_address, uint32_t iaid, clock_ns sent_at)
{
	struct str server = dhcp6_option(reply, DHCP6_OPTION_SERVER_ID, NULL);
	struct dhcp6_ia ia = { .address = NULL };

	*lease = (struct dhcp6_lease){ .has_address = with_address };
	if (server.len == 0 || server.len > sizeof(lease->server))
		return ERR_MALFORMED;
	if (with_address && (!dhcp6_ia_na(reply, iaid, &ia) || unfit(&ia)))
		return ERR_MALFORMED;
	memcpy(lease->server, server.p, server.len);
	lease->server_len = (uint8_t)server.len;
	if (with_address) {
		memcpy(lease->address, ia.address, sizeof(lease->address));
		read_times(lease, &ia, sent_at);
	} else {
		read_refresh(lease, reply, sent_at);
	}
	read_dns(lease, dhcp6_option(reply, DHCP6_OPTION_DNS, NULL));
	dhcp6_first_domain(dhcp6_option(reply, DHCP6_OPTION_DOMAINS, NULL),
	    lease->domain);
	read_prefix(lease, reply);
	return read_vendor(lease, reply);
}

bool dhcp6_lease_differs(const struct dhcp6_lease *a, const struct dhcp6_lease *b)
{
	return a->has_address != b->has_address ||
	       memcmp(a->address, b->address, sizeof(a->address)) != 0 ||
	       a->n_dns != b->n_dns ||
	       memcmp(a->dns, b->dns, a->n_dns * sizeof(a->dns[0])) != 0 ||
	       strcmp(a->domain, b->domain) != 0 ||
	       !str_eq(a->option_17, b->option_17) || a->has_prefix != b->has_prefix ||
	       a->prefix_len != b->prefix_len ||
	       memcmp(a->prefix, b->prefix, sizeof(a->prefix)) != 0;
}

void dhcp6_lease_free(struct dhcp6_lease *lease)
{
	free(lease->bytes);
	*lease = (struct dhcp6_lease){ .has_address = false };
}
