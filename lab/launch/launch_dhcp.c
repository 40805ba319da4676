/* The DHCP server of a node: ours, or one of two others. */
#include "lab/launch/launch_internal.h"

#include "lib/proto/opt43.h"

int launch_option43(const struct pool *pool, struct buf *out, struct error *err)
{
	const struct pool_acs *acs = &pool->acs;
	struct opt43 option = {
		.layout =
		    acs->format == ACS_FORMAT_COMWARE ? OPT43_COMWARE : OPT43_TR069,
		.url = str_of(acs->url),
		.username = str_of(acs->username),
		.password = str_of(acs->password),
		.provisioning_code = str_of(acs->provisioning_code),
		.service_provider = str_of(acs->service_provider),
		.has_min_wait = acs->retry_min_wait != 0,
		.has_multiplier = acs->retry_multiplier != 0,
		.retry_min_wait = (uint32_t)(acs->retry_min_wait / NS_PER_S),
		.retry_multiplier = (uint32_t)acs->retry_multiplier,
	};

	if (!acs->is_set)
		return 0;
	if (acs->raw) {
		buf_append(out, acs->raw, acs->raw_len);
		return out->error;
	}
	return opt43_write(out, &option, err);
}

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
