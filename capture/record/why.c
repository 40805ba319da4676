/* The words of failures, piece by piece; why_session.c looks for the piece. */
#include "capture/record/why_internal.h"

#include "capture/message/dns.h"
#include "capture/message/redact.h"
#include "capture/tls/certificate.h"
#include "lib/proto/http.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

const char *why_layer_name(enum why_layer layer)
{
	static const char *const names[WHY_LAYERS] = { "DHCP", "DNS", "TCP", "TLS",
		"HTTP", "SOAP", "CWMP" };

	return names[layer];
}

const char *why_side_name(enum why_side side)
{
	static const char *const names[] = { "cpe", "acs", "dhcp", "dns", "network" };

	return names[side];
}

/* What a peer sent may be quoted in it: no secret of it is ever in the text. */
void why_put(struct why *ret, struct buf *text, enum why_layer layer,
    enum why_side side, struct frame_ref frame, const char *fmt, ...)
{
	auto_free char *words = NULL;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&words, fmt, args) < 0)
		words = NULL;
	va_end(args);
	buf_reset(text);
	redact_line(text, str_of(words));
	*ret = (struct why){ layer, side, frame, buf_cstr(text) };
}

/* ---- before a session ---------------------------------------------------------------- */

void why_of_offer(struct why *ret, struct buf *text, struct frame_ref first, size_t n,
    bool is_ip6)
{
	why_put(ret, text, WHY_DHCP, WHY_OF_DHCP, first, "no offer to %zu %s", n,
	    is_ip6 ? "DHCPv6 SOLICIT" : "DHCPDISCOVER");
}

void why_of_lease(struct why *ret, struct buf *text, struct frame_ref first,
    bool is_ip6)
{
	why_put(ret, text, WHY_DHCP, WHY_OF_DHCP, first, "offers, but no %s",
	    is_ip6 ? "DHCPv6 REPLY" : "DHCPACK");
}

void why_of_refusal(struct why *ret, struct buf *text, struct frame_ref refused,
    bool is_ip6)
{
	why_put(ret, text, WHY_DHCP, WHY_OF_DHCP, refused, "the server refused with %s",
	    is_ip6 ? "an error in its REPLY" : "a NAK");
}

static void put_rcode(struct why *ret, struct buf *text, const char *name,
    struct frame_ref answer, uint8_t rcode)
{
	const char *words = dns_rcode_name(rcode);
	char number[16];

	(void)snprintf(number, sizeof(number), "error %u", rcode);
	why_put(ret, text, WHY_DNS, WHY_OF_DNS, answer, "%s for %s",
	    *words ? words : number, name);
}

bool why_of_look_up(struct why *ret, struct buf *text, const char *name,
    struct frame_ref query, struct frame_ref answer, uint8_t rcode, size_t n_addresses)
{
	if (answer.number == 0)
		why_put(ret, text, WHY_DNS, WHY_OF_DNS, query,
		    "no answer to the query for %s", name);
	else if (rcode != 0)
		put_rcode(ret, text, name, answer, rcode);
	else if (n_addresses == 0)
		why_put(ret, text, WHY_DNS, WHY_OF_DNS, answer, "%s has no address",
		    name);
	else
		return false;
	return true;
}

void why_of_open(struct why *ret, struct buf *text, const struct conn_record *conn,
    clock_ns waited)
{
	char server[ADDRESS_TEXT_MAX], within[32] = "";

	if (waited > 0)
		(void)snprintf(within, sizeof(within), ", for %.1f s",
		    (double)waited / (double)NS_PER_S);
	(void)address_text(&conn->server, server);
	if (conn->tcp.rst.number != 0 && conn->tcp.synack.number == 0)
		why_put(ret, text, WHY_TCP, WHY_OF_ACS, conn->tcp.rst,
		    "%s refused the connection to port %u (RST to the SYN in frame %llu)",
		    server, conn->server_port,
		    (unsigned long long)conn->tcp.syn.number);
	else if (conn->tcp.synack.number == 0 && conn->tcp.unreachable.number != 0)
		why_put(ret, text, WHY_TCP, WHY_OF_NETWORK, conn->tcp.unreachable,
		    "%s cannot be reached (ICMP destination unreachable, code %u)",
		    server, conn->tcp.unreachable_code);
	else if (conn->tcp.synack.number == 0)
		why_put(ret, text, WHY_TCP, WHY_OF_NETWORK, conn->tcp.syn,
		    "no answer from %s to %llu SYN on port %u%s", server,
		    (unsigned long long)conn->tcp.n_syns, conn->server_port, within);
	else
		why_put(ret, text, WHY_TCP, WHY_OF_CPE, conn->tcp.synack,
		    "the CPE did not confirm the SYN+ACK of %s", server);
}

