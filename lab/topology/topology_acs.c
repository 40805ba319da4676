/* ACSs: URL, policy beside the topology, credentials. */
#include "lab/topology/topology_internal.h"
#include "lib/base/text.h"
#include "lib/proto/url.h"

#include <stdio.h>
#include <sys/stat.h>

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* A lower-case copy of a DNS name in the arena; null when it is none. */
static const char *dns_name(struct topology *t, struct str text)
{
	char *name = arena_strdup(&t->doc->arena, text);

	for (size_t i = 0; name && i < text.len; i++)
		name[i] = lower(name[i]);
	return name && is_dns_name(str_of(name)) ? name : NULL;
}

static int check_host(struct topology *t, struct node *node, const struct url *url,
    struct error *err)
{
	const struct conf_node *at = node_at(node, "url");
	char text[IPV4_TEXT_MAX];
	uint32_t address;

	node->acs.is_https = url->is_https;
	node->acs.port = url->port;
	node->acs.host = arena_strdup(&t->doc->arena, url->host);
	if (!node->acs.host)
		return topology_fail_memory(t, err);
	if (ipv4_parse(url->host, &address) == 0) {
		if (address == node->address.address)
			return 0;
		return conf_fail(t->doc, at, NULL, err,
		    "the URL names %s, but \"%s\" has %s", node->acs.host, node->name,
		    ipv4_text(node->address.address, text));
	}
	node->acs.host = dns_name(t, url->host);
	if (!node->acs.host || url->is_ipv6)
		return conf_fail(t->doc, at, "such as https://acs1.lab:7548/cwmp", err,
		    "\"%.*s\" is no DNS name", STR_ARG(url->host));
	return 0;
}

static bool take_slot(struct node *node, const char *url, const char *username,
    const char *password)
{
	if (!url || !username || strcmp(url, node->acs.url) != 0)
		return false;
	node->acs.username = username;
	node->acs.password = password;
	return true;
}

static bool take_from_pools(struct node *acs, const struct node *dhcp)
{
	const struct dhcp_pool *pools = dhcp->dhcp.pools.items;

	for (size_t i = 0; i < dhcp->dhcp.pools.len; i++) {
		if (take_slot(acs, pools[i].acs.url, pools[i].acs.username,
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

		if (node->kind == NODE_DHCP && take_from_pools(acs, node))
			return;
		if (node_is_cpe(node) &&
		    (take_slot(acs, node->cpe.acs.url, node->cpe.acs.username,
			 node->cpe.acs.password) ||
			take_slot(acs, node->cpe.default_acs.url,
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

static int check_acs_url(struct topology *t, struct node *node, struct error *err)
{
	struct url url;
	int r = topology_check_url(t, node_at(node, "url"), node->acs.url, &url, err);

	if (r == 0)
		r = check_host(t, node, &url, err);
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
		r = check_auth(t, node, err);
	if (conf_go_on(t->doc, r, &worst))
		r = quirks_bind(&quirks, quirks_of_acs, t->doc,
		    node_at(node, "misbehave"), &node->acs.misbehave, "misbehave", err);
	return r < 0 ? r : worst;
}
