/* What a capture shows: devices' CWMP sessions with their messages, and which steps of a
 * sequence were seen on which frame. Built from frames alone, never from an agent's log. */
#pragma once

#include "capture/facts/finding.h"
#include "capture/facts/rule_options.h"
#include "capture/record/forwarded.h"
#include "capture/record/lease_step.h"
#include "capture/record/rpc_outcome.h"
#include "capture/record/unjudged.h"
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
struct sequence; /* lib/sequence/sequence.h */
struct filter;   /* capture/analysis/filter.h */

struct analysis_failure;

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
	FROM_DHCP
};

struct analysis_message {
	enum message_kind kind;
	enum lease_step lease; /* of MESSAGE_DHCP */
	bool is_ip6;           /* of MESSAGE_DHCP: it is DHCPv6 */
	enum message_from from;
	uint64_t frame; /* from 1: the one in which the message is whole */
	uint64_t first_frame;
	clock_ns time;       /* of frame, wall clock */
	clock_ns first_time; /* of first_frame */
	const char *name;
	const char *detail; /* one line for the ladder, secrets redacted; may be null */
	const char *layer, *why; /* what is wrong with it; both null when nothing is */
	const struct analysis_failure
	    *failure;         /* that it shows, beside that; or null */
	unsigned http_status; /* of a response, else 0 */
	/* The envelope, and the start line with its headers; secrets redacted unless asked
	 * for. Empty where bodies are not kept. */
	struct str body, head;
	uint64_t size;  /* bytes of the body on the wire */
	uint32_t fault; /* code of a CWMP fault, else 0 */
	/* Of a request: whether it brings credentials, and the name of the user in them, or
	 * null. */
	bool has_credentials;
	const char *user;
	const struct rpc_outcome
	    *outcome;  /* of an RPC; null: there is nothing to say */
	uint32_t conn; /* index into the session's conns */
	uint32_t
	    exchange; /* from 1: a request and its responses have the same; 0: none */
};

/* A session, or what a CPE needs before one, has failed. All texts live as long as the
 * analysis. */
struct analysis_failure {
	const char *layer; /* DHCP, DNS, TCP, TLS, HTTP, SOAP, CWMP */
	const char *who;   /* whose doing it is: cpe, acs, dhcp, dns, network */
	/* Of the CPE: its address (or MAC, where it has none), MAC and serial number. Null: not
	 * known. */
	const char *cpe, *mac, *serial;
	const char *text;        /* one sentence, without secrets */
	uint64_t session, frame; /* session 0: it never came to one */
	uint32_t line;           /* of a text, as struct finding's; 0: none */
	clock_ns time;
	size_t left_at; /* private: filter_apply()'s */
};

/* What became of a session, or of all that a capture shows. */
enum analysis_verdict {
	VERDICT_OK,     /* it succeeded, and nothing must have been otherwise */
	VERDICT_BROKEN, /* a must-level rule is broken, or a sequence does not hold */
	VERDICT_FAILED, /* a session came to nothing, though no rule is broken */
	VERDICT_NOT_JUDGED,
};

struct analysis_conn {               /* one TCP connection of a session */
	const char *client, *server; /* addresses */
	uint16_t client_port, server_port;
	uint64_t first_frame, last_frame;
	uint64_t retransmitted; /* segments */
	/* When the steps of the handshakes were seen; 0: not seen. */
	clock_ns syn, established, hello, secured;
	const uint8_t (
	    *randoms)[32]; /* of its ClientHellos; key logs name secrets by them */
	size_t n_randoms;
};

