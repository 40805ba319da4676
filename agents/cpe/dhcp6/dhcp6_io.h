/* The sockets of one IPv6 host that configures itself: ICMPv6 for what routers say (RFC 4861),
 * and UDP port 546 for DHCPv6 while a client waits for an answer. Both are opened inside the
 * CPE's namespace. */
#pragma once

#include "agents/cpe/dhcp6/dhcp6_client.h"
#include "agents/cpe/dhcp6/router_advert.h"
#include "agents/cpe/place/cpe_place.h"

enum {
	DHCP6_IO_MESSAGE_MAX =
	    4096 /* bytes of an answer; a longer one is passed over */
};

/* Hears router advertisements on the interface of the place. The caller closes it. -errno with
 * words. */
int dhcp6_io_open_router(const struct cpe_place *place, struct error *err);

/* Asks the routers of the link (RFC 4861 6.3.7); mac is the host's. -errno with words. */
int dhcp6_io_solicit_router(const struct cpe_place *place, int fd, const uint8_t mac[6],
    struct error *err);

/* The next advertisement: 1 with its sender; 0 where there is none left. What is none, or comes
 * from elsewhere (RFC 4861 6.1.2), is skipped. */
int dhcp6_io_hear_router(int fd, struct router_advert *ret, uint8_t ret_from[16]);

/* UDP port 546 of the interface. The caller closes it. -errno with words. */
int dhcp6_io_open(const struct cpe_place *place, struct error *err);

/* To all servers and relays of the link. -errno with words. */
int dhcp6_io_send(const struct cpe_place *place, int fd,
    const struct dhcp6_builder *message, struct error *err);

/* The next message from port 547: 1 with its sender, and views into bytes; 0 where there is none
 * left. */
int dhcp6_io_receive(int fd, uint8_t bytes[DHCP6_IO_MESSAGE_MAX],
    struct dhcp6_packet *ret, uint8_t ret_from[16]);

/* Whether the client waits for an answer. */
bool dhcp6_io_is_needed(const struct dhcp6_client *client);
