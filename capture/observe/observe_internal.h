/* Shared by the files of the observer alone. Each uses those whose functions stand before its
 * own here, and none that stand after; observer.c uses them all. */
#pragma once

#include "capture/message/http_stream.h"
#include "capture/observe/observer.h"
#include "lib/base/map.h"
#include "lib/proto/cwmp_reader.h"

enum {
	OBSERVER_ARENA_MAX = 1 << 30,
	OBSERVER_SCRATCH_MAX = 64 << 20,
	OBSERVER_BODIES_MAX = 128 << 20,
	DETAIL_MAX = 160,
	OUTSTANDING_MAX = 8, /* requests of a connection without a response */
};

/* TR-069 A6 3.7.2.1, 3.2.2: how long a session may be silent, and how long after a
 * connection request it may take to begin. */
static const clock_ns session_grace = 30 * NS_PER_S;

/* Where records are made, and the one copy of what recurs. */
struct observer_memory {
	struct arena arena;   /* what lives as long as the observer */
	struct arena scratch; /* one message */
	struct http_budget bodies;
	struct map interned;    /* char */
	struct map leases;      /* struct lease_record */
	struct map resolutions; /* struct resolution, by its addresses and name */
	int error;              /* -ENOMEM where a record had no room */
};

/* Who is found by what. */
struct observer_index {
	struct map by_mac, by_address; /* struct cpe_record */
	struct map by_duid;    /* the same, by the client's DUID (RFC 8415 11) */
	struct map by_device;  /* struct device_record, by DeviceId */
	struct map by_cookie;  /* struct session_record */
	struct map names;      /* struct resolved_name */
	struct map call_paths; /* struct device_record */
};

/* Only where records are kept, in the order of their first frame. */
struct observer_kept {
	struct records cpes, devices, sessions, conns;
	struct records dropped; /* sessions that proved to be none */
};

/* Who waits for what. */
struct observer_queues {
	struct list running; /* sessions with a connection that is open */
	struct list waiting; /* sessions without; those that wait longest first */
	struct list overdue; /* devices that WHOLE_OVERDUE is due for, soonest first */
};

struct observer {
	struct observer_options options;
	struct observer_counts counts;
	struct observer_memory memory;
	struct observer_index index;
	struct observer_kept kept;
	struct observer_queues queues;
	struct device_record *first_device, *last_device; /* by their first frame */
	struct fleet_record fleet;
	struct cwmp_reader *reader;
	uint64_t last_session;
	struct frame_ref first, now;
};

struct resolved_name {
	const char *name;
	struct resolved_address {
		struct address address;
		uint64_t frame; /* of the first answer with it */
	} addresses[16];
	size_t len;
};

/* A request whose response is due. */
struct outstanding {
	struct http_record *record; /* null: of no interest */
	bool is_head;
};

/* What is remembered of a connection while it lives. */
struct conn_state {
	struct observer *observer;
	struct conn *conn;
	struct conn_record *record;
	struct session_record *session; /* of its last message, or null */
	struct http_stream request, response;
	struct outstanding outstanding[OUTSTANDING_MAX];
	size_t n_outstanding;
	bool has_spoken, is_over;
	struct call_record *call; /* the one that waits for its answer */
};

/* One message as it comes in: all that the rules may look at. */
struct incoming {
	struct conn_state *state;
	const struct http_stream_message *message;
	const struct session_record *session; /* null: of none, or not known yet */
	struct str body;                      /* unpacked */
	const struct cwmp_msg *msg;           /* null: no envelope that can be read */
	const char *bad; /* why not; null: there is none or it can */
};

/* Only the first frame of its kind counts. */
static inline void frame_note(struct frame_ref *at, struct frame_ref frame)
{
	if (at->number == 0)
		*at = frame;
}

/* What has become whole goes to the listener, where there is one. */
static inline void observer_tell(struct observer *observer, enum whole_what what,
    struct whole *whole)
{
	if (observer->options.whole)
		observer->options.whole(observer->options.whole_user, what, whole);
}

/* ---- observe_memory.c --------------------------------------------------------------- */