struct analysis_session { /* one CWMP session, from the CPE's TCP open to its close */
	/* From 1, in the order in which the capture shows that they are sessions: of their
	 * first envelopes or, where a session has none, of its end. */
	uint64_t id;
	const char *cpe; /* address */
	const char *acs; /* address:port */
	const char *url; /* as far as Host, target and TLS tell; may be null */
	const struct forwarded
	    *forwarded;  /* what a proxy says of the CPE; may be null */
	const char *mac; /* of the CPE, as far as ARP and DHCP tell; may be null */
	const char *oui, *product_class, *serial; /* of its Inform; may be null */
	const char **events;                      /* codes of its Inform */
	size_t n_events;
	clock_ns start, end;
	bool is_text; /* its frames are messages of a text */
	bool is_tls;
	const char *tls_version; /* "TLS 1.3"; may be null */
	bool ok;                 /* it ended as TR-069 A6 3.7.1.4 wants */
	/* Its connection was refused, which the CPE has not seen, and it goes on in the session
	 * behind it. Not known where sessions are handed over as they end. */
	bool goes_on;
	/* Why it cannot be judged ("no secrets for this TLS session"); may be null. */
	const char *not_judged;
	enum unjudged unjudged; /* whether it counts as not judged, and why */
	const struct analysis_failure *failure; /* null: it has not failed */
	/* Findings that finding_is_breach(), of what was seen until its end: what was to come
	 * after it and did not is a finding of it, but it may itself be as it should be. */
	size_t n_breaches;
	/* All of those, in the order of frames, where sessions are handed over (ended). */
	const struct finding *findings;
	size_t n_findings;
	struct analysis_message *messages;
	size_t n_messages;
	struct analysis_conn *conns;
	size_t n_conns;
	size_t device; /* index into analysis.devices; SIZE_MAX: no Inform names one */
	/* The same, or where none is named the only device that informs from its address. */
	size_t owner;
};

struct analysis_device { /* one CPE by its DeviceId */
	const char *oui, *product_class, *serial;
	const char *cpe,
	    *mac;        /* address and MAC of its last session; mac may be null */
	const char *url; /* of its ACS, as far as the capture tells; may be null */
	const struct forwarded *forwarded; /* of its last session; may be null */
	size_t *sessions; /* indexes into analysis.sessions, in order; or null, */
	uint64_t *ids;    /* and the ids of them instead where none are kept (ended) */
	clock_ns last;    /* start of its last session, where none are kept */
	size_t n_sessions;
	size_t n_findings;
	size_t place; /* private: as struct device_record's */
	bool is_left; /* private: a session that a filter leaves is of it */
	/* Private to filters: its index once they are applied, and its last session left. */
	size_t left_at;
	const struct analysis_session *left;
};

struct analysis_host {   /* one address or MAC of a CPE, and what it asked for */
	const char *cpe; /* address; null: it never got one */
	const char *mac; /* may be null */
	/* The only device that informs from there, or the one of several that is called; index
	 * into analysis.devices, SIZE_MAX: none. */
	size_t device;
	bool is_shared; /* several devices inform from its address */
	struct analysis_message
	    *messages; /* DHCP, DNS, connection requests, notifications; by frames */
	size_t n_messages;
	struct analysis_conn *calls; /* TCP connections of connection requests */
	size_t n_calls;
};

