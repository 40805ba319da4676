#include "capture/rules/dhcp6.h"

#include "lib/proto/dhcp6.h"
#include "lib/proto/opt125.h"
#include "lib/proto/url.h"

/* ---- DHCP-04 and DHCP-06: option 17 ------------------------------------------------- */

/* The sub-options of a server's option 17 that speaks of CWMP; false where there are none. */
static bool read_vendor(const struct whole *view, struct dhcp6_vendor *vendor)
{
	const struct datagram_record *d = view->datagram;
	struct dhcp6_packet packet;
	struct str value;

	if (d->to_port != DHCP6_CLIENT_PORT ||
	    dhcp6_parse(&packet, d->payload.p, d->payload.len, NULL) < 0)
		return false;
	value = dhcp6_option_of(&packet, DHCP6_OPTION_VENDOR, BBF_ENTERPRISE);
	return value.p && dhcp6_vendor_parse(vendor, value, NULL) == 0;
}

/* Without sub-option 1 it may be the identity of a gateway. */
static enum rule_verdict check_url6(struct whole *view)
{
	struct error err = ERROR_NULL;
	struct dhcp6_vendor vendor;
	struct url url;

	if (!read_vendor(view, &vendor) || !vendor.sub[1].p)
		return RULE_SILENT;
	if (url_parse(&url, vendor.sub[1], &err) == 0)
		return RULE_KEPT;
	return rule_broken_at(view, RULE_BY_SERVER, view->datagram->frame,
	    "\"%.*s\" of option 17 is no ACS URL: %s",
	    (int)MIN(vendor.sub[1].len, 100u), vendor.sub[1].p, err.text);
}

enum rule_verdict dhcp_judge_numbers(struct whole *view, struct frame_ref frame,
    unsigned option, const struct opt43 *acs)
{
	if (acs->deviations & OPT43_BAD_NUMBER)
		return rule_broken_at(view, RULE_BY_SERVER, frame,
		    "a retry setting of option %u is out of range: sub-option 3 is a "
		    "decimal number from 1 to 65535, sub-option 4 one from 1000 to 65535",
		    option);
	return rule_kept_if(acs->has_min_wait || acs->has_multiplier);
}

static enum rule_verdict check_retry_numbers6(struct whole *view)
{
	struct dhcp6_vendor vendor;
	struct opt43 acs;

	if (!read_vendor(view, &vendor))
		return RULE_SILENT;
	opt43_from_subs(&acs, vendor.sub);
	return dhcp_judge_numbers(view, view->datagram->frame, DHCP6_OPTION_VENDOR,
	    &acs);
}

const struct rule_check dhcp6_urls[] = {
	{ .scope = WHOLE_DATAGRAM, .check = check_url6 },
	{ .check = NULL },
};

const struct rule_check dhcp6_numbers[] = {
	{ .scope = WHOLE_DATAGRAM, .check = check_retry_numbers6 },
	{ .check = NULL },
};

/* ---- DHCP-11: DHCPv6 ------------------------------------------------------------- */

/* Option 16 that speaks of CWMP: enterprise 3561, classes with lengths of two bytes. */
static enum rule_verdict check_class6(struct whole *view, struct str value)
{
	struct error err = ERROR_NULL;
	struct dhcp6_vendor_class class;

	if (!str_find(value, STR("dslforum.org"), NULL))
		return RULE_SILENT;
	if (dhcp6_vendor_class_parse(&class, value, &err) < 0)
		return rule_broken_at(view, RULE_BY_CPE, view->datagram->frame,
		    "option 16 with class dslforum.org: %s", err.text);
	if (class.enterprise != BBF_ENTERPRISE)
		return rule_broken_at(view, RULE_BY_CPE, view->datagram->frame,
		    "option 16 has class dslforum.org under enterprise %u, not 3561",
		    class.enterprise);
	return RULE_KEPT;
}

static enum rule_verdict check_vendor6(struct whole *view, struct str value,
    enum rule_who who)
{
	struct error err = ERROR_NULL;
	struct dhcp6_vendor vendor;

	if (!value.p)
		return RULE_SILENT;
	if (dhcp6_vendor_parse(&vendor, value, &err) < 0)
		return rule_broken_at(view, who, view->datagram->frame,
		    "option 17 of enterprise 3561: %s", err.text);
	return RULE_KEPT;
}

enum rule_verdict dhcp6_check(struct whole *view)
{
	const struct datagram_record *d = view->datagram;
	bool is_of_client = d->to_port == DHCP6_SERVER_PORT;
	enum rule_who who = is_of_client ? RULE_BY_CPE : RULE_BY_SERVER;
	enum rule_verdict verdict = RULE_SILENT, other;
	struct dhcp6_packet packet;

	if ((!is_of_client && d->to_port != DHCP6_CLIENT_PORT) ||
	    dhcp6_parse(&packet, d->payload.p, d->payload.len, NULL) < 0)
		return RULE_SILENT;
	if (is_of_client)
		verdict = check_class6(view,
		    dhcp6_option(&packet, DHCP6_OPTION_VENDOR_CLASS, NULL));
	other = check_vendor6(view,
	    dhcp6_option_of(&packet, DHCP6_OPTION_VENDOR, BBF_ENTERPRISE), who);
	return verdict == RULE_BROKEN || other == RULE_SILENT ? verdict : other;
}
