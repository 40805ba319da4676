/* What a capture shows: devices' CWMP sessions with their messages, and which steps of a
 * sequence were seen on which frame. Built from frames alone, never from an agent's log. */
#pragma once

#include "capture/observe/lease_step.h"
#include "capture/rules/finding.h"
#include "capture/rules/rule_options.h"
#include "capture/sequence/sequence_result.h"
#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct json;
struct sequence; /* capture/sequence/sequence.h */

enum message_kind {   /* rows of a ladder */
	MESSAGE_DHCP, /* name: DHCPDISCOVER... */
	MESSAGE_DNS,  /* name: "A acs1.lab", detail: the answer */
	MESSAGE_TCP,  /* name: SYN, FIN, RST */
	MESSAGE_TLS,  /* name: "TLS 1.3", "alert unknown_ca"... */
	MESSAGE_HTTP, /* no envelope in it: empty POST, 204, 401, redirects, garbage */
	MESSAGE_CWMP, /* name: Inform, InformResponse, ... Fault */
};

enum message_from {
	FROM_CPE,
	FROM_ACS,
	FROM_DHCP,
	FROM_DNS
};

struct analysis_message {
	enum message_kind kind;
	enum lease_step lease; /* of MESSAGE_DHCP */
	bool is_ip6;           /* the same: DHCPv6 */
	enum message_from from;
	uint64_t frame; /* from 1: that in which it is complete */
	uint64_t first_frame;
	clock_ns time;       /* of that frame, wall clock */
	clock_ns first_time; /* of first_frame */
	const char *name;
	const char *detail; /* one line for the ladder, secrets redacted; may be null */
	const char *layer,
	    *why;             /* what went wrong with it; both null when all is well */
	unsigned http_status; /* of a response, else 0 */
	/* The envelope, and the start line with its headers; secrets redacted unless asked
	 * for. Empty where bodies are not kept. */
	struct str body, head;
	uint64_t size;  /* bytes of the body on the wire */
	uint32_t fault; /* code of a CWMP fault, else 0 */
	uint32_t conn;  /* index into session.conns */
	uint32_t
	    exchange; /* a request and its responses have the same, from 1; 0: none */
};

struct analysis_conn {               /* one TCP connection of a session */
	const char *client, *server; /* addresses */
	uint16_t client_port, server_port;
	uint64_t first_frame, last_frame;
	uint64_t retransmitted; /* segments */
	/* The frames of the handshakes; 0: not seen. */
	clock_ns syn, established, hello, secured;
	const uint8_t (*randoms)[32]; /* of its ClientHellos: names of its secrets */
	size_t n_randoms;
};

struct analysis_session { /* one CWMP session, from the CPE's TCP open to its close */
	uint64_t id;      /* from 1, in order of start */
	const char *cpe;  /* address */
	const char *acs;  /* address:port */
	const char *url;  /* as far as Host, target and TLS tell; may be null */
	const char
	    *mac; /* of the CPE, where ARP, DHCP or its frames tell; may be null */
	const char *oui, *product_class, *serial; /* of its Inform; may be null */
	const char **events;                      /* codes of its Inform */
	size_t n_events;
	clock_ns start, end;
	bool is_tls;
	const char *tls_version; /* "TLS 1.3"; may be null */
	bool ok;                 /* ended as TR-069 A6 3.7.1.4 wants */
	const char
	    *not_judged; /* why it cannot be judged ("no secrets for this TLS session",
	                           "capture starts in the middle"); may be null */
	struct analysis_message *messages;
	size_t n_messages;
	struct analysis_conn *conns;
	size_t n_conns;
	size_t device; /* index into analysis.devices; SIZE_MAX: no Inform names one */
};

struct analysis_device { /* one CPE by its DeviceId */
	const char *oui, *product_class, *serial;
	const char *cpe,
	    *mac;         /* address and MAC of its last session; mac may be null */
	const char *url;  /* of its ACS, as far as the capture tells; may be null */
	size_t *sessions; /* indexes into analysis.sessions, in order */
	size_t n_sessions;
	size_t n_findings;
};

struct analysis_host {   /* one address or MAC of a CPE, and what it asked for */
	const char *cpe; /* address; null: it never got one */
	const char *mac; /* may be null */
	struct analysis_message
	    *messages; /* DHCP, DNS, connection requests; by frames */
	size_t n_messages;
	struct analysis_conn *calls; /* TCP connections of connection requests */
	size_t n_calls;
};

