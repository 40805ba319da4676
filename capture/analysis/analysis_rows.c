/* Messages of a session, and what else a ladder shows of its connections, as those of a report. */
#include "capture/analysis/analysis_internal.h"
#include "capture/tls/certificate.h"
#include "lib/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	ROWS_BESIDE_MESSAGES = 8 /* SYN, TLS, alert, FIN, RST, TLS broken... */
};

static void add_row(struct analysis_session *session, enum message_kind kind,
    enum message_from from, struct frame_ref first, struct frame_ref last,
    const char *name, const char *detail)
{
	session->messages[session->n_messages++] =
	    (struct analysis_message){ .kind = kind,
		    .from = from,
		    .frame = last.number,
		    .first_frame = first.number,
		    .time = last.time,
		    .first_time = first.time,
		    .name = name,
		    .detail = detail };
}

static const char *keep(const struct session_builder *b, const char *text)
{
	return arena_strdup(b->arena, str_of(text));
}

/* Up to that frame: a connection may go on with another session. */
static void add_tcp_rows(struct analysis_session *session,
    const struct conn_record *conn, uint64_t until)
{
	const struct conn_tcp *tcp = &conn->tcp;
	const struct {
		const char *name;
		enum message_from from;
		struct frame_ref at;
	} rows[] = {
		{ "SYN", FROM_CPE, tcp->syn },
		{ "FIN", FROM_CPE, tcp->client_fin },
		{ "FIN", FROM_ACS, tcp->server_fin },
		{ "RST", tcp->rst_from == FROM_CLIENT ? FROM_CPE : FROM_ACS, tcp->rst },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].at.number > 0 && rows[i].at.number <= until)
			add_row(session, MESSAGE_TCP, rows[i].from, rows[i].at,
			    rows[i].at, rows[i].name, NULL);
	}
}

/* Whose certificate an alert is about (RFC 8446 6.2); null: about none. */
static const char *alert_detail(const struct conn_tls *tls)
{
	bool is_of_certificate = !tls->alert_is_encrypted &&
				 ((tls->alert_code >= 41 && tls->alert_code <= 46) ||
				     tls->alert_code == 48 || tls->alert_code == 113 ||
				     tls->alert_code == 116);

	if (!is_of_certificate)
		return NULL;
	return tls->alert_from == FROM_CLIENT ? "for the ACS's certificate"
					      : "for the CPE's certificate";
}

static void add_tls_rows(const struct session_builder *b,
    struct analysis_session *session, const struct conn_record *conn)
{
	struct frame_ref end = conn->tls.finished[FROM_CLIENT];
	char text[320], name[32];

	if (conn->tls.finished[FROM_SERVER].number > end.number)
		end = conn->tls.finished[FROM_SERVER];
	if (end.number == 0)
		end = conn->tls.server_hello.number ? conn->tls.server_hello
						    : conn->tls.client_hello;
	if (conn->tls.client_hello.number != 0) {
		(void)snprintf(text, sizeof(text), "%s%s%s%s",
		    conn->tls.sni ? conn->tls.sni : "",
		    conn->tls.sni && conn->tls.certificate ? ", certificate " : "",
		    conn->tls.certificate ? conn->tls.certificate : "",
		    !conn->tls.is_resumed ? ""
		    : conn->tls.sni       ? ", resumed"
					  : "resumed");
		add_row(session, MESSAGE_TLS, FROM_CPE, conn->tls.client_hello, end,
		    tls_version_name(conn->tls.version), keep(b, text));
	}
	if (conn->tls.alert.number != 0) {
		(void)snprintf(text, sizeof(text), "alert %s",
		    conn->tls.alert_is_encrypted
			? "(encrypted)"
			: tls_alert_name(conn->tls.alert_code, name));
		add_row(session, MESSAGE_TLS,
		    conn->tls.alert_from == FROM_CLIENT ? FROM_CPE : FROM_ACS,
		    conn->tls.alert, conn->tls.alert, keep(b, text),
		    alert_detail(&conn->tls));
	}
}

enum {
	NAME_MAX_LEN = 63 /* of a message: a method may be anything */
};

