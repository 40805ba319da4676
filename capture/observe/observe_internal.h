/* Shared by the files of the observer alone. Each uses those whose functions stand before its
 * own here, and none that stand after; observer.c uses them all. */
#pragma once

#include "capture/message/dns.h"
#include "capture/message/http_stream.h"
#include "capture/observe/observer.h"
#include "capture/tls/certificate_memory.h"
#include "lib/base/map.h"
#include "lib/cwmp/cwmp_reader.h"

enum {
	OBSERVER_ARENA_MAX = 1 << 30,
	OBSERVER_SCRATCH_MAX = 64 << 20,
	OBSERVER_BODIES_MAX = 128 << 20,
	DETAIL_MAX = 160,
	ACS_KEY_LEN = 18, /* an address, and a port */
	COOKIE_KEY_MAX = 512,
	OUTSTANDING_MAX = 8, /* requests of a connection without a response */
};

/* TR-069 A6 3.7.2.1, 3.2.2: how long a session may be silent, and how long after a
 * connection request it may take to begin. */
static const clock_ns session_grace = 30 * NS_PER_S;

/* Where records are made, and the tables by which what recurs is kept only once. */
struct observer_memory {
	struct arena arena;     /* what lives as long as the observer */
	struct arena_pool pool; /* of the arenas of sessions and connections */
	struct arena scratch;   /* one message */
	struct http_budget bodies;
	struct map interned; /* char */
	struct map leases;   /* struct lease_record */
	struct map
	    resolutions; /* struct resolution, owned, by its addresses and name */
	int error;       /* -ENOMEM where a record had no room */
};

/* The tables in which CPEs, devices, sessions and names are looked up. */
struct observer_index {
	struct map by_mac, by_address; /* struct cpe_record */
	struct map by_duid;    /* the same, by the client's DUID (RFC 8415 11) */
	struct map by_device;  /* struct device_record, by DeviceId */
	struct map by_cookie;  /* struct session_record */
	struct map names;      /* struct resolved_name */
	struct map call_paths; /* struct device_record */
	struct map calls;      /* the same, by URL, of those that share an address */
	struct map acss;       /* struct acs_record, by address and port */
};

/* Only where records are kept, in the order of their first frame. */
struct observer_kept {
	struct records cpes, devices, sessions, conns;
	struct records dropped; /* sessions that proved to be none */
};

/* Sessions and devices by what they wait for. */
struct observer_queues {
	struct list opening; /* connections that the server has not answered */
	struct list running; /* sessions with a connection that is open */
	struct list waiting; /* sessions without; those that wait longest first */
	struct list trying;  /* struct try_record, the oldest first */
	size_t n_trying;
	struct list overdue; /* devices that WHOLE_OVERDUE is due for, soonest first */
};

/* The lines on which the messages of a text begin, by their numbers from 1. */
struct text_lines {
	uint32_t *items; /* owned */
	size_t len, cap;
};

/* Hosts, see host_memory.c. */
struct observer_strangers {
	struct list list; /* struct cpe_record: at which no device was seen */
	size_t n;
	struct list known;
	uint64_t blind; /* the last frame that any of the forgotten ones was blind at */
};

/* What waits to be told, the oldest first; see host_acts.c. */
struct observer_acts {
	struct list all; /* struct waiting_act */
	size_t n;
};

struct waiting_act {
	struct list all, of_host;
	struct cpe_record *host;
	struct host_act what; /* in arena, or dns */
	struct dns_exchange dns;
	struct arena arena;
};

/* Devices, by their first frame until some are forgotten; see device_memory.c. */
struct observer_devices {
	struct list all; /* struct device_record */
	size_t n;
};

enum {
	DHCP_CLASSES = 64,
	DHCP_CLASS_KEPT = 40, /* bytes of one, its end included */
	DHCP_EXCHANGES = 256
};

