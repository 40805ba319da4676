#include "lab/topology/topology.h"

#include "lab/topology/topology_internal.h"
#include "lib/base/text.h"
#include "lib/base/wire.h"
#include "lib/console/cli_config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void topology_free(struct topology *topology)
{
	if (!topology)
		return;
	map_free(&topology->by_name);
	conf_free(topology->doc);
	free(topology);
}

const struct node *topology_node(const struct topology *topology, struct str name)
{
	return map_get(&topology->by_name, name);
}

char *node_address_text(const struct node *node, char *text)
{
	return node->address.prefix > 0 ? ipv4_text(node->address.address, text)
					: ipv6_text(node->address6.address, text);
}

const struct node *topology_dns(const struct topology *topology)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		if (topology->nodes[i].kind == NODE_DNS)
			return &topology->nodes[i];
	}
	return NULL;
}

const struct node *topology_at6(const struct topology *topology,
    const uint8_t address[16])
{
	struct node_place place;

	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];

		for (size_t k = 0; node_place(node, k, &place); k++) {
			if (place.address6.prefix > 0 &&
			    ipv6_is_same(place.address6.address, address, 128))
				return node;
		}
	}
	return NULL;
}

bool node_has_ipv6(const struct node *node)
{
	for (size_t i = 0; i < node->n_ports; i++) {
		if (node->ports[i].address6.prefix > 0)
			return true;
	}
	return node->address6.prefix > 0 ||
	       (node->kind == NODE_CPE && node->cpe.ip != CPE_IP_V4);
}

char *addresses_text(uint32_t address, const uint8_t address6[16], char *text)
{
	char four[IPV4_TEXT_MAX] = "", six[IPV6_TEXT_MAX] = "";

	if (address != 0)
		(void)ipv4_text(address, four);
	if (ipv6_is_set(address6))
		(void)ipv6_text(address6, six);
	(void)snprintf(text, NODE_ADDRESSES_MAX, "%s%s%s", four,
	    four[0] && six[0] ? " " : "", six);
	return text;
}

char *node_addresses(const struct node *node, char *text)
{
	return addresses_text(node->address.address, node->address6.address, text);
}

const struct node *topology_at(const struct topology *topology, uint32_t address)
{
	struct node_place place;

	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];

		for (size_t k = 0; node_place(node, k, &place); k++) {
			if (place.address.address == address)
				return node;
		}
	}
	return NULL;
}

bool node_place(const struct node *node, size_t i, struct node_place *ret)
{
	const struct conf_node *keys = node->conf;

	if (i < node->n_ports) {
		const struct node_port *port = &node->ports[i];

		*ret =
		    (struct node_place){ &port->attach, port->address, port->address6,
			    port->segment, conf_get(port->attach.conf, "address") };
		return true;
	}
	if (i > 0 || node->n_ports > 0)
		return false;
	if (node->kind == NODE_SWITCH) /* of a managed one it stands below "cwmp" */
		keys = conf_get(keys, "cwmp");
	*ret = (struct node_place){ &node->attach, node->address, node->address6,
		node->segment, conf_get(keys, "address") };
	if (!ret->at)
		ret->at = node->key;
	return true;
}

size_t node_cables(const struct node *node)
{
	return node->n_ports > 0 ? node->ports[node->n_ports - 1].cable + 1 : 0;
}

/* The first interface of a cable. */
static const struct node_port *first_of(const struct node *node, size_t cable)
{
	size_t i = cable; /* each has one, at least */

	while (node->ports[i].cable < cable)
		i++;
	return &node->ports[i];
}

char *node_port_name(const struct node *node, size_t i, char *text)
{
	const struct node_port *port = &node->ports[i];

	if (port->vlan > 0)
		(void)snprintf(text, PORT_NAME_MAX, "eth%u.%u", port->cable % 100,
		    port->vlan % 10000);
	else
		(void)snprintf(text, PORT_NAME_MAX, "eth%u", port->cable % 100);
	return text;
}

const struct attach *node_cable(const struct node *node, size_t i)
{
	size_t own = node->n_ports > 0 ? node_cables(node) : node->attach.conf ? 1 : 0;

	if (i < own)
		return node->n_ports > 0 ? &first_of(node, i)->attach : &node->attach;
	return node->kind == NODE_SWITCH && i - own < node->sw.n_links
		   ? &node->sw.links[i - own]
		   : NULL;
}

bool node_routes(const struct node *node, uint32_t segment, uint32_t *ret)
{
	struct node_place place;

	if (node->n_ports == 0 || segment == 0)
		return false;
	/* To those outside a NAT is a host. */
	for (size_t i = node->kind == NODE_NAT ? 1 : 0; node_place(node, i, &place);
	     i++) {
		if (place.segment != segment)
			continue;
		*ret = place.address.address;
		return place.address.prefix > 0 || place.address6.prefix == 0;
	}
	return false;
}

