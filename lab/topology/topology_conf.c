/* File to struct topology: each key is read here; what it means is checked next door. */
#include "lab/topology/topology_internal.h"
#include "lib/base/cleanup.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

DEFINE_CLEANUP(struct topology *, topology_free)

static int fail_no_kind(const struct topology *t, const struct conf_pair *pair,
    struct error *err)
{
	char hint[256] = "one of: ";
	size_t n = strlen(hint);

	for (size_t i = 0; i < NODE_KINDS; i++)
		n += (size_t)snprintf(hint + n, sizeof(hint) - n, "%s%s", i ? ", " : "",
		    node_kind_names[i]);
	return conf_fail(t->doc, pair->key, hint, err, "node \"%s\" has no kind",
	    pair->key->text.p);
}

static int read_kind(struct topology *t, const struct conf_pair *pair,
    enum node_kind *ret, struct error *err)
{
	const struct conf_row row[] = {
		{ .key = "kind", .type = CONF_ENUM, .names = node_kind_names },
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
		return fail_no_kind(t, pair, err);
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

	node->name = pair->key->text.p;
	node->key = pair->key;
	node->conf = pair->value;
	if (!is_dns_label(pair->key->text))
		return conf_fail(t->doc, pair->key,
		    "a to z, 0 to 9 and \"-\" inside, at most 63 characters", err,
		    "\"%.*s\" cannot be the name of a node",
		    (int)MIN(pair->key->text.len, (size_t)80), pair->key->text.p);
	r = read_kind(t, pair, &node->kind, err);
	if (r < 0)
		return r;
	r = conf_bind(t->doc, node->conf, node_rows(node->kind), node, err);
	if (node->kind == NODE_SWITCH)
		node->sw.snooping_conf = conf_get(node->conf, "snooping");
	if (node->kind == NODE_SWITCH && conf_get(node->conf, "cwmp")) {
		node->sw.is_managed = true;
		node->cpe.count = 1;
	}
	if (r == 0 && node_has_ports(node->kind))
		return topology_bind_ports(t, node, err);
	if (r == 0)
		r = topology_bind_attach(t, node, err);
	return r == 0 && node->kind == NODE_SWITCH ? topology_bind_links(t, node, err)
						   : r;
}

/* A node that is broken stands behind the sound ones: it is known by its name, so that
 * nothing is said of those who refer to it, but no check looks at it. */
static int keep_node(struct topology *t, struct node *node, struct node **broken,
    struct error *err)
{
	struct node *place = node->is_broken ? --*broken : &t->nodes[t->n_nodes++];

	node->number = node->identity = (uint32_t)t->n_nodes;
	*place = *node;
	return map_put(&t->by_name, node->key->text, place) < 0
		   ? topology_fail_memory(t, err)
		   : 0;
}

static int bind_nodes(struct topology *t, const struct conf_node *nodes,
    struct error *err)
{
	struct node *broken;
	int worst = 0;

	if (nodes->kind != CONF_MAPPING || nodes->len == 0)
		return conf_fail(t->doc, nodes, "such as sw1: {kind: switch}", err,
		    "\"nodes\" wants one entry a node");
	if (nodes->len > TOPOLOGY_NODES_MAX)
		return conf_fail(t->doc, nodes, "many CPEs are one node with a count",
		    err, "%zu nodes; %d is the most", nodes->len, TOPOLOGY_NODES_MAX);
	t->nodes = arena_array(&t->doc->arena, nodes->len, sizeof(*t->nodes));
	if (!t->nodes)
		return topology_fail_memory(t, err);
	broken = t->nodes + nodes->len;
	for (size_t i = 0; i < nodes->len; i++) {
		struct node node = { .name = NULL };
		int r = bind_node(t, &nodes->pairs[i], &node, err);

		if (!conf_go_on(t->doc, r, &worst))
			return r;
		node.is_broken = r < 0;
		r = keep_node(t, &node, &broken, err);
		if (r < 0)
			return r;
	}
	return worst;
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

static int read_all(struct topology *t, const struct topology_options *options,
    struct error *err)
{
	struct topology_keys keys = { NULL };
	int r, worst = 0;

