/* CPEs: model, ACS slots, serial numbers, MACs. */
#include "lab/topology/topology_internal.h"
#include "lib/base/wire.h"
#include "lib/program/share.h"
#include "lib/proto/url.h"
#include "lib/quirk/quirk.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>

/* The mapping that has the keys of a CPE: of a managed switch it is "cwmp". */
static const struct conf_node *keys_of(const struct node *node)
{
	return node->kind == NODE_SWITCH ? conf_get(node->conf, "cwmp") : node->conf;
}

/* node_at() of those. */
static const struct conf_node *key_at(const struct node *node, const char *key)
{
	const struct conf_node *at = conf_get(keys_of(node), key);

	return at ? at : node->key;
}

static int check_slot(const struct topology *t, const struct node *node,
    const char *key, const struct cpe_acs *slot, struct error *err)
{
	const struct conf_node *conf = conf_get(keys_of(node), key);
	struct url url;

	if (slot->password && !slot->username)
		return conf_fail(t->doc, conf_get(conf, "password"), NULL, err,
		    "\"password\" needs a \"username\"");
	return conf ? topology_check_url(t, conf_get(conf, "url"), slot->url, &url, err)
		    : 0;
}

/* "did you mean ...?" among the files of the folder of models. */
static const char *suggest_model(const char *folder, struct str word, char *hint,
    size_t size)
{
	char names[64][64];
	const char *list[ARRAY_LEN(names)];
	struct dirent *entry;
	size_t n = 0;
	DIR *dir = folder ? opendir(folder) : NULL;

	if (!dir)
		return NULL;
	while (n < ARRAY_LEN(names) && (entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);

		if (len < 6 || len - 5 >= sizeof(names[0]) ||
		    strcmp(entry->d_name + len - 5, ".yaml") != 0)
			continue;
		(void)snprintf(names[n], sizeof(names[0]), "%.*s", (int)(len - 5),
		    entry->d_name);
		list[n] = names[n];
		n++;
	}
	(void)closedir(dir);
	return conf_suggest(word, list, n, hint, size);
}

static int check_model(struct topology *t, struct node *node,
    const struct topology_options *options, struct error *err)
{
	const char *folder = options ? options->models : NULL;
	const char *model = node->cpe.model;
	char path[4096], hint[300];

	node->cpe.model_path = topology_beside(t, model);
	if (!node->cpe.model_path)
		return topology_fail_memory(t, err);
	if (topology_is_file(node->cpe.model_path))
		return 0;
	(void)snprintf(path, sizeof(path), "%s/%s.yaml", folder ? folder : "", model);
	if (folder && !strchr(model, '/') && topology_is_file(path)) {
		node->cpe.model_path = arena_strdup(&t->doc->arena, str_of(path));
		return node->cpe.model_path ? 0 : topology_fail_memory(t, err);
	}
	if (!folder)
		share_explain("topologies/models", hint, sizeof(hint));
	else if (!suggest_model(folder, str_of(model), hint, sizeof(hint)))
		(void)snprintf(hint, sizeof(hint), "looked for %.120s and %.120s",
		    node->cpe.model_path, path);
	return conf_fail(t->doc, key_at(node, "model"), hint, err,
	    "no device model is named \"%.80s\"", model);
}

static int check_serials(const struct topology *t, const struct node *node,
    struct error *err)
{
	const struct conf_strings *serials = &node->cpe.serials;
	const struct conf_node *list = conf_get(node->conf, "serials");

	if (serials->len > 0 && serials->len != node->cpe.count)
		return conf_fail(t->doc, list, NULL, err,
		    "%zu serials for %" PRIu64 " CPEs", serials->len, node->cpe.count);
	if (serials->len > 0 && node->cpe.serial_base)
		return conf_fail(t->doc, node_at(node, "serial-base"), NULL, err,
		    "\"serial-base\" cannot stand beside \"serials\"");
	for (size_t i = 0; i < serials->len; i++) {
		const struct conf_node *at = topology_item(list, i);

		if (at->text.len == 0 || at->text.len >= SERIAL_TEXT_MAX)
			return conf_fail(t->doc, at, "TR-069 allows 1 to 64 characters",
			    err, "this serial number has %zu bytes", at->text.len);
		for (size_t k = 0; k < i; k++) {
			if (strcmp(serials->items[k], serials->items[i]) == 0)
				return conf_fail(t->doc, at, NULL, err,
				    "this serial number is listed twice");
		}
	}
	return 0;
}

static uint64_t mac_number(const struct node *node, uint64_t i)
{
	uint8_t mac[6];

	node_mac(node, i, mac);
	return (uint64_t)get_u16(mac) << 32 | get_u32(mac + 2);
}

/* MACs that the plan chooses never meet; those of the file may meet any. */
static int check_macs(const struct topology *t, struct node *node, struct error *err)
{
	uint64_t first, last;

	node->cpe.has_mac_base = conf_get(node->conf, "mac-base");
	if (!node->cpe.has_mac_base)
		return 0;
	first = mac_number(node, 1);
	last = first + node->cpe.count - 1;
	if (last >> 40 != first >> 40)
		return conf_fail(t->doc, node_at(node, "mac-base"), NULL, err,
		    "counting up from here changes the first byte");
	for (size_t i = 0; i < t->n_nodes; i++) {
		const struct node *other = &t->nodes[i];

		if (other == node || mac_number(other, 1) > last ||
		    mac_number(other, node_count(other)) < first)
			continue;
		return conf_fail(t->doc, node_at(node, "mac-base"), NULL, err,
		    "\"%s\" has a MAC in this range", other->name);
	}
	return 0;
}

/* Who leases its address gets its router with it. */
static int check_router(const struct topology *t, const struct node *node,
    struct error *err)
{
	if (node->router == 0 || node->address.address != 0)
		return 0;
	return conf_fail(t->doc, key_at(node, "router"), "address: 10.0.0.5/24", err,
	    "\"router\" needs an \"address\" that is not leased");
}

int topology_check_cpe(struct topology *t, struct node *node,
    const struct topology_options *options, struct error *err)
{
	int worst = 0, r = check_model(t, node, options, err);
	struct quirks quirks;

	if (conf_go_on(t->doc, r, &worst))
		r = quirks_bind(&quirks, quirks_of_cpe, t->doc, key_at(node, "quirks"),
		    &node->cpe.quirks, "quirk", err);
	if (conf_go_on(t->doc, r, &worst))
		r = topology_check_console(t, node, conf_get(keys_of(node), "console"),
		    err);
	if (conf_go_on(t->doc, r, &worst))
		r = check_slot(t, node, "acs", &node->cpe.acs, err);
	if (conf_go_on(t->doc, r, &worst))
		r = check_slot(t, node, "default-acs", &node->cpe.default_acs, err);
	if (conf_go_on(t->doc, r, &worst))
		r = topology_check_tls(t, key_at(node, "tls"), &node->cpe.tls, err);
	if (conf_go_on(t->doc, r, &worst) && node->kind == NODE_SWITCH)
		r = check_router(t, node, err);
	if (conf_go_on(t->doc, r, &worst))
		r = check_serials(t, node, err);
	if (conf_go_on(t->doc, r, &worst))
		r = check_macs(t, node, err);
	return r < 0 ? r : worst;
}
