/* Where the ACSs are: to tell a connection that was to become a session, and did not, from
 * all others. */
#include "capture/observe/observe_internal.h"
#include "capture/record/conn_target.h"

#include <errno.h>

enum {
	CWMP_PORT = 7547, /* IANA; the two above it are common for TLS */
	CWMP_PORT_LAST = 7549,
	ACS_MAX = 4096,
};

static bool is_chosen(const struct observer *observer, uint16_t port)
{
	for (size_t i = 0; i < observer->options.n_ports; i++) {
		if (observer->options.ports[i] == port)
			return true;
	}
	return false;
}

static bool is_cwmp_port(uint16_t port)
{
	return port >= CWMP_PORT && port <= CWMP_PORT_LAST;
}

bool acs_is_port(const struct observer *observer, uint16_t port)
{
	return is_chosen(observer, port) || is_cwmp_port(port);
}

/* ---- servers that were sent an Inform ------------------------------------------------ */

static struct str key_of(char room[ACS_KEY_LEN], const struct conn_record *conn)
{
	memcpy(room, conn->server.bytes, ACS_KEY_LEN - 2);
	memcpy(room + ACS_KEY_LEN - 2, &conn->server_port, 2);
	return str_make(room, ACS_KEY_LEN);
}

static struct acs_record *find(const struct observer *observer,
    const struct conn_record *conn)
{
	char room[ACS_KEY_LEN];

	return observer->index.acss.len > 0
		   ? map_get(&observer->index.acss, key_of(room, conn))
		   : NULL;
}

void acs_note(struct observer *observer, const struct conn_record *conn,
    bool has_answered)
{
	struct acs_record *acs = find(observer, conn);

	if (!acs && observer->index.acss.len < ACS_MAX) {
		acs = observer_alloc(observer, sizeof(*acs));
		if (acs &&
		    map_put(&observer->index.acss, key_of(acs->key, conn), acs) < 0)
			observer->memory.error = -ENOMEM;
	}
	if (acs)
		acs->has_answered |= has_answered;
}

bool acs_has_answered(const struct observer *observer, const struct conn_record *conn)
{
	const struct acs_record *acs = find(observer, conn);

	return acs && acs->has_answered;
}

/* ---- what the CPE was told ----------------------------------------------------------- */

/* Ports of which a name behind the same address says nothing. */
static bool is_common_port(uint16_t port)
{
	return port == URL_DEFAULT_HTTP_PORT || port == URL_DEFAULT_HTTPS_PORT;
}

/* Whether the connection goes where the URL says. A name that nobody was seen to look up may
 * stand in the CPE's cache: then the port must tell. */
static bool leads_to(const struct observer *observer, const struct conn_record *conn,
    const struct url *url)
{
	enum conn_target target = conn_target(conn, url);
	auto_buf name = BUF_NULL;

	if (target != CONN_BY_NAME)
		return target == CONN_THERE;
	for (size_t i = 0; i < url->host.len; i++) {
		char c = url->host.p[i];

		buf_append_char(&name,
		    c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
	}
	if (map_get(&observer->index.names, buf_str(&name)))
		return observer_resolved(observer, buf_str(&name), &conn->server,
		    UINT64_MAX);
	return !is_common_port(url->port);
}

static const char *set_url(const struct cpe_record *host)
{
	return host->device ? host->device->settings.url : NULL;
}

bool acs_is_meant(const struct observer *observer, const struct cpe_record *host,
    const struct conn_record *conn)
{
	const struct cpe_record *server = observer_find_cpe(observer, &conn->server);
	struct url url;

	if (find(observer, conn))
		return true;
	if (server && server->is_cwmp) /* somebody calls it */
		return false;
	if (is_chosen(observer, conn->server_port))
		return true;
	if (!host || !host->is_cwmp)
		return false;
	if (host->lease && host->lease->has_url &&
	    leads_to(observer, conn, &host->lease->url))
		return true;
	if (set_url(host) && url_parse(&url, str_of(set_url(host)), NULL) == 0 &&
	    leads_to(observer, conn, &url))
		return true;
	return is_cwmp_port(conn->server_port);
}

bool acs_may_be(const struct observer *observer, const struct conn_record *conn)
{
	const struct cpe_record *server = observer_find_cpe(observer, &conn->server);

	return is_cwmp_port(conn->server_port) && conn->tls.server_hello.number != 0 &&
	       !(server && server->is_cwmp);
}
