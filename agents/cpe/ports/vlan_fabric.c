#include "agents/cpe/ports/vlan_fabric.h"

#include "agents/cpe/ports/vlan_links.h"
#include "agents/cpe/ports/vlan_sweep.h"
#include "agents/cpe/ports/vlan_trunk.h"
#include "lib/base/cleanup.h"

#include <errno.h>
#include <linux/if.h>
#include <stdlib.h>
#include <string.h>

struct vlan_fabric {
	const struct cpe_place *place;
	uv_loop_t *loop;
	struct frame_reader *reader;
	struct vlan_sweep *sweep;
	struct vlan_wish wish; /* that the kernel is */
	/* Kept once they were made: a socket that has left the loop may still be told of. */
	struct vlan_trunk *trunks[PORTS_MAX];
	struct vlan_pair pairs[PORT_PAIRS_MAX];
};

/* One change of the kernel to what is wished for. */
struct change {
	struct vlan_fabric *fabric;
	const struct port_table *table;
	const struct vlan_wish *wish;
	struct vlan_rows rows;  /* that were there before it */
	struct vlan_set needed; /* VLANs that have a bridge then, but VLAN 1 */
	bool has_sink;
	struct error *err;
};

/* ---- what is needed ----------------------------------------------------------------------- */

static bool is_wanted_pair(const struct vlan_wish *wish, unsigned number, unsigned vlan)
{
	const struct vlan_port *port;

	if (number < 1 || number > PORTS_MAX)
		return false;
	port = &wish->ports[number - 1];
	return port->is_carried && (vlan_set_has(&port->tagged, vlan) ||
				       vlan_set_has(&port->untagged, vlan));
}

static bool is_routed(const struct vlan_wish *wish, unsigned vlan)
{
	for (uint32_t i = 0; i < wish->n_addresses; i++) {
		if (wish->addresses[i].vlan == vlan)
			return true;
	}
	return false;
}

static void list_needed(struct change *change)
{
	const struct vlan_wish *wish = change->wish;

	for (unsigned i = 0; i < change->table->n_ports; i++) {
		const struct vlan_port *port = &wish->ports[i];
		struct vlan_set passes = vlan_port_passes(port);

		if (port->is_carried)
			vlan_set_join(&change->needed, &passes);
		else
			vlan_set_add(&change->needed, port->pvid, port->pvid);
		change->has_sink |= port->is_carried;
	}
	for (uint32_t i = 0; i < wish->n_addresses; i++)
		vlan_set_add(&change->needed, wish->addresses[i].vlan,
		    wish->addresses[i].vlan);
	vlan_set_remove(&change->needed, VLAN_DEFAULT, VLAN_DEFAULT);
}

static const struct vlan_row *find(const struct change *change, enum vlan_link link,
    unsigned number, unsigned vlan)
{
	return vlan_rows_find(&change->rows,
	    vlan_ifindex(change->fabric->place, link, number, vlan));
}

/* ---- making ------------------------------------------------------------------------------- */

static int make_bridge(struct change *change, unsigned vlan)
{
	const struct cpe_place *place = change->fabric->place;
	const struct vlan_row *row = find(change, VLAN_LINK_BRIDGE, 0, vlan);
	bool routed = is_routed(change->wish, vlan);

	if (!row)
		return vlan_links_add_bridge(place, &change->rows, vlan, routed,
		    change->err);
	if (vlan == VLAN_SINK || !(row->flags & IFF_NOARP) == routed)
		return 0;
	return vlan_links_set_routed(place, row->ifindex, routed, change->err);
}

static int make_bridges(struct change *change)
{
	int r = change->has_sink ? make_bridge(change, VLAN_SINK) : 0;

	for (unsigned vlan = VLAN_MIN; vlan <= VLAN_MAX && r == 0; vlan++) {
		if (vlan_set_has(&change->needed, vlan))
			r = make_bridge(change, vlan);
	}
	return r;
}

