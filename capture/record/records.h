/* What was seen of each CPE, in the order of the wire: leases, look-ups, connections and
 * their messages. The observer (observer.h) fills these records from frames; rules,
 * sequences and reports read them. Members called private are the observer's own. Texts are
 * those of an arena of the observer, of the session or of the connection. */
#pragma once

#include "capture/record/forwarded.h"
#include "capture/record/lease_step.h"
#include "capture/record/rpc_outcome.h"
#include "capture/record/unjudged.h"
#include "capture/stream/conn.h"
#include "lib/base/arena.h"
#include "lib/base/list.h"
#include "lib/base/map.h"
#include "lib/cwmp/cwmp.h"
#include "lib/proto/http_auth.h"
#include "lib/proto/opt43.h"
#include "lib/proto/url.h"

/* A growing array in the observer's arena. */
struct records {
	void **items;
	uint32_t len, cap;
};

/* Appends item. False without memory in the arena, the array being as it was. */
bool records_push(struct records *records, struct arena *arena, void *item);

struct dhcp_record {
	struct frame_ref frame;
	bool is_ip6, is_of_server;
	uint8_t type; /* enum dhcp_message or, for IPv6, dhcp6_message */
	enum lease_step step;
	struct address address; /* offered, leased or asked for */
	uint32_t server;        /* 0: not told, as always in IPv6 */
	uint8_t acs_option;     /* of the server: 43, 125 or, for IPv6, 17; 0: none */
	struct opt43 acs;       /* what that option says, read leniently */
	const char *acs_error;  /* what is not well formed in it; null: all is */
	const char
	    *acs_mistake;    /* what it is instead (opt43_mistake()); null: nothing */
	const char *acs_raw; /* its bytes in hex, where they name no ACS */
	const char *options; /* the line of dhcp_options.h; null: none */
};

struct dns_exchange {
	struct frame_ref query, answer; /* answer.number 0: none came */
	const char *name;
	struct address addresses[4];
	uint16_t id;
	uint16_t type; /* DNS_TYPE_A or DNS_TYPE_AAAA */
	uint8_t rcode;
	uint8_t n_addresses;
};

/* A cookie that a response sets (RFC 6265 4.1). */
struct cookie_record {
	const char *pair; /* "name=value" */
	const char *path; /* null: none is said */
	bool is_secure;   /* it may only be sent over TLS */
	bool is_lasting;  /* it has an age or a date, so it may outlive the session */
	bool is_gone;     /* its age or date is over: the CPE has to forget it */
};

enum auth_proof {        /* whether credentials prove that the CPE has the password */
	AUTH_NOT_PROVEN, /* there are none, or the capture does not tell the password */
	AUTH_HOLDS,      /* they do, with the password that the capture tells */
	AUTH_FAILS,      /* they were made with another password */
};

enum auth_fact { /* bits: what is in a challenge or in credentials */
	AUTH_FACT_QOP = 1 << 0,
	AUTH_FACT_NC = 1 << 1,
	AUTH_FACT_STALE = 1 << 2, /* stale=true */
	AUTH_FACT_OTHER_URI =
	    1 << 3, /* the uri of credentials is not that of the request */
	AUTH_FACT_SEVERAL = 1 << 4, /* more challenges than the first, which is kept */
	AUTH_FACT_OTHER_QOP = 1 << 5, /* the qop of credentials is not auth */
	AUTH_FACT_BAD_NC = 1 << 6,    /* nc is not of eight hexadecimal digits */
};

/* What an HTTP message of a session is. One bit each, so that a rule can name several. */
enum http_sort {
	ON_INFORM = 1 << 0,
	ON_CPE_REQUEST = 1 << 1, /* TransferComplete, GetRPCMethods... */
	ON_CPE_RESPONSE = 1 << 2,
	ON_CPE_FAULT = 1 << 3,
	ON_CPE_EMPTY = 1 << 4, /* a POST without a body */
	ON_CPE_OTHER = 1 << 5, /* GET, PUT, or a body that is no envelope */
	ON_INFORM_RESPONSE = 1 << 6,
	ON_ACS_REQUEST = 1 << 7,
	ON_ACS_RESPONSE = 1 << 8, /* to other requests than Inform */
	ON_ACS_FAULT = 1 << 9,
	ON_ACS_EMPTY = 1 << 10,     /* 2xx without a body */
	ON_ACS_CHALLENGE = 1 << 11, /* 401, 407 */
	ON_ACS_REDIRECT = 1 << 12,
	ON_ACS_OTHER = 1 << 13, /* 1xx, 4xx, 5xx, or a body that is no envelope */
	HTTP_SORTS = 14,