struct analysis_counts {
	uint64_t packets, bytes;
	uint64_t dropped; /* as the file's statistics blocks tell */
	uint64_t tcp_connections;
	uint64_t tls_sessions, tls_decrypted;
	uint64_t tls_without_secrets; /* that cannot be read for want of them */
	uint64_t began_before; /* connections whose start is not in the capture */
	uint64_t gaps;         /* runs of missing TCP bytes */
	uint64_t gap_bytes;
	uint64_t undecodable;                         /* as struct decoder_counts */
	uint64_t retransmitted, reordered, conflicts; /* TCP segments */
	uint64_t evicted;         /* connections forgotten to bound memory, */
	uint64_t evicted_hosts;   /* hosts that had no session, */
	uint64_t evicted_devices; /* and devices that were not at work lately */
	const char *other_class;  /* as struct observer_counts */
	uint64_t keylog_junk;     /* as struct decoder_counts */
	bool is_truncated;        /* these three as struct capfile_counts */
	uint64_t truncated_at;
	const char *damage;
	const char *text; /* these as struct decoder_counts; null: a capture */
	uint64_t messages;
	bool is_timeless; /* a text without times: those of all frames are 0 */
	uint32_t damage_line, damage_column;
	uint64_t skipped_records; /* these three, too */
	uint64_t skipped_at;
	const char *skipped_why;
	/* What is no session and is not judged (TR-069 A6 Annexes K, M and N). */
	uint64_t xmpp_connections, lightweight_notifications, bulk_data_reports;
	uint64_t
	    relayed_requests;    /* seen at both sides of a proxy, and judged at one */
	uint64_t open_transfers; /* these two as struct observer_counts, */
	const char *open_transfer;  /* without secrets */
	uint64_t devices, sessions; /* also where none are kept (only_findings) */
	uint64_t sessions_complete, sessions_broken;
	uint64_t sessions_failed; /* broken ones of which the capture shows by what */
	uint64_t failures;        /* those, and leases and look-ups that failed */
	/* Whether they are complete or broken; most of them for one of the next five
	 * reasons. */
	uint64_t sessions_not_judged;
	uint64_t without_start, without_secrets, with_gaps, one_sided, unreadable;
	uint64_t musts, shoulds, notes; /* findings by severity */
};

struct analysis {
	const char *file;
	clock_ns start, end; /* first and last frame; 0 when there is none */
	/* There is no finding of severity must (where rules are strict, nor one of should), no
	 * session has failed, and every sequence holds for every CPE that it was asked of. */
	bool ok;
	struct analysis_session *sessions; /* by their ids */
	size_t n_sessions;
	struct sequence_result *sequences;
	size_t n_sequences;
	struct analysis_device *devices;
	size_t n_devices;
	struct analysis_host *hosts; /* CPEs alone, in the order of their first frame */
	size_t n_hosts;
	struct finding *findings; /* in the order of frames */
	size_t n_findings;
	struct analysis_failure *failures; /* in the order of frames */
	size_t n_failures; /* that are kept: with only_findings the first 1,024 */
	struct rule_count *rules; /* one for each of the catalogue, in its order */
	size_t n_rules;
	/* CPE by CPE, of the rules that the options name. */
	const struct rule_tally *tallies;
	size_t n_tallies;
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
	    keep_bodies; /* struct analysis_message has body and head: for pages with XML */
	bool show_secrets;
	/* The analysis gets no sessions and devices, so that memory does not grow with their
	 * messages; its findings and counts are the same. Not together with sequences. */
	bool only_findings;
	struct rule_options rules;
	size_t devices_max; /* as struct observer_options */
	const uint16_t
	    *ports; /* whoever serves there is taken for an ACS; may be null */
	size_t n_ports;
	/* Told each session as soon as it has ended, in the order of their ends; may be null.
	 * session, without the index of its device, lives until it returns; of the analysis
	 * only file and start are filled by then. It gets no sessions and hosts, so that its
	 * memory does not grow with their messages.
	 * Not together with sequences. */
	void (*ended)(void *user, const struct analysis *analysis,
	    const struct analysis_session *session);
	/* With ended: told what CPEs did beside their sessions (DHCP, DNS, connection requests),
	 * a message or two at a time, as soon as it is whole and the host known to be a CPE; may
	 * be null. host lives until it returns. */
	void (*act)(void *user, const struct analysis *analysis,
	    const struct analysis_host *host);
	/* With ended: leaves out what filter_apply() would; may be null. known: the analysis of
	 * the same capture by the same rules that has all findings, for filters by frames, of
	 * which findings that come later decide, too; null: there is none. */
	const struct filter *filter;
	const struct analysis *known;
	/* Told each finding as soon as it is certain; may be null. */
	void (*found)(void *user, const struct finding *finding);
	/* Told each failure as soon as it is certain; may be null. failure lives until it
	 * returns. */
	void (*failed)(void *user, const struct analysis_failure *failure);
	/* Told now and then how much of a file was read; may be null. */
	void (*progress)(void *user, uint64_t frames, uint64_t bytes);
	void *user;
};

