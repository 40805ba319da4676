#include "agents/acs/reach/call_address.h"

#include "lib/base/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

static int of_ipv4(const struct url *url, struct sockaddr_storage *ret, char *at)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(url->port) };
	uint32_t address;

	if (ipv4_parse(url->host, &address) < 0)
		return ERR_MALFORMED;
	to.sin_addr.s_addr = htonl(address);
	memcpy(ret, &to, sizeof(to));
	(void)snprintf(at, CALL_AT_MAX, "%.*s:%u", STR_ARG(url->host), url->port);
	return (int)sizeof(to);
}

static int of_ipv6(const struct url *url, struct sockaddr_storage *ret, char *at)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6,
		.sin6_port = htons(url->port) };
	char text[INET6_ADDRSTRLEN];

	if (url->host.len >= sizeof(text))
		return ERR_MALFORMED;
	(void)snprintf(text, sizeof(text), "%.*s", STR_ARG(url->host));
	if (inet_pton(AF_INET6, text, &to.sin6_addr) != 1)
		return ERR_MALFORMED;
	memcpy(ret, &to, sizeof(to));
	(void)snprintf(at, CALL_AT_MAX, "[%s]:%u", text, url->port);
	return (int)sizeof(to);
}

int call_address(const struct url *url, struct sockaddr_storage *ret,
    char at[CALL_AT_MAX])
{
	memset(ret, 0, sizeof(*ret));
	return url->is_ipv6 ? of_ipv6(url, ret, at) : of_ipv4(url, ret, at);
}
