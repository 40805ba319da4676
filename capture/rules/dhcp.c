/* Rules of what DHCP and DNS say of ACSs, and of how a CPE goes by it (TR-069 A6 3.1,
 * Annex F; RFC 2132, 3925, 8415). */
#include "capture/facts/history.h"
#include "capture/facts/lease.h"
#include "capture/rules/catalogue.h"
#include "capture/rules/dhcp6.h"
#include "capture/rules/dhcp_servers.h"

#include "capture/message/discovery.h"
#include "capture/message/dns.h"
#include "lib/base/text.h"
#include "lib/base/wire.h"
#include "lib/proto/opt125.h"
#include "lib/proto/url.h"

/* The sender of a DHCP message. */
static enum rule_who sender(const struct whole *view)
{
	return view->packet->op == 1 ? RULE_BY_CPE : RULE_BY_SERVER;
}

static bool is_request(const struct whole *view)
{
	return view->packet->op == 1 &&
	       (view->dhcp->type == DHCP_DISCOVER || view->dhcp->type == DHCP_REQUEST);
}

/* An OFFER or ACK with option 43 for a client that asks for its ACS by DHCP. */
static bool is_acs_offer(const struct whole *view)
{
	return view->packet->op == 2 && view->dhcp->acs_option == DHCP_OPTION_VENDOR &&
	       view->host->is_cwmp &&
	       (view->dhcp->type == DHCP_OFFER || view->dhcp->type == DHCP_ACK);
}

/* An offer as of is_acs_offer() that is well formed and in a layout that is known. */
static bool is_readable_offer(const struct whole *view)
{
	return is_acs_offer(view) && !view->dhcp->acs_error &&
	       view->dhcp->acs.layout != OPT43_UNKNOWN &&
	       view->dhcp->acs.layout != OPT43_PXE;
}

/* Rules about the start of a session are asked of its first message alone. */
static bool is_first(const struct whole *view)
{
	return view->session->messages.len == 1;
}

/* ---- DHCP-01 --------------------------------------------------------------------- */

static enum rule_verdict check_class(struct whole *view)
{
	const struct cpe_record *host = view->host;
	struct url url;

	if (!is_first(view) || !lease_is_used(view, &url) ||
	    !lease_is_host(view->http->head.host, &url))
		return RULE_SILENT;
	if (host->without_class.number == 0)
		return RULE_KEPT;
	return rule_broken_at(view, RULE_BY_CPE, host->without_class,
	    "the CPE takes its ACS from DHCP, but asked without class dslforum.org");
}

/* ---- DHCP-02 --------------------------------------------------------------------- */

static enum rule_verdict check_asks(struct whole *view)
{
	if (!is_request(view) || !discovery_has_class(view->packet))
		return RULE_SILENT;
	if (discovery_asks_for_acs(view->packet))
		return RULE_KEPT;
	if (view->host->without_acs)
		return RULE_SILENT; /* said already */
	return rule_broken_at(view, RULE_BY_CPE, view->dhcp->frame,
	    "the %s of class dslforum.org asks for neither option 43 nor 125",
	    dhcp_message_name(view->dhcp->type));
}

/* ---- DHCP-03 to DHCP-06: option 43 ----------------------------------------------- */

static enum rule_verdict check_list(struct whole *view)
{
	if (!is_acs_offer(view))
		return RULE_SILENT;
	if (!view->dhcp->acs_error)
		return RULE_KEPT;
	if (view->dhcp->acs_mistake)
		return rule_broken_at(view, RULE_BY_SERVER, view->dhcp->frame,
		    "option 43 of the %s %s", dhcp_message_name(view->dhcp->type),
		    view->dhcp->acs_mistake);
	return rule_broken_at(view, RULE_BY_SERVER, view->dhcp->frame,
	    "option 43 of the %s: %s", dhcp_message_name(view->dhcp->type),
	    view->dhcp->acs_error);
}

/* The shortest URL, http://a, has eight characters; a sub-option holds no more than 255. */
static enum rule_verdict check_url(struct whole *view)
{
	struct error err = ERROR_NULL;
	struct str text = view->dhcp->acs.url;
	struct url url;

