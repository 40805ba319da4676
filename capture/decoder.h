/* The lower half of the decoder: frames in, connections with plaintext out.
 *
 *   frame -> link -> IP (fragments, tunnels) -> TCP in order, gaps explicit -> TLS -> sink
 *
 * Memory is bounded at each stage (struct decoder_limits); what a bound costs is counted. */
#pragma once

#include "capture/frame/frame.h"
#include "capture/stream/conn.h"
#include "lib/base/error.h"

struct decoder_counts {
	uint64_t packets, bytes;
	struct frame_ref last; /* number 0: none */
	uint64_t dropped;      /* as the file's statistics blocks tell */
	uint64_t duplicates; /* the same frame seen at another interface; not decoded */
	uint64_t unknown_links;  /* frames of a link type that is not read */
	uint64_t undecodable;    /* frames with a malformed or cut-off header */
	uint64_t fragments_lost; /* IP fragments that never became whole */
	uint64_t strays; /* TCP segments of no known connection that begin none, and
	                    resets that no end would heed */
	uint64_t tcp_connections;
	uint64_t began_before; /* connections whose start is not in the capture */
	uint64_t evicted;      /* connections forgotten to bound memory */
	uint64_t gaps;         /* runs of missing TCP bytes */
	uint64_t gap_bytes;
	uint64_t retransmitted, reordered, conflicts; /* segments */
	uint64_t tls_sessions, tls_decrypted, tls_without_secrets;
	uint64_t secrets;     /* usable lines of key logs */
	uint64_t keylog_junk; /* lines that are none */
	bool is_truncated;    /* as struct capfile_counts */
	uint64_t truncated_at;
	const char *damage;
};

/* Decodes the whole capture at path ("-": standard input) into sink. keylog: path of an NSS
 * key log beside the secrets in the file, or null. On failure the sink has had what came
 * before, each connection closed. ret_counts is always filled. Errors as capfile_open(),
 * capfile_next() and keylog_open(). */
int decoder_run(const char *path, const char *keylog, const struct conn_sink *sink,
    struct decoder_counts *ret_counts, struct error *err);

/* ---- the same piece by piece, for live captures and tests ------------------------- */

struct decoder;

struct decoder_limits {             /* 0 reads as the default */
	uint32_t flows;             /* connections remembered; 131,072 */
	uint32_t queue_bytes;       /* out of order, of one direction; 1 MiB */
	uint32_t total_queue_bytes; /* of all directions together; 16 MiB */
};

/* sink (borrowed, with all that it points to) and limits (may be null). Null without
 * memory. */
struct decoder *decoder_new(const struct conn_sink *sink,
    const struct decoder_limits *limits);

/* Lines of an NSS key log, whole ones; later frames can use them. */
void decoder_secrets(struct decoder *decoder, struct str lines);

/* A key log file that may still grow while frames come. ERR_USAGE when it cannot be read. */
int decoder_keylog(struct decoder *decoder, const char *path, struct error *err);

/* Frames of several interfaces: suppress the copies of one frame. */
void decoder_dedupe(struct decoder *decoder, bool enable);

void decoder_feed(struct decoder *decoder, const struct frame *frame);

/* Ends every connection: CONN_END_OF_CAPTURE, then closed(). */
void decoder_end(struct decoder *decoder);

const struct decoder_counts *decoder_counts(const struct decoder *decoder);

/* Without telling the sink anything. */
void decoder_free(struct decoder *decoder);
