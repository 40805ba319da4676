#include "lib/console/route/route_table.h"

#include "lib/base/text.h"

#include <inttypes.h>
#include <string.h>

static bool is_before(const struct route *a, const struct route *b)
{
	if (a->network != b->network)
		return a->network < b->network;
	return a->prefix != b->prefix ? a->prefix < b->prefix : a->via < b->via;
}

static struct route normal(struct route route)
{
	route.network &= ipv4_mask(route.prefix);
	return route;
}

bool route_table_add(struct route_table *table, struct route route)
{
	struct route wanted = normal(route);
	uint32_t i = 0;

	while (i < table->n && is_before(&table->items[i], &wanted))
		i++;
	if (i < table->n && !is_before(&wanted, &table->items[i]))
		return true;
	if (table->n == ROUTE_TABLE_MAX)
		return false;
	memmove(&table->items[i + 1], &table->items[i],
	    (table->n - i) * sizeof(table->items[0]));
	table->items[i] = wanted;
	table->n++;
	return true;
}

unsigned route_table_remove(struct route_table *table, struct route route)
{
	struct route wanted = normal(route);
	struct route_table left = { .n = 0 };
	unsigned n;

	for (uint32_t i = 0; i < table->n; i++) {
		const struct route *item = &table->items[i];

		if (item->network != wanted.network || item->prefix != wanted.prefix ||
		    (wanted.via && item->via != wanted.via))
			left.items[left.n++] = *item;
	}
	n = table->n - left.n;
	*table = left;
	return n;
}

void route_table_put(struct buf *out, const struct route_table *table)
{
	char network[IPV4_TEXT_MAX], via[IPV4_TEXT_MAX];

	for (uint32_t i = 0; i < table->n; i++) {
		const struct route *route = &table->items[i];

		buf_printf(out, " ip route-static %s %" PRIu32 " %s\n",
		    ipv4_text(route->network, network), route->prefix,
		    ipv4_text(route->via, via));
	}
}
