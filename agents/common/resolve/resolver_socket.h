/* The sockets that c-ares asks by: in a network namespace, and from an address there. */
#pragma once

#include <ares.h>
#include <stdint.h>

struct resolver_from {
	int netns;        /* -1: the process's own */
	uint32_t address; /* host order; 0: as the kernel picks. Of IPv4 alone */
};

/* Their user is a struct resolver_from, which lives as long as the channel. */
extern const struct ares_socket_functions resolver_sockets;
