/* TCP connections of CPEs, with their TLS and HTTP. */
#pragma once

#include "capture/record/record_list.h"
#include "capture/stream/conn.h"
#include "lib/base/arena.h"

/* What was seen of its TCP; the number of a frame is 0 where nothing was. */
struct conn_tcp {
	struct frame_ref syn, synack, established, rst, client_fin, server_fin;
	struct frame_ref gap;         /* the first at which bytes are missing */
	struct frame_ref unreachable; /* ICMP tells the client that the server is */
	uint64_t n_syns;
	clock_ns syn_again;     /* when the client last repeated it; 0: never */
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
	/* The same as it was when a session on it ended: what comes behind a gap is taken later, when
	 * the session has been told. 0: none has. */
	uint64_t last_of_session;
	struct conn_tcp tcp;
	struct conn_tls tls;
	struct conn_http http;
	struct arena arena; /* private */
};
