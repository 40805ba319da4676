/* Connections as they begin, speak and end. */
#include "capture/observe/observe_internal.h"

enum {
	OPENING_BACK = 256 /* connections among which that of an ICMP is looked for */
};

/* The bytes that are missing may have been a session of its CPE. That is noted at once, as
 * the end of the connection may be missing, too. */
static void note_hidden(struct conn_state *state, struct frame_ref frame)
{
	struct cpe_record *host =
	    observer_find_cpe(state->observer, &state->record->client);

	if (state->session || state->record->http.is_call)
		return;
	if (host)
		host->blind = frame.number;
}

enum {
	XMPP_PORT = 5222,
	XMPP_TLS_PORT = 5223
};

/* Over XMPP a CPE may be called without a frame that anybody can read (TR-069 A6 Annex K). */
static void note_xmpp(struct observer *observer, const struct conn_record *conn)
{
	struct cpe_record *host =
	    conn->server_port == XMPP_PORT || conn->server_port == XMPP_TLS_PORT
		? observer_find_cpe(observer, &conn->client)
		: NULL;

	if (host)
		host->has_xmpp = true;
}

void observe_opened(struct conn_state *state, struct frame_ref frame)
{
	struct observer *observer = state->observer;

	call_note_opened(state, frame);
	note_xmpp(observer, state->record);
	if (state->conn->flags & CONN_MIDDLE)
		note_hidden(state, frame);
	if (observer->options.keep_records) {
		observer_push(observer, &observer->kept.conns, state->record);
		(void)conn_host(state, frame);
	}
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

	if (record->tcp.syn.number > 0 && str_starts(bytes, STR("POST ")) &&
	    (str_find(bytes, STR("SOAPAction"), NULL) ||
		str_find(bytes, STR("text/xml"), NULL)))
		frame_note(&record->http.server_posts, frame);
}

static void tell_conn(struct conn_state *state, struct frame_ref frame)
{
	struct observer *observer = state->observer;
	struct conn_record *record = state->record;
	struct whole view = { .conn = record, .now = frame };

	view.host = call_missed(state);
	if (!view.host)
		view.host = record->cpe;
	if (record->http.server_posts.number > 0)
		view.host = observer_cpe_by_address(observer, &record->server, frame);
	else if (!view.host)
		view.host = observer_find_cpe(observer, &record->client);
	if (!view.host)
		return;
	view.device = cpe_device(view.host);
	observer_tell(observer, WHOLE_CONN, &view);
}

/* Whoever ends what it has opened, without a word, only wanted to know whether there is a
 * server, or which address it has itself: that was to be no session. */
static bool is_probe(const struct conn_record *record)
{
	const struct conn_tcp *tcp = &record->tcp;

	if (tcp->synack.number == 0 || record->tls.is_used)
		return false;
	if (tcp->rst.number != 0)
		return tcp->rst_from == FROM_CLIENT && tcp->server_fin.number == 0;
	return tcp->server_fin.number == 0 ||
	       (tcp->client_fin.number != 0 &&
		   tcp->client_fin.number < tcp->server_fin.number);
}

/* A connection was over before any request: what stopped it may be what keeps the CPE from
 * its session, so a session without messages shows it. */
static void note_silence(struct conn_state *state)
{
	const struct observer *observer = state->observer;
	struct conn_record *record = state->record;
	const struct cpe_record *host;
	bool is_cwmp;

	if (state->has_asked || record->http.is_alien || record->http.is_call ||
	    (record->flags & CONN_NO_PACKETS))
		return;
	host = record->cpe ? record->cpe : observer_find_cpe(observer, &record->client);
	is_cwmp = acs_is_meant(observer, host, record) || acs_may_be(observer, record);
	if (record->tls.no_secrets)
		session_of_silence(state, "no secrets for this TLS session", is_cwmp,
		    record->last);
	else if ((is_cwmp || (host && host->is_cwmp)) && !is_probe(record))
		session_of_silence(state, NULL, is_cwmp, record->last);
}

/* The connection is over: its session goes on in another one, or ends. */
static void end_conn(struct conn_state *state, struct frame_ref frame)
{
	if (state->is_over)
		return;
	state->is_over = true;
	state->n_outstanding = 0; /* their records go with the session */
	call_close(state);
	file_close(state);
	if (!state->session)
		tell_conn(state, frame);
	else
		session_conn_over(state->observer, state->session, frame);
	state->session = NULL;
	/* Not only when the connection is forgotten: the CPE's next session may begin
	 * before that, and must come after this one. */
	note_silence(state);
}

/* The CPE opens a connection: rules about what it did not do must know, even if nothing that
 * follows can be read. */
static void note_opened(struct observer *observer, const struct conn_record *record,
    struct frame_ref frame)
{
	struct cpe_record *host = observer_find_cpe(observer, &record->client);

	if (host)
		host->last_syn = frame.number;
	if (!host || !host->has_mac)
		observer->nameless_syn = frame.number;
}

/* What the lower half says of the connection so far: whoever is told of a session as it ends
 * must find it in the record, though the connection may go on. */
static void take_state(struct conn_state *state)
{
	state->record->flags = state->conn->flags;
	state->record->tcp.retransmitted = state->conn->retransmitted;
	state->record->tcp.syn_again = state->conn->syn_again;
}

