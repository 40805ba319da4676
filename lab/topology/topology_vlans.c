/* What passes a cable whose switch keeps VLANs apart: "vlan: 10", or "trunk: [10, 20]" with
 * "native: 20"; and which VLANs each switch has. */
#include "lab/topology/topology_internal.h"
#include "lab/topology/topology_node_rows.h"
#include "lib/base/json.h"

#include <inttypes.h>
#include <stdio.h>

// clang-format off
const struct conf_row trunk_rows[] = {
	{ ROW(attach_vlan, vlan, "vlan", CONF_UINT, "number of the VLAN"),
	  .is_required = true, .min = VLAN_MIN, .max = VLAN_MAX },
	{ ROW(attach_vlan, address, "address", CONF_IP_NETS,
	      "of a port of a router or a NAT, which it needs: its address there"),
	  .offset6 = offsetof(struct attach_vlan, address6) },
	{ ROW(attach_vlan, ra, "ra", CONF_OBJECT,
	      "what a router with an address of IPv6 there announces of it"), .rows = port_ra_rows },
	{ NULL },
};
// clang-format on

bool attach_is_trunk(const struct attach *attach)
{
	return attach->trunk_conf;
}

bool attach_has_vlans(const struct attach *attach)
{
	return attach->trunk_conf || attach->vlan_conf;
}

uint32_t attach_untagged(const struct attach *attach)
{
	if (attach_is_trunk(attach))
		return (uint32_t)attach->native;
	return attach->vlan > 0 ? (uint32_t)attach->vlan : VLAN_UNTAGGED;
}

/* ---- reading ------------------------------------------------------------------------- */

static const char *list_vlans(const struct attach *attach, char *text, size_t size)
{
	size_t n = (size_t)snprintf(text, size, "one of:");

	for (size_t i = 0; i < attach->n_trunk && n + 8 < size; i++)
		n += (size_t)snprintf(text + n, size - n, "%s %" PRIu64,
		    i > 0 ? "," : "", attach->trunk[i].vlan);
	return text;
}

static bool has_vlan(const struct attach *attach, size_t n, uint64_t vlan)
{
	for (size_t i = 0; i < n; i++) {
		if (attach->trunk[i].vlan == vlan)
			return true;
	}
	return false;
}

static int bind_item(struct topology *t, const struct conf_node *at,
    struct attach *attach, size_t i, struct error *err)
{
	struct attach_vlan *item = &attach->trunk[i];
	const struct conf_node *mapping = at;
	int r;

	if (at->kind == CONF_SCALAR)
		mapping = topology_as_mapping(t, at, "vlan", "address");
	if (!mapping)
		return topology_fail_memory(t, err);
	if (mapping->kind != CONF_MAPPING)
		return conf_fail(t->doc, at, "such as 10, or 10 10.0.10.1/24", err,
		    "a trunk wants numbers of VLANs");
	item->conf = mapping;
	r = conf_bind(t->doc, mapping, trunk_rows, item, err);
	if (r == 0 && has_vlan(attach, i, item->vlan))
		return conf_fail(t->doc, at, NULL, err,
		    "VLAN %" PRIu64 " is on this trunk already", item->vlan);
	return r;
}

static int check_keys(const struct topology *t, const struct attach *attach,
    struct error *err)
{
	if (attach->native_conf && !attach->trunk_conf)
		return conf_fail(t->doc, attach->native_conf, "trunk: [10, 20]", err,
		    "\"native\" is one of the VLANs of a \"trunk\"");
	if (attach->vlan_conf && attach->trunk_conf)
		return conf_fail(t->doc, attach->vlan_conf,
		    "\"native\" is the VLAN of frames without a tag", err,
		    "a port is in one VLAN, or it is a trunk");
	return 0;
}