	ON_CPE_ENVELOPE = ON_INFORM | ON_CPE_REQUEST | ON_CPE_RESPONSE | ON_CPE_FAULT,
	ON_ACS_ENVELOPE =
	    ON_INFORM_RESPONSE | ON_ACS_REQUEST | ON_ACS_RESPONSE | ON_ACS_FAULT,
	ON_ENVELOPE = ON_CPE_ENVELOPE | ON_ACS_ENVELOPE,
	ON_CPE = ON_CPE_ENVELOPE | ON_CPE_EMPTY | ON_CPE_OTHER,
	ON_ACS = ON_ACS_ENVELOPE | ON_ACS_EMPTY | ON_ACS_CHALLENGE | ON_ACS_REDIRECT |
		 ON_ACS_OTHER,
	ON_ANY = ON_CPE | ON_ACS,
};

/* What a message belongs to. */
struct http_links {
	struct conn_record *conn;
	struct session_record *session; /* null: of none */
	struct http_record *answers;    /* of a response: its request, or null */
	struct http_record *answer;     /* of a request: its final response, or null */
	/* Where it stands among the messages of its session, and its connection among the
	 * connections. */
	uint32_t place, conn_place;
};

/* The start line and the headers; what is not there is null, 0 or false. */
struct http_head_facts {
	unsigned status;               /* of a response */
	const char *method;            /* "POST"; of a request */
	const char *target;            /* of a request */
	const char *host;              /* of a request */
	const char *cookie;            /* of a request */
	const char *location;          /* of a redirect */
	struct cookie_record *cookies; /* that a response sets */
	size_t n_cookies;
	const char *content_type, *soap_action;
	uint8_t minor_version; /* HTTP/1.x */
	bool has_content_type, has_soap_action, has_content_length, is_chunked;
	bool wants_close, wants_continue, has_retry_after;
};

/* A challenge, or the credentials that answer one. */
struct http_auth_facts {
	enum auth_scheme scheme;
	const char *nonce, *cnonce, *username; /* or null */
	const char *realm, *opaque;            /* or null */
	enum auth_algorithm algorithm;
	uint32_t nonce_count; /* nc, 0: none */
	unsigned facts;       /* enum auth_fact */
	enum auth_proof proof;
	bool has_credentials; /* Authorization */
};

/* The bytes after the head, before anybody reads an envelope in them. */
struct http_body_facts {
	uint64_t length;         /* bytes that were seen */
	uint64_t content_length; /* as the head announces it; 0: it does not */
	uint64_t digest;         /* of all its bytes, to know the same message again */
	const char *bad; /* why its framing or its SOAP cannot be read; null: it can */
	const char
	    *text; /* of an answer that is no envelope: its first line; or null */
	bool has_bad_framing; /* bad is about Content-Length or chunks */
	bool is_soap_like;    /* bad, but its sender meant it as an envelope */
	bool is_empty;        /* there are none */
	bool is_cut;          /* some are missing */
};

/* The CWMP envelope; where there is none all members are empty. */
struct envelope_facts {
	bool is_there;       /* there is one, and it can be read */
	bool holds_requests; /* HoldRequests is true */
	enum cwmp_kind kind;
	enum cwmp_method rpc;
	enum cwmp_ns ns;
	const char *name;         /* "Inform", "Fault" */
	const char *id;           /* cwmp:ID, or null */
	const char *detail;       /* one line for people */
	const char *encoding;     /* in the XML declaration, or null */
	const char *versions;     /* SupportedCWMPVersions or UseCWMPVersion, or null */
	uint32_t session_timeout; /* header SessionTimeout, seconds; 0: none */
	uint32_t fault_code;      /* 0 where there is none, see has_fault_code */
	bool has_fault_code;
	const char
	    *fault; /* "fault 9003", "a fault without a code"; null: it is none */
};

