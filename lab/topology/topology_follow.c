/* Who a node is while its lab changes. */
#include "lab/topology/topology.h"

#include "lib/base/compiler.h"

#include <errno.h>

enum {
	IDENTITIES = 2 * TOPOLOGY_NODES_MAX + 1 /* of two files, from 1 */
};

_Static_assert(IDENTITIES <= 1 << 16, "a MAC has two bytes for an identity");

/* One that was taken out of the lab leaves its identity to nobody who comes in its place: an ACS
 * would take the one for the other. */
static void note_taken(bool *is_taken, const struct topology *before)
{
	for (size_t i = 0; i < before->n_nodes; i++)
		is_taken[before->nodes[i].identity] = true;
}

static uint32_t free_identity(const bool *is_taken, uint32_t number)
{
	uint32_t identity = number;

	for (uint32_t i = 1; is_taken[identity]; i++)
		identity = i;
	return identity;
}

int topology_follow(struct topology *topology, const struct topology *before)
{
	bool *is_taken =
	    arena_array(&topology->doc->arena, IDENTITIES + 1, sizeof(*is_taken));

	if (!is_taken)
		return -ENOMEM;
	note_taken(is_taken, before);
	for (size_t i = 0; i < topology->n_nodes; i++) {
		struct node *node = &topology->nodes[i];
		const struct node *was = topology_node(before, str_of(node->name));

		node->identity =
		    was ? was->identity : free_identity(is_taken, node->number);
		is_taken[node->identity] = true;
	}
	return 0;
}