int topology_bind_trunk(struct topology *t, struct attach *attach, struct error *err)
{
	const struct conf_node *list = attach->trunk_conf;
	char hint[96];
	int worst = 0, r = check_keys(t, attach, err);

	if (r < 0 || !list)
		return r;
	attach->n_trunk = list->kind == CONF_SEQUENCE ? list->len : 1;
	if (attach->n_trunk == 0 || attach->n_trunk > TRUNK_VLANS_MAX)
		return conf_fail(t->doc, list, "such as [10, 20]", err,
		    "a trunk has one to %d VLANs", TRUNK_VLANS_MAX);
	attach->trunk =
	    arena_array(&t->doc->arena, attach->n_trunk, sizeof(*attach->trunk));
	if (!attach->trunk)
		return topology_fail_memory(t, err);
	for (size_t i = 0; i < attach->n_trunk; i++) {
		r = bind_item(t, topology_item(list, i), attach, i, err);
		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	if (worst == 0 && attach->native &&
	    !has_vlan(attach, attach->n_trunk, attach->native))
		return conf_fail(t->doc, attach->native_conf,
		    list_vlans(attach, hint, sizeof(hint)), err,
		    "VLAN %" PRIu64 " is not on this trunk", attach->native);
	return worst;
}

/* ---- who may ------------------------------------------------------------------------- */

static const struct conf_node *place_of(const struct attach *attach)
{
	return attach->trunk_conf ? attach->trunk_conf : attach->vlan_conf;
}

static int check_addresses(const struct topology *t, const struct attach *attach,
    bool wants_them, struct error *err)
{
	int worst = 0;

	for (size_t i = 0; i < attach->n_trunk; i++) {
		const struct attach_vlan *vlan = &attach->trunk[i];
		int r = 0;

		bool has_one = vlan->address.prefix > 0 || vlan->address6.prefix > 0;

		if (wants_them && !has_one)
			r = conf_fail(t->doc, vlan->conf,
			    "such as 10 10.0.10.1/24: its address in that VLAN", err,
			    "VLAN %" PRIu64 " has no address", vlan->vlan);
		else if (!wants_them && has_one)
			r = conf_fail(t->doc, conf_get(vlan->conf, "address"),
			    "leave it out", err, "a switch has no address in a VLAN");
		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}

static int check_cable(const struct topology *t, const struct node *node,
    const struct attach *attach, bool is_first, struct error *err)
{
	bool is_switch = node->kind == NODE_SWITCH;
	bool is_router = node->n_ports > 0;

	if (attach->to->sw.is_managed && (!is_switch || node->sw.is_managed))
		return conf_fail(t->doc, place_of(attach),
		    "type it there: cwmplab cli LAB SWITCH", err,
		    "what the ports of \"%s\" are is said at its console",
		    attach->to->name);
	if (attach_is_trunk(attach) && !is_switch && !is_router)
		return conf_fail(t->doc, attach->trunk_conf,
		    "\"vlan\", or a trunk to a switch or a router before it", err,
		    "a node of kind %s takes frames without tags",
		    node_kind_name(node->kind));
	if (attach_is_trunk(attach) && node->kind == NODE_NAT && is_first)
		return conf_fail(t->doc, attach->trunk_conf,
		    "\"vlan\", or a router before it", err,
		    "the outside of a NAT is one interface");
	return check_addresses(t, attach, is_router, err);
}

/* ---- the VLANs of a switch ----------------------------------------------------------- */

static int add_set(struct topology *t, struct node *sw, struct error *err)
{
	if (sw->sw.is_managed || sw->sw.vlans)
		return 0;
	sw->sw.vlans = arena_alloc(&t->doc->arena, sizeof(*sw->sw.vlans));
	if (!sw->sw.vlans)
		return topology_fail_memory(t, err);
	memset(sw->sw.vlans, 0, sizeof(*sw->sw.vlans));
	vlan_set_add(sw->sw.vlans, VLAN_UNTAGGED, VLAN_UNTAGGED);
	return 0;
}

static void learn(struct node *sw, const struct attach *attach)
{
	uint32_t untagged = attach_untagged(attach);

	if (!sw->sw.vlans)
		return;
	if (untagged > 0)
		vlan_set_add(sw->sw.vlans, untagged, untagged);
	sw->sw.has_trunk |= attach_is_trunk(attach);
	for (size_t i = 0; i < attach->n_trunk; i++)
		vlan_set_add(sw->sw.vlans, (unsigned)attach->trunk[i].vlan,
		    (unsigned)attach->trunk[i].vlan);
}

static struct node *node_of(struct topology *t, const struct node *node)
{
	return &t->nodes[node->number - 1];
}

static int check_node(struct topology *t, struct node *node, struct error *err)
{
	const struct attach *attach;
	int worst = 0;

	for (size_t k = 0; (attach = node_cable(node, k)); k++) {
		int r = 0;

		if (attach->to && attach_has_vlans(attach))
			r = check_cable(t, node, attach, k == 0, err);
		if (r == 0 && attach->to && attach_has_vlans(attach))
			r = add_set(t, node_of(t, attach->to), err);
		if (r == 0 && attach_has_vlans(attach) && node->kind == NODE_SWITCH)
			r = add_set(t, node, err);
		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}

uint32_t topology_vlan_count(const struct node *sw)
{
	const struct vlan_set *set = sw->sw.vlans;
	uint32_t n = 0;

	for (size_t i = 0; set && i < ARRAY_LEN(set->bits); i++)
		n += (uint32_t)__builtin_popcountll(set->bits[i]);
	return n;
}

uint32_t topology_vlan_rank(const struct node *sw, uint32_t vlan)
{
	const uint64_t *bits = sw->sw.vlans->bits;
	uint64_t below = (UINT64_C(1) << vlan % 64) - 1;
	uint32_t rank = (uint32_t)__builtin_popcountll(bits[vlan / 64] & below);

	for (uint32_t i = 0; i < vlan / 64; i++)
		rank += (uint32_t)__builtin_popcountll(bits[i]);
	return rank;
}

uint32_t topology_vlan_segment(const struct node *sw, uint32_t vlan)
{
	if (!sw->sw.vlans)
		return sw->sw.first_segment;
	return vlan > 0 ? sw->sw.first_segment + topology_vlan_rank(sw, vlan) : 0;
}

uint32_t topology_segment(const struct topology *t, const struct node *sw,
    uint32_t vlan)
{
	return t->segments[topology_vlan_segment(sw, vlan)];
}

/* Each switch has a segment for each VLAN that it keeps apart, or one. */
static void number_segments(struct topology *t)
{
	const struct attach *attach;

	for (size_t i = 0; i < t->n_nodes; i++) {
		struct node *node = &t->nodes[i];

		for (size_t k = 0; (attach = node_cable(node, k)); k++) {
			if (attach->to)
				learn(node_of(t, attach->to), attach);
			if (node->kind == NODE_SWITCH)
				learn(node, attach);
		}
	}
	for (size_t i = 0; i < t->n_nodes; i++) {
		struct node *node = &t->nodes[i];

		if (node->kind != NODE_SWITCH)
			continue;
		node->sw.first_segment = t->n_segments + 1;
		t->n_segments += node->sw.vlans ? topology_vlan_count(node) : 1;
	}
}

int topology_check_vlans(struct topology *t, struct error *err)
{
	int worst = 0;

	for (size_t i = 0; i < t->n_nodes; i++) {
		int r = check_node(t, &t->nodes[i], err);

		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	number_segments(t);
	return worst;
}

/* ---- schema -------------------------------------------------------------------------- */

static void put_item(struct json *json, const char *key)
{
	json_object_begin(json, key);
	json_text(json, "description",
	    "a VLAN; of a router's port with its address there");
	json_array_begin(json, "anyOf");
	json_object_begin(json, NULL);
	json_text(json, "type", "integer");
	json_uint(json, "minimum", VLAN_MIN);
	json_uint(json, "maximum", VLAN_MAX);
	json_object_end(json);
	json_object_begin(json, NULL);
	json_text(json, "type", "string");
	json_text(json, "pattern",
	    "^[0-9]{1,4} +[0-9A-Fa-f.:]+/[0-9]{1,3}( +[0-9A-Fa-f.:]+/[0-9]{1,3})?$");
	json_object_end(json);
	conf_schema_object(json, NULL, NULL, trunk_rows);
	json_array_end(json);
	json_object_end(json);
}

void topology_trunk_schema(struct json *json, const char *key)
{
	json_object_begin(json, key);
	json_text(json, "description", "VLANs whose frames pass it with a tag");
	json_array_begin(json, "anyOf");
	put_item(json, NULL);
	json_object_begin(json, NULL);
	json_text(json, "type", "array");
	json_uint(json, "minItems", 1);
	json_uint(json, "maxItems", TRUNK_VLANS_MAX);
	put_item(json, "items");
	json_object_end(json);
	json_array_end(json);
	json_object_end(json);
}