struct observer {
	struct observer_options options;
	struct observer_strangers strangers;
	struct observer_counts counts;
	uint8_t other_class[6]; /* the MAC of counts.other_class */
	/* What clients last said in option 60, by the last bits of their MACs. */
	struct {
		uint8_t mac[6];
		char text[DHCP_CLASS_KEPT];
	} classes[DHCP_CLASSES];
	/* Owned: the last exchanges, DHCP_EXCHANGES of them by the last bits of MACs; null:
	 * there was none. */
	struct dhcp_exchange *exchanges;
	struct observer_memory memory;
	struct observer_index index;
	struct observer_kept kept;
	struct observer_queues queues;
	struct observer_devices devices;
	struct observer_acts acts;
	struct fleet_record fleet;
	struct certificate_memory certificates;
	struct cwmp_reader *reader;
	struct xml_reader
	    *light_reader; /* null: no lightweight notification came yet */
	uint64_t last_session;
	struct frame_ref first, now;
	/* The last SYN of a client whose MAC is not known: it may be any of the CPEs of which no
	 * address is. */
	uint64_t nameless_syn;
	unsigned lacks;          /* enum lack: of all that is read */
	struct text_lines lines; /* of a text */
	struct relays *relays;   /* owned; null: no proxy was seen */
};

struct acs_record { /* a server that was sent an Inform */
	char key[ACS_KEY_LEN];
	bool has_answered;
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
	struct http_record *record; /* null: none was kept */
	bool is_head;
	bool is_apart; /* it is of no session, and so is its response */
};

/* What is remembered of a connection while it lives. */
struct conn_state {
	struct observer *observer;
	struct conn *conn;
	struct conn_record *record;
	struct list opening;            /* while its SYN is not answered */
	struct session_record *session; /* of its last message, or null */
	uint32_t place; /* of the connection among those of the session */
	struct http_stream request, response;
	struct outstanding outstanding[OUTSTANDING_MAX];
	size_t n_outstanding;
	bool has_spoken;          /* a message of it was told */
	bool has_asked;           /* a request of it was */
	bool has_begun;           /* bytes of the client were told */
	bool is_over;             /* what still comes is not looked at */
	uint64_t relay;           /* of its last request at a proxy; 0: none */
	struct call_record *call; /* the one that waits for its answer */
	struct file_asked *file;  /* owned: the request for a file that does; or null */
};

/* One message as it comes in: all that the rules may look at. */
struct incoming {
	struct conn_state *state;
	const struct http_stream_message *message;
	const struct session_record *session; /* null: of none, or not known yet */
	struct str body;                      /* unpacked */
	const struct cwmp_msg *msg;           /* null: no envelope that can be read */
	const char *bad; /* why the envelope cannot be read; null: none, or it can */
};

/* Keeps the first frame of a kind: later ones change nothing. */
static inline void frame_note(struct frame_ref *at, struct frame_ref frame)
{
	if (at->number == 0)
		*at = frame;
}

/* Whether people will look at sessions, and not at findings alone. */
static inline bool observer_shows_sessions(const struct observer *observer)
{
	return observer->options.keep_records || observer->options.ended;
}

/* Tells the listener, where there is one, what has become whole. */
static inline void observer_tell(struct observer *observer, enum whole_what what,
    struct whole *whole)
{
	whole->lacks = observer->lacks | (whole->session ? whole->session->lacks : 0u);
	if (observer->options.whole)
		observer->options.whole(observer->options.whole_user, what, whole);
}

/* ---- observe_memory.c --------------------------------------------------------------- */

/* Make things in an arena. Without memory they return null and set the observer's error. */
void *observer_alloc_in(struct observer *observer, struct arena *arena, size_t size);
char *observer_strdup_in(struct observer *observer, struct arena *arena, struct str s);
/* The same, but null for an empty view. */
char *observer_text_in(struct observer *observer, struct arena *arena, struct str s);
void observer_push_in(struct observer *observer, struct arena *arena,
    struct records *records, void *item);
/* The same in the observer's own arena. */
void *observer_alloc(struct observer *observer, size_t size);
char *observer_strdup(struct observer *observer, struct str s);
char *observer_text(struct observer *observer, struct str s);
void observer_push(struct observer *observer, struct records *records, void *item);
/* The one copy of s that there is; null for an empty view. */
const char *observer_intern(struct observer *observer, struct str s);
/* device->more, made at the first call. Null without memory. */
struct device_more *device_more(struct observer *observer,
    struct device_record *device);

/* ---- look_ups.c ----------------------------------------------------------------------- */

