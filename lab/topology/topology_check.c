/* What each node refers to, and what the whole expects. */
#include "lab/topology/topology_internal.h"
#include "lib/load/load_file.h"

#include <inttypes.h>
#include <stdio.h>

/* "<node>-<i>" of a counted node must not be the name of another. */
static int check_instance_name(const struct topology *t, const struct node *node,
    struct error *err)
{
	const struct node *other = topology_counted(t, str_of(node->name), NULL);
	char hint[128];

	if (!other)
		return 0;
	(void)snprintf(hint, sizeof(hint), "\"%s\" on line %u has a count of %" PRIu64,
	    other->name, other->key->line, node_count(other));
	return conf_fail(t->doc, node->key, hint, err,
	    "\"%s\" is also the name of a CPE of \"%s\"", node->name, other->name);
}

static int check_counts(struct topology *t, struct error *err)
{
	uint64_t n_certificates = 0;

	for (size_t i = 0; i < t->n_nodes; i++) {
		struct node *node = &t->nodes[i];

		if (!node_is_cpe(node))
			continue;
		if (node->cpe.serials.len > 0 && !conf_get(node->conf, "count"))
			node->cpe.count = node->cpe.serials.len;
		t->n_cpes += node->cpe.count;
		if (t->n_cpes > TOPOLOGY_CPES_MAX)
			return conf_fail(t->doc, node_at(node, "count"), NULL, err,
			    "%" PRIu64 " CPEs so far; %d is the most", t->n_cpes,
			    TOPOLOGY_CPES_MAX);
		if (node->cpe.certificate != CPE_CERTIFICATE_NONE)
			n_certificates += node->cpe.count;
		if (n_certificates > TOPOLOGY_CERTIFICATES_MAX)
			return conf_fail(t->doc, node_at(node, "client-certificate"),
			    NULL, err,
			    "certificates for %" PRIu64 " CPEs so far; %d is the most",
			    n_certificates, TOPOLOGY_CERTIFICATES_MAX);
	}
	return 0;
}

static int check_dns(struct topology *t, struct node *node,
    const struct topology_options *options, struct error *err)
{
	(void)options;
	if (is_dns_name(str_of(node->dns.domain)))
		return 0;
	return conf_fail(t->doc, node_at(node, "domain"), NULL, err,
	    "\"%s\" is no DNS name", node->dns.domain);
}

static int check_switch(struct topology *t, struct node *node,
    const struct topology_options *options, struct error *err)
{
	int r = topology_check_snooping(t, node, err);

	return r < 0 || !node->sw.is_managed
		   ? r
		   : topology_check_cpe(t, node, options, err);
}

/* By kind; null: there is nothing to check, or it is checked with all others of its kind
 * (topology_check_loads()). */
static node_check_fn *const checks[NODE_KINDS] = {
	[NODE_SWITCH] = check_switch,
	[NODE_DNS] = check_dns,
	[NODE_DHCP] = topology_check_dhcp,
	[NODE_ACS] = topology_check_acs,
	[NODE_CPE] = topology_check_cpe,
	[NODE_ROUTER] = topology_check_router,
	[NODE_NAT] = topology_check_nat,
	[NODE_HOST] = topology_check_host,
	[NODE_PROXY] = topology_check_proxy,
	[NODE_FIREWALL] = topology_check_firewall,
};

static int check_node(struct topology *t, struct node *node,
    const struct topology_options *options, struct error *err)
{
	int r = check_instance_name(t, node, err);

	if (r < 0 || !checks[node->kind])
		return r;
	return checks[node->kind](t, node, options, err);
}

static int check_capture(struct topology *t, const struct topology_keys *keys,
    struct error *err)
{
	size_t room = keys->capture_conf ? keys->capture.len : t->n_nodes;
	char hint[96];
	int r = 0, worst = 0;

	t->capture = arena_array(&t->doc->arena, room, sizeof(*t->capture));
	if (!t->capture)
		return topology_fail_memory(t, err);
	for (size_t i = 0; !keys->capture_conf && i < t->n_nodes; i++) {
		if (node_kind_facts(t->nodes[i].kind)->is_recorded)
			t->capture[t->n_capture++] = &t->nodes[i];
	}
	for (size_t i = 0; i < keys->capture.len; i++) {
		struct str name = str_of(keys->capture.items[i]);
		const struct node *node = topology_node(t, name);

		if (!node)
			r = conf_fail(t->doc, topology_item(keys->capture_conf, i),
			    topology_suggest(t, name, -1, hint, sizeof(hint)), err,
			    "no node is named \"%.80s\"", name.p);
		else if (!node->is_broken && node->kind == NODE_SWITCH &&
			 !node->attach.conf)
			r = conf_fail(t->doc, topology_item(keys->capture_conf, i),
			    "name the nodes whose ports are recorded", err,
			    "\"%s\" is a switch that is attached to no other", name.p);
		if (!conf_go_on(t->doc, r, &worst))
			return r;
		t->capture[t->n_capture++] = node;
		r = 0;
	}
	return worst;
}

static int check_name(const struct topology *t, struct error *err)
{
	if (!t->name ||
	    is_dns_label(str_of(t->name))) /* null: told when it was bound */
		return 0;
	return conf_fail(t->doc, conf_get(t->doc->root, "name"),
	    "a to z, 0 to 9 and \"-\" inside, at most 63 characters", err,
	    "\"%.80s\" cannot be the name of a lab", t->name);
}

static int check_nodes(struct topology *t, const struct topology_options *options,
    struct error *err)
{
	int worst = 0;

	for (size_t i = 0; i < t->n_nodes; i++) {
		int r = check_node(t, &t->nodes[i], options, err);

		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}

int topology_check(struct topology *t, const struct topology_keys *keys,
    const struct topology_options *options, struct error *err)
{
	int worst = 0, r = check_name(t, err);

	if (conf_go_on(t->doc, r, &worst))
		r = check_counts(t, err);
	if (conf_go_on(t->doc, r, &worst))
		r = topology_check_links(t, err);
	if (conf_go_on(t->doc, r, &worst))
		r = topology_check_addresses(t, err);
	if (conf_go_on(t->doc, r, &worst))
		r = topology_check_routers(t, err);
	if (conf_go_on(t->doc, r, &worst))
		r = topology_check_routers6(t, err);
	if (conf_go_on(t->doc, r, &worst))
		r = topology_check_ip(t, err);
	if (conf_go_on(t->doc, r, &worst))
		r = check_nodes(t, options, err);
	if (conf_go_on(t->doc, r, &worst))
		r = topology_check_loads(t, options, err);
	if (conf_go_on(t->doc, r, &worst))
		r = topology_check_names(t, err);
	if (conf_go_on(t->doc, r, &worst))
		r = check_capture(t, keys, err);
	if (conf_go_on(t->doc, r, &worst))
		r = topology_check_expectations(t, keys->expect, options, err);
	return r < 0 ? r : worst;
}