/* ---- how a connection ended ---------------------------------------------------------- */

bool why_ending(const struct conn_record *conn, struct why_ending *ret)
{
	struct frame_ref client = conn->tcp.client_fin, server = conn->tcp.server_fin;

	if (conn->tcp.rst.number != 0) {
		bool by_cpe = conn->tcp.rst_from == FROM_CLIENT;

		*ret =
		    (struct why_ending){ by_cpe
					     ? "the CPE broke the connection off (RST)"
					     : "the ACS broke the connection off (RST)",
			    conn->tcp.rst, by_cpe ? WHY_OF_CPE : WHY_OF_ACS };
		return true;
	}
	if (server.number == 0 && client.number == 0)
		return false;
	if (conn->flags & CONN_CLIENT_FIN_MISSED)
		*ret = (struct why_ending){ "the CPE closed the connection",
			server.number != 0 ? server : client, WHY_OF_CPE };
	else if (client.number == 0 || conn->flags & CONN_SERVER_FIN_MISSED ||
		 (server.number != 0 && server.number < client.number))
		*ret = (struct why_ending){ "the ACS closed the connection",
			server.number != 0 ? server : client, WHY_OF_ACS };
	else
		*ret = (struct why_ending){ "the CPE closed the connection", client,
			WHY_OF_CPE };
	return true;
}

/* What the ACS says of the CPE's certificate with this alert; null: nothing (RFC 8446 6.2). */
static const char *verdict_on_client(const struct conn_tls *tls)
{
	switch (tls->alert_code) {
	case 40: /* handshake_failure, as TLS 1.2 has no alert of its own for it */
		return tls->has_no_client_certificate
			   ? "the ACS wants a certificate, and the CPE sent none"
			   : NULL;
	case 42:
	case 43:
	case 46:
		return "the ACS does not accept the CPE's certificate";
	case 44:
		return "the CPE's certificate was revoked";
	case 45:
		return "the CPE's certificate has expired";
	case 48:
		return "the CPE's certificate is of a CA that the ACS does not trust";
	case 116:
		return "the ACS wants a certificate, and the CPE sent none";
	}
	return NULL;
}

/* False: the alert is about something else. */
static bool put_verdict_on_client(struct why *ret, struct buf *text,
    const struct conn_record *conn)
{
	const struct conn_tls *tls = &conn->tls;
	const char *verdict = verdict_on_client(tls);
	char name[32];

	if (!verdict || (!tls->has_no_client_certificate && !tls->client_certificate))
		return false;
	why_put(ret, text, WHY_TLS, WHY_OF_CPE, tls->alert,
	    "alert %s from the ACS: %s%s%s", tls_alert_name(tls->alert_code, name),
	    verdict, tls->client_certificate ? "; it is " : "",
	    tls->client_certificate ? tls->client_certificate : "");
	return true;
}

/* Which version the other end would have had to take. False: it is about something else. */
static bool put_version(struct why *ret, struct buf *text,
    const struct conn_record *conn)
{
	const struct conn_tls *tls = &conn->tls;
	bool by_cpe = tls->alert_from == FROM_CLIENT;

	if (tls->alert_code != 70 || !(by_cpe ? tls->version : tls->offered))
		return false;
	why_put(ret, text, WHY_TLS, by_cpe ? WHY_OF_CPE : WHY_OF_ACS, tls->alert,
	    by_cpe ? "alert protocol_version from the CPE: the ACS chose %s"
		   : "alert protocol_version from the ACS: the CPE offers %s at most",
	    tls_version_name(by_cpe ? tls->version : tls->offered));
	return true;
}