/* What an Inform says beside its parameters. */
struct inform_facts {
	const char **events;
	const char **event_keys; /* CommandKeys of the events */
	size_t n_events;         /* that are kept: the first 64 */
	/* Of its ParameterList: the sum of param_digest() (http_trace.h) of all. */
	uint64_t list_digest;
	const char *manufacturer; /* of its DeviceId */
	uint32_t event_bits;  /* 1 << enum cwmp_event_code, also of unknown events */
	uint32_t retry_count; /* 0 where there is none, see has_retry_count */
	bool has_retry_count;
};

/* The arguments of an RPC that some rule or report looks at. */
struct rpc_facts {
	/* Not all of the message: those of ManagementServer, those that every Inform must
	 * have, and those that observer_options.parameters names; at most 256. */
	struct cwmp_param *params;
	size_t n_params;
	const char *password; /* that it sets for ManagementServer; never printed */
	/* Values of secret parameters that it sets, and the password of its file: so that what
	 * quotes them is not printed either. The first 16. */
	struct str *secrets;
	size_t n_secrets;
	const char *command_key, *parameter_key; /* null: none or empty */
	const char *url, *file_type;             /* of Download and Upload */
	const char *path;  /* ParameterPath, ObjectName of a request; else null */
	struct str *names; /* of a GetParameterValues: ParameterNames, the first 32 */
	size_t n_names;
	size_t n_list; /* members of its ParameterList or ParameterNames, all of them */
	size_t n_partial; /* members of ParameterNames that end in a dot or are empty */
	uint32_t delay_seconds, instance_number, status;
	bool has_status; /* else status is 0 */
	bool next_level;
};

/* One HTTP message, with its CWMP envelope where it has one. Its memory is that of its
 * session. */
struct http_record {
	struct frame_ref first, frame; /* frame: the one in which it is whole */
	unsigned on;                   /* enum http_sort: one bit */
	bool is_request;
	struct http_links links;
	struct http_head_facts head;
	struct http_auth_facts auth;
	struct http_body_facts body;
	struct envelope_facts envelope;
	struct inform_facts inform;
	struct rpc_facts args;
	struct rpc_outcome *outcome;       /* null: none */
	struct str shown_head, shown_body; /* redacted, where bodies are kept */
};

/* The parameter whose name ends in suffix, among http->args.params, or null. */
const struct cwmp_param *http_param(const struct http_record *http, const char *suffix);

/* What was seen of its TCP; the number of a frame is 0 where nothing was. */
struct conn_tcp {
	struct frame_ref syn, synack, established, rst, client_fin, server_fin;
	struct frame_ref gap;         /* the first at which bytes are missing */
	struct frame_ref unreachable; /* ICMP tells the client that the server is */
	uint64_t n_syns;
	uint64_t retransmitted; /* segments so far */
	enum direction rst_from;
	uint8_t unreachable_code;
	bool has_gap;
	uint64_t server_sent; /* the frame of the last bytes of the server; 0: none */
	bool has_seen[2]; /* by enum direction: more came from there than bare ACKs */
};

struct conn_tls {
	bool is_used;
	bool no_secrets; /* it cannot be decrypted, and may hold a session */
	bool alert_is_encrypted;
	bool is_resumed; /* an earlier session goes on: no certificate is shown */
	uint8_t alert_code;
	uint16_t offered; /* the highest version of its ClientHello */
	uint16_t version;
	enum direction alert_from;
	struct frame_ref client_hello, server_hello, alert;
	struct frame_ref finished[2]; /* by enum direction */
	const char *sni;
	uint8_t (*randoms)[32]; /* of its ClientHellos, where records are kept */
	size_t n_randoms;
	/* As certificate_text() writes it; null: none was seen. */
	const char *certificate;
	const char
	    *broken; /* why its records cannot be read any more; null: they can */
	struct frame_ref broken_at;
	struct str der; /* of the server's certificate, until its text is needed */
	struct str client_der; /* of the client's; its text is needed where an alert is
				  about it */
	const char *client_certificate; /* certificate_text_of_client(), or null */
	bool has_no_client_certificate; /* it was asked for one, and sent none */
};

struct conn_http {
	struct records messages;  /* struct http_record; only where records are kept */
	struct frame_ref junk[2]; /* by enum direction: bytes that are no message */
	struct frame_ref server_posts; /* the server sends a SOAP request over it */
	bool is_alien;                 /* what it carries is not HTTP */
	bool is_call;                  /* a connection request: the CPE is the server */
};

