#include "lab/run/topology_notes.h"

#include "agents/cpe/model/model.h"
#include "lab/run/note.h"
#include "lab/run/policy_notes.h"
#include "lab/run/vlan_notes.h"
#include "lib/base/buf.h"
#include "lib/base/text.h"

#include <errno.h>

/* ---- pools of models --------------------------------------------------------------- */

/* A node's CPEs are one process: each of them wants an entry of its own. */
static int note_pools(const struct node *node, struct buf *out)
{
	auto_cleanup(model_free) struct model *model = NULL;
	struct error err = ERROR_NULL;
	int r = model_load(node->cpe.model_path, &model, &err);

	if (r == 0 && model_check_pools(model, node_count(node), &err) == ERR_CONFIG)
		note_text(out, str_of(err.text));
	return r == -ENOMEM ? r : out->error;
}

/* ---- ranges of DHCP ------------------------------------------------------------------------- */

static uint64_t pool_size(const struct dhcp_pool *pool)
{
	const struct pool_reservation *reservations = pool->reservations.items;
	uint64_t n = (uint64_t)pool->range.last - pool->range.first + 1;

	for (size_t i = 0; i < pool->reservations.len; i++)
		n += reservations[i].address < pool->range.first ||
		     reservations[i].address > pool->range.last;
	return n;
}

/* Whether requests from the segment of a pool come to its server. */
static bool is_reached(const struct topology *topology, const struct node *dhcp,
    const struct dhcp_pool *pool)
{
	return pool->segment != 0 && (pool->segment == dhcp->segment ||
					 topology_relays(topology, pool->segment));
}

static uint64_t addresses_of(const struct topology *topology, uint32_t segment)
{
	uint64_t n = 0;

	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];
		const struct dhcp_pool *pools = node->dhcp.pools.items;

		for (size_t k = 0; node->kind == NODE_DHCP && k < node->dhcp.pools.len;
		     k++) {
			if (!pool_is_six(&pools[k]) && pools[k].segment == segment &&
			    is_reached(topology, node, &pools[k]))
				n += pool_size(&pools[k]);
		}
	}
	return n;
}

static uint64_t cpes_of(const struct topology *topology, uint32_t segment)
{
	uint64_t n = 0;

	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];

		if (node_is_cpe(node) && node->segment == segment &&
		    node->address.address == 0 && node->cpe.ip != CPE_IP_V6)
			n += node->cpe.count;
	}
	return n;
}

/* The first pool of a segment speaks for all of them. */
static bool is_first_of_segment(const struct topology *topology,
    const struct dhcp_pool *pool)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];
		const struct dhcp_pool *pools = node->dhcp.pools.items;

		for (size_t k = 0; node->kind == NODE_DHCP && k < node->dhcp.pools.len;
		     k++) {
			if (!pool_is_six(&pools[k]) &&
			    pools[k].segment == pool->segment)
				return &pools[k] == pool;
		}
	}
	return true;
}

static void note_range(const struct topology *topology, const struct node *dhcp,
    const struct dhcp_pool *pool, struct buf *out)
{
	uint64_t n_addresses, n_cpes;

	if (!is_reached(topology, dhcp, pool) || !is_first_of_segment(topology, pool))
		return;
	n_addresses = addresses_of(topology, pool->segment);
	n_cpes = cpes_of(topology, pool->segment);
	if (n_addresses >= n_cpes)
		return;
	note_at(out, topology->doc, conf_get(dhcp->conf, "pools"), NULL,
	    "%llu %s for %llu CPEs: %llu of them will get none",
	    (unsigned long long)n_addresses, n_addresses == 1 ? "address" : "addresses",
	    (unsigned long long)n_cpes, (unsigned long long)(n_cpes - n_addresses));
}

/* Broadcasts end at a router. */
static void note_unrelayed(const struct topology *topology, const struct node *dhcp,
    size_t i, struct buf *out)
{
	const struct dhcp_pool *pools = dhcp->dhcp.pools.items;
	uint64_t n = cpes_of(topology, pools[i].segment);

	if (pools[i].segment == 0 || is_reached(topology, dhcp, &pools[i]) || n == 0 ||
	    addresses_of(topology, pools[i].segment) > 0)
		return;
	note_at(out, topology->doc, conf_get(dhcp->conf, "pools")->items[i],
	    "such as \"relay: dhcp\" at the router between",
	    "no router has a \"relay\" for the requests of the %llu %s of this subnet",
	    (unsigned long long)n, n == 1 ? "CPE" : "CPEs");
}

static void note_ranges(const struct topology *topology, struct buf *out)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];
		const struct dhcp_pool *pools = node->dhcp.pools.items;

		for (size_t k = 0; node->kind == NODE_DHCP && k < node->dhcp.pools.len;
		     k++) {
			if (pool_is_six(&pools[k]))
				continue;
			note_range(topology, node, &pools[k], out);
			note_unrelayed(topology, node, k, out);
		}
	}
}

/* ---- behind a NAT --------------------------------------------------------------------------- */

static bool is_recorded(const struct topology *topology, const struct node *node)
{
	for (size_t i = 0; i < topology->n_capture; i++) {
		if (topology->capture[i] == node)
			return true;
	}
	return false;
}

