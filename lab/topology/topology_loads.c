/* Load tests: the ACS that they load, their profile beside the topology, the addresses of their
 * CPEs. */
#include "lab/topology/topology_internal.h"
#include "lib/base/buf.h"
#include "lib/base/text.h"
#include "lib/load/load_file.h"
#include "lib/proto/url.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Its CPEs ask no DNS, so that nothing but the ACS is measured: the URL has the address of the node
 * in the place of its name. */
static int make_url(struct topology *t, struct node *node, const struct node *acs,
    struct error *err)
{
	char address[IPV4_TEXT_MAX];
	auto_buf text = BUF_NULL;
	struct url url;

	if (url_parse(&url, str_of(acs->acs.url), NULL) < 0)
		return 0; /* which was told */
	buf_printf(&text, "%s://%s:%u%.*s", url.is_https ? "https" : "http",
	    ipv4_text(acs->address.address, address), (unsigned)url.port,
	    STR_ARG(url.path));
	node->load.url = arena_strdup(&t->doc->arena, buf_str(&text));
	return text.error || !node->load.url ? topology_fail_memory(t, err) : 0;
}

static int check_written_url(struct topology *t, struct node *node, struct error *err)
{
	const struct conf_node *at = node_at(node, "acs");
	struct url url;
	uint32_t address;
	int r = topology_check_url(t, at, node->load.acs, &url, err);

	if (r < 0)
		return r;
	node->load.url = node->load.acs;
	if (ipv4_parse(url.host, &address) == 0)
		return 0;
	return conf_fail(t->doc, at, "the name of a node, or a URL with its address",
	    err, "\"%.*s\" is a name, and the CPEs of a load test ask no DNS",
	    STR_ARG(url.host));
}

static int check_acs(struct topology *t, struct node *node, struct error *err)
{
	const struct conf_node *at = node_at(node, "acs");
	char text[IPV4_TEXT_MAX];
	struct node *acs;
	int r;

	if (str_find(str_of(node->load.acs), STR("://"), NULL))
		return check_written_url(t, node, err);
	r = topology_find(t, node->load.acs, NODE_ACS, "a node of kind acs, or a URL",
	    at, &acs, err);
	if (r < 0 || !acs)
		return r;
	if (!conf_ipv4_net_is_same(&acs->address, &node->address))
		return conf_fail(t->doc, at, "an \"address\" of its network", err,
		    "\"%s\" is outside the network of \"%s\": it has %s", acs->name,
		    node->name, ipv4_text(acs->address.address, text));
	acs->acs.is_loaded = true;
	node->load.to = acs;
	return make_url(t, node, acs, err);
}

static int read_own(struct topology *t, struct node *node, struct error *err)
{
	struct load_file *own = arena_alloc(&t->doc->arena, sizeof(*own));
	int r;

	if (!own)
		return topology_fail_memory(t, err);
	r = load_file_read(own, t->doc, node->load.profile_conf, false, err);
	if (r == 0)
		node->load.own = own;
	return r;
}

static int check_profile(struct topology *t, struct node *node, struct error *err)
{
	const struct conf_node *at = node->load.profile_conf;
	char hint[300];

	if (at->kind == CONF_MAPPING)
		return read_own(t, node, err);
	if (at->kind != CONF_SCALAR || at->text.len == 0)
		return conf_fail(t->doc, at, "profile: storm.yaml", err,
		    "\"profile\" wants the name of a file, or the keys of one");
	node->load.profile = at->text.p;
	node->load.profile_path = topology_beside(t, node->load.profile);
	if (!node->load.profile_path)
		return topology_fail_memory(t, err);
	if (topology_is_file(node->load.profile_path))
		return 0;
	(void)snprintf(hint, sizeof(hint), "looked for %.250s",
	    node->load.profile_path);
	return conf_fail(t->doc, at, hint, err, "no profile of a load test \"%.80s\"",
	    node->load.profile);
}