struct conn_record {
	uint64_t id;
	struct cpe_record *cpe; /* the client; the server of a connection request */
	struct address client, server;
	uint16_t client_port, server_port;
	unsigned flags;           /* enum conn_flag, as last told */
	unsigned refs;            /* private */
	struct conn_state *state; /* private: null once it is over */
	struct frame_ref last;
	struct conn_tcp tcp;
	struct conn_tls tls;
	struct conn_http http;
	struct arena arena; /* private */
};

/* ---- sessions ---------------------------------------------------------------------- */

enum shown {                  /* bits: what the capture shows of a session */
	SHOWN_START = 1 << 0, /* its first message in the capture is its first one */
	SHOWN_BOTH = 1 << 1,  /* both directions */
	SHOWN_WHOLE = 1 << 2, /* no bytes are missing, every message can be read */
	SHOWN_END = 1 << 3,   /* it ended before the capture did */
	SHOWN_PAST =
	    1 << 4, /* no session of its CPE can have come unseen between it and
	                         the last one in the device's past */
	SHOWN_ALL = SHOWN_START | SHOWN_BOTH | SHOWN_WHOLE | SHOWN_END | SHOWN_PAST,
};

/* Bits: what messages lack that were read from a text (capture/text/text.h). */
enum lack {
	LACKS_PACKETS =
	    1 << 0,           /* TCP, TLS, DHCP, DNS; when and whether anything came */
	LACKS_LINES = 1 << 1, /* the start lines of the wire */
	LACKS_HEADS = 1 << 2, /* its headers */
	LACKS_TALK = 1 << 3,  /* other messages may have stood between these */
	LACKS_ALL = LACKS_PACKETS | LACKS_LINES | LACKS_HEADS | LACKS_TALK,
};

/* One request of the CPE and what the ACS answered in the end: rounds of 401, 100 Continue
 * and redirects are left out. */
struct turn {
	struct http_record *post;
	struct http_record *answer; /* null: none was seen */
};

/* What of a session went over one of its connections. */
struct conn_part {
	const struct http_record *first, *last; /* messages; null: there are none */
};

enum session_outcome {
	SESSION_RUNNING,  /* or the capture ended first */
	SESSION_COMPLETE, /* as TR-069 A6 3.7.1.4 wants */
	SESSION_BROKEN,   /* it ended before that */
};

/* One CWMP session (TR-069 A6 3.7): what belongs together by connection, cookie, CPE and
 * time, on one TCP connection or several. */
struct session_record {
	/* From 1, in the order in which it became certain that they are sessions: of the
	 * first envelope, or of the end where there is none. 0: it is not yet. */
	uint64_t id;
	struct arena arena;
	struct cpe_record *host;
	struct address at; /* of the host, once it has ended; NONE: not known */
	uint64_t ended;    /* the frame up to which it was waited for */
	struct device_record *device; /* null until an Inform names it */
	/* The device that informed last from its address, where that is another one. */
	struct device_record *device_before;
	struct records conns;   /* struct conn_record */
	struct map conns_known; /* private: the same by their ids, once they are many */
	struct records messages; /* struct http_record, in the order of frames */
	struct turn *turns;      /* once it has ended */
	size_t n_turns;
	struct conn_part *parts; /* once it has ended: of each of its conns */
	/* The first Inform that was answered with InformResponse, else the last one; null:
	 * there is none. */
	struct http_record *inform;
	bool has_inform_response;
	const struct http_record *last_set; /* SetParameterValues, or null */
	const struct forwarded
	    *forwarded;        /* as its first request that tells; or null */
	unsigned shown;        /* enum shown */
	unsigned lacks;        /* enum lack */
	const char *not_shown; /* the first thing that is missing, in words, or null */
	enum session_outcome outcome;
	enum unjudged unjudged;      /* once it has ended */
	const struct why *failure;   /* once it has ended; null: it has not failed */
	struct frame_ref start, end; /* SYN or first message; last frame */
	const char *url;      /* where the CPE POSTs to, interned; null: not known */
	unsigned n_envelopes; /* of CWMP, also those that cannot be read */
	struct frame_ref
	    called;   /* the first connection request while it ran; number 0 */
	bool is_cwmp; /* private: it goes to an ACS beyond doubt, without an envelope */
	bool is_done; /* private: the CPE has said that it has nothing more */
	unsigned open_conns;    /* private */
	clock_ns waits_since;   /* private: since then no connection is open */
	struct records cookies; /* private: keys of the observer's by_cookie */
	bool shares_cookie;     /* private: one of them is that of another session */
	struct list list;       /* private */
};

