#include "capture/observe/observe_internal.h"

#include <errno.h>
#include <stdlib.h>

void observer_tick(struct observer *observer, struct frame_ref frame)
{
	if (observer->first.number == 0)
		observer->first = frame;
	observer->now = frame;
	sessions_sweep(observer, frame);
	devices_sweep(observer, frame);
}

void observer_pass_time(struct observer *observer, clock_ns now)
{
	if (observer->now.number > 0 && now > observer->now.time)
		observer_tick(observer,
		    (struct frame_ref){ observer->now.number, now });
}

void observer_tell(struct observer *observer, enum whole_what what, struct whole *whole)
{
	if (observer->options.whole)
		observer->options.whole(observer->options.whole_user, what, whole);
}

/* ---- connections ------------------------------------------------------------------- */

void conn_ref(struct conn_record *conn)
{
	conn->refs++;
}

void conn_unref(struct observer *observer, struct conn_record *conn)
{
	if (--conn->refs > 0 || observer->options.keep_records)
		return;
	arena_free(&conn->arena);
	free(conn);
}

struct cpe_record *conn_host(struct conn_state *state, struct frame_ref frame)
{
	struct conn_record *record = state->record;

	if (record->cpe)
		return record->cpe;
	record->cpe =
	    observer_cpe_by_address(state->observer, &state->conn->client, frame);
	if (record->cpe && state->observer->options.keep_records)
		observer_push(state->observer, &record->cpe->kept->conns, record);
	return record->cpe;
}

/* Bytes of the connection are missing that may have been a session, or a call. Noted at
 * once: its end may be missing, too. */
static void note_hidden(struct conn_state *state, struct frame_ref frame)
{
	struct cpe_record *host =
	    observer_find_cpe(state->observer, &state->record->client);

	if (state->session || state->record->is_call)
		return;
	if (host)
		host->blind = frame.number;
}

struct conn_state *conn_state_of(struct observer *observer, struct conn *conn,
    struct frame_ref frame)
{
	struct conn_state *state = conn->user;
	struct conn_record *record;

	if (state)
		return state;
	state = calloc(1, sizeof(*state));
	record = calloc(1, sizeof(*record));
	if (!state || !record) {
		free(state);
		free(record);
		observer->error = -ENOMEM;
		return NULL;
	}
	record->id = conn->id;
	record->refs = 1;
	record->arena.max = OBSERVER_ARENA_MAX;
	record->client = conn->client;
	record->server = conn->server;
	record->client_port = conn->client_port;
	record->server_port = conn->server_port;
	state->observer = observer;
	state->conn = conn;
	state->record = record;
	http_stream_init(&state->request, true);
	http_stream_init(&state->response, false);
	state->request.budget = state->response.budget = &observer->bodies;
	if (conn->flags & CONN_MIDDLE) {
		http_stream_middle(&state->request);
		http_stream_middle(&state->response);
	}
	conn->user = state;
	call_note_opened(state, frame);
	if (conn->flags & CONN_MIDDLE)
		note_hidden(state, frame);
	if (observer->options.keep_records) {
		observer_push(observer, &observer->kept_conns, record);
		(void)conn_host(state, frame);
	}
	return state;
}

static void note(struct frame_ref *at, struct frame_ref frame)
{
	if (at->number == 0)
		*at = frame;
}

static void finish_stream(struct conn_state *state, enum direction from,
    struct frame_ref frame)
{
	if (from == FROM_CLIENT)
		http_stream_finish(&state->request, frame, observe_request, state);
	else
		http_stream_finish(&state->response, frame, observe_response, state);
}

/* A CPE that waits for its ACS to connect speaks as the server (TR-069 A6 3.4). */
static void look_for_post(struct conn_state *state, struct str bytes,
    struct frame_ref frame)
{
	struct conn_record *record = state->record;

	if (record->syn.number > 0 && str_starts(bytes, STR("POST ")) &&
	    (str_find(bytes, STR("SOAPAction"), NULL) ||
		str_find(bytes, STR("text/xml"), NULL)))
		note(&record->server_posts, frame);
}

static void judge_conn(struct conn_state *state, struct frame_ref frame)
{
	struct observer *observer = state->observer;
	struct conn_record *record = state->record;
	struct whole view = { .conn = record, .now = frame };

	view.host = record->cpe;
	if (record->server_posts.number > 0)
		view.host = observer_cpe_by_address(observer, &record->server, frame);
	else if (!view.host)
		view.host = observer_find_cpe(observer, &record->client);
	if (!view.host)
		return;
	view.device = view.host->device;
	observer_tell(observer, WHOLE_CONN, &view);
}

/* A connection that never came to a message: what stopped it may be the CPE's trouble. */
static void note_silence(struct conn_state *state)
{
	struct observer *observer = state->observer;
	struct conn_record *record = state->record;

	if (state->has_spoken || record->is_alien || record->is_call)
		return;
	if (record->no_secrets)
		(void)session_of_silence(state, "no secrets for this TLS session",
		    record->last);
	else if (observer->options.keep_records && record->cpe && record->cpe->is_cwmp)
		(void)session_of_silence(state, NULL, record->last);
}

