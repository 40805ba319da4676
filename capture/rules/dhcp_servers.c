#include "capture/rules/dhcp_servers.h"

#include "capture/record/dhcp_offers.h"
#include "lib/base/text.h"

#include <stdio.h>

/* "router 10.0.0.1", "ACS http://acs/", "10.0.0.100 of 10.0.0.0/24", as far as they differ. */
static void put_offer(struct buf *out, const struct dhcp_offer *offer, unsigned differ)
{
	const char *between = "";
	char text[IPV4_TEXT_MAX];

	if (differ & OFFERS_OF_ACS) {
		buf_append_text(out, offer->acs[0] ? "ACS " : "no ACS");
		buf_append_text(out, offer->acs);
		between = ", ";
	}
	if (differ & OFFERS_OF_ROUTER) {
		buf_printf(out, "%srouter %s", between,
		    ipv4_text(offer->routers[0], text));
		between = ", ";
	}
	if (differ & OFFERS_OF_SUBNET)
		buf_printf(out, "%ssubnet %s/%d", between,
		    ipv4_text(offer->address & offer->mask, text),
		    __builtin_popcount(offer->mask));
}

static enum rule_verdict tell(struct whole *view, const struct dhcp_exchange *exchange,
    unsigned differ)
{
	const struct dhcp_offer *one = &exchange->offers[0];
	const struct dhcp_offer *other = &exchange->offers[1];
	char a[IPV4_TEXT_MAX], b[IPV4_TEXT_MAX], c[IPV4_TEXT_MAX];
	auto_buf of_one = BUF_NULL, of_other = BUF_NULL;

	put_offer(&of_one, one, differ);
	put_offer(&of_other, other, differ);
	return rule_broken_at(view, RULE_BY_SERVER, other->frame,
	    "two servers offer what does not fit together: %s %s (frame %llu), %s %s; "
	    "the CPE takes that of %s in frame %llu",
	    ipv4_text(one->server, a), buf_cstr(&of_one),
	    (unsigned long long)one->frame.number, ipv4_text(other->server, b),
	    buf_cstr(&of_other), ipv4_text(exchange->taken, c),
	    (unsigned long long)exchange->asked.number);
}

enum rule_verdict dhcp_check_servers(struct whole *view)
{
	const struct dhcp_exchange *exchange = view->exchange;
	uint64_t frame = view->dhcp->frame.number;
	unsigned differ;
	bool is_second;

	if (!exchange || exchange->n_offers < 2 || !view->host->is_cwmp)
		return RULE_SILENT;
	is_second = frame == exchange->offers[1].frame.number;
	differ = dhcp_offers_differ(&exchange->offers[0], &exchange->offers[1]);
	if (differ == 0)
		return rule_kept_if(is_second);
	/* Told when the later of the two is there: the offer, or the client's choice. */
	if (exchange->taken == 0 || (!is_second && frame != exchange->asked.number))
		return RULE_SILENT;
	return tell(view, exchange, differ);
}
