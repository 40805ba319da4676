/* Requests to the kernel's routing netlink (rtnetlink(7)), and the attributes of its answers. */
#pragma once

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <stdint.h>

/* Room for the longest that is asked. One that does not fit is refused by the kernel as of no type that
 * it knows. */
struct route_request {
	union {
		struct nlmsghdr header;
		char bytes[512];
	};
};

/* A request of that type (RTM_NEWLINK...), whose answer is an acknowledgement where flags (NLM_F_ACK...)
 * ask for one. body, of len bytes, is the type's struct. NLM_F_REQUEST is added. */
void route_request_init(struct route_request *request, int type, int flags,
    const void *body, size_t len);

void route_request_put(struct route_request *request, int type, const void *data,
    size_t len);
void route_request_put_text(struct route_request *request, int type, const char *text);
void route_request_put_u32(struct route_request *request, int type, uint32_t value);

/* The struct that some nests begin with, which is no attribute. */
void route_request_put_struct(struct route_request *request, const void *data,
    size_t len);

/* Attributes that follow are inside of one of that type, until route_request_end(). */
struct rtattr *route_request_begin(struct route_request *request, int type);
void route_request_end(struct route_request *request, struct rtattr *nest);

/* The attribute of that type, with at least so many bytes of data, among the len bytes from first on;
 * null: there is none. */
const struct rtattr *route_attribute(const struct rtattr *first, size_t len, int type,
    size_t least);