/* The addresses that a message answers its question with; returns how many. */
size_t look_ups_told(const struct dns_message *message,
    struct address addresses[DNS_ADDRESSES_MAX]);
/* The look-up that the message, a query or an answer, belongs to; null: none of those that
 * are remembered. */
struct look_up *look_ups_find(const struct cpe_record *cpe,
    const struct dns_message *message);
/* The CPE looks a name up; message is without addresses. */
void look_ups_add(struct observer *observer, struct cpe_record *cpe,
    const struct dns_message *message, struct frame_ref frame);
/* The first answer to it. */
void look_ups_answer(struct observer *observer, struct look_up *look_up,
    const struct dns_message *message, struct frame_ref frame);
/* Gives back what is remembered of the names that the CPE looked up. */
void look_ups_free(struct observer *observer, struct cpe_record *cpe);

/* ---- host_acts.c ----------------------------------------------------------------------- */

/* Something that the host does, which the caller is to fill in. Null where nobody is to be told
 * of it, or without memory. */
struct waiting_act *act_new(struct observer *observer, struct cpe_record *host);
/* The host looks up a name. */
void act_query(struct observer *observer, struct cpe_record *host,
    const struct dns_exchange *query);
/* The query that the answer belongs to, to be filled in, or null. */
struct dns_exchange *act_find_query(const struct cpe_record *host,
    const struct dns_message *message);
/* Tells what the host has done and is whole, if it is known to be a CPE. */
void acts_tell(struct observer *observer, struct cpe_record *host);
/* The host has sent a lightweight notification. */
void act_light(struct observer *observer, const struct cpe_record *host,
    const struct light_record *light);
/* The host, which may be null, was called. */
void act_call(struct observer *observer, const struct cpe_record *host,
    const struct call_record *call);
/* The host is forgotten. */
void acts_forget(struct observer *observer, struct cpe_record *host);
/* The capture is over: tells what is left. */
void acts_finish(struct observer *observer);
void acts_free(struct observer *observer);

/* ---- host_memory.c -------------------------------------------------------------------- */

/* The bytes of the address: 4 or 16, so that addresses of the two versions never collide. */
static inline struct str address_key(const struct address *address)
{
	return str_make(address->bytes, address->family == ADDRESS_IPV4 ? 4 : 16);
}

/* A host that nobody refers to yet. It may take the place of one that nobody referred to any
 * more, so it is found by none of the tables. Null without memory. */
struct cpe_record *host_new(struct observer *observer, struct frame_ref frame);
/* From now on, it is found in the table by these bytes, too, which are copied; of the
 * bytes of one host the 64 latest are kept. */
void host_add_key(struct observer *observer, struct cpe_record *host, struct map *map,
    struct str bytes);
/* A device was seen there: the host is remembered as long as that device is. */
void host_pin(struct observer *observer, struct cpe_record *host);
/* A device that was seen there is forgotten. */
void host_unpin(struct observer *observer, struct cpe_record *host);
void hosts_free(struct observer *observer);

/* ---- observe_cpe.c ------------------------------------------------------------------ */

/* The CPE of that MAC, or at that address. Where there is none it is made, and frame
 * becomes its first. Null without memory. */
struct cpe_record *observer_cpe_by_mac(struct observer *observer, const uint8_t mac[6],
    struct frame_ref frame);
struct cpe_record *observer_cpe_by_address(struct observer *observer,
    const struct address *address, struct frame_ref frame);
/* The same, but null where nobody is known at that address. */
struct cpe_record *observer_find_cpe(const struct observer *observer,
    const struct address *address);
/* From now on the address, in host byte order, is that CPE's. */
void observer_bind(struct observer *observer, struct cpe_record *cpe, uint32_t address);
/* The same for IPv6. A CPE that has an address of IPv4 keeps that as the one it is known
 * by. */
void observer_bind_ip6(struct observer *observer, struct cpe_record *cpe,
    const struct address *address);

/* ---- observe_acs.c: where the ACSs are ------------------------------------------------ */

/* Whether it is a port at which the options or a common use place ACSs. */
bool acs_is_port(const struct observer *observer, uint16_t port);
/* The server of the connection was sent an Inform, or has answered one. */
void acs_note(struct observer *observer, const struct conn_record *conn,
    bool has_answered);
