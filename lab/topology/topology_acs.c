/* ACSs: URL, policy beside the topology, credentials. */
#include "lab/topology/topology_internal.h"
#include "lib/base/text.h"
#include "lib/proto/url.h"

#include <stdio.h>
#include <sys/stat.h>

static bool take_slot(const struct topology *t, struct node *node, const char *url,
    const char *username, const char *password)
{
	if (!url || !username || !topology_leads_to(t, url, node))
		return false;
	node->acs.username = username;
	node->acs.password = password;
	return true;
}

static bool take_from_pools(const struct topology *t, struct node *acs,
    const struct node *dhcp)
{
	const struct dhcp_pool *pools = dhcp->dhcp.pools.items;

	for (size_t i = 0; i < dhcp->dhcp.pools.len; i++) {
		if (take_slot(t, acs, pools[i].acs.url, pools[i].acs.username,
			pools[i].acs.password))
			return true;
	}
	return false;
}

/* What CPEs are told to say is what this ACS wants to hear. */
static void take_credentials(const struct topology *t, struct node *acs)
{
	for (size_t i = 0; i < t->n_nodes; i++) {
		const struct node *node = &t->nodes[i];

		if (node->kind == NODE_DHCP && take_from_pools(t, acs, node))
			return;
		if (node_is_cpe(node) &&
		    (take_slot(t, acs, node->cpe.acs.url, node->cpe.acs.username,
			 node->cpe.acs.password) ||
			take_slot(t, acs, node->cpe.default_acs.url,
			    node->cpe.default_acs.username,
			    node->cpe.default_acs.password)))
			return;
	}
}

static int check_auth(struct topology *t, struct node *node, struct error *err)
{
	struct node_acs *acs = &node->acs;
	bool is_written = conf_get(node->conf, "auth");

	if (acs->password && !acs->username)
		return conf_fail(t->doc, node_at(node, "password"), NULL, err,
		    "\"password\" needs a \"username\"");
	if (!acs->username)
		take_credentials(t, node);
	if (!is_written && acs->username)
		acs->auth = ACS_AUTH_DIGEST;
	if (acs->auth == ACS_AUTH_NONE) {
		acs->username = acs->password = NULL;
		return 0;
	}
	if (acs->username && acs->password)
		return 0;
	return conf_fail(t->doc, node_at(node, is_written ? "auth" : "username"),
	    "write \"username\" and \"password\" here, or where this url is handed out",
	    err, "\"%s\" demands credentials but knows no %s", node->name,
	    acs->username ? "password" : "username");
}

static int check_policy(struct topology *t, struct node *node, struct error *err)
{
	char hint[300];

	if (!node->acs.policy)
		return 0;
	node->acs.policy_path = topology_beside(t, node->acs.policy);
	if (!node->acs.policy_path)
		return topology_fail_memory(t, err);
	if (topology_is_file(node->acs.policy_path))
		return 0;
	(void)snprintf(hint, sizeof(hint), "looked for %.250s", node->acs.policy_path);
	return conf_fail(t->doc, node_at(node, "policy"), hint, err,
	    "no policy file \"%.80s\"", node->acs.policy);
}

static int check_calls(struct topology *t, struct node *node, struct error *err)
{
	const struct conf_node *at =
	    conf_get(conf_get(node->conf, "connection-request"), "file");
	struct node_acs *acs = &node->acs;
	char hint[300];

	if (!acs->call.file)
		return 0;
	acs->call.file_path = topology_beside(t, acs->call.file);
	if (!acs->call.file_path)
		return topology_fail_memory(t, err);
	if (topology_is_file(acs->call.file_path))
		return 0;
	(void)snprintf(hint, sizeof(hint), "looked for %.250s", acs->call.file_path);
	return conf_fail(t->doc, at, hint, err, "no file of passwords \"%.80s\"",
	    acs->call.file);
}

static int check_files(struct topology *t, struct node *node, struct error *err)
{
	struct node_acs *acs = &node->acs;
	char hint[300];
	struct stat st;

	if (!acs->files)
		return 0;
	acs->files_path = topology_beside(t, acs->files);
	if (!acs->files_path)
		return topology_fail_memory(t, err);
	if (stat(acs->files_path, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	(void)snprintf(hint, sizeof(hint), "looked for %.250s", acs->files_path);
	return conf_fail(t->doc, node_at(node, "files"), hint, err,
	    "no folder of files \"%.80s\"", acs->files);
}

/* Nodes become addresses, which is what the ACS knows them by. */
static int check_proxy(struct topology *t, const char **item,
    const struct conf_node *at, struct error *err)
{
	const struct node *node = topology_node(t, str_of(*item));
	char text[IPV4_TEXT_MAX], hint[96];
	uint8_t address6[16];
	uint32_t address;

	if (!node && (ipv4_parse(str_of(*item), &address) == 0 ||
			 ipv6_parse(str_of(*item), address6) == 0))
		return 0;
	if (!node)
		return conf_fail(t->doc, at,
		    topology_suggest(t, str_of(*item), NODE_PROXY, hint, sizeof(hint)),
		    err, "\"%.80s\" is no node and no address", *item);
	if (node->is_broken)
		return 0;
	if (node->address.address == 0)
		return conf_fail(t->doc, at, NULL, err, "\"%s\" has no IPv4 address",
		    node->name);
	*item = arena_strdup(&t->doc->arena,
	    str_of(ipv4_text(node->address.address, text)));
	return *item ? 0 : topology_fail_memory(t, err);
}

static int check_proxies(struct topology *t, struct node *node, struct error *err)
{
	const struct conf_node *list = conf_get(node->conf, "trust-proxies");
	int worst = 0;

	for (size_t i = 0; i < node->acs.proxies.len; i++) {
		int r = check_proxy(t, &node->acs.proxies.items[i],
		    topology_item(list, i), err);

		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}

static int check_acs_url(struct topology *t, struct node *node, struct error *err)
{
	struct url url;
	int r = topology_check_url(t, node_at(node, "url"), node->acs.url, &url, err);

	if (r == 0) {
		node->acs.is_https = url.is_https;
		node->acs.port = url.port;
		r = topology_own_host(t, node, &url, &node->acs.host, err);
	}
	if (r == 0 && !url.is_https && conf_get(node->conf, "tls"))
		r = conf_fail(t->doc, node_at(node, "tls"), "or make the url https://",
		    err, "\"%s\" speaks no TLS: its url is http://", node->name);
	return r;
}

int topology_check_acs(struct topology *t, struct node *node,
    const struct topology_options *options, struct error *err)
{
	int worst = 0, r = check_acs_url(t, node, err);
	struct quirks quirks;

	(void)options;
	if (conf_go_on(t->doc, r, &worst))
		r = topology_check_tls(t, node_at(node, "tls"), &node->acs.tls, err);
	if (conf_go_on(t->doc, r, &worst))
		r = check_policy(t, node, err);
	if (conf_go_on(t->doc, r, &worst))
		r = check_calls(t, node, err);
	if (conf_go_on(t->doc, r, &worst))
		r = check_files(t, node, err);
	if (conf_go_on(t->doc, r, &worst))
		r = check_proxies(t, node, err);
	if (conf_go_on(t->doc, r, &worst))
		r = check_auth(t, node, err);
	if (conf_go_on(t->doc, r, &worst))
		r = quirks_bind(&quirks, quirks_of_acs, t->doc,
		    node_at(node, "misbehave"), &node->acs.misbehave, "misbehave", err);
	return r < 0 ? r : worst;
}
