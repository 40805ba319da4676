/* File to struct topology: each key is read here; what it means is checked next door. */
#include "lab/topology/topology_internal.h"
#include "lib/base/cleanup.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

DEFINE_CLEANUP(struct topology *, topology_free)

static int bind_attach(struct topology *t, struct node *node, struct error *err)
{
	const struct conf_node *at = node->attach.conf;

	if (!at)
		return 0;
	if (at->kind == CONF_MAPPING)
		return conf_bind(t->doc, at, attach_rows, &node->attach, err);
	if (at->kind == CONF_SCALAR && at->text.len > 0) {
		node->attach.switch_name = at->text.p;
		return 0;
	}
	return conf_fail(t->doc, at, "attach: sw1, or attach: {switch: sw1, port: up1}",
	    err, "\"attach\" wants the name of a switch");
}

static int read_kind(struct topology *t, const struct conf_pair *pair,
    enum node_kind *ret, struct error *err)
{
	const struct conf_row row[] = {
		{ .key = "kind",
		    .type = CONF_ENUM,
		    .names = node_kind_names,
		    .help = "one of: switch, dns, dhcp, acs, cpe, host" },
		{ NULL },
	};
	const struct conf_node *kind = conf_get(pair->value, "kind");
	struct conf_pair only = { NULL, NULL };
	struct conf_node mapping = *pair->value;
	int value = 0, r;

	if (pair->value->kind != CONF_MAPPING)
		return conf_fail(t->doc, pair->value,
		    "such as {kind: cpe, attach: sw1}", err,
		    "node \"%s\" wants a mapping", pair->key->text.p);
	if (!kind)
		return conf_fail(t->doc, pair->key, row[0].help, err,
		    "node \"%s\" has no kind", pair->key->text.p);
	for (size_t i = 0; i < pair->value->len; i++) {
		if (pair->value->pairs[i].value == kind)
			only = pair->value->pairs[i];
	}
	mapping.pairs = &only;
	mapping.len = 1;
	r = conf_bind(t->doc, &mapping, row, &value, err);
	*ret = (enum node_kind)value;
	return r;
}

static int bind_node(struct topology *t, const struct conf_pair *pair,
    struct node *node, struct error *err)
{
	int r;

	if (!is_dns_label(pair->key->text))
		return conf_fail(t->doc, pair->key,
		    "a to z, 0 to 9 and \"-\" inside, at most 63 characters", err,
		    "\"%.*s\" cannot be the name of a node",
		    (int)MIN(pair->key->text.len, (size_t)80), pair->key->text.p);
	r = read_kind(t, pair, &node->kind, err);
	if (r < 0)
		return r;
	node->name = pair->key->text.p;
	node->key = pair->key;
	node->conf = pair->value;
	r = conf_bind(t->doc, node->conf, node_rows(node->kind), node, err);
	if (r == 0)
		r = bind_attach(t, node, err);
	if (r == 0 && map_put(&t->by_name, pair->key->text, node) < 0)
		r = topology_fail_memory(t, err);
	return r;
}

static int bind_nodes(struct topology *t, const struct conf_node *nodes,
    struct error *err)
{
	if (nodes->kind != CONF_MAPPING || nodes->len == 0)
		return conf_fail(t->doc, nodes, "such as sw1: {kind: switch}", err,
		    "\"nodes\" wants one entry a node");
	if (nodes->len > TOPOLOGY_NODES_MAX)
		return conf_fail(t->doc, nodes, "many CPEs are one node with a count",
		    err, "%zu nodes; %d is the most", nodes->len, TOPOLOGY_NODES_MAX);
	t->nodes = arena_array(&t->doc->arena, nodes->len, sizeof(*t->nodes));
	if (!t->nodes)
		return topology_fail_memory(t, err);
	t->n_nodes = nodes->len;
	for (size_t i = 0; i < nodes->len; i++) {
		int r;

		t->nodes[i].number = (uint32_t)i + 1;
		r = bind_node(t, &nodes->pairs[i], &t->nodes[i], err);
		if (r < 0)
			return r;
	}
	return 0;
}

static const char *folder_of(struct topology *t, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return ".";
	if (slash == path)
		return "/";
	return arena_strdup(&t->doc->arena, str_make(path, (size_t)(slash - path)));
}

/* Takes doc over, also on failure. */
static int from_doc(struct conf_doc *doc, const struct topology_options *options,
    struct topology **ret, struct error *err)
{
	auto_cleanup(topology_free) struct topology *t = calloc(1, sizeof(*t));
	struct topology_keys keys = { NULL };
	int r;

	if (!t) {
		conf_free(doc);
		return error_set(err, -ENOMEM, "not enough memory");
	}
	t->doc = doc;
	t->path = doc->name;
	t->folder = folder_of(t, doc->name);
	if (!t->folder)
		return topology_fail_memory(t, err);
	r = conf_bind(doc, doc->root, topology_rows, &keys, err);
	if (r < 0)
		return r;
	t->name = keys.name;
	t->description = keys.description;
	t->seed = keys.seed;
	t->has_seed = keys.seed_conf;
	t->expect = keys.expect;
	r = bind_nodes(t, keys.nodes, err);
	if (r == 0)
		r = topology_check(t, &keys, options, err);
	if (r < 0)
		return r;
	*ret = steal_ptr(&t);
	return 0;
}

int topology_parse(const char *path, struct str bytes,
    const struct topology_options *options, struct topology **ret, struct error *err)
{
	struct conf_doc *doc;
	int r = conf_parse(path, bytes, &doc, err);

	return r < 0 ? r : from_doc(doc, options, ret, err);
}

int topology_load(const char *path, const struct topology_options *options,
    struct topology **ret, struct error *err)
{
	struct conf_doc *doc;
	struct stat st;
	auto_free char *inside = NULL;
	int r;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		size_t len = strlen(path);

		while (len > 1 && path[len - 1] == '/')
			len--;
		if (asprintf(&inside, "%.*s/topology.yaml", (int)len, path) < 0)
			return error_set(err, -ENOMEM, "not enough memory");
		if (access(inside, F_OK) < 0)
			return error_set(err, ERR_CONFIG,
			    "%s: error: is a directory without a topology.yaml", path);
		path = inside;
	}
	r = conf_load(path, &doc, err);
	return r < 0 ? r : from_doc(doc, options, ret, err);
}