/* Whether it is an ACS: it has answered an Inform. */
bool acs_has_answered(const struct observer *observer, const struct conn_record *conn);
/* Whether the connection leads to an ACS beyond doubt: one that was sent an Inform, that the
 * options name, or that the CPE host, which may be null, was told of. */
bool acs_is_meant(const struct observer *observer, const struct cpe_record *host,
    const struct conn_record *conn);
/* Whether it leads to a server of TLS at a port of CWMP, whose client nobody knows. */
bool acs_may_be(const struct observer *observer, const struct conn_record *conn);

/* ---- conn_state.c ------------------------------------------------------------------- */

/* What a connection of a text lacks (enum lack); 0 for others. */
unsigned conn_lacks(const struct conn *conn);
/* Makes the state of a connection that is seen for the first time, and puts it into
 * conn->user. observe_closed() frees it. Null without memory. */
struct conn_state *conn_state_new(struct observer *observer, struct conn *conn);
void conn_state_free(struct conn_state *state);
/* The CPE at the client's end of the connection, made when there is none. */
struct cpe_record *conn_host(struct conn_state *state, struct frame_ref frame);
/* The connection carries its session no more. Which responses to that one's requests are still
 * to come is not known, so none is given to them. */
void conn_forget_session(struct conn_state *state);
/* The connection is that CPE's, which may be null. */
void conn_give(struct conn_record *conn, struct cpe_record *cpe);
/* A record lives as long as its connection or a session that has it; where records are
 * kept, as long as the observer. */
void conn_ref(struct conn_record *conn);
void conn_unref(struct observer *observer, struct conn_record *conn);

/* ---- file_order.c: the files that RPCs name -------------------------------------------- */

/* The device's ACS has sent that request: where it names a file that goes over HTTP, the device
 * has an order. */
void file_order_add(struct observer *observer, struct device_record *device,
    const struct http_record *request, const struct cwmp_args *args);
/* The order that the ACS's request in that frame made, or null. */
struct file_order *file_order_find(const struct device_record *device, uint64_t asked);
/* Forgets the orders whose transfers the CPE's message, which answers the ACS's request asked
 * (or null), tells to be over. */
void file_orders_end(struct device_record *device, const struct http_record *message,
    const struct http_record *asked);
/* Forgets all of them. */
void file_orders_free(struct device_more *more);

/* ---- device_owed.c ------------------------------------------------------------------- */

/* The device has promised that event by a response; key may be null. due: not before. */
void device_owe(struct observer *observer, struct device_record *device,
    enum cwmp_event_code code, const char *key, const struct http_record *since,
    clock_ns due);
/* The Inform was answered: the device does not owe the events in it any more. 8
 * DIAGNOSTICS COMPLETE does not say which diagnostics have ended: it pays those whose
 * end was read before; of the others device_learn_ends() tells. A boot pays all of
 * them, as it loses them. */
void device_pay(struct device_record *device, const struct http_record *inform);
/* A Set was answered: of an argument it takes the request of a diagnostic back, of the
 * state it begins one anew. */
void device_learn_requests(struct observer *observer, struct device_record *device,
    const struct http_record *asked, const struct http_record *response);
/* A response that may read which diagnostics have ended, and which run still. */
void device_learn_ends(struct device_record *device,
    const struct http_record *response);

/* ---- observe_ping.c -------------------------------------------------------------------- */

struct echo_record { /* an echo request, or the reply to one */
	bool is_reply;
	uint16_t id, sequence;
	clock_ns time;
};

/* The CPE at that address, if it is one, has sent the peer a request, or got its reply. */
void observe_echo(struct observer *observer, const struct address *cpe,
    const struct address *peer, const struct echo_record *echo);
/* Learns from a message that an IPPing is asked for, or what it has counted. */
void pings_learn(struct observer *observer, struct device_record *device,
    const struct http_record *record, const struct cwmp_msg *msg);
/* None was asked for, as far as anybody knows. */
void pings_forget(struct device_record *device);

/* ---- device_settings.c -------------------------------------------------------------- */

/* The device has what its ACS set in this session and it confirmed, and owes the events that
 * it promised. */
