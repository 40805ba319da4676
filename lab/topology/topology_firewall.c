/* Firewalls: routers with rules of nftables, in its own words. */
#include "lab/topology/topology_internal.h"
#include "lab/topology/topology_node_rows.h"
#include "lib/base/buf.h"
#include "lib/program/whole_file.h"

#include <stdio.h>
#include <string.h>

static const char *const policies[] = { "drop", "accept", NULL };

// clang-format off
const struct conf_row node_firewall_rows[] = {
	NODE_ROW_KIND,
	{ ROW(node, ports_conf, "ports", CONF_NODE,
	      "its interfaces eth0, eth1 and so on, as of a router"),
	  .is_required = true, .schema = topology_ports_schema },
	{ ROW(node, routes, "routes", CONF_OBJECTS, "networks that are no port's own"),
	  .rows = node_route_rows, .item_size = sizeof(struct node_route),
	  .max = ROUTER_ROUTES_MAX },
	{ ROW(node, firewall.rules, "rules", CONF_STRINGS,
	      "of what it sends on, in nftables' own words: \"iifname eth1 accept\"; the first that fits decides"),
	  .min = 1, .max = FIREWALL_RULES_MAX },
	{ ROW(node, firewall.policy, "policy", CONF_ENUM, "of what no rule fits"),
	  .names = policies, .dflt = "drop" },
	{ ROW(node, firewall.file, "file", CONF_STR,
	      "instead of rules: a file beside the topology, as nft -f reads it, with tables and chains of its own"),
	  .min = 1 },
	{ NULL },
};
// clang-format on

/* Its rule i, from 0, stands on line FIREWALL_RULES_LINE + i. */
static const char *put_table(struct topology *t, const struct node_firewall *firewall)
{
	auto_buf text = BUF_NULL;

	buf_printf(&text,
	    "table inet firewall {\n"
	    "\tchain forward {\n"
	    "\t\ttype filter hook forward priority filter; policy %s\n",
	    policies[firewall->policy]);
	for (size_t i = 0; i < firewall->rules.len; i++)
		buf_printf(&text, "\t\t%s\n", firewall->rules.items[i]);
	buf_append_text(&text, "\t}\n}\n");
	return text.error ? NULL : arena_strdup(&t->doc->arena, buf_str(&text));
}

/* One that spans lines, or closes the chain, would not be the rule that its place says. */
static int check_rules(const struct topology *t, const struct node *node,
    struct error *err)
{
	const struct conf_node *list = conf_get(node->conf, "rules");
	const struct conf_strings *rules = &node->firewall.rules;
	int worst = 0;

	for (size_t i = 0; i < rules->len; i++) {
		int r = 0;

		if (strpbrk(rules->items[i], "\n;"))
			r = conf_fail(t->doc, topology_item(list, i),
			    "tables and chains of your own stand in a \"file\"", err,
			    "a rule is one line without \";\"");
		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}

static int read_file(struct topology *t, struct node *node, struct error *err)
{
	struct node_firewall *firewall = &node->firewall;
	const struct conf_node *at = conf_get(node->conf, "file");
	struct error why = ERROR_NULL;
	auto_buf bytes = BUF_NULL;

	firewall->file_path = topology_beside(t, firewall->file);
	if (!firewall->file_path)
		return topology_fail_memory(t, err);
	if (whole_file_read(firewall->file_path, FIREWALL_FILE_MAX, &bytes, &why) < 0)
		return conf_fail(t->doc, at, why.text, err, "no file \"%.80s\"",
		    firewall->file);
	if (bytes.len > 0 && memchr(bytes.data, '\0', bytes.len))
		return conf_fail(t->doc, at, "rules are text", err,
		    "\"%.80s\" has a byte 0 in it", firewall->file);
	firewall->text = arena_strdup(&t->doc->arena, buf_str(&bytes));
	return firewall->text ? 0 : topology_fail_memory(t, err);
}

int topology_check_firewall(struct topology *t, struct node *node,
    const struct topology_options *options, struct error *err)
{
	struct node_firewall *firewall = &node->firewall;
	int worst = 0, r = topology_check_routes(t, node, err);

	(void)options;
	if (conf_go_on(t->doc, r, &worst))
		r = topology_check_ra(t, node, err);
	if (!conf_go_on(t->doc, r, &worst))
		return r;
	if (!firewall->file == (firewall->rules.len == 0))
		return conf_fail(t->doc, node_at(node, "file"),
		    "rules: [\"ct state established accept\"], or file: rules.nft", err,
		    "a firewall has either \"rules\" or a \"file\"");
	if (firewall->file && conf_get(node->conf, "policy"))
		return conf_fail(t->doc, node_at(node, "policy"), NULL, err,
		    "the chains of the \"file\" have policies of their own");
	if (firewall->file) {
		r = read_file(t, node, err);
		return r < 0 ? r : worst;
	}
	r = check_rules(t, node, err);
	if (r < 0)
		return r;
	firewall->text = put_table(t, firewall);
	return firewall->text ? worst : topology_fail_memory(t, err);
}
