#include "agents/link/bypass.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct route_socket {
	const char *netns; /* borrowed; null: the carrier's own */
	int fd;
};

/* That of the namespace; links that stand next to each other mostly share one. */
static int socket_of(struct carrier *carrier, const char *netns, struct error *err)
{
	struct route_socket *more;
	int fd;

	for (size_t i = carrier->n_routes; i-- > 0;) {
		if (shortcut_is_one_place(carrier->routes[i].netns, netns))
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

bool bypass_is_possible(const struct link_conf *conf)
{
	return shortcut_is_one_place(conf->node_end.netns, conf->switch_end.netns);
}

/* Made only for what the file leaves plain: most links that are impaired stay so. */
static int prepare_way(struct link_port *port, int netlink, const char *netns,
    const char *interface, struct error *err)
{
	struct carrier *carrier = port->link->carrier;
	enum impair_way other = (enum impair_way)(IMPAIR_WAYS - 1 - port->way);
	int from = port->port.ifindex, to = port->link->ports[other].port.ifindex;
	bool is_made = impair_is_none(&port->link->file.way[port->way]) &&
		       shortcut_make(&port->shortcut, netlink, from, to);

	if (!is_made || !port->is_plain)
		shortcut_forget(netlink, from);
	return is_made ? counter_add(&carrier->counter, netns, interface,
			     &port->shortcut, err)
		       : 0;
}

int bypass_prepare(struct link *link, const struct link_conf *conf, struct error *err)
{
	const struct link_end_conf *ends[IMPAIR_WAYS] = { &conf->node_end,
		&conf->switch_end };
	int netlink, r = 0;

	if (!bypass_is_possible(conf))
		return 0;
	netlink = socket_of(link->carrier, conf->node_end.netns, err);
	if (netlink < 0)
		return netlink;
	for (int way = 0; way < IMPAIR_WAYS && r == 0; way++)
		r = prepare_way(&link->ports[way], netlink, ends[way]->netns,
		    ends[way]->interface, err);
	return r;
}

void bypass_begin(struct link_port *port)
{
	if (shortcut_open(&port->shortcut) < 0) {
		(void)frame_port_hear(&port->port, true);
		return;
	}
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

static void drop_way(struct link_port *port, const struct link_end_conf *end)
{
	if (port->shortcut.netlink >= 0)
		counter_drop(&port->link->carrier->counter, end->netns, end->interface);
	shortcut_unmake(&port->shortcut);
}

void bypass_drop(struct link *link)
{
	drop_way(&link->ports[IMPAIR_WAY_UP], &link->conf->node_end);
	drop_way(&link->ports[IMPAIR_WAY_DOWN], &link->conf->switch_end);
}

static int renew_way(struct link_port *port, int netlink,
    const struct link_end_conf *end, struct error *err)
{
	bool is_made = port->shortcut.netlink >= 0;
	bool is_wanted = impair_is_none(&port->link->file.way[port->way]);
	int r = 0;

	if (is_made && !is_wanted && port->shortcut.is_open)
		r = bypass_end(port, err);
	if (r == 0 && is_made && !is_wanted)
		drop_way(port, end);
	if (r < 0 || is_made || !is_wanted)
		return r;
	r = prepare_way(port, netlink, end->netns, end->interface, err);
	if (r == 0 && port->is_plain)
		bypass_begin(port);
	return r;
}

int bypass_renew(struct link *link, struct error *err)
{
	int netlink, r;

	if (!bypass_is_possible(link->conf))
		return 0;
	netlink = socket_of(link->carrier, link->conf->node_end.netns, err);
	if (netlink < 0)
		return netlink;
	r = renew_way(&link->ports[IMPAIR_WAY_UP], netlink, &link->conf->node_end, err);
	return r < 0 ? r
		     : renew_way(&link->ports[IMPAIR_WAY_DOWN], netlink,
			   &link->conf->switch_end, err);
}

static bool is_used(const struct carrier *carrier, const char *netns)
{
	for (size_t i = 0; i < carrier->n_links; i++) {
		const struct link *link = &carrier->links[i];

		if (link->name &&
		    shortcut_is_one_place(link->conf->node_end.netns, netns))
			return true;
	}
	return false;
}

/* Another namespace may come to have the path. */
void bypass_prune(struct carrier *carrier)
{
	for (size_t i = carrier->n_routes; i-- > 0;) {
		struct route_socket *route = &carrier->routes[i];

		if (is_used(carrier, route->netns))
			continue;
		(void)close(route->fd);
		*route = carrier->routes[--carrier->n_routes];
	}
}

void bypass_close(struct carrier *carrier)
{
	for (size_t i = 0; i < carrier->n_links; i++) {
		for (int way = 0; way < IMPAIR_WAYS; way++)
			shortcut_unmake(&carrier->links[i].ports[way].shortcut);
	}
	for (size_t i = 0; i < carrier->n_routes; i++)
		(void)close(carrier->routes[i].fd);
	free(carrier->routes);
	carrier->routes = NULL;
	carrier->n_routes = 0;
}
