#include "agents/router/advert.h"

#include "lib/base/wire.h"

#include <string.h>

enum {
	TYPE_SOLICIT = 133,
	TYPE_ADVERT = 134,
	OPTION_SOURCE_LINK = 1,
	OPTION_PREFIX = 3,
	OPTION_DNS = 25,
	FLAG_MANAGED = 0x80,
	FLAG_OTHER = 0x40,
	FLAG_ON_LINK = 0x80,
	FLAG_AUTONOMOUS = 0x40,
	HOPS_OF_HOSTS = 64,
	PREFIX_VALID_S =
	    86400, /* a day; RFC 4861 6.2.1 has 30 for networks that stay */
	PREFIX_PREFERRED_S = 14400,
};

static size_t put_prefix(const struct advert *advert, uint8_t *out)
{
	memset(out, 0, 32);
	out[0] = OPTION_PREFIX;
	out[1] = 4; /* of eight bytes each */
	out[2] = advert->prefix_len;
	out[3] = (uint8_t)(FLAG_ON_LINK | (advert->slaac ? FLAG_AUTONOMOUS : 0));
	put_u32(out + 4, PREFIX_VALID_S);
	put_u32(out + 8, PREFIX_PREFERRED_S);
	memcpy(out + 16, advert->prefix, 16);
	return 32;
}

static size_t put_dns(const struct advert *advert, uint8_t *out)
{
	if (advert->n_dns == 0)
		return 0;
	out[0] = OPTION_DNS;
	out[1] = (uint8_t)(1 + 2 * advert->n_dns);
	put_u16(out + 2, 0);
	put_u32(out + 4, advert->dns_lifetime_s);
	memcpy(out + 8, advert->dns, 16 * advert->n_dns);
	return 8 + 16 * advert->n_dns;
}

size_t advert_write(const struct advert *advert, uint8_t out[ADVERT_MAX])
{
	size_t n = 16;

	memset(out, 0, n);
	out[0] = TYPE_ADVERT;
	out[4] = HOPS_OF_HOSTS;
	out[5] = (uint8_t)((advert->managed ? FLAG_MANAGED : 0) |
			   (advert->other ? FLAG_OTHER : 0));
	put_u16(out + 6, advert->lifetime_s);
	out[n] = OPTION_SOURCE_LINK;
	out[n + 1] = 1;
	memcpy(out + n + 2, advert->mac, sizeof(advert->mac));
	n += 8;
	n += put_prefix(advert, out + n);
	return n + put_dns(advert, out + n);
}

bool advert_is_asked(struct str message, int hops, bool is_unspecified)
{
	const uint8_t *p = (const uint8_t *)message.p;
	size_t at = ADVERT_ASKED_LEAST;

	if (message.len < ADVERT_ASKED_LEAST || p[0] != TYPE_SOLICIT || p[1] != 0 ||
	    hops != ADVERT_HOPS)
		return false;
	while (at < message.len) {
		size_t len = at + 1 < message.len ? (size_t)p[at + 1] * 8 : 0;

		if (len == 0 || len > message.len - at ||
		    (is_unspecified && p[at] == OPTION_SOURCE_LINK))
			return false;
		at += len;
	}
	return true;
}