const struct node_port *node_routes6(const struct node *node, uint32_t segment)
{
	for (size_t i = 0; i < node->n_ports && segment != 0; i++) {
		if (node->ports[i].segment == segment &&
		    node->ports[i].address6.prefix > 0)
			return &node->ports[i];
	}
	return NULL;
}

bool topology_relays(const struct topology *topology, uint32_t segment)
{
	uint32_t address;

	for (size_t i = 0; i < topology->n_routers; i++) {
		const struct node *node = topology->routers[i];

		if (node->kind == NODE_ROUTER && node->routing.relay.len > 0 &&
		    node_routes(node, segment, &address))
			return true;
	}
	return false;
}

const struct node *topology_counted(const struct topology *topology, struct str name,
    uint64_t *ret_i)
{
	const struct node *node;
	size_t dash = name.len;
	uint64_t i;

	while (dash > 0 && name.p[dash - 1] != '-')
		dash--;
	if (dash < 2 || dash == name.len || name.p[dash] == '0' ||
	    str_to_u64(str_from(name, dash), UINT32_MAX, &i) < 0)
		return NULL;
	node = topology_node(topology, str_make(name.p, dash - 1));
	if (!node || node_count(node) < 2 || i > node_count(node))
		return NULL;
	if (ret_i)
		*ret_i = i;
	return node;
}

const struct node *topology_instance(const struct topology *topology, struct str name,
    uint64_t *ret_i)
{
	const struct node *node = topology_node(topology, name);

	if (!node || node_count(node) > 1)
		return topology_counted(topology, name, ret_i);
	if (ret_i)
		*ret_i = 1;
	return node;
}

const char *node_url(const struct node *node)
{
	switch ((int)node->kind) {
	case NODE_ACS:
		return node->acs.url;
	case NODE_PROXY:
		return node->proxy.url;
	default:
		return NULL;
	}
}

bool node_is_cpe(const struct node *node)
{
	return node->kind == NODE_CPE ||
	       (node->kind == NODE_SWITCH && node->sw.is_managed);
}

bool node_informs(const struct node *node)
{
	const struct node_cpe *cpe = &node->cpe;
	const char *profile;

	if (!node_is_cpe(node))
		return false;
	if (!cpe->console.is_on || cpe->console.cwmp == CONSOLE_CWMP_ENABLED)
		return true;
	profile = cpe_console_profiles[cpe->console.profile];
	return cpe->console.cwmp == CONSOLE_CWMP_PROFILE &&
	       cli_profile_find(str_of(profile))->has_cwmp;
}

uint64_t node_count(const struct node *node)
{
	return node->kind == NODE_CPE ? node->cpe.count : 1;
}

char *node_instance_name(const struct node *node, uint64_t i, char *text)
{
	if (node_count(node) > 1)
		(void)snprintf(text, INSTANCE_NAME_MAX, "%s-%" PRIu64, node->name, i);
	else
		(void)snprintf(text, INSTANCE_NAME_MAX, "%s", node->name);
	return text;
}

void node_mac(const struct node *node, uint64_t i, uint8_t ret[6])
{
	const uint8_t *base = node->cpe.mac_base;
	uint64_t value = UINT64_C(2) << 40 | (uint64_t)node->identity << 24 | i;

	if (node->kind == NODE_CPE && node->cpe.has_mac_base)
		value = ((uint64_t)get_u16(base) << 32 | get_u32(base + 2)) + i - 1;
	put_u16(ret, (uint16_t)(value >> 32));
	put_u32(ret + 2, (uint32_t)value);
}

