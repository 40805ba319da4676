/* Whether a connection goes where a URL says. */
#pragma once

#include "capture/record/records.h"

enum conn_target {
	CONN_ELSEWHERE,
	CONN_THERE,
	CONN_BY_NAME, /* the port fits; the address must be one of the name's */
};

/* An address of IPv4 in the URL is there on any connection of IPv6 to its port: NAT64
 * may lead it so. */
enum conn_target conn_target(const struct conn_record *conn, const struct url *url);