static void put_alert(struct why *ret, struct buf *text, const struct conn_record *conn)
{
	bool by_cpe = conn->tls.alert_from == FROM_CLIENT;
	enum why_side side = by_cpe ? WHY_OF_CPE : WHY_OF_ACS;
	char name[32];

	if (!conn->tls.alert_is_encrypted &&
	    ((!by_cpe && put_verdict_on_client(ret, text, conn)) ||
		put_version(ret, text, conn)))
		return;
	if (conn->tls.alert_is_encrypted)
		why_put(ret, text, WHY_TLS, side, conn->tls.alert,
		    "the %s ended it with an alert that is encrypted",
		    by_cpe ? "CPE" : "ACS");
	else
		why_put(ret, text, WHY_TLS, side, conn->tls.alert,
		    "alert %s from the %s%s%s",
		    tls_alert_name(conn->tls.alert_code, name), by_cpe ? "CPE" : "ACS",
		    conn->tls.certificate ? "; the certificate is " : "",
		    conn->tls.certificate ? conn->tls.certificate : "");
}

void why_of_tls(struct why *ret, struct buf *text, const struct conn_record *conn)
{
	struct why_ending end;

	if (conn->tls.alert.number != 0)
		put_alert(ret, text, conn);
	else if (conn->tls.broken)
		why_put(ret, text, WHY_TLS, WHY_OF_ACS, conn->tls.broken_at, "%s",
		    conn->tls.broken);
	else if (why_ending(conn, &end))
		why_put(ret, text, WHY_TLS, end.side, end.frame,
		    "%s during the handshake", end.words);
	else if (conn->tls.client_hello.number == 0)
		why_put(ret, text, WHY_TLS, WHY_OF_CPE, conn->last,
		    "the CPE sent no ClientHello");
	else
		why_put(ret, text, WHY_TLS, WHY_OF_ACS, conn->tls.client_hello,
		    "the capture ends before the handshake does");
}

/* ---- messages ------------------------------------------------------------------------ */

const char *why_request_name(const struct http_record *request)
{
	if (request->envelope.is_there && request->envelope.name)
		return request->envelope.name;
	return request->body.is_empty ? "empty POST" : "POST";
}

const char *why_stray(const struct http_record *request)
{
	const struct session_record *session = request->links.session;
	size_t place = request->links.place;
	const struct http_record *before;

	if (!session || place == 0)
		return NULL;
	before = session->messages.items[place - 1];
	if (before->on == ON_ACS_REQUEST && request->on == ON_CPE_EMPTY)
		return "the CPE sends an empty POST where a response was due";
	if (before->on == ON_ACS_REQUEST && request->on == ON_CPE_REQUEST)
		return "the CPE sends a request where a response was due";
	/* The session's own is the last before the first InformResponse. */
	if (request->on == ON_INFORM && session->has_inform_response &&
	    (!session->inform || session->inform->links.place < place))
		return "the CPE sends a second Inform in the session";
	return NULL;
}

static void put_status(struct why *ret, struct buf *text,
    const struct http_record *request, const struct http_record *response)
{
	unsigned status = response->head.status;

	if (!request)
		why_put(ret, text, WHY_HTTP, WHY_OF_ACS, response->frame,
		    "status %u %s", status, http_reason(status));
	else if (request->body.bad)
		why_put(ret, text, WHY_SOAP, WHY_OF_CPE, request->frame,
		    "the POST is no CWMP message: %s; it is answered with status %u in frame %llu",
		    request->body.bad, status,
		    (unsigned long long)response->frame.number);
	else if (status == 400 && why_stray(request))
		why_put(ret, text, WHY_CWMP, WHY_OF_CPE, request->frame,
		    "%s; it is answered with status %u in frame %llu",
		    why_stray(request), status,
		    (unsigned long long)response->frame.number);
	else
		why_put(ret, text, WHY_HTTP, WHY_OF_ACS, response->frame,
		    "status %u %s to the %s in frame %llu", status, http_reason(status),
		    why_request_name(request),
		    (unsigned long long)request->frame.number);
}

