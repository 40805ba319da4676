#include "capture/observe_internal.h"

#include "lib/base/text.h"
#include "lib/base/wire.h"

#include <errno.h>
#include <stdlib.h>

/* ---- memory ------------------------------------------------------------------------ */

void *observer_alloc(struct observer *observer, size_t size)
{
	void *p = arena_alloc(&observer->arena, size);

	if (!p)
		observer->error = -ENOMEM;
	return p;
}

char *observer_strdup(struct observer *observer, struct str s)
{
	char *copy = arena_strdup(&observer->arena, s);

	if (!copy)
		observer->error = -ENOMEM;
	return copy;
}

char *observer_text(struct observer *observer, struct str s)
{
	return s.len > 0 ? observer_strdup(observer, s) : NULL;
}

void observer_push(struct observer *observer, struct records *records, void *item)
{
	if (records->len == records->cap) {
		size_t cap = records->cap ? records->cap * 2 : 4;
		void **items = arena_array(&observer->arena, cap, sizeof(*items));

		if (!items) {
			observer->error = -ENOMEM;
			return;
		}
		if (records->len > 0)
			memcpy(items, records->items, records->len * sizeof(*items));
		records->items = items;
		records->cap = cap;
	}
	records->items[records->len++] = item;
}

/* ---- CPEs -------------------------------------------------------------------------- */

static struct cpe_record *add_cpe(struct observer *observer, struct frame_ref frame)
{
	struct cpe_record *cpe = observer_alloc(observer, sizeof(*cpe));

	if (!cpe)
		return NULL;
	cpe->first = frame;
	observer_push(observer, &observer->cpes, cpe);
	return cpe;
}

struct cpe_record *observer_cpe_by_mac(struct observer *observer, const uint8_t mac[6],
    struct frame_ref frame)
{
	struct cpe_record *cpe = map_get(&observer->by_mac, str_make(mac, 6));
	char text[MAC_TEXT_MAX];

	if (cpe) {
		if (cpe->first.number == 0)
			cpe->first = frame;
		return cpe;
	}
	cpe = add_cpe(observer, frame);
	if (!cpe)
		return NULL;
	memcpy(cpe->mac, mac, 6);
	cpe->has_mac = true;
	cpe->mac_text = observer_strdup(observer, str_of(mac_text(mac, text)));
	if (map_put(&observer->by_mac, str_make(cpe->mac, 6), cpe) < 0)
		observer->error = -ENOMEM;
	return cpe;
}

/* IPv4 is what all the tables are keyed by; IPv6 peers go by their text. */
static struct str address_key(const struct address *address)
{
	return str_make(address->bytes, address->family == ADDRESS_IPV4 ? 4 : 16);
}

static void put_address(struct observer *observer, struct cpe_record *cpe,
    const struct address *address)
{
	struct address *kept = observer_alloc(observer, sizeof(*kept));
	char text[ADDRESS_TEXT_MAX];

	if (!kept)
		return;
	*kept = *address;
	cpe->address_text =
	    observer_strdup(observer, str_of(address_text(address, text)));
	if (map_put(&observer->by_address, address_key(kept), cpe) < 0)
		observer->error = -ENOMEM;
}

struct cpe_record *observer_cpe_by_address(struct observer *observer,
    const struct address *address, struct frame_ref frame)
{
	struct cpe_record *cpe = map_get(&observer->by_address, address_key(address));

	if (cpe)
		return cpe;
	cpe = add_cpe(observer, frame);
	if (!cpe)
		return NULL;
	if (address->family == ADDRESS_IPV4)
		cpe->address = get_u32(address->bytes);
	put_address(observer, cpe, address);
	return cpe;
}

void observer_bind(struct observer *observer, struct cpe_record *cpe, uint32_t address)
{
	struct address at = { ADDRESS_IPV4,
		{ (uint8_t)(address >> 24), (uint8_t)(address >> 16),
		    (uint8_t)(address >> 8), (uint8_t)address } };

	if (cpe->address == address ||
	    map_get(&observer->by_address, address_key(&at)) == cpe)
		return;
	cpe->address = address;
	put_address(observer, cpe, &at);
}

static void observe_arp(void *user, bool is_reply, const uint8_t sender_mac[6],
    uint32_t sender, uint32_t target, struct frame_ref frame)
{
	struct observer *observer = user;
	struct cpe_record *cpe = map_get(&observer->by_mac, str_make(sender_mac, 6));

	(void)is_reply;
	(void)target;
	(void)frame;
	/* ARP alone makes nobody a CPE, but it tells where a known one is; a probe has no
	 * sender (RFC 5227 2.1.1). */
	if (cpe && sender != 0)
		observer_bind(observer, cpe, sender);
}

/* ---- connections ------------------------------------------------------------------- */

static struct conn_state *state_of(struct observer *observer, struct conn *conn,
    struct frame_ref frame)
{
	struct conn_state *state = conn->user;
	struct conn_record *record;

