#include "lab/plan/plan.h"

#include "lib/base/buf.h"
#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/base/wire.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct plan_builder {
	struct plan *plan;
	const struct topology *t;
	struct plan_means means;
	uint32_t *first_ns;   /* by node number: of its first instance */
	uint32_t *next_index; /* by node number: the next free ifindex of a switch */
	struct map links;     /* "<switch>/<port>" of ports between switches */
	struct error *err;
};

DEFINE_CLEANUP(struct plan *, plan_free)

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	arena_free(&plan->arena);
	free(plan);
}

static int fail_memory(const struct plan_builder *b)
{
	return error_set(b->err, ERR_LIMIT, "the lab is too large for memory");
}

static struct plan_step *add_step(struct plan_builder *b, enum plan_op op, uint32_t ns)
{
	struct plan_step *step = &b->plan->steps[b->plan->n_steps++];

	step->op = op;
	step->ns = ns;
	return step;
}

/* The other end of a cable: 06 in place of the 02 of the node's own MAC. */
static void port_mac(const uint8_t mac[6], uint8_t ret[6])
{
	memcpy(ret, mac, 6);
	ret[0] = 0x06;
}

/* Ports are called as what is plugged in, where an interface may be called so. */
static const char *port_name(struct plan_builder *b, struct str wanted,
    uint32_t ifindex)
{
	char text[PLAN_IFNAME_MAX];

	if (node_port_is_free(wanted))
		return arena_strdup(&b->plan->arena, wanted);
	(void)snprintf(text, sizeof(text), "p%" PRIu32, ifindex);
	return arena_strdup(&b->plan->arena, str_of(text));
}

/* Of eth0, or of the bridge of a managed switch, which has the same number; CPEs lease
 * theirs. */
static void add_address(struct plan_builder *b, const struct node *node, uint32_t ns)
{
	struct plan_step *step;

	if (node->address.address == 0)
		return;
	step = add_step(b, PLAN_ADDRESS, ns);
	step->address.ifindex = PLAN_IFINDEX_ETH;
	step->address.net = node->address;
	if (node->router == 0)
		return;
	step = add_step(b, PLAN_ROUTE, ns);
	step->route.ifindex = PLAN_IFINDEX_ETH;
	step->route.via = node->router;
}

static struct plan_up *add_up(struct plan_builder *b, uint32_t ns, uint32_t ifindex,
    const char *name)
{
	struct plan_step *step = add_step(b, PLAN_UP, ns);

	step->up.ifindex = ifindex;
	step->up.name = name;
	return &step->up;
}

/* ---- links that are impaired -------------------------------------------------------- */

/* Why netem cannot do what is asked for at any time; null: it can. */
static const char *netem_lacks(const struct attach_link *link)
{
	const char *why = impair_netem_lacks(&link->value);

	for (size_t i = 0; i < link->n_steps && !why; i++)
		why = impair_netem_lacks(&link->steps[i].change.value);
	return why;
}

static int choose_means(struct plan_builder *b, const struct node *node, bool *ret)
{
	const struct attach_link *link = &node->attach.link;
	bool has_netem = b->means.has_netem;
	const char *why =
	    has_netem ? netem_lacks(link) : "this kernel has none (cwmplab doctor)";

	*ret = link->means != LINK_MEANS_USER_SPACE && !why;
	if (link->means != LINK_MEANS_NETEM || !why)
		return 0;
	return error_set(b->err, ERR_MACHINE,
	    "%s:%" PRIu32
	    ": the link of %s wants netem: %s; do: %s\"means: user-space\"",
	    b->t->path, node->attach.link_conf->line, node->name, why,
	    has_netem ? "" : "modprobe -a sch_netem sch_tbf as root, or ");
}

static struct plan_link *add_link(struct plan_builder *b, const struct node *node,
    const char *name, uint32_t ns)
{
	struct plan_link *link = &b->plan->links[b->plan->n_impaired];
	struct plan_step *step = add_step(b, PLAN_IMPAIR, ns);

	step->impair.link = b->plan->n_impaired++;
	link->node = node;
	link->name = name;
	link->ns = ns;
	return link;
}

/* Inner ends have names that no port of a file can have, and MACs beside those of ports. */
static int inner_end(struct plan_builder *b, const struct node *sw, uint32_t port,
    const char *side, const uint8_t mac[6], uint8_t first, struct plan_end *end)
{
	char text[PLAN_IFNAME_MAX];

	(void)snprintf(text, sizeof(text), "p%" PRIu32 "~%s", port, side);
	end->name = arena_strdup(&b->plan->arena, str_of(text));
	end->ifindex = b->next_index[sw->number]++;
	memcpy(end->mac, mac, 6);
	end->mac[0] = first;
	end->is_inner = true;
	return end->name ? 0 : fail_memory(b);
}

