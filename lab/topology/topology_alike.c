/* What the checks of both families of addresses say alike. */
#include "lab/topology/topology_internal.h"

#include "lib/proto/url.h"

#include <stdio.h>

/* ---- addresses ------------------------------------------------------------------------- */

const char *topology_line_of(const struct node *node, char *hint, size_t size,
    const char *what)
{
	(void)snprintf(hint, size, "\"%s\" on line %u %s", node->name, node->key->line,
	    what);
	return hint;
}

bool topology_is_before(const struct conf_node *a, const struct conf_node *b)
{
	return a->line != b->line ? a->line < b->line : a->column < b->column;
}

const struct conf_node *topology_router_at(const struct node *node)
{
	const struct conf_node *keys =
	    node->kind == NODE_SWITCH ? conf_get(node->conf, "cwmp") : node->conf;
	const struct conf_node *at = conf_get(keys, "router");

	return at ? at : node->key;
}

int topology_check_places(struct topology *t, place_check_fn *check, void *user)
{
	struct node_place place;
	int worst = 0;

	for (size_t i = 0; i < t->n_nodes; i++) {
		const struct node *node = &t->nodes[i];

		for (size_t k = 0; node_place(node, k, &place); k++) {
			int r = check(user, node, k, &place);

			if (!conf_go_on(t->doc, r, &worst))
				return r;
		}
	}
	return worst;
}

int topology_check_once(struct topology *t, struct map *seen, const struct node *node,
    const struct node_place *place, struct str bytes, const char *text,
    struct error *err)
{
	const struct node *other = map_get(seen, bytes);
	char hint[128];

	if (!other)
		return map_put(seen, bytes, (void *)(uintptr_t)node) < 0
			   ? topology_fail_memory(t, err)
			   : 0;
	return conf_fail(t->doc, place->at,
	    topology_line_of(other, hint, sizeof(hint), "has it"), err,
	    "%s is used twice", text);
}

/* ---- pools ----------------------------------------------------------------------------- */

int topology_fail_in_pool(const struct topology *t, const struct node_place *place,
    const char *text, const struct node *dhcp, size_t i, const char *first,
    const char *last, struct error *err)
{
	char hint[160];

	(void)snprintf(hint, sizeof(hint), "%s-%s, line %u", first, last,
	    conf_get(dhcp->conf, "pools")->items[i]->line);
	return conf_fail(t->doc, place->at, hint, err, "%s is inside a pool of \"%s\"",
	    text, dhcp->name);
}

int topology_fail_acs(const struct pool_check *check, const char *key, const char *hint,
    const char *msg)
{
	const struct conf_node *acs = conf_get(check->conf, "acs");
	const struct conf_node *at = conf_get(acs, key);

	return conf_fail(check->t->doc, at ? at : acs, hint, check->err, "\"%s\" %s",
	    key, msg);
}

int topology_check_acs_url(const struct pool_check *check, const char *hint)
{
	const struct conf_node *conf = conf_get(check->conf, "acs");
	const char *text = check->pool->acs.url;
	struct url url;

	if (!text)
		return conf_fail(check->t->doc, conf, hint, check->err,
		    "\"url\" is missing");
	return topology_check_url(check->t, conf_get(conf, "url"), text, &url,
	    check->err);
}

/* ---- routes ---------------------------------------------------------------------------- */

int topology_check_next(const struct route_check *check, const struct node *next,
    const char *text)
{
	const struct conf_node *at = conf_get(check->conf, "via");

	if (!next && topology_has_broken(check->t))
		return 0;
	if (!next)
		return conf_fail(check->t->doc, at, "the \"address\" of a node there",
		    check->err, "a route to nowhere: no node has %s", text);
	if (next == check->node)
		return conf_fail(check->t->doc, at, NULL, check->err,
		    "%s is \"%s\" itself", text, check->node->name);
	return 0;
}