	if (!is_acs_offer(view) || view->dhcp->acs_error ||
	    view->dhcp->acs.layout == OPT43_PXE || view->dhcp->acs.has_identity)
		return RULE_SILENT;
	if (view->dhcp->acs_mistake)
		return rule_broken_at(view, RULE_BY_SERVER, view->dhcp->frame,
		    "option 43 of the %s %s: it has no sub-option 1",
		    dhcp_message_name(view->dhcp->type), view->dhcp->acs_mistake);
	if (text.len == 0)
		return rule_broken_at(view, RULE_BY_SERVER, view->dhcp->frame,
		    "option 43 of the %s has no ACS URL, sub-option 1",
		    dhcp_message_name(view->dhcp->type));
	if (url_parse(&url, text, &err) < 0)
		return rule_broken_at(view, RULE_BY_SERVER, view->dhcp->frame,
		    "\"%.*s\" of option 43 is no ACS URL: %s", (int)MIN(text.len, 100u),
		    text.p, err.text);
	return RULE_KEPT;
}

static enum rule_verdict check_triple(struct whole *view)
{
	if (!is_readable_offer(view) || view->dhcp->acs.layout != OPT43_COMWARE)
		return RULE_SILENT;
	if (!(view->dhcp->acs.deviations & OPT43_EXTRA_BLANK))
		return RULE_KEPT;
	return rule_broken_at(view, RULE_BY_SERVER, view->dhcp->frame,
	    "sub-option 1 of option 43 is not \"URL user password\": an empty field, or "
	    "more than two blanks");
}

/* Options 43 and 125 have the same sub-options (TR-069 A6 3.1). */
static enum rule_verdict check_retry_numbers(struct whole *view)
{
	const struct dhcp_record *dhcp = view->dhcp;

	if (!is_readable_offer(view) &&
	    !(dhcp->acs_option == DHCP_OPTION_VI_VENDOR && view->host->is_cwmp &&
		!dhcp->acs_error &&
		(dhcp->type == DHCP_OFFER || dhcp->type == DHCP_ACK)))
		return RULE_SILENT;
	return dhcp_judge_numbers(view, dhcp->frame, dhcp->acs_option, &dhcp->acs);
}

/* ---- DHCP-07 --------------------------------------------------------------------- */

static enum rule_verdict check_goes_there(struct whole *view)
{
	const struct conn_record *conn = view->conn;
	const struct look_up *look_up;
	char address[ADDRESS_PORT_TEXT_MAX];
	uint32_t literal;
	struct url url;

	if (!is_first(view) || !lease_is_used(view, &url))
		return RULE_SILENT;
	if (lease_leads_to(view, conn, &url) ||
	    lease_is_host(view->http->head.host, &url))
		return RULE_KEPT;
	/* Its name may be that of the address that is in Host: nothing acknowledges an answer
	 * that the capture misses. */
	look_up = lease_look_up(view->host, url.host, conn->server.family);
	if (ipv4_parse(url.host, &literal) < 0 && conn->server_port == url.port &&
	    (!look_up || look_up->answered == 0))
		return rule_not_judged(view, "the look-up of the ACS is missing");
	return rule_broken_at(view, RULE_BY_CPE,
	    conn->tcp.syn.number > 0 ? conn->tcp.syn : view->http->frame,
	    "the lease says %s, the CPE goes to %s", view->host->lease->acs_url,
	    address_port_text(&conn->server, conn->server_port, address));
}

/* ---- DHCP-08 --------------------------------------------------------------------- */

/* Whether the capture shows DNS as this CPE sees it, from its start on: it remembers nothing
 * and everything that it asked is still known here. */
static bool shows_look_ups(const struct cpe_record *host)
{
	return host->discover > 0 && host->sessions_since_boot <= 1 &&
	       host->n_look_ups > 0 && host->n_look_ups <= LOOK_UPS_KEPT;
}

/* Whether any look-up of the CPE gave the address: a search list may have made another name of
 * the host (RFC 1535). */
static bool is_given(const struct cpe_record *host, const struct address *address)
{
	for (size_t i = 0; i < cpe_n_look_ups(host); i++) {
		const struct resolution *told = host->look_ups[i].what;

		for (size_t k = 0; k < told->n_addresses; k++) {
			if (address_eq(&told->addresses[k], address))
				return true;
		}
	}
	return false;
}

