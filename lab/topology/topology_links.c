/* What plugs into what: switches exist, have ports enough, and make no loop. */
#include "lab/topology/topology_internal.h"

#include <inttypes.h>
#include <stdio.h>

struct links {
	struct topology *t;
	uint32_t *joined; /* by segment: union-find over VLANs of switches */
	uint64_t *ports;  /* by node number: ports of a switch */
	struct map
	    names; /* port names in the file: "<switch>/<port>" to its conf_node */
	struct error *err;
};

struct cable { /* between two switches */
	const struct node *from;
	const struct attach *attach;
	const struct conf_node *at;
};

static uint32_t root_of(const struct links *links, uint32_t number)
{
	while (links->joined[number] != number) {
		links->joined[number] = links->joined[links->joined[number]];
		number = links->joined[number];
	}
	return number;
}

static int find_switch(const struct links *links, const char *name,
    const struct conf_node *at, const struct node **ret)
{
	const struct node *node = topology_node(links->t, str_of(name));
	char hint[96];

	if (!node)
		return conf_fail(links->t->doc, at,
		    topology_suggest(links->t, str_of(name), NODE_SWITCH, hint,
			sizeof(hint)),
		    links->err, "no switch is named \"%.80s\"", name);
	if (node->is_broken)
		return ERR_CONFIG; /* told where it stands */
	if (node->kind != NODE_SWITCH)
		return conf_fail(links->t->doc, at, NULL, links->err,
		    "\"%s\" is of kind %s, not a switch", name,
		    node_kind_name(node->kind));
	*ret = node;
	return 0;
}

static int use_ports(const struct links *links, const struct node *sw, uint64_t n,
    const struct conf_node *at)
{
	uint64_t most = sw->sw.is_managed ? MANAGED_PORTS_MAX : SWITCH_PORTS_MAX;
	bool is_told = links->ports[sw->number] > most;

	links->ports[sw->number] += n;
	if (is_told || links->ports[sw->number] <= most)
		return 0;
	if (sw->sw.is_managed)
		return conf_fail(links->t->doc, at,
		    "its model and its console have an interface for each port: link "
		    "switches without \"cwmp\" to it",
		    links->err,
		    "managed switch \"%s\" gets %" PRIu64 " ports; %d is the most",
		    sw->name, links->ports[sw->number], MANAGED_PORTS_MAX);
	return conf_fail(links->t->doc, at,
	    "a Linux bridge takes 1,023: use access switches with \"links\" to this one",
	    links->err, "switch \"%s\" gets %" PRIu64 " ports; %d is the most",
	    sw->name, links->ports[sw->number], SWITCH_PORTS_MAX);
}

bool node_port_is_free(struct str name)
{
	uint64_t number;

	if (name.len == 0 || name.len > 15 || str_is(name, "lo") ||
	    str_is(name, "br0") || str_is(name, "all") || str_is(name, "default") ||
	    name.p[0] == '.')
		return false;
	return name.p[0] != 'p' ||
	       str_to_u64(str_from(name, 1), UINT64_MAX, &number) < 0;
}

static bool is_port_text(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || strchr("-_.", c)))
			return false;
	}
	return true;
}

static int check_port_text(const struct links *links, const struct node *node,
    const struct attach *attach)
{
	const struct conf_node *at = conf_get(attach->conf, "port");
	struct str port = str_of(attach->port);
	char last[INSTANCE_NAME_MAX];

	(void)snprintf(last, sizeof(last), "%s-%" PRIu64, attach->port,
	    node_count(node));
	if (node_count(node) > 1 && strlen(last) > 15)
		return conf_fail(links->t->doc, at, "15 characters is the most",
		    links->err, "the last port would be \"%s\"", last);
	if (!is_port_text(port) || !node_port_is_free(port))
		return conf_fail(links->t->doc, at,
		    "letters, digits, \"-\", \"_\"; not lo, br0, p1 and the like",
		    links->err, "\"%s\" cannot be the name of a port", port.p);
	if (topology_instance(links->t, port, NULL))
		return conf_fail(links->t->doc, at,
		    "ports without a name are called as their node", links->err,
		    "\"%s\" is the name of a node", port.p);
	return 0;
}