/* Nothing more will come: its sessions may go on elsewhere, or are over. */
static void end_conn(struct conn_state *state, struct frame_ref frame)
{
	if (state->is_over)
		return;
	state->is_over = true;
	state->n_outstanding = 0; /* their records go with the session */
	call_close(state);
	if (!state->session)
		judge_conn(state, frame);
	else
		session_conn_over(state->observer, state->session, frame);
	state->session = NULL;
	/* Now, not when it is forgotten: the next session must know of this one. */
	note_silence(state);
}

/* Even if nothing of what follows can be read, the CPE is at something. */
static void note_opened(struct observer *observer, const struct conn_record *record,
    struct frame_ref frame)
{
	struct cpe_record *host = observer_find_cpe(observer, &record->client);

	if (host)
		host->last_syn = frame.number;
}

static void observe_event(void *user, struct conn *conn, enum conn_event event,
    enum direction from, struct frame_ref frame)
{
	struct conn_state *state = conn_state_of(user, conn, frame);
	struct conn_record *record = state ? state->record : NULL;

	observer_tick(user, frame);
	if (!record)
		return;
	record->flags = conn->flags;
	if (event <= CONN_RST) { /* not when it is merely given up */
		record->last = frame;
		record->has_seen[from] = true;
	}
	switch (event) {
	case CONN_SYN:
		note(&record->syn, frame);
		note_opened(user, record, frame);
		record->n_syns++;
		return;
	case CONN_SYNACK:
		note(&record->synack, frame);
		return;
	case CONN_ESTABLISHED:
		note(&record->established, frame);
		return;
	case CONN_FIN:
		finish_stream(state, from, frame);
		note(from == FROM_CLIENT ? &record->client_fin : &record->server_fin,
		    frame);
		if (record->client_fin.number != 0 && record->server_fin.number != 0)
			end_conn(state, frame);
		return;
	case CONN_RST:
		if (record->rst.number == 0)
			record->rst_from = from;
		note(&record->rst, frame);
		finish_stream(state, FROM_CLIENT, frame);
		finish_stream(state, FROM_SERVER, frame);
		end_conn(state, frame);
		return;
	case CONN_IDLE_EVICTED:
	case CONN_END_OF_CAPTURE:
		finish_stream(state, FROM_CLIENT, frame);
		finish_stream(state, FROM_SERVER, frame);
		return;
	}
}

static void observe_data(void *user, struct conn *conn, enum direction from,
    struct str bytes, struct frame_ref frame)
{
	struct conn_state *state = conn_state_of(user, conn, frame);

	observer_tick(user, frame);
	if (!state || state->is_over)
		return;
	state->record->flags = conn->flags;
	state->record->last = frame;
	if (from == FROM_SERVER && !state->has_spoken)
		look_for_post(state, bytes, frame);
	state->record->has_seen[from] = true;
	if (from == FROM_CLIENT)
		http_stream_feed(&state->request, bytes, frame, STR_NULL,
		    observe_request, state);
	else
		http_stream_feed(&state->response, bytes, frame,
		    state->n_outstanding > 0 && state->outstanding[0].is_head
			? STR("HEAD")
			: STR("POST"),
		    observe_response, state);
	if (from == FROM_CLIENT ? state->request.has_junk : state->response.has_junk)
		note(&state->record->junk[from], frame);
	state->record->is_alien = state->request.state == HTTP_STREAM_ALIEN ||
				  (conn->flags & CONN_MIDDLE && !state->has_spoken);
}

static void observe_gap(void *user, struct conn *conn, enum direction from,
    uint64_t bytes, struct frame_ref frame)
{
	struct conn_state *state = conn_state_of(user, conn, frame);
	struct http_stream *stream;
	http_stream_fn *tell;

	observer_tick(user, frame);
	if (!state || state->is_over)
		return;
	state->record->has_gap = true;
	note(&state->record->gap, frame);
	state->observer->fleet.last_gap = frame.number;
	note_hidden(state, frame);
	stream = from == FROM_CLIENT ? &state->request : &state->response;
	tell = from == FROM_CLIENT ? observe_request : observe_response;
	/* Of records that cannot be read nobody knows how much text they hold. */
	if (conn->flags & CONN_TLS)
		http_stream_gap(stream, frame, tell, state);
	else
		http_stream_missing(stream, bytes, frame, tell, state);
	/* Responses that are missing must not be taken from the requests that follow. */
	if (from == FROM_SERVER && state->n_outstanding > 1) {
		state->outstanding[0] = state->outstanding[state->n_outstanding - 1];
		state->n_outstanding = 1;
	}
	if (state->session)
		session_hide(state->session, SHOWN_WHOLE,
		    "bytes are missing from the capture");
}

static void observe_closed(void *user, struct conn *conn)
{
	struct conn_state *state = conn->user;
	struct observer *observer = user;

	if (!state)
		return;
	state->record->flags = conn->flags;
	state->record->retransmitted = conn->retransmitted;
	end_conn(state, state->record->last);
	conn_unref(observer, state->record);
	http_stream_free(&state->request);
	http_stream_free(&state->response);
	free(state);
	conn->user = NULL;
}

