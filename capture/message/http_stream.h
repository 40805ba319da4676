/* One direction's bytes of a TCP connection, cut into HTTP messages (RFC 9112), as
 * tolerant as a reader of other people's captures must be. Views point into the caller's
 * bytes or the stream's buffer and live during the call. */
#pragma once

#include "capture/stream/conn.h"
#include "lib/proto/http_reader.h"

/* The rest of a longer body is skipped. */
enum {
	HTTP_STREAM_BODY_MAX = 16 << 20,
	HTTP_STREAM_OTHER_MAX = 64 << 10, /* where it cannot be an envelope */
};

enum http_stream_end {
	HTTP_WHOLE,
	HTTP_CUT, /* the stream ended, or bytes are missing, inside the body */
	HTTP_BAD, /* its framing cannot be read */
};

struct http_stream_message {
	const struct http_head *head;
	struct str body;      /* as transferred, chunks put together */
	uint64_t body_length; /* bytes seen */
	enum http_stream_end end;
	struct frame_ref first, last; /* frames of its first and last byte */
	const char *why;              /* HTTP_BAD: what is wrong */
};

typedef void http_stream_fn(void *user, const struct http_stream_message *message);

enum http_stream_state {
	HTTP_STREAM_READING,
	HTTP_STREAM_LOST,  /* after a gap: looks for a head */
	HTTP_STREAM_ALIEN, /* no HTTP at all */
};

/* What all streams of a capture may keep of bodies that are under way, together. */
struct http_budget {
	size_t used, max;
};

struct http_stream {
	enum http_stream_state state;
	bool has_spoken;        /* a head was read */
	bool has_hole;          /* bytes of the body that is under way are missing */
	bool has_junk;          /* behind a message came what is no head */
	struct frame_ref first; /* of the present message */
	struct http_reader reader;
	size_t body_max;            /* how much of the present body is kept */
	struct http_budget *budget; /* borrowed, set after init; null: no limit */
	size_t drawn;               /* of it, for the present body */
};

void http_stream_init(struct http_stream *stream, bool is_request);
void http_stream_free(struct http_stream *stream);

/* The first bytes may be from the middle of a message: a head is looked for in them. */
void http_stream_middle(struct http_stream *stream);

/* request_method: of the request that the next response answers; for requests not used. */
void http_stream_feed(struct http_stream *stream, struct str bytes,
    struct frame_ref frame, struct str request_method, http_stream_fn *tell,
    void *user);

/* Bytes are missing here, nobody knows how many: what is under way is told as HTTP_CUT, and
 * the next head is looked for. */
void http_stream_gap(struct http_stream *stream, struct frame_ref frame,
    http_stream_fn *tell, void *user);

/* Just so many bytes are missing (without TLS the decoder knows): a body of known length
 * that does not end among them goes on behind them, and is told as HTTP_CUT at its end. */
void http_stream_missing(struct http_stream *stream, uint64_t bytes,
    struct frame_ref frame, http_stream_fn *tell, void *user);

/* The direction ended (FIN, RST, end of the capture). */
void http_stream_finish(struct http_stream *stream, struct frame_ref frame,
    http_stream_fn *tell, void *user);
