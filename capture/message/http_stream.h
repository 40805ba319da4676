/* One direction's bytes of a TCP connection, cut into HTTP messages (RFC 9112), as
 * tolerant as a reader of other people's captures must be. Views point into the caller's
 * bytes or the stream's buffer and live during the call. */
#pragma once

#include "capture/stream/conn.h"
#include "lib/proto/http_reader.h"

/* How many bytes of a body are kept; the rest is counted and dropped. */
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
	/* As transferred, chunks put together; of one that is over a limit a part,
	 * though its end is HTTP_WHOLE: then body.len is less than body_length. */
	struct str body;
	uint64_t body_length; /* bytes seen */
	enum http_stream_end end;
	struct frame_ref first, last; /* frames of its first and last byte */
	const char *why;              /* HTTP_BAD: what is wrong; else null */
};

typedef void http_stream_fn(void *user, const struct http_stream_message *message);

enum http_stream_state {
	HTTP_STREAM_READING,
	HTTP_STREAM_LOST,  /* after a gap: looks for a head */
	HTTP_STREAM_ALIEN, /* what came is not HTTP; nothing more is looked at */
};

/* How many bytes all streams of a capture together may keep of bodies that have not ended,
 * and how many they keep. */
struct http_budget {
	size_t used, max;
};

struct http_stream {
	enum http_stream_state state;
	bool has_spoken;        /* a head was read */
	bool has_hole;          /* bytes of the body that is under way are missing */
	bool has_junk;          /* what came behind a message is not a head */
	struct frame_ref first; /* of the present message */
	struct frame_ref last;  /* that had bytes of it */
	struct http_reader reader;
	size_t body_max;            /* how much of the present body is kept */
	struct http_budget *budget; /* borrowed, set after init; null: no limit */
	size_t drawn;               /* bytes of the budget that the present body uses */
};

void http_stream_init(struct http_stream *stream, bool is_request);
/* Frees the stream's memory and gives its part of the budget back, without telling a
 * message that is under way. */
void http_stream_free(struct http_stream *stream);

/* The capture began inside the stream: its first bytes may be from the middle of a message,
 * so a head is looked for in them. Call it before the first bytes. */
void http_stream_middle(struct http_stream *stream);

/* Takes the next bytes and tells each message that becomes whole. request_method: of the
 * request that the next response answers (a response to HEAD has no body); a stream of
 * requests does not look at it. */
void http_stream_feed(struct http_stream *stream, struct str bytes,
    struct frame_ref frame, struct str request_method, http_stream_fn *tell,
    void *user);

/* Bytes are missing here, and nobody knows how many: a message whose head was read is
 * told as HTTP_CUT, a head that is not whole is forgotten, and the next head is looked
 * for. */
void http_stream_gap(struct http_stream *stream, struct frame_ref frame,
    http_stream_fn *tell, void *user);

/* So many bytes are missing here; without TLS the decoder knows the number. A body of known
 * length that does not end inside the hole goes on behind it, and its message is told as
 * HTTP_CUT at its end. Otherwise as http_stream_gap(). */
void http_stream_missing(struct http_stream *stream, uint64_t bytes,
    struct frame_ref frame, http_stream_fn *tell, void *user);

/* The direction ended (FIN, RST, end of the capture): a body that ends with the
 * connection is whole, every other message whose head was read is told as HTTP_CUT. */
void http_stream_finish(struct http_stream *stream, struct frame_ref frame,
    http_stream_fn *tell, void *user);
