/* What one CPE of a range is called, and where it lives. */
#include "agents/cpe/device/cpe.h"

#include "lib/base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool cpe_range_is_spread(const struct cpe_range *range)
{
	return range->netns_step > 0 || range->sources.prefix > 0;
}

uint64_t cpe_range_places(const struct cpe_range *range)
{
	return cpe_range_is_spread(range) ? range->count : 1;
}

uint64_t cpe_range_whole(const struct cpe_range *range, uint64_t i)
{
	if (range->numbers)
		return range->numbers[i];
	return range->skip + i * MAX(range->step, (uint64_t)1);
}

/* The first and the last address of a net are none of a host's, but where it has no others
 * (RFC 3021). */
uint32_t cpe_range_address(const struct cpe_range *range, uint64_t i)
{
	uint8_t prefix = range->sources.prefix;
	uint64_t n = prefix > 0 ? UINT64_C(1) << (32 - prefix) : 0;
	uint32_t net;

	if (n == 0)
		return range->address;
	net = range->sources.address & ~(uint32_t)(n - 1);
	return n <= 2 ? net + (uint32_t)(i % n) : net + 1 + (uint32_t)(i % (n - 2));
}

char *cpe_range_name(const struct cpe_range *range, uint64_t i, char *text)
{
	if (range->count == 1)
		(void)snprintf(text, CPE_TEXT_MAX, "%.64s", range->name);
	else
		(void)snprintf(text, CPE_TEXT_MAX, "%.64s-%" PRIu64, range->name,
		    range->first + i);
	return text;
}

bool cpe_range_mac(const struct cpe_range *range, uint64_t i, uint8_t ret[6])
{
	if (!range->has_mac)
		return false;
	for (size_t at = 6; at-- > 0;) {
		i += range->mac[at];
		ret[at] = (uint8_t)i;
		i >>= 8;
	}
	return true;
}

char *cpe_range_serial(const struct cpe_range *range, uint64_t i, uint64_t n,
    char *text)
{
	uint8_t mac[6];

	if (range->serials.len > 0)
		(void)snprintf(text, CPE_TEXT_MAX, "%s", range->serials.items[i]);
	else if (range->serial)
		text_count_up(range->serial, i, text, CPE_TEXT_MAX);
	else if (cpe_range_mac(range, i, mac))
		(void)snprintf(text, CPE_TEXT_MAX, "%02X%02X%02X%02X%02X%02X", mac[0],
		    mac[1], mac[2], mac[3], mac[4], mac[5]);
	else
		(void)snprintf(text, CPE_TEXT_MAX, "%012" PRIX64, n + 1);
	return text;
}

char *cpe_range_netns(const struct cpe_range *range, uint64_t i, char *text)
{
	if (!range->netns)
		return NULL;
	if (range->netns_step > 0)
		text_count_up(range->netns, i * range->netns_step, text, CPE_NETNS_MAX);
	else
		(void)snprintf(text, CPE_NETNS_MAX, "%s", range->netns);
	return text;
}

static char *put_text(char *at, struct str text)
{
	if (text.len > 0)
		memcpy(at, text.p, text.len);
	at[text.len] = '\0';
	return at;
}

int cpe_set_names(struct cpe *cpe, struct str name, struct str serial)
{
	char *names = malloc(name.len + 1 + serial.len + 1);

	if (!names)
		return -ENOMEM;
	cpe->serial = put_text(names + name.len + 1, serial);
	(void)put_text(names, name);
	free(cpe->name);
	cpe->name = names;
	return 0;
}
