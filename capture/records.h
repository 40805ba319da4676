/* What was seen of each CPE, in the order of the wire: leases, look-ups, connections and
 * their messages. The observer (observe.h) fills these records from frames; sequences and
 * reports read them. All memory is the arena's of the observer. */
#pragma once

#include "capture/analysis.h"
#include "capture/conn.h"
#include "lib/proto/cwmp.h"
#include "lib/proto/opt43.h"

/* A growing array in the observer's arena. */
struct records {
	void **items;
	size_t len, cap;
};

struct dhcp_record {
	struct frame_ref frame;
	uint8_t type;     /* enum dhcp_message */
	uint32_t address; /* offered, leased or asked for */
	uint32_t server;
	bool has_opt43;
	struct opt43 opt43;      /* read leniently; views in the arena */
	const char *opt43_error; /* a strict reader's words; null: well formed */
	const char *raw_opt43;   /* hex, for what is no ACS */
};

struct dns_record {
	struct frame_ref query, answer; /* answer.number 0: none came */
	uint16_t id;
	uint8_t rcode;
	const char *name;
	uint32_t addresses[4];
	size_t n_addresses;
};

/* One HTTP message, with its CWMP envelope where it has one. */
struct http_record {
	struct frame_ref first, frame;
	bool is_request;
	unsigned status;
	bool is_empty; /* no body */
	bool is_cut;
	uint64_t body_length, content_length; /* of a cut one */
	const char *bad; /* why its framing or its SOAP cannot be read; null: it can */
	bool has_credentials;               /* Authorization */
	const char *method;                 /* "POST"; of a request */
	const char *host, *target, *cookie; /* of a request; may be null */
	const char *location;               /* of a redirect */
	bool has_cwmp;
	enum cwmp_kind kind;
	enum cwmp_method rpc;
	const char *name;   /* "Inform", "Fault" */
	const char *id;     /* cwmp:ID, or null */
	const char *detail; /* one line for people */
	const char **events;
	size_t n_events;
	struct cwmp_param *params; /* those that sequences ask about, and the ACS URL */
	size_t n_params;
	uint32_t rpc_status;
	uint32_t fault_code;
	struct str body; /* redacted, where bodies are kept */
};

struct conn_record {
	uint64_t id;
	struct cpe_record *cpe;
	struct address server;
	uint16_t client_port, server_port;
	unsigned flags; /* enum conn_flag, as last told */
	struct frame_ref syn, synack, established, rst, client_fin, server_fin, last;
	enum direction rst_from;
	uint64_t n_syns;
	struct frame_ref unreachable; /* ICMP says so; number 0: none does */
	uint8_t unreachable_code;
	bool has_gap;
	struct frame_ref gap;
	/* TLS */
	bool is_tls, no_secrets;
	uint16_t tls_version;
	struct frame_ref client_hello, server_hello, alert;
	struct frame_ref finished[2]; /* by enum direction */
	enum direction alert_from;
	uint8_t alert_code;
	bool alert_is_encrypted;
	const char *sni;
	const char
	    *certificate; /* "for acs1.lab, by figure-2 lab CA, until 2036-11-21" */
	const char *tls_broken;
	struct records messages; /* struct http_record */
	struct session *session; /* of the report */
	bool is_alien;           /* carries no HTTP */
};

struct cpe_record {
	uint8_t mac[6];
	bool has_mac;
	uint32_t address;   /* IPv4, 0: none yet */
	char *address_text; /* also IPv6 */
	char *mac_text;
	struct frame_ref first;
	bool
	    is_cwmp; /* DHCP class dslforum.org, an Inform, or asked for by the caller */
	const char *oui, *product_class, *serial;
	struct records dhcp, dns, conns;
};
