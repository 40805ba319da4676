/* Sockets of a place, of any family. */
#include "agents/cpe/place/cpe_place.h"

#include "agents/common/netns.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

int cpe_place_make_socket(const struct cpe_place *place, int family, int type,
    int protocol, struct error *err)
{
	int home, fd;
	int r = netns_enter(place->netns, &home, err);

	if (r < 0)
		return r;
	fd = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
	r = -errno;
	netns_leave(home);
	return fd < 0 ? error_set(err, r, "socket: %s", strerror(-r)) : fd;
}