/* The answer has no address, by an error or of the family that the CPE connects to. */
static enum rule_verdict check_without_address(struct whole *view,
    const struct look_up *look_up)
{
	const struct conn_record *conn = view->conn;
	char address[ADDRESS_TEXT_MAX];

	if (!shows_look_ups(view->host) || rule_loses_frames(view) ||
	    is_given(view->host, &conn->server))
		return rule_not_judged(view, "an earlier look-up may be missing");
	return rule_broken_at(view, RULE_BY_CPE, conn->tcp.syn,
	    "the CPE connects to %s, though DNS gave no address for %s in frame %llu (%s)",
	    address_text(&conn->server, address), look_up->what->name,
	    (unsigned long long)look_up->answered,
	    dns_rcode_name(look_up->what->rcode));
}

static enum rule_verdict check_answered(struct whole *view,
    const struct look_up *look_up)
{
	const struct resolution *told = look_up->what;
	const struct conn_record *conn = view->conn;
	char address[ADDRESS_TEXT_MAX];
	struct url url;

	if (look_up->answered == 0)
		return rule_not_judged(view, "the answer to the look-up is missing");
	if (look_up->answered > conn->tcp.syn.number)
		return shows_look_ups(view->host)
			   ? rule_broken_at(view, RULE_BY_CPE, conn->tcp.syn,
				 "the CPE connects before its look-up of %s is answered",
				 told->name)
			   : rule_not_judged(view, "an earlier look-up may be missing");
	url = (struct url){ .host = str_of(told->name), .port = conn->server_port };
	if (lease_leads_to(view, conn, &url))
		return RULE_KEPT;
	if (told->n_addresses == 0)
		return check_without_address(view, look_up);
	if (told->n_addresses == ARRAY_LEN(told->addresses))
		return rule_not_judged(view, "not all addresses of the name are known");
	if (is_given(view->host, &conn->server))
		return rule_not_judged(view, "another look-up gave the address");
	return rule_broken_at(view, RULE_BY_CPE, conn->tcp.syn,
	    "%s is not the address that DNS gave for %s in frame %llu",
	    address_text(&conn->server, address), told->name,
	    (unsigned long long)look_up->answered);
}

static enum rule_verdict check_look_up(struct whole *view)
{
	const struct look_up *look_up;
	uint32_t literal;
	struct url url;

	if (!is_first(view) || !view->host || !view->session->url ||
	    view->conn->tcp.syn.number == 0 ||
	    url_parse(&url, str_of(view->session->url), NULL) < 0 || url.is_ipv6 ||
	    ipv4_parse(url.host, &literal) == 0)
		return RULE_SILENT;
	look_up = lease_look_up(view->host, url.host, view->conn->server.family);
	if (look_up && look_up->asked < view->conn->tcp.syn.number)
		return check_answered(view, look_up);
	if (!shows_look_ups(view->host) || rule_loses_frames(view) ||
	    is_given(view->host, &view->conn->server))
		return rule_not_judged(view, "the look-up of the ACS is missing");
	return rule_broken_at(view, RULE_BY_CPE, view->conn->tcp.syn,
	    "the CPE connects to %.*s without having looked it up", STR_ARG(url.host));
}

/* ---- DHCP-09 --------------------------------------------------------------------- */

static enum rule_verdict check_credentials(struct whole *view)
{
	const struct lease_record *lease = view->host ? view->host->lease : NULL;
	struct url url;

	if (!view->http->auth.username || !lease || !lease->username ||
	    !lease_is_used(view, &url) || !lease_is_host(view->http->head.host, &url))
		return RULE_SILENT;
	if (strcmp(view->http->auth.username, lease->username) == 0)
		return RULE_KEPT;
	return rule_broken(view, view->http,
	    "the CPE authenticates as \"%s\"; its lease says \"%s\"",
	    view->http->auth.username, lease->username);
}

/* ---- DHCP-10 --------------------------------------------------------------------- */

