/* How an ACS is reached, whoever names it: by its URL, perhaps through a proxy, with the TLS
 * versions of both ends. */
#include "lab/topology/topology_internal.h"
#include "lib/base/text.h"
#include "lib/proto/url.h"

const char *const tls_version_names[] = { "1.2", "1.3", NULL };
const char *const acs_certificate_names[] = { "good", "expired", "other-ca",
	"other-name", "common-name", NULL };

int topology_check_url(const struct topology *t, const struct conf_node *at,
    const char *text, struct url *ret, struct error *err)
{
	struct error why = ERROR_NULL;
	int r = url_parse(ret, str_of(text), &why);

	if (r == ERR_UNSUPPORTED)
		return conf_fail(t->doc, at, "http://... or https://...", err,
		    "\"%.80s\": an ACS is reached by http or https", text);
	if (r < 0)
		return conf_fail(t->doc, at, "such as https://acs1.lab:7548/cwmp", err,
		    "\"%.80s\" is no URL: %.160s", text, why.text);
	return 0;
}

int topology_check_tls(const struct topology *t, const struct conf_node *at,
    const struct tls_range *range, struct error *err)
{
	if (range->min <= range->max)
		return 0;
	return conf_fail(t->doc, at, NULL, err,
	    "\"min\" is above \"max\": no TLS version is left");
}

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

int topology_own_host(struct topology *t, const struct node *node,
    const struct url *url, const char **ret, struct error *err)
{
	const struct conf_node *at = node_at(node, "url");
	char text[NODE_ADDRESSES_MAX];
	uint8_t address6[16];
	uint32_t address;

	*ret = arena_strdup(&t->doc->arena, url->host);
	if (!*ret)
		return topology_fail_memory(t, err);
	if (ipv4_parse(url->host, &address) == 0 ||
	    ipv6_parse(url->host, address6) == 0) {
		bool is_own = url->is_ipv6
				  ? ipv6_is_same(address6, node->address6.address, 128)
				  : address == node->address.address;

		if (is_own)
			return 0;
		return conf_fail(t->doc, at, NULL, err,
		    "the URL names %s, but \"%s\" has %s", *ret, node->name,
		    node_addresses(node, text));
	}
	*ret = dns_name(t, url->host);
	if (!*ret || url->is_ipv6)
		return conf_fail(t->doc, at, "such as https://acs1.lab:7548/cwmp", err,
		    "\"%.*s\" is no DNS name", STR_ARG(url->host));
	return 0;
}

bool topology_leads_to(const struct topology *t, const char *url,
    const struct node *acs)
{
	if (acs->acs.url && strcmp(url, acs->acs.url) == 0)
		return true;
	for (size_t i = 0; i < t->n_nodes; i++) {
		const struct node_proxy *proxy = &t->nodes[i].proxy;

		if (t->nodes[i].kind != NODE_PROXY || strcmp(url, proxy->url) != 0)
			continue;
		for (size_t k = 0; k < proxy->upstreams.len; k++) {
			if (strcmp(proxy->upstreams.items[k], acs->name) == 0)
				return true;
		}
	}
	return false;
}
