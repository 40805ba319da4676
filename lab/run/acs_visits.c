#include "lab/run/acs_visits.h"

#include "lib/base/text.h"
#include "lib/proto/url.h"

static bool is_acs_at(const struct node *node, uint32_t address)
{
	return node->kind == NODE_ACS && node->address.address == address;
}

static bool is_of_some_acs(const struct topology *topology, uint32_t address)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		if (is_acs_at(&topology->nodes[i], address))
			return true;
	}
	return false;
}

/* Whether the address may lead there: one of no ACS may be that of a router before it. */
static bool may_lead(const struct topology *topology, const struct node *acs,
    uint32_t address)
{
	return is_acs_at(acs, address) || !is_of_some_acs(topology, address);
}

static bool may_mean(const struct topology *topology, const struct node *acs,
    const char *text)
{
	bool is_known = false;
	uint32_t address;
	struct url url;

	if (url_parse(&url, str_of(text), NULL) < 0 || url.is_ipv6)
		return true;
	if (ipv4_parse(url.host, &address) == 0)
		return may_lead(topology, acs, address);
	for (size_t i = 0; i < topology->n_names; i++) {
		if (!str_eq_nocase(url.host, str_of(topology->names[i].name)))
			continue;
		is_known = true;
		if (may_lead(topology, acs, topology->names[i].address))
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
