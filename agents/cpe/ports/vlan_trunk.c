#include "agents/cpe/ports/vlan_trunk.h"

#include "lib/base/compiler.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- reading ------------------------------------------------------------------------------ */

/* What is there, but no more than others can wait for; is_trunk: port is a trunk's. */
static void carry(struct frame_port *port, struct frame_reader *reader, bool is_trunk)
{
	struct port_frame frames[PORT_BATCH];
	int n = 0, batches = 0;

	while (batches < PORT_READS_MAX &&
	       (n = frame_port_read(port, reader, frames)) > 0) {
		if (is_trunk)
			vlan_trunk_pass(container_of(port, struct vlan_trunk, port),
			    frames, (unsigned)n);
		else
			vlan_pair_pass(container_of(port, struct vlan_pair, port),
			    frames, (unsigned)n);
		batches++;
	}
	if (n > 0)
		poll_item_again(&port->poll);
}

static void on_trunk(struct poll_item *item, unsigned events)
{
	struct vlan_trunk *trunk = container_of(item, struct vlan_trunk, port.poll);

	(void)events;
	carry(&trunk->port, trunk->reader, true);
}

static void on_pair(struct poll_item *item, unsigned events)
{
	struct vlan_pair *pair = container_of(item, struct vlan_pair, port.poll);

	(void)events;
	carry(&pair->port, pair->trunk->reader, false);
}

/* ---- open and close ------------------------------------------------------------------------ */

static int open_port(struct frame_port *port, uv_loop_t *loop,
    const struct cpe_place *place, int ifindex, const char *name, struct error *err)
{
	/* Protocol 0: nothing comes before the interface is chosen. */
	int fd = cpe_place_make_socket(place, AF_PACKET, SOCK_RAW, 0, err), r;

	port->fd = -1;
	if (fd < 0)
		return fd;
	r = frame_port_take(port, fd, ifindex, name, err);
	if (r < 0) {
		(void)close(fd);
		return r;
	}
	r = poll_item_join(&port->poll, loop, fd, err);
	if (r < 0)
		frame_port_close(port);
	return r;
}

int vlan_trunk_open(struct vlan_trunk *trunk, uv_loop_t *loop,
    const struct cpe_place *place, int ifindex, const char *name, struct error *err)
{
	trunk->port.poll.ready = on_trunk;
	return open_port(&trunk->port, loop, place, ifindex, name, err);
}

int vlan_trunk_give_up(struct vlan_trunk *trunk)
{
	return trunk->port.poll.ready ? frame_port_give_up(&trunk->port) : -1;
}

int vlan_pair_open(struct vlan_pair *pair, struct vlan_trunk *trunk, unsigned vlan,
    uv_loop_t *loop, const struct cpe_place *place, int ifindex, struct error *err)
{
	int r;

	memset(pair, 0, sizeof(*pair));
	pair->port.poll.ready = on_pair;
	r = open_port(&pair->port, loop, place, ifindex, "the end of a VLAN", err);
	if (r < 0)
		return r;
	pair->trunk = trunk;
	pair->vlan = vlan;
	trunk->pairs[vlan] = pair;
	return 0;
}

int vlan_pair_give_up(struct vlan_pair *pair)
{
	if (!pair->trunk)
		return -1;
	pair->trunk->pairs[pair->vlan] = NULL;
	pair->trunk = NULL;
	return frame_port_give_up(&pair->port);
}