static int check_port(struct links *links, const struct node *node,
    const struct attach *attach)
{
	const struct conf_node *at = conf_get(attach->conf, "port");
	const char *sw = attach->to->name, *port = attach->port;
	char key[TOPOLOGY_NAME_MAX + 20], hint[48];
	const struct conf_node *other;
	struct str kept;
	int r = check_port_text(links, node, attach);

	if (r < 0)
		return r;
	(void)snprintf(key, sizeof(key), "%s/%s", sw, port);
	other = map_get(&links->names, str_of(key));
	if (other) {
		(void)snprintf(hint, sizeof(hint), "the first is on line %u",
		    other->line);
		return conf_fail(links->t->doc, at, hint, links->err,
		    "\"%s\" has a port \"%s\" already", sw, port);
	}
	kept = arena_str(&links->t->doc->arena, str_of(key));
	if (!kept.p || map_put(&links->names, kept, (void *)at) < 0)
		return topology_fail_memory(links->t, links->err);
	return 0;
}

static int plug_in(struct links *links, struct node *node, struct attach *attach,
    const struct conf_node *at)
{
	int r = find_switch(links, attach->switch_name, at, &attach->to);

	if (r == 0 && attach->to == node) {
		attach->to = NULL;
		return conf_fail(links->t->doc, at, NULL, links->err,
		    "\"%s\" is attached to itself", node->name);
	}
	if (r == 0)
		r = use_ports(links, attach->to, node_count(node), at);
	if (r == 0 && node->kind == NODE_SWITCH)
		r = use_ports(links, node, 1, at);
	if (r == 0 && attach->port)
		r = check_port(links, node, attach);
	return r;
}

static int plug_in_ports(struct links *links, struct node *node)
{
	int worst = 0;

	for (size_t i = 0; i < node->n_ports; i++) {
		struct attach *attach = &node->ports[i].attach;
		int r = 0;

		if (node->ports[i].is_first)
			r = plug_in(links, node, attach, topology_cable_at(attach));
		else
			attach->to = node->ports[i - 1].attach.to;
		if (!conf_go_on(links->t->doc, r, &worst))
			return r;
	}
	if (node->n_ports > 0)
		node->attach = node->ports[0].attach;
	return worst;
}

static int link_to(struct links *links, struct node *node, struct attach *attach)
{
	const struct conf_node *at = topology_cable_at(attach);
	int r = find_switch(links, attach->switch_name, at, &attach->to);

	if (r == 0 && attach->to == node) {
		attach->to = NULL;
		return conf_fail(links->t->doc, at, NULL, links->err,
		    "\"%s\" is linked to itself", node->name);
	}
	if (r == 0)
		r = use_ports(links, node, 1, at);
	if (r == 0)
		r = use_ports(links, attach->to, 1, at);
	return r == 0 && attach->port ? check_port(links, node, attach) : r;
}

static int link_switch(struct links *links, struct node *node)
{
	int worst = 0;

	for (size_t i = 0; i < node->sw.n_links; i++) {
		int r = link_to(links, node, &node->sw.links[i]);

		if (!conf_go_on(links->t->doc, r, &worst))
			return r;
	}
	return worst;
}

/* Every frame that is broadcast in a loop runs round for ever, unless each switch of the
 * loop runs STP. So links between STP switches may close loops, and no other: joining
 * those first and the rest afterwards finds each loop with a switch that runs none. */
static int join_vlan(struct links *links, const struct cable *cable, uint32_t vlan)
{
	const struct node *from = cable->from, *to = cable->attach->to;
	uint32_t a = root_of(links, topology_vlan_segment(from, vlan));
	uint32_t b = root_of(links, topology_vlan_segment(to, vlan));
	char in[24] = "";

	if (from->sw.vlans)
		(void)snprintf(in, sizeof(in), " in VLAN %u", vlan % 10000);
	if (a == b && !(from->sw.stp && to->sw.stp))
		return conf_fail(links->t->doc, cable->at,
		    "remove the link, or set \"stp: true\" on every switch of the loop",
		    links->err, "this link from \"%s\" to \"%s\" closes a loop%s",
		    from->name, to->name, in);
	links->joined[a] = b;
	return 0;
}

/* What a managed switch does with tags is said at its console. */
static int join(struct links *links, const struct cable *cable, bool is_stp_round)
{
	const struct attach *attach = cable->attach;
	const struct node *from = cable->from, *to = attach->to;
	uint32_t untagged = attach_untagged(attach);
	int r = 0;

	if (!to || (from->sw.stp && to->sw.stp) != is_stp_round)
		return 0;
	if (untagged > 0)
		r = join_vlan(links, cable, untagged);
	for (size_t i = 0; i < attach->n_trunk && from->sw.vlans && to->sw.vlans; i++) {
		uint32_t vlan = (uint32_t)attach->trunk[i].vlan;

		if (r == 0 && vlan != untagged)
			r = join_vlan(links, cable, vlan);
	}
	return r;
}