enum {
	LOOK_UPS_KEPT = 4
};

/* What is remembered of a session in its device's history. */
struct past_session {
	uint64_t id;
	struct frame_ref start, end;
	uint64_t inform; /* frame; 0: it had none */
	uint64_t closed; /* frame of the CPE's FIN or of an RST; 0: none was seen */
	const char *url; /* interned: the same URL is the same pointer */
	uint16_t client_port;
	uint32_t event_bits; /* as http_record's */
	uint32_t
	    undelivered; /* of them: the response that delivers them did not come */
	uint32_t retry_count;
	uint8_t calls; /* successful connection requests that it may be the answer to */
	uint8_t shown            : 5; /* enum shown */
	uint8_t outcome          : 2; /* enum session_outcome */
	bool has_inform_response : 1;
	bool went_on             : 1; /* the CPE did: it has that InformResponse */
	bool has_retry_count     : 1; /* else retry_count is 0 */
};

enum {
	DEVICE_PAST_MAX = 128, /* older ones are forgotten */
	DEVICE_OWED_MAX = 32,
	DEVICE_LATER_MAX = 8,
	DEVICE_TRANSFERS_MAX = 8,
};

/* An event that a CPE owes its ACS: it has to be in the Inform of a session to come. */
struct owed_event {
	enum cwmp_event_code code; /* CWMP_EVENT_M_REBOOT... */
	const char *command_key;   /* of the ACS's request; "" none */
	struct frame_ref since;    /* of the response that promised it */
	uint64_t session;
	clock_ns due; /* it must not come before; 0: it may come at once */
	/* Of a diagnostic, whose object is command_key: a response that reads its end; number 0:
	 * none yet. */
	struct frame_ref ended;
	/* The same, private: the Inform of the session that is being learnt may tell its end. */
	bool may_be_told;
};

/* Downloads and uploads of one CommandKey that the ACS asked for and the CPE accepted. */
struct device_transfer {
	const char *command_key;   /* interned */
	enum cwmp_method method;   /* of the last one */
	struct frame_ref accepted; /* the last response */
	uint32_t left; /* that have yet to be told complete, by a TransferComplete */
	bool is_told;  /* one came since, whatever became of it */
};

/* A file that a device is to fetch or to send, as its ACS has told it by Download,
 * ScheduleDownload or Upload over HTTP, until the transfer is over; and what the capture shows of
 * that. The texts are in one piece of memory with it. */
struct file_order {
	enum cwmp_method method;
	struct frame_ref asked; /* the ACS's request */
	const char *command_key, *url;
	const char *username, *password; /* "": none; the password is never printed */
	bool is_moved; /* it was asked for at its URL, or sent there by PUT */
	bool has_sent; /* credentials, there */
	/* The file server answers a request without credentials by a challenge that any CPE
	 * can meet (TR-069 A6 3.4.3); number 0: it does not. */
	struct frame_ref challenged;
	/* The first request that must have been meant for the file, and is not as the ACS wants
	 * it; number 0: there is none. */
	struct frame_ref other;
	char *other_url;          /* owned: where it went; null: to the right place, */
	const char *other_method; /* but by this method; else null */
};

/* A request for a file at the URL of an order, and what came of it. */
struct file_record {
	const struct file_order *order;
	struct frame_ref frame;
	enum auth_scheme
	    scheme;   /* of its credentials; NONE: it has none that can be read */
	bool is_user; /* they are of the order's user */
	enum auth_proof proof; /* of its password */
	bool is_of_acs; /* the file server is the ACS, which may know the CPE already */
	bool is_refused;   /* by 401, and not for an old nonce */
	char username[64]; /* of the credentials, cut */
};

enum {
	DEVICE_ECHOES_MAX = 256 /* echo requests of a ping that are counted */
};

/* The IPPing that an ACS has asked a device for last, and its echoes that the capture shows until the
 * ACS has read its counts. */
