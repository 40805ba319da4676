/* The packet socket of a switch that snoops: DHCP of all interfaces of its namespace, the ports. Which
 * these are is looked up as frames come, since ports come and go while a lab is up. */
#pragma once

#include "lib/proto/dhcp_frame.h"

#include <stdbool.h>

enum {
	SNOOP_PORTS_MAX = 1024,
	SNOOP_PORT_NAME_MAX = 16,
	SNOOP_READS_MAX = 16 /* frames in one call that are no DHCP */
};

struct snoop_socket;

/* bridge: the interface that is no port; borrowed. ERR_MACHINE without CAP_NET_RAW, -errno otherwise,
 * with words. */
int snoop_socket_open(struct snoop_socket **ret, const char *bridge, struct error *err);

/* Null is fine. */
void snoop_socket_free(struct snoop_socket *s);

int snoop_socket_fd(const struct snoop_socket *s); /* poll it for reading */

/* Looks which ports there are; their names live until the next call. */
size_t snoop_socket_ports(struct snoop_socket *s, const char *names[SNOOP_PORTS_MAX]);

/* Whether the interface is a port, as of the last snoop_socket_ports(), and which. */
bool snoop_socket_find(const struct snoop_socket *s, int ifindex, size_t *ret);

/* The next frame of DHCP that came by an interface, port or not: 1, and it lives until the next
 * call. 0: there is none, or others are to get their turn before more of what is none is read. */
int snoop_socket_receive(struct snoop_socket *s, struct dhcp_frame *ret,
    int *ret_ifindex);

/* Sends it out of a port. False: the kernel did not take it. */
bool snoop_socket_send(struct snoop_socket *s, const struct dhcp_frame *frame,
    size_t port);
