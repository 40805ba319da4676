/* A router solicitation: bytes of an ICMPv6 message, with the hop limit before them. What is answered has
 * options that fill it. */
#include "agents/router/advert.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str message;
	size_t at = ADVERT_ASKED_LEAST;

	if (size == 0)
		return 0;
	message = str_make((const char *)data + 1, size - 1);
	(void)advert_is_asked(message, data[0], true);
	if (!advert_is_asked(message, data[0], false))
		return 0;
	while (at + 1 < message.len)
		at += (size_t)(uint8_t)message.p[at + 1] * 8;
	if (data[0] != ADVERT_HOPS || at != message.len)
		abort();
	return 0;
}
