/* Rules of how a CPE goes by the ACS that DHCP and DNS gave it (TR-069 A6 3.1). */
#include "capture/rules/history.h"
#include "capture/rules/lease.h"

#include "lib/base/text.h"

/* These are asked once a session, of the message that it begins with. */
static bool is_first(const struct rule_view *view)
{
	return view->session->messages.len == 1;
}

/* ---- DHCP-01 ------------------------------------------------------------------------- */

static enum rule_verdict check_class(struct rule_view *view)
{
	const struct cpe_record *host = view->host;
	struct url url;

	if (!is_first(view) || !lease_is_used(view, &url) ||
	    !lease_is_host(view->http->host, &url))
		return RULE_SILENT;
	if (host->without_class.number == 0)
		return RULE_KEPT;
	return rule_broken_at(view, RULE_BY_CPE, host->without_class,
	    "the CPE takes its ACS from DHCP, but asked without class dslforum.org");
}

/* ---- DHCP-07 ------------------------------------------------------------------------- */

static enum rule_verdict check_goes_there(struct rule_view *view)
{
	const struct conn_record *conn = view->conn;
	char address[ADDRESS_TEXT_MAX];
	uint32_t literal;
	struct url url;

	if (!is_first(view) || !lease_is_used(view, &url))
		return RULE_SILENT;
	if (lease_leads_to(view, conn, &url) || lease_is_host(view->http->host, &url))
		return RULE_KEPT;
	/* Its name may be that of the address that is in Host. */
	if (ipv4_parse(url.host, &literal) < 0 &&
	    !lease_look_up(view->host, url.host) && conn->server_port == url.port)
		return rule_not_judged(view, "the look-up of the ACS is missing");
	return rule_broken_at(view, RULE_BY_CPE,
	    conn->syn.number > 0 ? conn->syn : view->http->frame,
	    "the lease says %s, the CPE goes to %s:%u", view->host->lease->acs_url,
	    address_text(&conn->server, address), conn->server_port);
}

/* ---- DHCP-08 ------------------------------------------------------------------------- */

/* Whether the capture shows DNS as this CPE sees it, from its start on: it remembers nothing
 * and everything that it asked is still known here. */
static bool shows_look_ups(const struct cpe_record *host)
{
	return host->discover > 0 && host->sessions_since_boot <= 1 &&
	       host->n_look_ups > 0 && host->n_look_ups <= LOOK_UPS_KEPT;
}

static enum rule_verdict check_answered(struct rule_view *view,
    const struct look_up *look_up)
{
	const struct resolution *told = look_up->what;
	const struct conn_record *conn = view->conn;
	char address[ADDRESS_TEXT_MAX];
	struct url url;

	if (look_up->answered == 0)
		return rule_not_judged(view, "the answer to the look-up is missing");
	if (look_up->answered > conn->syn.number)
		return shows_look_ups(view->host)
			   ? rule_broken_at(view, RULE_BY_CPE, conn->syn,
				 "the CPE connects before its look-up of %s is answered",
				 told->name)
			   : rule_not_judged(view, "an earlier look-up may be missing");
	url = (struct url){ .host = str_of(told->name), .port = conn->server_port };
	if (lease_leads_to(view, conn, &url))
		return RULE_KEPT;
	if (told->n_addresses == 0 || told->n_addresses == ARRAY_LEN(told->addresses))
		return rule_not_judged(view, "not all addresses of the name are known");
	return rule_broken_at(view, RULE_BY_CPE, conn->syn,
	    "%s is not the address that DNS gave for %s in frame %llu",
	    address_text(&conn->server, address), told->name,
	    (unsigned long long)look_up->answered);
}

static enum rule_verdict check_look_up(struct rule_view *view)
{
	const struct look_up *look_up;
	uint32_t literal;
	struct url url;

	if (!is_first(view) || !view->host || !view->session->url ||
	    view->conn->syn.number == 0 || view->conn->server.family != ADDRESS_IPV4 ||
	    url_parse(&url, str_of(view->session->url), NULL) < 0 || url.is_ipv6 ||
	    ipv4_parse(url.host, &literal) == 0)
		return RULE_SILENT;
	look_up = lease_look_up(view->host, url.host);
	if (look_up && look_up->asked < view->conn->syn.number)
		return check_answered(view, look_up);
	if (!shows_look_ups(view->host) || rule_loses_frames(view))
		return rule_not_judged(view, "the look-up of the ACS is missing");
	return rule_broken_at(view, RULE_BY_CPE, view->conn->syn,
	    "the CPE connects to %.*s without having looked it up", STR_ARG(url.host));
}

/* ---- DHCP-09 ------------------------------------------------------------------------- */

static enum rule_verdict check_credentials(struct rule_view *view)
{
	const struct lease_record *lease = view->host ? view->host->lease : NULL;
	struct url url;

	if (!view->http->username || !lease || !lease->username ||
	    !lease_is_used(view, &url) || !lease_is_host(view->http->host, &url))
		return RULE_SILENT;
	if (strcmp(view->http->username, lease->username) == 0)
		return RULE_KEPT;
	return rule_broken(view, view->http,
	    "the CPE authenticates as \"%s\"; its lease says \"%s\"",
	    view->http->username, lease->username);
}

/* ---- DHCP-10 ------------------------------------------------------------------------- */

static enum rule_verdict check_code(struct rule_view *view)
{
	const struct lease_record *lease = view->host ? view->host->lease : NULL;
	const struct cwmp_param *code =
	    http_param(view->http, "DeviceInfo.ProvisioningCode");
	struct url url;

	if (!code || !lease || !lease->provisioning_code ||
	    !lease_is_used(view, &url) || !lease_is_host(view->http->host, &url))
		return RULE_SILENT;
	if (str_is(code->value, lease->provisioning_code))
		return RULE_KEPT;
	return rule_broken(view, view->http,
	    "ProvisioningCode is \"%.*s\"; the lease says \"%s\"", STR_ARG(code->value),
	    lease->provisioning_code);
}

/* ---- table --------------------------------------------------------------------------- */

const struct rule rules_discovery[] = {
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
	    .scope = RULE_MESSAGE,
	    .on = ON_INFORM,
	    .check = check_class },
	{ .id = "DHCP-07",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.1; BBF.069 5_001",
	    .text =
		"The first session after a start goes to the ACS of the lease, unless a "
		"user or an ACS has set another.",
	    .example = "Option 43 says http://10.0.0.11:7547/; the first Inform, with "
		       "0 BOOTSTRAP, goes to 10.0.0.12.",
	    .scope = RULE_MESSAGE,
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
	    .scope = RULE_MESSAGE,
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
	    .scope = RULE_MESSAGE,
	    .on = ON_CPE,
	    .check = check_credentials },
	{ .id = "DHCP-10",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.1, table 2",
	    .text = "ProvisioningCode of the Inform is sub-option 2 of option 43.",
	    .example = "Sub-option 2 is LAB.1, ProvisioningCode of the first Inform is "
		       "empty.",
	    .scope = RULE_MESSAGE,
	    .on = ON_INFORM,
	    .check = check_code },
	{ .id = NULL },
};