static const char *http_name(const struct session_builder *b,
    const struct http_record *http)
{
	const char *method = http->head.method ? http->head.method : "?";
	bool tells_empty =
	    http->body.is_empty && (http->is_request || http->head.status == 200);
	auto_buf text = BUF_NULL;

	if (http->is_request)
		buf_append_text(&text, method);
	else
		buf_append_uint(&text, http->head.status, 1);
	if (tells_empty)
		buf_append_text(&text, ", empty");
	return arena_strdup(b->arena,
	    str_make(text.data, MIN(text.len, (size_t)NAME_MAX_LEN)));
}

static void add_http_row(const struct session_builder *b,
    struct analysis_session *session, const struct http_record *http)
{
	struct analysis_message *row = &session->messages[session->n_messages];
	const char *detail = http->body.bad ? http->body.bad : http->envelope.detail;
	char text[320];

	if (http->outcome && http->outcome->promised.number != 0) {
		(void)snprintf(text, sizeof(text), "%s, promised in %s %llu",
		    detail ? detail : "", session->is_text ? "message" : "frame",
		    (unsigned long long)http->outcome->promised.number);
		detail = keep(b, text);
	}
	if (http->body.text && !http->body.has_bad_framing)
		detail = analysis_shown(b->analysis, b->arena, http->body.text);
	if (http->body.is_cut)
		detail = "bytes are missing from its body";
	if (!detail && http->head.location)
		detail = analysis_shown(b->analysis, b->arena, http->head.location);
	add_row(session, http->envelope.is_there ? MESSAGE_CWMP : MESSAGE_HTTP,
	    http->is_request ? FROM_CPE : FROM_ACS, http->first, http->frame,
	    http->envelope.is_there ? http->envelope.name : http_name(b, http), detail);
	row->http_status = http->is_request ? 0 : http->head.status;
	row->body = http->shown_body;
	row->head = http->shown_head;
	row->size = http->body.length;
	row->fault = http->envelope.fault_code;
	row->has_credentials = http->is_request && http->auth.has_credentials;
	if (row->has_credentials)
		row->user = analysis_shown(b->analysis, b->arena, http->auth.username);
	row->outcome = http->outcome;
}

/* Requests are numbered in the order of the wire; responses follow theirs. */
static uint32_t exchange_of(const struct session_record *record,
    const struct http_record *http)
{
	const struct http_record *request =
	    http->is_request ? http : http->links.answers;

	return request && request->links.session == record ? request->links.place + 1
							   : 0;
}

static int by_frame(const void *a, const void *b)
{
	const struct analysis_message *left = a, *right = b;

	if (left->frame != right->frame)
		return left->frame < right->frame ? -1 : 1;
	return (int)left->kind - (int)right->kind;
}

/* The ladder names the user where he is another one than in the request before. */
static void add_user(const struct session_builder *b, struct analysis_message *row,
    const char **user)
{
	char text[320];

	if (!row->user || (*user && strcmp(*user, row->user) == 0))
		return;
	*user = row->user;
	(void)snprintf(text, sizeof(text), "%s%suser \"%s\"",
	    row->detail ? row->detail : "", row->detail && *row->detail ? ", " : "",
	    row->user);
	row->detail = keep(b, text);
}

int analysis_add_rows(const struct session_builder *b, struct analysis_session *session,
    const struct session_record *record)
{
	const char *user = NULL;

	session->messages = arena_array(b->arena,
	    record->messages.len + record->conns.len * ROWS_BESIDE_MESSAGES,
	    sizeof(*session->messages));
	if (!session->messages)
		return -ENOMEM;
	for (size_t i = 0; i < record->conns.len; i++) {
		size_t first = session->n_messages;

		add_tcp_rows(session, record->conns.items[i], record->ended);
		add_tls_rows(b, session, record->conns.items[i]);
		while (first < session->n_messages)
			session->messages[first++].conn = (uint32_t)i;
	}
	for (size_t i = 0; i < record->messages.len; i++) {
		const struct http_record *http = record->messages.items[i];
		struct analysis_message *row = &session->messages[session->n_messages];

		add_http_row(b, session, http);
		add_user(b, row, &user);
		row->exchange = exchange_of(record, http);
		row->conn = http->links.conn_place;
	}
	qsort(session->messages, session->n_messages, sizeof(*session->messages),
	    by_frame);
	if (session->n_messages > 0) {
		session->start = session->messages[0].time;
		session->end = session->messages[session->n_messages - 1].time;
	}
	return 0;
}
