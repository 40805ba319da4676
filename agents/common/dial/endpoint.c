#include "agents/common/dial/endpoint.h"

#include "lib/base/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

struct endpoint endpoint_ipv4(uint32_t address, uint16_t port)
{
	struct endpoint ret = { .port = port };
	uint32_t bytes = htonl(address);

	memcpy(ret.address, mapped, sizeof(mapped));
	memcpy(ret.address + sizeof(mapped), &bytes, sizeof(bytes));
	return ret;
}

struct endpoint endpoint_ipv6(const uint8_t address[ENDPOINT_ADDRESS], uint16_t port)
{
	struct endpoint ret = { .port = port };

	memcpy(ret.address, address, sizeof(ret.address));
	return ret;
}

bool endpoint_is_ipv4(const uint8_t address[ENDPOINT_ADDRESS])
{
	return memcmp(address, mapped, sizeof(mapped)) == 0;
}

uint32_t endpoint_address_ipv4(const struct endpoint *endpoint)
{
	uint32_t bytes;

	memcpy(&bytes, endpoint->address + sizeof(mapped), sizeof(bytes));
	return ntohl(bytes);
}

socklen_t endpoint_sockaddr(const struct endpoint *endpoint, int link,
    struct sockaddr_storage *ret)
{
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
		.sin6_port = htons(endpoint->port) };
	const struct sockaddr_in v4 = { .sin_family = AF_INET,
		.sin_port = htons(endpoint->port),
		.sin_addr.s_addr = htonl(endpoint_address_ipv4(endpoint)) };

	memset(ret, 0, sizeof(*ret));
	if (endpoint_is_ipv4(endpoint->address)) {
		memcpy(ret, &v4, sizeof(v4));
		return sizeof(v4);
	}
	memcpy(&v6.sin6_addr, endpoint->address, sizeof(v6.sin6_addr));
	if (IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr))
		v6.sin6_scope_id = (uint32_t)link;
	memcpy(ret, &v6, sizeof(v6));
	return sizeof(v6);
}

char *endpoint_text(const struct endpoint *endpoint, char text[ENDPOINT_TEXT_MAX])
{
	char address[INET6_ADDRSTRLEN];

	if (endpoint_is_ipv4(endpoint->address))
		(void)snprintf(text, ENDPOINT_TEXT_MAX, "%s:%u",
		    ipv4_text(endpoint_address_ipv4(endpoint), address),
		    endpoint->port);
	else
		(void)snprintf(text, ENDPOINT_TEXT_MAX, "[%s]:%u",
		    inet_ntop(AF_INET6, endpoint->address, address, sizeof(address)),
		    endpoint->port);
	return text;
}
