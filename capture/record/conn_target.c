#include "capture/record/conn_target.h"

#include "lib/base/text.h"
#include "lib/base/wire.h"

enum conn_target conn_target(const struct conn_record *conn, const struct url *url)
{
	uint32_t literal;
	bool is_there;

	if (conn->server_port != url->port)
		return CONN_ELSEWHERE;
	if (ipv4_parse(url->host, &literal) == 0) /* else by NAT64, maybe */
		is_there = conn->server.family != ADDRESS_IPV4 ||
			   literal == get_u32(conn->server.bytes);
	else if (url->is_ipv6)
		is_there = address_is_ip6(&conn->server, url->host);
	else
		return CONN_BY_NAME;
	return is_there ? CONN_THERE : CONN_ELSEWHERE;
}
