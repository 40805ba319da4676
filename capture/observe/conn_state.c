/* What is remembered of a connection while it lives. */
#include "capture/observe/observe_internal.h"

#include <errno.h>
#include <stdlib.h>

unsigned conn_lacks(const struct conn *conn)
{
	static const struct {
		enum conn_flag flag;
		unsigned lacks;
	} rows[] = {
		{ CONN_NO_PACKETS, LACKS_PACKETS },
		{ CONN_NO_LINES, LACKS_LINES },
		{ CONN_NO_HEADS, LACKS_LINES | LACKS_HEADS },
		{ CONN_EXCERPT, LACKS_TALK },
	};
	unsigned lacks = 0;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (conn->flags & rows[i].flag)
			lacks |= rows[i].lacks;
	}
	return lacks;
}

struct conn_state *conn_state_new(struct observer *observer, struct conn *conn)
{
	/* malloc(), as glibc's calloc() does not look into the cache of its thread, where the
	 * connection that ended last has left its own. */
	struct conn_state *state = malloc(sizeof(*state));
	struct conn_record *record = malloc(sizeof(*record));

	if (!state || !record) {
		free(state);
		free(record);
		observer->memory.error = -ENOMEM;
		return NULL;
	}
	*record = (struct conn_record){ .id = conn->id,
		.refs = 1,
		.arena = { .max = OBSERVER_ARENA_MAX, .pool = &observer->memory.pool },
		.client = conn->client,
		.server = conn->server,
		.client_port = conn->client_port,
		.server_port = conn->server_port };
	*state =
	    (struct conn_state){ .observer = observer, .conn = conn, .record = record };
	list_init(&state->opening);
	http_stream_init(&state->request, true);
	http_stream_init(&state->response, false);
	state->request.budget = state->response.budget = &observer->memory.bodies;
	if (conn->flags & CONN_MIDDLE) {
		http_stream_middle(&state->request);
		http_stream_middle(&state->response);
	}
	/* A text tells that there was TLS, not its handshake. */
	record->tls.is_used =
	    (conn->flags & CONN_NO_PACKETS) && (conn->flags & CONN_TLS);
	observer->lacks |= conn_lacks(conn) & LACKS_PACKETS;
	conn->user = state;
	record->state = state;
	return state;
}

void conn_state_free(struct conn_state *state)
{
	state->conn->user = NULL;
	list_remove(&state->opening);
	state->record->state = NULL;
	conn_unref(state->observer, state->record);
	http_stream_free(&state->request);
	http_stream_free(&state->response);
	free(state);
}

void conn_forget_session(struct conn_state *state)
{
	for (size_t i = 0; i < state->n_outstanding; i++)
		state->outstanding[i].record = NULL;
	state->session = NULL;
}

void conn_give(struct conn_record *conn, struct cpe_record *cpe)
{
	if (conn->cpe)
		conn->cpe->refs--;
	if (cpe)
		cpe->refs++;
	conn->cpe = cpe;
}

void conn_ref(struct conn_record *conn)
{
	conn->refs++;
}

void conn_unref(struct observer *observer, struct conn_record *conn)
{
	if (--conn->refs > 0 || observer->options.keep_records)
		return;
	conn_give(conn, NULL);
	arena_free(&conn->arena);
	free(conn);
}

struct cpe_record *conn_host(struct conn_state *state, struct frame_ref frame)
{
	struct conn_record *record = state->record;

	if (record->cpe)
		return record->cpe;
	conn_give(record,
	    observer_cpe_by_address(state->observer, &state->conn->client, frame));
	if (record->cpe && state->observer->options.keep_records)
		observer_push(state->observer, &record->cpe->kept->conns, record);
	return record->cpe;
}