struct ping_record {
	char object[64]; /* "Device.IP.Diagnostics.IPPing." */
	char host[64];
	clock_ns timeout; /* for each reply; 0: not known */
	uint16_t id,
	    first; /* of the first request: its identifier, its sequence number */
	unsigned n_sent,
	    n_back;      /* requests, and replies that were in time in any case */
	bool has_others; /* of another identifier, or more than are counted */
	struct {
		bool is_sent, is_back;
		clock_ns time;
	} echoes[DEVICE_ECHOES_MAX]; /* by sequence number, from the first on */
	/* The response that has told these first; number 0: none yet. What comes later counts no
	 * more. */
	struct frame_ref read;
	uint64_t n_success, n_failure;
};

/* What few devices need: calls of connection requests, values that take effect later. */
struct device_more {
	uint64_t n_calls;              /* connection requests, whatever came of them */
	struct frame_ref last_call;    /* answered 200 or 204 */
	struct frame_ref last_refused; /* credentials answered 401 */
	struct frame_ref last_busy;    /* answered 503 */
	struct frame_ref last_other;   /* answered neither 200, 204, 401 nor 503 */
	unsigned last_other_status;
	struct frame_ref last_udp; /* UDP connection request (TR-069 A6 Annex G) */
	struct frame_ref
	    last_unsure; /* its bytes, or its answer, are not in the capture */
	/* The last challenge to a call, for who answers it; a nonce of 0: not known. */
	struct {
		uint32_t nonce;        /* its digest (http_trace.h) */
		uint32_t count;        /* the last nc with it; 0: none yet */
		struct address caller; /* who counted so: each client counts its own */
		bool has_qop;
	} challenge;
	uint64_t busy_session; /* running when the last call was answered; 0: none */
	unsigned calls;        /* successful ones since the last session with event 6 */
	struct {
		const char *name, *value;
		uint64_t session;
	} later[DEVICE_LATER_MAX]; /* set, but in force only later (Status 1) */
	size_t n_later;
	bool has_more_later; /* there were more than are kept */
	struct device_transfer transfers[DEVICE_TRANSFERS_MAX]; /* the newest last */
	size_t n_transfers;
	struct file_order *files[DEVICE_TRANSFERS_MAX]; /* owned, the newest last */
	size_t n_files;
	struct ping_record *ping; /* owned; null: none was asked for */
	/* What its ACS set last and it confirmed, and in which session. */
	struct set_values {
		struct {
			const char *name, *value;
		} items[DEVICE_LATER_MAX];
		size_t n;
		bool has_more; /* there were more than are kept */
		uint64_t session;
	} set;
	/* The events with a CommandKey of the Inform of its last session that failed. */
	struct keyed_event {
		enum cwmp_event_code code;
		const char *key;
	} keyed[DEVICE_LATER_MAX];
	size_t n_keyed; /* DEVICE_LATER_MAX + 1: there were more */
	uint64_t keyed_session;
	uint64_t udp_ts; /* of the last UDP connection request; 0: none */
	/* Credentials that its ACS set and it confirmed; the password is never printed. */
	const char *username, *password;
	const char *redirected_to; /* URL of its last session's redirect; or null */
};

/* The sessions of a device so far, the oldest first. */
struct device_past {
	struct past_session *items; /* owned */
	uint16_t len, cap;
	bool has_forgotten; /* older ones were dropped (DEVICE_PAST_MAX) */
};

/* The ManagementServer of a device, as its ACSs have set it and it has confirmed. */
struct device_settings {
	const char *url;          /* interned; null: not known */
	const char *url_before;   /* the one that the last Set replaced, or null */
	struct frame_ref url_set; /* the response that confirmed that Set; number 0 */
	const char *url_username; /* set together with the URL, or null */
	char *parameter_key;      /* owned: as last confirmed; null: the empty one */
	uint16_t parameter_key_room; /* private: bytes that fit where it is */
	bool has_parameter_key;      /* parameter_key is known */
	uint32_t periodic_interval;  /* seconds; 0: not known */
	uint64_t periodic_since;     /* frame of the message that told it */
	uint32_t retry_min_wait, retry_multiplier; /* as set; 0: not known */
};

/* What the last Inform of a device said. */
struct device_informed {
	uint64_t list_digest;         /* of the ParameterList */
	uint64_t rest_digest;         /* the same without the ParameterKey */
	const char *software_version; /* or null */
	char *call_url;               /* owned: ConnectionRequestURL, or null */
	struct forwarded
	    *forwarded; /* owned: of the last session that tells, or null */
	const char *provisioning_code; /* or null */
	const char *manufacturer;
	uint32_t n_list; /* members of the ParameterList */
};

