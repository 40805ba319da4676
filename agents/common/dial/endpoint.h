/* An address of either version of IP with a port: where a connection goes to. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum {
	ENDPOINT_ADDRESS = 16, /* bytes; of IPv4 mapped (RFC 4291 2.5.5.2) */
	ENDPOINT_TEXT_MAX = 56 /* "[2001:db8::1]:7547", terminated */
};

struct endpoint {
	uint8_t address[ENDPOINT_ADDRESS];
	uint16_t port;
};

/* address in host order. */
struct endpoint endpoint_ipv4(uint32_t address, uint16_t port);
struct endpoint endpoint_ipv6(const uint8_t address[ENDPOINT_ADDRESS], uint16_t port);

bool endpoint_is_ipv4(const uint8_t address[ENDPOINT_ADDRESS]);

/* Host order; of one that is IPv4. */
uint32_t endpoint_address_ipv4(const struct endpoint *endpoint);

/* As sockets want it; link: the interface of an address that holds on one link alone. */
socklen_t endpoint_sockaddr(const struct endpoint *endpoint, int link,
    struct sockaddr_storage *ret);

/* "10.0.0.1:80", "[2001:db8::1]:80". text is returned. */
char *endpoint_text(const struct endpoint *endpoint, char text[ENDPOINT_TEXT_MAX]);