static void observe_unreachable(void *user, const struct address *from,
    const struct address *by, const struct address *to, uint16_t to_port,
    uint8_t protocol, uint8_t code, struct frame_ref frame)
{
	static const uint8_t tcp = 6;
	struct observer *observer = user;
	struct cpe_record *cpe = observer_find_cpe(observer, by);

	(void)from;
	observer_tick(observer, frame);
	if (!cpe || !cpe->kept || protocol != tcp)
		return;
	for (size_t i = cpe->kept->conns.len; i-- > 0;) {
		struct conn_record *conn = cpe->kept->conns.items[i];

		if (conn->server_port != to_port || !address_eq(&conn->server, to))
			continue;
		note(&conn->unreachable, frame);
		conn->unreachable_code = code;
		return;
	}
}

/* ---- interface --------------------------------------------------------------------- */

static void seed_maps(struct observer *observer)
{
	struct map *const maps[] = { &observer->by_mac, &observer->by_address,
		&observer->by_duid, &observer->names, &observer->resolutions,
		&observer->interned, &observer->leases, &observer->by_device,
		&observer->by_cookie, &observer->call_paths };

	for (size_t i = 0; i < ARRAY_LEN(maps); i++)
		maps[i]->seed = observer->options.hash_seed;
}

struct observer *observer_new(const struct observer_options *options)
{
	struct observer *observer = calloc(1, sizeof(*observer));

	if (!observer)
		return NULL;
	observer->options = *options;
	seed_maps(observer);
	observer->arena.max = OBSERVER_ARENA_MAX;
	observer->scratch.max = OBSERVER_SCRATCH_MAX;
	observer->bodies.max = OBSERVER_BODIES_MAX;
	list_init(&observer->running);
	list_init(&observer->waiting);
	list_init(&observer->overdue);
	observer->fleet.call_paths = &observer->call_paths;
	observer->reader = cwmp_reader_new();
	if (!observer->reader) {
		free(observer);
		return NULL;
	}
	return observer;
}

static void free_sessions(const struct records *sessions)
{
	for (size_t i = 0; i < sessions->len; i++) {
		struct session_record *session = sessions->items[i];

		arena_free(&session->arena);
		free(session);
	}
}

/* Where records are kept, sessions and connections live until here. */
static void free_records(struct observer *observer)
{
	free_sessions(&observer->sessions);
	free_sessions(&observer->dropped);
	for (size_t i = 0; i < observer->kept_conns.len; i++) {
		struct conn_record *conn = observer->kept_conns.items[i];

		arena_free(&conn->arena);
		free(conn);
	}
}

void observer_free(struct observer *observer)
{
	if (!observer)
		return;
	sessions_free(observer);
	devices_free(observer);
	free_records(observer);
	cwmp_reader_free(observer->reader);
	map_free(&observer->by_mac);
	map_free(&observer->by_address);
	map_free(&observer->by_duid);
	map_free(&observer->names);
	map_free(&observer->resolutions);
	map_free(&observer->interned);
	map_free(&observer->leases);
	map_free(&observer->by_device);
	map_free(&observer->by_cookie);
	map_free(&observer->call_paths);
	arena_free(&observer->scratch);
	arena_free(&observer->arena);
	free(observer);
}

static void observe_progress(void *user, uint64_t frames, uint64_t bytes)
{
	struct observer *observer = user;

	observer->options.progress(observer->options.user, frames, bytes);
}

struct conn_sink observer_sink(struct observer *observer)
{
	return (struct conn_sink){
		.user = observer,
		.event = observe_event,
		.tls = observe_tls,
		.data = observe_data,
		.gap = observe_gap,
		.closed = observe_closed,
		.datagram = observe_datagram,
		.arp = observe_arp,
		.unreachable = observe_unreachable,
		.progress = observer->options.progress ? observe_progress : NULL,
	};
}

void observer_finish(struct observer *observer, struct frame_ref last)
{
	if (last.number > 0) {
		last.time = MAX(last.time, observer->now.time);
		observer_tick(observer, last);
	}
	sessions_finish(observer);
	devices_finish(observer);
}

int observer_expect(struct observer *observer, const uint8_t mac[6])
{
	struct cpe_record *cpe =
	    observer_cpe_by_mac(observer, mac, (struct frame_ref){ 0, 0 });

	if (!cpe)
		return -ENOMEM;
	cpe->is_cwmp = true;
	return 0;
}

const struct observer_counts *observer_counts(const struct observer *observer)
{
	return &observer->counts;
}

const struct records *observer_sessions(const struct observer *observer)
{
	return &observer->sessions;
}

const struct records *observer_devices(const struct observer *observer)
{
	return &observer->devices;
}

struct frame_ref observer_first(const struct observer *observer)
{
	return observer->first;
}

const struct records *observer_cpes(const struct observer *observer)
{
	return &observer->cpes;
}

struct frame_ref observer_last(const struct observer *observer)
{
	return observer->now;
}

struct arena *observer_arena(struct observer *observer)
{
	return &observer->arena;
}

int observer_error(const struct observer *observer)
{
	return observer->error;
}