/* The events that a device owes its ACS. */
struct device_debts {
	struct owed_event *items; /* owned */
	uint32_t len, cap;
};

/* What must not come again in a device's next session, as digests (http_trace.h): the cookie
 * that was for the last session alone, and the last nonce and cnonce. 0: none. */
struct device_traces {
	uint32_t cookie, nonce, cnonce;
};

/* One CPE by its DeviceId, through all addresses and sessions. */
struct device_record {
	const char *oui, *product_class, *serial; /* in key */
	size_t place;            /* among the devices, by their first frame; from 0 */
	struct cpe_record *host; /* of its last session */
	struct device_past past;
	struct device_settings settings;
	struct device_informed informed;
	struct device_debts owed;
	struct device_traces traces;
	unsigned n_live;               /* private: sessions that have not ended */
	struct session_record *latest; /* the newest of those, or null */
	struct device_more *more;      /* null: nothing of it */
	clock_ns overdue_at;           /* private */
	struct list list;              /* private */
	/* Private: its memory, see device_memory.c. */
	char *key;         /* owned */
	struct list hosts; /* struct cpe_record, whose device it is */
	struct list all;   /* of the observer's devices */
	uint32_t refs;     /* of sessions and calls that may ask for it */
	uint16_t key_len;
	bool is_held;   /* a table leads to it */
	bool is_recent; /* it was asked for lately */
};

/* One exchange of a connection request: GET, and what the CPE answered. */
struct call_record {
	struct conn_record *conn;
	struct http_record *get, *answer; /* answer: null, none was seen */
	/* Whose ConnectionRequestURL is called; null: nobody's who is known. */
	struct device_record *device;
	struct frame_ref previous; /* the last successful one before, of that device */
};

/* A lightweight notification (TR-069 A6 Annex M). */
struct light_record {
	struct frame_ref frame;
	const char
	    *text;      /* its parameters with their values, or why it cannot be read */
	bool is_broken; /* that */
};

/* What a CPE did beside its sessions: one of these, the others are null. */
struct host_act {
	const struct dhcp_record *dhcp;
	const struct dns_exchange *dns; /* answered, or never to be */
	const struct call_record *call;
	const struct light_record *light;
};

/* What is known of all devices together. */
struct fleet_record {
	uint64_t n_first_retries;    /* first sessions after one that failed */
	clock_ns min_wait, max_wait; /* before those */
	struct frame_ref last_retry;
	const struct device_record *last; /* the device that made it */
	struct map *
	    call_paths; /* struct device_record by path of its call_url, in its normal form */
	uint64_t last_gap; /* frame of the last hole in any connection */
};

/* A UDP datagram of STUN or of a UDP connection request. */
struct datagram_record {
	struct frame_ref frame;
	struct address from, to;
	uint16_t from_port, to_port;
	struct str payload;
};

/* The lease that a CPE works with, and the ACS in it; many CPEs share one. */
struct lease_record {
	uint32_t server;
	const char *acs_url; /* interned, as all texts here; null: none in it */
	struct url url;      /* acs_url taken apart; only where has_url */
	bool has_url;
	const char *provisioning_code, *username;
	const char *password; /* to check digests with; never printed */
	uint32_t retry_min_wait, retry_multiplier; /* 0: not in it */
};

/* What DNS said of a name; one copy for all who were told the same. */
struct resolution {
	uint32_t refs; /* private: look-ups that were told so */
	uint32_t key;  /* private: bytes of it */
	const char *name;
	struct address addresses[4];
	uint8_t n_addresses;
	uint8_t rcode; /* 0 where it was answered without an error, or not yet */
};

/* A look-up as the rules remember it. */
struct look_up {
	struct resolution *what;  /* without an address until it is answered */
	uint64_t asked, answered; /* frames; 0: not yet */
	uint16_t id;
	uint16_t type; /* DNS_TYPE_A or DNS_TYPE_AAAA */
};

/* What is kept of a CPE for people to look at, where records are kept. */
struct cpe_kept {
	uint32_t place; /* among the CPEs, in the order in which they were made */
	char *address_text, *mac_text; /* null: not known */
	struct frame_ref first;        /* the first that shows the CPE */
	struct records dhcp;           /* struct dhcp_record */
	struct records dns;            /* struct dns_exchange */
	struct records conns;          /* struct conn_record */
	struct records calls;          /* struct call_record */
	struct records lights;         /* struct light_record */
};