void device_learn_turns(struct observer *observer, struct session_record *session);
/* The capture is over: counts the transfers that it does not show the end of. */
void device_transfers_finish(struct observer *observer);
/* The capture hides a session of the device, in which its ACS may have changed what is known
 * of it: that is forgotten. */
void device_forget(struct device_record *device);

/* ---- forwarded.c: what proxies say --------------------------------------------------- */

/* What the head of a request says, made in arena; null: nothing. */
const struct forwarded *forwarded_of(struct observer *observer, struct arena *arena,
    const struct http_head *head);
/* Whether both are there and name one CPE, in headers of one name. */
bool forwarded_is_same(const struct forwarded *a, const struct forwarded *b);
/* The device keeps a copy of what a session of it said, if that is not null. */
void forwarded_learn(struct observer *observer, struct device_record *device,
    const struct forwarded *from);

/* ---- call_url.c ---------------------------------------------------------------------- */

/* The device's ConnectionRequestURL is value from now on. */
void call_url_learn(struct observer *observer, struct device_record *device,
    struct str value);
/* The device can be told, by its URL, from the others of its host, where that is shared. */
void call_url_share(struct observer *observer, struct device_record *device);
/* The device of that host that the target of a request to that port is for; null where several
 * share it and none of them has published such a URL. */
struct device_record *call_url_find(const struct observer *observer,
    const struct cpe_record *host, uint16_t port, struct str target);

/* ---- device_http.c ------------------------------------------------------------------ */

/* Takes over the cookies, nonces and redirects of a session that has ended. */
void device_learn_http(struct observer *observer, struct device_record *device,
    const struct session_record *session);

/* ---- device_memory.c ------------------------------------------------------------------ */

/* A device that nothing is known of, not even its key. It may take the place of one that was
 * not at work lately. Null without memory. */
struct device_record *device_new(struct observer *observer);
/* Its last session is from that host, which may be null. */
void device_stay(struct device_record *device, struct cpe_record *host);
/* It is the last that informed from there. */
void device_take_host(struct device_record *device, struct cpe_record *host);
void devices_free(struct observer *observer);

/* ---- device.c ----------------------------------------------------------------------- */

/* The device with that DeviceId, or null. */
struct device_record *device_find(const struct observer *observer,
    const struct cwmp_device_id *id);
/* The same, made when there is none. Null without memory. */
struct device_record *device_of(struct observer *observer,
    const struct cwmp_device_id *id);
/* WHOLE_OVERDUE is told of the device when session_grace from now has passed. */
void device_overdue_later(struct observer *observer, struct device_record *device);
/* The session becomes part of its device's history. */
void device_learn(struct observer *observer, struct session_record *session);
/* Tells WHOLE_OVERDUE of the devices that it is due for at now. */
void devices_sweep(struct observer *observer, struct frame_ref now);
/* Tells WHOLE_END of each device. */
void devices_finish(struct observer *observer);

/* ---- session_wait.c: what it waits for, and by which cookie it is found ----------------- */

/* The key of a cookie in by_cookie: the address of its CPE and "name=value", made in room. Empty
 * where that is too long. */
struct str cookie_key(char room[COOKIE_KEY_MAX], const struct address *client,
    struct str pair);
/* The session that was given that cookie, at the client of the connection; null: none. */
struct session_record *session_of_cookie(const struct conn_state *state,
    struct str pair);
/* The session, at the client of the connection, that one of the cookies is of alone; or null. */
const struct session_record *cookie_owner(const struct conn_state *state,
    const char *cookies);
/* Whether `had` has a cookie that an ACS behind the proxy, the client, has set and `has` lacks:
 * proxies have cookies of their own, which end there. Those that it has set for the CPE's session
 * `front`, unless that is null, do not count: some proxies keep them for the CPE. */
bool cookies_lack(const struct conn_state *state, const char *had, const char *has,
    const struct session_record *front);

/* Its last message, or null. */
const struct http_record *session_last(const struct session_record *session);
/* Whether it is so far only an empty POST that was challenged: clients of Digest (libcurl)
 * learn the nonce so before they send the body, which is the Inform. */
bool session_is_probe(const struct session_record *session);
/* Whether the CPE may go on with it on another connection once all of its own are over. */
bool session_may_go_on(const struct session_record *session);

/* ---- session_shown.c: what of it the capture shows ------------------------------------ */

