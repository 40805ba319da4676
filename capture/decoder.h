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
	struct frame_ref last; /* set by decoder_end(); number 0: none */
	/* As the file's statistics blocks tell. Only decoder_run() sets this, and what
	 * stands below tls. */
	uint64_t dropped;
	uint64_t duplicates; /* the same frame seen at another interface; not decoded */
	/* Frames whose record in the file, or one of whose headers, is malformed or cut. */
	uint64_t undecodable;
	struct tcp_counts tcp;
	struct tls_counts tls;
	uint64_t keylog_junk; /* as n_junk of struct keylog */
	bool is_truncated;    /* as struct capfile_counts */
	uint64_t truncated_at;
	const char *damage;
	/* Of a text: what it is, as struct text_counts tells, and its messages, which are no
	 * packets. Null: it is a capture. */
	const char *text;
	uint64_t messages;
	bool has_times;                      /* of a text */
	uint32_t damage_line, damage_column; /* of a text, where damage is */
	uint64_t skipped_records; /* these three as struct capfile_counts, too */
	uint64_t skipped_at;
	const char *skipped_why;
};

/* Decodes the whole capture at path ("-": standard input) into sink, or what is read as one
 * of the texts of capture/text/text.h. keylog: path of an NSS key log beside the secrets in
 * the file, or null. On failure the sink has had what
 * came before, each connection closed. ret_counts is always filled. Errors as
 * capfile_open(), capfile_next(), text_run() and keylog_open(), or -ENOMEM. */
int decoder_run(const char *path, const char *keylog, const struct conn_sink *sink,
    struct decoder_counts *ret_counts, struct error *err);

/* ---- the same piece by piece, for live captures and tests ------------------------- */

struct decoder;

/* sink is borrowed, with all that it points to; limits may be null: the defaults. Null
 * without memory. */
struct decoder *decoder_new(const struct conn_sink *sink,
    const struct tcp_limits *limits);

/* Takes whole lines of an NSS key log, by which later frames can be decrypted. Where
 * there is no memory for them the sessions stay encrypted; that is not reported. */
void decoder_secrets(struct decoder *decoder, struct str lines);

/* Whether frames come from several interfaces, so that copies of one frame (dedupe.h)
 * are left out. Without memory they are decoded like others. */
void decoder_dedupe(struct decoder *decoder, bool enable);

/* Takes the next frame, whose bytes may go afterwards. One that cannot be decoded is
 * counted (undecodable); one of a link type that is not read is only a packet. */
void decoder_feed(struct decoder *decoder, const struct frame *frame);

/* Ends every connection: the sink is told CONN_END_OF_CAPTURE, unless it was told that
 * the connection ended, then closed(). Call it once, after the last frame. */
void decoder_end(struct decoder *decoder);

/* The counts belong to decoder and go on counting. */
const struct decoder_counts *decoder_counts(const struct decoder *decoder);

/* Frees it without telling the sink of the connections that have not ended: where
 * conn->user is to be freed, call decoder_end() first. */
void decoder_free(struct decoder *decoder);
