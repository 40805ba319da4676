/* Connections and their messages as the sessions of a report. */
#include "capture/analysis_internal.h"
#include "capture/certificate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct builder {
	struct analysis *analysis;
	struct observer *observer;
	struct arena *arena;
};

enum {
	ROWS_BESIDE_MESSAGES = 8
}; /* SYN, TLS, alert, FIN, RST, TLS broken... */

/* ---- rows -------------------------------------------------------------------------- */

static void add_row(struct session *session, enum message_kind kind,
    enum message_from from, struct frame_ref first, struct frame_ref last,
    const char *name, const char *detail)
{
	session->messages[session->n_messages++] = (struct message){ .kind = kind,
		.from = from,
		.frame = last.number,
		.first_frame = first.number,
		.time = last.time,
		.name = name,
		.detail = detail };
}

static const char *keep(const struct builder *b, const char *text)
{
	return arena_strdup(b->arena, str_of(text));
}

static void add_tcp_rows(struct session *session, const struct conn_record *conn)
{
	if (conn->syn.number != 0)
		add_row(session, MESSAGE_TCP, FROM_CPE, conn->syn, conn->syn, "SYN",
		    NULL);
	if (conn->client_fin.number != 0)
		add_row(session, MESSAGE_TCP, FROM_CPE, conn->client_fin,
		    conn->client_fin, "FIN", NULL);
	if (conn->server_fin.number != 0)
		add_row(session, MESSAGE_TCP, FROM_ACS, conn->server_fin,
		    conn->server_fin, "FIN", NULL);
	if (conn->rst.number != 0)
		add_row(session, MESSAGE_TCP,
		    conn->rst_from == FROM_CLIENT ? FROM_CPE : FROM_ACS, conn->rst,
		    conn->rst, "RST", NULL);
}

static const char *version_name(uint16_t version)
{
	switch (version) {
	case 0x0301:
		return "TLS 1.0";
	case 0x0302:
		return "TLS 1.1";
	case 0x0303:
		return "TLS 1.2";
	case 0x0304:
		return "TLS 1.3";
	}
	return "TLS";
}

static void add_tls_rows(const struct builder *b, struct session *session,
    const struct conn_record *conn)
{
	struct frame_ref end = conn->finished[FROM_CLIENT];
	char text[320], name[32];

	if (conn->finished[FROM_SERVER].number > end.number)
		end = conn->finished[FROM_SERVER];
	if (end.number == 0)
		end =
		    conn->server_hello.number ? conn->server_hello : conn->client_hello;
	if (conn->client_hello.number != 0) {
		(void)snprintf(text, sizeof(text), "%s%s%s", conn->sni ? conn->sni : "",
		    conn->sni && conn->certificate ? ", certificate " : "",
		    conn->certificate ? conn->certificate : "");
		add_row(session, MESSAGE_TLS, FROM_CPE, conn->client_hello, end,
		    version_name(conn->tls_version), keep(b, text));
	}
	if (conn->alert.number != 0) {
		(void)snprintf(text, sizeof(text), "alert %s",
		    conn->alert_is_encrypted ? "(encrypted)"
					     : tls_alert_name(conn->alert_code, name));
		add_row(session, MESSAGE_TLS,
		    conn->alert_from == FROM_CLIENT ? FROM_CPE : FROM_ACS, conn->alert,
		    conn->alert, keep(b, text), NULL);
	}
}

static const char *http_name(const struct builder *b, const struct http_record *http)
{
	char text[64];

	if (http->is_request)
		(void)snprintf(text, sizeof(text), "%s%s",
		    http->method ? http->method : "?", http->is_empty ? ", empty" : "");
	else
		(void)snprintf(text, sizeof(text), "%u%s", http->status,
		    http->is_empty && http->status == 200 ? ", empty" : "");
	return keep(b, text);
}

static void add_http_row(const struct builder *b, struct session *session,
    const struct http_record *http)
{
	struct message *row = &session->messages[session->n_messages];
	const char *detail = http->bad ? http->bad : http->detail;

	if (http->is_cut)
		detail = "bytes are missing from its body";
	if (!detail && http->location)
		detail = http->location;
	add_row(session, http->has_cwmp ? MESSAGE_CWMP : MESSAGE_HTTP,
	    http->is_request ? FROM_CPE : FROM_ACS, http->first, http->frame,
	    http->has_cwmp ? http->name : http_name(b, http), detail);
	row->http_status = http->is_request ? 0 : http->status;
	row->body = http->body;
}

static int by_frame(const void *a, const void *b)
{
	const struct message *left = a, *right = b;

	if (left->frame != right->frame)
		return left->frame < right->frame ? -1 : 1;
	return (int)left->kind - (int)right->kind;
}

/* ---- sessions ---------------------------------------------------------------------- */

static const char *url_of(const struct builder *b, const struct conn_record *conn)
{
	const struct http_record *request = NULL;
	char text[1024];

	for (size_t i = 0; i < conn->messages.len && !request; i++) {
		const struct http_record *http = conn->messages.items[i];

		if (http->is_request && http->host)
			request = http;
	}
	if (request)
		(void)snprintf(text, sizeof(text), "%s://%s%s",
		    conn->is_tls ? "https" : "http", request->host,
		    request->target ? request->target : "");
	else if (conn->sni)
		(void)snprintf(text, sizeof(text), "https://%s:%u", conn->sni,
		    conn->server_port);
	else
		return NULL;
	return keep(b, text);
}