struct analysis_counts {
	uint64_t packets, bytes;
	uint64_t dropped; /* as the file's statistics blocks tell */
	uint64_t tcp_connections;
	uint64_t tls_sessions, tls_decrypted;
	uint64_t began_before; /* connections whose start is not in the capture */
	uint64_t gaps;         /* runs of missing TCP bytes */
	uint64_t gap_bytes;
	uint64_t undecodable; /* frames with a malformed or cut-off header */
	uint64_t retransmitted, reordered, conflicts; /* TCP segments */
	uint64_t evicted;           /* connections forgotten to bound memory */
	uint64_t keylog_junk;       /* lines of key logs that are none */
	bool is_truncated;          /* the file ends, or can be read, only so far */
	uint64_t truncated_at;      /* byte where the record begins that is cut off */
	const char *damage;         /* what is wrong there; null: the file ends in it */
	uint64_t devices, sessions; /* also those that were not kept */
	uint64_t sessions_complete, sessions_broken;
	uint64_t sessions_not_judged; /* for the reasons below */
	uint64_t without_start, without_secrets, with_gaps, one_sided;
	uint64_t musts, shoulds, notes; /* findings */
};

struct analysis {
	const char *file;
	clock_ns start, end; /* first and last frame; 0 when there is none */
	/* No must-level finding (strict: should-level neither), and every sequence asked
	 * for holds for every CPE it was asked of. */
	bool ok;
	struct analysis_session *sessions;
	size_t n_sessions;
	struct sequence_result *sequences;
	size_t n_sequences;
	struct analysis_device *devices;
	size_t n_devices;
	struct analysis_host *hosts; /* CPEs alone, in the order of their first frame */
	size_t n_hosts;
	struct finding *findings; /* in the order of frames */
	size_t n_findings;
	struct rule_count *rules; /* one for each of the catalogue, in its order */
	size_t n_rules;
	struct analysis_counts counts;
	/* For tables over what the capture says (map.h); no result depends on it. */
	uint64_t hash_seed;
	struct analysis_private *private_;
};

struct analysis_options {
	const char *path;                        /* capture; "-" is standard input */
	const char *keylog;                      /* NSS key log beside it, or null */
	const struct sequence *const *sequences; /* to be checked for every CPE seen */
	size_t n_sequences;
	const char *const *cpes; /* MACs that must appear even if never seen, or null */
	size_t n_cpes;
	bool
	    keep_bodies; /* struct analysis_message.body is filled: for pages that show XML */
	bool show_secrets;
	/* Without sessions and devices: memory does not grow with their messages. The
	 * findings and the counts are the same. Not with sequences. */
	bool only_findings;
	struct rule_options rules;
	const uint16_t *ports; /* of servers that are ACSs whatever they say, or null */
	size_t n_ports;
	/* Told each finding as soon as it is certain; may be null. */
	void (*found)(void *user, const struct finding *finding);
	/* Told now and then how much of a file was read; may be null. */
	void (*progress)(void *user, uint64_t frames, uint64_t bytes);
	void *user;
};

/* Reads the whole capture. ERR_USAGE / ERR_MALFORMED with the file's name and offset when
 * it is no capture at all; what is merely cut or incomplete comes back as an analysis that
 * says so. The caller frees *ret. */
int analysis_run(const struct analysis_options *options, struct analysis **ret,
    struct error *err);
void analysis_free(struct analysis *analysis);
DEFINE_CLEANUP(struct analysis *, analysis_free)

/* ---- the same piece by piece, for live captures ------------------------------------ */

struct decoder;

/* options->path is the name that reports show. */
int analysis_begin(const struct analysis_options *options, struct analysis **ret,
    struct error *err);
/* To be fed with decoder_feed(), decoder_secrets() and the like. */
struct decoder *analysis_decoder(struct analysis *analysis);
/* No frame came, but time went on to this: what waited too long ends, what never came is
 * found. Nothing before the first frame, or where now is not after the last one. */
void analysis_tick(struct analysis *analysis, clock_ns now);
/* Whenever wanted, also before the end: takes over the counts alone. */
void analysis_count(struct analysis *analysis);
/* Ends every session and fills the rest of *analysis. ERR and -ENOMEM as analysis_run(). */
int analysis_end(struct analysis *analysis, struct error *err);

/* How a session ended, in the one word that every output uses: "complete", "broken", "not
 * judged". */
const char *session_outcome(const struct analysis_session *session);

/* Writes the object "counts": what the numbers of struct analysis_counts are. */
void analysis_write_counts(const struct analysis_counts *counts, struct json *json);

/* Writes the keys "sessions", "sequences", "findings", "devices" and "rules" into the object
 * that is open. */
void analysis_write_json(const struct analysis *analysis, struct json *json);

/* Writes one of "findings" as an object. */
void analysis_write_finding(const struct finding *finding, struct json *json);
