#include "capture/frame/address.h"

#include "lib/base/text.h"
#include "lib/base/wire.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

struct address address_of_ipv4(uint32_t address)
{
	struct address ret = { .family = ADDRESS_IPV4 };

	put_u32(ret.bytes, address);
	return ret;
}

char *address_text(const struct address *address, char *text)
{
	text[0] = '\0';
	switch (address->family) {
	case ADDRESS_IPV4:
		/* inet_ntop() prints with a format: each message tells two addresses. */
		(void)ipv4_text(get_u32(address->bytes), text);
		break;
	case ADDRESS_IPV6:
		(void)inet_ntop(AF_INET6, address->bytes, text, ADDRESS_TEXT_MAX);
		break;
	case ADDRESS_NONE:
		break;
	}
	return text;
}

char *address_port_text(const struct address *address, uint16_t port, char *text)
{
	bool is_ip6 = address->family == ADDRESS_IPV6;
	char host[ADDRESS_TEXT_MAX];

	(void)snprintf(text, ADDRESS_PORT_TEXT_MAX, is_ip6 ? "[%s]:%u" : "%s:%u",
	    address_text(address, host), port);
	return text;
}

bool address_eq(const struct address *a, const struct address *b)
{
	return a->family == b->family &&
	       memcmp(a->bytes, b->bytes,
		   a->family == ADDRESS_IPV4 ? 4 : sizeof(a->bytes)) == 0;
}

bool address_is_ip6(const struct address *address, struct str text)
{
	char copy[ADDRESS_TEXT_MAX];
	uint8_t bytes[16];

	if (address->family != ADDRESS_IPV6 || text.len >= sizeof(copy))
		return false;
	(void)snprintf(copy, sizeof(copy), "%.*s", STR_ARG(text));
	return inet_pton(AF_INET6, copy, bytes) == 1 &&
	       memcmp(bytes, address->bytes, sizeof(bytes)) == 0;
}
