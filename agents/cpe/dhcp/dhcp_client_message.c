#include "agents/cpe/dhcp/dhcp_client_message.h"

enum {
	DATAGRAM_MAX = 1500 /* option 57: the IP datagram we can take */
};

static const uint8_t PARAMETERS[] = { DHCP_OPTION_SUBNET_MASK, DHCP_OPTION_ROUTER,
	DHCP_OPTION_DNS, DHCP_OPTION_DOMAIN_NAME, DHCP_OPTION_VENDOR,
	DHCP_OPTION_LEASE_TIME, DHCP_OPTION_SERVER_ID, DHCP_OPTION_RENEWAL_TIME,
	DHCP_OPTION_REBINDING_TIME, DHCP_OPTION_VI_VENDOR };

void dhcp_client_message(struct dhcp_builder *builder, const struct dhcp_client *client,
    enum dhcp_message type, uint32_t ciaddr)
{
	const struct dhcp_client_config *config = &client->config;
	const char *vendor_class =
	    config->vendor_class ? config->vendor_class : "dslforum.org";
	struct dhcp_packet header = {
		.op = 1,
		.htype = 1,
		.hlen = 6,
		.xid = client->xid,
		.ciaddr = ciaddr,
	};
	uint8_t id[7] = { 1 };

	memcpy(header.chaddr, config->mac, 6);
	memcpy(id + 1, config->mac, 6);
	if (type == DHCP_DISCOVER || type == DHCP_REQUEST) {
		header.secs = client->secs;
		header.flags = config->wants_broadcast ? DHCP_BROADCAST_FLAG : 0;
	}
	dhcp_build(builder, &header, type, 0);
	dhcp_build_option(builder, DHCP_OPTION_CLIENT_ID, str_make(id, sizeof(id)));
	if (type != DHCP_DISCOVER && type != DHCP_REQUEST)
		return;
	dhcp_build_option(builder, DHCP_OPTION_PARAMETER_LIST,
	    str_make(PARAMETERS, sizeof(PARAMETERS)));
	dhcp_build_option(builder, DHCP_OPTION_MAX_SIZE,
	    str_make((const uint8_t[]){ DATAGRAM_MAX >> 8, DATAGRAM_MAX & 255 }, 2));
	dhcp_build_option(builder, DHCP_OPTION_VENDOR_CLASS, str_of(vendor_class));
	if (config->host_name)
		dhcp_build_option(builder, DHCP_OPTION_HOST_NAME,
		    str_of(config->host_name));
}
