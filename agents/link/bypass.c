#include "agents/link/bypass.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct route_socket {
	const char *netns; /* borrowed; null: the carrier's own */
	int fd;
};

static bool is_same_place(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* That of the namespace; links that stand next to each other mostly share one. */
static int socket_of(struct carrier *carrier, const char *netns, struct error *err)
{
	struct route_socket *more;
	int fd;

	for (size_t i = carrier->n_routes; i-- > 0;) {
		if (is_same_place(carrier->routes[i].netns, netns))
			return carrier->routes[i].fd;
	}
	more = realloc(carrier->routes, (carrier->n_routes + 1) * sizeof(*more));
	if (!more)
		return error_set(err, -ENOMEM, "out of memory");
	carrier->routes = more;
	fd = shortcut_socket(netns, err);
	if (fd >= 0)
		more[carrier->n_routes++] = (struct route_socket){ netns, fd };
	return fd;
}

int bypass_prepare(struct link *link, const struct link_conf *conf, struct error *err)
{
	int ends[IMPAIR_WAYS], netlink;

	if (!is_same_place(conf->node_end.netns, conf->switch_end.netns))
		return 0;
	netlink = socket_of(link->carrier, conf->node_end.netns, err);
	if (netlink < 0)
		return netlink;
	for (int way = 0; way < IMPAIR_WAYS; way++) {
		ends[way] = link->ports[way].port.ifindex;
		shortcut_clear(netlink, ends[way]);
	}
	for (int way = 0; way < IMPAIR_WAYS; way++) {
		if (impair_is_none(&link->file.way[way]))
			(void)shortcut_make(&link->ports[way].shortcut, netlink,
			    ends[way], ends[IMPAIR_WAYS - 1 - way]);
	}
	return 0;
}

void bypass_begin(struct link_port *port)
{
	if (shortcut_open(&port->shortcut) < 0)
		return;
	/* What has come until now goes on by way of the carrier. */
	if (frame_port_hear(&port->port, false) < 0)
		(void)shortcut_close(&port->shortcut);
}

int bypass_end(struct link_port *port, struct error *err)
{
	int r;

	if (!port->shortcut.is_open)
		return 0;
	r = frame_port_hear(&port->port, true);
	if (r == 0)
		r = shortcut_close(&port->shortcut);
	if (r == 0)
		return 0;
	(void)frame_port_hear(&port->port, false);
	return error_set(err, r, "%s: the kernel goes on passing its frames: %s",
	    port->link->name, error_name(r));
}

void bypass_close(struct carrier *carrier)
{
	for (size_t i = 0; i < carrier->n_routes; i++)
		(void)close(carrier->routes[i].fd);
	free(carrier->routes);
	carrier->routes = NULL;
	carrier->n_routes = 0;
}