	if (state)
		return state;
	state = calloc(1, sizeof(*state));
	record = observer_alloc(observer, sizeof(*record));
	if (!state || !record) {
		free(state);
		observer->error = -ENOMEM;
		return NULL;
	}
	record->id = conn->id;
	record->server = conn->server;
	record->client_port = conn->client_port;
	record->server_port = conn->server_port;
	record->cpe = observer_cpe_by_address(observer, &conn->client, frame);
	if (record->cpe)
		observer_push(observer, &record->cpe->conns, record);
	state->observer = observer;
	state->record = record;
	http_stream_init(&state->request, true);
	http_stream_init(&state->response, false);
	conn->user = state;
	return state;
}

static void note(struct frame_ref *at, struct frame_ref frame)
{
	if (at->number == 0)
		*at = frame;
}

static void finish_streams(struct conn_state *state, enum direction from,
    struct frame_ref frame)
{
	if (from == FROM_CLIENT)
		http_stream_finish(&state->request, frame, observe_request, state);
	else
		http_stream_finish(&state->response, frame, observe_response, state);
}

static void observe_event(void *user, struct conn *conn, enum conn_event event,
    enum direction from, struct frame_ref frame)
{
	struct conn_state *state = state_of(user, conn, frame);
	struct conn_record *record = state ? state->record : NULL;

	if (!record)
		return;
	record->flags = conn->flags;
	record->last = frame;
	switch (event) {
	case CONN_SYN:
		note(&record->syn, frame);
		record->n_syns++;
		return;
	case CONN_SYNACK:
		note(&record->synack, frame);
		return;
	case CONN_ESTABLISHED:
		note(&record->established, frame);
		return;
	case CONN_FIN:
		finish_streams(state, from, frame);
		note(from == FROM_CLIENT ? &record->client_fin : &record->server_fin,
		    frame);
		return;
	case CONN_RST:
		if (record->rst.number == 0)
			record->rst_from = from;
		note(&record->rst, frame);
		finish_streams(state, FROM_CLIENT, frame);
		finish_streams(state, FROM_SERVER, frame);
		return;
	case CONN_IDLE_EVICTED:
	case CONN_END_OF_CAPTURE:
		finish_streams(state, FROM_CLIENT, frame);
		finish_streams(state, FROM_SERVER, frame);
		return;
	}
}

static void observe_data(void *user, struct conn *conn, enum direction from,
    struct str bytes, struct frame_ref frame)
{
	struct conn_state *state = state_of(user, conn, frame);

	if (!state)
		return;
	state->record->flags = conn->flags;
	state->record->last = frame;
	if (from == FROM_CLIENT)
		http_stream_feed(&state->request, bytes, frame, STR_NULL,
		    observe_request, state);
	else
		http_stream_feed(&state->response, bytes, frame, str_of(state->method),
		    observe_response, state);
	state->record->is_alien = state->request.state == HTTP_STREAM_ALIEN;
}

static void observe_gap(void *user, struct conn *conn, enum direction from,
    uint64_t bytes, struct frame_ref frame)
{
	struct conn_state *state = state_of(user, conn, frame);

	(void)bytes;
	if (!state)
		return;
	state->record->has_gap = true;
	note(&state->record->gap, frame);
	if (from == FROM_CLIENT)
		http_stream_gap(&state->request, frame, observe_request, state);
	else
		http_stream_gap(&state->response, frame, observe_response, state);
}

static void observe_closed(void *user, struct conn *conn)
{
	struct conn_state *state = conn->user;

	(void)user;
	if (!state)
		return;
	state->record->flags = conn->flags;
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
	struct cpe_record *cpe = map_get(&observer->by_address, address_key(by));

	(void)from;
	for (size_t i = cpe && protocol == tcp ? cpe->conns.len : 0; i-- > 0;) {
		struct conn_record *conn = cpe->conns.items[i];

		if (conn->server_port != to_port || !address_eq(&conn->server, to))
			continue;
		note(&conn->unreachable, frame);
		conn->unreachable_code = code;
		return;
	}
}

/* ---- interface --------------------------------------------------------------------- */

struct observer *observer_new(const struct observer_options *options)
{
	struct observer *observer = calloc(1, sizeof(*observer));

	if (!observer)
		return NULL;
	observer->options = *options;
	observer->arena.max = OBSERVER_ARENA_MAX;
	observer->scratch.max = OBSERVER_SCRATCH_MAX;
	observer->reader = cwmp_reader_new();
	if (!observer->reader) {
		free(observer);
		return NULL;
	}
	return observer;
}

void observer_free(struct observer *observer)
{
	if (!observer)
		return;
	cwmp_reader_free(observer->reader);
	map_free(&observer->by_mac);
	map_free(&observer->by_address);
	map_free(&observer->names);
	arena_free(&observer->scratch);
	arena_free(&observer->arena);
	free(observer);
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
	};
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

const struct records *observer_cpes(const struct observer *observer)
{
	return &observer->cpes;
}

struct arena *observer_arena(struct observer *observer)
{
	return &observer->arena;
}

int observer_error(const struct observer *observer)
{
	return observer->error;
}
