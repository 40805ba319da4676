/* The server's one packet socket: requests come out of a ring in shared memory, replies go
 * out many at a time. After opening it asks the kernel nothing about interfaces, routes or
 * neighbours: while namespaces are built, each such question can wait for seconds. */
#pragma once

#include "agents/lessor/server.h"
#include "lib/proto/dhcp_frame.h"

enum {
	SERVER_SOCKET_BATCH = 64 /* replies that wait for one system call */
};

struct server_socket;

/* address: what replies come from. ERR_MACHINE without CAP_NET_RAW, -errno otherwise, with
 * words; another server on port 67 is told as such. */
int server_socket_open(struct server_socket **ret, const char *interface,
    uint32_t address, struct error *err);

/* Null is fine. */
void server_socket_free(struct server_socket *s);

int server_socket_fd(const struct server_socket *s); /* poll it for reading */

/* After poll() reported an error: the link went down, most likely. */
void server_socket_clear_error(struct server_socket *s);

/* The next request: 1 and its frame, which lives until the next call; 0 when there is none. */
int server_socket_receive(struct server_socket *s, struct dhcp_frame *ret);

/* Queues the reply to a request; the oldest are sent when the batch is full. */
void server_socket_reply(struct server_socket *s, const struct dhcp_frame *request,
    const struct dhcp_reply *reply);

/* Sends what is queued. Frames that the kernel does not take are lost, as on any wire. */
void server_socket_flush(struct server_socket *s);

/* How many frames the kernel had no room for, so far. */
uint64_t server_socket_drops(struct server_socket *s);
