#include "agents/common/route/route_request.h"

#include <stdbool.h>
#include <string.h>

static void *at_end(struct route_request *request)
{
	return request->bytes + NLMSG_ALIGN(request->header.nlmsg_len);
}

static bool has_room(const struct route_request *request, size_t len)
{
	size_t end = NLMSG_ALIGN(request->header.nlmsg_len);

	return len <= sizeof(request->bytes) && end <= sizeof(request->bytes) - len &&
	       RTA_ALIGN(len) <= sizeof(request->bytes) - end;
}

void route_request_init(struct route_request *request, int type, int flags,
    const void *body, size_t len)
{
	memset(request, 0, sizeof(*request));
	request->header.nlmsg_type = (uint16_t)type;
	request->header.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	request->header.nlmsg_len = (uint32_t)NLMSG_LENGTH(len);
	memcpy(request->bytes + NLMSG_HDRLEN, body, len);
}

void route_request_put(struct route_request *request, int type, const void *data,
    size_t len)
{
	struct rtattr *attribute = at_end(request);

	/* The kernel knows no such type, and refuses all of it. */
	if (!has_room(request, RTA_LENGTH(0)) ||
	    !has_room(request, RTA_LENGTH(0) + len)) {
		request->header.nlmsg_type = UINT16_MAX;
		return;
	}
	attribute->rta_type = (uint16_t)type;
	attribute->rta_len = (uint16_t)RTA_LENGTH(len);
	if (len > 0)
		memcpy((char *)attribute + RTA_LENGTH(0), data, len);
	request->header.nlmsg_len =
	    (uint32_t)(NLMSG_ALIGN(request->header.nlmsg_len) + RTA_SPACE(len));
}

void route_request_put_text(struct route_request *request, int type, const char *text)
{
	route_request_put(request, type, text, strlen(text) + 1);
}

void route_request_put_u32(struct route_request *request, int type, uint32_t value)
{
	route_request_put(request, type, &value, sizeof(value));
}

void route_request_put_struct(struct route_request *request, const void *data,
    size_t len)
{
	memcpy(at_end(request), data, len);
	request->header.nlmsg_len += (uint32_t)NLMSG_ALIGN(len);
}

struct rtattr *route_request_begin(struct route_request *request, int type)
{
	struct rtattr *nest = at_end(request);

	route_request_put(request, type, NULL, 0);
	return nest;
}

void route_request_end(struct route_request *request, struct rtattr *nest)
{
	nest->rta_len = (uint16_t)((char *)at_end(request) - (char *)nest);
}

const struct rtattr *route_attribute(const struct rtattr *first, size_t len, int type,
    size_t least)
{
	for (const struct rtattr *at = first; RTA_OK(at, len); at = RTA_NEXT(at, len)) {
		if ((at->rta_type & NLA_TYPE_MASK) == type &&
		    at->rta_len >= RTA_LENGTH(least))
			return at;
	}
	return NULL;
}
