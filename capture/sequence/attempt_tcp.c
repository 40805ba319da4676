/* Steps below HTTP: opening and closing a connection, the TLS handshake. */
#include "capture/sequence/attempt.h"

#include "capture/record/conn_target.h"
#include "lib/proto/url.h"

bool attempt_leads_to(const struct attempt *attempt, const struct conn_record *conn,
    const struct url *url)
{
	enum conn_target target = conn_target(conn, url);
	const struct dns_exchange *record;

	if (target != CONN_BY_NAME)
		return target == CONN_THERE;
	record =
	    attempt_find_look_up(attempt, url->host, conn->server.family, UINT64_MAX);
	if (record)
		return observer_resolved(attempt->observer, str_of(record->name),
		    &conn->server, conn->tcp.syn.number);
	return true; /* no look-up was seen: the name may be in the CPE's cache */
}

/* An attempt begins with a connection, which the first "open" is about; a later "open" is
 * about the next one. */
static const struct conn_record *next_conn(struct attempt *attempt,
    const struct url *url)
{
	const struct records *conns = &attempt->cpe->kept->conns;

	for (size_t i = attempt->conn_index; i < conns->len; i++) {
		const struct conn_record *conn = conns->items[i];

		if (url && !attempt_leads_to(attempt, conn, url))
			continue;
		attempt->conn_index = i + 1;
		return conn;
	}
	return NULL;
}

static void fail_elsewhere(struct attempt *attempt, const struct url *url)
{
	const struct records *conns = &attempt->cpe->kept->conns;
	const struct conn_record *other =
	    attempt->conn_index < conns->len ? conns->items[attempt->conn_index] : NULL;
	char server[ADDRESS_PORT_TEXT_MAX];
	struct frame_ref at =
	    attempt->conn ? attempt->conn->last : attempt->cpe->kept->first;

	if (other)
		attempt_fail(attempt, "TCP", other->tcp.syn,
		    "the CPE connected to %s, which is not %.*s",
		    address_port_text(&other->server, other->server_port, server),
		    url ? (int)url->host.len : 7, url ? url->host.p : "its ACS");
	else
		attempt_fail(attempt, "TCP", at, "the CPE opened no connection to %.*s",
		    url ? (int)url->host.len : 7, url ? url->host.p : "its ACS");
}

/* Which of both a CPE takes RFC 6724 says, and whether it can be had RFC 8305. */
static bool is_of_family(struct attempt *attempt, const struct conn_record *conn,
    const struct sequence_step *step)
{
	bool is_six = conn->server.family == ADDRESS_IPV6;
	char server[ADDRESS_TEXT_MAX];

	if (step->family == FAMILY_ANY || is_six == (step->family == FAMILY_V6))
		return true;
	attempt_fail(attempt, "TCP", conn->tcp.syn, "the CPE goes by IPv%d, to %s",
	    is_six ? 6 : 4, address_text(&conn->server, server));
	return false;
}

bool attempt_see_open(struct attempt *attempt, const struct sequence_step *step)
{
	struct url url;
	bool has_url = attempt_target(attempt, step, &url);
	const struct conn_record *conn = next_conn(attempt, has_url ? &url : NULL);

	if (!conn) {
		fail_elsewhere(attempt, has_url ? &url : NULL);
		return false;
	}
	attempt->conn = conn;
	attempt->message = 0;
	if (conn->flags & CONN_MIDDLE) {
		attempt->not_judged = "capture starts in the middle";
		return false;
	}
	if (conn->tcp.synack.number == 0 || conn->tcp.established.number == 0) {
		attempt_fail_open(attempt);
		return false;
	}
	if (!is_of_family(attempt, conn, step))
		return false;
	return attempt_pass(attempt, conn->tcp.syn, conn->tcp.syn);
}

bool attempt_see_tls(struct attempt *attempt, const struct sequence_step *step)
{
	const struct conn_record *conn = attempt->conn;
	struct frame_ref end;
	struct url url;
	bool has_url = attempt_target(attempt, step, &url);

	if (has_url ? !url.is_https : conn && !conn->tls.is_used)
		return attempt_skip(attempt, "an http URL");
	if (!conn) {
		attempt_fail_missing(attempt, "TLS", false);
		return false;
	}
	if (!conn->tls.is_used && conn->http.messages.len > 0) {
		attempt_fail(attempt, "TLS",
		    ((const struct http_record *)conn->http.messages.items[0])->first,
		    "the URL is https, but the CPE speaks plain HTTP");
		return false;
	}
	if (conn->tls.finished[FROM_CLIENT].number == 0 ||
	    conn->tls.finished[FROM_SERVER].number == 0) {
		if (conn->tls.no_secrets && conn->tls.alert.number == 0)
			attempt->not_judged = "no secrets for this TLS session";
		else
			attempt_fail_tls(attempt);
		return false;
	}
	end = conn->tls.finished[FROM_CLIENT].number >
		      conn->tls.finished[FROM_SERVER].number
		  ? conn->tls.finished[FROM_CLIENT]
		  : conn->tls.finished[FROM_SERVER];
	return attempt_pass(attempt, conn->tls.client_hello, end);
}

bool attempt_see_close(struct attempt *attempt, const struct sequence_step *step)
{
	const struct conn_record *conn = attempt->conn;

	(void)step;
	if (conn && conn->tcp.client_fin.number != 0)
		return attempt_pass(attempt, conn->tcp.client_fin,
		    conn->tcp.client_fin);
	if (conn && conn->tcp.rst.number != 0)
		attempt_fail(attempt, "TCP", conn->tcp.rst,
		    "RST where the CPE's FIN was due");
	else
		attempt_fail(attempt, "TCP",
		    conn ? conn->last : attempt->cpe->kept->first,
		    "the CPE did not close the connection");
	return false;
}