/* ---- addresses ------------------------------------------------------------------------------ */

static bool overlap(const struct conf_ipv4_net *a, const struct conf_ipv4_net *b)
{
	uint32_t mask = ipv4_mask(MIN(a->prefix, b->prefix));

	return (a->address & mask) == (b->address & mask);
}

/* The network of a node, or the addresses behind one that stands before it, that these are of; null:
 * of none. */
static const struct node *find_rival(const struct topology *t, const struct node *node)
{
	const struct conf_ipv4_net *sources = &node->load.sources;
	struct node_place place;

	for (size_t i = 0; i < t->n_nodes; i++) {
		const struct node *other = &t->nodes[i];

		for (size_t k = 0; node_place(other, k, &place); k++) {
			if (place.address.prefix > 0 &&
			    overlap(sources, &place.address))
				return other;
		}
		if (other->kind == NODE_LOAD && other->number < node->number &&
		    other->load.sources.prefix > 0 &&
		    overlap(sources, &other->load.sources))
			return other;
	}
	return NULL;
}

static int check_sources(struct topology *t, struct node *node, struct error *err)
{
	const struct conf_ipv4_net *sources = &node->load.sources;
	const struct conf_node *at = node_at(node, "sources");
	char text[IPV4_TEXT_MAX], hint[96];
	const struct node *rival;

	if (sources->prefix == 0 && !conf_get(node->conf, "sources"))
		return 0;
	if (sources->prefix < 8 || !is_unicast(sources->address))
		return conf_fail(t->doc, at, "such as 100.64.0.0/16", err,
		    "%s/%u are no addresses for CPEs",
		    ipv4_text(sources->address, text), sources->prefix);
	rival = find_rival(t, node);
	if (!rival)
		return 0;
	(void)snprintf(hint, sizeof(hint), "such as 100.64.0.0/16; \"%s\" on line %u",
	    rival->name, rival->key->line);
	return conf_fail(t->doc, at, hint, err, "%s/%u is in use in this lab",
	    ipv4_text(sources->address, text), sources->prefix);
}

/* "RTY-01" is of "RTY-01" and of "RTY". */
bool topology_rule_is_of(const char *rule, const char *name)
{
	size_t n = strlen(name);

	return strncmp(rule, name, n) == 0 && (rule[n] == '\0' || rule[n] == '-');
}

static bool is_known(const char *const *rules, const char *name)
{
	for (; *rules; rules++) {
		if (topology_rule_is_of(*rules, name))
			return true;
	}
	return false;
}

static int check_keeps(struct topology *t, const struct node *node,
    const struct topology_options *options, struct error *err)
{
	const char *const *rules = options ? options->rules : NULL;
	const struct conf_strings *keeps = &node->load.keeps;
	const struct conf_node *list = conf_get(node->conf, "keeps");
	char hint[96];
	size_t n = 0;
	int worst = 0;

	while (rules && rules[n])
		n++;
	for (size_t i = 0; i < keeps->len && rules; i++) {
		const char *name = keeps->items[i];
		int r;

		if (is_known(rules, name))
			continue;
		r = conf_fail(t->doc, topology_item(list, i),
		    conf_suggest(str_of(name), rules, n, hint, sizeof(hint)), err,
		    "no rule is named \"%.40s\"", name);
		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}

int topology_check_loads(struct topology *t, const struct topology_options *options,
    struct error *err)
{
	int worst = 0;

	for (size_t i = 0; i < t->n_nodes; i++) {
		struct node *node = &t->nodes[i];
		int r = 0;

		if (node->kind != NODE_LOAD)
			continue;
		r = check_acs(t, node, err);
		if (conf_go_on(t->doc, r, &worst))
			r = check_profile(t, node, err);
		if (conf_go_on(t->doc, r, &worst))
			r = check_sources(t, node, err);
		if (conf_go_on(t->doc, r, &worst))
			r = check_keeps(t, node, options, err);
		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}