/* Turns the pair that *cable would make into two with a carrier between their inner ends, which are
 * at sw; is_near_node: the near end is the node's. */
static int split(struct plan_builder *b, const struct node *sw, struct plan_step *cable,
    struct plan_link *link, bool is_near_node)
{
	struct plan_end peer = cable->veth.peer, inner[2];
	uint32_t ns = cable->ns, port = cable->veth.near.ifindex;
	struct plan_step *second;
	int r = inner_end(b, sw, port, is_near_node ? "node" : "net",
	    cable->veth.near.mac, 0x0a, &inner[0]);

	if (r == 0)
		r = inner_end(b, sw, port, is_near_node ? "net" : "node",
		    cable->veth.near.mac, 0x0e, &inner[1]);
	if (r < 0)
		return r;
	second = add_step(b, PLAN_VETH, ns);
	second->veth.near = inner[1];
	second->veth.peer = peer;
	second->veth.peer_ns = cable->veth.peer_ns;
	cable->veth.peer = inner[0];
	cable->veth.peer_ns = ns;
	add_up(b, ns, inner[0].ifindex, inner[0].name)->is_inner = true;
	link->node_end = inner[is_near_node ? 0 : 1];
	link->net_end = inner[is_near_node ? 1 : 0];
	b->plan->n_links++;
	return 0;
}

/* What *cable, the pair of the node (an instance, or a switch), has to be for its link. */
static int impair(struct plan_builder *b, const struct node *node, const char *name,
    const struct node *sw, struct plan_step *cable, bool is_near_node)
{
	const struct plan_veth *veth = &cable->veth;
	struct plan_link *link;
	bool is_netem;
	int r;

	if (!node->attach.link.is_set)
		return 0;
	r = choose_means(b, node, &is_netem);
	if (r < 0)
		return r;
	link = add_link(b, node, name, cable->ns);
	link->is_netem = is_netem;
	if (!is_netem)
		return split(b, sw, cable, link, is_near_node);
	link->up_ns = is_near_node ? cable->ns : veth->peer_ns;
	link->up_ifindex = is_near_node ? veth->near.ifindex : veth->peer.ifindex;
	link->down_ns = is_near_node ? veth->peer_ns : cable->ns;
	link->down_ifindex = is_near_node ? veth->peer.ifindex : veth->near.ifindex;
	return 0;
}

bool plan_wants_netem(const struct topology *topology)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct attach_link *link = &topology->nodes[i].attach.link;

		if (link->is_set && link->means != LINK_MEANS_USER_SPACE)
			return true;
	}
	return false;
}

const struct plan_link *plan_find_link(const struct plan *plan, struct str name)
{
	for (size_t i = 0; i < plan->n_impaired; i++) {
		if (str_is(name, plan->links[i].name))
			return &plan->links[i];
	}
	return NULL;
}

/* ---- switches ---------------------------------------------------------------------- */

static int add_instance(struct plan_builder *b, const struct node *node, uint32_t i)
{
	struct plan_instance *instance = &b->plan->instances[b->plan->n_instances++];
	char name[INSTANCE_NAME_MAX];

	instance->node = node;
	instance->i = i;
	instance->name =
	    arena_strdup(&b->plan->arena, str_of(node_instance_name(node, i, name)));
	node_mac(node, i, instance->mac);
	return instance->name ? 0 : fail_memory(b);
}

static int add_switch(struct plan_builder *b, const struct node *node)
{
	uint32_t ns = (uint32_t)b->plan->n_instances;
	struct plan_step *step;
	int r = add_instance(b, node, 1);

	if (r < 0)
		return r;
	b->first_ns[node->number] = ns;
	b->next_index[node->number] = PLAN_IFINDEX_BRIDGE + 1;
	(void)add_step(b, PLAN_NAMESPACE, ns);
	(void)add_up(b, ns, PLAN_IFINDEX_LO, "lo");
	step = add_step(b, PLAN_BRIDGE, ns);
	step->bridge.name = "br0";
	step->bridge.ifindex = PLAN_IFINDEX_BRIDGE;
	step->bridge.stp = node->sw.stp;
	memcpy(step->bridge.mac, b->plan->instances[ns].mac, 6);
	add_address(b, node, ns);
	return 0;
}

/* Two switches may have several cables between them; the second gets a number for a name. */
static const char *link_port_name(struct plan_builder *b, const struct node *sw,
    const char *wanted, uint32_t ifindex)
{
	char key[2 * TOPOLOGY_NAME_MAX + 2];
	struct str kept;

	(void)snprintf(key, sizeof(key), "%s/%s", sw->name, wanted);
	if (map_get(&b->links, str_of(key)))
		return port_name(b, STR_NULL, ifindex);
	kept = arena_str(&b->plan->arena, str_of(key));
	if (!kept.p || map_put(&b->links, kept, b) < 0)
		return NULL;
	return port_name(b, str_of(wanted), ifindex);
}