static int make_pairs(struct change *change)
{
	int r = 0;

	for (unsigned number = 1; number <= change->table->n_ports; number++) {
		for (unsigned vlan = VLAN_MIN; vlan <= VLAN_MAX && r == 0; vlan++) {
			if (is_wanted_pair(change->wish, number, vlan) &&
			    !find(change, VLAN_LINK_NEAR, number, vlan))
				r = vlan_links_add_pair(change->fabric->place, number,
				    vlan, change->err);
		}
	}
	return r;
}

static int move_ports(struct change *change)
{
	const struct cpe_place *place = change->fabric->place;
	int r = 0;

	for (unsigned i = 0; i < change->table->n_ports && r == 0; i++) {
		const struct vlan_port *port = &change->wish->ports[i];
		int wanted = vlan_ifindex(place, VLAN_LINK_BRIDGE, 0,
		    port->is_carried ? VLAN_SINK : port->pvid);
		const struct vlan_row *row =
		    vlan_rows_find(&change->rows, change->table->ports[i].ifindex);

		if (row && change->table->ports[i].is_there && row->master != wanted)
			r = vlan_links_set_master(place, row->ifindex, wanted,
			    change->err);
	}
	return r;
}

/* ---- carrying ------------------------------------------------------------------------------ */

static struct vlan_pair *free_pair(struct vlan_fabric *fabric)
{
	for (size_t i = 0; i < PORT_PAIRS_MAX; i++) {
		if (!fabric->pairs[i].trunk)
			return &fabric->pairs[i];
	}
	return NULL;
}

static int open_trunk(struct change *change, unsigned i)
{
	struct vlan_fabric *fabric = change->fabric;
	const struct port *port = &change->table->ports[i];
	struct vlan_trunk *trunk = fabric->trunks[i];

	if (!trunk) {
		trunk = calloc(1, sizeof(*trunk));
		if (!trunk)
			return error_set(change->err, -ENOMEM, "no memory for a trunk");
		trunk->reader = fabric->reader;
		trunk->port.fd = -1;
		fabric->trunks[i] = trunk;
	}
	trunk->pvid = change->wish->ports[i].pvid;
	if (trunk->port.fd >= 0 || !port->is_there)
		return 0;
	return vlan_trunk_open(trunk, fabric->loop, fabric->place, port->ifindex,
	    port->name, change->err);
}

static int open_pairs(struct change *change, unsigned i)
{
	struct vlan_fabric *fabric = change->fabric;
	struct vlan_trunk *trunk = fabric->trunks[i];
	const struct vlan_port *port = &change->wish->ports[i];
	int r = 0;

	for (unsigned vlan = VLAN_MIN; vlan <= VLAN_MAX && r == 0; vlan++) {
		struct vlan_pair *pair = trunk->pairs[vlan];

		if (!is_wanted_pair(change->wish, i + 1, vlan))
			continue;
		if (!pair) {
			pair = free_pair(fabric);
			r = !pair ? error_set(change->err, ERR_LIMIT,
					"too many VLANs on trunks")
				  : vlan_pair_open(pair, trunk, vlan, fabric->loop,
					fabric->place,
					vlan_ifindex(fabric->place, VLAN_LINK_FAR,
					    i + 1, vlan),
					change->err);
		}
		if (r == 0)
			pair->is_tagged = vlan_set_has(&port->tagged, vlan);
	}
	return r;
}

/* Before the links of what is carried no more go. */
static void close_others(struct vlan_fabric *fabric, const struct vlan_wish *wish)
{
	for (unsigned i = 0; i < PORTS_MAX; i++) {
		struct vlan_trunk *trunk = fabric->trunks[i];

		for (unsigned vlan = VLAN_MIN; trunk && vlan <= VLAN_MAX; vlan++) {
			if (trunk->pairs[vlan] &&
			    (!wish || !is_wanted_pair(wish, i + 1, vlan)))
				vlan_sweep_socket(fabric->sweep,
				    vlan_pair_give_up(trunk->pairs[vlan]));
		}
		if (trunk && (!wish || !wish->ports[i].is_carried))
			vlan_sweep_socket(fabric->sweep, vlan_trunk_give_up(trunk));
	}
}

