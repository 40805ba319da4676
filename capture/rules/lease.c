#include "capture/rules/lease.h"

#include "lib/base/text.h"
#include "lib/base/wire.h"

bool lease_url(const struct rule_view *view, struct url *ret)
{
	const struct cpe_record *host = view->host;
	const struct device_record *device = view->device ? view->device
					     : host       ? host->device
							  : NULL;

	if (!host || !host->lease || !host->lease->has_url ||
	    host->discover.number == 0 || host->leased.number < host->discover.number ||
	    host->sessions_since_boot > 1)
		return false;
	if (device && (device->n_past > 0 || device->url_set.number > 0))
		return false;
	*ret = host->lease->url;
	return true;
}

bool lease_is_used(const struct rule_view *view, struct url *ret)
{
	const struct session_record *session = view->session;

	return session && session->inform && (session->shown & SHOWN_START) &&
	       (session->inform->event_bits & (1u << CWMP_EVENT_BOOTSTRAP)) &&
	       lease_url(view, ret);
}

const struct dns_record *lease_look_up(const struct cpe_record *host, struct str name)
{
	/* Readers keep all look-ups; what is judged must not depend on that. */
	size_t oldest =
	    host->dns.len > LOOK_UPS_KEPT ? host->dns.len - LOOK_UPS_KEPT : 0;

	for (size_t i = host->dns.len; i-- > oldest;) {
		const struct dns_record *record = host->dns.items[i];

		if (record->name && str_eq_nocase(name, str_of(record->name)))
			return record;
	}
	return NULL;
}

bool lease_leads_to(const struct rule_view *view, const struct conn_record *conn,
    const struct url *url)
{
	const struct dns_record *record;
	uint32_t address, server;

	if (!view->host || conn->server.family != ADDRESS_IPV4 ||
	    conn->server_port != url->port)
		return false;
	server = get_u32(conn->server.bytes);
	if (ipv4_parse(url->host, &address) == 0)
		return server == address;
	record = lease_look_up(view->host, url->host);
	for (size_t i = 0; record && i < record->n_addresses; i++) {
		if (record->addresses[i] == server)
			return true;
	}
	return false;
}

bool lease_is_host(const char *host, const struct url *url)
{
	auto_buf text = BUF_NULL;
	struct url named;

	if (!host)
		return false;
	buf_printf(&text, "%s://%s/", url->is_https ? "https" : "http", host);
	return url_parse(&named, buf_str(&text), NULL) == 0 &&
	       str_eq_nocase(named.host, url->host) && named.port == url->port;
}
