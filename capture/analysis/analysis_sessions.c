/* Records of sessions and devices as those of a report. */
#include "capture/analysis/analysis_internal.h"
#include "capture/tls/certificate.h"
#include "lib/base/map.h"
#include "lib/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct session_builder {
	struct analysis *analysis;
	struct arena *arena;
};

enum {
	ROWS_BESIDE_MESSAGES = 8
}; /* SYN, TLS, alert, FIN, RST, TLS broken... */

/* ---- rows -------------------------------------------------------------------------- */

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

/* ---- sessions ---------------------------------------------------------------------- */

static const char *url_of(const struct session_builder *b,
    const struct session_record *record)
{
	const struct conn_record *conn = record->conns.items[0];
	char text[1024];

	if (record->url || !conn->tls.sni)
		return record->url;
	(void)snprintf(text, sizeof(text), "https://%s:%u", conn->tls.sni,
	    conn->server_port);
	return keep(b, text);
}

static const char *address_of(const struct session_builder *b,
    const struct address *address)
{
	char text[ADDRESS_TEXT_MAX];

	return keep(b, address_text(address, text));
}

static int add_conns(const struct session_builder *b, struct analysis_session *session,
    const struct session_record *record)
{
	session->conns =
	    arena_array(b->arena, record->conns.len, sizeof(*session->conns));
	if (!session->conns)
		return -ENOMEM;
	for (size_t i = 0; i < record->conns.len; i++) {
		const struct conn_record *conn = record->conns.items[i];

		session->conns[session->n_conns++] = (struct analysis_conn){
			.client = address_of(b, &conn->client),
			.server = address_of(b, &conn->server),
			.client_port = conn->client_port,
			.server_port = conn->server_port,
			.first_frame = conn->tcp.syn.number ? conn->tcp.syn.number
							    : record->start.number,
			.last_frame = MIN(conn->last_of_session ? conn->last_of_session
								: conn->last.number,
			    record->ended),
			.retransmitted = conn->tcp.retransmitted,
			.syn = conn->tcp.syn.time,
			.established = conn->tcp.established.time,
			.hello = conn->tls.client_hello.time,
			.secured = MAX(conn->tls.finished[FROM_CLIENT].time,
			    conn->tls.finished[FROM_SERVER].time),
			.randoms = (const uint8_t(*)[32])conn->tls.randoms,
			.n_randoms = conn->tls.n_randoms,
		};
	}
	return 0;
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

static int add_rows(const struct session_builder *b, struct analysis_session *session,
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

/* What is known of its device, or at least of the one at its address. */
static void name_device(struct analysis_session *session,
    const struct session_record *record)
{
	const struct device_record *device =
	    record->device ? record->device : cpe_device(record->host);
	const struct http_record *inform = record->inform;

	session->device = SIZE_MAX;
	session->owner = device ? device->place : SIZE_MAX;
	session->oui = device ? device->oui : NULL;
	session->product_class = device ? device->product_class : NULL;
	session->serial = device ? device->serial : NULL;
	if (!inform)
		return;
	session->events = inform->inform.events;
	session->n_events = inform->inform.n_events;
}

/* Where the CPE is and its MAC; null: not known. Without records it has neither as text. */
static const char *host_address(const struct session_builder *b,
    const struct cpe_record *host)
{
	if (host->kept)
		return host->kept->address_text;
	return host->at.family == ADDRESS_NONE ? NULL : address_of(b, &host->at);
}

static const char *host_mac(const struct session_builder *b,
    const struct cpe_record *host)
{
	char text[MAC_TEXT_MAX];

	if (host->kept)
		return host->kept->mac_text;
	return host->has_mac ? keep(b, mac_text(host->mac, text)) : NULL;
}

/* Where the CPE was as the session ended: it may have moved since. */
static const char *session_address(const struct session_builder *b,
    const struct session_record *record)
{
	return record->at.family == ADDRESS_NONE ? host_address(b, record->host)
						 : address_of(b, &record->at);
}

/* "192.0.2.1:7547"; a text need not tell. */
static const char *acs_of(const struct session_builder *b,
    const struct conn_record *conn)
{
	char server[ADDRESS_TEXT_MAX];
	auto_buf acs = BUF_NULL;

	(void)address_text(&conn->server, server);
	buf_append_text(&acs, *server ? server : "ACS");
	if (conn->server_port) {
		buf_append_char(&acs, ':');
		buf_append_uint(&acs, conn->server_port, 1);
	}
	return arena_strdup(b->arena, buf_str(&acs));
}

int analysis_build_session(struct analysis *analysis, struct arena *arena,
    const struct session_record *record, struct analysis_session *session)
{
	const struct session_builder builder = { analysis, arena }, *b = &builder;
	const struct conn_record *conn = record->conns.items[0];
	int r;

	session->acs = acs_of(b, conn);
	session->id = record->id;
	session->cpe = session_address(b, record);
	session->mac = host_mac(b, record->host);
	session->forwarded = record->forwarded;
	session->url = analysis_shown(analysis, arena, url_of(b, record));
	session->is_text = record->lacks & LACKS_PACKETS;
	session->is_tls = conn->tls.is_used;
	session->tls_version =
	    conn->tls.is_used ? tls_version_name(conn->tls.version) : NULL;
	session->ok = record->outcome == SESSION_COMPLETE;
	session->unjudged = record->unjudged;
	session->not_judged =
	    session->ok || record->failure || (record->shown | SHOWN_PAST) == SHOWN_ALL
		? NULL
		: record->not_shown;
	name_device(session, record);
	r = add_conns(b, session, record);
	return r < 0 ? r : add_rows(b, session, record);
}

static int by_id(const void *a, const void *b)
{
	const struct session_record *left = *(struct session_record *const *)a;
	const struct session_record *right = *(struct session_record *const *)b;

	return left->id < right->id ? -1 : left->id > right->id;
}

static int build_sessions(struct analysis *analysis, struct observer *observer)
{
	const struct records *records = observer_sessions(observer);
	struct arena *arena = observer_arena(observer);
	int r = 0;

	if (records->len > 0)
		qsort(records->items, records->len, sizeof(*records->items), by_id);
	analysis->sessions =
	    arena_array(arena, records->len, sizeof(*analysis->sessions));
	if (!analysis->sessions)
		return -ENOMEM;
	for (size_t i = 0; i < records->len && r == 0; i++)
		r = analysis_build_session(analysis, arena, records->items[i],
		    &analysis->sessions[i]);
	analysis->n_sessions = records->len;
	return r;
}

/* ---- devices ----------------------------------------------------------------------- */

static void count_sessions(struct analysis *analysis, const struct records *records,
    struct map *indexes)
{
	for (size_t i = 0; i < records->len; i++) {
		const struct session_record *record = records->items[i];
		struct analysis_device *device =
		    record->device ? map_get(indexes, str_make(&record->device,
							  sizeof(record->device)))
				   : NULL;

		if (!device)
			continue;
		analysis->sessions[i].device = (size_t)(device - analysis->devices);
		device->n_sessions++;
	}
}

static int list_sessions(struct analysis *analysis, struct arena *arena)
{
	for (size_t i = 0; i < analysis->n_devices; i++) {
		struct analysis_device *device = &analysis->devices[i];

		device->sessions =
		    arena_array(arena, device->n_sessions, sizeof(*device->sessions));
		if (!device->sessions)
			return -ENOMEM;
		device->n_sessions = 0;
	}
	for (size_t i = 0; i < analysis->n_sessions; i++) {
		struct analysis_device *device;

		if (analysis->sessions[i].device == SIZE_MAX)
			continue;
		device = &analysis->devices[analysis->sessions[i].device];
		device->sessions[device->n_sessions++] = i;
	}
	return 0;
}

void analysis_build_device(const struct analysis *analysis,
    const struct device_record *record, struct analysis_device *device)
{
	struct arena *arena = observer_arena(analysis->private_->observer);
	const struct session_builder b = { NULL, arena };

	*device = (struct analysis_device){ .place = record->place,
		.oui = record->oui,
		.product_class = record->product_class,
		.serial = record->serial,
		.cpe = record->host ? host_address(&b, record->host) : NULL,
		.mac = record->host ? host_mac(&b, record->host) : NULL,
		.forwarded = record->informed.forwarded,
		.url = analysis_shown(analysis, arena, record->settings.url) };
}

static int build_devices(struct analysis *analysis, struct observer *observer)
{
	const struct records *records = observer_devices(observer);
	struct arena *arena = observer_arena(observer);
	struct map indexes = MAP_NULL;
	int r = 0;

	analysis->devices =
	    arena_array(arena, records->len, sizeof(*analysis->devices));
	if (!analysis->devices)
		return -ENOMEM;
	for (size_t i = 0; i < records->len && r == 0; i++) {
		struct analysis_device *device = &analysis->devices[i];

		analysis_build_device(analysis, records->items[i], device);
		r = map_put(&indexes,
		    str_make(&records->items[i], sizeof(records->items[i])), device);
	}
	analysis->n_devices = records->len;
	if (r == 0)
		count_sessions(analysis, observer_sessions(observer), &indexes);
	map_free(&indexes);
	return r < 0 ? r : list_sessions(analysis, arena);
}

/* ---- findings ---------------------------------------------------------------------- */

size_t analysis_mark_message(const struct analysis_session *session, size_t at,
    const struct finding *finding)
{
	struct analysis_message *message;

	while (at < session->n_messages && session->messages[at].frame < finding->frame)
		at++;
	if (at == session->n_messages || session->messages[at].frame > finding->frame)
		return at;
	message = &session->messages[at];
	message->layer = finding->rule;
	message->why = finding->text;
	return at + 1;
}

static int mark_messages(const struct analysis *analysis)
{
	auto_free size_t *at = calloc(analysis->n_sessions + 1, sizeof(*at));

	if (!at)
		return -ENOMEM;
	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct finding *finding = &analysis->findings[i];
		const struct analysis_session *session;

		if (finding->session == 0 || finding->session > analysis->n_sessions)
			continue;
		session = &analysis->sessions[finding->session - 1];
		if (session->device != SIZE_MAX)
			analysis->devices[session->device].n_findings++;
		if (finding->is_late)
			continue;
		analysis->sessions[finding->session - 1].n_breaches +=
		    finding_is_breach(analysis, finding);
		if (finding->severity == RULE_MUST)
			at[finding->session - 1] = analysis_mark_message(session,
			    at[finding->session - 1], finding);
	}
	return 0;
}

int analysis_build_sessions(struct analysis *analysis, struct observer *observer)
{
	int r = build_sessions(analysis, observer);

	if (r == 0)
		r = build_devices(analysis, observer);
	if (r == 0)
		r = analysis_build_hosts(analysis, observer);
	if (r == 0)
		r = mark_messages(analysis);
	if (r == 0)
		r = analysis_mark_failures(analysis);
	return r;
}

const char *session_outcome(const struct analysis_session *session)
{
	return session->ok ? "complete" : session->not_judged ? "not judged" : "broken";
}