/* The capture ends while nobody has closed the connection, and the session on it may go on. */
static void note_cut_off(struct conn_state *state, struct frame_ref frame)
{
	const struct conn_tcp *tcp = &state->record->tcp;

	if (state->session && tcp->client_fin.number == 0 &&
	    tcp->server_fin.number == 0 &&
	    frame.time - state->session->end.time < session_grace)
		session_hide(state->session, SHOWN_END,
		    "the capture ends before the session");
}

void observe_event(struct conn_state *state, enum conn_event event, enum direction from,
    struct frame_ref frame)
{
	struct conn_record *record = state->record;

	take_state(state);
	if (event <= CONN_RST) { /* not when it is merely given up */
		record->last = frame;
		record->tcp.has_seen[from] = true;
	}
	switch (event) {
	case CONN_SYN:
		if (record->tcp.syn.number == 0)
			list_append(&state->observer->queues.opening, &state->opening);
		frame_note(&record->tcp.syn, frame);
		note_opened(state->observer, record, frame);
		record->tcp.n_syns++;
		return;
	case CONN_SYNACK:
		list_remove(&state->opening);
		frame_note(&record->tcp.synack, frame);
		return;
	case CONN_ESTABLISHED:
		frame_note(&record->tcp.established, frame);
		return;
	case CONN_FIN:
		finish_stream(state, from, frame);
		frame_note(from == FROM_CLIENT ? &record->tcp.client_fin
					       : &record->tcp.server_fin,
		    frame);
		if (record->tcp.client_fin.number != 0 &&
		    record->tcp.server_fin.number != 0)
			end_conn(state, frame);
		return;
	case CONN_RST:
		if (record->tcp.rst.number == 0)
			record->tcp.rst_from = from;
		frame_note(&record->tcp.rst, frame);
		finish_stream(state, FROM_CLIENT, frame);
		finish_stream(state, FROM_SERVER, frame);
		end_conn(state, frame);
		return;
	case CONN_IDLE_EVICTED:
	case CONN_END_OF_CAPTURE:
		if (event == CONN_END_OF_CAPTURE)
			note_cut_off(state, frame);
		finish_stream(state, FROM_CLIENT, frame);
		finish_stream(state, FROM_SERVER, frame);
		return;
	}
}

void observe_data(struct conn_state *state, enum direction from, struct str bytes,
    struct frame_ref frame)
{
	if (state->is_over)
		return;
	take_state(state);
	state->record->last = frame;
	if (from == FROM_SERVER)
		state->record->tcp.server_sent = frame.number;
	if (from == FROM_SERVER && !state->has_spoken)
		look_for_post(state, bytes, frame);
	if (from == FROM_CLIENT)
		adjacent_note_data(state, bytes);
	state->record->tcp.has_seen[from] = true;
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
		frame_note(&state->record->http.junk[from], frame);
	state->record->http.is_alien =
	    state->request.state == HTTP_STREAM_ALIEN ||
	    (state->conn->flags & CONN_MIDDLE && !state->has_spoken);
}

void observe_gap(struct conn_state *state, enum direction from, uint64_t bytes,
    struct frame_ref frame)
{
	struct http_stream *stream;
	http_stream_fn *tell;

	if (state->is_over)
		return;
	state->record->tcp.has_gap = true;
	frame_note(&state->record->tcp.gap, frame);
	state->observer->fleet.last_gap = frame.number;
	note_hidden(state, frame);
	stream = from == FROM_CLIENT ? &state->request : &state->response;
	tell = from == FROM_CLIENT ? observe_request : observe_response;
	/* How much text the TLS records hold that cannot be read is not known. */
	if (state->conn->flags & CONN_TLS)
		http_stream_gap(stream, frame, tell, state);
	else
		http_stream_missing(stream, bytes, frame, tell, state);
	/* Which of the waiting requests were answered in the hole is not known: only the
	 * last one is still waited for, so that no response is given to a wrong request. */
	if (from == FROM_SERVER && state->n_outstanding > 1) {
		state->outstanding[0] = state->outstanding[state->n_outstanding - 1];
		state->n_outstanding = 1;
	}
	if (state->session)
		session_hide(state->session, SHOWN_WHOLE,
		    "bytes are missing from the capture");
}

void observe_closed(struct conn_state *state)
{
	take_state(state);
	end_conn(state, state->record->last);
	conn_state_free(state);
}

void observe_unreachable(struct observer *observer, const struct address *by,
    uint16_t by_port, const struct address *to, uint16_t to_port, uint8_t protocol,
    uint8_t code, struct frame_ref frame)
{
	static const uint8_t tcp = 6;
	size_t left = OPENING_BACK;

	for (struct list *at = observer->queues.opening.prev;
	     protocol == tcp && at != &observer->queues.opening && left > 0;
	     at = at->prev, left--) {
		struct conn_record *conn =
		    list_entry(at, struct conn_state, opening)->record;

		if (conn->server_port != to_port || !address_eq(&conn->server, to) ||
		    conn->client_port != by_port || !address_eq(&conn->client, by))
			continue;
		frame_note(&conn->tcp.unreachable, frame);
		conn->tcp.unreachable_code = code;
		return;
	}
}
