/* How every kind of link starts and ends its request. */
#pragma once

#include "lab/kernel/nl.h"
#include "lab/plan/plan.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

/* RTM_NEWLINK with its header; null without memory. */
struct nl_msg *link_request(uint32_t ifindex, unsigned flags, int nl_flags);

/* Name and MAC; 0 or negative. */
int link_put_end(struct nl_msg *msg, const struct plan_end *end);

/* Sends msg if all attributes fitted (put >= 0), frees it in any case. */
int link_send(struct nlsock *sock, struct nl_msg *msg, int put, struct error *err);