static enum rule_verdict check_code(struct whole *view)
{
	const struct lease_record *lease = view->host ? view->host->lease : NULL;
	const struct cwmp_param *code =
	    http_param(view->http, "DeviceInfo.ProvisioningCode");
	struct url url;

	if (!code || !lease || !lease->provisioning_code ||
	    !lease_is_used(view, &url) || !lease_is_host(view->http->head.host, &url))
		return RULE_SILENT;
	if (str_is(code->value, lease->provisioning_code))
		return RULE_KEPT;
	return rule_broken(view, view->http,
	    "ProvisioningCode is \"%.*s\"; the lease says \"%s\"", STR_ARG(code->value),
	    lease->provisioning_code);
}

/* ---- DHCP-12: option 125 --------------------------------------------------------- */

static bool is_oui(struct str oui)
{
	for (size_t i = 0; i < oui.len; i++) {
		if (!((oui.p[i] >= '0' && oui.p[i] <= '9') ||
			(oui.p[i] >= 'A' && oui.p[i] <= 'F')))
			return false;
	}
	return oui.len == 6;
}

/* Sub-options first to first + 2 are OUI, serial number and, if any, product class. */
static enum rule_verdict check_identity(struct whole *view, const struct opt125 *option,
    unsigned first)
{
	if (!is_oui(option->sub[first]))
		return rule_broken_at(view, sender(view), view->dhcp->frame,
		    "sub-option %u of option 125 is no OUI of six digits 0-9 and A-F",
		    first);
	if (option->sub[first + 1].len == 0)
		return rule_broken_at(view, sender(view), view->dhcp->frame,
		    "option 125 has an OUI, but no serial number, sub-option %u",
		    first + 1);
	return RULE_KEPT;
}

static enum rule_verdict check_identities(struct whole *view)
{
	struct str value = dhcp_option(view->packet, DHCP_OPTION_VI_VENDOR);
	struct error err = ERROR_NULL;
	struct opt125 option;

	if (value.len < 4 || get_u32((const uint8_t *)value.p) != BBF_ENTERPRISE)
		return RULE_SILENT;
	if (opt125_parse(&option, value.p, value.len, &err) < 0)
		return rule_broken_at(view, sender(view), view->dhcp->frame,
		    "option 125 of enterprise 3561: %s", err.text);
	/* A server's 1-4 may as well be the ACS; 5 and 6 are a gateway's alone. */
	if (sender(view) == RULE_BY_CPE)
		return option.sub[1].p || option.sub[2].p || option.sub[3].p
			   ? check_identity(view, &option, 1)
			   : RULE_SILENT;
	return option.sub[5].p || option.sub[6].p ? check_identity(view, &option, 4)
						  : RULE_SILENT;
}

/* ---- table ----------------------------------------------------------------------- */

