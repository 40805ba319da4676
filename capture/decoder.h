/* The lower half of the decoder: frames in, connections with plaintext out.
 *
 *   frame -> link -> IP (fragments, tunnels) -> TCP in order, gaps explicit -> TLS -> sink
 *
 * Memory is bounded at each stage (struct tcp_limits), and what is lost to a bound is
 * counted. */
#pragma once

#include "capture/frame/frame.h"
#include "capture/stream/conn.h"
#include "capture/stream/tcp_counts.h"
#include "capture/tls/tls_counts.h"
#include "lib/base/error.h"

struct decoder_counts {
	uint64_t packets, bytes;
	struct frame_ref last; /* number 0: none */
	uint64_t dropped;      /* as the file's statistics blocks tell */
	uint64_t duplicates; /* the same frame seen at another interface; not decoded */
	/* Frames whose record in the file, or one of whose headers, is malformed or cut. */
	uint64_t undecodable;
	struct tcp_counts tcp;
	struct tls_counts tls;
	uint64_t keylog_junk; /* lines of key logs that hold no secret */
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

/* sink is borrowed, with all that it points to; limits may be null: the defaults. Null
 * without memory. */
struct decoder *decoder_new(const struct conn_sink *sink,
    const struct tcp_limits *limits);

/* Whole lines of an NSS key log, by which later frames can be decrypted. */
void decoder_secrets(struct decoder *decoder, struct str lines);

/* Whether frames come from several interfaces, so that copies of one frame (dedupe.h) are
 * left out. */
void decoder_dedupe(struct decoder *decoder, bool enable);

void decoder_feed(struct decoder *decoder, const struct frame *frame);

/* Ends every connection: CONN_END_OF_CAPTURE, then closed(). */
void decoder_end(struct decoder *decoder);

const struct decoder_counts *decoder_counts(const struct decoder *decoder);

/* Frees it without telling the sink of the connections that have not ended. */
void decoder_free(struct decoder *decoder);
