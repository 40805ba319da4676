#include "lib/console/vlan/vlan_table.h"

#include <stdio.h>
#include <string.h>

void vlan_table_init(struct vlan_table *table)
{
	memset(table, 0, sizeof(*table));
	(void)vlan_table_add(table, VLAN_DEFAULT);
}

/* Where it stands, or would stand. */
static uint32_t place_of(const struct vlan_table *table, unsigned id)
{
	uint32_t i = 0;

	while (i < table->n && table->items[i].id < id)
		i++;
	return i;
}

struct vlan *vlan_table_find(struct vlan_table *table, unsigned id)
{
	uint32_t i = place_of(table, id);

	return i < table->n && table->items[i].id == id ? &table->items[i] : NULL;
}

struct vlan *vlan_table_add(struct vlan_table *table, unsigned id)
{
	uint32_t i = place_of(table, id);
	struct vlan *vlan = &table->items[i];

	if (i < table->n && vlan->id == id)
		return vlan;
	if (table->n == VLAN_TABLE_MAX)
		return NULL;
	memmove(vlan + 1, vlan, (table->n - i) * sizeof(*vlan));
	memset(vlan, 0, sizeof(*vlan));
	vlan->id = id;
	table->n++;
	return vlan;
}

void vlan_table_remove(struct vlan_table *table, unsigned id)
{
	struct vlan *vlan = vlan_table_find(table, id);

	if (!vlan || id == VLAN_DEFAULT)
		return;
	memmove(vlan, vlan + 1,
	    (size_t)(table->items + table->n - (vlan + 1)) * sizeof(*vlan));
	memset(&table->items[--table->n], 0, sizeof(*vlan));
}

struct vlan_set vlan_table_set(const struct vlan_table *table)
{
	struct vlan_set set = { .bits = { 0 } };

	for (uint32_t i = 0; i < table->n; i++)
		vlan_set_add(&set, table->items[i].id, table->items[i].id);
	return set;
}

/* ---- as text ------------------------------------------------------------------------------- */

char *vlan_default_name(unsigned id, char *text)
{
	(void)snprintf(text, VLAN_NAME_MAX, "VLAN %04u", id);
	return text;
}

const char *vlan_name(const struct vlan *vlan, char *text)
{
	return vlan->name[0] ? vlan->name : vlan_default_name(vlan->id, text);
}

const char *vlan_description(const struct vlan *vlan, char *text)
{
	return vlan->description[0] ? vlan->description
				    : vlan_default_name(vlan->id, text);
}

void vlan_put(struct buf *out, const struct vlan *vlan)
{
	/* Either is the rest of its line, whatever is in it. */
	if (vlan->name[0])
		buf_printf(out, " name %s\n", vlan->name);
	if (vlan->description[0])
		buf_printf(out, " description %s\n", vlan->description);
}

static bool is_plain(const struct vlan *vlan)
{
	return !vlan->name[0] && !vlan->description[0];
}

void vlan_table_put(struct buf *out, const struct vlan_table *table)
{
	uint32_t last;

	for (uint32_t i = 0; i < table->n; i = last + 1) {
		const struct vlan *vlan = &table->items[i];

		/* Neighbours of which nothing is set stand together. */
		last = i;
		while (is_plain(vlan) && last + 1 < table->n &&
		       is_plain(&table->items[last + 1]) &&
		       table->items[last + 1].id == table->items[last].id + 1)
			last++;
		if (last > i)
			buf_printf(out, "#\nvlan %u to %u\n", vlan->id,
			    table->items[last].id);
		else if (vlan->id != VLAN_DEFAULT || !is_plain(vlan))
			buf_printf(out, "#\nvlan %u\n", vlan->id);
		vlan_put(out, vlan);
	}
}