static const struct node *nat_of(const struct topology *topology, uint32_t segment)
{
	uint32_t address;

	for (size_t i = 0; i < topology->n_routers; i++) {
		if (topology->routers[i]->kind == NODE_NAT &&
		    node_routes(topology->routers[i], segment, &address))
			return topology->routers[i];
	}
	return NULL;
}

/* Beyond a NAT nothing says whose frames they are. */
static void note_hidden(const struct topology *topology,
    const struct expectation *expect, struct buf *out)
{
	const struct conf_node *list = conf_get(expect->conf, "nodes");

	for (size_t i = 0; i < expect->nodes.len; i++) {
		const struct node *node = expect->on[i];
		const struct node *nat = nat_of(topology, node->segment);

		if (nat && node_is_cpe(node) && !is_recorded(topology, node) &&
		    !is_recorded(topology, nat))
			note_at(out, topology->doc,
			    list->kind == CONF_SEQUENCE ? list->items[i] : list,
			    "name it in \"capture\"",
			    "what \"%s\" sends is recorded beyond \"%s\" alone, as frames of that NAT",
			    node->name, nat->name);
	}
}

/* What a NAT, or a router beyond it, turns back is seen at the caller's port alone. */
static void note_calls(const struct topology *topology,
    const struct expectation *expect, struct buf *out)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];

		if (node->kind == NODE_ACS && is_recorded(topology, node))
			return;
	}
	for (size_t i = 0; i < expect->n_on; i++) {
		const struct node *nat = nat_of(topology, expect->on[i]->segment);

		if (!nat)
			continue;
		note_at(out, topology->doc, expect->conf, "name the ACS in \"capture\"",
		    "a call that does not get through \"%s\" is seen at the port of the "
		    "ACS alone",
		    nat->name);
		return;
	}
}

static void note_all_hidden(const struct topology *topology, struct buf *out)
{
	const struct expectation *expect = topology->expect.items;

	for (size_t i = 0; i < topology->expect.len; i++) {
		if (expect[i].nodes.len > 0)
			note_hidden(topology, &expect[i], out);
		if (expect[i].kind == EXPECT_CALL && !expect[i].call.is_udp)
			note_calls(topology, &expect[i], out);
	}
}

/* ---- passwords ---------------------------------------------------------------------- */

static void note_basic(const struct topology *topology, struct buf *out)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];

		if (node->kind != NODE_ACS || node->acs.auth != ACS_AUTH_BASIC ||
		    node->acs.is_https)
			continue;
		note_at(out, topology->doc, conf_get(node->conf, "auth"),
		    "digest, or an https url",
		    "Basic without TLS shows the password to everybody");
	}
}

/* ---- names of ACSs ----------------------------------------------------------------- */

/* Whether CPEs ask a DNS that is not of the lab: nobody knows what that answers. */
static bool is_of_lab(const struct topology *topology, const struct dhcp_pool *pool,
    size_t i)
{
	return pool_is_six(pool) ? topology_at6(topology, pool->dns_addresses6[i])
				 : topology_at(topology, pool->dns_addresses[i]);
}

static bool has_foreign_dns(const struct topology *topology)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];
		const struct dhcp_pool *pools = node->dhcp.pools.items;

		for (size_t k = 0; node->kind == NODE_DHCP && k < node->dhcp.pools.len;
		     k++) {
			for (size_t d = 0; d < pools[k].dns.len; d++) {
				if (!is_of_lab(topology, &pools[k], d))
					return true;
			}
		}
	}
	return false;
}

static void note_slot(const struct topology *topology, const struct node *node,
    const char *key, const struct cpe_acs *slot, struct buf *out)
{
	note_host(topology, topology->doc, conf_get(conf_get(node->conf, key), "url"),
	    slot->url, out);
}

static void note_pool_urls(const struct topology *topology, const struct node *node,
    struct buf *out)
{
	const struct conf_node *list = conf_get(node->conf, "pools");
	const struct dhcp_pool *pools = node->dhcp.pools.items;

	for (size_t k = 0; k < node->dhcp.pools.len; k++)
		note_host(topology, topology->doc,
		    conf_get(conf_get(list->items[k], "acs"), "url"), pools[k].acs.url,
		    out);
}

static void note_hosts(const struct topology *topology, struct buf *out)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];

		if (node->kind == NODE_DHCP)
			note_pool_urls(topology, node, out);
		if (!node_is_cpe(node))
			continue;
		note_slot(topology, node, "acs", &node->cpe.acs, out);
		note_slot(topology, node, "default-acs", &node->cpe.default_acs, out);
	}
}

int topology_notes(const struct topology *topology, struct buf *out)
{
	bool knows_names = !has_foreign_dns(topology);
	int r = 0;

	note_ranges(topology, out);
	note_all_hidden(topology, out);
	note_basic(topology, out);
	r = vlan_notes(topology, out);
	if (knows_names)
		note_hosts(topology, out);
	for (size_t i = 0; i < topology->n_nodes && r == 0; i++) {
		if (node_is_cpe(&topology->nodes[i]))
			r = note_pools(&topology->nodes[i], out);
	}
	return r < 0 ? r : policy_notes(topology, knows_names, out);
}
