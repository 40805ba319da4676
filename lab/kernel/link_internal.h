/* How every kind of link starts and ends its request. */
#pragma once

#include "lab/kernel/nl.h"
#include "lab/plan/plan.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

/* RTM_NEWLINK with its header, which sets the flags (IFF_*) of the interface; nl_flags are
 * those of nlsock_request(). The caller gives it to link_send() or frees it. Null without
 * memory. */
struct nl_msg *link_request(uint32_t ifindex, unsigned flags, int nl_flags);

/* Appends name and MAC; 0, or negative when they do not fit. */
int link_put_end(struct nl_msg *msg, const struct plan_end *end);

/* Sends msg as nlsock_call() does if all attributes fitted (put >= 0), else fails with
 * -ENOMEM. Frees msg in any case. */
int link_send(struct nlsock *sock, struct nl_msg *msg, int put, struct error *err);
