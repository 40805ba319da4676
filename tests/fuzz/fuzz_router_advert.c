/* A router advertisement: bytes of an ICMPv6 message. */
#include "agents/cpe/dhcp6/router_advert.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct router_advert advert;
	struct error err = ERROR_NULL;

	if (router_advert_parse(&advert, data, size, &err) < 0 &&
	    (err.offset > size || err.text[0] == '\0'))
		abort();
	if (advert.n_dns > ROUTER_ADVERT_DNS_MAX)
		abort();
	return 0;
}