bool why_of_response(struct why *ret, struct buf *text,
    const struct http_record *request, const struct http_record *response)
{
	unsigned status = response->head.status;

	if (response->body.is_cut) {
		why_put(ret, text, WHY_HTTP, WHY_OF_ACS, response->frame,
		    "the body of the response ended after %llu of %llu bytes",
		    (unsigned long long)response->body.length,
		    (unsigned long long)response->body.content_length);
		return true;
	}
	if (status == 401) {
		bool was_tried = request && request->auth.has_credentials;

		why_put(ret, text, WHY_HTTP, was_tried ? WHY_OF_ACS : WHY_OF_CPE,
		    response->frame,
		    was_tried
			? "401 to a request with credentials: the ACS refused them"
			: "401, and the CPE sent no credentials");
		return true;
	}
	if (status != 200 && status != 204) {
		put_status(ret, text, request, response);
		return true;
	}
	if (response->body.bad) {
		why_put(ret, text, WHY_SOAP, WHY_OF_ACS, response->frame,
		    "the response is no CWMP message: %s", response->body.bad);
		return true;
	}
	return false;
}

static const char *shown_name(const struct http_record *message)
{
	if (message->envelope.is_there)
		return message->envelope.name;
	if (message->is_request)
		return message->body.is_empty ? "an empty POST"
					      : "a POST without an envelope";
	return message->body.is_empty ? "an empty response"
				      : "a response without an envelope";
}

void why_of_other(struct why *ret, struct buf *text, const struct http_record *message,
    const char *detail, const char *wanted)
{
	why_put(ret, text, WHY_CWMP, message->is_request ? WHY_OF_CPE : WHY_OF_ACS,
	    message->frame, "%s%s%s where %s was due", shown_name(message),
	    detail ? ": " : "", detail ? detail : "",
	    strcmp(wanted, "empty") == 0 ? "an empty message" : wanted);
}

/* Whoever does not wait for an answer has not waited for it. */
static enum why_side side_of_silence(const struct why_ending *end, clock_ns waited)
{
	return end->side == WHY_OF_CPE && waited < NS_PER_S ? WHY_OF_CPE : WHY_OF_ACS;
}

/* The empty answer to a CPE that had no request left: it ends the session, whoever closes the
 * connection after it (TR-069 A6 3.7.2). Null: there is none. */
static const struct http_record *end_by_acs(const struct http_record *asked)
{
	const struct http_record *answer = asked ? asked->links.answer : NULL;
	const unsigned of_turn = ON_CPE_EMPTY | ON_CPE_RESPONSE | ON_CPE_FAULT;

	return answer && answer->on == ON_ACS_EMPTY && (asked->on & of_turn) ? answer
									     : NULL;
}

void why_of_missing(struct why *ret, struct buf *text, const struct conn_record *conn,
    const struct http_record *asked, const char *wanted, bool from_acs)
{
	const struct http_record *last = end_by_acs(asked);
	struct why_ending end;
	bool is_empty = strcmp(wanted, "empty") == 0;

	if (conn->tls.is_used && conn->tls.alert.number != 0 &&
	    conn->tls.alert_code != 0) {
		put_alert(ret, text, conn);
		return;
	}
	if (!why_ending(conn, &end))
		end = (struct why_ending){ "the capture ended", conn->last,
			from_acs ? WHY_OF_ACS : WHY_OF_CPE };
	if (!from_acs)
		why_put(ret, text, strcmp(wanted, "Inform") == 0 ? WHY_HTTP : WHY_CWMP,
		    end.side, end.frame, "%s before it sent %s", end.words,
		    is_empty ? "an empty POST" : wanted);
	else if (asked && !asked->links.answer)
		why_put(ret, text, WHY_HTTP,
		    side_of_silence(&end, end.frame.time - asked->frame.time),
		    asked->frame,
		    "no answer to the %s in frame %llu before %s, %.1f s later, frame %llu",
		    why_request_name(asked), (unsigned long long)asked->frame.number,
		    end.words,
		    (double)(end.frame.time - asked->frame.time) / (double)NS_PER_S,
		    (unsigned long long)end.frame.number);
	else if (last)
		why_put(ret, text, WHY_CWMP, WHY_OF_ACS, last->frame,
		    "the ACS ended the session before it sent %s",
		    is_empty ? "an empty response" : wanted);
	else
		why_put(ret, text, WHY_CWMP, end.side, end.frame,
		    "%s before the ACS sent %s", end.words,
		    is_empty ? "an empty response" : wanted);
}