static int link_end(struct plan_builder *b, const struct node *sw,
    const struct node *other, const char *name, struct plan_end *end)
{
	uint32_t ifindex = b->next_index[sw->number]++;

	end->ifindex = ifindex;
	end->name = link_port_name(b, sw, name ? name : other->name, ifindex);
	node_mac(sw, ifindex, end->mac);
	port_mac(end->mac, end->mac);
	return end->name ? 0 : fail_memory(b);
}

/* port names the end at "to"; null: as the other switch. */
static int add_cable(struct plan_builder *b, const struct node *from,
    const struct node *to, const char *port, bool is_attach)
{
	uint32_t ns = b->first_ns[from->number], peer_ns = b->first_ns[to->number];
	struct plan_step *step = add_step(b, PLAN_VETH, ns), *up;
	struct plan_end peer = { .name = NULL };
	int r = link_end(b, from, to, NULL, &step->veth.near);

	if (r == 0)
		r = link_end(b, to, from, port, &peer);
	step->veth.peer = peer;
	step->veth.master = PLAN_IFINDEX_BRIDGE;
	step->veth.peer_ns = peer_ns;
	b->plan->n_links++;
	if (r == 0 && is_attach)
		r = impair(b, from, from->name, from, step, true);
	up = add_step(b, PLAN_UP, peer_ns);
	up->up.ifindex = peer.ifindex;
	up->up.master = PLAN_IFINDEX_BRIDGE;
	up->up.name = peer.name;
	return r;
}

static int add_cables(struct plan_builder *b, const struct node *node)
{
	int r = 0;

	if (node->attach.to)
		r = add_cable(b, node, node->attach.to, node->attach.port, true);
	for (size_t i = 0; i < node->sw.links.len && r == 0; i++)
		r = add_cable(b, node, node->sw.peers[i], NULL, false);
	return r;
}

/* ---- the other nodes --------------------------------------------------------------- */

static int plug_in(struct plan_builder *b, uint32_t ns)
{
	struct plan_instance *instance = &b->plan->instances[ns];
	const struct node *node = instance->node, *sw = node->attach.to;
	uint32_t ifindex = b->next_index[sw->number]++;
	char wanted[INSTANCE_NAME_MAX + 16];
	struct plan_step *step;

	if (node->attach.port && node_count(node) > 1)
		(void)snprintf(wanted, sizeof(wanted), "%s-%" PRIu32, node->attach.port,
		    instance->i);
	else
		(void)snprintf(wanted, sizeof(wanted), "%s",
		    node->attach.port ? node->attach.port : instance->name);
	instance->port_ns = b->first_ns[sw->number];
	instance->port_ifindex = ifindex;
	instance->port_name = port_name(b, str_of(wanted), ifindex);
	if (!instance->port_name)
		return fail_memory(b);
	step = add_step(b, PLAN_VETH, instance->port_ns);
	step->veth.near.name = instance->port_name;
	step->veth.near.ifindex = ifindex;
	port_mac(instance->mac, step->veth.near.mac);
	step->veth.master = PLAN_IFINDEX_BRIDGE;
	step->veth.peer.name = "eth0";
	step->veth.peer.ifindex = PLAN_IFINDEX_ETH;
	memcpy(step->veth.peer.mac, instance->mac, 6);
	step->veth.peer_ns = ns;
	b->plan->n_links++;
	return impair(b, node, instance->name, sw, step, false);
}

static int add_node(struct plan_builder *b, const struct node *node)
{
	b->first_ns[node->number] = (uint32_t)b->plan->n_instances;
	for (uint64_t i = 1; i <= node_count(node); i++) {
		uint32_t ns = (uint32_t)b->plan->n_instances;
		int r = add_instance(b, node, (uint32_t)i);

		if (r < 0)
			return r;
		(void)add_step(b, PLAN_NAMESPACE, ns);
		r = plug_in(b, ns);
		if (r < 0)
			return r;
		(void)add_up(b, ns, PLAN_IFINDEX_LO, "lo");
		(void)add_up(b, ns, PLAN_IFINDEX_ETH, "eth0");
		add_address(b, node, ns);
	}
	return 0;
}

/* The addresses behind a node are its own, and others of its network reach them through it: one
 * neighbour, however many CPEs there are. */