static int carry(struct change *change)
{
	int r = 0;

	for (unsigned i = 0; i < change->table->n_ports && r == 0; i++) {
		if (!change->wish->ports[i].is_carried)
			continue;
		r = open_trunk(change, i);
		if (r == 0)
			r = open_pairs(change, i);
	}
	return r;
}

/* ---- taking away ----------------------------------------------------------------------------- */

static bool is_wanted(const struct change *change, const struct vlan_row *row)
{
	switch (row->link) {
	case VLAN_LINK_BRIDGE:
		return row->vlan == VLAN_SINK
			   ? change->has_sink
			   : vlan_set_has(&change->needed, row->vlan);
	case VLAN_LINK_NEAR:
		return is_wanted_pair(change->wish, row->number, row->vlan);
	case VLAN_LINK_FAR: /* goes with its near end */
	case VLAN_LINK_NONE:
		break;
	}
	return true;
}

static int take_away(struct change *change)
{
	int r = 0;

	for (size_t i = 0; i < change->rows.n && r == 0; i++) {
		const struct vlan_row *row = &change->rows.items[i];

		if (!is_wanted(change, row))
			r = vlan_sweep_link(change->fabric->sweep, row->ifindex);
	}
	return r < 0 ? error_set(change->err, r, "no memory for links that go") : 0;
}

/* ---- all of it ---------------------------------------------------------------------------------- */

/* New links stand before a port leaves its bridge, so that none is anywhere else meanwhile. */
static int set(struct vlan_fabric *fabric, const struct port_table *table,
    const struct vlan_wish *wish, struct error *err)
{
	struct change change = { .fabric = fabric,
		.table = table,
		.wish = wish,
		.err = err };
	int r;

	vlan_sweep_stop(fabric->sweep);
	r = vlan_rows_read(&change.rows, fabric->place, err);
	list_needed(&change);
	close_others(fabric, wish);
	if (r == 0)
		r = make_bridges(&change);
	if (r == 0)
		r = make_pairs(&change);
	if (r == 0)
		r = move_ports(&change);
	if (r == 0)
		r = carry(&change);
	if (r == 0)
		r = vlan_links_set_addresses(fabric->place, wish->addresses,
		    wish->n_addresses, err);
	if (r == 0)
		r = take_away(&change);
	vlan_rows_free(&change.rows);
	vlan_sweep_start(fabric->sweep);
	return r;
}

int vlan_fabric_set(struct vlan_fabric *fabric, const struct port_table *table,
    const struct vlan_wish *wish, struct error *err)
{
	int r = vlan_wish_check(wish, err);

	if (r < 0)
		return r;
	r = set(fabric, table, wish, err);
	if (r < 0)
		(void)set(fabric, table, &fabric->wish, NULL);
	else
		fabric->wish = *wish;
	return r;
}

struct vlan_fabric *vlan_fabric_new(uv_loop_t *loop, const struct cpe_place *place)
{
	struct vlan_fabric *fabric = calloc(1, sizeof(*fabric));

	if (!fabric)
		return NULL;
	fabric->loop = loop;
	fabric->place = place;
	fabric->reader = frame_reader_new();
	fabric->sweep = vlan_sweep_new(place);
	vlan_wish_init(&fabric->wish);
	if (!fabric->reader || !fabric->sweep) {
		vlan_fabric_free(fabric);
		return NULL;
	}
	return fabric;
}

void vlan_fabric_close(struct vlan_fabric *fabric)
{
	if (!fabric || !fabric->sweep)
		return;
	vlan_sweep_stop(fabric->sweep);
	close_others(fabric, NULL);
	vlan_sweep_close_all(fabric->sweep);
}

void vlan_fabric_free(struct vlan_fabric *fabric)
{
	if (!fabric)
		return;
	vlan_fabric_close(fabric);
	for (unsigned i = 0; i < PORTS_MAX; i++)
		free(fabric->trunks[i]);
	vlan_sweep_free(fabric->sweep);
	frame_reader_free(fabric->reader);
	free(fabric);
}