/* What a CPE waits for before it can open a session: a lease, or the address of its ACS. It is
 * gone once the CPE has what it waits for. */
struct try_record {
	struct cpe_record *cpe;
	struct lease_try {
		/* Its first DHCPDISCOVER or SOLICIT since then; number 0: none. */
		struct frame_ref sought;
		size_t n_sought;
		struct frame_ref
		    refused; /* a DHCPNAK, or a REPLY with an error; number 0: none */
		bool is_offered;
	} leases[2];      /* of DHCPv4 and DHCPv6 */
	const char *name; /* of its ACS, as it was looked up last; or null */
	struct frame_ref query, answer;
	uint8_t rcode;
	struct list list; /* private */
};

/* One CPE by its address and MAC. It is small, as there is one for every address of a network
 * that was ever seen at work. Frames are numbers here, 0 where there was none. */
struct cpe_record {
	uint8_t mac[6];
	bool has_mac;
	bool is_cwmp; /* it has class dslforum.org, sent an Inform, or was expected */
	struct address at;            /* where it is now; NONE: not known */
	uint32_t address;             /* the same as IPv4, 0: none yet */
	struct cpe_kept *kept;        /* null where records are not kept */
	struct device_record *device; /* the last that informed from here */
	/* What the last DHCPACK gave it or, where there is none, the last REPLY; or null. */
	const struct lease_record *lease;
	struct session_record *running; /* the newest that has not ended, or null */
	struct look_up
	    *look_ups; /* owned: the last LOOK_UPS_KEPT, the newest first; or null */
	struct try_record *trying;      /* or null */
	struct frame_ref without_class; /* asked DHCP without class dslforum.org */
	uint64_t leased;                /* the frame of that DHCPACK */
	uint64_t discover;              /* its last DHCPDISCOVER */
	uint64_t started;   /* the last of them that shows a start, not a lost lease */
	clock_ns renews_at; /* when that DHCPACK's lease is due for renewal, T1 */
	/* The last frame of what was, or may have been, a session of it that the capture does
	 * not show as a whole. */
	uint64_t blind;
	uint64_t last_syn; /* of a connection that it opened */
	/* Of a connection to it that may be for a connection request, whatever came then. */
	uint64_t last_opened;
	uint64_t last_arp;   /* its last ARP request, */
	uint32_t arp_target; /* and the address that it asked for */
	uint32_t
	    sessions_since_boot; /* since that DHCPDISCOVER, the running one included */
	uint32_t n_unnamed;      /* private: sessions of it that no Inform names yet */
	uint32_t refs; /* private: of sessions and connections that have not ended */
	uint32_t n_devices;    /* private: whose last session was from here */
	struct host_key *keys; /* private, owned: where else it is found */
	struct list list;      /* private: of the observer's hosts */
	struct list of_device; /* private: of the hosts of its device */
	struct list acts;      /* private: what is to be told of it */
	uint8_t n_keys;        /* private */
	bool is_recent;        /* private: it was asked for lately */
	bool is_known;         /* private: a device was seen there */
	bool is_called;        /* private: a table of calls names it */
	uint8_t n_look_ups;    /* of names, ever; 255 and more are 255 */
	bool without_acs;      /* asked DHCP for no ACS */
	bool
	    has_xmpp; /* it opened a connection to an XMPP server (TR-069 A6 Annex K) */
	bool doubts_lease;  /* private: it gave its lease up, or asked whether it
				    still has it, and no DHCPACK says so */
	bool has_ip6_lease; /* private: a REPLY of DHCPv6 gave it one */
	bool is_shared; /* several devices inform from here: it is a NAT, or a proxy */
};

/* The device at that address; null where none has informed from there, or several have, so that
 * nobody knows whose a message is that no Inform names. */
static inline struct device_record *cpe_device(const struct cpe_record *cpe)
{
	return cpe && !cpe->is_shared ? cpe->device : NULL;
}

/* How many of look_ups there are. */
static inline size_t cpe_n_look_ups(const struct cpe_record *cpe)
{
	return MIN((size_t)cpe->n_look_ups, (size_t)LOOK_UPS_KEPT);
}
