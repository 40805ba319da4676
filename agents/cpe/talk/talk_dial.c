/* How a talk's connections are made. */
#include "agents/cpe/talk/talk_internal.h"

#include "agents/common/http_client.h"
#include "agents/cpe/session/cpe_session.h"

#include <stdio.h>
#include <sys/socket.h>

enum {
	SLOW_BYTES = 64,           /* that a slow reader takes at a time, */
	SLOW_MS = 100,             /* and how long it rests behind them */
	SLOW_RECEIVE_BUFFER = 2048 /* so that a long answer waits at the ACS */
};

/* Of IPv4 it starts from the CPE's own address; which of IPv6 it starts from is the kernel's to
 * choose, which knows them all (RFC 6724 5). */
static int make_socket(const struct cpe_place *place, const struct endpoint *to,
    struct error *err)
{
	return endpoint_is_ipv4(to->address)
		   ? cpe_place_socket(place, SOCK_STREAM, place->address, err)
		   : cpe_place_make_socket(place, AF_INET6, SOCK_STREAM, 0, err);
}

int talk_dial(struct talk *talk, const struct endpoint *to, struct http_client **ret,
    const struct http_client_handlers *handlers, void *user, struct error *err)
{
	const struct cpe_place *place = talk->config.place;
	const struct url *url = &talk->session->url;
	char name[256];
	struct stream_tls tls = { url->is_https ? talk->config.tls : NULL, name,
		talk->config.tls_memory,
		talk->config.identity[0] ? talk->config.identity : NULL };
	bool is_slow = talk->config.sight.fault == 1u << LOAD_FAULT_SLOW_READER;
	int bytes = SLOW_RECEIVE_BUFFER, r;
	int fd = make_socket(place, to, err);
	struct sockaddr_storage at;
	socklen_t len = endpoint_sockaddr(to, place->ifindex, &at);

	if (fd < 0)
		return fd;
	(void)snprintf(name, sizeof(name), "%.*s", STR_ARG(url->host));
	if (is_slow)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	r = http_client_open(ret, talk->config.loop, fd, (const struct sockaddr *)&at,
	    len, &tls, SESSION_RESPONSE_MAX, talk->config.hoard, handlers, user, err);
	if (r == 0 && is_slow)
		http_client_read_slowly(*ret, SLOW_BYTES, SLOW_MS);
	return r;
}
