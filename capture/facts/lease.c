#include "capture/facts/lease.h"

#include "capture/message/dns.h"

#include "lib/base/text.h"
#include "lib/base/wire.h"

bool lease_url(const struct whole *view, struct url *ret)
{
	const struct cpe_record *host = view->host;
	const struct device_record *device =
	    view->device ? view->device : cpe_device(host);

	if (!host || !host->lease || !host->lease->has_url || host->discover == 0 ||
	    host->leased < host->discover || host->sessions_since_boot > 1 ||
	    host->blind > host->discover)
		return false;
	if (device && (device->past.len > 0 || device->settings.url_set.number > 0))
		return false;
	*ret = host->lease->url;
	return true;
}

bool lease_is_used(const struct whole *view, struct url *ret)
{
	const struct session_record *session = view->session;

	return session && session->inform && (session->shown & SHOWN_START) &&
	       (session->inform->inform.event_bits & (1u << CWMP_EVENT_BOOTSTRAP)) &&
	       lease_url(view, ret);
}

const struct look_up *lease_look_up(const struct cpe_record *host, struct str name,
    enum address_family family)
{
	uint16_t type = family == ADDRESS_IPV6 ? DNS_TYPE_AAAA : DNS_TYPE_A;

	for (size_t i = 0; i < cpe_n_look_ups(host); i++) {
		if (host->look_ups[i].type == type &&
		    str_eq_nocase(name, str_of(host->look_ups[i].what->name)))
			return &host->look_ups[i];
	}
	return NULL;
}

bool lease_leads_to(const struct whole *view, const struct conn_record *conn,
    const struct url *url)
{
	const struct look_up *look_up;
	uint32_t address;

	if (!view->host || conn->server_port != url->port)
		return false;
	if (ipv4_parse(url->host, &address) == 0)
		return conn->server.family == ADDRESS_IPV4 &&
		       get_u32(conn->server.bytes) == address;
	look_up = lease_look_up(view->host, url->host, conn->server.family);
	for (size_t i = 0; look_up && i < look_up->what->n_addresses; i++) {
		if (address_eq(&look_up->what->addresses[i], &conn->server))
			return true;
	}
	return false;
}

/* "host" or "host:port" as it stands in the URL: most that are the same are so by their bytes. */
static bool is_plain_host(struct str text, const struct url *url)
{
	struct str port = str_from(text, url->host.len);
	uint64_t number;

	if (url->is_ipv6 || !str_starts(text, url->host))
		return false;
	if (port.len == 0)
		return url->port ==
		       (url->is_https ? URL_DEFAULT_HTTPS_PORT : URL_DEFAULT_HTTP_PORT);
	return port.p[0] == ':' && port.len <= sizeof(":65535") - 1 &&
	       str_to_u64(str_from(port, 1), UINT16_MAX, &number) == 0 &&
	       number == url->port;
}

bool lease_is_host(const char *host, const struct url *url)
{
	auto_buf text = BUF_NULL;
	struct url named;

	if (!host)
		return false;
	if (is_plain_host(str_of(host), url))
		return true;
	buf_append_text(&text, url->is_https ? "https://" : "http://");
	buf_append_text(&text, host);
	buf_append_char(&text, '/');
	return url_parse(&named, buf_str(&text), NULL) == 0 &&
	       url_host_is_same(named.host, url->host) && named.port == url->port;
}