static void add_sources(struct plan_builder *b, const struct node *node)
{
	const struct conf_ipv4_net *sources = &node->load.sources;
	struct plan_step *step;

	if (node->kind != NODE_LOAD || sources->prefix == 0)
		return;
	step = add_step(b, PLAN_ROUTE, b->first_ns[node->number]);
	step->route = (struct plan_route){ .ifindex = PLAN_IFINDEX_LO,
		.net = *sources,
		.is_local = true };
	for (size_t i = 0; i < b->t->n_nodes; i++) {
		const struct node *other = &b->t->nodes[i];

		if (other == node || other->address.address == 0 ||
		    !conf_ipv4_net_is_same(&other->address, &node->address))
			continue;
		step = add_step(b, PLAN_ROUTE, b->first_ns[other->number]);
		step->route = (struct plan_route){ .ifindex = PLAN_IFINDEX_ETH,
			.net = *sources,
			.via = node->address.address };
	}
}

/* Kinds of one turn in the order of the file. */
static void add_starts(struct plan_builder *b)
{
	for (int turn = 0; turn < NODE_KINDS; turn++) {
		for (size_t i = 0; i < b->t->n_nodes; i++) {
			const struct node *node = &b->t->nodes[i];

			if (node_kind_facts(node->kind)->turn != turn ||
			    !node_runs(node))
				continue;
			add_step(b, PLAN_START, b->first_ns[node->number])->start.node =
			    node;
		}
	}
}

/* ---- all of it --------------------------------------------------------------------- */

static int add_all(struct plan_builder *b)
{
	const struct topology *t = b->t;
	int r = 0;

	for (size_t i = 0; i < t->n_nodes && r == 0; i++) {
		if (t->nodes[i].kind == NODE_SWITCH)
			r = add_switch(b, &t->nodes[i]);
	}
	for (size_t i = 0; i < t->n_nodes && r == 0; i++) {
		if (t->nodes[i].kind == NODE_SWITCH)
			r = add_cables(b, &t->nodes[i]);
	}
	for (size_t i = 0; i < t->n_nodes && r == 0; i++) {
		if (t->nodes[i].kind != NODE_SWITCH)
			r = add_node(b, &t->nodes[i]);
	}
	for (size_t i = 0; i < t->n_nodes && r == 0; i++)
		add_sources(b, &t->nodes[i]);
	if (r == 0)
		add_starts(b);
	return r;
}

/* Upper bounds, so that the arrays never move. */
static int make_room(struct plan_builder *b)
{
	struct plan *plan = b->plan;
	size_t n_instances = 0, n_steps = 0, n_impaired = 0;

	for (size_t i = 0; i < b->t->n_nodes; i++) {
		const struct node *node = &b->t->nodes[i];
		size_t count = (size_t)node_count(node);

		n_instances += count;
		n_steps += 1; /* start */
		if (node->kind == NODE_LOAD)
			n_steps += b->t->n_nodes; /* routes */
		if (node->kind == NODE_SWITCH)
			/* namespace, lo, bridge, address, route; veth, up a cable */
			n_steps += 5 + 2 * (node->sw.links.len + 1);
		else /* namespace, veth, lo, up; address, route */
			n_steps += count * 4 + 2;
		if (node->attach.link.is_set) { /* impair; veth, up */
			n_steps += count * 3;
			n_impaired += count;
		}
	}
	plan->arena = (struct arena)ARENA_MAX(1 << 30);
	plan->instances =
	    arena_array(&plan->arena, n_instances, sizeof(*plan->instances));
	plan->steps = arena_array(&plan->arena, n_steps, sizeof(*plan->steps));
	plan->links = arena_array(&plan->arena, n_impaired, sizeof(*plan->links));
	b->first_ns =
	    arena_array(&plan->arena, b->t->n_nodes + 1, sizeof(*b->first_ns));
	b->next_index =
	    arena_array(&plan->arena, b->t->n_nodes + 1, sizeof(*b->next_index));
	return plan->instances && plan->steps && plan->links && b->first_ns &&
		       b->next_index
		   ? 0
		   : fail_memory(b);
}

int plan_build(const struct topology *topology, struct plan **ret, struct error *err)
{
	static const struct plan_means none;

	return plan_build_for(topology, &none, ret, err);
}

int plan_build_for(const struct topology *topology, const struct plan_means *means,
    struct plan **ret, struct error *err)
{
	auto_cleanup(plan_free) struct plan *plan = calloc(1, sizeof(*plan));
	struct plan_builder b = { .plan = plan,
		.t = topology,
		.means = *means,
		.err = err };
	int r;

	if (!plan)
		return fail_memory(&b);
	plan->topology = topology;
	r = make_room(&b);
	if (r == 0)
		r = add_all(&b);
	map_free(&b.links);
	if (r < 0)
		return r;
	*ret = steal_ptr(&plan);
	return 0;
}

int64_t plan_find(const struct plan *plan, struct str name)
{
	uint64_t i = 1;
	const struct node *node = topology_instance(plan->topology, name, &i);

	if (!node)
		node = topology_node(plan->topology, name);
	for (size_t k = 0; node && k < plan->n_instances; k++) {
		if (plan->instances[k].node == node)
			return (int64_t)(k + i - 1);
	}
	return -1;
}
