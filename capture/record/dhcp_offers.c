#include "capture/record/dhcp_offers.h"

#include "lib/base/wire.h"
#include "lib/proto/url.h"

/* ---- one offer ------------------------------------------------------------------------ */

static void read_routers(struct dhcp_offer *offer, struct str value)
{
	for (size_t i = 0; i + 4 <= value.len; i += 4) {
		if (offer->n_routers == OFFER_ROUTERS_MAX) {
			offer->n_routers++;
			return;
		}
		offer->routers[offer->n_routers++] =
		    get_u32((const uint8_t *)value.p + i);
	}
}

/* What is of another vendor, or broken, says neither that there is an ACS nor that there is none. */
static void read_acs(struct dhcp_offer *offer, const struct dhcp_record *record)
{
	struct str url = record->acs.url;

	offer->is_readable =
	    record->acs_option == 0 || (!record->acs_error && !record->acs_mistake &&
					   url.len > 0 && url.len < OFFER_URL_MAX);
	if (offer->is_readable && url.len > 0)
		memcpy(offer->acs, url.p, url.len);
}

static struct dhcp_offer read_offer(const struct dhcp_record *record,
    const struct dhcp_packet *packet)
{
	struct dhcp_offer offer = { .frame = record->frame,
		.server = record->server,
		.giaddr = packet->giaddr,
		.vlan = record->vlan,
		.address = packet->yiaddr };

	(void)dhcp_option_u32(packet, DHCP_OPTION_SUBNET_MASK, &offer.mask);
	read_routers(&offer, dhcp_option(packet, DHCP_OPTION_ROUTER));
	read_acs(&offer, record);
	return offer;
}

/* ---- two of them ---------------------------------------------------------------------- */

static bool has_router(const struct dhcp_offer *offer, uint32_t router)
{
	for (size_t i = 0; i < offer->n_routers; i++) {
		if (offer->routers[i] == router)
			return true;
	}
	return false;
}

/* In whichever order, as servers that share the load have them. Of a server that names none, or
 * more than are kept, nothing is said. */
static bool have_other_routers(const struct dhcp_offer *a, const struct dhcp_offer *b)
{
	if (a->n_routers == 0 || b->n_routers == 0 ||
	    a->n_routers > OFFER_ROUTERS_MAX || b->n_routers > OFFER_ROUTERS_MAX)
		return false;
	for (size_t i = 0; i < a->n_routers; i++) {
		if (has_router(b, a->routers[i]))
			return false;
	}
	return true;
}

static bool have_other_subnets(const struct dhcp_offer *a, const struct dhcp_offer *b)
{
	return a->mask != 0 && b->mask != 0 &&
	       (a->mask != b->mask || (a->address & a->mask) != (b->address & b->mask));
}

static bool have_other_acs(const struct dhcp_offer *a, const struct dhcp_offer *b)
{
	return a->is_readable && b->is_readable &&
	       !url_is_same(str_of(a->acs), str_of(b->acs));
}

/* A client that tries one VLAN after the other asks the servers of each. A relay's words stand in
 * the VLAN of either of its sides. */
static bool are_of_two_segments(const struct dhcp_offer *a, const struct dhcp_offer *b)
{
	if (a->giaddr != 0 && b->giaddr != 0)
		return a->giaddr != b->giaddr;
	return a->giaddr == 0 && b->giaddr == 0 && a->vlan != b->vlan;
}

unsigned dhcp_offers_differ(const struct dhcp_offer *a, const struct dhcp_offer *b)
{
	if (a->server == b->server || are_of_two_segments(a, b))
		return 0;
	return (have_other_subnets(a, b) ? OFFERS_OF_SUBNET : 0u) |
	       (have_other_routers(a, b) ? OFFERS_OF_ROUTER : 0u) |
	       (have_other_acs(a, b) ? OFFERS_OF_ACS : 0u);
}

/* ---- an exchange ---------------------------------------------------------------------- */

static void note_offer(struct dhcp_exchange *exchange, const struct dhcp_record *record,
    const struct dhcp_packet *packet)
{
	struct dhcp_offer offer = read_offer(record, packet);

	if (exchange->n_offers == 0) {
		exchange->offers[exchange->n_offers++] = offer;
		return;
	}
	/* A repeated one, and the other side of a relay, are no second server. */
	if (offer.server == exchange->offers[0].server ||
	    (exchange->n_offers == 2 &&
		(offer.server == exchange->offers[1].server ||
		    dhcp_offers_differ(&exchange->offers[0], &exchange->offers[1]))))
		return;
	exchange->offers[1] = offer;
	exchange->n_offers = 2;
}

void dhcp_exchange_note(struct dhcp_exchange *exchange,
    const struct dhcp_record *record, const struct dhcp_packet *packet)
{
	bool is_same =
	    memcmp(exchange->mac, packet->chaddr, 6) == 0 &&
	    exchange->xid == packet->xid &&
	    record->frame.time - exchange->began <= OFFERS_WITHIN_S * NS_PER_S;

	if (record->step != LEASE_OFFERED && record->step != LEASE_ASKED)
		return;
	if (!is_same) {
		*exchange = (struct dhcp_exchange){ .xid = packet->xid,
			.began = record->frame.time };
		memcpy(exchange->mac, packet->chaddr, 6);
	}
	if (record->step == LEASE_OFFERED && record->server != 0)
		note_offer(exchange, record, packet);
	if (record->step == LEASE_ASKED && record->server != 0 &&
	    exchange->taken == 0) {
		exchange->taken = record->server;
		exchange->asked = record->frame;
	}
}
