#include "agents/cpe/dhcp6/router_advert.h"

#include "lib/base/compiler.h"
#include "lib/base/wire.h"

enum {
	HEADER = 16,
	UNIT = 8, /* of the lengths of options */
	RDNSS = 25,
	RDNSS_HEADER = 8, /* type, length, two unused, lifetime */
	ADDRESS = 16,
	MANAGED_BIT = 0x80,
	OTHER_BIT = 0x40
};

static void read_dns(struct router_advert *out, const uint8_t *option, size_t len)
{
	uint32_t lifetime_s = len < RDNSS_HEADER + ADDRESS ? 0 : get_u32(option + 4);

	if (lifetime_s == 0)
		return;
	out->dns_lifetime_s = MAX(out->dns_lifetime_s, lifetime_s);
	for (size_t at = RDNSS_HEADER;
	     at + ADDRESS <= len && out->n_dns < ROUTER_ADVERT_DNS_MAX; at += ADDRESS)
		memcpy(out->dns[out->n_dns++], option + at, ADDRESS);
}

int router_advert_parse(struct router_advert *out, const void *bytes, size_t len,
    struct error *err)
{
	const uint8_t *p = bytes;

	*out = (struct router_advert){ .n_dns = 0 };
	if (len < HEADER)
		return error_set_at(err, ERR_TRUNCATED, len,
		    "router advertisement: no whole header");
	if (p[0] != ROUTER_ADVERT || p[1] != 0)
		return error_set_at(err, ERR_UNSUPPORTED, 0,
		    "ICMPv6 type %u is no router advertisement", p[0]);
	out->is_managed = p[5] & MANAGED_BIT;
	out->has_other = p[5] & OTHER_BIT;
	out->lifetime_s = get_u16(p + 6);
	for (size_t at = HEADER; at < len;) {
		size_t left = len - at, size = left < 2 ? 0 : (size_t)p[at + 1] * UNIT;

		if (size == 0 || size > left)
			return error_set_at(err, ERR_MALFORMED, at,
			    "router advertisement: the option at byte %zu has no length, "
			    "or goes past the end",
			    at);
		if (p[at] == RDNSS)
			read_dns(out, p + at, size);
		at += size;
	}
	return 0;
}
