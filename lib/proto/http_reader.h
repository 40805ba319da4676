/* HTTP/1.1 messages (RFC 9112), one after the other, out of bytes that come in pieces: the
 * one reader of servers, clients and captures. Between messages a reader holds no memory,
 * and a message that comes in one piece is not copied. */
#pragma once

#include "lib/proto/http.h"

struct http_reader;

struct http_reader_config { /* borrowed by its readers */
	bool is_request;
	struct http_limits limits; /* body_bytes: of the payload */
	/* What limits.body_bytes is for the message of this head; 0: what it says. Null: it
	 * is the same for all. */
	uint64_t (*body_max)(struct http_reader *reader, const struct http_head *head);
	/* Whether a piece of a body that goes on in later bytes is kept; what is not is
	 * missing in message->body. Null: all of it is. */
	bool (*keep)(struct http_reader *reader, const struct http_head *head,
	    struct str payload);
};

enum http_reader_state {
	HTTP_READER_HEAD, /* between messages, or in a head */
	HTTP_READER_BODY, /* message->head was given */
	HTTP_READER_OVER, /* the message was given */
};

struct http_reader {
	const struct http_reader_config *config;
	enum http_reader_state state;
	struct http_body framing; /* of the present body */
	struct http_head *head;   /* private: a copy, once the body comes in pieces */
	struct buf head_bytes;    /* private: of a head in pieces, or of that copy */
	size_t parsed;   /* private: bytes of a head in pieces when it was read */
	bool has_line;   /* private: its first line was whole then */
	struct buf body; /* private: pieces of a body, as kept so far */
};

/* What a call gives. Its views point into the caller's bytes, itself or the reader, and
 * live until the caller's bytes go or http_reader_reset(). */
struct http_message {
	struct str
	    request_method; /* set by the caller: which method a response answers */
	const struct http_head *head;
	struct str body; /* as transferred, chunks put together */
	/* Private: the head while its bytes are the caller's. */
	struct http_head room;
	struct str room_bytes;
};

enum http_reader_step {
	HTTP_READ_MORE,  /* all bytes are eaten */
	HTTP_READ_HEAD,  /* message->head is there: a body may follow */
	HTTP_READ_WHOLE, /* message->body is there as well */
};

/* config must outlive the reader. */
void http_reader_init(struct http_reader *reader,
    const struct http_reader_config *config);

/* Drops what was read of the present message; also the way to free a reader. */
void http_reader_reset(struct http_reader *reader);

/* Eats from *bytes up to the next step, one of enum http_reader_step. Call it, with what
 * is left and the same message, until it says HTTP_READ_MORE or the caller has enough:
 * a step may be due when no byte is left. ERR_MALFORMED or ERR_LIMIT with the offset in err,
 * -ENOMEM: then *bytes are left from the piece that failed on, reader->state says whether it
 * was the head or the body, and the reader is to be reset. */
int http_reader_feed(struct http_reader *reader, struct str *bytes,
    struct http_message *message, struct error *err);

/* The stream ended. HTTP_READ_MORE between messages; HTTP_READ_WHOLE when the end of the
 * stream ends the body; else ERR_TRUNCATED with what there is: message->head is null when
 * it was not whole. */
int http_reader_finish(struct http_reader *reader, struct http_message *message);

/* n bytes of a body are missing, and known to be (in a capture): the body goes on behind
 * them. False, and nothing is done, where it is not known how they end. */
bool http_reader_skip(struct http_reader *reader, uint64_t n);

/* Bytes of memory that it holds. */
size_t http_reader_bytes(const struct http_reader *reader);

/* Whether no byte of a message has come. */
bool http_reader_is_idle(const struct http_reader *reader);
