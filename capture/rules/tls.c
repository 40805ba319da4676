/* Rules of where TLS is due and where not (TR-069 A6 3.3). */
#include "capture/facts/lease.h"
#include "capture/rules/catalogue.h"

#include "lib/base/text.h"

/* The URL that the CPE has to go by, where the capture tells it. */
static bool known_url(const struct whole *view, struct url *ret)
{
	const struct device_record *device =
	    view->device ? view->device : cpe_device(view->host);

	if (device && device->settings.url_set.number > 0)
		return url_parse(ret, str_of(device->settings.url), NULL) == 0;
	return lease_url(view, ret);
}

/* ---- TLS-01 ---------------------------------------------------------------------- */

static enum rule_verdict check_sni(struct whole *view, const struct url *url)
{
	uint32_t literal;

	if (!view->conn->tls.sni || ipv4_parse(url->host, &literal) == 0 ||
	    url->is_ipv6)
		return RULE_KEPT;
	if (str_eq_nocase(str_of(view->conn->tls.sni), url->host))
		return RULE_KEPT;
	return rule_broken_at(view, RULE_BY_CPE, view->conn->tls.client_hello,
	    "the server name in the ClientHello is %s, that of the ACS URL is %.*s",
	    view->conn->tls.sni, STR_ARG(url->host));
}

static enum rule_verdict check_tls(struct whole *view)
{
	struct url url;

	if (!known_url(view, &url) || !url.is_https ||
	    !lease_leads_to(view, view->conn, &url))
		return RULE_SILENT;
	return check_sni(view, &url);
}

static enum rule_verdict check_no_plain(struct whole *view)
{
	struct url url;

	if (view->conn->tls.is_used || view->session->messages.len != 1 ||
	    !known_url(view, &url) || !url.is_https)
		return RULE_SILENT;
	if (!lease_leads_to(view, view->conn, &url) &&
	    !lease_is_host(view->http->head.host, &url))
		return RULE_SILENT;
	return rule_broken(view, view->http,
	    "the ACS URL is https://%.*s:%u, and the CPE sends HTTP without TLS",
	    STR_ARG(url.host), url.port);
}

static const struct rule_check plain_session[] = {
	{ .scope = WHOLE_MESSAGE, .on = ON_INFORM, .check = check_no_plain },
	{ .check = NULL },
};

/* ---- TLS-02 ---------------------------------------------------------------------- */

static enum rule_verdict check_plain(struct whole *view)
{
	struct url url;

	if (view->session->messages.len != 1 || !known_url(view, &url) ||
	    url.is_https || !lease_leads_to(view, view->conn, &url))
		return RULE_SILENT;
	return rule_kept_if(!view->conn->tls.is_used);
}

static enum rule_verdict check_no_tls(struct whole *view)
{
	struct url url;

	if (!view->host || !known_url(view, &url) || url.is_https ||
	    !lease_leads_to(view, view->conn, &url))
		return RULE_SILENT;
	return rule_broken_at(view, RULE_BY_CPE, view->conn->tls.client_hello,
	    "the ACS URL is http://%.*s:%u, and the CPE begins with TLS",
	    STR_ARG(url.host), url.port);
}

/* A hello that was never answered is told when the connection is over. */
static enum rule_verdict check_refused_tls(struct whole *view)
{
	const struct conn_record *conn = view->conn;

	return conn->tls.client_hello.number > 0 && conn->tls.server_hello.number == 0
		   ? check_no_tls(view)
		   : RULE_SILENT;
}

static const struct rule_check tls_anyway[] = {
	{ .scope = WHOLE_TLS_OPEN, .check = check_no_tls },
	{ .scope = WHOLE_CONN, .check = check_refused_tls },
	{ .check = NULL },
};

/* ---- table ----------------------------------------------------------------------- */

const struct rule rules_tls[] = {
	{ .id = "TLS-01",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.3; RFC 6066 3",
	    .text =
		"With an https URL the CPE begins with TLS, and the server name that it "
		"sends is that of the URL.",
	    .example =
		"Option 43 says https://acs.lab:7548/; the CPE sends POST in the "
		"clear to port 7548.",
	    .scope = WHOLE_TLS_OPEN,
	    .check = check_tls,
	    .more = plain_session },
	{ .id = "TLS-02",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.3",
	    .text = "With an http URL the CPE does not use TLS.",
	    .example =
		"Option 43 says http://acs.lab:7547/; the CPE sends ClientHello there.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_INFORM,
	    .check = check_plain,
	    .more = tls_anyway },
	{ .id = NULL },
};
