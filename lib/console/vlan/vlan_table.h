/* The VLANs that a switch has: VLAN 1 always, others as its user has made them. Compared as bytes
 * with all else of a configuration: in the order of their numbers, and what is not set is zero. */
#pragma once

#include "lib/console/vlan/vlan_set.h"

enum {
	VLAN_TABLE_MAX = 256,
	VLAN_NAME_MAX = 32 + 1,        /* terminated, as the next */
	VLAN_DESCRIPTION_MAX = 80 + 1, /* as an interface's */
	VLAN_DEFAULT = 1
};

struct vlan {
	uint32_t id;
	char name[VLAN_NAME_MAX]; /* "": vlan_default_name(), as the description */
	char description[VLAN_DESCRIPTION_MAX];
};

struct vlan_table {
	struct vlan items[VLAN_TABLE_MAX];
	uint32_t n;
};

/* VLAN 1 alone. */
void vlan_table_init(struct vlan_table *table);

/* The VLAN of that number, or null. */
struct vlan *vlan_table_find(struct vlan_table *table, unsigned id);

static inline bool vlan_table_has(const struct vlan_table *table, unsigned id)
{
	return vlan_table_find((struct vlan_table *)table, id);
}

/* The same, which is made where there was none. Null: there is no room. */
struct vlan *vlan_table_add(struct vlan_table *table, unsigned id);

/* VLAN 1 stays. No-op without one. */
void vlan_table_remove(struct vlan_table *table, unsigned id);

/* Their numbers. */
struct vlan_set vlan_table_set(const struct vlan_table *table);

/* "VLAN 0020"; text has room for VLAN_NAME_MAX and is returned. */
char *vlan_default_name(unsigned id, char *text);
const char *vlan_name(const struct vlan *vlan, char *text);
const char *vlan_description(const struct vlan *vlan, char *text);

/* The members of the view of a VLAN, a blank before each. */
void vlan_put(struct buf *out, const struct vlan *vlan);
/* All that are not as the factory has them, as sections that begin with "#". */
void vlan_table_put(struct buf *out, const struct vlan_table *table);