char *node_serial(const struct node *node, uint64_t i, char *text)
{
	uint8_t mac[6];

	if (node->cpe.serials.len > 0) {
		(void)snprintf(text, SERIAL_TEXT_MAX, "%s",
		    node->cpe.serials.items[i - 1]);
	} else if (node->cpe.serial_base) {
		text_count_up(node->cpe.serial_base, i - 1, text, SERIAL_TEXT_MAX);
	} else {
		node_mac(node, i, mac);
		(void)snprintf(text, SERIAL_TEXT_MAX, "%02X%02X%02X%02X%02X%02X",
		    mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	}
	return text;
}

/* ---- helpers of the checks --------------------------------------------------------- */

const struct conf_node *node_at(const struct node *node, const char *key)
{
	const struct conf_node *at = conf_get(node->conf, key);

	return at ? at : node->key;
}

const struct conf_node *topology_item(const struct conf_node *list, size_t i)
{
	return list->kind == CONF_SEQUENCE ? list->items[i] : list;
}

/* The part of a scalar from that byte on, as a node of its own. */
static struct conf_node *part_of(struct topology *t, const struct conf_node *at,
    struct str text)
{
	struct conf_node *part = arena_alloc(&t->doc->arena, sizeof(*part));
	char *copy = arena_strdup(&t->doc->arena, text);

	if (!part || !copy)
		return NULL;
	*part = *at;
	part->text = str_make(copy, text.len);
	if (!at->is_quoted && at->width == at->text.len) {
		part->column += (uint32_t)(text.p - at->text.p);
		part->width = (uint32_t)text.len;
	}
	return part;
}

/* What stands for the addresses: one word, or one of each family. */
static struct conf_node *addresses_of(struct topology *t, const struct conf_node *at,
    struct str text)
{
	struct str second, first = str_cut(text, ' ', &second);
	struct conf_node *list = part_of(t, at, text);

	second = str_trim(second);
	if (!list || second.len == 0)
		return list;
	list->kind = CONF_SEQUENCE;
	list->len = 2;
	list->items = arena_array(&t->doc->arena, 2, sizeof(*list->items));
	if (!list->items)
		return NULL;
	list->items[0] = part_of(t, at, first);
	list->items[1] = part_of(t, at, second);
	return list->items[0] && list->items[1] ? list : NULL;
}

const struct conf_node *topology_as_mapping(struct topology *t,
    const struct conf_node *at, const char *first, const char *second)
{
	const char *const keys[] = { first, second };
	struct str parts[2];
	struct conf_pair *pairs = arena_array(&t->doc->arena, 2, sizeof(*pairs));
	struct conf_node *mapping = arena_alloc(&t->doc->arena, sizeof(*mapping));

	if (!pairs || !mapping)
		return NULL;
	parts[0] = str_cut(at->text, ' ', &parts[1]);
	parts[1] = str_trim(parts[1]);
	*mapping = *at;
	mapping->kind = CONF_MAPPING;
	mapping->pairs = pairs;
	mapping->len = parts[1].len > 0 ? 2 : 1;
	for (size_t i = 0; i < mapping->len; i++) {
		pairs[i].value =
		    i == 0 ? part_of(t, at, parts[i]) : addresses_of(t, at, parts[i]);
		pairs[i].key = part_of(t, at, parts[i]);
		if (!pairs[i].value || !pairs[i].key)
			return NULL;
		pairs[i].key->text = str_of(keys[i]);
	}
	return mapping;
}

bool topology_has_broken(const struct topology *t)
{
	return conf_get(t->doc->root, "nodes")->len > t->n_nodes;
}

int topology_fail_memory(const struct topology *t, struct error *err)
{
	return error_set(err, -ENOMEM, "%s: not enough memory", t->doc->name);
}

bool is_dns_label(struct str text)
{
	if (text.len == 0 || text.len > TOPOLOGY_NAME_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];
		bool is_end = i == 0 || i == text.len - 1;

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			(c == '-' && !is_end)))
			return false;
	}
	return true;
}

bool is_dns_name(struct str text)
{
	if (text.len == 0 || text.len > 253 || text.p[text.len - 1] == '.')
		return false;
	while (text.len > 0) {
		if (!is_dns_label(str_cut(text, '.', &text)))
			return false;
	}
	return true;
}

const char *topology_suggest_that(const struct topology *t, struct str word,
    bool (*is_fit)(const struct node *node), int kind, char *hint, size_t size)
{
	const char **names = calloc(t->n_nodes, sizeof(*names));
	const char *found = NULL;
	size_t n = 0;

	if (!names)
		return NULL;
	for (size_t i = 0; i < t->n_nodes; i++) {
		const struct node *node = &t->nodes[i];

		if (is_fit ? is_fit(node) : kind < 0 || (int)node->kind == kind)
			names[n++] = node->name;
	}
	found = conf_suggest(word, names, n, hint, size);
	if (!found && kind >= 0 && n == 0) {
		(void)snprintf(hint, size, "there is none yet; add one of kind %s",
		    node_kind_names[kind]);
		found = hint;
	}
	free(names);
	return found;
}

const char *topology_suggest(const struct topology *t, struct str word, int kind,
    char *hint, size_t size)
{
	return topology_suggest_that(t, word, NULL, kind, hint, size);
}

int topology_find(struct topology *t, const char *name, enum node_kind kind,
    const char *hint, const struct conf_node *at, struct node **ret, struct error *err)
{
	struct node *node = map_get(&t->by_name, str_of(name));
	char similar[96];

	*ret = NULL;
	if (!node)
		return conf_fail(t->doc, at,
		    topology_suggest(t, str_of(name), kind, similar, sizeof(similar)),
		    err, "no node is named \"%.80s\"", name);
	if (node->is_broken)
		return 0;
	if (node->kind != kind)
		return conf_fail(t->doc, at, hint, err, "\"%s\" is of kind %s",
		    node->name, node_kind_name(node->kind));
	*ret = node;
	return 0;
}

const char *topology_beside(struct topology *t, const char *file)
{
	size_t len = strlen(t->folder) + strlen(file) + 2;
	char *path;

	if (file[0] == '/' || strcmp(t->folder, ".") == 0)
		return arena_strdup(&t->doc->arena, str_of(file));
	path = arena_alloc(&t->doc->arena, len);
	if (path)
		(void)snprintf(path, len, "%s/%s", t->folder, file);
	return path;
}

bool topology_is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, R_OK) == 0;
}
