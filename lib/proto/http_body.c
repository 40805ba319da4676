#include "lib/proto/http.h"

#include "lib/base/text.h"

/* RFC 9112 7.1: chunk = size [ext] CRLF data CRLF; "0" ends, then trailers and an empty
 * line. */
enum body_state {
	BODY_DATA,
	CHUNK_SIZE,
	CHUNK_EXTENSION,
	CHUNK_SIZE_LF,
	CHUNK_DATA,
	CHUNK_DATA_CR,
	CHUNK_DATA_LF,
	TRAILER_START,
	TRAILER_LINE,
	TRAILER_END_LF,
};

enum {
	CHUNK_LINE_MAX = 4096,
	CHUNK_DIGITS_MAX = 16,
	TRAILER_MAX = 8192
};

void http_body_start(struct http_body *body, enum http_framing framing, uint64_t length,
    uint64_t max)
{
	*body = (struct http_body){ .framing = framing, .max = max };
	body->left = framing == HTTP_LENGTH ? length : 0;
	body->state = framing == HTTP_CHUNKED ? CHUNK_SIZE : BODY_DATA;
	body->is_done =
	    framing == HTTP_NO_BODY || (framing == HTTP_LENGTH && length == 0);
}

static int over_limit(const struct http_body *body, size_t at, struct error *err)
{
	return error_set_at(err, ERR_LIMIT, at, "a body over %llu bytes",
	    (unsigned long long)body->max);
}

static int give(struct http_body *body, const char *p, size_t n, size_t at,
    struct str *ret_payload, struct error *err)
{
	body->total += n;
	if (body->max && body->total > body->max)
		return over_limit(body, at, err);
	*ret_payload = str_make(p, n);
	return (int)(at + n);
}

static int feed_plain(struct http_body *body, const char *p, size_t len,
    struct str *ret_payload, struct error *err)
{
	size_t n = MIN(len, (size_t)INT32_MAX);
	int r;

	if (body->framing == HTTP_LENGTH) {
		if (body->max && body->left + body->total > body->max)
			return over_limit(body, 0, err);
		n = (size_t)MIN((uint64_t)n, body->left);
		body->left -= n;
		body->is_done = body->left == 0;
	}
	r = n > 0 ? give(body, p, n, 0, ret_payload, err) : 0;
	return r;
}

static int size_digit(struct http_body *body, char c, size_t at, struct error *err)
{
	int digit = hex_digit(c);

	if (digit >= 0) {
		if (body->left > (UINT64_MAX >> 8) || body->line >= CHUNK_DIGITS_MAX)
			return error_set_at(err, ERR_MALFORMED, at,
			    "a chunk size too large");
		body->left = body->left << 4 | (uint64_t)digit;
		body->line++;
		return 0;
	}
	if (body->line == 0)
		return error_set_at(err, ERR_MALFORMED, at,
		    "byte 0x%02x where a chunk size should stand", (unsigned char)c);
	if (c == ';' || c == ' ' || c == '\t')
		body->state = CHUNK_EXTENSION;
	else if (c == '\r')
		body->state = CHUNK_SIZE_LF;
	else if (c == '\n')
		body->state = body->left > 0 ? CHUNK_DATA : TRAILER_START;
	else
		return error_set_at(err, ERR_MALFORMED, at,
		    "byte 0x%02x inside a chunk size", (unsigned char)c);
	if (body->max && body->left > body->max - MIN(body->max, body->total))
		return over_limit(body, at, err);
	return 0;
}

static int expect(char c, char wanted, size_t at, struct error *err)
{
	if (c == wanted)
		return 0;
	return error_set_at(err, ERR_MALFORMED, at,
	    "byte 0x%02x where a line should end", (unsigned char)c);
}

static int too_long(size_t at, const char *what, struct error *err)
{
	return error_set_at(err, ERR_LIMIT, at, "%s too long", what);
}

/* One byte of framing (all states but CHUNK_DATA). */
static int step(struct http_body *body, char c, size_t at, struct error *err)
{
	int r = 0;

	switch ((enum body_state)body->state) {
	case CHUNK_SIZE:
		return size_digit(body, c, at, err);
	case CHUNK_EXTENSION:
		if (++body->line > CHUNK_LINE_MAX)
			return too_long(at, "a chunk extension", err);
		if (c == '\n')
			body->state = body->left > 0 ? CHUNK_DATA : TRAILER_START;
		return 0;
	case CHUNK_SIZE_LF:
		r = expect(c, '\n', at, err);
		body->state = body->left > 0 ? CHUNK_DATA : TRAILER_START;
		body->line = 0;
		return r;
	case CHUNK_DATA_CR:
		body->state = c == '\n' ? CHUNK_SIZE : CHUNK_DATA_LF;
		body->line = 0;
		return c == '\n' ? 0 : expect(c, '\r', at, err);
	case CHUNK_DATA_LF:
		body->state = CHUNK_SIZE;
		return expect(c, '\n', at, err);
	case TRAILER_START:
		if (c == '\n')
			body->is_done = true;
		body->state = c == '\r' ? TRAILER_END_LF : TRAILER_LINE;
		return 0;
	case TRAILER_LINE:
		if (++body->line > TRAILER_MAX)
			return too_long(at, "a trailer", err);
		if (c == '\n')
			body->state = TRAILER_START;
		return 0;
	case TRAILER_END_LF:
		r = expect(c, '\n', at, err);
		body->is_done = r == 0;
		return r;
	case BODY_DATA:
	case CHUNK_DATA:
		break;
	}
	return 0;
}

static int feed_chunked(struct http_body *body, const char *p, size_t len,
    struct str *ret_payload, struct error *err)
{
	size_t at = 0;

	while (at < len && !body->is_done) {
		int r;

		if (body->state == CHUNK_DATA) {
			size_t n = (size_t)MIN((uint64_t)(len - at), body->left);

			body->left -= n;
			if (body->left == 0)
				body->state = CHUNK_DATA_CR;
			return give(body, p + at, n, at, ret_payload, err);
		}
		r = step(body, p[at], at, err);
		if (r < 0)
			return r;
		at++;
	}
	return (int)at;
}

int http_body_feed(struct http_body *body, const void *bytes, size_t len,
    struct str *ret_payload, struct error *err)
{
	*ret_payload = STR_NULL;
	if (body->is_done || len == 0)
		return 0;
	len = MIN(len, (size_t)INT32_MAX);
	if (body->framing == HTTP_CHUNKED)
		return feed_chunked(body, bytes, len, ret_payload, err);
	return feed_plain(body, bytes, len, ret_payload, err);
}

int http_body_finish(struct http_body *body)
{
	if (body->framing == HTTP_UNTIL_CLOSE)
		body->is_done = true;
	return body->is_done ? 0 : ERR_TRUNCATED;
}
