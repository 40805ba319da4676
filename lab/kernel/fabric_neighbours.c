/* Who is told the MACs of whom, so that nobody has to ask for them. */
#include "lab/kernel/fabric_internal.h"

#include "lab/kernel/link.h"

#include <string.h>

/* A failure costs a place in the table and nothing else. */
static void fix_neighbour(struct nlsock *sock, uint32_t ifindex, uint32_t address,
    const uint8_t mac[6])
{
	if (sock && address != 0)
		(void)link_neighbour_add(sock, ifindex, address, mac, NULL);
}

static void fix_neighbour6(struct nlsock *sock, uint32_t ifindex,
    const uint8_t address[16], const uint8_t mac[6])
{
	if (sock)
		(void)link_neighbour6_add(sock, ifindex, address, mac, NULL);
}

/* The address of the link that the kernel makes of a MAC, RFC 4291 appendix A. */
static void address_of_link(const uint8_t mac[6], uint8_t ret[16])
{
	memset(ret, 0, 16);
	ret[0] = 0xfe;
	ret[1] = 0x80;
	memcpy(ret + 8, mac, 3);
	ret[8] ^= 2;
	ret[11] = 0xff;
	ret[12] = 0xfe;
	memcpy(ret + 13, mac + 3, 3);
}

static void fix_link(struct nlsock *sock, uint32_t ifindex, const uint8_t mac[6])
{
	uint8_t address[16];

	address_of_link(mac, address);
	fix_neighbour6(sock, ifindex, address, mac);
}

/* The i-th place of a server where it is beside a CPE; false past the last. */
static bool next_beside(const struct node *server, const struct node *cpe, size_t *k,
    struct node_place *ret)
{
	for (; node_place(server, *k, ret); ++*k) {
		if (ret->segment == cpe->segment)
			return true;
	}
	return false;
}

/* Of the server, or router, that is instance at, and the CPE that is instance i. Who is in another
 * segment is no neighbour. */
static void fix_neighbours(struct fabric *fabric, size_t at, size_t i, uint32_t address)
{
	const struct plan_instance *instances = fabric->plan->instances;
	const struct node *server = instances[at].node;
	struct node_place place;
	uint8_t mac[6];

	for (size_t k = 0; next_beside(server, instances[i].node, &k, &place); k++) {
		node_mac(server, k + 1, mac);
		fix_neighbour(fabric->socks[at], PLAN_IFINDEX_ETH + (uint32_t)k,
		    address, instances[i].mac);
		fix_neighbour(fabric->socks[i], PLAN_IFINDEX_ETH, place.address.address,
		    mac);
	}
}

/* Servers have their addresses before it has its own. */
void fabric_tell_cpe(struct fabric *fabric, size_t i, struct nlsock *sock)
{
	const struct plan_instance *instances = fabric->plan->instances;
	struct node_place place;
	uint8_t mac[6];

	for (size_t n = 0; n < fabric->n_servers; n++) {
		const struct node *server = instances[fabric->servers[n]].node;

		for (size_t k = 0; next_beside(server, instances[i].node, &k, &place);
		     k++) {
			node_mac(server, k + 1, mac);
			fix_neighbour(sock, PLAN_IFINDEX_ETH, place.address.address,
			    mac);
		}
	}
}

/* Routes lead to a router by its address of the link. */
static void fix_neighbours6(struct fabric *fabric, size_t at, size_t i,
    const uint8_t address[16])
{
	const struct plan_instance *instances = fabric->plan->instances;
	const struct node *server = instances[at].node;
	struct node_place place;
	uint8_t mac[6];

	for (size_t k = 0; next_beside(server, instances[i].node, &k, &place); k++) {
		if (place.address6.prefix == 0)
			continue;
		node_mac(server, k + 1, mac);
		fix_neighbour6(fabric->socks[at], PLAN_IFINDEX_ETH + (uint32_t)k,
		    address, instances[i].mac);
		fix_neighbour6(fabric->socks[i], PLAN_IFINDEX_ETH,
		    place.address6.address, mac);
		fix_link(fabric->socks[i], PLAN_IFINDEX_ETH, mac);
	}
}

void fabric_leased(struct fabric *fabric, size_t i, uint32_t address)
{
	for (size_t k = 0; k < fabric->n_servers; k++)
		fix_neighbours(fabric, fabric->servers[k], i, address);
}

void fabric_leased6(struct fabric *fabric, size_t i, const uint8_t address[16])
{
	for (size_t k = 0; k < fabric->n_servers; k++)
		fix_neighbours6(fabric, fabric->servers[k], i, address);
}

/* dnsmasq pings a client whose MAC it does not know, and serves nobody for a tenth of a second
 * then: ten leases of IPv6 a second would be the most. */
static bool has_pool6(const struct node *node)
{
	const struct dhcp_pool *pools = node->dhcp.pools.items;

	for (size_t i = 0; node->kind == NODE_DHCP && i < node->dhcp.pools.len; i++) {
		if (pool_is_six(&pools[i]))
			return true;
	}
	return false;
}

static void know_cpes(struct fabric *fabric, size_t at)
{
	const struct plan *plan = fabric->plan;
	struct error ignored = ERROR_NULL;
	struct node_place place;
	struct nlsock *sock;

	for (size_t i = 0; i < plan->n_instances; i++) {
		const struct plan_instance *cpe = &plan->instances[i];

		if (cpe->node->kind != NODE_CPE || !node_has_ipv6(cpe->node))
			continue;
		for (size_t k = 0;
		     next_beside(plan->instances[at].node, cpe->node, &k, &place);
		     k++) {
			if (fabric_sock(fabric, at, &sock, &ignored) == 0)
				fix_link(sock, PLAN_IFINDEX_ETH + (uint32_t)k,
				    cpe->mac);
		}
	}
}

void fabric_know_cpes(struct fabric *fabric)
{
	const struct plan *plan = fabric->plan;

	for (size_t i = 0; i < plan->n_instances; i++) {
		const struct node *node = plan->instances[i].node;

		if (node_has_ipv6(node) &&
		    (has_pool6(node) || fabric_is_server(plan, i)))
			know_cpes(fabric, i);
	}
}