	t->folder = folder_of(t, t->path);
	if (!t->folder)
		return topology_fail_memory(t, err);
	r = topology_read_faults(t, options ? options->fault : NULL, err);
	if (!conf_go_on(t->doc, r, &worst))
		return r;
	r = conf_bind(t->doc, t->doc->root, topology_rows, &keys, err);
	if (!conf_go_on(t->doc, r, &worst) || !keys.nodes)
		return r;
	t->name = keys.name;
	t->description = keys.description;
	t->seed = keys.seed;
	t->has_seed = keys.seed_conf;
	r = bind_nodes(t, keys.nodes, err);
	if (!conf_go_on(t->doc, r, &worst))
		return r;
	r = topology_check(t, &keys, options, err);
	return r < 0 ? r : worst;
}

/* Takes doc over, also on failure. */
static int from_doc(struct conf_doc *doc, const struct topology_options *options,
    struct topology **ret, struct error *err)
{
	auto_cleanup(topology_free) struct topology *t = calloc(1, sizeof(*t));
	int r;

	if (!t) {
		conf_free(doc);
		return error_set(err, -ENOMEM, "not enough memory");
	}
	t->doc = doc;
	t->path = doc->name;
	r = read_all(t, options, err);
	if (r == 0 || r == ERR_CONFIG)
		r = conf_mistakes_fail(doc->mistakes, err);
	if (r < 0)
		return r;
	doc->mistakes = NULL;
	*ret = steal_ptr(&t);
	return 0;
}

/* What is wrong before there is a tree, noted unless it was. */
static int fail_unread(struct conf_mistakes *mistakes, int r, struct error *err)
{
	if (r != ERR_CONFIG)
		return r;
	if (mistakes->len == 0)
		conf_mistakes_add(mistakes, 0, 0, err->text);
	return conf_mistakes_fail(mistakes, err);
}

static struct conf_mistakes *noted_in(const struct topology_options *options,
    struct conf_mistakes *own)
{
	return options && options->mistakes ? options->mistakes : own;
}

int topology_parse(const char *path, struct str bytes,
    const struct topology_options *options, struct topology **ret, struct error *err)
{
	struct conf_mistakes own = { .len = 0 };
	struct conf_mistakes *mistakes = noted_in(options, &own);
	struct conf_doc *doc;
	int r = conf_parse_all(path, bytes, mistakes, &doc, err);

	r = r < 0 ? fail_unread(mistakes, r, err) : from_doc(doc, options, ret, err);
	conf_mistakes_free(&own);
	return r;
}

/* A folder stands for the topology.yaml in it: *ret_inside, which the caller frees, or
 * null. */
static int look_inside(const char *path, char **ret_inside, struct error *err)
{
	size_t len = strlen(path);
	struct stat st;

	*ret_inside = NULL;
	if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
		return 0;
	while (len > 1 && path[len - 1] == '/')
		len--;
	if (asprintf(ret_inside, "%.*s/topology.yaml", (int)len, path) < 0) {
		*ret_inside = NULL;
		return error_set(err, -ENOMEM, "not enough memory");
	}
	if (access(*ret_inside, F_OK) == 0)
		return 0;
	return error_set(err, ERR_CONFIG,
	    "%s: error: is a directory without a topology.yaml", path);
}

int topology_load(const char *path, const struct topology_options *options,
    struct topology **ret, struct error *err)
{
	struct conf_mistakes own = { .len = 0 };
	struct conf_mistakes *mistakes = noted_in(options, &own);
	auto_free char *inside = NULL;
	struct conf_doc *doc;
	int r = look_inside(path, &inside, err);

	if (r == 0)
		r = conf_load_all(inside ? inside : path, mistakes, &doc, err);
	r = r < 0 ? fail_unread(mistakes, r, err) : from_doc(doc, options, ret, err);
	conf_mistakes_free(&own);
	return r;
}