/* The capture does not show that part (enum shown) of the session; why, in words. */
void session_hide(struct session_record *session, unsigned shown, const char *why);
/* Whether its start is shown: http is its next message. */
void session_look_at_start(const struct observer *observer,
    struct session_record *session, const struct http_record *http);
/* What its connections, what followed it, and what came before it leave unknown. The last
 * needs its device. */
void session_look_at_conns(struct session_record *session);
void session_look_at_what_followed(struct session_record *session);
void session_look_at_past(struct session_record *session);

/* ---- relay.c: both sides of a proxy --------------------------------------------------- */

/* A request of the session, before it is part of it. Where a CPE has just sent it to the proxy that
 * it comes from now, the session is the proxy's (is_relay); tells WHOLE_RELAY. */
void relay_request(struct conn_state *state, struct session_record *session,
    const struct http_record *record, const struct incoming *in);
/* The same of an answer, once it is part of the session. */
void relay_response(struct conn_state *state, const struct session_record *session,
    const struct http_record *record, const struct incoming *in);
/* The session is freed. */
void relays_forget(struct observer *observer, const struct session_record *session);
void relays_free(struct observer *observer);

/* ---- session_life.c: how it goes on and ends ---------------------------------------- */

/* Null without memory. */
struct session_record *session_new(struct conn_state *state, struct frame_ref frame);
/* The connection becomes part of the session, unless it is already. */
void session_add_conn(struct session_record *session, struct conn_state *state);
/* The message becomes part of the session; whether that is complete, and what the capture
 * shows of it, changes with it. */
void session_take(struct observer *observer, struct session_record *session,
    struct http_record *http);
/* One of its connections is over. With the last one the session ends, and may be freed
 * as session_end() says, or waits for another. */
void session_conn_over(struct observer *observer, struct session_record *session,
    struct frame_ref frame);
/* The CPE has begun another session: the device's latest ends, unless it runs on beside the new
 * one, which is then its latest. */
void session_supersede(struct observer *observer, struct session_record *session,
    struct device_record *device);
/* Tells the session (WHOLE_SESSION, WHOLE_DEVICE), unless it has no envelope, and,
 * unless records are kept, frees it. */
void session_end(struct observer *observer, struct session_record *session);
/* Ends the sessions that have waited longer than session_grace at now. */
void sessions_sweep(struct observer *observer, struct frame_ref now);
/* Ends the sessions that wait at the end of the capture. */
void sessions_finish(struct observer *observer);
/* Frees the sessions that have not ended, without telling. */
void sessions_free(struct observer *observer);

/* ---- session_join.c: which session a message belongs to ----------------------------- */

/* The session that the request or the response belongs to, made when it begins one. Null:
 * none. */
struct session_record *session_of_request(struct conn_state *state,
    const struct incoming *in);
struct session_record *session_of_response(struct conn_state *state,
    const struct incoming *in);
/* Makes a session without messages, and ends it, for a connection that was over before any
 * request. why: what hides its messages; null: nothing does. is_cwmp: it leads to an ACS beyond
 * doubt. */
void session_of_silence(struct conn_state *state, const char *why, bool is_cwmp,
    struct frame_ref frame);
/* The cookies that the response sets are those by which later requests find the session. */
void session_take_cookies(struct observer *observer, struct session_record *session,
    const struct http_head *head);

/* ---- observe_try.c: what comes before a session --------------------------------------- */

/* The CPE, which names itself one of CWMP, has sent or was sent that message. */
void try_note_dhcp(struct observer *observer, struct cpe_record *cpe,
    const struct dhcp_record *record);
/* The CPE looks up a name, or is answered (then frame is that of the answer). */
void try_note_query(struct observer *observer, struct cpe_record *cpe, const char *name,
    struct frame_ref frame);
void try_note_answer(struct observer *observer, struct cpe_record *cpe,
    const char *name, uint8_t rcode, size_t n_addresses, struct frame_ref frame);
/* The CPE is forgotten. */
void try_forget(struct observer *observer, struct cpe_record *cpe);
/* Tells WHOLE_FAILED of those that have waited long enough at the end of the capture, and of
 * which nothing else was seen that shows that they had what they waited for. */