/* Arena copies; null (and the observer's error) without memory. */
void *observer_alloc_in(struct observer *observer, struct arena *arena, size_t size);
char *observer_strdup_in(struct observer *observer, struct arena *arena, struct str s);
/* The same, null for an empty view. */
char *observer_text_in(struct observer *observer, struct arena *arena, struct str s);
void observer_push_in(struct observer *observer, struct arena *arena,
    struct records *records, void *item);
/* In the observer's own arena. */
void *observer_alloc(struct observer *observer, size_t size);
char *observer_strdup(struct observer *observer, struct str s);
char *observer_text(struct observer *observer, struct str s);
void observer_push(struct observer *observer, struct records *records, void *item);
/* The one copy of s that there is; null for an empty view. */
const char *observer_intern(struct observer *observer, struct str s);

/* ---- observe_cpe.c ------------------------------------------------------------------ */

struct cpe_record *observer_cpe_by_mac(struct observer *observer, const uint8_t mac[6],
    struct frame_ref frame);
struct cpe_record *observer_cpe_by_address(struct observer *observer,
    const struct address *address, struct frame_ref frame);
/* Null where nobody is known there. */
struct cpe_record *observer_find_cpe(const struct observer *observer,
    const struct address *address);
/* From now on the address is that CPE's. */
void observer_bind(struct observer *observer, struct cpe_record *cpe, uint32_t address);
/* The same for IPv6, beside the address of IPv4 by which people know the CPE. */
void observer_bind_ip6(struct observer *observer, struct cpe_record *cpe,
    const struct address *address);

/* ---- conn_state.c ------------------------------------------------------------------- */

/* The state of a connection that is seen for the first time, as conn->user. Null without
 * memory. */
struct conn_state *conn_state_new(struct observer *observer, struct conn *conn);
void conn_state_free(struct conn_state *state);
/* The CPE at the client's end of the connection. */
struct cpe_record *conn_host(struct conn_state *state, struct frame_ref frame);
void conn_ref(struct conn_record *conn);
void conn_unref(struct observer *observer, struct conn_record *conn);

/* ---- device_more.c ------------------------------------------------------------------ */

/* Made when it is asked for. Null without memory. */
struct device_more *device_more(struct observer *observer,
    struct device_record *device);

/* ---- device_settings.c -------------------------------------------------------------- */

/* What its ACS asked of it in this session, and it confirmed. */
void device_learn_turns(struct observer *observer, struct session_record *session);
/* The Inform was answered: events in it are not owed any more. */
void device_pay(struct device_record *device, const struct http_record *inform);
/* A session of it was hidden: what its ACS set before may not hold any more. */
void device_forget(struct device_record *device);

/* ---- device_http.c ------------------------------------------------------------------ */

/* Cookies, nonces and redirects of a session that has ended. */
void device_learn_http(struct observer *observer, struct device_record *device,
    const struct session_record *session);

/* ---- device.c ----------------------------------------------------------------------- */

struct device_record *device_of(struct observer *observer,
    const struct cwmp_device_id *id);
/* WHOLE_OVERDUE is told in a grace from now. */
void device_overdue_later(struct observer *observer, struct device_record *device);
/* The session becomes part of its device's history. */
void device_learn(struct observer *observer, struct session_record *session);
/* Devices whose last session ended a grace ago: WHOLE_OVERDUE. */
void devices_sweep(struct observer *observer, struct frame_ref now);
void devices_finish(struct observer *observer);
void devices_free(struct observer *observer);

/* ---- session_life.c: how it goes on and ends ---------------------------------------- */

struct session_record *session_new(struct conn_state *state, struct frame_ref frame);
/* A connection becomes part of it, unless it is already. */
void session_add_conn(struct session_record *session, struct conn_state *state);
/* A message joins: what is seen of the session so far follows from it. */
void session_take(struct observer *observer, struct session_record *session,
    struct http_record *http);
/* One of its connections is over. */
void session_conn_over(struct observer *observer, struct session_record *session,
    struct frame_ref frame);
void session_hide(struct session_record *session, unsigned shown, const char *why);
void session_end(struct observer *observer, struct session_record *session);
/* Those that have waited too long at now. */
void sessions_sweep(struct observer *observer, struct frame_ref now);
void sessions_finish(struct observer *observer);
/* What sessions are left when the observer goes. */
void sessions_free(struct observer *observer);