/* TR-069 A6 3.7.1.4: it is over when the ACS answers empty and the CPE has said that it
 * has nothing more; both orders of the last two are seen. */
static bool has_ended_well(const struct conn_record *conn)
{
	bool has_inform = false, has_answer = false, has_empty_post = false,
	     is_empty = false;

	for (size_t i = 0; i < conn->messages.len; i++) {
		const struct http_record *http = conn->messages.items[i];

		if (http->is_request) {
			has_inform |= http->has_cwmp && http->rpc == CWMP_INFORM;
			has_empty_post |= http->is_empty;
			is_empty = false;
		} else {
			has_answer |= http->has_cwmp && http->rpc == CWMP_INFORM &&
				      http->kind == CWMP_RESPONSE;
			is_empty = http->is_empty && http->status / 100 == 2;
		}
	}
	return has_inform && has_answer && has_empty_post && is_empty;
}

static const char *not_judged(const struct conn_record *conn)
{
	if (conn->flags & CONN_MIDDLE)
		return "capture starts in the middle";
	if (conn->no_secrets)
		return "no secrets for this TLS session";
	if (conn->flags & CONN_ONE_SIDED)
		return "one direction of the connection is missing";
	if (conn->has_gap)
		return "bytes are missing from the capture";
	return NULL;
}

static void take_inform(struct session *session, const struct conn_record *conn)
{
	session->oui = conn->cpe->oui;
	session->product_class = conn->cpe->product_class;
	session->serial = conn->cpe->serial;
	for (size_t i = 0; i < conn->messages.len; i++) {
		const struct http_record *http = conn->messages.items[i];

		if (http->events) {
			session->events = http->events;
			session->n_events = http->n_events;
			return;
		}
	}
}

/* Whether a connection has to do with CWMP at all. */
static bool is_session(const struct conn_record *conn)
{
	for (size_t i = 0; i < conn->messages.len; i++) {
		const struct http_record *http = conn->messages.items[i];

		if (http->has_cwmp)
			return true;
	}
	return conn->cpe && conn->cpe->is_cwmp && !conn->is_alien;
}

static int build_session(const struct builder *b, const struct conn_record *conn)
{
	struct session *session = &b->analysis->sessions[b->analysis->n_sessions];
	char server[ADDRESS_TEXT_MAX], text[ADDRESS_TEXT_MAX + 8];

	session->messages = arena_array(b->arena,
	    conn->messages.len + ROWS_BESIDE_MESSAGES, sizeof(*session->messages));
	if (!session->messages)
		return -ENOMEM;
	session->id = ++b->analysis->n_sessions;
	(void)snprintf(text, sizeof(text), "%s:%u", address_text(&conn->server, server),
	    conn->server_port);
	session->acs = keep(b, text);
	session->cpe = conn->cpe->address_text;
	session->mac = conn->cpe->mac_text;
	session->url = url_of(b, conn);
	session->is_tls = conn->is_tls;
	session->is_decrypted = conn->flags & CONN_DECRYPTED;
	session->tls_version = conn->is_tls ? version_name(conn->tls_version) : NULL;
	add_tcp_rows(session, conn);
	add_tls_rows(b, session, conn);
	for (size_t i = 0; i < conn->messages.len; i++)
		add_http_row(b, session, conn->messages.items[i]);
	qsort(session->messages, session->n_messages, sizeof(*session->messages),
	    by_frame);
	take_inform(session, conn);
	session->ok = has_ended_well(conn);
	session->not_judged = session->ok ? NULL : not_judged(conn);
	if (session->n_messages > 0) {
		session->start = session->messages[0].time;
		session->end = session->messages[session->n_messages - 1].time;
	}
	return 0;
}

static size_t count_connections(const struct records *cpes)
{
	size_t n = 0;

	for (size_t i = 0; i < cpes->len; i++)
		n += ((const struct cpe_record *)cpes->items[i])->conns.len;
	return n;
}

static int by_start(const void *a, const void *b)
{
	const struct session *left = a, *right = b;
	uint64_t l = left->n_messages ? left->messages[0].first_frame : 0;
	uint64_t r = right->n_messages ? right->messages[0].first_frame : 0;

	return l < r ? -1 : l > r;
}

int analysis_build_sessions(struct analysis *analysis, struct observer *observer)
{
	const struct records *cpes = observer_cpes(observer);
	const struct builder b = { analysis, observer, observer_arena(observer) };
	int r = 0;

	analysis->sessions =
	    arena_array(b.arena, count_connections(cpes), sizeof(*analysis->sessions));
	if (!analysis->sessions)
		return -ENOMEM;
	for (size_t i = 0; i < cpes->len; i++) {
		const struct records *conns =
		    &((const struct cpe_record *)cpes->items[i])->conns;

		for (size_t k = 0; k < conns->len && r == 0; k++) {
			if (is_session(conns->items[k]))
				r = build_session(&b, conns->items[k]);
		}
	}
	qsort(analysis->sessions, analysis->n_sessions, sizeof(*analysis->sessions),
	    by_start);
	for (size_t i = 0; i < analysis->n_sessions; i++)
		analysis->sessions[i].id = i + 1;
	return r;
}
