/* The roof of the observer: what the decoder tells goes to the file that knows of it. */
#include "capture/observe/observe_internal.h"

#include "lib/cwmp/cwmp_secrets.h"
#include "lib/xml/xml_read.h"

#include <errno.h>
#include <stdlib.h>

/* Time goes on: what waited long enough ends. */
static void tick(struct observer *observer, struct frame_ref frame)
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
		tick(observer, (struct frame_ref){ observer->now.number, now });
}

/* ---- the sink ------------------------------------------------------------------------ */

/* The connection is seen, and what it hides noted, before time goes on: a session that ends
 * at this very frame must know of it. Null without memory. */
static struct conn_state *seen(struct observer *observer, struct conn *conn,
    struct frame_ref frame)
{
	struct conn_state *state = conn->user;

	if (!state) {
		state = conn_state_new(observer, conn);
		if (state)
			observe_opened(state, frame);
	}
	tick(observer, frame);
	return state;
}

static void on_event(void *user, struct conn *conn, enum conn_event event,
    enum direction from, struct frame_ref frame)
{
	struct conn_state *state = seen(user, conn, frame);

	if (state)
		observe_event(state, event, from, frame);
}

static void on_tls(void *user, struct conn *conn, const struct tls_event *event,
    enum direction from, struct frame_ref frame)
{
	struct conn_state *state = seen(user, conn, frame);

	if (state)
		observe_tls(state, event, from, frame);
}

static void on_data(void *user, struct conn *conn, enum direction from,
    struct str bytes, struct frame_ref frame)
{
	struct conn_state *state = seen(user, conn, frame);

	if (state)
		observe_data(state, from, bytes, frame);
}

static void on_gap(void *user, struct conn *conn, enum direction from, uint64_t bytes,
    struct frame_ref frame)
{
	struct conn_state *state = seen(user, conn, frame);

	if (state)
		observe_gap(state, from, bytes, frame);
}

/* Numbers come in order, from 1. */
static void on_message(void *user, uint64_t number, uint32_t line)
{
	struct observer *observer = user;
	struct text_lines *lines = &observer->lines;
	size_t cap = lines->cap ? lines->cap * 2 : 64;
	uint32_t *items;

	if (number != lines->len + 1)
		return;
	if (lines->len == lines->cap) {
		items = realloc(lines->items, cap * sizeof(*items));
		if (!items) {
			observer->memory.error = -ENOMEM;
			return;
		}
		lines->items = items;
		lines->cap = cap;
	}
	lines->items[lines->len++] = line;
}

static void on_closed(void *user, struct conn *conn)
{
	(void)user;
	if (conn->user)
		observe_closed(conn->user);
}

static void on_datagram(void *user, const struct address *from, uint16_t from_port,
    const struct address *to, uint16_t to_port, const uint8_t from_mac[6],
    uint32_t vlan, struct str payload, struct frame_ref frame)
{
	tick(user, frame);
	observe_datagram(user,
	    &(struct datagram_record){ frame, *from, *to, from_port, to_port, vlan,
		payload },
	    from_mac);
}

static void on_arp(void *user, bool is_reply, const uint8_t sender_mac[6],
    uint32_t sender, uint32_t target, struct frame_ref frame)
{
	tick(user, frame);
	observe_arp(user, is_reply, sender_mac, sender, target, frame);
}

static void on_unreachable(void *user, const struct address *from,
    const struct address *by, uint16_t by_port, const struct address *to,
    uint16_t to_port, uint8_t protocol, uint8_t code, struct frame_ref frame)
{
	(void)from;
	tick(user, frame);
	observe_unreachable(user, by, by_port, to, to_port, protocol, code, frame);
}

static void on_echo(void *user, const struct address *from, const struct address *to,
    bool is_reply, uint16_t id, uint16_t sequence, struct frame_ref frame)
{
	tick(user, frame);
	observe_echo(user, is_reply ? to : from, is_reply ? from : to,
	    &(struct echo_record){ is_reply, id, sequence, frame.time });
}

static void on_progress(void *user, uint64_t frames, uint64_t bytes)
{
	struct observer *observer = user;

	observer->options.progress(observer->options.user, frames, bytes);
}

struct conn_sink observer_sink(struct observer *observer)
{
	return (struct conn_sink){
		.user = observer,
		.event = on_event,
		.tls = on_tls,
		.data = on_data,
		.gap = on_gap,
		.message = on_message,
		.closed = on_closed,
		.datagram = on_datagram,
		.arp = on_arp,
		.unreachable = on_unreachable,
		.echo = on_echo,
		.progress = observer->options.progress ? on_progress : NULL,
	};
}

/* ---- interface --------------------------------------------------------------------- */

