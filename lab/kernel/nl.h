/* A route netlink socket: one request, one answer, the kernel's own words on failure. The
 * socket stays in the network namespace in which it was opened, wherever its process goes,
 * so that a switch is configured without entering it again. */
#pragma once

#include "lib/base/cleanup.h"
#include "lib/base/error.h"

#include <stdint.h>

struct nl_msg;
struct nlsock;

/* Opens a socket in the namespace the calling thread is in. The caller closes *ret. 0 or
 * -errno. */
int nlsock_open(struct nlsock **ret, struct error *err);

/* Safe with null. */
void nlsock_close(struct nlsock *sock);
DEFINE_CLEANUP(struct nlsock *, nlsock_close)

/* A new request of type (RTM_*) with flags beside NLM_F_REQUEST and NLM_F_ACK; null without
 * memory. The caller gives it to nlsock_call() or frees it with nlmsg_free(). */
struct nl_msg *nlsock_request(int type, int flags);

/* Sends msg, frees it in any case and waits for the answer, two minutes at most. A msg of
 * null is -ENOMEM. Returns 0 or -errno (-ETIMEDOUT without an answer); the text is `kernel
 * says "..."` where the kernel gives a reason, otherwise the name of the error. */
int nlsock_call(struct nlsock *sock, struct nl_msg *msg, struct error *err);