static int join_node(struct links *links, const struct node *node, bool is_stp_round)
{
	struct cable cable = { node, &node->attach, node_at(node, "attach") };
	int worst = 0, r = join(links, &cable, is_stp_round);

	for (size_t i = 0; i < node->sw.n_links; i++) {
		if (!conf_go_on(links->t->doc, r, &worst))
			return r;
		cable.attach = &node->sw.links[i];
		cable.at = topology_cable_at(cable.attach);
		r = join(links, &cable, is_stp_round);
	}
	return r < 0 ? r : worst;
}

static int join_all(struct links *links, bool is_stp_round)
{
	struct topology *t = links->t;
	int worst = 0;

	for (size_t i = 0; i < t->n_nodes; i++) {
		int r = t->nodes[i].kind == NODE_SWITCH
			    ? join_node(links, &t->nodes[i], is_stp_round)
			    : 0;

		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}

static int connect(struct links *links, struct node *node)
{
	int worst = 0, r = 0;

	if (node->n_ports > 0)
		r = plug_in_ports(links, node);
	else if (node->attach.switch_name)
		r = plug_in(links, node, &node->attach, node_at(node, "attach"));
	if (!conf_go_on(links->t->doc, r, &worst))
		return r;
	r = node->kind == NODE_SWITCH ? link_switch(links, node) : 0;
	return r < 0 ? r : worst;
}

/* vlan: 0 where frames have no tag. */
static uint32_t segment_of(const struct topology *t, const struct attach *attach,
    uint32_t vlan)
{
	if (!attach->to)
		return 0;
	return topology_segment(t, attach->to,
	    vlan > 0 ? vlan : attach_untagged(attach));
}

/* Two ports of one router in a segment would be two roads to one place. */
static int check_segments(const struct links *links, const struct node *node)
{
	for (size_t i = 1; i < node->n_ports; i++) {
		for (size_t k = 0; k < i && node->ports[i].segment != 0; k++) {
			if (node->ports[k].segment == node->ports[i].segment)
				return conf_fail(links->t->doc,
				    topology_cable_at(&node->ports[i].attach),
				    "each port of a router is in a segment of its own",
				    links->err,
				    "\"%s\" is in the segment of another port of "
				    "\"%s\"",
				    node->ports[i].attach.switch_name, node->name);
		}
	}
	return 0;
}

static int set_segments(struct links *links, struct node *node)
{
	struct topology *t = links->t;

	if (node->kind == NODE_SWITCH)
		node->segment = topology_segment(t, node, VLAN_UNTAGGED);
	else
		node->segment = segment_of(t, &node->attach, 0);
	for (size_t i = 0; i < node->n_ports; i++)
		node->ports[i].segment =
		    segment_of(t, &node->ports[i].attach, node->ports[i].vlan);
	if (node->n_ports > 0) {
		node->segment = node->ports[0].segment;
		t->routers[t->n_routers++] = node;
	}
	return check_segments(links, node);
}

static int begin_segments(struct links *links)
{
	struct topology *t = links->t;

	links->joined =
	    arena_array(&t->doc->arena, t->n_segments + 1, sizeof(*links->joined));
	if (!links->joined)
		return topology_fail_memory(t, links->err);
	for (uint32_t i = 0; i <= t->n_segments; i++)
		links->joined[i] = i;
	return 0;
}

static int check_all(struct links *links)
{
	struct topology *t = links->t;
	int worst = 0, r;

	for (size_t i = 0; i < t->n_nodes; i++) {
		r = connect(links, &t->nodes[i]);
		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	r = topology_check_vlans(t, links->err);
	if (conf_go_on(t->doc, r, &worst))
		r = begin_segments(links);
	if (conf_go_on(t->doc, r, &worst))
		r = join_all(links, true);
	if (conf_go_on(t->doc, r, &worst))
		r = join_all(links, false);
	if (!conf_go_on(t->doc, r, &worst))
		return r;
	for (uint32_t i = 0; i <= t->n_segments; i++)
		links->joined[i] = root_of(links, i);
	t->segments = links->joined;
	for (size_t i = 0; i < t->n_nodes; i++) {
		r = set_segments(links, &t->nodes[i]);
		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}

int topology_check_links(struct topology *t, struct error *err)
{
	struct arena *arena = &t->doc->arena;
	struct links links = { .t = t, .err = err };
	int r;

	links.ports = arena_array(arena, t->n_nodes + 1, sizeof(*links.ports));
	t->routers = arena_array(arena, t->n_nodes, sizeof(struct node *));
	if (!links.ports || !t->routers)
		return topology_fail_memory(t, err);
	r = check_all(&links);
	map_free(&links.names);
	return r;
}
