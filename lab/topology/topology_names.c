/* The names that the lab's DNS answers: "<node>.<domain>", the hosts of ACS URLs, and what
 * the file adds. */
#include "lab/topology/topology_internal.h"
#include "lib/base/text.h"

#include <stdio.h>
#include <string.h>

struct naming {
	struct topology *t;
	struct map seen; /* name to struct dns_entry */
	struct error *err;
};

/* A name may be said twice, with the same addresses. */
static int add(struct naming *naming, const struct dns_entry *entry,
    const struct conf_node *at)
{
	struct topology *t = naming->t;
	const struct dns_entry *other = map_get(&naming->seen, str_of(entry->name));
	char text[NODE_ADDRESSES_MAX];

	if (other && other->address == entry->address &&
	    ipv6_is_same(other->address6, entry->address6, 128))
		return 0;
	if (other)
		return conf_fail(t->doc, at, NULL, naming->err,
		    "\"%s\" is the name of %s already", entry->name,
		    addresses_text(other->address, other->address6, text));
	t->names[t->n_names] = *entry;
	if (map_put(&naming->seen, str_of(entry->name), &t->names[t->n_names]) < 0)
		return topology_fail_memory(t, naming->err);
	t->n_names++;
	return 0;
}

static struct dns_entry entry_of(const struct node *node, const char *name)
{
	struct dns_entry entry = { .name = name, .address = node->address.address };

	memcpy(entry.address6, node->address6.address, sizeof(entry.address6));
	return entry;
}

static int add_node(struct naming *naming, const struct node *node)
{
	struct topology *t = naming->t;
	size_t size = strlen(node->name) + strlen(t->domain) + 2;
	struct dns_entry entry;
	char *name;

	if (node->address.address == 0 && node->address6.prefix == 0)
		return 0;
	name = arena_alloc(&t->doc->arena, size);
	if (!name)
		return topology_fail_memory(t, naming->err);
	(void)snprintf(name, size, "%s.%s", node->name, t->domain);
	entry = entry_of(node, name);
	return add(naming, &entry, node->key);
}

/* A name that somebody wrote into the file. */
static int add_written(struct naming *naming, const struct dns_entry *entry,
    const struct conf_node *at)
{
	if (!is_dns_name(str_of(entry->name)))
		return conf_fail(naming->t->doc, at, NULL, naming->err,
		    "\"%.80s\" is no DNS name", entry->name);
	return add(naming, entry, at);
}

static bool is_address(const char *host)
{
	uint32_t address;
	uint8_t address6[16];

	return ipv4_parse(str_of(host), &address) == 0 ||
	       ipv6_parse(str_of(host), address6) == 0;
}

/* Of an ACS, or of a proxy. */
static int add_server(struct naming *naming, const struct node *node, const char *host,
    const struct conf_strings *names)
{
	const struct conf_node *list = conf_get(node->conf, "names");
	struct dns_entry entry = entry_of(node, host);
	int r = 0, worst = 0;

	/* Without a host its URL is wrong, which was told. */
	if (host && !is_address(host))
		r = add(naming, &entry, node_at(node, "url"));
	for (size_t i = 0; i < names->len; i++) {
		const struct conf_node *at = topology_item(list, i);

		if (!conf_go_on(naming->t->doc, r, &worst))
			return r;
		entry.name = names->items[i];
		r = add_written(naming, &entry, at);
	}
	return r < 0 ? r : worst;
}

static int add_records(struct naming *naming, const struct node *node)
{
	const struct dns_entry *records = node->dns.records.items;
	const struct conf_node *list = conf_get(node->conf, "records");
	int worst = 0;

	for (size_t i = 0; i < node->dns.records.len; i++) {
		int r =
		    add_written(naming, &records[i], conf_get(list->items[i], "name"));

		if (!conf_go_on(naming->t->doc, r, &worst))
			return r;
	}
	return worst;
}

static int add_all(struct naming *naming)
{
	struct topology *t = naming->t;
	int worst = 0;

	for (size_t i = 0; i < t->n_nodes; i++) {
		const struct node *node = &t->nodes[i];
		int r = add_node(naming, node);

		if (r == 0 && node->kind == NODE_ACS)
			r = add_server(naming, node, node->acs.host, &node->acs.names);
		if (r == 0 && node->kind == NODE_PROXY)
			r = add_server(naming, node, node->proxy.host,
			    &node->proxy.names);
		if (r == 0 && node->kind == NODE_DNS)
			r = add_records(naming, node);
		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}

const char *topology_domain(const struct topology *t)
{
	for (size_t i = 0; i < t->n_nodes; i++) {
		if (t->nodes[i].kind == NODE_DNS && t->nodes[i].dns.domain)
			return t->nodes[i].dns.domain;
	}
	return "lab";
}

int topology_check_names(struct topology *t, struct error *err)
{
	struct naming naming = { t, MAP_NULL, err };
	size_t room = t->n_nodes;
	int r;

	t->domain = topology_domain(t);
	for (size_t i = 0; i < t->n_nodes; i++) {
		const struct node *node = &t->nodes[i];

		if (node->kind == NODE_ACS)
			room += 1 + node->acs.names.len;
		if (node->kind == NODE_PROXY)
			room += 1 + node->proxy.names.len;
		if (node->kind == NODE_DNS)
			room += node->dns.records.len;
	}
	t->names = arena_array(&t->doc->arena, room, sizeof(*t->names));
	if (!t->names)
		return topology_fail_memory(t, err);
	r = add_all(&naming);
	map_free(&naming.seen);
	return r;
}
