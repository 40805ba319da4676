/* Links, addresses and routes of a lab, asked for on a netlink socket of the namespace
 * concerned. Names, numbers and MACs come from the plan. All return 0 or -errno; err names
 * the link, address or route and has the kernel's reason. */
#pragma once

#include "lab/plan/plan.h"

struct nlsock;

/* A bridge, up, or down where it is a sink. Multicast snooping is off: nothing in a lab needs it and it costs time for
 * each port. */
int link_bridge_add(struct nlsock *sock, const struct plan_bridge *bridge,
    struct error *err);

/* A pair in one request. The near end is up, unless it says otherwise, and in its bridge; the peer is made directly in
 * the namespace of peer_ns_fd (to move it there afterwards takes 30 times as long) and is
 * down, because no flag can be set from here. */
int link_veth_add(struct nlsock *sock, const struct plan_veth *veth, int peer_ns_fd,
    struct error *err);

/* An interface for frames of one VLAN of another one, down. */
int link_vlan_add(struct nlsock *sock, const struct plan_vlan *vlan, struct error *err);

/* Has a port of a bridge that keeps VLANs apart pass those of its cable, and no other. */
int link_port_vlans(struct nlsock *sock, const struct plan_port_vlans *port,
    struct error *err);

/* Raises the interface, without an IPv6 address of its own unless it is lo or has IPv6, and puts
 * it into the bridge master if that is not 0. */
int link_up(struct nlsock *sock, const struct plan_up *up, struct error *err);

/* With the broadcast address of its net. */
int link_address_add(struct nlsock *sock, const struct plan_address *address,
    struct error *err);

/* Tells the kernel the MAC of a neighbour (address in host order), for good and in
 * place of what it learned. Such an entry needs no ARP and does not count against the
 * limit of those that were learned, which all namespaces of the machine share. */
int link_neighbour_add(struct nlsock *sock, uint32_t ifindex, uint32_t address,
    const uint8_t mac[6], struct error *err);

/* The same of an address of IPv6, which then needs no solicitation. */
int link_neighbour6_add(struct nlsock *sock, uint32_t ifindex,
    const uint8_t address[16], const uint8_t mac[6], struct error *err);

/* A route, of whichever kind. */
int link_route_add(struct nlsock *sock, const struct plan_route *route,
    struct error *err);

/* Takes it away; one that is not there is none to take away. */
int link_route_remove(struct nlsock *sock, const struct plan_route *route,
    struct error *err);

/* Takes the interface away, and with it the other end of its pair, wherever that is. One that is
 * not there is none to take away. */
int link_remove(struct nlsock *sock, uint32_t ifindex, struct error *err);