/* ---- session_join.c: which session a message belongs to ----------------------------- */

struct session_record *session_of_request(struct conn_state *state,
    const struct incoming *in);
struct session_record *session_of_response(struct conn_state *state,
    const struct incoming *in);
/* A session without messages, for a connection that never came so far. */
struct session_record *session_of_silence(struct conn_state *state, const char *why,
    struct frame_ref frame);
/* The response sets cookies by which later connections find the session. */
void session_take_cookies(struct observer *observer, struct session_record *session,
    const struct http_head *head);

/* ---- observe_lease.c: what both keep ------------------------------------------------- */

/* Sub-options 1 to 4 of options 125 and 17 into record->acs, views as they are. */
void lease_read_subs(struct dhcp_record *record, const struct str sub[17]);
/* The one copy of what many CPEs are given; null without memory. */
const struct lease_record *lease_intern(struct observer *observer,
    const struct dhcp_record *record);
/* A row of the CPE's history; record's views are copied. raw: the option that names the
 * ACS; options: the line of dhcp_options.h. */
void lease_keep(struct observer *observer, struct cpe_record *cpe,
    const struct dhcp_record *record, struct str raw, struct str options);

/* ---- observe_dhcp.c, observe_dhcp6.c ------------------------------------------------- */

void observe_dhcp(struct observer *observer, struct str payload,
    struct frame_ref frame);
/* from_mac: of the frame; zeros where its link has none. Returns the client, or null. */
struct cpe_record *observe_dhcp6(struct observer *observer, struct str payload,
    const uint8_t from_mac[6], struct frame_ref frame);

/* ---- observe_dns.c ------------------------------------------------------------------ */

/* client: who asked, or is answered. */
void observe_dns(struct observer *observer, const struct address *client,
    struct str payload, bool is_answer, struct frame_ref frame);

/* ---- head_facts.c: of its head ------------------------------------------------------- */

/* record->frame is set. */
void head_facts_keep(struct observer *observer, struct arena *arena,
    struct http_record *record, const struct http_head *head);

/* ---- http_facts.c: what a record keeps of a message --------------------------------- */

struct http_record *http_facts_new(struct observer *observer, struct arena *arena,
    const struct incoming *in);

/* ---- observe_call.c ----------------------------------------------------------------- */

/* Whether the first message of this connection is a connection request. */
bool call_is_one(struct conn_state *state, const struct http_head *head);
/* The first frame of a connection: it may become a call whose messages are missing. */
void call_note_opened(struct conn_state *state, struct frame_ref frame);
void call_request(struct conn_state *state, const struct incoming *in);
void call_response(struct conn_state *state, const struct incoming *in);
/* The connection is over: a GET that waits for its answer gets none. */
void call_close(struct conn_state *state);

/* ---- what the sink is told of, by file ----------------------------------------------- */

/* observe_conn.c */
void observe_opened(struct conn_state *state, struct frame_ref frame);
void observe_event(struct conn_state *state, enum conn_event event, enum direction from,
    struct frame_ref frame);
void observe_data(struct conn_state *state, enum direction from, struct str bytes,
    struct frame_ref frame);
void observe_gap(struct conn_state *state, enum direction from, uint64_t bytes,
    struct frame_ref frame);
/* Frees state. */
void observe_closed(struct conn_state *state);
void observe_unreachable(struct observer *observer, const struct address *by,
    const struct address *to, uint16_t to_port, uint8_t protocol, uint8_t code,
    struct frame_ref frame);
/* observe_tls.c */
void observe_tls(struct conn_state *state, const struct tls_event *event,
    enum direction from, struct frame_ref frame);
/* observe_udp.c; from_mac: of the frame; zeros where its link has none. */
void observe_datagram(struct observer *observer, const struct datagram_record *datagram,
    const uint8_t from_mac[6]);
/* observe_cpe.c */
void observe_arp(struct observer *observer, bool is_reply, const uint8_t sender_mac[6],
    uint32_t sender, uint32_t target, struct frame_ref frame);
/* observe_http.c: handlers of the two HTTP streams; user is the conn_state. */
void observe_request(void *user, const struct http_stream_message *message);
void observe_response(void *user, const struct http_stream_message *message);