static void seed_maps(struct observer *observer)
{
	struct map *const maps[] = { &observer->index.by_mac,
		&observer->index.by_address, &observer->index.by_duid,
		&observer->index.names, &observer->memory.resolutions,
		&observer->memory.interned, &observer->memory.leases,
		&observer->index.by_device, &observer->index.by_cookie,
		&observer->index.call_paths, &observer->index.calls,
		&observer->index.acss };

	for (size_t i = 0; i < ARRAY_LEN(maps); i++)
		maps[i]->seed = observer->options.hash_seed;
	observer->certificates.seed = observer->options.hash_seed;
}

struct observer *observer_new(const struct observer_options *options)
{
	struct observer *observer = calloc(1, sizeof(*observer));

	if (!observer)
		return NULL;
	observer->options = *options;
	seed_maps(observer);
	observer->memory.arena.max = OBSERVER_ARENA_MAX;
	observer->memory.scratch.max = OBSERVER_SCRATCH_MAX;
	observer->memory.bodies.max = OBSERVER_BODIES_MAX;
	list_init(&observer->strangers.list);
	list_init(&observer->strangers.known);
	list_init(&observer->devices.all);
	list_init(&observer->acts.all);
	list_init(&observer->queues.running);
	list_init(&observer->queues.waiting);
	list_init(&observer->queues.opening);
	list_init(&observer->queues.trying);
	list_init(&observer->queues.overdue);
	observer->fleet.call_paths = &observer->index.call_paths;
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

		cwmp_secrets_free(&session->secrets);
		arena_free(&session->arena);
		free(session);
	}
}

/* Where records are kept, sessions and connections live until here. */
static void free_records(struct observer *observer)
{
	free_sessions(&observer->kept.sessions);
	free_sessions(&observer->kept.dropped);
	for (size_t i = 0; i < observer->kept.conns.len; i++) {
		struct conn_record *conn = observer->kept.conns.items[i];

		arena_free(&conn->arena);
		free(conn);
	}
}

void observer_free(struct observer *observer)
{
	if (!observer)
		return;
	sessions_free(observer);
	relays_free(observer);
	tries_free(observer);
	acts_free(observer);
	free(observer->exchanges);
	devices_free(observer);
	free_records(observer);
	hosts_free(observer);
	certificate_memory_free(&observer->certificates);
	cwmp_reader_free(observer->reader);
	xml_reader_free(observer->light_reader);
	map_free(&observer->index.by_mac);
	map_free(&observer->index.by_address);
	map_free(&observer->index.by_duid);
	map_free(&observer->index.names);
	map_free(&observer->memory.resolutions);
	map_free(&observer->memory.interned);
	map_free(&observer->memory.leases);
	map_free(&observer->index.by_device);
	map_free(&observer->index.by_cookie);
	map_free(&observer->index.call_paths);
	map_free(&observer->index.calls);
	map_free(&observer->index.acss);
	arena_free(&observer->memory.scratch);
	arena_free(&observer->memory.arena);
	arena_pool_free(&observer->memory.pool);
	free(observer->lines.items);
	free(observer);
}

uint32_t observer_line(const struct observer *observer, uint64_t number)
{
	return number > 0 && number <= observer->lines.len
		   ? observer->lines.items[number - 1]
		   : 0;
}

/* Leaves in the list of each CPE the connections that are its own. */
static void sort_out_conns(struct observer *observer)
{
	for (size_t i = 0; i < observer->kept.cpes.len; i++) {
		const struct cpe_record *cpe = observer->kept.cpes.items[i];
		struct records *conns = &cpe->kept->conns;
		uint32_t n = 0;

		for (size_t k = 0; k < conns->len; k++) {
			const struct conn_record *conn = conns->items[k];

			if (conn->cpe == cpe)
				conns->items[n++] = conns->items[k];
		}
		conns->len = n;
	}
}

void observer_finish(struct observer *observer, struct frame_ref last)
{
	if (last.number > 0) {
		last.time = MAX(last.time, observer->now.time);
		tick(observer, last);
	}
	sessions_finish(observer);
	tries_finish(observer);
	acts_finish(observer);
	devices_finish(observer);
	device_transfers_finish(observer);
	other_class_finish(observer);
	sort_out_conns(observer);
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
	return &observer->kept.sessions;
}

const struct records *observer_devices(const struct observer *observer)
{
	return &observer->kept.devices;
}

struct frame_ref observer_first(const struct observer *observer)
{
	return observer->first;
}

const struct records *observer_cpes(const struct observer *observer)
{
	return &observer->kept.cpes;
}

struct frame_ref observer_last(const struct observer *observer)
{
	return observer->now;
}

struct arena *observer_arena(struct observer *observer)
{
	return &observer->memory.arena;
}

int observer_error(const struct observer *observer)
{
	return observer->memory.error;
}
