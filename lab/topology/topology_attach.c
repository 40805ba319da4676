/* Where a node plugs in, and what switches are linked to: a name, or the keys of a cable. */
#include "lab/topology/topology_internal.h"
#include "lab/topology/topology_node_rows.h"
#include "lib/base/json.h"

// clang-format off
const struct conf_row attach_rows[] = {
	{ ROW(attach, switch_name, "switch", CONF_STR, "the switch this node plugs into"),
	  .is_required = true },
	CABLE_ROWS(attach, ),
	{ NULL },
};
// clang-format on

/* count: of the cables that are alike. */
static int bind(struct topology *t, struct attach *attach, uint64_t count,
    struct error *err)
{
	int worst = 0, r;

	if (attach->conf->kind == CONF_SCALAR) {
		attach->switch_name = attach->conf->text.p;
		return 0;
	}
	r = conf_bind(t->doc, attach->conf, attach_rows, attach, err);
	if (!conf_go_on(t->doc, r, &worst))
		return r;
	r = topology_bind_link(t, attach, count, err);
	if (conf_go_on(t->doc, r, &worst))
		r = topology_bind_trunk(t, attach, err);
	return r < 0 ? r : worst;
}

static bool is_cable(const struct conf_node *at)
{
	return at->kind == CONF_MAPPING ||
	       (at->kind == CONF_SCALAR && at->text.len > 0);
}

int topology_bind_attach(struct topology *t, struct node *node, struct error *err)
{
	const struct conf_node *at = node->attach.conf;

	if (!at)
		return 0;
	if (!is_cable(at))
		return conf_fail(t->doc, at,
		    "attach: sw1, or attach: {switch: sw1, port: up1}", err,
		    "\"attach\" wants the name of a switch");
	return bind(t, &node->attach, node_count(node), err);
}

static int bind_item(struct topology *t, const struct conf_node *at,
    struct attach *attach, struct error *err)
{
	if (!is_cable(at))
		return conf_fail(t->doc, at,
		    "links: [sw2], or links: [{switch: sw2, link: dsl}]", err,
		    "\"links\" wants names of switches");
	attach->conf = at;
	return bind(t, attach, 1, err);
}

int topology_bind_links(struct topology *t, struct node *node, struct error *err)
{
	const struct conf_node *list = node->sw.links_conf;
	int worst = 0;

	if (!list)
		return 0;
	node->sw.n_links = list->kind == CONF_SEQUENCE ? list->len : 1;
	node->sw.links =
	    arena_array(&t->doc->arena, node->sw.n_links, sizeof(*node->sw.links));
	if (!node->sw.links)
		return topology_fail_memory(t, err);
	for (size_t i = 0; i < node->sw.n_links; i++) {
		int r = bind_item(t, topology_item(list, i), &node->sw.links[i], err);

		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}

const struct conf_node *topology_cable_at(const struct attach *attach)
{
	const struct conf_node *at = conf_get(attach->conf, "switch");

	return at ? at : attach->conf;
}

/* ---- schema -------------------------------------------------------------------------- */

void topology_text_or_schema(struct json *json, const char *key,
    const char *description, const struct conf_row *rows)
{
	json_object_begin(json, key);
	json_text(json, "description", description);
	json_array_begin(json, "anyOf");
	json_object_begin(json, NULL);
	json_text(json, "type", "string");
	json_object_end(json);
	conf_schema_object(json, NULL, NULL, rows);
	json_array_end(json);
	json_object_end(json);
}

void topology_attach_schema(struct json *json, const char *key)
{
	topology_text_or_schema(json, key, "the switch this node plugs into",
	    attach_rows);
}

void topology_links_schema(struct json *json, const char *key)
{
	json_object_begin(json, key);
	json_text(json, "description", "switches this one is linked to");
	json_array_begin(json, "anyOf");
	topology_text_or_schema(json, NULL, "the only one", attach_rows);
	json_object_begin(json, NULL);
	json_text(json, "type", "array");
	topology_text_or_schema(json, "items", "a switch, and the cable to it",
	    attach_rows);
	json_object_end(json);
	json_array_end(json);
	json_object_end(json);
}
