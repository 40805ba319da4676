#include "agents/common/frames/vlan_pass.h"

#include <linux/if_ether.h>

/* Where the frame belongs, which has no tag then; null: nowhere. A tag of VLAN 0 has a priority
 * alone (802.1Q 9.6). */
static struct vlan_pair *sort(const struct vlan_trunk *trunk, struct port_frame *frame)
{
	int vlan = port_frame_untag(frame);

	if (port_frame_is_tagged(frame) || vlan > PORT_VLAN_MAX)
		return NULL;
	return trunk->pairs[vlan > 0 ? (unsigned)vlan : trunk->pvid];
}

/* Neighbours that go the same way leave by one call. */
void vlan_trunk_pass(const struct vlan_trunk *trunk, struct port_frame *frames,
    unsigned n)
{
	struct vlan_pair *to = NULL;
	unsigned first = 0;

	for (unsigned i = 0; i < n; i++) {
		struct vlan_pair *next = sort(trunk, &frames[i]);

		if (next == to)
			continue;
		if (to)
			frame_port_send(&to->port, &frames[first], i - first);
		first = i;
		to = next;
	}
	if (to)
		frame_port_send(&to->port, &frames[first], n - first);
}

void vlan_pair_pass(const struct vlan_pair *pair, struct port_frame *frames, unsigned n)
{
	unsigned n_out = 0;

	for (unsigned i = 0; i < n; i++) {
		if (port_frame_is_tagged(&frames[i]))
			continue;
		if (pair->is_tagged)
			port_frame_tag(&frames[i], ETH_P_8021Q, (uint16_t)pair->vlan);
		frames[n_out++] = frames[i];
	}
	frame_port_send(&pair->trunk->port, frames, n_out);
}
