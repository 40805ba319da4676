/* Clients that have leased, told to the kernel as permanent neighbours: the router
 * needs no ARP for them, by which each of its clients would be asked, and they take no
 * place in the table of neighbours, which is one for all namespaces of the machine. A
 * client that leases its address later takes the place of the one before. */
#pragma once

#include "lib/base/error.h"
#include "lib/relay/relay.h"

/* A socket for it, which the caller closes. -errno with words. */
int relay_neighbour_open(struct error *err);

/* Whether the reply gives its client, who is at that port, the address: a DHCPACK, not of a
 * DHCPINFORM, of another address of the port's network. Nobody asks who it is that replies,
 * and permanent neighbours are kept for ever: there are no more than the network has
 * addresses. */
bool relay_neighbour_is(const struct relay_out *reply, const struct relay_port *port);

/* Enters the client of that reply, behind the interface. Without the right to do so, or
 * memory, nothing is entered: then the kernel asks. */
void relay_neighbour_add(int netlink, int ifindex, const struct relay_out *reply);