void tries_finish(struct observer *observer);
void tries_free(struct observer *observer);

/* ---- observe_lease.c: leases of both versions of DHCP --------------------------------- */

/* What the record leases, of which one copy is kept for all CPEs. Null without memory. */
const struct lease_record *lease_intern(struct observer *observer,
    const struct dhcp_record *record);
/* Adds a copy of the record to what is kept of the CPE, or to be told of it. raw: the
 * bytes of the option that names the ACS; options: the line that dhcp_options.h
 * writes. */
void lease_keep(struct observer *observer, struct cpe_record *cpe,
    const struct dhcp_record *record, struct str raw, struct str options);

/* ---- observe_dhcp.c, observe_dhcp6.c ------------------------------------------------- */

/* The capture is over: a client that was taken for none of a CPE and informed is one. */
void other_class_finish(struct observer *observer);
void observe_dhcp(struct observer *observer, const struct datagram_record *datagram);
/* from_mac: of the frame; zeros where its link has none. Returns the client, or null. */
struct cpe_record *observe_dhcp6(struct observer *observer, struct str payload,
    const uint8_t from_mac[6], struct frame_ref frame);

/* ---- observe_dns.c ------------------------------------------------------------------ */

/* client: who asked, or is answered. */
void observe_dns(struct observer *observer, const struct address *client,
    struct str payload, bool is_answer, struct frame_ref frame);

/* ---- head_facts.c: of its head ------------------------------------------------------- */

/* Takes over what the record keeps of the head. record->frame must be set. */
void head_facts_keep(struct observer *observer, struct arena *arena,
    struct http_record *record, const struct http_head *head);

/* ---- rpc_outcome.c ------------------------------------------------------------------ */

/* Makes record->outcome of the message, where there is something for it. */
void rpc_outcome_keep(struct observer *observer, struct arena *arena,
    struct http_record *record, const struct incoming *in);
/* Finds what promised the transfer that the record completes. */
void rpc_outcome_find(struct http_record *record, const struct session_record *session);

/* ---- http_facts.c: what a record keeps of a message --------------------------------- */

/* Null without memory. */
struct http_record *http_facts_new(struct observer *observer, struct arena *arena,
    const struct incoming *in);

/* ---- observe_adjacent.c: what is no session ------------------------------------------- */

/* Bytes of the client: may open a stream of XMPP (TR-069 A6 Annex K). */
void adjacent_note_data(struct conn_state *state, struct str bytes);
/* The connection cannot be decrypted. Whether its port says that it is one of XMPP. */
bool adjacent_note_no_secrets(struct conn_state *state);
/* Whether the request is a report of bulk data (TR-069 A6 Annex N). */
bool adjacent_note_request(struct conn_state *state, const struct http_head *head);
/* Whether the datagram is meant as a lightweight notification (TR-069 A6 Annex M): what it says,
 * with its texts in arena. It is counted, and kept or told as what its CPE did, where that is
 * known. */
bool adjacent_note_datagram(struct observer *observer,
    const struct datagram_record *datagram, struct arena *arena,
    struct light_facts *ret);

/* ---- observe_file.c: files that RPCs have named ----------------------------------------- */

/* Whether the request is for such a file, so that it is of no session. */
bool file_request(struct conn_state *state, const struct incoming *in);
/* A response, to such a request where one waits for it. */
void file_response(struct conn_state *state, const struct incoming *in);
/* No answer comes any more. */
void file_close(struct conn_state *state);

/* ---- observe_call.c ----------------------------------------------------------------- */

/* Whether the first message of this connection, a request, is a connection request. What goes to
 * a server that has answered an Inform is none, nor is an Inform. */
bool call_is_one(struct conn_state *state, const struct incoming *in);
/* A connection begins: where it leads to a CPE, it may be a connection request whose
 * messages the capture does not show. */
void call_note_opened(struct conn_state *state, struct frame_ref frame);
/* The CPE that a connection, which is over, was to call, and whose server was never reached; null: it
 * was no such one. */
struct cpe_record *call_missed(const struct conn_state *state);
/* The GET of a connection request, and what the CPE answers. */
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
    uint16_t by_port, const struct address *to, uint16_t to_port, uint8_t protocol,
    uint8_t code, struct frame_ref frame);
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