const struct rule rules_dhcp[] = {
	{ .id = "DHCP-01",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.1; BBF.069 5_001",
	    .text =
		"A CPE that takes its ACS from DHCP says dslforum.org in option 60, or "
		"in 124 under enterprise 3561.",
	    .example =
		"DHCPDISCOVER has class \"udhcp 1.36\"; the CPE then opens its first "
		"session at the URL of option 43.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_INFORM,
	    .check = check_class },
	{ .id = "DHCP-02",
	    .who = RULE_BY_CPE,
	    .severity = RULE_SHOULD,
	    .basis = "TR-069 A6 3.1; RFC 2132 9.8",
	    .text =
		"A CPE that takes its ACS from DHCP asks for option 43 or 125 in option 55.",
	    .example =
		"DHCPDISCOVER with class dslforum.org asks for 1, 3, 6 and 15; a "
		"server that goes by the list never sends the ACS.",
	    .scope = WHOLE_DHCP,
	    .is_common = true,
	    .check = check_asks },
	{ .id = "DHCP-03",
	    .who = RULE_BY_SERVER,
	    .severity = RULE_MUST,
	    .basis = "RFC 2132 8.4; TR-069 A6 3.1",
	    .text =
		"Option 43 is a list of sub-options that ends where the option ends.",
	    .example = "Sub-option 1 says 59 bytes, 40 follow.",
	    .scope = WHOLE_DHCP,
	    .check = check_list },
	{ .id = "DHCP-04",
	    .who = RULE_BY_SERVER,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.1, table 2",
	    .text =
		"Sub-option 1 of option 43, or of 17 of DHCPv6, is an http or https "
		"URL of 8 to 255 characters.",
	    .example = "Sub-option 1 is \"acs.lab:7547\".",
	    .scope = WHOLE_DHCP,
	    .check = check_url,
	    .more = dhcp6_urls },
	{ .id = "DHCP-05",
	    .who = RULE_BY_SERVER,
	    .severity = RULE_NOTE,
	    .basis = "H3C S10500 DHCP guide, option 43",
	    .text = "Comware's sub-option 1 is a URL, a user and a password, with one "
		    "blank between.",
	    .example = "\"http://acs.lab:7547/  secret\": the user is empty.",
	    .scope = WHOLE_DHCP,
	    .check = check_triple },
	{ .id = "DHCP-06",
	    .who = RULE_BY_SERVER,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.1, table 2; 3.2.1.1",
	    .text = "Sub-option 3 of option 43 is a decimal number from 1 to 65535, "
		    "sub-option 4 one from 1000 to 65535.",
	    .example = "Sub-option 4, the retry interval multiplier, is \"2\".",
	    .scope = WHOLE_DHCP,
	    .check = check_retry_numbers,
	    .more = dhcp6_numbers },
	{ .id = "DHCP-07",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.1; BBF.069 5_001",
	    .text =
		"The first session after a start goes to the ACS of the lease, unless a "
		"user or an ACS has set another.",
	    .example = "Option 43 says http://10.0.0.11:7547/; the first Inform, with "
		       "0 BOOTSTRAP, goes to 10.0.0.12.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_INFORM,
	    .check = check_goes_there },
	{ .id = "DHCP-08",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.1; RFC 1035",
	    .text =
		"The name in the ACS URL is looked up before the connection, which goes to "
		"an address of the answer.",
	    .example =
		"DNS says acs.lab is 10.0.0.11; the SYN with Host: acs.lab goes to "
		"10.0.0.12.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_INFORM,
	    .check = check_look_up },
	{ .id = "DHCP-09",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "H3C S10500 DHCP guide, option 43",
	    .text =
		"The credentials that the lease gives with the ACS URL are those that the "
		"CPE uses there.",
	    .example = "Option 43 says \"http://acs.lab:7547/ cpe secret\"; the CPE "
		       "authenticates as \"admin\".",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE,
	    .check = check_credentials },
	{ .id = "DHCP-10",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.1, table 2",
	    .text = "ProvisioningCode of the Inform is sub-option 2 of option 43.",
	    .example = "Sub-option 2 is LAB.1, ProvisioningCode of the first Inform is "
		       "empty.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_INFORM,
	    .check = check_code },
	{ .id = "DHCP-11",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.1; RFC 8415 21.16, 21.17",
	    .text =
		"DHCPv6 says dslforum.org and the ACS under enterprise 3561, with codes "
		"and lengths of two bytes.",
	    .example =
		"Option 17 has the sub-options of DHCPv4, with lengths of one byte.",
	    .scope = WHOLE_DATAGRAM,
	    .check = dhcp6_check },
	{ .id = "DHCP-12",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 Annex F; RFC 3925 4",
	    .text =
		"A device names itself in sub-options 1 to 3 of option 125, a gateway "
		"in 4 to 6: OUI, serial number, product class.",
	    .example = "Option 125 of enterprise 3561 has an OUI but no serial number.",
	    .scope = WHOLE_DHCP,
	    .check = check_identities },
	{ .id = "DHCP-13",
	    .who = RULE_BY_SERVER,
	    .severity = RULE_SHOULD,
	    .basis = "RFC 2131 3.1, 4.3.1",
	    .text =
		"The DHCP servers that answer a CPE give it one ACS, one router and one "
		"subnet.",
	    .example =
		"10.0.0.2 offers an ACS; 10.0.0.66, which nobody has ordered, offers "
		"none and itself as the router, and the CPE takes that.",
	    .scope = WHOLE_DHCP,
	    .check = dhcp_check_servers },
	{ .id = NULL },
};