/* Reads the whole capture. ERR_USAGE when a file cannot be opened or one of cpes is no
 * MAC, ERR_MALFORMED with the file's name and offset when it is no capture at all, and
 * the other errors of decoder_run(); a capture that is merely cut or incomplete gives
 * an analysis whose counts say so. The caller frees *ret, which borrows what options
 * point to until then. */
int analysis_run(const struct analysis_options *options, struct analysis **ret,
    struct error *err);
void analysis_free(struct analysis *analysis);
DEFINE_CLEANUP(struct analysis *, analysis_free)

/* ---- the same piece by piece, for live captures ------------------------------------ */

struct decoder;

/* Makes an analysis that waits for frames; options->path is the name that reports show.
 * ERR_USAGE or -ENOMEM. The caller frees *ret, which borrows as with analysis_run(). */
int analysis_begin(const struct analysis_options *options, struct analysis **ret,
    struct error *err);
/* To be fed with decoder_feed(), decoder_secrets() and the like. It is the analysis's;
 * null after analysis_end(). */
struct decoder *analysis_decoder(struct analysis *analysis);
/* No frame came, but time went on to now: sessions that were silent too long end, and what
 * should have come until now is found to be missing. Does nothing before the first frame, or
 * when now is not after the last one. */
void analysis_tick(struct analysis *analysis, clock_ns now);
/* Brings analysis->counts up to date; may be called at any time before the end. */
void analysis_count(struct analysis *analysis);
/* Ends every session and fills *analysis; call it once. 0, or -ENOMEM; then the
 * analysis is only to be freed. */
int analysis_end(struct analysis *analysis, struct error *err);

/* How a session ended, in the one word that every output uses: "complete", "broken", "not
 * judged". */
const char *session_outcome(const struct analysis_session *session);

/* Whose doing a failure is, for people: "CPE", "ACS", "DHCP server"... */
const char *failure_by(const struct analysis_failure *failure);

/* A lease or a look-up that failed stands on the last message of its kind. */
void host_mark_failure(struct analysis_host *host,
    const struct analysis_failure *failure);

/* Appends why the session is not complete: "HTTP by the ACS, frame 7: status 500..." (of a text,
 * "message 7"), or why it cannot be judged; nothing where neither is known. */
void session_put_why(struct buf *out, const struct analysis_session *session);

/* The session with that id; null: there is none, or a filter left it out. */
const struct analysis_session *analysis_find_session(const struct analysis *analysis,
    uint64_t id);

/* The device of that place, of a capture that is told as it is read; null: there is none, or
 * it was forgotten. */
struct analysis_device *analysis_find_device(const struct analysis *analysis,
    size_t place);

/* What became of the session: "broken" where a must-level rule is broken in it. */
enum analysis_verdict session_verdict(const struct analysis_session *session);

/* What the capture shows as a whole. It is "ok" only where a session succeeded. */
enum analysis_verdict analysis_verdict(const struct analysis *analysis);

/* Whether the finding alone makes it VERDICT_BROKEN: one of severity must and, where rules are
 * strict, one of should. */
bool finding_is_breach(const struct analysis *analysis, const struct finding *finding);

/* "ok", "broken", "failed", "not judged". */
const char *analysis_verdict_name(enum analysis_verdict verdict);

/* Writes the key "counts", an object, into the object that is open. */
void analysis_write_counts(const struct analysis_counts *counts, struct json *json);

/* Writes the keys "sessions", "sequences", "findings", "failures", "devices" and "rules" into
 * the object that is open. */
void analysis_write_json(const struct analysis *analysis, struct json *json);

/* Writes one of "sessions" as an object. */
void analysis_write_session(const struct analysis_session *session, struct json *json);

/* Writes the keys behind "sessions". */
void analysis_write_rest(const struct analysis *analysis, struct json *json);

/* Writes one of "findings", or of "failures", as an object. */
void analysis_write_finding(const struct finding *finding, struct json *json);
void analysis_write_failure(const struct analysis_failure *failure, struct json *json);
