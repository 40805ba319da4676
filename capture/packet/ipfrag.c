#include "capture/packet/ipfrag.h"

#include <errno.h>
#include <stdlib.h>

enum {
	WHOLE_MAX = 65536,
	UNIT = 8, /* fragments begin at multiples of 8 bytes */
	UNITS = WHOLE_MAX / UNIT,
};

#define TIMEOUT_NS (30 * NS_PER_S)

struct ipfrag_packet {
	struct address src, dst;
	uint32_t id;
	uint8_t protocol; /* of the fragment at offset 0 */
	clock_ns first;
	uint32_t fragments;
	uint32_t total;   /* bytes; 0 until the last fragment was seen */
	uint32_t missing; /* units below total that are not there, once that is known */
	bool is_done;     /* handed out */
	uint8_t have[UNITS / 8];
	uint8_t bytes[WHOLE_MAX];
};

static void give_up(struct ipfrag *table, size_t i)
{
	if (table->packets[i] && !table->packets[i]->is_done)
		table->lost += table->packets[i]->fragments;
	free(table->packets[i]);
	table->packets[i] = NULL;
}

static bool is_same(const struct ipfrag_packet *p, const struct ip_packet *packet)
{
	return p->id == packet->id && address_eq(&p->src, &packet->src) &&
	       address_eq(&p->dst, &packet->dst);
}

/* The slot of the packet that the fragment belongs to, else a free one, else that of the
 * oldest. Clears slots on the way that are too old. Packets that were handed out stay: the
 * caller reads a tunnel's inner fragment from one of them. IPFRAG_MAX where all are such. */
static size_t find_slot(struct ipfrag *table, const struct ip_packet *packet,
    clock_ns now)
{
	size_t place = IPFRAG_MAX, oldest = IPFRAG_MAX;

	for (size_t i = 0; i < IPFRAG_MAX; i++) {
		struct ipfrag_packet *p = table->packets[i];

		if (p && p->is_done)
			continue;
		if (p && now - p->first > TIMEOUT_NS) {
			give_up(table, i);
			p = NULL;
		}
		if (!p) {
			if (place == IPFRAG_MAX)
				place = i;
			continue;
		}
		if (is_same(p, packet))
			return i;
		if (oldest == IPFRAG_MAX || p->first < table->packets[oldest]->first)
			oldest = i;
	}
	if (place < IPFRAG_MAX)
		return place;
	if (oldest < IPFRAG_MAX)
		give_up(table, oldest);
	return oldest;
}

static uint32_t units_of(uint32_t bytes)
{
	return (bytes + UNIT - 1) / UNIT;
}

static bool has_unit(const struct ipfrag_packet *p, size_t unit)
{
	return p->have[unit / 8] & 1 << unit % 8;
}

static void write_units(struct ipfrag_packet *p, uint32_t offset, struct span part)
{
	for (size_t at = 0; at < part.len; at += UNIT) {
		size_t unit = (offset + at) / UNIT;

		if (has_unit(p, unit))
			continue;
		p->have[unit / 8] |= (uint8_t)(1 << unit % 8);
		if (unit < units_of(p->total))
			p->missing--;
		memcpy(p->bytes + offset + at, part.p + at, MIN(part.len - at, UNIT));
	}
}

static void set_total(struct ipfrag_packet *p, uint32_t total)
{
	p->total = total;
	for (size_t i = 0; i < units_of(total); i++)
		p->missing += !has_unit(p, i);
}

int ipfrag_add(struct ipfrag *table, struct ip_packet *packet, clock_ns now)
{
	struct span part = packet->payload;
	struct ipfrag_packet *p;
	size_t slot;

	if (part.len < part.wire)
		return ERR_TRUNCATED;
	if (packet->offset + part.len > WHOLE_MAX - UNIT || part.len == 0 ||
	    (packet->has_more && part.len % UNIT != 0))
		return ERR_MALFORMED;
	slot = find_slot(table, packet, now);
	if (slot == IPFRAG_MAX)
		return ERR_LIMIT;
	p = table->packets[slot];
	if (!p) {
		p = table->packets[slot] = calloc(1, sizeof(*p));
		if (!p)
			return -ENOMEM;
		p->src = packet->src;
		p->dst = packet->dst;
		p->id = packet->id;
		p->first = now;
	}
	p->fragments++;
	if (packet->offset == 0)
		p->protocol = packet->protocol;
	if (!packet->has_more && p->total == 0)
		set_total(p, packet->offset + (uint32_t)part.len);
	write_units(p, packet->offset, part);
	if (p->total == 0 || p->missing > 0)
		return 0;
	p->is_done = table->has_done = true;
	packet->protocol = p->protocol;
	packet->payload = (struct span){ p->bytes, p->total, p->total };
	packet->is_fragment = false;
	return 1;
}

void ipfrag_recycle(struct ipfrag *table)
{
	if (!table->has_done)
		return;
	for (size_t i = 0; i < IPFRAG_MAX; i++)
		if (table->packets[i] && table->packets[i]->is_done)
			give_up(table, i);
	table->has_done = false;
}

void ipfrag_free(struct ipfrag *table)
{
	for (size_t i = 0; i < IPFRAG_MAX; i++)
		give_up(table, i);
}
