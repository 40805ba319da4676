/* Proxies: nginx or HAProxy in front of ACSs of the lab. */
#include "lab/topology/topology_internal.h"
#include "lab/topology/topology_node_rows.h"
#include "lib/base/text.h"
#include "lib/proto/url.h"

#include <stdio.h>

static const char *const engine_names[] = { "nginx", "haproxy", NULL };
static const char *const sticky_names[] = { "no", "cookie", "address", NULL };

const char *const proxy_misbehaviours[] = { "drop-cookie", "drop-set-cookie",
	"drop-soapaction", "answer-from-cache", NULL };

// clang-format off
static const struct conf_row tls_rows[] = {
	{ ROW(node_proxy, tls.min, "min", CONF_ENUM, "lowest TLS version"),
	  .names = tls_version_names, .dflt = "1.2" },
	{ ROW(node_proxy, tls.max, "max", CONF_ENUM, "highest TLS version"),
	  .names = tls_version_names, .dflt = "1.3" },
	{ ROW(node_proxy, certificate, "certificate", CONF_ENUM,
	      "what is wrong with it, if anything"),
	  .names = acs_certificate_names, .dflt = "good" },
	{ NULL },
};

const struct conf_row proxy_rows[] = {
	NODE_ROW_KIND,
	NODE_ROW_ATTACH(true),
	NODE_ROW_ADDRESS4,
	NODE_ROW_ROUTER4,
	{ ROW(node, proxy.engine, "engine", CONF_ENUM, "which program it is; nginx verifies the certificate of an https ACS where it has one ACS, haproxy always"),
	  .names = engine_names, .dflt = "nginx" },
	{ ROW(node, proxy.url, "url", CONF_STR,
	      "where CPEs reach it; http, or https, which ends there; with the path of its ACSs"),
	  .is_required = true },
	{ ROW(node, proxy.names, "names", CONF_STRINGS, "more DNS names of this proxy"),
	  .max = ACS_NAMES_MAX },
	{ ROW(node, proxy.upstreams, "upstreams", CONF_STRINGS,
	      "the ACSs that it stands before: nodes of its network, all by http or all by https"),
	  .is_required = true, .min = 1, .max = PROXY_UPSTREAMS_MAX },
	{ ROW(node, proxy.sticky, "sticky", CONF_ENUM,
	      "by what the requests of a session find the ACS that the first one went to: a cookie of the proxy's own, the CPE's address, or nothing: each goes to the next ACS"),
	  .names = sticky_names, .dflt = "no" },
	{ ROW(node, proxy.keep_alive, "keep-alive", CONF_UINT,
	      "idle connections to ACSs that are kept for whichever CPE comes next; 0: one for each request"),
	  .max = 1000, .dflt = "8" },
	{ ROW(node, proxy.health, "health", CONF_DURATION,
	      "how long an ACS that was not reached is left out (nginx), or how often each is looked at (haproxy), whole seconds; 0: all are always asked"),
	  .max = 3600 * NS_PER_S, .dflt = "10s" },
	{ .key = "tls", .type = CONF_OBJECT, .offset = offsetof(struct node, proxy),
	  .rows = tls_rows, .help = "versions and certificate, for https" },
	{ ROW(node, proxy.misbehave, "misbehave", CONF_STRINGS,
	      "what it does wrong, to teach: drop-cookie (of requests), drop-set-cookie (of answers), drop-soapaction, answer-from-cache (nginx)"),
	  .max = 4 },
	{ NULL },
};
// clang-format on

/* ---- upstreams ---------------------------------------------------------------------- */

/* Whether both URLs have the same path: requests are passed on with theirs. */
static bool has_same_path(const char *a, const char *b)
{
	struct url one, other;

	return url_parse(&one, str_of(a), NULL) < 0 ||
	       url_parse(&other, str_of(b), NULL) < 0 ||
	       url_path_is_same(one.path, other.path);
}

static bool speaks_tls(const struct node *acs)
{
	return str_starts(str_of(acs->acs.url), STR("https:"));
}

