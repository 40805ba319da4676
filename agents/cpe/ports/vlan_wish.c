#include "agents/cpe/ports/vlan_wish.h"

#include <string.h>

void vlan_wish_init(struct vlan_wish *wish)
{
	memset(wish, 0, sizeof(*wish));
	for (unsigned i = 0; i < PORTS_MAX; i++)
		wish->ports[i].pvid = VLAN_DEFAULT;
}

struct vlan_set vlan_port_passes(const struct vlan_port *port)
{
	struct vlan_set set = port->tagged;

	vlan_set_join(&set, &port->untagged);
	return set;
}

static unsigned count(const struct vlan_set *set)
{
	unsigned first, last, n = 0;

	for (unsigned at = VLAN_MIN; vlan_set_range(set, at, &first, &last);
	     at = last + 1)
		n += last - first + 1;
	return n;
}

int vlan_wish_check(const struct vlan_wish *wish, struct error *err)
{
	unsigned n = 0;

	for (unsigned i = 0; i < PORTS_MAX; i++) {
		struct vlan_set passes = vlan_port_passes(&wish->ports[i]);

		n += wish->ports[i].is_carried ? count(&passes) : 0;
	}
	if (n <= PORT_PAIRS_MAX)
		return 0;
	return error_set(err, ERR_LIMIT,
	    "The VLANs of all trunk and hybrid ports together are %u, and the device "
	    "has room for %d.",
	    n, PORT_PAIRS_MAX);
}
