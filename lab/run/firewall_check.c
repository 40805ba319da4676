#include "lab/run/firewall_check.h"

#include "lab/kernel/nft.h"

/* Rule i of a list stands on a line of its own. */
static const struct conf_node *place_of(const struct node *node, unsigned line)
{
	const struct conf_node *rules = conf_get(node->conf, "rules");
	size_t i = line >= FIREWALL_RULES_LINE ? line - FIREWALL_RULES_LINE : SIZE_MAX;

	if (!rules || rules->kind != CONF_SEQUENCE)
		return rules ? rules : node->key;
	return i < rules->len ? rules->items[i] : rules;
}

static struct str line_of(struct str text, unsigned line)
{
	struct str one = STR_NULL;

	for (unsigned i = 0; i < line; i++)
		one = str_cut(text, '\n', &text);
	return one;
}

static int fail(const struct topology *topology, const struct node *node,
    const struct nft_mistake *mistake, struct error *err)
{
	const struct node_firewall *firewall = &node->firewall;
	struct str line = line_of(str_of(firewall->text), mistake->line);

	if (!firewall->file)
		return conf_fail(topology->doc, place_of(node, mistake->line), NULL,
		    err, "nft: %s", mistake->text);
	if (mistake->line == 0)
		return error_set(err, ERR_CONFIG, "%s: error: nft: %s",
		    firewall->file_path, mistake->text);
	return error_set(err, ERR_CONFIG, "%s:%u:%u: error: nft: %s\n%5u | %.*s",
	    firewall->file_path, mistake->line, mistake->column, mistake->text,
	    mistake->line, STR_ARG(line));
}

int firewall_check(const struct topology *topology, struct error *err)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];
		struct nft_mistake mistake;
		int r = node->kind == NODE_FIREWALL
			    ? nft_check(node->firewall.text, &mistake, err)
			    : 0;

		if (r < 0)
			return error_prefix(err, "%s", node->name);
		if (r > 0)
			return fail(topology, node, &mistake, err);
	}
	return 0;
}
