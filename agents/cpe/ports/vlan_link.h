/* The names of links that a switch makes for its VLANs beside its ports; a port of a topology has none
 * like them.
 *
 *     br~20    the bridge of VLAN 20; br~0 is down, and has what no frame is to leave by itself
 *     t3~20    what port 3 is in it, where frames of port 3 carry tags
 *     u3~20    the other end of that, which the switch's program reads and writes */
#pragma once

enum vlan_link {
	VLAN_LINK_NONE,
	VLAN_LINK_BRIDGE,
	VLAN_LINK_NEAR, /* t3~20 */
	VLAN_LINK_FAR   /* u3~20 */
};

enum {
	VLAN_LINK_NAME_MAX = 16 /* terminated */
};

/* What the name says; the number of the port (0 of a bridge) and the VLAN. */
enum vlan_link vlan_link_read(const char *name, unsigned *ret_number,
    unsigned *ret_vlan);

/* text has room for VLAN_LINK_NAME_MAX and is returned. number: of a pair. */
char *vlan_link_name(enum vlan_link link, unsigned number, unsigned vlan, char *text);
