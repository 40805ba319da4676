#include "capture/message/discovery.h"

#include "lib/proto/opt125.h"

bool discovery_has_class(const struct dhcp_packet *packet)
{
	struct str value = dhcp_option(packet, DHCP_OPTION_VI_VENDOR_CLASS);
	struct opt124 by_enterprise;

	if (str_find(dhcp_option(packet, DHCP_OPTION_VENDOR_CLASS), STR("dslforum.org"),
		NULL))
		return true;
	return opt124_parse(&by_enterprise, value.p, value.len, NULL) == 0 &&
	       by_enterprise.has_bbf &&
	       str_find(by_enterprise.class, STR("dslforum.org"), NULL);
}

bool discovery_asks_for_acs(const struct dhcp_packet *packet)
{
	struct str list = dhcp_option(packet, DHCP_OPTION_PARAMETER_LIST);

	return !list.p || str_find_char(list, DHCP_OPTION_VENDOR) < list.len ||
	       str_find_char(list, DHCP_OPTION_VI_VENDOR) < list.len;
}
