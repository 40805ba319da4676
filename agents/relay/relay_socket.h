/* The sockets of a relay: one of UDP at port 67, by which all comes and requests go out, and one of
 * packets, by which replies reach clients that have no address yet. */
#pragma once

#include "lib/relay/relay.h"

#include "lib/base/error.h"

struct relay_socket;

/* relay is borrowed. ERR_MACHINE without CAP_NET_RAW or CAP_NET_BIND_SERVICE, -errno otherwise,
 * with words; another server on port 67 is told as such. */
int relay_socket_open(struct relay_socket **ret, const struct relay *relay,
    struct error *err);

/* Null is fine. */
void relay_socket_free(struct relay_socket *s);

int relay_socket_fd(const struct relay_socket *s); /* poll it for reading */

/* The interface of a port. */
int relay_socket_ifindex(const struct relay_socket *s, size_t port);

/* The next message: 1, with the port that it came by or RELAY_ANY_PORT; its bytes live until the
 * next call. 0 when there is none. One that is larger than a frame has DHCP_MAX_BYTES + 1. */
int relay_socket_receive(struct relay_socket *s, struct str *ret, int *ret_port);

/* Sends it on. What the kernel does not take is lost, as on any wire; then false. */
bool relay_socket_send(struct relay_socket *s, const struct relay_out *out);
