#include "agents/cpe/ports/vlan_link.h"

#include "lib/base/str.h"

#include <stdio.h>

enum vlan_link vlan_link_read(const char *name, unsigned *ret_number,
    unsigned *ret_vlan)
{
	struct str rest, first = str_cut(str_of(name), '~', &rest);
	uint64_t number = 0, vlan;

	*ret_number = *ret_vlan = 0;
	if (first.len == 0 || str_to_u64(rest, 4094, &vlan) < 0)
		return VLAN_LINK_NONE;
	*ret_vlan = (unsigned)vlan;
	if (str_is(first, "br"))
		return VLAN_LINK_BRIDGE;
	if (str_to_u64(str_from(first, 1), 99, &number) < 0)
		return VLAN_LINK_NONE;
	*ret_number = (unsigned)number;
	return first.p[0] == 't'   ? VLAN_LINK_NEAR
	       : first.p[0] == 'u' ? VLAN_LINK_FAR
				   : VLAN_LINK_NONE;
}

char *vlan_link_name(enum vlan_link link, unsigned number, unsigned vlan, char *text)
{
	if (link == VLAN_LINK_BRIDGE)
		(void)snprintf(text, VLAN_LINK_NAME_MAX, "br~%u", vlan % 10000);
	else
		(void)snprintf(text, VLAN_LINK_NAME_MAX, "%c%u~%u",
		    link == VLAN_LINK_NEAR ? 't' : 'u', number % 100, vlan % 10000);
	return text;
}
