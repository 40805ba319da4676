/* VLANs that end where they surely were to go on. */
#include "lab/run/vlan_notes.h"

#include "lab/run/note.h"

#include <errno.h>
#include <stdlib.h>

struct vlans {
	const struct topology *t;
	uint32_t *zones; /* by node number: of switches that cables join */
	uint32_t *nodes; /* by segment: how many interfaces are in it */
	bool *is_told;   /* by segment */
	struct buf *out;
};

static uint32_t zone_of(uint32_t *zones, uint32_t number)
{
	while (zones[number] != number) {
		zones[number] = zones[zones[number]];
		number = zones[number];
	}
	return number;
}

static void join(struct vlans *v)
{
	const struct attach *attach;

	for (uint32_t i = 0; i <= v->t->n_nodes; i++)
		v->zones[i] = i;
	for (size_t i = 0; i < v->t->n_nodes; i++) {
		const struct node *node = &v->t->nodes[i];

		for (size_t k = 0;
		     node->kind == NODE_SWITCH && (attach = node_cable(node, k)); k++)
			v->zones[zone_of(v->zones, node->number)] =
			    zone_of(v->zones, attach->to->number);
	}
}

/* An interface that is in a VLAN. */
struct member {
	const struct node *node;
	struct node_place place;
	uint32_t vlan;
};

static bool member_at(const struct node *node, size_t k, struct member *ret)
{
	if (node->kind == NODE_SWITCH || !node_place(node, k, &ret->place))
		return false;
	ret->node = node;
	ret->vlan = attach_untagged(ret->place.attach);
	if (node->n_ports > 0 && node->ports[k].vlan > 0)
		ret->vlan = node->ports[k].vlan;
	return true;
}

static void count(struct vlans *v)
{
	struct member member;

	for (size_t i = 0; i < v->t->n_nodes; i++) {
		for (size_t k = 0; member_at(&v->t->nodes[i], k, &member); k++)
			v->nodes[member.place.segment] +=
			    (uint32_t)node_count(member.node);
	}
}

/* ---- a VLAN in two parts -------------------------------------------------------------------- */

static const struct conf_node *where(const struct member *member)
{
	const struct attach *attach = member->place.attach;

	return attach->vlan_conf ? attach->vlan_conf : attach->conf;
}

/* The first of all that are in the same VLAN of the same switches. */
static bool find_first(struct vlans *v, const struct member *of, struct member *ret)
{
	uint32_t zone = zone_of(v->zones, of->place.attach->to->number);

	for (size_t i = 0; i < v->t->n_nodes; i++) {
		for (size_t k = 0; member_at(&v->t->nodes[i], k, ret); k++) {
			if (ret->vlan == of->vlan &&
			    zone_of(v->zones, ret->place.attach->to->number) == zone)
				return true;
		}
	}
	return false;
}

static void note_parts(struct vlans *v, const struct member *member)
{
	uint32_t segment = member->place.segment;
	struct member first;

	if (v->is_told[segment] || !find_first(v, member, &first) ||
	    first.place.segment == segment)
		return;
	v->is_told[segment] = v->is_told[first.place.segment] = true;
	note_at(v->out, v->t->doc, where(member),
	    "name the VLAN at each \"trunk\" between their switches",
	    "VLAN %u of \"%s\" does not reach \"%s\": a trunk between them is without it",
	    member->vlan, member->node->name, first.node->name);
}

static void note_alone(struct vlans *v, const struct member *member)
{
	uint32_t segment = member->place.segment;

	if (v->is_told[segment] || v->nodes[segment] > 1 ||
	    !member->place.attach->vlan_conf)
		return;
	note_at(v->out, v->t->doc, where(member), NULL,
	    "nobody but \"%s\" is in VLAN %u", member->node->name, member->vlan);
}

/* ---- a VLAN of a trunk that nobody is in ---------------------------------------------------- */

static void note_trunk(struct vlans *v, const struct attach *attach)
{
	for (size_t i = 0; i < attach->n_trunk; i++) {
		uint32_t vlan = (uint32_t)attach->trunk[i].vlan;

		if (v->nodes[topology_segment(v->t, attach->to, vlan)] == 0)
			note_at(v->out, v->t->doc, attach->trunk[i].conf, NULL,
			    "no node is in VLAN %u of this trunk", vlan);
	}
}

static void note_trunks(struct vlans *v)
{
	const struct attach *attach;

	for (size_t i = 0; i < v->t->n_nodes; i++) {
		const struct node *node = &v->t->nodes[i];

		for (size_t k = 0;
		     node->kind == NODE_SWITCH && (attach = node_cable(node, k)); k++)
			note_trunk(v, attach);
	}
}

static void note_members(struct vlans *v,
    void (*note)(struct vlans *v, const struct member *member))
{
	struct member member;

	for (size_t i = 0; i < v->t->n_nodes; i++) {
		for (size_t k = 0; member_at(&v->t->nodes[i], k, &member); k++) {
			if (member.place.attach->to->sw.vlans)
				note(v, &member);
		}
	}
}

/* What a managed switch passes is said at its console. */
static bool is_known(const struct topology *t)
{
	bool has_vlans = false;

	for (size_t i = 0; i < t->n_nodes; i++) {
		const struct node *node = &t->nodes[i];

		if (node->kind == NODE_SWITCH && node->sw.is_managed)
			return false;
		has_vlans |= node->kind == NODE_SWITCH && node->sw.vlans;
	}
	return has_vlans;
}

int vlan_notes(const struct topology *topology, struct buf *out)
{
	struct vlans v = { .t = topology, .out = out };
	int r = 0;

	if (!is_known(topology))
		return 0;
	v.zones = calloc(topology->n_nodes + 1, sizeof(*v.zones));
	v.nodes = calloc(topology->n_segments + 1, sizeof(*v.nodes));
	v.is_told = calloc(topology->n_segments + 1, sizeof(*v.is_told));
	if (v.zones && v.nodes && v.is_told) {
		join(&v);
		count(&v);
		note_members(&v, note_parts);
		note_members(&v, note_alone);
		note_trunks(&v);
	} else {
		r = -ENOMEM;
	}
	free(v.zones);
	free(v.nodes);
	free(v.is_told);
	return r;
}
