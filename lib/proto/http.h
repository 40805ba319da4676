/* HTTP/1.1 messages (RFC 9110, 9112) as bytes and values. Heads are parsed in one piece
 * from the caller's buffer, bodies are decoded piece by piece. Used by both ends of a
 * session and by the decoder of captures, so a parser says what it forgave. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	HTTP_HEADERS_MAX = 64,
	HTTP_HEAD_BYTES_MAX = 32 << 10
};

struct http_header {
	struct str name;
	struct str value; /* trimmed */
};

enum http_deviation { /* bits: what a strict reader would have refused */
	HTTP_BARE_LF = 1 << 0,
	HTTP_SPACE_BEFORE_COLON = 1 << 1,
	HTTP_FOLDED_HEADER = 1 << 2,
	HTTP_BOTH_FRAMINGS = 1 << 3, /* Content-Length and chunked: chunked wins */
	HTTP_LENGTHS_DIFFER =
	    1 << 4, /* several Content-Length: an error unless tolerant */
	HTTP_LEADING_EMPTY_LINES = 1 << 5,
	HTTP_ODD_VERSION = 1 << 6, /* another minor one, or none: HTTP/0.9 */
	HTTP_ODD_HEADER = 1 << 7,  /* a line that is no header: left out */
	HTTP_BAD_LENGTH = 1 << 8,  /* a Content-Length that is no number: left out */
	HTTP_NO_TARGET = 1 << 9,
	HTTP_TOO_MANY_HEADERS = 1 << 10, /* the rest is left out */
	HTTP_LENGTH_LIST = 1 << 11,      /* "Content-Length: 5, 5" */
};

enum http_framing {
	HTTP_NO_BODY,
	HTTP_LENGTH,
	HTTP_CHUNKED,
	HTTP_UNTIL_CLOSE,
};

struct http_head { /* views point into the parsed bytes */
	bool is_request;
	struct str method, target; /* request */
	unsigned status;           /* response */
	struct str reason;
	unsigned minor_version;    /* HTTP/1.x */
	enum http_framing framing; /* by RFC 9112 6.3; a response's also depends on the
	                              request: see http_response_framing() */
	bool has_content_length;
	uint64_t content_length;
	bool wants_close;    /* Connection: close, or HTTP/1.0 without keep-alive */
	bool wants_continue; /* Expect: 100-continue */
	unsigned deviations; /* enum http_deviation */
	/* Private, see http_header(): of each header's name a bit, and the first header of
	 * those that share one. */
	uint64_t names;
	uint8_t firsts[64];
	size_t n_headers;
	struct http_header headers[HTTP_HEADERS_MAX]; /* last: a copy ends with them */
};

struct http_limits {
	size_t head_bytes;   /* 0: HTTP_HEAD_BYTES_MAX */
	uint64_t body_bytes; /* 0: no limit; over it ERR_LIMIT */
	bool is_tolerant;    /* forgive what enum http_deviation names */
};

/* Parses a request (is_request) or status line with its headers at the start of bytes.
 * Returns how many bytes the head took, 0 when more are needed, or ERR_MALFORMED /
 * ERR_LIMIT with the offset in err. limits may be null. */
int http_head_parse(struct http_head *head, bool is_request, const void *bytes,
    size_t len, const struct http_limits *limits, struct error *err);

/* The framing of a response to this request method ("HEAD", 1xx, 204 and 304: none). */
enum http_framing http_response_framing(const struct http_head *head,
    struct str method);

/* Which bit stands for a name: most of the headers that somebody asks for are not there, and
 * their bit says so. Letters of both cases differ in one bit of theirs. */
static inline unsigned http_name_bit(struct str name)
{
	return (((unsigned char)name.p[0] | 0x20u) + 5u * (unsigned)name.len) % 64;
}

/* As http_header_nth(); name is not empty. */
bool http_header_find(const struct http_head *head, struct str name, size_t n,
    struct str *ret);

/* The n-th header of that name from 0, for Set-Cookie and the like. False when none. */
static inline bool http_header_nth(const struct http_head *head, const char *name,
    size_t n, struct str *ret)
{
	struct str wanted = str_of(name);

	return (head->names >> http_name_bit(wanted) & 1) &&
	       http_header_find(head, wanted, n, ret);
}

/* The first header of that name, any case; a null view when there is none. */
static inline struct str http_header(const struct http_head *head, const char *name)
{
	struct str value;

	return http_header_nth(head, name, 0, &value) ? value : STR_NULL;
}

/* Whether a comma list (Connection, Transfer-Encoding) has this token, any case. */
bool http_has_token(struct str list, const char *token);

/* ---- bodies ----------------------------------------------------------------------- */

struct http_body {
	enum http_framing framing;
	uint64_t left;  /* of the length, or of this chunk */
	uint64_t total; /* payload bytes so far */
	uint64_t max;   /* 0: no limit */
	int state;      /* private */
	unsigned line;  /* private: bytes of the present chunk line or trailer */
	bool is_done;
};

/* length is that of HTTP_LENGTH; max: bytes of payload, over which ERR_LIMIT; 0: no
 * limit. */
void http_body_start(struct http_body *body, enum http_framing framing, uint64_t length,
    uint64_t max);

/* Eats from bytes: returns how many, payload (if any) in *ret as a view into bytes, one
 * run a call. 0 with an empty payload: more bytes are needed, or is_done. ERR_MALFORMED or
 * ERR_LIMIT with the offset in err. Chunk extensions and trailers are skipped. */
int http_body_feed(struct http_body *body, const void *bytes, size_t len,
    struct str *ret_payload, struct error *err);

/* The stream ended. 0 when the body is whole, ERR_TRUNCATED when it is not. */
int http_body_finish(struct http_body *body);

/* ---- writing ---------------------------------------------------------------------- */

/* Refuses (sticky ERR_MALFORMED in out) CR, LF, NUL and blanks in target. */
void http_write_request(struct buf *out, const char *method, struct str target);
void http_write_status(struct buf *out, unsigned status);
/* Refuses (sticky ERR_MALFORMED in out) CR, LF and NUL in name or value. */
void http_write_header(struct buf *out, const char *name, struct str value);
void http_write_header_uint(struct buf *out, const char *name, uint64_t value);
/* The empty line. */
void http_write_head_end(struct buf *out);

/* "OK", "No Content"...; "" for an unknown status. */
const char *http_reason(unsigned status);
