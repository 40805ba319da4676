/* The DHCP server of a node: ours, or one of two others. */
#include "lab/launch/launch_internal.h"

int launch_dhcp(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	switch ((enum dhcp_engine)node->dhcp.engine) {
	case DHCP_ENGINE_DNSMASQ:
		return launch_dhcp_dnsmasq(context, node, launch, err);
	case DHCP_ENGINE_KEA:
		return launch_dhcp_kea(context, node, launch, err);
	case DHCP_ENGINE_BUILTIN:
		break;
	}
	return launch_dhcpd(context, node, launch, err);
}
