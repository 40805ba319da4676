/* Records of sessions and devices as those of a report. */
#include "capture/analysis/analysis_internal.h"
#include "capture/tls/certificate.h"
#include "lib/base/map.h"
#include "lib/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- sessions ---------------------------------------------------------------------- */

static const char *keep(const struct session_builder *b, const char *text)
{
	return arena_strdup(b->arena, str_of(text));
}

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

/* "192.0.2.1:7547", "[2001:db8::1]:7547"; a text need not tell. */
static const char *acs_of(const struct session_builder *b,
    const struct conn_record *conn)
{
	char server[ADDRESS_TEXT_MAX];
	bool is_ip6 = conn->server.family == ADDRESS_IPV6 && conn->server_port;
	auto_buf acs = BUF_NULL;

	(void)address_text(&conn->server, server);
	buf_append_text(&acs, is_ip6 ? "[" : "");
	buf_append_text(&acs, *server ? server : "ACS");
	buf_append_text(&acs, is_ip6 ? "]" : "");
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
	session->goes_on = record->messages.len == 0 && conn->flags & CONN_GOES_ON;
	session->unjudged = record->unjudged;
	session->not_judged =
	    session->ok || record->failure || (record->shown | SHOWN_PAST) == SHOWN_ALL
		? NULL
		: record->not_shown;
	name_device(session, record);
	r = add_conns(b, session, record);
	return r < 0 ? r : analysis_add_rows(b, session, record);
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
