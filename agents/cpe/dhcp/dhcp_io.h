/* The sockets of one DHCP client: an Ethernet packet socket with a filter for its own MAC
 * while it has no address, UDP port 68 for renewals. They are opened inside the CPE's
 * namespace and only for as long as they are needed, so that a bound CPE costs none. */
#pragma once

#include "agents/cpe/dhcp/dhcp_client.h"
#include "agents/cpe/place/cpe_place.h"

struct dhcp_io {
	const struct cpe_place *place; /* borrowed; it has an interface */
	uint8_t mac[6];
	int fd; /* poll this for reading; -1: nothing is expected. Compare it with what you
	           poll after each dhcp_io_apply(); where only closing it would hurt your
	           loop, call dhcp_io_will_close() before */
	/* Is given the packet sockets that are needed no more, and closes them when it
	 * likes: the kernel keeps the caller of close() waiting for 10 ms. Null: they are
	 * closed at once. */
	void (*close_packet)(void *user, int fd);
	void *user;
	/* the rest is private */
	int udp;
	uint32_t probing; /* address that is probed; 0: fd listens for DHCP */
};

#define DHCP_IO_NULL                               \
	{                                          \
		.place = NULL, .fd = -1, .udp = -1 \
	}

/* mac is the client's; null: that of the interface, which is looked up. -errno with
 * words. */
int dhcp_io_init(struct dhcp_io *io, const struct cpe_place *place, const uint8_t *mac,
    struct error *err);

/* Whether dhcp_io_apply() with a client in this state will close fd, so that the caller can
 * stop polling it before. */
bool dhcp_io_will_close(const struct dhcp_io *io, const struct dhcp_client *client);

/* Does the sending actions (BROADCAST, UNICAST, PROBE), and opens or closes the sockets as
 * the client's state needs. The other actions are the caller's work, in their order, after
 * this call: a RELEASE goes out from the address that LOST takes off. A frame that could not
 * be sent is as good as lost on the wire: the client's timer covers it; the failure is
 * returned for the log. */
int dhcp_io_apply(struct dhcp_io *io, const struct dhcp_client *client,
    const struct dhcp_client_actions *actions, struct error *err);

/* To be called when fd is readable, and when polling it reports an error, which is what a
 * link that goes down looks like: reading clears it (then poll anew; libuv stops by itself).
 * Reads one frame from fd: 1 and *ret_event (PACKET with *ret_packet filled, or CONFLICT)
 * to step the client with; 0 when there is none (left); frames that are not for us are
 * skipped. -errno when the socket is broken. */
int dhcp_io_receive(struct dhcp_io *io, enum dhcp_client_event *ret_event,
    struct dhcp_packet *ret_packet);

/* Closes the sockets. Safe to repeat. */
void dhcp_io_close(struct dhcp_io *io);