static int check_acs(const struct topology *t, const struct node *node,
    const struct node *acs, const struct conf_node *at, struct error *err)
{
	const struct node *first = node->proxy.to[0];
	char text[IPV4_TEXT_MAX], hint[160];

	if (!conf_ipv4_net_is_same(&acs->address, &node->address))
		return conf_fail(t->doc, at, "an \"address\" of its network", err,
		    "\"%s\" is outside the network of \"%s\": it has %s", acs->name,
		    node->name, ipv4_text(acs->address.address, text));
	(void)snprintf(hint, sizeof(hint), "its url is %.140s", acs->acs.url);
	if (!has_same_path(node->proxy.url, acs->acs.url))
		return conf_fail(t->doc, at, hint, err,
		    "\"%s\" is at another path than \"%s\", which passes paths on as "
		    "they are",
		    acs->name, node->name);
	if (first && speaks_tls(first) != speaks_tls(acs))
		return conf_fail(t->doc, at, hint, err,
		    "\"%s\" is reached by %s, \"%s\" by %s", acs->name,
		    speaks_tls(acs) ? "https" : "http", first->name,
		    speaks_tls(first) ? "https" : "http");
	return 0;
}

static int check_upstream(struct topology *t, struct node *node, size_t i,
    const struct conf_node *at, struct error *err)
{
	struct node *acs;
	int r = topology_find(t, node->proxy.upstreams.items[i], NODE_ACS,
	    "a node of kind acs", at, &acs, err);

	if (r < 0 || !acs)
		return r;
	for (size_t k = 0; k < i; k++) {
		if (node->proxy.to[k] == acs)
			return conf_fail(t->doc, at, NULL, err,
			    "\"%s\" stands here twice", acs->name);
	}
	node->proxy.to[i] = acs;
	return check_acs(t, node, acs, at, err);
}

static int check_upstreams(struct topology *t, struct node *node, struct error *err)
{
	const struct conf_node *list = conf_get(node->conf, "upstreams");
	size_t n = node->proxy.upstreams.len;
	int worst = 0;

	node->proxy.to = arena_array(&t->doc->arena, n, sizeof(*node->proxy.to));
	if (!node->proxy.to)
		return topology_fail_memory(t, err);
	for (size_t i = 0; i < n; i++) {
		int r = check_upstream(t, node, i, topology_item(list, i), err);

		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}

/* ---- the rest ----------------------------------------------------------------------- */

static int check_url(struct topology *t, struct node *node, struct error *err)
{
	struct node_proxy *proxy = &node->proxy;
	struct url url;
	int r = topology_check_url(t, node_at(node, "url"), proxy->url, &url, err);

	if (r < 0)
		return r;
	proxy->is_https = url.is_https;
	proxy->port = url.port;
	r = topology_own_host(t, node, &url, &proxy->host, err);
	if (r == 0 && !url.is_https && conf_get(node->conf, "tls"))
		r = conf_fail(t->doc, node_at(node, "tls"), "or make the url https://",
		    err, "\"%s\" speaks no TLS: its url is http://", node->name);
	return r;
}

static size_t count_names(void)
{
	size_t n = 0;

	while (proxy_misbehaviours[n])
		n++;
	return n;
}

static int check_misbehaviour(struct topology *t, struct node *node, const char *name,
    const struct conf_node *at, struct error *err)
{
	size_t i = 0, n = count_names();
	char hint[96];

	while (i < n && strcmp(proxy_misbehaviours[i], name) != 0)
		i++;
	if (i == n)
		return conf_fail(t->doc, at,
		    conf_suggest(str_of(name), proxy_misbehaviours, n, hint,
			sizeof(hint)),
		    err, "no proxy is known to do \"%.80s\"", name);
	node->proxy.misbehaves |= 1u << i;
	if (node->proxy.engine != PROXY_HAPROXY ||
	    (1u << i) != PROXY_ANSWERS_FROM_CACHE)
		return 0;
	return conf_fail(t->doc, at, "engine: nginx", err,
	    "haproxy keeps no answers to POST");
}

static int check_misbehave(struct topology *t, struct node *node, struct error *err)
{
	const struct conf_strings *names = &node->proxy.misbehave;
	const struct conf_node *list = conf_get(node->conf, "misbehave");
	int worst = 0;

	for (size_t i = 0; i < names->len; i++) {
		int r = check_misbehaviour(t, node, names->items[i],
		    topology_item(list, i), err);

		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}

int topology_check_proxy(struct topology *t, struct node *node,
    const struct topology_options *options, struct error *err)
{
	int worst = 0, r = check_url(t, node, err);

	(void)options;
	if (conf_go_on(t->doc, r, &worst))
		r = topology_check_tls(t, node_at(node, "tls"), &node->proxy.tls, err);
	if (conf_go_on(t->doc, r, &worst))
		r = check_upstreams(t, node, err);
	if (conf_go_on(t->doc, r, &worst))
		r = check_misbehave(t, node, err);
	return r < 0 ? r : worst;
}
