#include "lab/run/acs_visits.h"

#include "lib/base/text.h"
#include "lib/proto/url.h"

#include <string.h>

/* What a name or a URL stands for: 0 and "::" where it is none of that family. */
struct target {
	uint32_t address;
	uint8_t address6[16];
};

static bool is_acs_at(const struct node *node, const struct target *at)
{
	if (node->kind != NODE_ACS)
		return false;
	return (at->address != 0 && node->address.address == at->address) ||
	       (ipv6_is_set(at->address6) &&
		   ipv6_is_same(node->address6.address, at->address6, 128));
}

static bool is_of_some_acs(const struct topology *topology, const struct target *at)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		if (is_acs_at(&topology->nodes[i], at))
			return true;
	}
	return false;
}

/* Whether the address may lead there: one of no ACS may be that of a router before it. */
static bool may_lead(const struct topology *topology, const struct node *acs,
    const struct target *at)
{
	return is_acs_at(acs, at) || !is_of_some_acs(topology, at);
}

static bool may_mean(const struct topology *topology, const struct node *acs,
    const char *text)
{
	struct target at = { 0 };
	bool is_known = false;
	struct url url;

	if (url_parse(&url, str_of(text), NULL) < 0)
		return true;
	if (ipv4_parse(url.host, &at.address) == 0 ||
	    ipv6_parse(url.host, at.address6) == 0)
		return may_lead(topology, acs, &at);
	for (size_t i = 0; i < topology->n_names; i++) {
		const struct dns_entry *entry = &topology->names[i];

		if (!str_eq_nocase(url.host, str_of(entry->name)))
			continue;
		is_known = true;
		at.address = entry->address;
		memcpy(at.address6, entry->address6, sizeof(at.address6));
		if (may_lead(topology, acs, &at))
			return true;
	}
	return !is_known;
}

bool acs_may_be_visited(const struct topology *topology, const struct node *acs,
    const struct node *cpe)
{
	bool is_told = cpe->cpe.default_acs.url;

	if (cpe->cpe.acs.url)
		return may_mean(topology, acs, cpe->cpe.acs.url);
	if (is_told && may_mean(topology, acs, cpe->cpe.default_acs.url))
		return true;
	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];
		const struct dhcp_pool *pools = node->dhcp.pools.items;

		for (size_t k = 0; node->kind == NODE_DHCP && k < node->dhcp.pools.len;
		     k++) {
			const struct pool_acs *told = &pools[k].acs;

			if (told->raw ||
			    (told->url && may_mean(topology, acs, told->url)))
				return true;
			is_told |= told->url != NULL;
		}
	}
	return !is_told;
}
